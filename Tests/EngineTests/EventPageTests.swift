import Foundation
import Testing

@testable import Engine

@Suite("The page about the record")
struct EventPageTests {
  /// One row of the table of events.
  private struct Row {
    var names: [String]
    var words: Set<String>
  }

  /// The rows of the table. Words in parentheses are values, and no keys.
  private static func rows() throws -> [Row] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/audit.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let lines = page.split(separator: "\n").drop { $0 != "## Events" }.dropFirst().prefix { !$0.hasPrefix("## ") }
    return lines.filter { $0.hasPrefix("| `") }.map { line in
      let cells = line.split(separator: "|").map(String.init)
      let isStep = cells[0].contains("*")
      let names = Self.quoted(cells[0]).flatMap { name in
        isStep ? [name, name.replacing("step_", with: "undo_")] : [name]
      }
      return Row(names: names, words: Set(Self.quoted(cells[2].replacing(/\([^)]*\)/, with: ""))))
    }
  }

  private static func quoted(_ text: String) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// What the log says of itself, which is no event of a run.
  private static let ofTheLog = [
    "log_created", "run_registered", "log_incarnated", "payloads_erased", "entries_pruned", "journal_key_used",
  ]

  @Test("has one row for each event, and none for anything else")
  func names() throws {
    #expect(try Self.rows().flatMap(\.names).filter { !Self.ofTheLog.contains($0) }.sorted() == Event.types)
  }

  @Test("names all keys of an event, and no others")
  func keys() throws {
    // What stands inside of a value.
    let inside: Set<String> = ["signal", "series", "samples", "at", "!", "signal_sampled"]
    for row in try Self.rows() where !row.names.allSatisfy(Self.ofTheLog.contains) {
      let entries = row.names.compactMap { EventEntry.named[$0] }
      let own = Set(entries.flatMap { $0.keys + $0.erasableKeys })
      let keys = own
      #expect(keys.subtracting(row.words) == [], "\(row.names)")
      #expect(row.words.subtracting(own).subtracting(inside).subtracting(["log", "account"]) == [], "\(row.names)")
    }
  }
}
