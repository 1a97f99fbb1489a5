import Foundation
import Testing

@testable import Operating

@Suite("What a step prints, beside the journal")
struct StepOutputTests {
  private let journal = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID().uuidString)/j.sqlite")
    .path(percentEncoded: false)

  init() throws {
    try FileManager.default.createDirectory(
      at: URL(filePath: journal).deletingLastPathComponent(), withIntermediateDirectories: true)
  }

  private func output(keeping undecided: [String] = []) -> StepOutput {
    StepOutput(journal: journal, run: "r-1", keeping: undecided)
  }

  private func tail(_ path: String) -> OutputTail? { OutputTail(journal: journal, run: "r-1", path: path) }

  private func print(_ lines: some Sequence<Int>, _ output: StepOutput, of path: String = "a") {
    for line in lines { output.add("\(line) " + String(repeating: "x", count: 1_000), of: path) }
  }

  @Test("is followed line by line, over the end of a file that is too long, without a gap")
  func followed() throws {
    let output = output()
    print(0..<1, output)
    let tail = try #require(self.tail("a"))
    var seen = tail.more()
    // Each look comes before the next file is over: a thousand lines are a megabyte.
    for begin in stride(from: 1, to: 4_000, by: 400) {
      print(begin..<(begin + 400), output)
      seen += tail.more()
    }
    #expect(seen.map { Int($0.prefix { $0 != " " }) } == (0...4_000).map { $0 })
  }

  @Test("says where more was printed between two looks than is kept")
  func gap() throws {
    let output = output()
    print(0..<1, output)
    let tail = try #require(self.tail("a"))
    _ = tail.more()
    print(1..<4_000, output)
    let seen = tail.more()
    #expect(seen.count { $0.contains("more was printed than could be followed") } == 1)
    #expect(seen.last?.hasPrefix("3999 ") == true && seen.count < 3_999)
  }

  @Test("is kept for a step that nobody has decided, when its executor was killed, and is gone with all others")
  func undecided() throws {
    let first = output()
    for path in ["a", "b"] { first.add("said by \(path)", of: path) }
    _ = output(keeping: ["a"])
    #expect(tail("a")?.more() == ["said by a"] && tail("b") == nil)
    output().clear(keeping: [])
    #expect(tail("a") == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: (journal as NSString).deletingLastPathComponent) == [])
  }
}
