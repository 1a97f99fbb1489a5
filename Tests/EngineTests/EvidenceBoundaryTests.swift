import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("Evidence at its limits")
struct EvidenceBoundaryTests {
  private static func at(_ seconds: Int64, _ milliseconds: Int64 = 0) -> Instant {
    Make.start + Span(milliseconds: seconds * 1_000 + milliseconds)
  }

  private static func value(_ number: Int64) -> Reading { .value(Fixed(millionths: number * 1_000_000)) }

  @Test("a sample speaks for less than two intervals, and bridges two of them")
  func freshness() {
    let freshness = Freshness(every: Make.seconds(30))
    #expect(freshness.span == .minute)
    #expect(freshness.covers(Self.at(59, 999), measuredAt: Make.start))
    #expect(!freshness.covers(Self.at(60), measuredAt: Make.start))
    #expect(freshness.bridges(.minute) && !freshness.bridges(Span(milliseconds: 60_001)))
  }

  @Test("a gate opens when its hold is full, and is closed again by a breach that was read with it")
  func hold() {
    var gate = HoldGate(hold: .minute, freshness: Freshness(every: Make.seconds(30)))
    gate.judge(.pass, at: Make.start)
    #expect(gate.holdsSince == Make.start && gate.at == Make.start)
    gate.judge(.pass, at: Self.at(59, 999))
    #expect(!gate.isOpen)
    // What comes late changes nothing; what comes at the same time does.
    gate.judge(.breach, at: Self.at(59, 998))
    #expect(gate.verdict == .pass && gate.holdsSince == Make.start)
    gate.judge(.pass, at: Self.at(60))
    #expect(gate.isOpen)
    gate.judge(.breach, at: Self.at(61))
    #expect(!gate.isOpen && gate.verdict == .breach && gate.at == Self.at(61) && gate.holdsSince == nil)
    var late = HoldGate(hold: .minute, freshness: Freshness(every: Make.seconds(30)))
    late.judge(.pass, at: Make.start)
    late.judge(.breach, at: Make.start)
    #expect(late.verdict == .breach && late.holdsSince == nil)
  }

  @Test("a hold lasts over an unknown as long as its slowest signal is fresh, counted from the first one")
  func unknownHold() {
    var gate = HoldGate(hold: .hour, freshness: Freshness(every: Make.seconds(30)))
    gate.judge(.pass, at: Make.start)
    gate.judge(.unknown(.noData), at: Self.at(10))
    gate.judge(.pass, at: Self.at(20))
    gate.judge(.unknown(.noData), at: Self.at(30))
    gate.judge(.unknown(.noData), at: Self.at(90))
    #expect(gate.holdsSince == Make.start)
    gate.judge(.unknown(.noData), at: Self.at(90, 1))
    #expect(gate.holdsSince == nil)
    gate.judge(.pass, at: Self.at(100))
    #expect(gate.holdsSince == Self.at(100))
  }

  @Test("the clock of a bake counts the time between two passes, and from the end of a breach on")
  func bakeClock() {
    var clock = BakeClock(startedAt: Make.start)
    let steps: [(Verdict, Int64, Int64, Int64)] = [
      (.pass, 30, 30, 0), (.unknown(.noData), 60, 30, 0), (.pass, 90, 30, 0), (.pass, 120, 60, 0),
      (.breach, 150, 0, 150), (.breach, 180, 0, 180), (.pass, 210, 0, 210), (.pass, 240, 30, 210),
      (.breach, 270, 0, 270), (.unknown(.noData), 300, 0, 270), (.pass, 330, 0, 270), (.pass, 330, 0, 270),
      (.pass, 345, 15, 270),
    ]
    for (verdict, time, passed, since) in steps {
      clock.judge(verdict, at: Self.at(time))
      #expect(clock.passed == Make.seconds(passed) && clock.countsSince == Self.at(since), "at \(time)")
      #expect(clock.verdict == verdict && clock.at == Self.at(time))
    }
    clock.judge(.breach, at: Self.at(344))
    #expect(clock.verdict == .pass && clock.passed == Make.seconds(15) && clock.startedAt == Make.start)
    clock.judge(.breach, at: Self.at(345))
    #expect(clock.verdict == .breach)
  }

