import Diagnostics
import Quantities
import Testing

@testable import Plans

@Suite("The plan of an amendment")
struct AmendingTests {
  static func runbook(pace: String = "4 per week", pilots: Int = 3, extra: String = "") -> String {
    """
    sanderling: 1
    runbook: book
    starts: 2027-01-04
    zone: Europe/Amsterdam
    inventories: { stores: stores.csv }
    phases:
      - id: pilots
        stages:
          - id: stores
            targets: stores
            select: { count: \(pilots), spread: [region], seed: 7 }
            waves: { sizes: [1, 2], tolerate: 1 }
            steps: [{ id: act, uses: manual, undo: none }]
      - id: fleet
        stages:
          - id: stores
            targets: stores
            waves: { pace: \(pace), tolerate: 1 }
            steps: [{ id: act, uses: manual, undo: none }]\(extra)
    """
  }

  private func plan(
    _ runbook: String, stores csv: String, people: String? = nil, amending: ExecutedPrefix? = nil,
    today: CivilDate? = nil, salt: String? = nil
  ) throws -> Plan {
    var files = ["book/stores.csv": csv]
    if let salt { files["book/trust/salt"] = salt }
    if let people { files["book/trust/people.yaml"] = people }
    let (plan, findings) = try planned(runbook, files: files, amending: amending, today: today)
    return try #require(plan, "\(findings.map(\.message))")
  }

  private func ids(_ plan: Plan, _ stage: Int) -> [[String]] {
    plan.stages[stage].waves.map { wave in wave.targets.map { plan.target($0, stage: stage) } }
  }

  /// A run of `plan` that has begun some waves of each stage.
  private func prefix(_ plan: Plan, waves: [Int], over: Int) -> ExecutedPrefix {
    ExecutedPrefix(
      plan: plan, waves: waves,
      rows: plan.stages.enumerated().map { stage, planned in
        Set(planned.waves.prefix(waves[stage]).flatMap(\.targets))
      }, stagesOver: over)
  }

  @Test("keeps the waves that were begun, wherever targets stand in the changed files")
  func keeps() throws {
    let old = try plan(Self.runbook(), stores: stores(12))
    let begun = prefix(old, waves: [2, 1], over: 1)
    // Another order of the rows, two stores more, one store that waits less.
    let waiting = ids(old, 1)[2][0]
    let lines = stores(14).split(separator: "\n")
    let changed =
      ([lines[0]] + lines.dropFirst().reversed().filter { !$0.hasPrefix("\(waiting),") }).joined(separator: "\n") + "\n"
    let new = try plan(Self.runbook(), stores: changed, amending: begun)
    #expect(new.conflicts(with: begun) == [])
    #expect(ids(new, 0) == ids(old, 0) && ids(new, 1)[0] == ids(old, 1)[0])
    let all = (ids(new, 0) + ids(new, 1)).flatMap { $0 }
    #expect(Set(all).count == all.count && all.count == 13)
    #expect(all.contains("s-12") && all.contains("s-13") && !all.contains(waiting))
    #expect(new.amends == old.digest)
    // A second amendment of the same run stands on the first one.
    let again = try plan(
      Self.runbook(), stores: stores(14), amending: prefix(new, waves: [2, 2], over: 1))
    #expect(again.conflicts(with: prefix(new, waves: [2, 2], over: 1)) == [])
    #expect(ids(again, 1).prefix(2) == ids(new, 1).prefix(2))
    #expect(ids(again, 1).flatMap { $0 }.contains(waiting))
  }

  @Test("takes a stage that is over for over, and takes no more targets into it than asked for")
  func over() throws {
    let old = try plan(Self.runbook(), stores: stores(12))
    let begun = prefix(old, waves: [2, 0], over: 1)
    let more = try plan(Self.runbook(pilots: 5), stores: stores(12), amending: begun)
    #expect(ids(more, 0) == ids(old, 0) && more.conflicts(with: begun) == [])
    // A stage that goes on takes what the new number leaves.
    let going = prefix(old, waves: [1, 0], over: 0)
    let fewer = try plan(Self.runbook(pilots: 2), stores: stores(12), amending: going)
    #expect(ids(fewer, 0).map(\.count) == [1, 1] && fewer.conflicts(with: going) == [])
    let wider = try plan(Self.runbook(pilots: 6), stores: stores(12), amending: going)
    #expect(ids(wider, 0).map(\.count) == [1, 2, 2, 1])
  }

