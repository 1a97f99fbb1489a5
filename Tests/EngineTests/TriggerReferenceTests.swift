import Foundation
import Quantities
import Testing

@testable import Engine
@testable import Plans

/// A trigger as the meaning page says it, with the whole stream at hand and no state kept between evaluations.
private struct Reference {
  struct Evaluation {
    var at: Instant
    var reading: Reading
    var verdict: Verdict
  }

  let every: Span
  let persistence: PlannedTrigger.Persistence

  /// The time of the first evaluation at which the trigger fires; `nil` when it does not.
  func fires(_ stream: [Evaluation]) -> Instant? {
    switch persistence {
    case .lasting(let span): lasting(stream, span)
    case .share(let hits, let whole): share(stream, hits, whole)
    }
  }

  private func lasting(_ stream: [Evaluation], _ span: Span) -> Instant? {
    var start = 0
    while start < stream.count {
      guard stream[start].verdict == .breach else {
        start += 1
        continue
      }
      let rest = stream[start...]
      let end = rest.firstIndex { $0.verdict == .pass } ?? rest.endIndex
      let breaches = stream[start..<end].filter { $0.verdict == .breach }.map(\.at)
      for last in breaches.indices.dropFirst() {
        // Time counts between two breaches with at most one evaluation missing between them.
        let steps = zip(breaches[...last], breaches[1...last]).map { ($1 - $0).milliseconds }
        let lasted = steps.filter { $0 <= every.milliseconds * 2 }.reduce(0, +)
        if lasted >= span.milliseconds { return breaches[last] }
      }
      start = end + 1
    }
    return nil
  }

  private func share(_ stream: [Evaluation], _ hits: Int, _ whole: Int) -> Instant? {
    var known: [Bool] = []
    for evaluation in stream {
      if case .unknown = evaluation.verdict { continue }
      known.append(evaluation.verdict == .breach)
      if known.suffix(whole).count(where: { $0 }) >= hits { return evaluation.at }
    }
    return nil
  }
}

@Suite("A trigger against a reference without state")
struct TriggerReferenceTests {
  /// A generator of numbers that is the same everywhere.
  struct Numbers {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
  }

  private static let every = Make.seconds(30)

  /// How many in each part; fewer for a mutation run, which asks for few seeds of the simulation too.
  private static let streams = few.map { $0 * 20 } ?? 25_000
  private static let few = ProcessInfo.processInfo.environment["SANDERLING_SEEDS"].flatMap { Int($0) }

  /// A stream with gaps, silences and evaluations that come twice or late.
  private static func stream(_ numbers: inout Numbers, policy: NoDataPolicy) -> [(at: Instant, reading: Reading)] {
    let length = 4 + numbers.next(40)
    let breaches = 1 + numbers.next(9)
    var at = Make.start
    var stream: [(at: Instant, reading: Reading)] = []
    for _ in 0..<length {
      at = at + Span(milliseconds: every.milliseconds * Int64([1, 1, 1, 1, 1, 1, 2, 3, 7][numbers.next(9)]))
      let reading: Reading =
        switch numbers.next(10) {
        case 0..<breaches: .value(Fixed(millionths: 6_000_000))
        case 8: .missing(.noData)
        case 9: .missing([.providerError, .notANumber, .tooFew, .immature][numbers.next(4)])
        default: .value(Fixed(millionths: 1_000_000))
        }
      stream.append((at, reading))
      // A clock that jumps back, or a provider that repeats itself, brings an old time again.
      if numbers.next(12) == 0 { stream.append((at, .value(Fixed(millionths: 9_000_000)))) }
      if numbers.next(15) == 0, let first = stream.first { stream.append((first.at, .value(.zero))) }
    }
    return stream
  }

  private static let policies: [NoDataPolicy] = [
    .hold, .breach, .carry(Make.seconds(90)), .idle(signal: 1), .zero(signal: 1),
  ]

  private static func persistence(_ numbers: inout Numbers) -> PlannedTrigger.Persistence {
    numbers.next(3) == 0
      ? .share(of: 1 + numbers.next(4), in: 4 + numbers.next(4)) : .lasting(Make.seconds(Int64(numbers.next(7)) * 30))
  }