  @Test("five changes in half an hour are flapping, four are not, nor is one that is older")
  func unstable() {
    let span = Make.seconds(1_800)
    func changes(_ seconds: [Int64]) -> TriggerProgress {
      var progress = TriggerProgress()
      progress.changes = seconds.map { Self.at($0) }
      return progress
    }
    var four = changes([0, 1, 2, 3])
    #expect(!four.isUnstable(within: span) && four.changes.count == 4)
    var five = changes([0, 1, 2, 3, 1_800])
    #expect(five.isUnstable(within: span) && five.changes.count == 5)
    var old = changes([0, 1, 2, 3, 1_801])
    #expect(!old.isUnstable(within: span) && old.changes.count == 4)
    var none = TriggerProgress()
    let isUnstable = none.isUnstable(within: .zero)
    #expect(!isUnstable)
    // The same in a run: the fifth change asks a person.
    var bench = TriggerTests.bench(Make.trigger(lasts: 600))
    for text in ["6", "1", "6", "1"] { bench.sample(text) }
    #expect(bench.lines("trigger_became_unstable").isEmpty)
    bench.sample("6")
    #expect(bench.lines("trigger_became_unstable").count == 1)
  }

  @Test("a decision keeps the sample with which a breach began and the 23 newest ones")
  func samplesKept() {
    var progress = TriggerProgress()
    for number in 0..<Int64(30) {
      progress.judge(
        .breach, reading: Self.value(number), at: Self.at(number * 30), every: Make.seconds(30),
        persistence: .lasting(.hour))
    }
    #expect(progress.samples.count == 24 && progress.breaches == 30)
    #expect(progress.samples.map(\.at) == [Self.at(0)] + (7..<30).map { Self.at($0 * 30) })
    #expect(progress.lasted == Make.seconds(29 * 30) && progress.since == Make.start)
    progress.judge(
      .pass, reading: Self.value(0), at: Self.at(900), every: Make.seconds(30), persistence: .lasting(.hour))
    #expect(progress.samples.isEmpty && progress.breaches == 0 && progress.lasted == .zero && progress.since == nil)
    #expect(progress.changes == [Self.at(0), Self.at(900)] && progress.phase == .idle)
    // Announced neither as pending nor as over: nobody heard of it.
    #expect(progress.isAnnounced && !progress.isFresh)
  }

  @Test("a trigger fires at its span, and time over a gap of more than two intervals does not count")
  func lasting() {
    func fires(_ times: [(Int64, Int64)], lasts: Span) -> Bool {
      var progress = TriggerProgress()
      for (seconds, milliseconds) in times {
        progress.judge(
          .breach, reading: Self.value(9), at: Self.at(seconds, milliseconds), every: Make.seconds(30),
          persistence: .lasting(lasts))
      }
      return progress.phase == .firing
    }
    #expect(fires([(0, 0), (60, 0)], lasts: .minute))
    #expect(!fires([(0, 0), (59, 999)], lasts: .minute))
    #expect(!fires([(0, 0), (60, 1)], lasts: .minute))
    #expect(!fires([(0, 0)], lasts: .zero) && fires([(0, 0), (1, 0)], lasts: .zero))
  }

  @Test("a share of evaluations fires at its part, forgets the oldest, and is over when none breaches")
  func share() {
    var progress = TriggerProgress()
    func judge(_ verdict: Verdict, _ number: Int64) {
      progress.judge(
        verdict, reading: Self.value(number), at: Self.at(number * 30), every: Make.seconds(30),
        persistence: .share(of: 2, in: 3))
    }
    judge(.breach, 1)
    #expect(progress.phase == .pending && progress.breaches == 1 && progress.recent == [true])
    judge(.pass, 2)
    judge(.unknown(.noData), 3)
    judge(.pass, 4)
    #expect(progress.phase == .pending && progress.recent == [true, false, false])
    judge(.pass, 5)
    #expect(progress.phase == .idle && progress.recent == [false, false, false])
    judge(.breach, 6)
    judge(.breach, 7)
    #expect(progress.phase == .firing && progress.breaches == 2 && progress.isAnnounced)
    judge(.pass, 8)
    #expect(progress.phase == .firing && progress.recent == [false, true, true])
  }

