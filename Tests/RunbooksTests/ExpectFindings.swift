import Diagnostics
import Runbooks
import Testing
import Vocabularies

/// The marks that stand for places in the texts of tests.
private let marks: [Character] = ["①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧"]

/// A file with its marks taken out.
private func unmark(_ text: String, file: String, into places: inout [String: Character]) -> String {
  var result = ""
  var line = 1
  var column = 1
  for character in text {
    if marks.contains(character) {
      places["\(file):\(line):\(column)"] = character
      continue
    }
    result.append(character)
    if character == "\n" || character == "\r\n" {
      line += 1
      column = 1
    } else {
      column += character.unicodeScalars.count
    }
  }
  return result
}

/// A file that is not there.
struct NoSuchFile: Error {}

/// Loads a runbook from memory: `runbook.yaml` at the top, other files beside it.
func load(
  _ files: [String: String], path: String = "runbook.yaml", adapters: [AdapterFacts] = adapters,
  environment: String? = nil
) -> LoadedRunbook {
  RunbookFile.load(
    path: path, adapters: adapters, environment: environment,
    reading: { name in
      guard let text = files[name] else { throw NoSuchFile() }
      return Array(text.utf8)
    },
    listing: { folder in
      let prefix = folder.isEmpty ? "" : folder + "/"
      return files.keys.filter { $0.hasPrefix(prefix) && !$0.dropFirst(prefix.count).contains("/") }.sorted()
    })
}

/// Compares all errors, and the warnings whose code is expected, with the expected lines.
///
/// A line is `①–② CODE message; suggestion`. The marks are taken out of the texts before they are read; a finding
/// without marks is written with its place, `runbook.yaml:3:1`.
func expectFindings(
  _ runbook: String, _ expected: String..., files: [String: String] = [:], path: String = "runbook.yaml",
  adapters: [AdapterFacts] = adapters,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  var places: [String: Character] = [:]
  var clean = ["runbook.yaml": unmark(runbook, file: "runbook.yaml", into: &places)]
  for (name, text) in files { clean[name] = unmark(text, file: name, into: &places) }
  let loaded = load(clean, path: path, adapters: adapters)
  let codes = expected.flatMap { $0.split(separator: " ").filter { $0.hasPrefix("G1") } }
  let found = loaded.findings.filter { $0.severity == .error || codes.contains($0.code[...]) }.map { finding in
    let place = finding.location
    let start = places["\(place.file):\(place.line):\(place.column)"]
    let end = places["\(place.file):\(place.line):\(place.endColumn)"]
    let shown = if let start, let end { "\(start)–\(end)" } else { place.text }
    return "\(shown) \(finding.code) \(finding.message)" + (finding.suggestion.map { "; \($0)" } ?? "")
  }
  #expect(found == expected, sourceLocation: sourceLocation)
}

/// A sound runbook in one file around the part that a test is about.
func runbook(
  top: String = "", stage: String = "targets: stores", steps: String = "{ id: one, uses: noop, undo: none }",
  stores: String = "{ id: a, country: NL, zone: Europe/Amsterdam }, { id: b, country: \"NO\", zone: Europe/Oslo }"
) -> String {
  """
  sanderling: 1
  runbook: test
  inventories: { stores: [ \(stores) ] }
  \(top)
  phases:
    - id: first
      stages:
        - id: roll-out
          \(stage.split(separator: "\n").joined(separator: "\n        "))
          steps: [ \(steps) ]
  """
}

/// Two signals and a gate that a test can refer to.
let signals = """
  signals:
    response_time: { unit: s, query: process, every: 30s, no_data: breach }
    error_rate: { unit: "%", query: process, every: 30s, min_count: 300, no_data: hold }
  """

/// The adapters of tests, by the names that the program has.
let adapters: [AdapterFacts] = ["process", "http", "manual", "noop", "prometheus", "sql"].map { .lenient($0) }

extension AdapterFacts {
  /// An adapter of a test: it can everything, and takes whatever is written.
  static func lenient(_ name: String) -> AdapterFacts {
    let anything = Vocabulary(name, "Anything.", keys: [], others: .anything)
    return AdapterFacts(
      name: name, does: "does what a test wants", configuration: anything,
      actions: [.init(arguments: anything, outputs: .any)], probe: anything, query: anything,
      notice: .init(argument: "message", form: .value), exposed: ["command"])
  }
}