  @Test("lays what is left on the calendar from today on, at the new pace, in the period that is going on")
  func reflows() throws {
    let old = try plan(Self.runbook(), stores: stores(12))
    #expect(old.stages[1].waves.map { $0.earliest?.text } == ["2027-01-04", "2027-01-11", "2027-01-18"])
    let begun = prefix(old, waves: [2, 1], over: 1)
    let today = try #require(CivilDate("2027-01-20"))
    let new = try plan(Self.runbook(pace: "2 per week"), stores: stores(12), amending: begun, today: today)
    #expect(
      new.stages[1].waves.map { $0.earliest?.text }
        == ["2027-01-04", "2027-01-20", "2027-01-25", "2027-02-01"])
    #expect(new.stages[1].pace?.boundaries.first == old.stages[1].pace?.boundaries.first)
  }

  @Test("spreads a wave over the days that a cap needs, and follows its changes")
  func caps() throws {
    let capped = Self.runbook().replacing(
      "pace: 4 per week, tolerate: 1", with: "size: 9, caps: { region: 1 per day }, tolerate: 1")
    let plan = try plan(capped, stores: stores(12))
    // Nine stores in three regions: three days.
    #expect(plan.stages[1].waves.map { $0.earliest?.text } == ["2027-01-04"])
    #expect(plan.stages[1].waves.map { $0.latest?.text } == ["2027-01-06"])
    #expect(
      plan.inventories[0].columns.contains("region") && plan.stages[1].caps.first?.pace.boundaries.count ?? 0 > 300)
    #expect(try Plan(canonical: plan.canonicalBytes) == plan)
    let looser = try self.plan(capped.replacing("1 per day", with: "2 per day"), stores: stores(12))
    #expect(
      looser.differences(from: plan).contains {
        $0.text == "stage fleet/stores: starts in one region: 1 per day → 2 per day" && $0.risk == .grew
      })
  }

  @Test("keeps the attributes by which controls are matched")
  func matching() throws {
    let csv = "id,region,size\n" + (0..<8).map { "s-\($0),R,\($0 % 2)\n" }.joined()
    let gate = "gate: { require: quick, hold: 1h, compare: { signal: till, margin: 1 s, match: [size] } }"
    let signals = "signals: { till: { unit: s, query: process, per: target, every: 1m } }"
    let compared = Self.runbook(extra: "\n        \(gate)").replacing(
      "phases:", with: "\(signals)\ngates: { quick: [ till < 9 s ] }\nphases:")
    let plan = try plan(compared, stores: csv)
    #expect(plan.inventories[0].columns.contains("size") && plan.stages[1].gate?.comparison?.match == ["size"])
    #expect(plan.stages[1].gate?.comparison?.leastPairs == 6)
    #expect(try Plan(canonical: plan.canonicalBytes) == plan)
  }

  @Test("gives persons the places that they had; one who left keeps the place and no role")
  func persons() throws {
    let runbook = Self.runbook()
    let both =
      "sanderling: 1\npeople:\n  ann: { roles: [author], accounts: [ann] }\n  bo: { roles: [manager], accounts: [bo] }\n"
    let old = try plan(runbook, stores: stores(12), people: both)
    let begun = prefix(old, waves: [1, 0], over: 0)
    let others =
      "sanderling: 1\npeople:\n  cy: { roles: [manager], accounts: [cy] }\n  bo: { roles: [manager], accounts: [bo] }\n"
    let new = try plan(runbook, stores: stores(12), people: others, amending: begun)
    #expect(new.people.map(\.name) == old.people.map(\.name) + ["cy"])
    #expect(new.people[0].roles.isEmpty && new.people[0].accounts.isEmpty)
    #expect(new.conflicts(with: begun) == [])
    #expect(new.differences(from: old).contains(PlanDifference("cy becomes manager", .grew)))
    #expect(new.differences(from: old).contains(PlanDifference("ann is no longer author", .shrank)))
  }

  @Test("keeps pseudonyms with the same salt on every machine, and is in the way of a run with another")
  func salts() throws {
    let runbook = Self.runbook()
    let people = "sanderling: 1\npeople:\n  bo: { roles: [manager], accounts: [bo], principals: [bo@example.com] }\n"
    let salts = ["a", "b"].map { String(repeating: $0, count: 64) + "\n" }
    let plans = try (salts + salts + [nil]).map { try plan(runbook, stores: stores(12), people: people, salt: $0) }
    #expect(plans[0].digest == plans[2].digest && plans[0].digest != plans[1].digest)
    #expect(Set(plans.map { $0.people[0].id }).count == 3 && plans.allSatisfy { $0.people[0].name == "bo" })
    #expect(plans.allSatisfy { $0.people[0].pseudonym?.id == $0.people[0].id })
    let words = plans.map { String(decoding: $0.canonicalBytes, as: UTF8.self) }
    #expect(words.allSatisfy { !$0.contains("\"bo\"") && !$0.contains("example.com") })
    let begun = prefix(plans[0], waves: [1, 0], over: 0)
    let amended = try salts.map { try plan(runbook, stores: stores(12), people: people, amending: begun, salt: $0) }
    #expect(amended[0].conflicts(with: begun) == [])
    // Else whoever created and executes the run would be somebody else, who may approve it.
    #expect(amended[1].conflicts(with: begun).contains { $0.contains("leave `trust/salt` as it is") })
    #expect(amended[1].people.count == 1)
  }

  @Test("cannot be made from a store that was moved already and is another one now")
  func attribute() throws {
    let old = try plan(Self.runbook(), stores: stores(12))
    let begun = prefix(old, waves: [1, 0], over: 0)
    let moved = ids(old, 0)[0][0]
    let new = try plan(
      Self.runbook(),
      stores: stores(12).replacing("\(moved),C\(Int(moved.dropFirst(2))! % 5)", with: "\(moved),C9"), amending: begun)
    #expect(new.conflicts(with: begun).first?.hasPrefix("`country` of `\(moved)` changed") == true)
    // Of one that waits it may change.
    let waiting = ids(old, 1)[0][0]
    let other = try plan(
      Self.runbook(),
      stores: stores(12).replacing("\(waiting),C\(Int(waiting.dropFirst(2))! % 5)", with: "\(waiting),C9"),
      amending: begun)
    #expect(other.conflicts(with: begun) == [])
  }
}
