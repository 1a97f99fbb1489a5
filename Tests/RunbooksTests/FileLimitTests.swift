import Diagnostics
import Runbooks
import Testing

@Suite("A file that nobody wrote by hand")
struct FileLimitTests {
  private static let head = """
    sanderling: 1
    runbook: x
    phases: [ { id: p, stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ] } ]

    """

  private static func findings(_ more: String) -> [Finding] { load(["runbook.yaml": head + more]).findings }

  @Test("is refused above 4 MiB before it is parsed")
  func size() {
    let line = "# \(String(repeating: "c", count: 97))\n"
    let found = Self.findings(String(repeating: line, count: 45_000))
    #expect(found.map(\.message) == ["the file is larger than 4 MiB"] && found.first?.code == "G101")
    #expect(Self.findings(String(repeating: line, count: 100)).isEmpty)
  }

  @Test("is refused where it nests more than 64 levels", arguments: [("[", "]"), ("{a: ", "}")])
  func depth(open: String, close: String) {
    let text = "a: " + String(repeating: open, count: 7_000) + String(repeating: close, count: 7_000)
    #expect(Self.findings(text).map(\.message) == ["the file nests more than 64 levels"])
  }

  @Test("has its duplicate keys named, however many there are", arguments: [2, 65, 300])
  func duplicates(count: Int) {
    let found = Self.findings(String(repeating: "starts: 2027-01-05\n", count: count))
    #expect(found.allSatisfy { $0.code == "G103" && $0.message == "the key `starts` stands twice in one mapping" })
    #expect(found.count == min(count - 1, 64), "\(found.count)")
  }

  @Test("has a hundred unknown keys named, and the others counted")
  func unknownKeys() {
    let found = Self.findings((0..<20_000).map { "k\($0): 1\n" }.joined())
    #expect(found.count == 101 && found.allSatisfy { $0.code == "G104" })
    #expect(
      found.last?.message == "from here on 19900 more are not a key of the runbook", "\(found.last?.message ?? "")")
    #expect(found.last?.location.line == 104)
  }

  @Test("has a line, when it is a list and a forecast is wanted")
  func list() throws {
    let loaded = load(["runbook.yaml": Self.head + "forecast: f.yaml\n", "f.yaml": "\n\n- a\n- b\n"])
    let finding = try #require(loaded.findings.first { $0.location.file == "f.yaml" })
    #expect(finding.code == "G106" && finding.location.line == 3 && finding.location.column == 1)
  }
}
