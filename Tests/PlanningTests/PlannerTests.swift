import Diagnostics
import Foundation
import Quantities
import Testing

@testable import Plans

@Suite("A plan")
struct PlannerTests {
  private func book(_ stage: String, head: String = "", count: Int = 200) throws -> (plan: Plan?, findings: [Finding]) {
    try planned(
      """
      sanderling: 1
      runbook: test
      \(head)
      inventories: { stores: stores.csv }
      phases:
        - id: one
          stages:
            - id: stores
              targets: stores
              \(stage)
              steps: [ { id: move, uses: noop, undo: none } ]
      """, files: ["book/stores.csv": stores(count)])
  }

  @Test("cuts waves by the sizes that are written, the last one repeated")
  func sizes() throws {
    let plan = try #require(try book("waves: { sizes: [2, 6, 12] }", count: 50).plan)
    #expect(plan.stages[0].waves.map(\.targets.count) == [2, 6, 12, 12, 12, 6])
    #expect(Set(plan.stages[0].waves.flatMap(\.targets)).count == 50)
  }

  @Test("spreads a selection over regions and countries as evenly as that goes")
  func spread() throws {
    let plan = try #require(try book("select: { count: 15, spread: [region, country], seed: 41 }").plan)
    let rows = plan.stages[0].waves.flatMap(\.targets).map(Int.init)
    let regions = Dictionary(grouping: rows) { $0 % 3 }.mapValues(\.count)
    let pairs = Set(rows.map { [$0 % 3, $0 % 5] })
    #expect(regions == [0: 5, 1: 5, 2: 5])
    #expect(pairs.count == 15)
  }

  @Test("chooses the same targets on every machine: the choice is part of this test")
  func stable() throws {
    let plan = try #require(try book("select: { count: 6, spread: [region], seed: 41 }").plan)
    let ids = plan.stages[0].waves.flatMap(\.targets).map { plan.target($0, stage: 0) }
    #expect(ids == Self.expected)
  }

  static let expected = ["s-60", "s-55", "s-83", "s-132", "s-73", "s-131"]

  @Test("says that 20 a week from 20 stores reach 200 only in week 17, and which pace meets the deadline")
  func deadline() throws {
    let (plan, findings) = try planned(
      """
      sanderling: 1
      runbook: test
      starts: 2027-01-04
      deadline: 2027-04-02
      zone: Europe/Amsterdam
      inventories: { stores: stores.csv }
      phases:
        - id: foundation
          stages: [ { id: platform, steps: [ { id: a, uses: noop, undo: none } ] } ]
        - id: regional-pilots
          starts: 2027-02-01
          stages:
            - { id: stores, targets: stores, select: { count: 20 }, waves: { sizes: [2, 6, 12] }, bake: 48h,
                steps: [ { id: a, uses: noop, undo: none } ] }
        - id: full-scale
          starts: 2027-03-01
          stages:
            - { id: stores, targets: stores, waves: { pace: 20 per week },
                steps: [ { id: a, uses: noop, undo: none } ] }
      """, files: ["book/stores.csv": stores(200)])
    #expect(plan?.stages[2].waves.count == 9)
    #expect(plan?.stages[2].waves.first?.earliest?.text == "2027-03-01")
    let finding = try #require(findings.first { $0.code == "G301" })
    #expect(finding.message.contains("week 17"))
    #expect(finding.message.contains("2027-04-26"))
    #expect(finding.suggestion?.contains("pace: 36 per week") == true)
  }

  @Test("floors percentages on the planned size")
  func percent() throws {
    let plan = try #require(try book("waves: { sizes: [19, 20, 21], tolerate: 10 % }", count: 60).plan)
    #expect(plan.stages[0].waves.map(\.tolerate) == [1, 2, 2])
    for (count, tolerate) in [(19, 0), (20, 1), (39, 1), (40, 2)] {
      let plan = try book("waves: { tolerate: { phase: 5 % } }", count: count).plan
      #expect(plan?.phases[0].tolerate == tolerate, "\(count)")
    }
  }

  @Test("prints the concurrency that strict admission leaves, and says so when more was asked for")
  func concurrency() throws {
    let (plan, findings) = try book("waves: { concurrency: 4, tolerate: 1 }")
    #expect(plan?.stages[0].effectiveConcurrency(wave: 0, phaseLimit: nil, runLimit: nil) == 2)
    let bounded = try #require(findings.first { $0.code == "G309" })
    #expect(bounded.message.hasSuffix("works on 2 targets at once, not 4: `tolerate: 1` admits no more"))
  }