  @Test("decides the same on 100,000 random streams", arguments: 0..<4)
  func agrees(part: Int) {
    var numbers = Numbers(state: UInt64(part) &* 0xD1B5_4A32_D192_ED03)
    for number in 0..<Self.streams {
      let policy = Self.policies[numbers.next(5)]
      let persistence = Self.persistence(&numbers)
      var progress = TriggerProgress()
      var series: SeriesState?
      var newest: Instant?
      var evaluations: [Reference.Evaluation] = []
      var fired: Instant?
      for (at, reading) in Self.stream(&numbers, policy: policy) {
        // What the engine does with samples that come late or twice.
        if let newest, at <= newest { continue }
        newest = at
        var state = series ?? SeriesState(at: at, reading: reading)
        state.take(reading, at: at)
        series = state
        let other = [nil, Fixed.zero, Fixed(millionths: 7_000_000)][numbers.next(3)]
        let judge = Judge(isBreach: { $0 > Fixed(millionths: 5_000_000) }, policy: policy)
        let verdict = judge.verdict(state) { _ in other }
        evaluations.append(Reference.Evaluation(at: at, reading: reading, verdict: verdict))
        progress.judge(verdict, reading: reading, at: at, every: Self.every, persistence: persistence)
        if progress.phase == .firing, fired == nil { fired = at }
      }
      let expected = Reference(every: Self.every, persistence: persistence).fires(evaluations)
      guard fired == expected else {
        let words = evaluations.map { "\(($0.at - Make.start).text)=\($0.reading.text)" }.joined(separator: " ")
        Issue.record(
          "part \(part) stream \(number) \(policy) \(persistence): \(words)\n\(String(describing: fired)) \(String(describing: expected))"
        )
        return
      }
    }
  }
}

extension TriggerReferenceTests {
  /// What the meaning page says of the samples of one signal, whatever order they come in.
  private struct Meaning {
    let policy: NoDataPolicy
    private(set) var evaluations: [Reference.Evaluation] = []
    private var value: (at: Instant, value: Fixed)?

    init(policy: NoDataPolicy) { self.policy = policy }

    /// One that came late or twice is nothing.
    mutating func take(_ reading: Reading, at: Instant, other: (at: Instant, reading: Reading)?) {
      if let newest = evaluations.last, at <= newest.at { return }
      if case .value(let number) = reading { value = (at, number) }
      evaluations.append(.init(at: at, reading: reading, verdict: verdict(reading, at: at, other: other)))
    }

    private func verdict(_ reading: Reading, at: Instant, other: (at: Instant, reading: Reading)?) -> Verdict {
      func judged(_ number: Fixed) -> Verdict { number > Fixed(millionths: 5_000_000) ? .breach : .pass }
      // A number of the other signal counts for two of its intervals, and only if nothing newer came.
      var beside: Fixed?
      if let other, at - other.at <= Make.seconds(60), case .value(let number) = other.reading { beside = number }
      switch (reading, policy) {
      case (.value(let number), _): return judged(number)
      case (.missing(let cause), _) where [.providerError, .tooFew, .immature, .unobserved].contains(cause):
        return .unknown(cause)
      case (.missing(.notANumber), .idle): return beside == .zero ? .pass : .unknown(.notANumber)
      case (.missing(let cause), _) where cause != .noData: return .unknown(cause)
      case (.missing, .breach): return .breach
      case (.missing(let cause), .idle): return beside == .zero ? .pass : .unknown(cause)
      case (.missing(let cause), .zero): return beside.map { $0 > .zero } ?? false ? .pass : .unknown(cause)
      case (.missing(let cause), .carry(let age)):
        guard let value, at - value.at <= age else { return .unknown(cause) }
        return judged(value.value)
      case (.missing(let cause), _): return .unknown(cause)
      }
    }
  }

  /// A run whose wave bakes: one live target, and a trigger.
  private static func baking(_ policy: NoDataPolicy, _ persistence: PlannedTrigger.Persistence) -> RunState {
    var trigger = Make.trigger(noData: policy)
    trigger.persistence = persistence
    var bench = Bench(
      Make.watched(
        signals: [Make.signal(), Make.signal("other")], triggers: [trigger], bake: .hour, waves: [[0]]))
    bench.succeedAll()
    return bench.state
  }

