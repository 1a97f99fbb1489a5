import Diagnostics
import Quantities
import Testing

@testable import Plans

@Suite("A runbook in an environment")
struct ResolvingTests {
  private static let people = """
    sanderling: 1
    people: { mira: { roles: [manager], accounts: [mira] }, ann: { roles: [manager], accounts: [ann] } }
    """
  private static let freeze = """
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//test//EN
    BEGIN:VEVENT
    UID:b@test
    DTSTAMP:20260101T000000Z
    DTSTART;VALUE=DATE:20280301
    DTEND;VALUE=DATE:20280302
    SUMMARY:later
    END:VEVENT
    BEGIN:VEVENT
    UID:a@test
    DTSTAMP:20260101T000000Z
    DTSTART;VALUE=DATE:20250601
    DTEND;VALUE=DATE:20250602
    SUMMARY:earlier
    END:VEVENT
    END:VCALENDAR

    """

  @Test("gives a bake as long as it says, in the time of the environment")
  func bakes() throws {
    let runbook = """
      sanderling: 1
      runbook: test
      inventories: { shops: [ { id: a } ] }
      phases:
        - id: p
          stages:
            - id: s
              targets: shops
              bake: { time: 1h, deadline: 6h }
              steps: [ { id: install, uses: noop, undo: none } ]
      environment:
        time: { scale: 60 }
      """
    let stage = try #require(try planned(runbook).plan?.stages.first)
    #expect(stage.bake == .minute && stage.bakeDeadline == Span(milliseconds: 360_000))
    let without = try planned(runbook.replacing(", deadline: 6h", with: "")).plan?.stages.first
    #expect(without?.bakeDeadline == nil)
  }

  private static func environment(_ head: String) -> String {
    """
    sanderling: 1
    environment: lab
    \(head)
    providers: { p: { adapter: process } }
    operations:
      look: { provider: p, with: { command: [look] } }
      move:
        provider: p
        with: { command: [move, "${with.rate}", "at ${with.rate}", "${with.list}"] }
        probe: look
        undo: back
        settle: 5s
        idempotency: key
      back: { provider: p, with: { command: [back] }, timeout: 3m }
    """
  }

  private static let runbook = """
    sanderling: 1
    runbook: test
    authors: [ann]
    inventories: { stores: stores.csv }
    calendars: [days.ics]
    zone: Europe/Lisbon
    tolerate: { run: 9, country: 3 }
    parameters: { rate: { type: integer, default: 7, summary: How fast. } }
    signals:
      load: { unit: s, query: process, per: target, every: 30s, settle: 5s, window: 5m, min_count: 201, no_data: carry 61s }
      asked: { query: process, per: target, every: 5m, no_data: hold }
    gates: { calm: [ load < 9 s ] }
    triggers: [ { id: slow, when: load > 5 s, for: 61s, do: rollback, scope: wave, watch_after: 1h } ]
    phases:
      - id: one
        approve: { count: 1, role: manager, not: author, expires: 14d }
        tolerate: { phase: 4, country: 2 }
        stages:
          - id: s
            targets: stores
            approve: { count: 1, role: manager }
            waves: { size: 3, tolerate: { wave: 1, country: 5, phase: 6, run: 8 } }
            window: { days: mon-thu, between: "21:00-05:00", zone: target }
            bake: { time: 25h, events: 201 per target, counted_by: asked, cycles: 2 }
            gate:
              require: calm
              hold: 61s
              deadline: 6h
              valid_for: 2h
              compare: { signal: load, control: rest, match: [region], margin: 1 s, before: 7d }
            steps:
              - { id: move, uses: move, with: { rate: 3, list: [a, "${target.id}"] }, timeout: 9m }
              - { id: end, uses: move, with: { rate: "${parameters.rate}", list: x }, undo: none }
    """

  private func plan(
    _ head: String = "", runbook: String = runbook, stores: String = stores(20)
  ) throws -> (plan: Plan?, findings: [Finding]) {
    try planned(
      runbook,
      files: [
        "book/stores.csv": stores, "book/environments/lab.yaml": Self.environment(head),
        "book/trust/people.yaml": Self.people,
        "book/days.ics": Self.freeze.replacing("\n", with: "\r\n"),
      ])
  }

