import Diagnostics
import Quantities
import Testing

@testable import Plans

@Suite("What a freeze costs a plan")
struct FreezeCostTests {
  /// Ten stores of five countries in one wave of two days' bake; a freeze of some of them from the start on.
  private func findings(
    until end: String, categories: String? = nil, deadline: String? = nil, pace: String = "size: 10"
  ) throws -> [Finding] {
    let calendar = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:a@test",
      "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:20270104", "DTEND;VALUE=DATE:\(end)", "SUMMARY:stocktaking",
    ]
    let lines = calendar + (categories.map { ["CATEGORIES:\($0)"] } ?? []) + ["END:VEVENT", "END:VCALENDAR", ""]
    let (plan, findings) = try planned(
      """
      sanderling: 1
      runbook: test
      starts: 2027-01-04
      \(deadline.map { "deadline: \($0)" } ?? "")
      zone: Europe/Lisbon
      inventories: { stores: stores.csv }
      calendars: [days.ics]
      phases:
        - id: one
          stages:
            - id: s
              targets: stores
              waves: { \(pace) }
              bake: 48h
              steps: [ { id: a, uses: noop, undo: none } ]
      """, files: ["book/stores.csv": stores(10), "book/days.ics": lines.joined(separator: "\r\n")])
    #expect(plan != nil)
    return findings
  }

  @Test("is said of targets that may not start in the first week of their wave", arguments: ["20270110", "20270111"])
  func firstWeek(end: String) throws {
    let found = try findings(until: end, categories: "C0").first { $0.code == "G310" }
    guard end == "20270111" else {
      #expect(found == nil)
      return
    }
    #expect(
      found?.message
        == "2 targets of wave 1 of stage `s` cannot start in its first week (s-0: frozen: stocktaking); "
        + "the wave waits for them until 2027-01-11", "\(found?.message ?? "")")
  }

  @Test(
    "is said in days, with what it means for the deadline",
    arguments: [
      (nil, ""), ("2027-01-04", "; the deadline 2027-01-04 would be missed without them, too"),
      ("2027-01-05", "; without them the deadline 2027-01-05 would be met"),
      ("2027-01-14", "; without them the deadline 2027-01-14 would be met"),
      ("2027-01-15", "; the deadline 2027-01-15 is met all the same"),
    ] as [(String?, String)])
  func deadline(deadline: String?, words: String) throws {
    let found = try findings(until: "20270114", deadline: deadline).first { $0.code == "G314" }
    #expect(found?.message == "freezes move the end of the plan by 10 days, from 2027-01-05 to 2027-01-15\(words)")
  }

  @Test("is nothing where it moves nothing")
  func free() throws {
    #expect(try !findings(until: "20270111", categories: "elsewhere").contains { ["G310", "G314"].contains($0.code) })
  }
}

@Suite("A plan that ends after its deadline")
struct LateTests {
  /// `count` stores at a pace from Monday, 4 January 2027, on.
  private func finding(_ pace: String, count: Int = 20, deadline: String, starts: String = "2027-01-04") throws
    -> Finding?
  {
    let (plan, findings) = try planned(
      """
      sanderling: 1
      runbook: test
      starts: \(starts)
      deadline: \(deadline)
      zone: Europe/Lisbon
      inventories: { stores: stores.csv }
      phases:
        - id: one
          stages: [ { id: s, targets: stores, waves: { \(pace) }, steps: [ { id: a, uses: noop, undo: none } ] } ]
      """, files: ["book/stores.csv": stores(count)])
    #expect(plan != nil)
    return findings.first { $0.code == "G301" }
  }

  @Test(
    "is late only when even its last wave cannot be over by then, also where it is paced by the week",
    arguments: [("2027-01-25", false), ("2027-01-24", true), ("2027-01-31", false)])
  func weeks(deadline: String, isLate: Bool) throws {
    // Four weeks: the last wave begins, and can be over, on Monday, 25 January.
    #expect((try finding("pace: 5 per week", deadline: deadline) != nil) == isLate)
  }

  @Test(
    "is so where it is paced by the day",
    arguments: [("pace: 5 per day", "2027-01-07", false), ("pace: 5 per day", "2027-01-06", true)])
  func days(pace: String, deadline: String, isLate: Bool) throws {
    #expect((try finding(pace, deadline: deadline) != nil) == isLate)
  }

