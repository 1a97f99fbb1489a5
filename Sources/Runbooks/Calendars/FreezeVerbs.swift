internal import Diagnostics

/// What a calendar, or one of its events, says that it freezes.
enum FreezeVerbs {
  /// What the names of our properties begin with.
  static let prefix = "X-SANDERLING-"
  static let name = prefix + "VERBS"
  private static let known = ["apply", "rollback"]

  /// The verbs among the properties of a component, once each, with what is wrong in ours.
  static func read(_ properties: [ContentLine]) -> (verbs: [String], findings: [Finding]) {
    var verbs: [String] = []
    var findings: [Finding] = []
    for property in properties where property.name.hasPrefix(prefix) {
      guard property.name == name else {
        findings.append(.freezeVerb("`\(property.name)` is not a property", known: name, at: property))
        continue
      }
      for part in property.parts(separator: ",") {
        let verb = part.value.lowercased()
        if !known.contains(verb) {
          findings.append(
            .freezeVerb(
              "`\(part.value)` cannot be frozen", known: "apply` or `rollback", at: part.location,
              nearest: Spelling.nearest(to: verb, among: known)))
        } else if !verbs.contains(verb) {
          verbs.append(verb)
        }
      }
    }
    return (verbs, findings)
  }
}
