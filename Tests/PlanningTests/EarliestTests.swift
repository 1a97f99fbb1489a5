import Diagnostics
import Quantities
import Testing

@testable import Engine
@testable import Plans

/// A run whose every request is answered at once: what a plan says of the earliest times is said of it.
struct InstantRun {
  /// By stage and row: when the target began.
  private(set) var began: [TargetKey: Instant] = [:]
  /// By wave: when it was over.
  private(set) var ended: [Place: Instant] = [:]
  private(set) var outcome: Outcome?

  /// Runs a plan from an instant on.
  init(_ plan: Plan, from start: Instant) throws {
    var machine = Machine(plan, zones: TestZones())
    var now = start
    var sequence: Int64 = 0
    var pending: [Event] = [
      Event(.runCreated(nonce: "n"), at: now), Event(.executorStarted(epoch: 1), at: now),
    ]
    for _ in 0..<20_000 {
      for event in pending {
        sequence += 1
        machine.fold(event, sequence: sequence)
      }
      pending = []
      let decisions = try machine.decide(from: sequence + 1)
      sequence += Int64(decisions.events.count)
      for event in decisions.events {
        if case .waveFinished = event.kind { ended[event.subject] = event.at }
      }
      for effect in decisions.effects {
        guard case .apply(let request) = effect, case .step(let address) = machine.state.index.place(request.path)
        else {
          continue
        }
        if began[address.target] == nil { began[address.target] = now }
        pending.append(
          Event(.succeeded(request.verb, attempt: request.attempt, outputs: [:]), subject: .step(address), at: now))
      }
      guard pending.isEmpty else { continue }
      outcome = machine.state.outcome
      guard let due = machine.state.nextDue, outcome == nil else { return }
      now = max(now, due)
      pending = [Event(.timerDue, at: now)]
    }
  }
}

@Suite("The earliest times of a plan")
struct EarliestTests {
  /// What decides when targets may start, by chance.
  private static func book(_ random: inout SplitMix64) -> (runbook: String, files: [String: String]) {
    let zone = random.pick(["UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata"])
    // Nights in which clocks change are among the days.
    let starts = random.pick([
      "2027-03-01", "2027-03-13", "2027-03-27", "2027-10-30", "2027-11-06", "2027-03-27T22:30", "2027-10-31T01:30",
    ])
    let zones = ["Europe/Lisbon", "America/Bahia", "Asia/Tokyo", "Europe/Oslo"]
    let count = random.int(1...9)
    let rows = (0..<count).map { "t\($0),\(["PT", "BR", "JP"][$0 % 3]),\(zones[$0 % zones.count])" }
    var phases = ""
    for phase in 0..<random.int(1...2) {
      phases += "  - id: p\(phase)\n"
      if phase > 0, random.chance(40) { phases += "    starts: \(random.pick(["2027-11-08", "2027-11-08T05:30"]))\n" }
      phases += "    stages:\n"
      for stage in 0..<random.int(1...2) {
        phases += "      - id: s\(stage)\n        targets: t\n        select: { from: all }\n"
        var waves: [String] = []
        if random.chance(40) {
          let pace = random.pick(["1 per day", "3 per day", "3 per week", "4 per week"])
          waves.append(random.chance(30) ? "pace: { count: 3, per: day, carry: 2 }" : "pace: \(pace)")
        }
        // A wave is no larger than its pace.
        let isNarrow = waves.contains("pace: 1 per day")
        waves.append(isNarrow ? "size: 1" : random.pick(["size: 1", "size: 2", "sizes: [1, 3]"]))
        if random.chance(40) {
          waves.append("caps: { country: \(random.pick(["1 per day", "2 per day", "1 per week"])) }")
        }
        phases += "        waves: { \(waves.joined(separator: ", ")), concurrency: 3 }\n"
        if random.chance(70) {
          let cycles = random.chance(20) ? ", cycles: 1" : ""
          phases += "        bake: { time: \(random.pick(["1s", "45m", "16h", "24h", "60h"]))\(cycles) }\n"
        }
        if random.chance(60) {
          let hours = random.pick(["20:00-23:00", "21:00-05:00", "00:00-23:59", "01:30-02:30"])
          let days = random.pick(["mon-sun", "mon-thu", "[sat, sun]"])
          let latest = random.chance(30) ? ", latest_start: 30m" : ""
          phases +=
            "        window: { days: \(days), between: \"\(hours)\", zone: \(random.pick(["target", "UTC"]))\(latest) }\n"
        }
        phases += "        steps: [ { id: a, uses: noop, undo: none }, { id: b, uses: noop, undo: none } ]\n"
      }
    }
    var calendars = ""
    var files = ["book/t.csv": "id,country,zone\n" + rows.joined(separator: "\n") + "\n"]
    if random.chance(50) {
      calendars = "calendars: [c.ics]"
      let day = random.pick(["20270302", "20270314", "20270328", "20271031", "20271107"])
      files["book/c.ics"] =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
        + "SUMMARY:closed\r\nDTSTART:\(day)T060000\r\nDTEND:\(day)T\(random.pick(["09", "23"]))0000\r\n"
        + (random.chance(50) ? "CATEGORIES:PT\r\n" : "") + "END:VEVENT\r\nEND:VCALENDAR\r\n"
    }
    let runbook = """
      sanderling: 1
      runbook: book
      starts: \(starts)
      zone: \(zone)
      inventories: { t: t.csv }
      \(calendars)
      phases:
      \(phases)
      """
    return (runbook, files)
  }

