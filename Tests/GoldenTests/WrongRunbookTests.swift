import Adapters
import Diagnostics
import Foundation
import Runbooks
import Screens
import Testing

@Suite("Wrong runbooks")
struct WrongRunbookTests {
  static let names: [String] = {
    let folder = goldenTests.appending(path: "Wrong").path(percentEncoded: false)
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }()

  @Test("are twenty-one")
  func count() {
    #expect(Self.names.count == 21)
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
    #expect(!loaded.findings.isEmpty)
    let text = FindingsScreen.text(
      loaded.findings, sources: loaded.sources, style: Style(colour: false, ascii: false), files: loaded.sources.count)
    try expectGolden(text, "wrong/\(name).txt")
  }
}
