import Plans
import Testing

@testable import Engine

/// A person lets fewer targets be at work at once than the plan.
@Suite("A limit on how many are at work at once")
struct LimitTests {
  /// Six targets, four at once, two steps each.
  private static func bench(isStrict: Bool = true) -> Bench {
    Bench(
      Make.plan([
        Make.stage(waves: [[0, 1, 2, 3, 4, 5]], tolerate: 5, concurrency: 4, isStrict: isStrict)
      ]))
  }

  private static func limit(_ bench: inout Bench, _ count: Int?) {
    bench.turn([
      Event(.commandReceived(OperatorCommand(name: .limit, id: "l", reason: "slow", atOnce: count)), at: bench.now)
    ])
  }

  @Test("lets what is at work finish its step, and no more go on than it allows", arguments: [true, false])
  func lowers(isStrict: Bool) {
    var bench = Self.bench(isStrict: isStrict)
    #expect(bench.requests.count == 4)
    Self.limit(&bench, 2)
    #expect(bench.decided == ["concurrency_limited"] && bench.requests.count == 4)
    bench.succeed("p/s/1/t0/a")
    bench.succeed("p/s/1/t1/a")
    #expect(bench.requests == ["do p/s/1/t2/a", "do p/s/1/t3/a"], "two are at work, and two wait between their steps")
    bench.succeed("p/s/1/t2/a")
    #expect(bench.requests == ["do p/s/1/t0/b", "do p/s/1/t3/a"])
    bench.succeed("p/s/1/t3/a")
    bench.succeed("p/s/1/t0/b")
    #expect(bench.requests.count == 2 && bench.unit("p/s/1/t4") == nil, "nobody new begins beside three")
    bench.succeedAll()
    #expect(bench.state.outcome == .done && bench.state.doneCount == 6)
  }

  @Test("is lifted, and raised up to the number of the plan; beyond that it is another plan's matter")
  func raises() {
    var bench = Self.bench()
    Self.limit(&bench, nil)
    #expect(bench.refusal == "as many are at work at once as the plan says already")
    for count in [4, 9] {
      Self.limit(&bench, count)
      #expect(bench.refusal == "the plan has at most 4 at once, so that lowers nothing; more takes an amendment")
    }
    Self.limit(&bench, 1)
    #expect(bench.state.slots == 1)
    Self.limit(&bench, 1)
    #expect(bench.refusal == "at most 1 target at once is what holds already")
    for target in 0..<4 { bench.succeed("p/s/1/t\(target)/a") }
    #expect(bench.requests == ["do p/s/1/t0/b"])
    Self.limit(&bench, 3)
    #expect(bench.refusal == nil && bench.requests.count == 3 && bench.state.slots == 3)
    Self.limit(&bench, nil)
    #expect(bench.refusal == nil && bench.requests.count == 4 && bench.state.slots == 4)
  }

  @Test("holds for the next executor, and for rollbacks not at all")
  func lasts() {
    var bench = Self.bench()
    bench.succeedAll(8)
    Self.limit(&bench, 1)
    bench.crash()
    #expect(bench.state.atOnce == 1)
    bench.command(.rollback)
    #expect(bench.state.rollback != nil && bench.requests.count { $0.hasPrefix("undo ") } > 1, "\(bench.requests)")
  }

  @Test("fits no run that is over, and is of one target or more")
  func misfits() {
    var bench = Self.bench()
    func fits(_ count: Int) -> Bool {
      var state = bench.state
      return state.fold(Event(.concurrencyLimited(to: count), at: bench.now), sequence: state.lastSequence + 1)
    }
    #expect(!fits(0) && fits(1))
    bench.succeedAll()
    #expect(bench.state.outcome == .done && !fits(1))
  }

  @Test("is told with its number, by the words of history")
  func words() {
    let context = EventContext(PlanIndex(Make.plan()), .run)
    #expect(Event.Kind.concurrencyLimited(to: 1).saying(in: context).words == "at most 1 target at once from now on")
    #expect(Event.Kind.concurrencyLimited(to: nil).saying(in: context).words == "as many at once as the plan says")
  }
}