  @Test("a running total adds what it rises by, and what it has after it began again")
  func eventCount() {
    var count = EventCount(last: Fixed(millionths: 10), sum: .zero)
    let steps: [(Int64, Int64)] = [(10, 0), (13, 3), (4, 7), (4, 7), (5, 8), (-6, 8), (-5, 9)]
    for (total, sum) in steps {
      count.take(Fixed(millionths: total))
      #expect(count.sum == Fixed(millionths: sum) && count.last == Fixed(millionths: total), "at \(total)")
    }
  }

  @Test("a value is carried for its age, and not a millisecond longer", arguments: [0, 1])
  func carry(milliseconds: Int64) {
    var state = SeriesState(at: Make.start, reading: Self.value(9))
    state.take(Self.value(9), at: Make.start)
    state.take(.missing(.noData), at: Self.at(90, milliseconds))
    #expect(state.at == Self.at(90, milliseconds) && state.valueAt == Make.start)
    let judge = Judge(
      isBreach: { $0 > Fixed(millionths: 5_000_000) }, policy: .carry(Make.seconds(90)))
    #expect(judge.verdict(state) { _ in nil } == (milliseconds == 0 ? .breach : .unknown(.noData)))
    state.take(.missing(.noData), at: Self.at(120))
    state.take(Self.value(1), at: Self.at(150))
    #expect(state.valueAt == Self.at(150))
  }

