import Diagnostics
import Runbooks
import Testing

@Suite("What a model says that nobody can mean")
struct ModelRefusalTests {
  private static let runbook = """
    sanderling: 1
    runbook: book
    inventories: { stores: [{ id: a, users: "50", region: eu }, { id: b, users: "60", region: us }] }
    forecast: forecast.yaml
    phases: [{ id: one, stages: [{ id: s, targets: stores, steps: [{ id: act, uses: manual, undo: none }] }] }]
    """

  private func expect(
    _ rest: String, _ expected: String, prices: String = "{}", load: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let forecast = """
      sanderling: 1
      currency: USD
      prices: prices.yaml
      load: { of: stores, users: users, questions: 1..4..6 /day, surge: 1..2..3, peak: 1..2..3\(load) }
      \(rest)

      """
    expectFindings(
      Self.runbook, expected, files: ["forecast.yaml": forecast, "prices.yaml": "sanderling: 1\nprices: \(prices)\n"],
      sourceLocation: sourceLocation)
  }

  private static let line = "price: 1 USD, per: 1000 tokens, date: 2026-01-01, source: test"

  @Test("the amount from which a price counts has the unit of the price, and is one amount")
  func conditions() {
    func list(_ more: String) -> String { "{ plain: { \(Self.line) }, a: { \(Self.line), else: plain, \(more) } }" }
    expect(
      "", "①–② G166 `prices.a.from` is a size, and has to be in tokens; write it as `1000 tokens`",
      prices: list("from: ①2 KB②"))
    expect(
      "", "①–② G166 `prices.a.from` is a plain number, and has to be in tokens; write it as `1000 tokens`",
      prices: list("from: ①1024②"))
    expect(
      "", "①–② G166 `prices.a.steps` is a time, and has to be in tokens; write it as `1000 tokens`",
      prices: list("from: 1024 tokens, steps: ①128 s②"))
    expect(
      "", "①–② G166 `prices.a.from` is `500..1024 tokens`, and a price counts from one amount; write one number",
      prices: list("from: ①500..1024 tokens②"))
    expect(
      "", "①–② G166 `prices.a.steps` is `0 tokens`, and no step is that small; write one number above 0",
      prices: list("from: 1024 tokens, steps: ①0 tokens②"))
  }

  @Test("what belongs to a condition of a price needs it, and what is paid otherwise has none")
  func otherwise() {
    expect(
      "", "①–② G167 `steps` of the price `a` is incomplete; it needs `from`, above which they count",
      prices: "{ plain: { \(Self.line) }, ①a②: { \(Self.line), steps: 128 tokens, gets: 50 %, else: plain } }")
    expect(
      "", "①–② G167 `else` of the price `a` is incomplete; it needs `from` or `gets`: all gets it without",
      prices: "{ plain: { \(Self.line) }, a: { \(Self.line), else: ①plain② } }")
    for other in ["a", "b"] {
      expect(
        "",
        "①–② G166 `\(other)` has conditions of its own, and is what is paid where there is no `a`; "
          + "name a price without `from` and `gets`",
        prices: "{ plain: { \(Self.line) }, a: { \(Self.line), gets: 10 %, else: ①\(other)② }, "
          + "b: { \(Self.line), gets: 20 %, else: plain } }")
    }
  }

  @Test("what hangs together is drawn, and once")
  func together() {
    expect(
      "with: [{ rise: [load.questions, load.surge] }, { rise: [load.peak, ①load.surge②] }]",
      "①–② G110 `load.surge` stands twice under `with`: one chance decides it; name it once")
    expect(
      "with: [{ rise: [load.questions], fall: [①load.questions②] }]",
      "①–② G110 `load.questions` stands twice under `with`: one chance decides it; name it once")
    expect(
      "takes: { calls: { most: 800 tokens } }\nwith: [{ rise: [load.questions, ①takes.calls.most②] }]",
      "①–② G167 `takes.calls.most` is `800 tokens`, and chance draws ranges of the model alone; "
        + "write a range, such as `1..2..3`, or remove it here")
    expect(
      "goals: { answer: 1..2..3 s }\nwith: [{ rise: [load.questions, ①goals.answer②] }]",
      "①–② G167 `goals.answer` is `1..2..3 s`, and chance draws ranges of the model alone; "
        + "write a range, such as `1..2..3`, or remove it here")
  }

  @Test("a scenario cuts the platform and allows zones by the rules of the model")
  func scenarios() {
    let places = "{ eu: { locations: x, zone: europe }, us: { locations: y, zone: america } }"
    let cells = "cells: { by: region, places: \(places), built: { stage: one/s, by: id } }\n"
    expect(
      "\(cells)scenarios: { other: { cells: { by: region, places: \(places), ①built②: { stage: one/s, by: id } } } }",
      "①–② G104 `built` is not a key of `cells` of a scenario; remove it, or write one of the keys below")
    expect(
      "\(cells)scenarios: { other: { residency: { by: region, zones: { eu: [①eurpe②], us: [america] } } } }",
      "①–② G168 `eurpe` is not a zone of a cell; write `europe`")
    expect(
      "\(cells)scenarios: { ①as-built②: { set: { load.surge: x2 } } }",
      "①–② G110 `as-built` is the name of the scenario of what `cells: built:` says; give this one another name")
  }

  @Test(
    "a percentile lies between none and all",
    arguments: ["0 %", "100 %"])
  func percentile(written: String) {
    expect(
      "goals: { answer: 3 s, percentile: ①\(written)② }",
      "①–② G167 `goals.percentile` cannot be `\(written)`: within a time some are answered, and never all; "
        + "write a share between, such as `95 %`")
  }

  @Test("a column has a bound, and what exceeds it is shown where it stands")
  func bounds() {
    expectFindings(
      Self.runbook.replacing(
        "[{ id: a, users: \"50\", region: eu }, { id: b, users: \"60\", region: us }]", with: "stores.csv"),
      "①–② G167 the column `users` has `1e300` in line 3, which is more than there can be: at most a trillion; "
        + "name a column of numbers, or correct the inventory",
      files: [
        "forecast.yaml": "sanderling: 1\nload: { of: stores, users: users, questions: 4 /day }\n",
        "stores.csv": "id,users\na,50\nb,①1e300②\n",
      ])
  }

  @Test("years are a time, and a part of a question is said to be one")
  func units() {
    #expect(WrittenEstimate("1..2 years")?.high == 2 * 8_760 * 3_600.0 && WrittenEstimate("3 hours")?.mid == 10_800)
    expect(
      "caches: [{ id: exact, keeps: 1 h, items: ①0.5② }]",
      "①–② G167 `caches.exact.items` cannot be `0.5`: somebody asks at least one question; write 1 or more")
  }

  @Test("a decimal comma between brackets is seen by what it makes of the list")
  func lists() {
    expect(
      "", "①–② G109 `1,5` is two elements, since a comma ends an element between brackets; write `1.5`",
      load: ", week: [1, 1, 1, 1, ①1,5②, 1, 0.5]")
    let day = [Int](repeating: 4, count: 22).map(String.init).joined(separator: ", ")
    expect(
      "", "①–② G109 `5,5` is two elements, since a comma ends an element between brackets; write `5.5`",
      load: ", profile: [\(day), ①5,5②, 6]")
    // Without spaces anywhere nobody can tell.
    expect(
      "", "①–② G167 `week` is incomplete; it needs seven factors that are not negative and not all 0, Monday first",
      load: ", week: ①[②1,1,1,1,1,5,1,0]")
  }
}
