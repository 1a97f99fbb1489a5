import Engine
import Foundation
import Plans
import Quantities

extension Bench {
  /// What it costs to judge a signal of one value for each target, and to write it down.
  func evidence(into table: inout ResultTable, targets: Int) throws {
    let plan = Plans.watched(targets: targets)
    var machine = Machine(plan)
    var sequence: Int64 = 1
    let start = Instant(milliseconds: 1_800_000_000_000)
    func fold(_ kind: Event.Kind, _ subject: Place = .run, at: Instant) {
      machine.fold(Event(kind, subject: subject, at: at), sequence: sequence)
      sequence += 1
    }
    fold(.runCreated(nonce: "n"), at: start)
    fold(.executorStarted(epoch: 1), at: start)
    sequence += Int64(try machine.decide(from: sequence).events.count)
    for row in 0..<Int32(targets) {
      let address = StepAddress(target: TargetKey(stage: 0, row: row), step: 0)
      fold(.succeeded(.apply, attempt: 1, outputs: [:]), .step(address), at: start)
    }
    sequence += Int64(try machine.decide(from: sequence).events.count)
    let series = (0..<targets).map { "t-\($0)" }.sorted()
    var decided = 0
    let rounds = 10
    let seconds = try Self.seconds {
      for round in 1...rounds {
        let at = start + Span(milliseconds: Int64(round) * 30_000)
        let readings = (0..<targets).map { Reading.value(Fixed(millionths: Int64(($0 * 7 + round) % 4_000_000))) }
        let samples = Samples(
          signal: 0, name: "response", series: series, rows: [Samples.Row(at: at, readings: readings)])
        let event = Event(.sampled([samples]), at: at)
        // As an executor does it: once ahead of the record, and once when it is written.
        var ahead = machine
        ahead.fold(event, sequence: sequence)
        decided += try ahead.decide(from: sequence + 1).events.count
        _ = Digest(of: event.kind.data)
        machine.fold(event, sequence: sequence)
        decided += try machine.decide(from: sequence + 1).events.count
        sequence += 1
      }
    }
    // Signals of a wave that is over cost nothing: what is to be measured is a wave that bakes.
    var isWatched = false
    if case .baking = machine.state.waveState { isWatched = true }
    let share = seconds / Double(rounds) / 30 * 100
    table.add(
      "\(targets) signals every 30 s", "\(Self.round(share)) % of a core", against: "", wanted: "< 10 %",
      holds: share < 10 && decided == 0 && isWatched)
  }

  /// What a run costs that waits for a person.
  func idle(into table: inout ResultTable) throws {
    let folder = "\(directory)/idle"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let runbook = """
      sanderling: 1
      runbook: idle
      phases: [{ id: p, stages: [{ id: s, steps: [{ id: a, uses: manual, with: { instruction: wait }, undo: none }] }] }]
      """
    try Data(runbook.utf8).write(to: URL(filePath: "\(folder)/runbook.yaml"))
    let process = Process()
    process.executableURL = URL(filePath: try Self.binary())
    process.arguments = ["run", folder, "--journal", "\(folder)/journal.sqlite"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { process.terminate() }
    Thread.sleep(forTimeInterval: 2)
    let before = try Self.ticks(of: process.processIdentifier)
    Thread.sleep(forTimeInterval: 10)
    let share =
      Double(try Self.ticks(of: process.processIdentifier) - before) / Double(sysconf(Int32(_SC_CLK_TCK))) * 10
    table.add(
      "a run that waits", "\(Self.round(share)) % of a core", against: "", wanted: "< 0.5 %", holds: share < 0.5)
  }

  private static func ticks(of process: Int32) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
  }

  /// A year's schedule with zones and freezes, made by the built program.
  func calendar(into table: inout ResultTable) throws {
    let folder = "\(directory)/calendar"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let zones = [
      "Europe/Amsterdam", "Europe/Lisbon", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Australia/Sydney",
      "Europe/Paris", "Europe/Warsaw", "America/Mexico_City", "Asia/Singapore", "Europe/Dublin", "Europe/Madrid",
      "Europe/Rome", "Europe/Stockholm", "Europe/Copenhagen", "America/Toronto", "Asia/Seoul", "Pacific/Auckland",
      "Europe/Berlin", "Europe/Brussels",
    ]
    var stores = "id,country,zone\n"
    for number in 0..<10_000 { stores += "s-\(number),C\(number % 20),\(zones[number % 20])\n" }
    var calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n"
    for number in 0..<50 {
      let day = CivilDate(dayNumber: 20_820 + number * 7)
      let next = CivilDate(dayNumber: day.dayNumber + 2)
      func text(_ date: CivilDate) -> String { date.text.filter { $0 != "-" } }
      calendar += "BEGIN:VEVENT\r\nUID:\(number)\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:\(text(day))\r\n"
      calendar += "DTEND;VALUE=DATE:\(text(next))\r\nSUMMARY:freeze \(number)\r\nCATEGORIES:C\(number % 20)\r\n"
      calendar += "END:VEVENT\r\n"
    }
    calendar += "END:VCALENDAR\r\n"
    let runbook = """
      sanderling: 1
      runbook: year
      starts: 2027-01-04
      zone: Europe/Amsterdam
      inventories: { stores: stores.csv }
      calendars: [freezes.ics]
      phases:
        - id: p
          stages:
            - id: s
              targets: stores
              waves: { pace: 200 per week, tolerate: 2 }
              window: { days: mon-thu, between: "21:00-05:00", zone: target }
              steps: [{ id: a, uses: noop, undo: none }]
      """
    for (name, text) in [("stores.csv", stores), ("freezes.ics", calendar), ("runbook.yaml", runbook)] {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    let binary = try Self.binary()
    let seconds = try Self.seconds { try Self.shell("\(binary) plan \(folder) > /dev/null 2>&1") }
    table.add(
      "a year of 10000 targets, 20 zones, 50 freezes", "\(Self.round(seconds)) s", against: "", wanted: "< 3 s",
      holds: seconds < 3)
  }
}
