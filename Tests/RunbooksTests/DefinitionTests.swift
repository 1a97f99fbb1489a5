import Diagnostics
import Foundation
import Quantities
import Testing
import Vocabularies

@testable import Runbooks

@Suite("The definition of a mapping")
struct DefinitionTests {
  /// Those that the reference has a table for.
  static let definitions: [Vocabulary] = [
    Runbook.definition.vocabulary, Phase.definition.vocabulary, Stage.definition.vocabulary,
    Selection.definition.vocabulary, Waves.definition.vocabulary, Step.definition.vocabulary,
    Signal.definition.vocabulary, Environment.definition.vocabulary, OperationDeclaration.definition.vocabulary,
  ]

  /// By key, what the column `default` says, in the table that has most of the keys.
  private static func table(of vocabulary: Vocabulary) throws -> [String: String] {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/language.md")
    var tables: [[String: String]] = [[:]]
    for line in try String(contentsOf: page, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false) {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      if cells.count < 5 {
        tables.append([:])
      } else if cells[1].hasPrefix("`") {
        tables[tables.count - 1][String(cells[1].split(separator: "`")[0])] = cells[3]
      }
    }
    let names = Set(vocabulary.keys.map(\.name))
    return tables.max { $0.keys.count(where: names.contains) < $1.keys.count(where: names.contains) } ?? [:]
  }

  @Test("stands in the reference with all keys, and with the defaults that hold", arguments: definitions.map(\.name))
  func reference(name: String) throws {
    let vocabulary = try #require(Self.definitions.first { $0.name == name })
    let table = try Self.table(of: vocabulary)
    for key in vocabulary.keys where key.name != "summary" {
      let cell = try #require(table[key.name], "docs/language.md has no row for `\(key.name)` of \(name)")
      #expect(cell.contains("required") == key.required, "`\(key.name)` of \(name): \(cell)")
      if let standard = key.standard, standard != "false", standard != "\"\"" {
        #expect(cell.contains("`\(standard)`"), "`\(key.name)` of \(name) has the default `\(standard)`: \(cell)")
      }
    }
    for row in table.keys { #expect(vocabulary.keys.contains { $0.name == row }, "`\(row)` is no key of \(name)") }
  }

  @Test("gives what is not written its default, and reads what is")
  func defaults() throws {
    let loaded = load([
      "runbook.yaml": runbook(
        top: """
          signals: { s: { query: process, every: 5m, per: target }, t: { query: process, every: 5m, window: 1h, min_count: 7 } }
          gates: { g: [ s < 1, t < 1 ] }
          """,
        stage: "targets: stores\ngate: { require: g, hold: 10m, compare: { signal: s, margin: \"1\" } }")
    ])
    let read = try #require(loaded.findings.hasErrors ? nil : loaded.runbook ?? nil, "\(loaded.findings)")
    #expect(read.signals.map(\.window) == [Span("5m"), .hour])
    #expect(read.signals.map(\.minimumCount) == [nil, 7])
    #expect(read.signals.map(\.extent) == [.target, .global])
    let stage = read.phases[0].stages[0]
    let comparison = try #require(stage.gate?.compare)
    #expect((comparison.looks, comparison.error) == (3, 5))
    #expect(comparison.before == Span("7d"))
    #expect(stage.gate?.onBreach == .rollback)
    #expect(stage.gate?.onUnknown == .hold)
    #expect(stage.then == .hold)
    #expect((stage.select.from, stage.select.seed) == (.rest, 0))
    #expect(stage.waves.admission == .strict)
    #expect(Retry.standard == Retry(attempts: 3, wait: SpanRange(low: Span(milliseconds: 2_000), high: .minute)))
  }

  @Test("reads everything before a missing key ends it, so that nothing which is wrong stays unsaid")
  func missing() {
    expectFindings(
      runbook(
        top: """
          signals: { s: { query: process, every: 5m } }
          triggers:
            - { id: t, for: 1m, of: 1/2, no_data: hold }
          """),
      "runbook.yaml:6:11 G105 the key `when` of a trigger is missing; add `when: response_time < 3 s`",
      "runbook.yaml:6:11 G105 the trigger has both `for` and `of`; keep one of them")
  }
}
