import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("The deadline of a bake")
struct BakeDeadlineTests {
  /// Two waves of one target that bake for a minute and for two events, ten minutes at most.
  private static func bench(deadline: Int64? = 600, events: Int? = 2) -> Bench {
    var plan = Make.watched(
      signals: [Make.signal(), Make.signal("count")], triggers: [Make.trigger(lasts: 36_000)], bake: .minute,
      events: events.map { PlannedEvents(count: $0, signal: 1) }, waves: [[0], [1]])
    plan.stages[0].bakeDeadline = deadline.map { Make.seconds($0) }
    var bench = Bench(plan)
    bench.succeedAll()
    return bench
  }

  /// So many evaluations of the health and of the running total.
  private static func measure(_ health: String, total: String, _ count: Int, _ bench: inout Bench) {
    for _ in 0..<count {
      bench.now = bench.nextSample
      bench.measure(health)
      bench.measure(total, signal: 1)
    }
  }

  private static func verdicts(_ bench: Bench) -> [Verdict] {
    bench.events.compactMap { if case .bakeExpired(let verdict, _) = $0.kind { verdict } else { nil } }
  }

  @Test("holds the run for a person when what it waits for does not come, and nothing is taken back")
  func expires() {
    var bench = Self.bench()
    #expect(bench.state.evidence.bake?.deadline == Make.start + Make.seconds(600))
    #expect(bench.state.nextDue.map { $0 <= Make.start + Make.seconds(600) } == true)
    Self.measure("1", total: "7", 19, &bench)
    #expect(Self.verdicts(bench).isEmpty && bench.state.hold == nil)
    Self.measure("1", total: "7", 1, &bench)
    #expect(Self.verdicts(bench) == [.unknown(.tooFew)])
    #expect(bench.lines("bake_expired") == ["bake_expired p/s/1"])
    #expect(bench.state.hold == .evidence(by: "the bake of p/s/1 (unknown: too few samples)"))
    #expect(bench.lines("rollback_started", "wave_finished").isEmpty)
    Self.measure("1", total: "7", 30, &bench)
    #expect(Self.verdicts(bench).count == 1, "it is said once")
  }

  @Test("counts what a wave showed from its first change on, and not only since it bakes")
  func counted() {
    var plan = Make.watched(
      signals: [Make.signal(), Make.signal("count")], triggers: [Make.trigger(lasts: 36_000)], bake: .minute,
      events: PlannedEvents(count: 2, signal: 1), waves: [[0, 2], [1]])
    plan.stages[0].concurrency = 1
    var bench = Bench(plan)
    bench.succeed("p/s/1/t0/a")
    Self.measure("1", total: "7", 1, &bench)
    Self.measure("1", total: "11", 1, &bench)
    #expect(bench.state.evidence.bake == nil && bench.state.evidence.counts[""]?.sum == Fixed(4))
    bench.succeedAll()
    Self.measure("1", total: "11", 3, &bench)
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
  }

  @Test("is given once more by a person who goes on, and what was counted so far stays")
  func renewed() {
    var bench = Self.bench()
    Self.measure("1", total: "7", 10, &bench)
    Self.measure("1", total: "8", 10, &bench)
    #expect(bench.state.hold != nil)
    bench.command(.resume)
    #expect(bench.state.evidence.bake?.deadline == bench.now + Make.seconds(600))
    Self.measure("1", total: "8", 5, &bench)
    #expect(bench.lines("wave_finished").isEmpty)
    Self.measure("1", total: "9", 1, &bench)
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"] && Self.verdicts(bench).count == 1)
  }

  @Test("that has passed keeps nothing from being done: what comes while a person is asked counts")
  func late() {
    var bench = Self.bench()
    Self.measure("1", total: "7", 20, &bench)
    Self.measure("1", total: "9", 2, &bench)
    #expect(bench.state.waveState == .baked && bench.lines("wave_finished").isEmpty)
    bench.command(.resume)
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
  }

  @Test("says what was the matter: health that is unknown, a breach, or time", arguments: ["!no_data", "9", "1"])
  func verdicts(health: String) {
    var bench = Self.bench(deadline: 60, events: nil)
    Self.measure("1", total: "1", 1, &bench)
    Self.measure(health, total: "1", 2, &bench)
    switch health {
    case "!no_data": #expect(Self.verdicts(bench) == [.unknown(.noData)])
    case "9": #expect(Self.verdicts(bench) == [.breach])
    default: #expect(Self.verdicts(bench).isEmpty && bench.lines("wave_finished").count == 1)
    }
  }

  @Test("is judged when everything before it is read: what happened while no executor lived counts")
  func outage() {
    var bench = Self.bench()
    Self.measure("1", total: "7", 1, &bench)
    bench.now = Make.start + Make.seconds(900)
    bench.crash()
    bench.wait(.zero)
    #expect(Self.verdicts(bench).isEmpty)
    for signal in 0...1 {
      let rows = bench.state.samplesDue(at: bench.now).first { $0.signal == signal }?.times ?? []
      let samples = Samples(
        signal: signal, name: bench.state.plan.signals[signal].name, series: [""],
        rows: rows.map { .init(at: $0, readings: [Reading(signal == 0 ? "1" : "9") ?? .missing(.noData)]) })
      bench.turn([Event(.sampled([samples]), at: bench.now)])
    }
    #expect(Self.verdicts(bench).isEmpty && bench.lines("wave_finished") == ["wave_finished p/s/1"])
  }

  @Test("runs on while the run is paused, and there is none unless the runbook says so")
  func paused() {
    var bench = Self.bench()
    bench.command(.pause)
    Self.measure("1", total: "7", 20, &bench)
    #expect(Self.verdicts(bench).count == 1 && bench.state.isPaused)
    var patient = Self.bench(deadline: nil)
    Self.measure("1", total: "7", 400, &patient)
    #expect(Self.verdicts(patient).isEmpty && patient.state.evidence.bake?.deadline == nil && patient.state.hold == nil)
  }
}
