import Adapters
import Diagnostics
import Foundation
import Planning
import Runbooks
import Screens
import Testing

@Suite("Wrong runbooks")
struct WrongRunbookTests {
  static let names: [String] = {
    let folder = goldenTests.appending(path: "Wrong").path(percentEncoded: false)
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }()

  @Test("are twenty-three")
  func count() {
    #expect(Self.names.count == 23)
  }

  @Test("each say what is wrong, where, and what to write instead", arguments: names)
  func findings(name: String) throws {
    let loaded = RunbookFile.load(
      path: name, adapters: AdapterRegistry.facts, environment: nil,
      reading: { Array(try Data(contentsOf: goldenTests.appending(path: "Wrong/\($0)"))) },
      listing: { path in
        let folder = goldenTests.appending(path: "Wrong/\(path)").path(percentEncoded: false)
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
      })
    var findings = loaded.findings
    // What is well written may still be of no use, and that is found when it is planned.
    if let runbook = loaded.runbook, let environment = loaded.environment {
      findings += Planner.plan(runbook, in: environment, zones: FixedZones()).findings
    }
    #expect(!findings.isEmpty)
    let text = FindingsScreen.text(
      findings.inReadingOrder, sources: loaded.sources, style: Style(colour: false, ascii: false),
      files: loaded.sources.count)
    try expectGolden(text, "wrong/\(name).txt")
  }
}
