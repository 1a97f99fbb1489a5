import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A planned look")
struct LookTests {
  /// Twelve stores in two countries; the first eight are migrated in one wave, and the gate looks at them.
  private static func bench(
    looks: Int = 1, hold: Int64 = 60, deadline: Int64? = 600, settle: Int64 = 0, before: Int64 = 3_600,
    leastPairs error: Int = 20, match: [String] = []
  ) -> Bench {
    var gate = Make.gate([], hold: hold, deadline: deadline)
    gate.comparison = PlannedComparison(
      signal: 0, margin: Fixed(millionths: 1_000_000), isHarmAbove: true, match: match, before: Make.seconds(before),
      looks: looks, error: error)
    var bench = Bench(
      Make.watched(
        signals: [Make.signal("till", .target, settle: settle)], gate: gate,
        waves: [Array(0..<8), Array(8..<12)]))
    while !bench.open.isEmpty { bench.succeedAll() }
    return bench
  }

  private static func seconds(_ instants: [Instant]?) -> [Int64]? {
    instants?.map { ($0 - Make.start).milliseconds / 1_000 }
  }

  @Test(
    "is due when no window reaches behind the gate's start, and later ones share the time that is left",
    arguments: [
      (1, 60, 600, 0, [90]), (3, 60, 600, 0, [90, 260, 430]), (2, 60, nil, 0, [90, 150]), (2, 60, 600, 10, [100, 355]),
      (2, 60, 30, 0, [90, 90]),
    ] as [(Int, Int64, Int64?, Int64, [Int64])])
  func due(looks: Int, hold: Int64, deadline: Int64?, settle: Int64, times: [Int64]) {
    var bench = Self.bench(looks: looks, hold: hold, deadline: deadline, settle: settle)
    for (number, time) in times.enumerated() {
      bench.machine.state.evidence.gate?.looks = number
      #expect(bench.state.nextLookDue == Make.start + Make.seconds(time), "look \(number + 1)")
      #expect(bench.state.lookDue(at: Make.start + Span(milliseconds: time * 1_000 - 1)) == nil)
      #expect(bench.state.lookDue(at: Make.start + Make.seconds(time))?.look == number + 1)
    }
    bench.machine.state.evidence.gate?.looks = looks
    #expect(bench.state.nextLookDue == nil)
    bench.machine.state.evidence.gate?.looks = 0
    bench.machine.state.standing = .over(.aborted)
    #expect(bench.state.lookDue(at: Make.start + .day) == nil)
  }

  @Test("is not due any more after a pass, or when the gate has expired")
  func notDue() {
    var bench = Self.bench(looks: 3)
    bench.machine.state.evidence.gate?.expiredBy = 9
    #expect(bench.state.nextLookDue == nil)
    bench.machine.state.evidence.gate?.expiredBy = nil
    var result = ComparisonResult(
      look: 1, pairs: 0, controls: 0, harm: nil, least: nil, greatest: nil, verdict: .unknown(.tooFew))
    bench.machine.state.evidence.gate?.comparison = result
    #expect(bench.state.nextLookDue != nil)
    result.verdict = .pass
    bench.machine.state.evidence.gate?.comparison = result
    #expect(bench.state.nextLookDue == nil)
  }

