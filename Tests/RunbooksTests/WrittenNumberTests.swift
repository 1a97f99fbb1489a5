import Diagnostics
import Runbooks
import Testing

@Suite("A number that is not written as files have it")
struct WrittenNumberTests {
  private static let runbook = """
    sanderling: 1
    runbook: book
    inventories: { stores: [{ id: a, users: "50", region: eu }] }
    forecast: forecast.yaml
    phases: [{ id: one, stages: [{ id: s, targets: stores, steps: [{ id: act, uses: manual, undo: none }] }] }]
    """

  private func expect(
    _ forecast: String, _ expected: String, runbook: String = runbook, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectFindings(
      runbook, expected, files: ["forecast.yaml": "sanderling: 1\n" + forecast], sourceLocation: sourceLocation)
  }

  @Test(
    "is refused with the same number in an estimate",
    arguments: [
      ("4,5 /day", "4.5 /day"), ("3..4,5..6 /day", "3..4.5..6 /day"), ("0,5 /day", "0.5 /day"),
      ("1'000 /day", "1000 /day"), ("10 000 /day", "10000 /day"), ("2.000,5 /day", "2000.5 /day"),
      ("2,5 per day", "2.5 /day"),
    ])
  func estimate(written: String, meant: String) {
    // A plain scalar with an apostrophe or spaces in it is still one.
    expect(
      "load: { of: stores, users: users, questions: ①\"\(written)\"② }",
      "①–② G109 `\(written)` is not an estimate; write `\(meant)`")
  }

  @Test("is asked about where it can be two numbers, also where one of them has the form")
  func doubtful() {
    expect(
      """
      load: { of: stores, users: users, questions: 4 /day }
      takes: { calls: { prompt: ①2.000 tokens② } }
      """,
      "①–② G109 `2.000 tokens` can be read as two numbers; write `2 tokens` or `2000 tokens`, whichever is meant")
    expect(
      "load: { of: stores, users: users, questions: ①\"4,500 /day\"② }",
      "①–② G109 `4,500 /day` is not an estimate; write `4500 /day` or `4.5 /day`, whichever is meant")
    expect(
      """
      load: { of: stores, users: users, questions: 4 /day }
      takes: { calls: { prompt: ①1.375 tokens② } }
      """,
      "①–② G109 `1.375 tokens` can be read as two numbers; write `1.3750 tokens` or `1375 tokens`, whichever is meant")
  }

  @Test("is not asked about where nobody means thousands", arguments: ["0.216 USD", "1.375 USD", "0.0375 USD"])
  func sure(price: String) {
    let loaded = load([
      "runbook.yaml": Self.runbook,
      "forecast.yaml": """
      sanderling: 1
      prices: prices.yaml
      rates: { USD: 0.923 }
      load: { of: stores, users: users, questions: 4 /day }
      """,
      "prices.yaml": "sanderling: 1\nprices: { a: { price: \(price), per: hour, date: 2026-01-01, source: x } }\n",
    ])
    #expect(loaded.findings.filter { $0.code == "G109" } == [])
  }

  @Test("is put together again where a comma ended a member between braces")
  func braces() {
    expect(
      """
      load: { of: stores, users: users, questions: 4 /day }
      takes: { calls: { answer: ①2,1 s②, prompt: 2000 tokens } }
      """,
      "①–② G109 `2,1 s` is two members, since a comma ends a member between braces; write `2.1 s`")
    expect(
      "load: { of: stores, users: users, questions: 4 /day, burst: { rate: ①1,5 /s②, lasts: 10 s } }",
      "①–② G109 `1,5 /s` is two members, since a comma ends a member between braces; write `1.5 /s`")
    expect(
      """
      load: { of: stores, users: users, questions: 4 /day }
      takes: { calls: { prompt: ①2,000 tokens② } }
      """,
      "①–② G109 `2,000 tokens` is two members, since a comma ends a member between braces; "
        + "write `2000 tokens` or `2 tokens`, whichever is meant")
  }

  @Test("is refused with the same number in conditions, times, whole numbers, paces and events")
  func elsewhere() {
    func runbook(_ top: String = "", stage: String = "") -> String {
      """
      sanderling: 1
      runbook: book
      inventories: { stores: [{ id: a }] }
      signals: { speed: { unit: s, query: process, every: 30s, no_data: hold } }
      \(top)
      phases: [{ id: one, stages: [{ id: s, targets: stores, \(stage) steps: [{ id: act, uses: manual, undo: none }] }] }]
      """
    }
    expectFindings(
      runbook("gates: { fast: [ ①\"speed < 2,5 s\"② ] }"),
      "①–② G109 `speed < 2,5 s` is not a condition; write `speed < 2.5 s`")
    expectFindings(
      runbook("gates: { fast: [ ①\"speed < 2.000 s\"② ] }"),
      "①–② G109 `speed < 2.000 s` can be read as two numbers; write `speed < 2 s` or `speed < 2000 s`, "
        + "whichever is meant")
    expectFindings(
      runbook(stage: "bake: ①\"1,5 h\"②,"), "①–② G109 `1,5 h` is not a duration; write `1h30m`")
    expectFindings(
      runbook(stage: "waves: { pace: ①\"1'000 per week\"② },"),
      "①–② G109 `1'000 per week` is not a pace; write `1000 per week`")
    expectFindings(
      runbook(stage: "waves: { pace: ①\"2,5 per week\"② },"),
      "①–② G109 `2,5 per week` is not a pace; write a pace such as `20 per week` or `4 per day`")
    expectFindings(
      runbook(stage: "bake: { time: 1h, events: ①\"1.000 per target\"② },"),
      "①–② G109 `1.000 per target` is not a number of events; write `1 per target` or `1000 per target`, "
        + "whichever is meant")
    expectFindings(
      runbook(stage: "waves: { size: ①\"1,5\"② },"),
      "①–② G106 `size` is `1,5`, but a whole number is wanted; write a whole number")
    expectFindings(
      runbook(stage: "waves: { size: ①1.000② },"),
      "①–② G106 `size` is `1.000`, but a whole number is wanted; write `1` or `1000`, whichever is meant")
  }

  @Test(
    "is asked about in a column of an inventory",
    arguments: [
      ("1.200", "can be read as two numbers; write `1.2` or `1200` there"),
      ("1'200", "is no number; write `1200` there"),
      ("many", "is no number; name a column of numbers, or correct the inventory"),
    ])
  func column(value: String, what: String) {
    expect(
      "load: { of: stores, users: ①users②, questions: 4 /day }",
      "①–② G167 the column `users` has `\(value)` in line 3, which \(what)",
      runbook: Self.runbook.replacing("\"50\"", with: "\"\(value)\""))
  }
}