  @Test("are those of a run whose steps take no time", arguments: 0..<150)
  func exact(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let (runbook, files) = Self.book(&random)
    let (found, findings) = try planned(runbook, files: files)
    guard let plan = found else {
      #expect(findings.contains { $0.code == "G325" }, "\(findings)\n\(runbook)")
      return
    }
    let start = try #require(plan.stages[0].notBefore)
    let run = try InstantRun(plan, from: start + Span(milliseconds: -Span.day.milliseconds))
    #expect(run.outcome == .done, "\(runbook)")
    for stage in plan.stages.indices {
      for (number, wave) in plan.stages[stage].waves.enumerated() {
        let path = plan.path(stage: stage, wave: number)
        let began = wave.targets.compactMap { run.began[TargetKey(stage: stage, row: $0)] }
        #expect(wave.starts?.first == began.min() && wave.starts?.last == began.max(), "\(path) \(wave) \(runbook)")
        #expect(wave.ends == run.ended[.wave(stage: stage, wave: number)], "\(path) \(wave) \(runbook)")
        // What is said of each target is no promise that a run could break.
        for said in plan.starts(ofWave: number, stage: stage, zones: TestZones()) {
          let key = TargetKey(stage: stage, row: said.row)
          #expect(try #require(said.opens) <= (try #require(run.began[key])), "\(path)")
        }
      }
    }
    // A later run is later everywhere.
    let late = try InstantRun(plan, from: start + Span(milliseconds: Int64(random.int(1...200)) * 3_600_000))
    for (key, began) in late.began { #expect(try #require(run.began[key]) <= began, "\(runbook)") }
  }

  private func times(_ stage: String, head: String = "", rows: Int = 4) throws -> (
    waves: [String], findings: [String]
  ) {
    let (plan, findings) = try planned(
      """
      sanderling: 1
      runbook: book
      starts: 2027-03-01
      zone: UTC
      \(head)
      inventories: { t: [ \((1...rows).map { "{id: t\($0)}" }.joined(separator: ", ")) ] }
      phases:
        - id: p
          stages:
            - { id: s, targets: t, \(stage), steps: [ { id: go, uses: noop, undo: none } ] }
      """)
    let waves = try #require(plan).stages.flatMap(\.waves)
    return (
      waves.map { "\($0.starts?.first.text.prefix(16) ?? "-") \($0.ends?.text.prefix(16) ?? "-")" },
      findings.map(\.code)
    )
  }

  @Test("let four waves of a second's bake begin in one evening, and meet the deadline of that day")
  func evening() throws {
    let window = "window: { between: \"20:00-23:00\", zone: UTC }"
    let (waves, _) = try times("waves: { size: 1 }, bake: 1s, \(window)")
    #expect(waves == Array(repeating: "2027-03-01T20:00 2027-03-01T20:00", count: 4))
    #expect(try times("waves: { size: 1 }, bake: 1s", head: "deadline: 2027-03-02").findings == [])
    #expect(try times("waves: { size: 1 }, bake: 1s", head: "deadline: 2027-03-01").findings == [])
  }

  @Test("begin at the time of day that is written, on the clock of the programme, also where that is set forward")
  func timeOfDay() throws {
    func plan(_ starts: String, _ second: String = "") throws -> Plan {
      let (plan, findings) = try planned(
        """
        sanderling: 1
        runbook: book
        starts: \(starts)
        deadline: 2027-03-28
        zone: Europe/Oslo
        phases:
          - { id: one, stages: [ { id: s, steps: [ { id: go, uses: noop, undo: none } ] } ] }
          - { id: two, \(second)stages: [ { id: s, steps: [ { id: go, uses: noop, undo: none } ] } ] }
        """)
      #expect(findings.isEmpty, "\(findings)")
      return try #require(plan)
    }
    let begins = { (plan: Plan) in plan.stages.map { $0.waves[0].starts?.first.text.prefix(16) ?? "-" } }
    let evening = try plan("2027-03-27T22:30")
    #expect(begins(evening) == ["2027-03-27T21:30", "2027-03-27T21:30"])
    #expect(evening.stages[0].notBefore?.text.hasPrefix("2027-03-27T21:30") ?? false)
    #expect(evening.starts == CivilDate("2027-03-27") && evening.stages[1].notBefore == nil)
    // There is no 2:30 on that day: it is 3:30.
    #expect(try begins(plan("2027-03-28T02:30")) == ["2027-03-28T01:30", "2027-03-28T01:30"])
    let later = try plan("2027-03-27", "starts: 2027-03-27T22:30, ")
    #expect(begins(later) == ["2027-03-26T23:00", "2027-03-27T21:30"])
    #expect(later.stages[1].notBefore?.text.hasPrefix("2027-03-27T21:30") ?? false)
  }

  @Test("count a bake of hours as hours")
  func hours() throws {
    let (waves, _) = try times("waves: { size: 1 }, bake: 16h", rows: 3)
    #expect(
      waves == [
        "2027-03-01T00:00 2027-03-01T16:00", "2027-03-01T16:00 2027-03-02T08:00", "2027-03-02T08:00 2027-03-03T00:00",
      ])
    // Over at midnight: not on the next day any more.
    #expect(
      try times("waves: { size: 1 }, bake: 16h", head: "deadline: 2027-03-02", rows: 3).findings.contains("G301")
        == false)
    #expect(
      try times("waves: { size: 1 }, bake: 17h", head: "deadline: 2027-03-02", rows: 3).findings.contains("G301"))
  }

  @Test("take no time of a gate in shadow, and of one that the environment leaves out")
  func gates() throws {
    let head = """
      environment: { operations: { look: { provider: noop } } }
      signals: { s: { query: look, every: 1s, no_data: hold } }
      gates: { fine: [ s < 1 ] }
      """
    #expect(
      try times("waves: { size: 4 }, gate: { require: fine, hold: 5h }", head: head).waves
        == ["2027-03-01T00:00 2027-03-01T05:00"])
    #expect(
      try times("waves: { size: 4 }, gate: { require: fine, hold: 5h, shadow: true }", head: head).waves
        == ["2027-03-01T00:00 2027-03-01T00:00"])
  }
}
