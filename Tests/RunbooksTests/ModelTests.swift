import Diagnostics
import Runbooks
import Testing

@Suite("A forecast with a model")
struct ModelTests {
  private static let runbook = """
    sanderling: 1
    runbook: book
    inventories: { stores: [{ id: a, users: "50", region: eu }, { id: b, users: "60", region: us }] }
    forecast: forecast.yaml
    signals: { speed: { unit: s, query: process, every: 30s, no_data: hold } }
    phases: [{ id: one, stages: [{ id: s, targets: stores, steps: [{ id: act, uses: manual, undo: none }] }] }]
    """

  private func expect(
    _ forecast: String, _ expected: String, prices: String = "sanderling: 1\nprices: {}\n",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectFindings(
      Self.runbook, expected, files: ["forecast.yaml": forecast, "prices.yaml": prices],
      sourceLocation: sourceLocation)
  }

  @Test("is read with its units, and everything in it has a path")
  func reads() throws {
    let loaded = load([
      "runbook.yaml": Self.runbook,
      "forecast.yaml": """
      sanderling: 1
      load: { of: stores, users: users, questions: 3..4..6 /day, stocks: { documents: { each: 250 } } }
      takes: { calls: { prompt: 2400..3000..4200 tokens, answer: 2.1 s }, documents: { text: 20 KB } }
      components: { app: { needs: [{ of: calls, slots: 10, holds: answer }], quota: 5 } }
      scenarios: { double: { set: { load.questions: x2, takes.calls.prompt: 9000 tokens } } }
      """,
    ])
    #expect(loaded.findings.filter { $0.severity == .error } == [])
    let model = try #require(loaded.runbook?.model)
    let questions = try #require(model.number("load.questions"))
    #expect(model.estimates[questions].mid == 4.0 / 86_400 && model.estimates[questions].isRange)
    #expect(model.number("components.app.quota") != nil && model.number("takes.documents.text") != nil)
    let doubled = model.under(try #require(model.scenarios.first))
    #expect(doubled.values[questions] == 8.0 / 86_400)
    #expect(doubled.values[try #require(model.number("takes.calls.prompt"))] == 9_000)
  }

  @Test("says which unit a number has to have")
  func units() {
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: ①4② }
      """,
      "①–② G166 `load.questions` is a plain number, and has to be a number in a time; write a rate, such as `4 /day`")
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      takes: { calls: { prompt: 3000 tokens } }
      components: { m: { needs: [{ takes: prompt, carries: ①1000 tokens② }] } }
      """,
      "①–② G166 `components.m.carries` is in tokens, and has to be in tokens/s; write it as `1000 tokens/day`")
  }

  @Test("says what is missing in a cache, a need, a stock")
  func incomplete() {
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      caches: [ { id: ①exact②, keeps: 1 h } ]
      """,
      "①–② G167 the cache `exact` is incomplete; it needs `hits`, or `keeps` with `items`, or `recall` with `paraphrases`"
    )
  }

  @Test("a share is at most everything, and a unit carries something")
  func possible() {
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day, present: ①20②  }
      """,
      "①–② G166 `load.present` is a share, and 20 is more than everything; write it in percent, such as `99.9 %`")
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      takes: { calls: { prompt: 3000 tokens } }
      components: { m: { needs: [{ takes: prompt, carries: ①0 tokens/min② }] } }
      """,
      "①–② G167 `components.m.carries` cannot be `0 tokens/min`: a unit carries something; write more than 0")
  }

  @Test(
    "what cannot be meant is refused",
    arguments: [
      (
        "caches: [{ id: exact, keeps: 1 h, items: ①0② }]",
        "`caches.exact.items` cannot be `0`: somebody asks at least one question; write 1 or more"
      ),
      ("rates: { USD: ①0② }", "`rates.USD` cannot be `0`: a currency is worth something; write more than 0"),
      (
        "components: { m: { most: ①0② } }",
        "`components.m.most` cannot be `0`: a location has at least one unit; write more than 0"
      ),
    ])
  func impossible(line: String, said: String) {
    expect(
      "sanderling: 1\nload: { of: stores, users: users, questions: 4 /day }\n\(line)\n", "①–② G167 \(said)")
  }

  @Test("what a scenario makes of a number is refused with what to write for that number")
  func impossibleUnderScenario() {
    func scenario(_ change: String) -> String {
      "sanderling: 1\nload: { of: stores, users: users, questions: 4 /day, present: 20 % }\n"
        + "scenarios: { more: { set: { \(change) } } }\n"
    }
    expect(
      scenario("①load.present②: x6"),
      "①–② G166 `load.present` cannot be `120 %`: a share is at most everything; write it in percent, such as `99.9 %`")
    expect(
      scenario("①load.present②: 3 s"),
      "①–② G166 `load.present` is written in plain numbers, such as `20 %`; write it in that unit, or as a factor `x2`")
  }

  @Test("knows the steps that build components")
  func builders() {
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      components: { m: { built_by: ①one/s/nothing② }, n: { built_by: before } }
      """,
      "①–② G168 `one/s/nothing` is not a step of the runbook; write it as `phase/stage/step`, or `before` for what no "
        + "step has to build")
  }

  @Test("what contradicts itself is refused, and what is rarely meant is warned of")
  func contradictions() {
    func load(_ more: String, _ rest: String = "") -> String {
      "sanderling: 1\nload: { of: stores, users: users, questions: 4 /day\(more) }\n\(rest)\n"
    }
    expect(
      load("", "components: { m: { least: 50, most: ①30② } }"),
      "①–② G166 `m` has at least 50 units, and at most 30; lower `least`, or raise `most`")
    expect(
      load("", "components: { m: { billed_from: ①10 %② } }"),
      "①–② G167 `billed_from` of `m` is incomplete; it needs `most`, of which it is a share")
    expect(
      load("", "rates: { EUR: ①2② }"),
      "①–② G166 `rates.EUR` is a rate for the currency of all sums; remove it: it is 1")
    expect(
      load(", week: ①[②0, 0, 0, 0, 0, 0, 0]"),
      "①–② G167 `week` is incomplete; it needs seven factors that are not negative and not all 0, Monday first")
    expect(
      load("", "with: [{ rise: [①load.question②] }]"),
      "①–② G168 `load.question` is not a number of the model; write `load.questions`")
    let day = [Int](repeating: 1, count: 22).map(String.init).joined(separator: ", ")
    expect(
      load(", profile: ①[②\(day), 1]"), "①–② G106 `profile` has 23 of 24 elements; add the one that is missing")
    expect(
      load(", profile: ①[②\(day), 20, 98]"),
      "①–② G192 the 24 shares of the profile add up to 140, and count as shares of that; write shares that add up to "
        + "100 or to 1, so that a slip of one of them is seen")
    expect(
      load("", "takes: { calls: { look: 1 looks } }\ncaches: [{ id: a, hits: 1 %, saves: [①looks②] }]"),
      "①–② G168 `looks` is not an amount of calls; write `look`")
    expect(
      load(", burst: { rate: 1 /s, lasts: 1 s, tests: [①one/t②] }"),
      "①–② G168 `one/t` is not a stage of the runbook; write `one/s`")
  }

  @Test("a cache has a name of its own")
  func caches() {
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      caches:
        - { id: exact, hits: 10 % }
        - { id: ①exact②, hits: 10 % }
      """, "①–② G110 two caches have the id `exact`; give this one another id")
  }

  @Test("a price with conditions names what is paid else, and a change is refused as the number would be")
  func conditions() throws {
    let line = "price: 1 USD, per: 1000 tokens, date: 2026-01-01, source: test"
    expect(
      "sanderling: 1\nprices: prices.yaml\nrates: { USD: 0.9 }\nload: { of: stores, users: users, questions: 4 /day }\n",
      "①–② G167 the price `cached` is incomplete; it needs `else`, the price of what does not get it",
      prices: "sanderling: 1\nprices: { ①cached②: { \(line), from: 1024 tokens } }\n")
    let loaded = RunbooksTests.load([
      "runbook.yaml": Self.runbook,
      "forecast.yaml": "sanderling: 1\nrates: { USD: 0.9 }\nload: { of: stores, users: users, questions: 4 /day }\n",
    ])
    let model = try #require(loaded.runbook?.model)
    let refusal = try #require(model.refusal(of: .times(0), at: "rates.USD"))
    #expect(refusal.why == "`rates.USD` cannot be `0`: a currency is worth something")
    #expect(refusal.instead == "write more than 0")
    #expect(model.refusal(of: .times(2), at: "rates.USD") == nil)
  }

  @Test("an amount has a name of its own, and sizes are compared in one unit")
  func distinct() {
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      takes: { calls: { ①hits②: 3000 tokens } }
      """,
      "①–② G110 `hits` is the name of a figure; give this one another name")
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      components: { m: { size: { memory: 4 GiB }, offered: { memory: ①8② } } }
      """,
      "①–② G166 `components.m.offered.memory` is a plain number, and has to be a size; write a size, such as `6 kB`")
  }

  @Test("knows the names of amounts, prices, columns, cells and figures")
  func names() {
    expect(
      """
      sanderling: 1
      load: { of: stores, users: ①user②, questions: 4 /day }
      """, "①–② G168 `user` is not a column of `stores`; write `users`")
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      takes: { calls: { prompt: 3000 tokens } }
      components: { m: { needs: [{ takes: [①promt②], carries: 1000 tokens/min }] } }
      """, "①–② G168 `promt` is not an amount under `takes:`; write `prompt`")
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      cells: { by: ①region②, places: { eu: { locations: x } } }
      """, "①–② G168 `us` is not a place under `cells:`, and targets are there; add it under `places:`")
    expect(
      """
      sanderling: 1
      load: { of: stores, users: users, questions: 4 /day }
      scenarios: { more: { set: { ①load.question②: x2 } } }
      """, "①–② G168 `load.question` is not a number of the model; write `load.questions`")
  }

  @Test("knows when a price does not fit what it is charged for")
  func prices() {
    expect(
      """
      sanderling: 1
      currency: USD
      prices: prices.yaml
      load: { of: stores, users: users, questions: 4 /day }
      takes: { calls: { prompt: 3000 tokens } }
      components: { m: { costs: [{ price: ①disk②, of: prompt }] } }
      """,
      "①–② G166 the price `disk` does not fit: `prompt` is in tokens; use a price per tokens",
      prices: "sanderling: 1\nprices: { disk: { price: 1 USD, per: GB month, date: 2026-01-01, source: test } }\n")
  }

  @Test("numbers are one, two or three in rising order, with a unit")
  func written() {
    #expect(WrittenEstimate("2400..3000..4200 tokens")?.mid == 3_000)
    #expect(WrittenEstimate("40..60 %")?.mid == 0.5 && WrittenEstimate("100 /s")?.dimension == .rate)
    #expect(WrittenEstimate("6 kB")?.dimension == WrittenEstimate("6 KB")?.dimension)
    #expect(
      WrittenEstimate("6 kB")?.mid == 6_000 && WrittenEstimate("6 KB")?.mid == 6_000
        && WrittenEstimate("2 %/month")?.dimension == .rate)
    for wrong in ["", "x", "3..2", "1..2..3..4", "1e9", "5 tokens/fortnight", "..3", "3..", "-4", "1.2.3", "4 /day/s"] {
      #expect(WrittenEstimate(wrong) == nil, "\(wrong)")
    }
  }

  @Test("a risk register names parts of the runbook, and triggers name its risks")
  func risks() {
    expectFindings(
      """
      sanderling: 1
      runbook: book
      risks: risks.yaml
      inventories: { stores: [{ id: a }] }
      signals: { speed: { unit: s, query: process, every: 30s, no_data: hold } }
      triggers: [ { id: ①slow②, when: speed > 5 s, for: 5m, mitigates: [outag] } ]
      phases: [{ id: one, stages: [{ id: s, targets: stores, steps: [{ id: act, uses: manual, undo: none }] }] }]
      """,
      "⑤–⑥ G166 `likelihood` is a share, and 10..20..40 is more than everything; write it in percent, such as `99.9 %`",
      "③–④ G169 `slw` is not a trigger of this runbook; write `slow`",
      "①–② G169 `outag` is not a risk of the register; write `outage`",
      files: [
        "risks.yaml": """
        sanderling: 1
        risks:
          outage:
            title: It stops.
            cause: A cause.
            effect: An effect.
            likelihood: ⑤10..20..40⑥
            impact: 1000 EUR
            mitigation: { triggers: [③slw④] }
        """
      ])
  }
}
