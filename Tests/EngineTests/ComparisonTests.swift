import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A comparison with control targets")
struct ComparisonTests {
  /// Forty stores in two regions; waves of 2 and of 8, then the rest.
  static func bench(
    looks: Int = 1, margin: Int64 = 1, before: Int64 = 3_600, match: [String] = ["country"], deadline: Int64? = 600,
    waves: [[Int32]] = [[0, 1], Array(2..<10), Array(10..<40)], harmAbove: Bool = true
  ) -> Bench {
    var gate = Make.gate([], hold: 60, deadline: deadline)
    gate.comparison = PlannedComparison(
      signal: 0, margin: Fixed(millionths: margin * 1_000_000), isHarmAbove: harmAbove, match: match,
      before: Make.seconds(before), looks: looks, error: 5)
    var plan = Make.watched(signals: [Make.signal("till", .target)], gate: gate, waves: waves)
    plan.inventories[0].values = [
      (0..<40).map { $0 % 2 == 0 ? "NO" : "PT" }, (0..<40).map { "t\($0)" },
    ]
    var bench = Bench(plan)
    bench.succeedAll()
    return bench
  }

  /// Answers the look that is due: `value` says what a store shows, before and after.
  static func look(_ bench: inout Bench, _ value: (String, Bool) -> Int64?) {
    while bench.state.lookDue(at: bench.now) == nil { bench.now = bench.now + Make.seconds(5) }
    guard let request = bench.state.lookDue(at: bench.now) else { return }
    func samples(_ part: SampleRequest?, isAfter: Bool) -> Samples {
      Samples(
        signal: 0, name: "till", series: request.after.series,
        rows: (part?.times ?? []).map { time in
          Samples.Row(
            at: time,
            readings: request.after.series.map { id in
              value(id, isAfter).map { .value(Fixed(millionths: $0 * 1_000)) } ?? .missing(.noData)
            })
        })
    }
    bench.happens(
      .comparisonMeasured(
        look: request.look, before: samples(request.before, isAfter: false),
        after: samples(request.after, isAfter: true)))
  }

  private static func number(_ id: String) -> Int64 { Int64(id.dropFirst()) ?? 0 }

  /// The results of all looks.
  private func results(_ bench: Bench) -> [ComparisonResult] {
    bench.events.compactMap { if case .gateCompared(let result) = $0.kind { result } else { nil } }
  }

  @Test("is not asked for while a wave has too few targets to show anything, or too few are left to compare with")
  func tooFew() {
    var last = Self.bench(waves: [Array(0..<10), Array(10..<20)])
    Self.look(&last) { _, _ in 1_000 }
    last.succeedAll()
    #expect(last.state.outcome == .done && last.lines("gate_opened").count == 2)
    let bench = Self.bench()
    #expect(bench.lines("gate_opened") == ["gate_opened p/s/1"])
    #expect(bench.state.evidence.gate?.wave == 1 && bench.state.nextLookDue != nil)
    #expect(bench.requests.isEmpty)
  }

  @Test("opens the gate when the greatest harm that fits is below the margin")
  func passes() throws {
    var bench = Self.bench()
    // Every store has a level of its own and drifts by a second; migrated ones by 0.3 s more.
    Self.look(&bench) { id, isAfter in
      let own = Self.number(id) * 500
      return isAfter ? own + 1_000 + (Self.number(id) < 10 ? 300 + Self.number(id) : 0) : own
    }
    let result = try #require(results(bench).first)
    #expect(result.verdict == .pass && result.pairs == 10 && result.controls == 30)
    #expect(result.harm?.spoken == "0.304" || (result.harm.map { abs($0.approximate - 0.3045) < 0.001 } ?? false))
    #expect(bench.lines("gate_opened").last == "gate_opened p/s/2")
  }

  @Test("breaks the wave off when the least harm that fits is above the margin, without waiting for the deadline")
  func breaches() {
    var bench = Self.bench()
    Self.look(&bench) { id, isAfter in isAfter && Self.number(id) < 10 ? 3_000 + Self.number(id) : 100 }
    #expect(results(bench).first?.verdict == .breach)
    #expect(bench.lines("gate_expired") == ["gate_expired p/s/2"] && bench.state.rollback != nil)
  }

  @Test("counts less as the harm where a gate asks for more")
  func downwards() {
    var bench = Self.bench(harmAbove: false)
    Self.look(&bench) { id, isAfter in isAfter && Self.number(id) < 10 ? 1_000 : 9_000 }
    #expect(results(bench).first?.verdict == .breach)
  }

  @Test("that cannot tell waits for the next look, and after the last one leaves it to a person")
  func unknown() {
    var bench = Self.bench(looks: 2)
    for look in 1...2 {
      #expect(bench.lines("gate_expired").isEmpty, "before look \(look)")
      Self.look(&bench) { id, isAfter in isAfter && Self.number(id) < 10 ? Self.number(id) % 5 * 600 : 0 }
    }
    #expect(results(bench).map(\.verdict) == [.unknown(.tooFew), .unknown(.tooFew)])
    #expect(results(bench).map(\.look) == [1, 2] && bench.state.nextLookDue == nil)
    #expect(bench.lines("gate_expired") == ["gate_expired p/s/2"])
    #expect(bench.state.hold == .evidence(by: "the gate of p/s/2 (unknown: too few samples)"))
  }

  @Test("leaves out stores without an earlier period, without data in a fifth of the time, and without controls")
  func missing() {
    var noPast = Self.bench()
    Self.look(&noPast) { _, isAfter in isAfter ? 1_000 : nil }
    #expect(results(noPast).first?.pairs == 0 && results(noPast).first?.verdict == .unknown(.tooFew))
    var some = Self.bench()
    Self.look(&some) { id, _ in Self.number(id) % 2 == 0 ? 1_000 : nil }
    #expect(results(some).first?.pairs == 5)
    // All stores of one country are migrated: nothing is left to compare them with.
    let alone = Self.bench(waves: [[0, 1], Array(2..<10), Array(10..<40).filter { $0 % 2 == 0 }])
    #expect(alone.state.evidence.gate?.matched.map(\.id) == ["t0", "t2", "t4", "t6", "t8"])
  }

  @Test("gives no control to two targets, and only of the same attributes")
  func matching() throws {
    let bench = Self.bench()
    let matched = try #require(bench.state.evidence.gate).matched
    let all = matched.flatMap(\.controls)
    #expect(matched.count == 10 && all.count == Set(all).count && all.count == 30)
    for target in matched {
      #expect(target.controls.allSatisfy { Self.number($0) % 2 == Self.number(target.id) % 2 && Self.number($0) >= 10 })
    }
  }

  @Test("is made once by every reader of the journal, whoever measured")
  func folds() throws {
    var bench = Self.bench()
    Self.look(&bench) { _, _ in 1_000 }
    var reader = RunState(bench.state.plan)
    for (position, event) in bench.events.enumerated() { reader.fold(event, sequence: Int64(position + 1)) }
    #expect(reader.evidence.opened == bench.state.evidence.opened)
    // A second answer to the same look changes nothing.
    let before = bench.state.evidence.gate
    bench.happens(
      .comparisonMeasured(
        look: 1, before: Samples(signal: 0, name: "till", series: [], rows: []),
        after: Samples(signal: 0, name: "till", series: [], rows: [])))
    #expect(bench.state.evidence.gate == before)
  }
}
