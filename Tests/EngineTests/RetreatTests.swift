import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A decision of evidence")
struct RetreatTests {
  /// Two waves, the first one done; what is above 5 takes back the newest wave, what is above 8 the whole stage.
  private static func bench(
    narrow: GateAction = .rollback, wide: GateAction = .rollback, then: AfterRollback = .hold, waves: [[Int32]]
  ) -> Bench {
    var plan = Make.watched(
      signals: [Make.signal(), Make.signal("other")],
      triggers: [
        Make.trigger("narrow", do: narrow, watchAfter: 3_600),
        Make.trigger("wide", Make.condition(.more, 8, signal: 1), do: wide, scope: .stage, watchAfter: 3_600),
      ], bake: Make.seconds(300), then: then, waves: waves)
    // The last stage waits for somebody, so everything before it stays watched.
    plan.phases.append(PlannedPhase(id: "q", summary: nil, tolerate: nil))
    plan.stages.append(Make.stage("last", phase: 1, steps: [Make.step("a")], waves: [[9]]))
    var bench = Bench(plan)
    for _ in waves.dropLast() {
      bench.succeedAll()
      for _ in 0..<12 { both("1", "1", &bench) }
    }
    bench.succeedAll()
    both("1", "1", &bench)
    return bench
  }

  private static func both(_ first: String, _ second: String, _ bench: inout Bench) {
    bench.now = bench.nextSample
    bench.measure(first, signal: 0)
    bench.measure(second, signal: 1)
  }

  /// The order in which rollbacks began, and what was covered.
  private static func story(_ bench: Bench) -> [String] {
    bench.lines("rollback_started", "rollback_finished", "rollback_covered")
  }

  @Test("waits for the rollback of a narrower one, and is carried out after it", arguments: AfterRollback.allCases)
  func waits(then: AfterRollback) {
    var bench = Self.bench(then: then, waves: [[0], [1]])
    for _ in 0..<3 { Self.both("6", "1", &bench) }
    #expect(bench.requests == ["undo p/s/2/t1/a"])
    for _ in 0..<3 { Self.both("1", "9", &bench) }
    #expect(bench.lines("trigger_fired") == ["trigger_fired p/s/2", "trigger_fired p/s"])
    bench.succeed("p/s/2/t1/a")
    #expect(bench.requests == ["undo p/s/1/t0/a"], "nothing begins between the two")
    bench.succeed("p/s/1/t0/a")
    let story = [
      "rollback_started p/s/2", "rollback_finished p/s/2", "rollback_started p/s", "rollback_finished p/s",
    ]
    #expect(Self.story(bench) == story)
    #expect(bench.state.evidence.retreats.isEmpty)
    switch then {
    case .hold: #expect(bench.state.hold == .rolledBack(scope: "stage"))
    case .stop: #expect(bench.state.outcome == .aborted)
    case .retryOnce: #expect(bench.requests == ["do p/s/1/t0/a"])
    }
  }

  @Test("is covered by a wider one that was carried out meanwhile, and says so")
  func covered() {
    var bench = Self.bench(waves: [[0], [1]])
    for _ in 0..<3 { Self.both("1", "9", &bench) }
    #expect(bench.requests == ["undo p/s/2/t1/a"])
    for _ in 0..<3 { Self.both("6", "1", &bench) }
    bench.succeedAll()
    #expect(
      Self.story(bench) == ["rollback_started p/s", "rollback_finished p/s", "rollback_covered p/s/2"])
    #expect(bench.state.evidence.retreats.isEmpty)
    #expect(bench.state.standing.holds?.all.map(\.hold) == [.rolledBack(scope: "stage")])
  }

  @Test("of the widest scope goes first where several fall at once, and covers the others")
  func widest() {
    var plan = Make.watched(
      triggers: [
        Make.trigger("narrow", watchAfter: 3_600), Make.trigger("wide", scope: .stage, watchAfter: 3_600),
        Make.trigger("held", do: .hold, watchAfter: 3_600),
      ], bake: .hour, waves: [[0], [1]])
    plan.stages[0].bake = .minute
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 4)
    bench.succeedAll()
    bench.sample("1")
    bench.samples("6", 3)
    #expect(bench.lines("trigger_fired").count == 3)
    #expect(Self.story(bench) == ["rollback_started p/s"])
    // What waits for nothing is not kept waiting by what does.
    #expect(bench.state.standing.isHeld(for: .evidence(by: "trigger held")))
    bench.succeedAll()
    #expect(Self.story(bench).last == "rollback_covered p/s/2" && bench.state.evidence.retreats.isEmpty)
  }

  @Test("of the newest wave goes before that of an older one")
  func newest() {
    var plan = Make.watched(
      signals: [Make.signal("s", .target)],
      triggers: [Make.trigger("slow", scope: .target, watchAfter: 3_600)], bake: .minute, waves: [[0], [1]])
    plan.stages[0].then = .hold
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 4)
    bench.succeedAll()
    bench.sample("1")
    bench.samples("6", 3)
    #expect(bench.requests == ["undo p/s/2/t1/a"])
    bench.succeedAll()
    #expect(
      Self.story(bench) == [
        "rollback_started p/s/2/t1", "rollback_finished p/s/2/t1", "rollback_started p/s/1/t0",
        "rollback_finished p/s/1/t0",
      ])
  }

  @Test("waits through a person's rollback, and through a pause that a person ends meanwhile")
  func resumed() {
    var bench = Self.bench(waves: [[0], [1]])
    bench.command(.pause)
    bench.command(.rollback, "p/s/2/t1")
    for _ in 0..<3 { Self.both("1", "9", &bench) }
    bench.command(.resume)
    bench.crash()
    bench.succeedAll()
    #expect(bench.lines("rollback_started") == ["rollback_started p/s/2/t1", "rollback_started p/s"])
    #expect(bench.status("p/s/1/t0") == .undone)
  }

  @Test("that stops the run does so at once, and what waits is still taken back")
  func stopped() {
    var bench = Self.bench(waves: [[0], [1]])
    for _ in 0..<3 { Self.both("6", "1", &bench) }
    for _ in 0..<3 { Self.both("1", "9", &bench) }
    bench.command(.abort)
    #expect(bench.refusal == "a rollback is going on; it has to end first")
    bench.succeedAll()
    #expect(bench.lines("rollback_started").count == 2)
    var stopping = Self.bench(narrow: .rollback, wide: .stop, waves: [[0], [1]])
    for _ in 0..<3 { Self.both("6", "1", &stopping) }
    for _ in 0..<3 { Self.both("1", "9", &stopping) }
    #expect(stopping.state.isAborting && stopping.state.rollback != nil)
    stopping.succeedAll()
    #expect(stopping.state.outcome == .aborted && stopping.status("p/s/2/t1") == .undone)
  }

  @Test("is not said twice: an earlier version's resume after a rollback had ended it")
  func earlierVersions() {
    var bench = Self.bench(waves: [[0], [1]])
    for _ in 0..<3 { Self.both("6", "1", &bench) }
    var state = bench.state
    state.fold(
      Event(.rollbackFinished(undone: 0, blocked: false), subject: .wave(stage: 0, wave: 1), at: bench.now),
      sequence: 900)
    state.evidence.retreats = [
      Retreat(by: "trigger wide", action: .rollback, place: .stage(0), stage: 0, at: bench.now, cause: 3)
    ]
    state.fold(Event(.runHeld(.rolledBack(scope: "wave")), at: bench.now), sequence: 901)
    state.fold(Event(.runResumed, at: bench.now, cause: 5), sequence: 902)
    #expect(state.evidence.retreats.isEmpty)
  }
}