  @Test("decides the same when samples are folded, also those that come late or twice", arguments: 0..<4)
  func folds(part: Int) {
    var numbers = Numbers(state: UInt64(part) &* 0xA24B_AED4_963E_E407 &+ 1)
    for number in 0..<250 {
      let policy = Self.policies[numbers.next(5)]
      let persistence = Self.persistence(&numbers)
      var state = Self.baking(policy, persistence)
      var meaning = Meaning(policy: policy)
      var other: (at: Instant, reading: Reading)?
      var fired: Instant?
      for (at, reading) in Self.stream(&numbers, policy: policy) {
        let beside: [Reading?] = [
          nil, .missing(.noData), .value(.zero), .value(.zero), .value(Fixed(millionths: 7_000_000)),
        ]
        if let beside = beside[numbers.next(5)] {
          Self.fold(beside, signal: 1, at: at, &state)
          if other.map({ $0.at < at }) ?? true { other = (at, beside) }
        }
        Self.fold(reading, signal: 0, at: at, &state)
        meaning.take(reading, at: at, other: other)
        if fired == nil, state.evidence.triggers[0][""]?.phase == .firing { fired = at }
      }
      let expected = Reference(every: Self.every, persistence: persistence).fires(meaning.evaluations)
      guard fired == expected else {
        let words = meaning.evaluations.map { "\(($0.at - Make.start).text)=\($0.reading.text) \($0.verdict)" }
        Issue.record(
          "part \(part) stream \(number) \(policy) \(persistence): \(words)\n\(String(describing: fired)) \(String(describing: expected))"
        )
        return
      }
    }
  }

  private static func fold(_ reading: Reading, signal: Int, at: Instant, _ state: inout RunState) {
    let row = Samples.Row(at: at, readings: [reading])
    state.foldSamples(
      Samples(signal: signal, name: state.plan.signals[signal].name, series: [""], rows: [row]))
  }
}

@Suite("Missing data")
struct MissingDataTests {
  static let policies: [NoDataPolicy] = [.hold, .breach, .idle(signal: 1), .zero(signal: 1), .carry(Make.seconds(60))]

  /// The truth table: policy × what the other signal says → the verdict on a silence whose last value breached.
  @Test(
    "means what its policy says, for a condition whose last value breached 30 seconds before",
    arguments: [
      (0, nil, Verdict.unknown(.noData)), (0, 0, .unknown(.noData)), (0, 7, .unknown(.noData)),
      (1, nil, .breach), (1, 0, .breach), (1, 7, .breach),
      (2, nil, .unknown(.noData)), (2, 0, .pass), (2, 7, .unknown(.noData)),
      (3, nil, .unknown(.noData)), (3, 0, .unknown(.noData)), (3, 7, .pass),
      (4, nil, .breach), (4, 0, .breach), (4, 7, .breach),
    ] as [(Int, Int?, Verdict)])
  func table(policy: Int, other: Int?, expected: Verdict) {
    var state = SeriesState(at: Make.start, reading: .value(Fixed(millionths: 6_000_000)))
    state.take(.value(Fixed(millionths: 6_000_000)), at: Make.start)
    state.take(.missing(.noData), at: Make.start + Make.seconds(30))
    let judge = Judge(
      isBreach: { $0 > Fixed(millionths: 5_000_000) }, policy: Self.policies[policy])
    let verdict = judge.verdict(state) { _ in other.map { Fixed(millionths: Int64($0) * 1_000_000) } }
    #expect(verdict == expected)
  }

  @Test("of a kind that is known not to be a fault is never one", arguments: policies)
  func neverABreach(policy: NoDataPolicy) {
    for cause in Absence.allCases where cause != .noData {
      var state = SeriesState(at: Make.start, reading: .value(.zero))
      state.take(.value(.zero), at: Make.start)
      state.take(.missing(cause), at: Make.start + Make.seconds(30))
      for other in [nil, .zero, Fixed(7)] {
        // Nothing over nothing is no number; that alone is silence, where nobody is asking.
        let isIdle = cause == .notANumber && policy == .idle(signal: 1) && other == .zero
        for breaches in [true, false] {
          let judge = Judge(isBreach: { _ in breaches }, policy: policy)
          #expect(judge.verdict(state) { _ in other } == (isIdle ? .pass : .unknown(cause)), "\(cause) \(policy)")
        }
      }
    }
  }