  @Test(
    "leaves out loudly what the environment names, and nothing else",
    arguments: [
      ("", []), ("ignore: [gates]", ["gate of stage `one/s`"]),
      ("ignore: [comparisons]", ["comparison of stage `one/s`"]),
      ("ignore: [gates, comparisons]", ["gate of stage `one/s`"]),
      ("ignore: [approvals]", ["approval of stage `one/s`", "approval of phase `one`"]),
      ("ignore: [events]", ["event bake of stage `one/s`"]), ("ignore: [cycles]", ["cycle bake of stage `one/s`"]),
      ("ignore: [triggers]", ["1 triggers: slow"]), ("ignore: [calendars]", ["freezes of 1 calendars"]),
      ("time: { windows: ignore }", ["window of stage `one/s`"]),
      (
        "time: { scale: 60, windows: ignore }\nignore: [cycles, calendars]",
        ["cycle bake of stage `one/s`", "window of stage `one/s`", "freezes of 1 calendars"]
      ),
    ])
  func ignored(head: String, words: [String]) throws {
    let (plan, findings) = try plan(head)
    let found = try #require(plan, "\(findings.map(\.message))")
    #expect(found.ignored.map(\.words) == words && found.unexecuted.isEmpty)
    #expect(!findings.contains { $0.code == "G302" })
    let stage = found.stages[0]
    #expect((stage.gate == nil) == head.contains("gates"))
    #expect((stage.gate?.comparison == nil) == (head.contains("gates") || head.contains("comparisons")))
    #expect((stage.bakeEvents == nil) == head.contains("events") && (stage.bakeCycles == 0) == head.contains("cycles"))
    #expect((stage.window == nil) == head.contains("windows") && found.triggers.isEmpty == head.contains("triggers"))
    #expect(found.freezes.isEmpty == head.contains("calendars"))
    #expect(
      (stage.approvalRule == nil) == head.contains("approvals") && found.people.isEmpty == head.contains("approvals"))
    #expect((found.phases[0].approvalRule == nil) == head.contains("approvals"))
  }

  @Test("refuses what compressed time cannot do, unless it is left out")
  func unexecuted() throws {
    let (plan, findings) = try plan("time: { scale: 60 }")
    #expect(findings.count { $0.code == "G302" } == 3)
    #expect(
      plan.map { $0.unexecuted.map(\.words) } ?? [] == [
        "cycle bake of stage `one/s`", "window of stage `one/s`", "freezes of 1 calendars",
      ])
  }

  @Test("takes the lowest of several limits of one level, wherever they are written")
  func limits() throws {
    let found = try #require(try plan().plan)
    #expect(found.stages[0].waves.allSatisfy { $0.tolerate == 1 })
    #expect(found.stages[0].tolerateByAttribute == [AttributeLimit(attribute: "country", limit: 2)])
    #expect(found.phases[0].tolerate == 4 && found.tolerateInRun == 8)
    let other = Self.runbook.replacing("tolerate: { run: 9, country: 3 }", with: "tolerate: { run: 7, country: 1 }")
      .replacing("tolerate: { phase: 4, country: 2 }", with: "tolerate: { phase: 25 %, country: 2 }")
    let lower = try #require(try plan(runbook: other).plan)
    #expect(lower.stages[0].tolerateByAttribute == [AttributeLimit(attribute: "country", limit: 1)])
    #expect(lower.phases[0].tolerate == 5 && lower.tolerateInRun == 7)
  }

  @Test("shrinks evidence and time, and rounds up: nothing is asked of less than there is")
  func scales() throws {
    let same = try #require(try plan().plan)
    #expect(same.signals[0].every == Span(milliseconds: 30_000) && same.signals[0].minimumCount == 201)
    #expect(
      same.triggers[0].persistence == .lasting(Span(milliseconds: 61_000)) && same.triggers[0].watchAfter == .hour)
    #expect(same.stages[0].bake == .day + .hour && same.stages[0].bakeEvents?.count == 201)
    #expect(same.signals[0].noData == .carry(Span(milliseconds: 61_000)) && same.evidenceScale == 1)
    let head = "time: { scale: 60, evidence: 20, windows: ignore }\nignore: [cycles, calendars]"
    let small = try #require(try plan(head).plan)
    #expect(small.scale == 60 && small.evidenceScale == 20)
    let signal = small.signals[0]
    #expect(signal.every == Span(milliseconds: 1_500) && signal.window == Span(milliseconds: 15_000))
    #expect(signal.settle == Span(milliseconds: 250) && signal.minimumCount == 11)
    #expect(signal.noData == .carry(Span(milliseconds: 3_050)))
    #expect(small.triggers[0].persistence == .lasting(Span(milliseconds: 3_050)))
    #expect(small.triggers[0].watchAfter == .minute)
    let gate = try #require(small.stages[0].gate)
    #expect(gate.hold == Span(milliseconds: 3_050) && gate.deadline == Span(milliseconds: 1_080_000))
    #expect(gate.validFor == Span(milliseconds: 360_000))
    #expect(gate.comparison?.before == Span(milliseconds: Span.day.milliseconds * 7 / 20))
    #expect(small.stages[0].bake == Span(milliseconds: 25 * 60_000) && small.stages[0].bakeEvents?.count == 4)
  }

  @Test("knows which way harm lies from the gate: less where it asks for more", arguments: ["<", "<=", ">", ">="])
  func harm(sign: String) throws {
    let text = Self.runbook.replacing("load < 9 s", with: "load \(sign) 9 s")
    let found = try #require(try plan(runbook: text).plan)
    #expect(found.stages[0].gate?.comparison?.isHarmAbove == sign.hasPrefix("<"))
  }

  @Test("hands over what a step says: alone with its type, in a text as text, and open references as they are")
  func arguments() throws {
    let found = try #require(try plan().plan)
    let steps = found.stages[0].steps
    func command(_ call: PlannedCall) -> [ArgumentTemplate] {
      guard case .members(let members) = call.arguments, case .list(let list)? = members.first?.value else { return [] }
      return list
    }
    func text(_ words: String) throws -> ArgumentTemplate { .text(try Template(words)) }
    let (first, second) = (command(steps[0].call), command(steps[1].call))
    let id = try text("${target.id}")
    #expect(first.count == 4 && first[1] == .constant(.integer(3)) && second.count == 4)
    let (at3, at7, seven, a) = (try text("at 3"), try text("at 7"), try text("7"), try text("a"))
    #expect(first[2] == at3 && second[2] == at7 && second[1] == seven)
    #expect([.list([.constant(.string("a")), id]), .list([a, id])].contains(first[3]))
    #expect(steps[0].call.timeout == Span(milliseconds: 540_000) && steps[1].call.timeout == .hour)
    #expect(steps[0].call.settle == Span(milliseconds: 5_000) && steps[0].call.idempotency == .key)
    #expect(steps[0].call.probe?.timeout == .minute && steps[0].call.probe?.operation == "look")
    guard case .call(let undo) = steps[0].undo else {
      Issue.record("the operation's own undo is not taken")
      return
    }
    #expect(undo.operation == "back" && undo.timeout == Span(milliseconds: 180_000) && steps[1].undo == .nothing)
  }

  @Test("knows all freezes; those that are over before the start of the programme are left out")
  func freezes() throws {
    func found(starts: String?) throws -> [String] {
      let text = starts.map { Self.runbook.replacing("zone: Europe", with: "starts: \($0)\nzone: Europe") }
      return try #require(try plan(runbook: text ?? Self.runbook).plan).freezes.map(\.summary).sorted()
    }
    #expect(try found(starts: nil) == ["earlier", "later"])
    #expect(try found(starts: "2025-06-02") == ["earlier", "later"])
    #expect(try found(starts: "2027-01-04") == ["later"])
    #expect(try found(starts: "2040-01-01") == [])
  }

  @Test("keeps the persons, and knows who wrote the runbook")
  func persons() throws {
    let found = try #require(try plan().plan)
    #expect(found.people.map(\.name) == ["mira", "ann"] || found.people.map(\.name) == ["ann", "mira"])
    #expect(found.people.first { $0.name == "ann" }?.isAuthor == true)
    #expect(found.people.first { $0.name == "mira" }?.isAuthor == false)
    let rule = try #require(found.phases[0].approvalRule)
    #expect(
      rule.excludesAuthors && !rule.excludesExecutors && rule.expires == Span(milliseconds: 14 * Span.day.milliseconds))
    #expect(found.stages[0].approvalRule?.excludesAuthors == false)
  }

  @Test("prefers what is given to what the environment says, and that to what the runbook says")
  func parameters() throws {
    func value(_ head: String, given: [String: String] = [:]) throws -> String? {
      let (plan, _) = try planned(
        Self.runbook,
        files: [
          "book/stores.csv": stores(20), "book/environments/lab.yaml": Self.environment(head),
          "book/trust/people.yaml": Self.people, "book/days.ics": Self.freeze.replacing("\n", with: "\r\n"),
        ], given: given)
      return plan?.parameters.first?.value
    }
    #expect(try value("") == "7" && value("parameters: { rate: 8 }") == "8")
    #expect(try value("parameters: { rate: 8 }", given: ["rate": "9"]) == "9")
    // What is given has the parameter's type, too.
    #expect(try value("", given: ["rate": "fast"]) == nil)
  }

  @Test("warns of a value that looks like a secret, and says where it stands", arguments: [true, false])
  func plainSecret(isGiven: Bool) throws {
    let (_, findings) = try planned(
      """
      sanderling: 1
      runbook: x
      parameters: { db_password: { type: string } }
      phases: [ { id: p, stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ] } ]
      environment:
        parameters: { db_password: of-the-lab }
      """, given: isGiven ? ["db_password": "correct-horse"] : [:])
    let found = findings.filter { $0.code == "G128" }
    #expect(found.count == 1 && found.first?.message.contains("list of processes") == isGiven, "\(found)")
  }
}
