public import Diagnostics
internal import Vocabularies

/// Reads `trust/people.yaml` alone, for whoever has the file and not the runbook: an auditor.
public enum PeopleFile {
  /// Reads the file.
  ///
  /// - Parameters:
  ///   - text: what it says.
  ///   - file: its name, for findings.
  /// - Returns: the people, and all that is wrong with it.
  public static func read(_ text: String, file: String) -> (people: [Person], findings: [Finding]) {
    var (node, findings) = YAMLReader.read(text, file: file)
    guard let node else { return ([], findings) }
    var checker = ShapeChecker()
    checker.check(node, .mapping(.people), as: "people.yaml", owner: SourceSpan(file: file))
    findings += checker.findings
    var reading = Reading()
    let people = node["people"].flatMap { Forms.named(.identifier, Person.definition).read($0, &reading) } ?? []
    return (people, findings + reading.all)
  }
}