  @Test("verdicts add up to the worst one, and the first unknown is the one that is said")
  func verdicts() {
    let (none, few) = (Verdict.unknown(.noData), Verdict.unknown(.tooFew))
    let table: [(Verdict, Verdict, Verdict)] = [
      (.pass, .pass, .pass), (.pass, none, none), (none, .pass, none), (none, few, none), (few, none, few),
      (.breach, none, .breach), (none, .breach, .breach), (.pass, .breach, .breach), (.breach, .pass, .breach),
    ]
    for (left, right, sum) in table { #expect(left.and(right) == sum) }
  }

  @Test("a number counts from its least count of events on, and one that is none has its own cause")
  func readings() {
    func reading(_ value: Double, _ count: Double?, _ minimum: Int?) -> Reading {
      Reading(measured: MeasuredNumber(value), count: count.map { MeasuredNumber($0) }, minimum: minimum)
    }
    #expect(reading(1, nil, nil) == Self.value(1) && reading(1, 300, 300) == Self.value(1))
    #expect(reading(1, 299.5, 300) == .missing(.tooFew) && reading(1, nil, 300) == .missing(.tooFew))
    #expect(reading(.nan, 300, 300) == .missing(.notANumber) && reading(.nan, 1, 300) == .missing(.tooFew))
    #expect(reading(.infinity, nil, nil) == .missing(.infinite) && reading(1e300, nil, nil) == .missing(.outOfRange))
    #expect(reading(1e13, nil, nil) == .value(Fixed(10_000_000_000_000)))
    // More events than can be counted are enough, of what is a number.
    #expect(reading(1, 1e300, 300) == Self.value(1) && reading(.nan, 1e300, 300) == .missing(.tooFew))
  }

  @Test(
    "of series with one verdict the one nearest to the limit is shown, whichever side is bad",
    arguments: [(Condition.Comparison.less, 5, "4"), (.atMost, 5, "4"), (.more, 1, "2"), (.atLeast, 1, "2")])
  func shown(comparison: Condition.Comparison, limit: Int64, worst: String) throws {
    let gate = Make.gate([Make.condition(comparison, limit)], hold: 600)
    var bench = Bench(Make.watched(signals: [Make.signal("s", .target)], gate: gate, waves: [[0, 1, 2]]))
    bench.succeedAll()
    for _ in 0..<2 {
      bench.now = bench.nextSample
      let names = try #require(bench.state.samplesDue(at: bench.now).first?.series)
      #expect(names.count == 3)
      let readings = ["3", "2", "4"].compactMap { Reading($0) }
      let samples = Samples(
        signal: 0, name: "s", series: names, rows: [Samples.Row(at: bench.now, readings: readings)])
      bench.turn([Event(.sampled([samples]), at: bench.now)])
    }
    let item = try #require(bench.state.evidence.gate?.board.items.first)
    #expect(item.verdict == .pass && item.reading == Reading(worst), "\(item.series) \(item.reading)")
  }

  /// What one signal shows at some seconds, recorded in one event.
  private static func read(_ signal: Int, _ values: [(Int64, Int64)], _ bench: inout Bench) {
    let rows = values.map { second, value in
      Samples.Row(at: Make.start + Make.seconds(second), readings: [.value(Fixed(millionths: value * 1_000_000))])
    }
    bench.now = max(bench.now, rows.last?.at ?? bench.now)
    let name = bench.state.plan.signals[signal].name
    bench.turn([Event(.sampled([Samples(signal: signal, name: name, series: [""], rows: rows)]), at: bench.now)])
  }

  @Test("what one signal showed long ago says nothing about the time for which another was read", arguments: [1, 6])
  func readLate(last: Int64) {
    // Both are asked every 30 seconds, and each speaks for a minute.
    let gate = Make.gate([Make.condition(.less, 3), Make.condition(.less, 3, signal: 1)], hold: 90)
    var bench = Bench(Make.watched(signals: [Make.signal(), Make.signal("t")], gate: gate))
    bench.succeedAll()
    Self.read(0, [(30, 1)], &bench)
    Self.read(1, [(30, 1)], &bench)
    // The second one is behind, as after an outage.
    Self.read(0, [(60, 1), (90, 1), (120, 1)], &bench)
    Self.read(1, [(60, 1), (90, 1)], &bench)
    #expect(bench.lines("gate_opened").isEmpty, "what the second one shows at 120 s is still to be read")
    Self.read(1, [(120, last)], &bench)
    #expect(bench.lines("gate_opened").count == (last == 1 ? 1 : 0))
  }

  @Test("what a value of an attribute has of live targets begins with the first of them")
  func firstOfAttribute() throws {
    var plan = Make.watched(
      signals: [Make.signal("s", .attribute("country"))], triggers: [Make.trigger(do: .hold)], bake: .hour,
      waves: [[0, 2]])
    plan.stages[0].concurrency = 1
    var bench = Bench(plan)
    bench.succeed("p/s/1/t0/a")
    bench.now = bench.now + Make.seconds(7)
    bench.succeed("p/s/1/t2/a")
    let key = { (row: Int32) in TargetKey(stage: 0, row: row) }
    let value = try #require(bench.state.attribute("country", of: key(0)))
    #expect(value == bench.state.attribute("country", of: key(2)), "this test needs two targets of one country")
    #expect(bench.state.live.byAttribute["country"]?[value]?.earliest == Make.start)
  }

  @Test("a condition that was not looked at for longer than its signal is fresh is unknown", arguments: [0, 1])
  func board(milliseconds: Int64) {
    let signals = [Make.signal(settle: 10), Make.signal("slow", every: 60)]
    var board = Board(
      items: [
        Board.Item(condition: Make.condition(), isBreach: true, policy: .hold),
        Board.Item(condition: Make.condition(signal: 1), isBreach: true, policy: .hold),
      ], startedAt: Make.start)
    #expect(board.verdict(at: Make.start, signals: signals) == .unknown(.noData))
    #expect(board.freshness(signals: signals) == Freshness(every: .minute))
    #expect(Board(items: [], startedAt: Make.start).freshness(signals: signals) == Freshness(every: .zero))
    for place in board.items.indices { (board.items[place].verdict, board.items[place].at) = (.pass, Self.at(60)) }
    // 60 s, ten more that the signal needs to settle, and two intervals.
    let end = Self.at(130, milliseconds)
    #expect(board.verdict(at: end, signals: signals) == (milliseconds == 0 ? .pass : .unknown(.noData)))
  }
}
