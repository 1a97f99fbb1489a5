import Quantities
import Records
import Testing

@testable import Engine
@testable import Looping
@testable import Plans

@Suite("Measurements that wait to be recorded")
struct MeasuringTests {
  private static let start = LoopBench.start

  /// One target is live, and a trigger watches two signals: more than 5 for a minute.
  static func plan(series: SignalExtent = .global, triggers: Int = 1) -> Plan {
    var plan = LoopBench.plan(1, bake: .day)
    plan.signals = ["load", "other"].map { name in
      PlannedSignal(
        name: name, unit: "", extent: series, every: Span(milliseconds: 30_000), settle: .zero,
        window: .zero, minimumCount: nil, noData: .hold, operation: "measure", provider: "p",
        arguments: .none, timeout: .minute)
    }
    plan.triggers = (0..<triggers).map { signal in
      PlannedTrigger(
        id: "t\(signal)",
        condition: PlannedCondition(signal: signal, comparison: .more, limit: Fixed(millionths: 5_000_000)),
        persistence: .lasting(.minute), action: .rollback, scope: .wave, watchAfter: .zero, noData: .hold,
        mitigates: [])
    }
    return plan
  }

  private static func machine(triggers: Int = 1, nonce: String = "n") throws -> Machine {
    var bench = try LoopBench(plan(triggers: triggers), nonce: nonce)
    try bench.turn(.answered(try bench.request(), .applied(outputs: [:], log: nil)))
    // Its first measurement is known: the first one changes what is shown.
    var machine = bench.loop.machine
    for signal in 0..<2 {
      let samples = Samples(
        signal: signal, name: signal == 0 ? "load" : "other", series: [""],
        rows: [Samples.Row(at: at(1), readings: [.value(Fixed(millionths: 1_000_000))])])
      machine.fold(Event(.sampled([samples]), at: at(1)), sequence: machine.state.lastSequence + 1)
    }
    return machine
  }

  private static func at(_ seconds: Int64, _ milliseconds: Int64 = 0) -> Instant {
    start + Span(milliseconds: seconds * 1_000 + milliseconds)
  }

  static func samples(
    _ seconds: [Int64], _ value: Int64 = 1, signal: Int = 0, series: [String] = [""]
  ) -> Samples {
    Samples(
      signal: signal, name: signal == 0 ? "load" : "other", series: series,
      rows: seconds.map { second in
        Samples.Row(at: at(second), readings: series.map { _ in .value(Fixed(millionths: value * 1_000_000)) })
      })
  }

  @Test("are each asked for under a name that no other question has: of a signal, a series, a time, a run")
  func keys() throws {
    var keys: Set<String> = []
    var count = 0
    for nonce in ["n", "o"] {
      // Another journal may have the same run of the same plan at the same time.
      let machine = try Self.machine(triggers: 2, nonce: nonce)
      for seconds in [60, 90] as [Int64] {
        var measuring = Measuring()
        for case .measure(let measurement) in measuring.ask(machine, now: Self.at(seconds)).orders {
          keys.formUnion(measurement.questions.map(\.key))
          count += measurement.questions.count
        }
      }
    }
    #expect(count == 8 && keys.count == 8)
  }

  @Test("are asked for once, when they are due, and again when they were answered")
  func asks() throws {
    let machine = try Self.machine(triggers: 2)
    var measuring = Measuring()
    #expect(measuring.ask(machine, now: Self.at(29)).orders.isEmpty && !measuring.isAsking)
    #expect(measuring.nextDue(machine) == Self.at(30))
    let (orders, empty) = measuring.ask(machine, now: Self.at(60))
    #expect(orders.count == 2 && empty.isEmpty && measuring.openCount == 2 && measuring.isAsking)
    guard case .measure(let one)? = orders.first else {
      Issue.record("\(orders)")
      return
    }
    #expect(one.request.times == [Self.at(30), Self.at(60)] && one.request.series == [""])
    #expect(one.questions.map(\.series) == [[""]] && one.at == Self.at(60) && one.signal.name == "load")
    #expect(measuring.ask(machine, now: Self.at(60)).orders.isEmpty)
    // While a question is open nothing is due.
    #expect(measuring.nextDue(machine) == nil)
    let isCounted = measuring.close(1)
    #expect(isCounted)
    #expect(measuring.ask(machine, now: Self.at(60)).orders.count == 1 && measuring.openCount == 2)
    let (first, second) = (measuring.cancel(), measuring.cancel())
    #expect(first && !second && !measuring.isAsking)
  }

  @Test("wait until one changes something, at most a minute", arguments: [-1, 0])
  func patience(milliseconds: Int64) throws {
    let machine = try Self.machine()
    var measuring = Measuring()
    let early = try measuring.take(Self.samples([30]), over: machine, now: Self.at(31))
    #expect(!early && measuring.ahead != nil && measuring.nextDue(machine) == Self.at(60))
    let late = try measuring.take(Self.samples([60]), over: machine, now: Self.at(91, milliseconds))
    #expect(late == (milliseconds == 0) && measuring.nextDue(machine) == Self.at(90))
    let asked = measuring.ask(machine, now: Self.at(90)).orders.count
    #expect(asked == 1 && measuring.nextDue(machine) == Self.at(91))
    // Although no other comes: what is due must be done, or the loop turns without end.
    #expect(!measuring.isDue(at: Self.at(90, 999)) && measuring.isDue(at: Self.at(91)))
    let (samples, ahead) = measuring.flush()
    #expect(samples == [Self.samples([30, 60])] && ahead?.state.evidence.signals[0].until == Self.at(60))
    let nothing = measuring.flush().samples
    #expect(nothing.isEmpty && measuring.ahead == nil && measuring.nextDue(machine) == nil)
    let anew = try measuring.take(Self.samples([90]), over: machine, now: Self.at(160))
    #expect(!anew)
  }