  @Test(
    "is what a ratio comes to with fewer events under it than it needs, or with nobody who counted them",
    arguments: [
      (nil, true), (0, true), (299, true), (Double.nan, true), (300, false), (301, false),
    ] as [(Double?, Bool)])
  func minimum(count: Double?, isMissing: Bool) {
    for value in [0.0, 100] {
      let known = Reading(measured: MeasuredNumber(value), count: nil, minimum: nil)
      let reading = Reading(measured: MeasuredNumber(value), count: count.map { MeasuredNumber($0) }, minimum: 300)
      #expect(reading == (isMissing ? .missing(.tooFew) : known))
    }
  }

  @Test("carries a value for so long and no longer")
  func carry() {
    var state = SeriesState(at: Make.start, reading: .value(.zero))
    state.take(.value(Fixed(millionths: 1_000_000)), at: Make.start)
    let judge = Judge(
      isBreach: { $0 > Fixed(millionths: 5_000_000) }, policy: .carry(Make.seconds(60)))
    for (seconds, verdict) in [(30, Verdict.pass), (60, .pass), (61, .unknown(.noData))] {
      state.take(.missing(.noData), at: Make.start + Make.seconds(Int64(seconds)))
      #expect(judge.verdict(state) { _ in nil } == verdict)
    }
  }

  /// 5 policies × before, while and after pending, for a trigger that must last 60 seconds. The other signal is absent.
  @Test(
    "before, while and after a trigger is pending",
    arguments: [
      // Before: four silences in a row.
      ("before", 0, 0), ("before", 1, 1), ("before", 2, 0), ("before", 3, 0), ("before", 4, 0),
      // While: one breach, five silences, one breach.
      ("while", 0, 0), ("while", 1, 1), ("while", 2, 0), ("while", 3, 0), ("while", 4, 1),
      // After: three breaches, then silences: it fired once and stays so.
      ("after", 0, 1), ("after", 1, 1), ("after", 2, 1), ("after", 3, 1), ("after", 4, 1),
    ])
  func trigger(when: String, policy: Int, fired: Int) {
    var signals = [Make.signal()]
    if case .some = Self.policies[policy].signal { signals.append(Make.signal("other")) }
    var bench = Bench(
      Make.watched(
        signals: signals, triggers: [Make.trigger(do: .hold, noData: Self.policies[policy])], bake: .hour))
    bench.succeedAll()
    bench.sample("1")
    switch when {
    case "before":
      bench.samples("1", 3)
      bench.samples("!no_data", 4)
    case "while":
      bench.sample("6")
      bench.samples("!no_data", 5)
      bench.sample("6")
    default:
      bench.samples("6", 3)
      bench.samples("!no_data", 5)
    }
    #expect(bench.lines("trigger_fired").count == fired)
  }

  /// 5 policies × a gate before, while and after its hold: how often it opened after eight samples.
  @Test(
    "before, while and after a gate holds",
    arguments: [
      ("before", 0, 0), ("before", 1, 0), ("before", 2, 0), ("before", 3, 0), ("before", 4, 0),
      ("while", 0, 0), ("while", 1, 0), ("while", 2, 0), ("while", 3, 0), ("while", 4, 1),
      ("after", 0, 1), ("after", 1, 1), ("after", 2, 1), ("after", 3, 1), ("after", 4, 1),
    ])
  func gate(when: String, policy: Int, opened: Int) {
    var signal = Make.signal()
    signal.noData = Self.policies[policy]
    var signals = [signal]
    if case .some = signal.noData.signal { signals.append(Make.signal("other")) }
    var bench = Bench(Make.watched(signals: signals, gate: Make.gate(hold: 120), waves: [[0, 1]]))
    bench.succeedAll()
    bench.sample("!immature")
    switch when {
    case "before": bench.samples("!no_data", 8)
    case "while":
      bench.samples("1", 3)
      bench.samples("!no_data", 4)
      bench.samples("1", 2)
    default: bench.samples("1", 8)
    }
    #expect(bench.lines("gate_opened").count == opened)
  }
}