  @Test("reads back the bytes that it writes, and its digest is theirs")
  func roundTrip() throws {
    let plan = try #require(
      try book("waves: { pace: 20 per week, tolerate: { wave: 1, country: 2 } }", head: "starts: 2027-01-04").plan)
    let bytes = plan.canonicalBytes
    #expect(try Plan(canonical: bytes) == plan)
    #expect(plan.digest == Digest(of: bytes))
    #expect(String(decoding: bytes, as: UTF8.self) == (try JSON(parsing: bytes)).canonicalText)
  }

  @Test("refuses bytes that are not a plan, whatever is missing", arguments: 0..<60)
  func damaged(part: Int) throws {
    let bytes = try #require(try book("waves: { size: 50 }").plan).canonicalBytes
    let cut = Array(bytes.prefix(bytes.count * part / 60))
    #expect(throws: PlanError.self) { try Plan(canonical: cut) }
  }

  @Test("resolves pace boundaries in the programme's zone, across a change of clocks")
  func boundaries() throws {
    let plan = try #require(
      try book("waves: { pace: 100 per week }", head: "starts: 2027-03-22\nzone: Europe/Amsterdam").plan)
    let boundaries = try #require(plan.stages[0].pace?.boundaries)
    // Clocks change on 28 March 2027: the first Monday starts at 23:00 UTC, the second at 22:00.
    #expect(boundaries.prefix(2).map(\.text) == ["2027-03-21T23:00:00.000Z", "2027-03-28T22:00:00.000Z"])
  }

  @Test("knows the periods of a cap for two years beyond the first, however few waves there are")
  func periodsOfCap() throws {
    let plan = try #require(
      try book("waves: { caps: { country: 1 per week } }", head: "starts: 2027-03-22\nzone: Europe/Amsterdam").plan)
    let last = try #require(plan.stages[0].caps[0].pace.boundaries.last)
    #expect(plan.stages[0].waves.count < 52 && last.text.hasPrefix("2030-03"), "\(last.text)")
  }
}

@Suite("What somebody wrote")
struct KeptTests {
  /// A probe that is an adapter was dropped in silence, and its step parked in a doubt that it could have settled.
  @Test("is in the plan, whether it names an operation or an adapter")
  func probes() throws {
    let (plan, _) = try planned(
      """
      sanderling: 1
      runbook: test
      signals: { load: { query: count, every: 1m, no_data: zero when users is live }, users: { query: noop, every: 1m } }
      gates: { calm: [ load < 5, users > 0 ] }
      triggers:
        - { id: busy, when: load > 9, for: 2m }
        - { id: away, when: users < 1, of: 2/3, no_data: idle when load is 0 }
      notify: [ { on: [waves, needs_person], uses: noop, as: teams }, { on: [finished], uses: count } ]
      phases:
        - id: one
          stages:
            - { id: s, gate: { require: calm }, steps: [ { id: a, uses: act }, { id: b, uses: look, undo: none } ] }
      environment:
        operations:
          act: { provider: process, idempotency: key, probe: noop, undo: noop, with: { command: [ act ] } }
          look: { provider: process, idempotency: natural, probe: seen, with: { command: [ look ] } }
          seen: { provider: process, timeout: 5s, with: { command: [ seen ] } }
          count: { provider: process, timeout: 7s, with: { command: [ count ] } }
      """)
    let made = try #require(plan)
    let calls = made.stages[0].steps.map(\.call)
    #expect(calls.map(\.probe?.operation) == ["noop", "seen"] && calls.map(\.probe?.provider) == ["noop", "process"])
    #expect(calls.map(\.probe?.timeout) == [.minute, Span("5s")] && calls.map(\.idempotency) == [.key, .natural])
    #expect(made.providers.map(\.name) == ["noop", "process"])
    #expect(
      made.signals.map(\.provider) == ["process", "noop"] && made.signals.map(\.timeout) == [Span("7s"), .minute])
    #expect(made.signals.map(\.noData) == [.zero(signal: 1), .hold])
    #expect(made.triggers.map(\.noData) == [.zero(signal: 1), .idle(signal: 0)])
    #expect(made.stages[0].gate?.conditions.count == 2)
    #expect(made.notices.map(\.classes) == [[.waves, .needsPerson], [.finished]])
    #expect(made.notices.map(\.form) == [.teams, .cloudevents] && made.notices.map(\.provider) == ["noop", "process"])
  }
}

@Suite("A plan that somebody edited")
struct EditedPlanTests {
  @Test(
    "is refused before anything reaches outside of it",
    arguments: [
      (#""targets":[0"#, #""targets":[7"#), (#""phase":0"#, #""phase":3"#), (#""inventory":0"#, #""inventory":2"#),
      (#""columns":["country","id""#, #""columns":["country","ie""#), (#""concurrency":1"#, #""concurrency":0"#),
      (#""targets":[0,1"#, #""targets":[1,1"#),
    ])
  func edited(from: String, to: String) throws {
    let (plan, _) = try planned(
      """
      sanderling: 1
      runbook: test
      inventories: { stores: stores.csv }
      phases:
        - { id: one, stages: [ { id: s, targets: stores, steps: [ { id: a, uses: noop, undo: none } ] } ] }
      """, files: ["book/stores.csv": stores(3)])
    let text = String(decoding: try #require(plan).canonicalBytes, as: UTF8.self)
    try #require(text.contains(from))
    #expect(throws: PlanError.self) { try Plan(canonical: Array(text.replacing(from, with: to).utf8)) }
  }
}