  @Test("are recorded at once where the engine decides something by them")
  func decides() throws {
    let machine = try Self.machine()
    var measuring = Measuring()
    let calm = try measuring.take(Self.samples([30]), over: machine, now: Self.at(30))
    let pending = try measuring.take(Self.samples([60], 9), over: machine, now: Self.at(60))
    #expect(!calm && pending)
    #expect(machine.state.evidence.signals[0].until == Self.at(1) && measuring.flush().samples.count == 1)
  }

  @Test("are kept in the order in which they came, and those that follow each other are put together")
  func together() throws {
    let machine = try Self.machine()
    var measuring = Measuring()
    let parts = [
      Self.samples([30]), Self.samples([60, 90]), Self.samples([30], signal: 1),
      Self.samples([60], signal: 1, series: ["x"]),
      Self.samples([120]),
    ]
    for part in parts {
      let isLate = try measuring.take(part, over: machine, now: Self.at(130))
      #expect(!isLate)
    }
    let kept = measuring.flush().samples
    #expect(
      kept == [
        Self.samples([30, 60, 90]), Self.samples([30], signal: 1), Self.samples([60], signal: 1, series: ["x"]),
        Self.samples([120]),
      ])
  }

  @Test("are 20,000 readings at most, a row counted as one more", arguments: [200, 201])
  func readings(rows: Int64) throws {
    let machine = try Self.machine()
    var measuring = Measuring()
    let series = [""] + (1..<99).map { "s\($0)" }
    let many = Self.samples((1...rows).map { $0 * 30 }, series: series)
    let isFull = try measuring.take(many, over: machine, now: Self.at(9_000))
    #expect(isFull == (rows == 201))
  }

  @Test("need no question where nothing is exposed that they could speak about")
  func empty() throws {
    let plan = Self.plan(series: .attribute("country"), triggers: 2)
    var bench = try LoopBench(plan)
    try bench.turn(.answered(try bench.request(), .applied(outputs: [:], log: nil)))
    bench.time = 60_000
    try bench.turn()
    #expect(bench.measurements.isEmpty && bench.state.evidence.signals.map(\.until) == [Self.at(60), Self.at(60)])
  }

  @Test(
    "that wait when the clock is set are recorded in the time before, and no bake is over by the step",
    arguments: [-3_600, 3_600] as [Int64])
  func pendingStep(seconds: Int64) throws {
    var plan = Self.plan()
    plan.stages[0].bake = Span(milliseconds: 300_000)
    // Two targets: the run has something left after the first.
    var bench = try LoopBench(plan)
    try bench.turn(.answered(try bench.request(), .applied(outputs: [:], log: nil)))
    for time in [30, 60, 90] as [Int64] {
      bench.time = time * 1_000
      try bench.turn()
      try bench.turn(.sampled(Self.samples([time])))
    }
    (bench.time, bench.wall) = (91_000, seconds * 1_000)
    try bench.turn(.sampled(Self.samples([90], signal: 1)))
    var entries: [(type: String, at: Instant)] = []
    try bench.record.entries(of: bench.number) { entry in
      entries.append((entry.type, entry.at))
      return true
    }
    let step = try #require(entries.lastIndex { $0.type == "clock_stepped" })
    #expect(entries[step].at == Self.at(91 + seconds))
    #expect(entries[..<step].filter { $0.type == "signal_sampled" }.allSatisfy { $0.at <= Self.at(91) }, "\(entries)")
    #expect(!entries.contains { $0.type == "wave_finished" })
  }

  @Test("of a time that is still to come are nobody's: a second answer of before the clock was set back")
  func future() throws {
    var bench = try LoopBench(Self.plan())
    try bench.turn(.answered(try bench.request(), .applied(outputs: [:], log: nil)))
    bench.time = 30_000
    try bench.turn()
    try bench.turn(.sampled(Self.samples([30])))
    (bench.time, bench.wall) = (31_000, -3_600_000)
    try bench.turn()
    let until = bench.state.evidence.signals[0].until
    bench.time = 61_000
    try bench.turn()
    #expect(bench.measurements.count == 1)
    try bench.turn(.sampled(Self.samples([30])))
    // It is asked for anew, and not only when the clock is there.
    #expect(bench.state.evidence.signals[0].until == until && bench.measurements.count == 1)
  }

  @Test(
    "that were asked for before the clock was set do not count, and are asked for again",
    arguments: [-3_600, 3_600] as [Int64])
  func clockStepped(seconds: Int64) throws {
    var bench = try LoopBench(Self.plan())
    try bench.turn(.answered(try bench.request(), .applied(outputs: [:], log: nil)))
    bench.time = 30_000
    try bench.turn()
    #expect(bench.measurements.map(\.request.times) == [[Self.at(30)]])
    (bench.time, bench.wall) = (31_000, seconds * 1_000)
    try bench.turn()
    #expect(bench.recorded == ["clock_stepped"] && bench.measurements.isEmpty)
    try bench.turn(.sampled(Self.samples([30], 9)))
    #expect(bench.state.evidence.signals[0].until == nil)
    // The same interval, on the clock as it is now: nothing is left out, and nothing of the future is known.
    #expect(bench.measurements.map(\.request.times) == [[Self.at(30 + seconds)]])
    try bench.turn(.sampled(Self.samples([30 + seconds], 9)))
    #expect(bench.state.evidence.signals[0].until == Self.at(30 + seconds))
  }
}