  @Test("asks for each interval of the hold, of a long one for every so many, and for the same a while before")
  func times() throws {
    let short = try #require(Self.bench().state.lookDue(at: Make.start + Make.seconds(90)))
    #expect(Self.seconds(short.after.times) == [60, 90] && Self.seconds(short.before?.times) == [-3_540, -3_510])
    #expect(short.after.series.count == 8 && short.before?.series == short.after.series && short.after.signal == 0)
    // Forty intervals: every second one, the newest last.
    let long = try #require(Self.bench(hold: 1_200, deadline: nil).state.lookDue(at: Make.start + Make.seconds(1_230)))
    #expect(Self.seconds(long.after.times) == (0..<20).map { 90 + $0 * 60 })
    // Forty-one intervals: every third one.
    let longer = try #require(
      Self.bench(hold: 1_230, deadline: nil).state.lookDue(at: Make.start + Make.seconds(1_260)))
    #expect(Self.seconds(longer.after.times) == (0..<14).map { 90 + $0 * 90 })
    let settled = try #require(Self.bench(settle: 10).state.lookDue(at: Make.start + Make.seconds(119)))
    #expect(Self.seconds(settled.after.times) == [60, 90])
    let alone = try #require(Self.bench(before: 0).state.lookDue(at: Make.start + Make.seconds(90)))
    #expect(alone.before == nil)
    // An earlier period that is no whole number of intervals lies a little earlier.
    let odd = try #require(Self.bench(before: 31).state.lookDue(at: Make.start + Make.seconds(90)))
    #expect(Self.seconds(odd.before?.times) == [0, 30])
    let brief = try #require(Self.bench(hold: 1).state.lookDue(at: Make.start + Make.seconds(60)))
    #expect(Self.seconds(brief.after.times) == [60])
  }

  @Test("deals controls out in turn, five at most for each")
  func controls() throws {
    let bench = Self.bench()
    let matched = try #require(bench.state.evidence.gate?.matched)
    // Four controls for eight targets: the first four have one each.
    #expect(matched.map(\.id) == ["t0", "t1", "t2", "t3"])
    #expect(matched.map(\.controls) == [["t8"], ["t9"], ["t10"], ["t11"]])
    var few = bench.state
    few.stages[0].status = few.stages[0].status.enumerated().map { $0.offset < 1 ? .done : .waiting }
    few.stages[0].live = [0: Make.start]
    let one = few.matchedTargets(upTo: 0, of: 0, matching: [])
    #expect(one.map(\.controls) == [["t1", "t2", "t3", "t4", "t5"]] && one[0].since == Make.start)
    // What was touched once, or is planned by nobody, is no control.
    few.stages[0].status[1] = .undone
    few.stages[0].live[2] = Make.start
    let touched = few.matchedTargets(upTo: 0, of: 0, matching: [])
    #expect(touched.map(\.controls) == [["t3", "t4", "t5", "t6", "t7"]])
    #expect(few.matchedTargets(upTo: 0, of: 0, matching: ["country"]).map(\.controls) == [["t4", "t6", "t8", "t10"]])
  }

  /// What the look finds when each store shows some values, the same at each time, before and after.
  private static func found(
    _ bench: inout Bench, before: ((Int64) -> [Int64?])? = nil, after: @escaping (Int64) -> [Int64?]
  ) -> ComparisonResult? {
    guard let request = bench.state.lookDue(at: Make.start + Make.seconds(90)) else { return nil }
    func samples(_ value: ((Int64) -> [Int64?])?, _ request: SampleRequest?, count: Int) -> Samples {
      let series = request?.series ?? []
      return Samples(
        signal: 0, name: "till", series: series,
        rows: value == nil
          ? []
          : (0..<count).map { place in
            Samples.Row(
              at: Make.start + Make.seconds(Int64(60 + place)),
              readings: series.map { id in
                let values = value?(Int64(id.dropFirst()) ?? 0) ?? []
                let found = values.indices.contains(place) ? values[place] : nil
                return found.map { .value(Fixed(millionths: $0)) } ?? .missing(.noData)
              })
          })
    }
    bench.happens(
      .comparisonMeasured(
        look: 1, before: samples(before, request.before, count: 5), after: samples(after, request.after, count: 5)))
    return bench.events.compactMap { if case .gateCompared(let result) = $0.kind { result } else { nil } }.last
  }

  @Test(
    "passes below its margin, breaches above it, and cannot tell at it",
    arguments: [(999_999, Verdict.pass), (1_000_000, .unknown(.tooFew)), (1_000_001, .breach)] as [(Int64, Verdict)])
  func margin(harm: Int64, verdict: Verdict) {
    var bench = Self.bench(before: 0)
    let result = Self.found(&bench) { id in Array(repeating: id < 8 ? harm : 0, count: 5) }
    #expect(result?.verdict == verdict && result?.pairs == 4 && result?.controls == 4)
    #expect(result?.harm == Fixed(millionths: harm) && result?.least == result?.greatest)
  }

  @Test("takes the mean where four fifths of the values are there, and leaves a store out with fewer")
  func means() {
    var full = Self.bench(before: 0)
    let four = Self.found(&full) { id in id < 8 ? [10, 20, nil, 30, 40] : [0, 0, 0, 0, 0] }
    #expect(four?.pairs == 4 && four?.harm == Fixed(millionths: 25))
    var thin = Self.bench(before: 0)
    let three = Self.found(&thin) { id in id == 0 ? [10, 20, nil, 30, nil] : [5, 5, 5, 5, 5] }
    #expect(three?.pairs == 3 && three?.controls == 3 && three?.harm == .zero)
    var alone = Self.bench(before: 0)
    let none = Self.found(&alone) { id in id == 8 ? [nil, nil, nil, nil, nil] : [5, 5, 5, 5, 5] }
    #expect(none?.pairs == 3 && none?.controls == 3)
  }

  @Test("compares each store with itself before, where there is a before")
  func before() {
    var bench = Self.bench()
    let result = Self.found(
      &bench, before: { id in Array(repeating: id * 10, count: 5) },
      after: { id in Array(repeating: id * 10 + (id < 8 ? 7 : 3), count: 5) })
    #expect(result?.harm == Fixed(millionths: 4) && result?.pairs == 4 && result?.verdict == .pass)
  }

  @Test("is of the middle control, or the mean of the two in the middle")
  func median() {
    var state = Self.bench(before: 0).state
    state.evidence.gate?.matched = [
      MatchedTarget(id: "t0", since: Make.start, controls: ["t8", "t9", "t10"]),
      MatchedTarget(id: "t1", since: Make.start, controls: ["t8", "t9", "t10", "t11"]),
    ]
    let values: [String: Int64] = ["t0": 0, "t1": 0, "t8": 100, "t9": 10, "t10": 40, "t11": 60]
    let ids = values.keys.sorted()
    let row = Samples.Row(
      at: Make.start + Make.seconds(60), readings: ids.map { .value(Fixed(millionths: values[$0, default: 0])) })
    let none = Samples(signal: 0, name: "till", series: [], rows: [])
    state.foldLook(1, before: none, after: Samples(signal: 0, name: "till", series: ids, rows: [row]))
    // 40 of three; 50 of four. The estimate lies between them.
    #expect(state.evidence.gate?.comparison?.harm == Fixed(millionths: -45) && state.evidence.gate?.looks == 1)
    #expect(state.evidence.gate?.comparison?.controls == 7 && state.evidence.gate?.isCompared == false)
    // A window that reaches behind the cut-over of a store does not count for it.
    state.evidence.gate?.matched[0].since = Make.start + Make.seconds(31)
    state.foldLook(2, before: none, after: Samples(signal: 0, name: "till", series: ids, rows: [row]))
    #expect(state.evidence.gate?.looks == 2 && state.evidence.gate?.comparison?.pairs == 1)
    state.foldLook(2, before: none, after: none)
    state.foldLook(4, before: none, after: none)
    #expect(state.evidence.gate?.looks == 2)
  }

  @Test("that breaches decides at once, although others are left")
  func breachEarly() {
    var bench = Self.bench(looks: 3, leastPairs: 20)
    bench.machine.state.evidence.gate?.matched = (0..<8).map {
      MatchedTarget(id: "t\($0)", since: Make.start, controls: ["t\(8 + $0 % 4)"])
    }
    let result = Self.found(&bench, before: { _ in [0, 0, 0, 0, 0] }) { id in
      Array(repeating: id < 8 ? 9_000_000 : 0, count: 5)
    }
    #expect(result?.verdict == .breach && bench.lines("gate_expired") == ["gate_expired p/s/1"])
    #expect(bench.state.rollback != nil)
  }

  @Test("that the plan promises is unknown, and asks a person, where too few are left to compare")
  func tooFewLeft() {
    var plan = Self.bench().state.plan
    plan.stages[0].waves[0].tolerate = 8
    var bench = Bench(plan)
    // Of eight that are migrated four have a control, and three could show something; two are left.
    for target in 0..<6 { bench.fail("p/s/1/t\(target)/a") }
    while !bench.open.isEmpty { bench.succeedAll() }
    #expect(bench.lines("gate_expired") == ["gate_expired p/s/1"] && bench.lines("gate_opened").isEmpty)
    #expect(bench.state.hold == .evidence(by: "the gate of p/s/1 (too few targets are left to compare)"))
    #expect(bench.requests.isEmpty)
  }
}
