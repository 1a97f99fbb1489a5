import Foundation
import Testing
import Vocabularies

@testable import Adapters

/// The tables of keys in `docs/adapters.md`, made from what the adapters declare. `GOLDEN=accept` writes them again.
@Suite("The page about adapters", .serialized)
struct FactsPageTests {
  static let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/adapters.md")

  /// Where each key of an adapter may stand, and what it means.
  static func table(_ facts: AdapterFacts) -> String {
    let places: [(name: String, keys: [Vocabulary.Key])] = [
      ("provider", facts.configuration.keys), ("step", facts.actions.first?.arguments.keys ?? []),
      ("probe", facts.probe?.keys ?? []), ("query", facts.query?.keys ?? []),
    ]
    var keys: [Vocabulary.Key] = []
    // Keys that a provider alone has come last.
    for key in (places.dropFirst() + places.prefix(1)).flatMap(\.keys)
    where !keys.contains(where: { $0.name == key.name }) { keys.append(key) }
    let used = places.filter { !$0.keys.isEmpty }
    let head = ["key"] + used.map(\.name) + ["meaning"]
    let rows = keys.map { key in
      let marks = used.map { place in
        place.keys.first { $0.name == key.name }.map { $0.required ? "required" : "yes" } ?? ""
      }
      let standard = key.standard.map { " Default `\($0)`." } ?? ""
      return ["`\(key.name)`"] + marks + [key.doc.replacing("|", with: "\\|") + standard]
    }
    let cells = { (row: [String]) in row.map { $0.isEmpty ? " " : " \($0) " }.joined(separator: "|") }
    return "|\(cells(head))|\n|\(head.map { _ in "---" }.joined(separator: "|"))|\n"
      + rows.map { "|\(cells($0))|\n" }.joined()
  }

  @Test("has a table of the keys of each adapter", arguments: AdapterRegistry.facts.map(\.name))
  func tables(name: String) throws {
    let facts = try #require(AdapterRegistry.facts.first { $0.name == name })
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let opening = "<!-- keys of \(name) -->\n\n"
    let start = try #require(text.firstRange(of: opening), "docs/adapters.md has no \(opening)").upperBound
    let end = try #require(text[start...].firstRange(of: "\n<!-- end -->")).lowerBound
    let table = Self.table(facts)
    if ProcessInfo.processInfo.environment["GOLDEN"] == "accept" {
      try Data((text[..<start] + table + text[end...]).utf8).write(to: Self.page)
    } else {
      #expect(String(text[start..<end]) == table, "stale: GOLDEN=accept writes docs/adapters.md again")
    }
  }

  @Test("says what each adapter does and can")
  func abilities() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    for facts in AdapterRegistry.facts {
      let can = [
        facts.actions.isEmpty ? nil : "step", facts.probe == nil ? nil : "probe", facts.query == nil ? nil : "query",
        facts.notice == nil ? nil : "notice",
      ].compactMap { $0 }.joined(separator: ", ")
      let row = "| [`\(facts.name)`](#\(facts.name)) | \(facts.does) | \(can) |"
      #expect(text.contains(row), "\(row)")
    }
  }
}
