internal import Diagnostics
internal import Vocabularies

// What is wrong between an operation and the adapter that is to do it.

extension Finding {
  static func needsOne(
    of names: [String], orConfigured other: String?, in vocabulary: Vocabulary, at place: SourceSpan
  ) -> Finding {
    let listed = names.map { "`\($0)`" }.joined(separator: ", ")
    let otherwise = other.map { ", or `\($0)` to the provider" } ?? ""
    return Finding(
      code: "G105",
      message: names.count == 1 ? "\(vocabulary.name) needs \(listed)" : "\(vocabulary.name) needs one of \(listed)",
      location: place, suggestion: "add \(names.count == 1 ? "it" : "one of them")\(otherwise)",
      notes: vocabulary.keys.filter { names.contains($0.name) }.map { "`\($0.name)`: \($0.doc)" })
  }

  static func bothWritten(_ name: Located<String>, _ other: String, in vocabulary: Vocabulary) -> Finding {
    Finding(
      code: "G174", message: "\(vocabulary.name) has both `\(other)` and `\(name.value)`", location: name.location,
      suggestion: "keep one of them")
  }

  static func lonely(_ name: Located<String>, needs other: String, add: String) -> Finding {
    Finding(
      code: "G174", message: "`\(name.value)` needs \(other)", location: name.location, suggestion: "add \(add)")
  }

  static func inBoth(_ element: String, _ first: String, _ second: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G174", message: "\(element) stands in both `\(first)` and `\(second)`", location: place,
      suggestion: "keep it in one of them")
  }

  static func cannot(_ why: String, able: [String], environment: String?, at place: SourceSpan) -> Finding {
    Finding(
      code: "G173", message: why, location: place,
      suggestion: "bind it to a provider of one of \(able.joined(separator: ", "))",
      notes: environment.map { ["environment `\($0)`"] } ?? [])
  }

  static func cannotObserve(
    signal: String, provider: String, adapter: String, able: [String], at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G311", message: "`\(signal)` is asked of `\(provider)`, and the adapter `\(adapter)` cannot measure",
      location: location,
      suggestion: "bind its query to one of \(able.joined(separator: ", ")), or leave out what uses it")
  }

  static func noSuchOutput(
    _ name: String, step: String, known: [String], environment: String?, at place: SourceSpan
  ) -> Finding {
    let nearest = Spelling.nearest(to: name, among: known)
    return Finding(
      code: "G120", message: "the step `\(step)` has no output `\(name)`", location: place,
      suggestion: nearest.map { "write `\($0)`" } ?? "name it in the `outputs` of its operation",
      notes: (known.isEmpty ? [] : ["known: \(known.joined(separator: ", "))"])
        + (environment.map { ["environment `\($0)`"] } ?? []))
  }
}
