import Foundation
import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("The bytes of events")
struct EventBytesTests {
  /// One sample of every event, most of them in several forms: name, data, payload.
  private static var samples: String {
    RecordTests.kinds.map { kind in
      let payload = kind.payload(log: "line 1\nline 2").map { String(decoding: $0, as: UTF8.self) } ?? "-"
      let bare = kind.payload().map { String(decoding: $0, as: UTF8.self) } ?? "-"
      return "\(kind.type)\t\(String(decoding: kind.data, as: UTF8.self))\t\(bare)\t\(payload)\n"
    }.joined()
  }

  private static func golden(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
  }

  @Test("are the ones that were always written")
  func written() throws {
    let file = Self.golden("events.tsv")
    if ProcessInfo.processInfo.environment["GOLDEN"] == "accept" { try Data(Self.samples.utf8).write(to: file) }
    let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let actual = Self.samples.split(separator: "\n")
    for (wanted, found) in zip(expected, actual) { #expect(found == wanted) }
    #expect(actual.count == expected.count)
  }

  @Test("of format 1 are read for what they were, wherever their members stand now")
  func formerly() throws {
    let lines = try String(contentsOf: Self.golden("events1.tsv"), encoding: .utf8).split(separator: "\n")
    let index = PlanIndex(RecordTests.watched)
    for (line, kind) in zip(lines, RecordTests.kinds) {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      let payload = parts[2] == "-" ? nil : try JSON(canonical: Array(parts[2].utf8))
      let read = try Event(
        RecordedEvent(
          type: String(parts[0]), subject: "", at: RecordTests.later, cause: nil,
          data: try JSON(canonical: Array(parts[1].utf8)), payload: payload), index: index)
      // It had the time at which something was said, and not how long the log was then.
      var wanted = kind
      if case .commandReceived(var command) = kind {
        command.seen = nil
        wanted = .commandReceived(command)
      }
      #expect(read.kind == wanted, "\(line)")
    }
    #expect(lines.count == 194 && RecordTests.kinds.count > lines.count)
  }
}