  @Test(
    "is told the least pace that would be in time, and how much is done by then",
    arguments: [
      ("pace: 5 per week", "2027-01-22", "`pace: 7 per week` in stage `s` would: 20 targets in 3 weeks", "15 of 20"),
      ("pace: 5 per week", "2027-01-17", "`pace: 10 per week` in stage `s` would: 20 targets in 2 weeks", "10 of 20"),
      ("pace: 5 per day", "2027-01-06", "`pace: 7 per day` in stage `s` would: 20 targets in 3 days", "15 of 20"),
      ("pace: 5 per day", "2027-01-05", "`pace: 10 per day` in stage `s` would: 20 targets in 2 days", "10 of 20"),
    ])
  func remedy(pace: String, deadline: String, remedy: String, done: String) throws {
    let found = try #require(try finding(pace, deadline: deadline))
    #expect(found.suggestion?.contains(remedy) == true, "\(found.suggestion ?? "")")
    #expect(found.message.contains(done), "\(found.message)")
  }

  @Test(
    "is told a pace that leads to a plan that is not late, whatever day the deadline is and whatever is frozen",
    arguments: ["2027-01-15", "2027-01-16", "2027-01-21", "2027-01-22", "2027-01-23", "2027-01-29", "2027-02-01"],
    ["20270111/20270113", "20270118/20270125", "20270107/20270108"])
  func told(deadline: String, frozen: String) throws {
    let days = frozen.split(separator: "/")
    let calendar = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:a@test",
      "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:\(days[0])", "DTEND;VALUE=DATE:\(days[1])", "SUMMARY:x",
      "CATEGORIES:C0,C1", "END:VEVENT", "END:VCALENDAR", "",
    ].joined(separator: "\r\n")
    func made(_ pace: String) throws -> (plan: Plan, findings: [Finding]) {
      let made = try planned(
        """
        sanderling: 1
        runbook: test
        starts: 2027-01-04
        deadline: \(deadline)
        zone: Europe/Lisbon
        inventories: { stores: stores.csv }
        calendars: [days.ics]
        phases:
          - id: one
            stages:
              - id: s
                targets: stores
                waves: { pace: \(pace) }
                window: { days: mon-thu, between: "21:00-05:00", zone: target }
                bake: 48h
                steps: [ { id: a, uses: noop, undo: none } ]
        """, files: ["book/stores.csv": stores(30), "book/days.ics": calendar])
      return (try #require(made.plan), made.findings)
    }
    let first = try made("5 per week")
    let late = first.findings.first { $0.code == "G301" }
    #expect((late == nil) == (first.plan.standing?.isMet ?? true))
    guard let advice = late?.suggestion?.split(separator: "`").first(where: { $0.hasPrefix("pace: ") }) else { return }
    let second = try made(String(advice.dropFirst(6)))
    #expect(second.plan.standing?.isMet == true, "\(advice) ends on \(second.plan.lastDay?.text ?? "")")
    #expect(!second.findings.contains { $0.code == "G301" })
    #expect(!second.findings.contains { $0.code == "G314" && !$0.message.contains("is met all the same") })
  }

  @Test("cannot be helped where the paced stage begins too late")
  func hopeless() throws {
    let findings = try planned(
      """
      sanderling: 1
      runbook: test
      starts: 2027-01-04
      deadline: 2027-01-06
      zone: Europe/Lisbon
      inventories: { stores: stores.csv }
      phases:
        - id: one
          stages:
            - { id: first, bake: 7d, steps: [ { id: a, uses: noop, undo: none } ] }
            - { id: s, targets: stores, waves: { pace: 5 per week }, steps: [ { id: a, uses: noop, undo: none } ] }
      """, files: ["book/stores.csv": stores(20)]
    ).findings
    let late = try #require(findings.first { $0.code == "G301" })
    #expect(
      late.suggestion?.contains("start stage `s` before 2027-01-06: no pace can meet the deadline") == true,
      "\(late.suggestion ?? "")")
    #expect(late.message.contains("week 5, on 2027-02-01"), "\(late.message)")
  }
}
