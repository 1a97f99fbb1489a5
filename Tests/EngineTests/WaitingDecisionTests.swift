import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A rollback that evidence decided while another one goes on")
struct WaitingDecisionTests {
  /// One value for each target; what is above 5 for a minute is taken back.
  private static func bench(
    scopes: [PlannedTrigger.Scope] = [.target], waves: [[Int32]] = [[0], [1], [2]], frozen: Bool = false,
    then: AfterRollback = .hold
  ) -> Bench {
    var plan = Make.watched(
      signals: [Make.signal("s", .target)],
      triggers: scopes.map { Make.trigger("by-\($0.rawValue)", scope: $0, watchAfter: 36_000) },
      bake: Make.seconds(300), then: then, waves: waves)
    if frozen {
      plan.rollbackFreezes = [
        PlannedFreeze(
          summary: "x", categories: ["NO"], intervals: [.instants(from: Make.start, until: Make.start + .day)])
      ]
    }
    var bench = Bench(plan)
    for _ in waves.dropLast() {
      bench.succeedAll()
      bench.samples("1", 12)
    }
    bench.succeedAll()
    bench.sample("1")
    return bench
  }

  /// The series breach until the triggers fire.
  private static func breach(_ series: [String], _ bench: inout Bench) {
    for _ in 0..<3 { bench.sample("6", series: series) }
  }

  private static func story(_ bench: Bench) -> [String] {
    bench.lines("rollback_started", "rollback_covered", "rollback_waived", "run_held", "run_finished")
  }

  @Test("is seen with what decided it and since when: the widest first, then the newest wave, then the oldest decision")
  func seen() {
    var bench = Self.bench(scopes: [.target, .wave, .stage])
    bench.command(.rollback, "p/s/3")
    Self.breach(["t0", "t1"], &bench)
    let paths = bench.state.waitingDecisions.map { bench.state.index.path(of: $0.place) }
    #expect(paths == ["p/s", "p/s", "p/s/2", "p/s/1", "p/s/2/t1", "p/s/1/t0"])
    #expect(bench.state.waitingDecisions.map(\.by).first == "trigger by-stage")
    #expect(bench.state.waitingDecisions.allSatisfy { $0.at == bench.now })
    let seqs = Array(bench.state.waitingDecisions.map(\.seq).prefix(2))
    #expect(seqs.sorted() == seqs)
    let waits = bench.state.waits.filter { $0.kind == .rollback }
    #expect(waits.map(\.path) == paths)
    #expect(waits.first?.reason == "trigger by-stage takes this back after the rollback that goes on")
    bench.crash()
    #expect(bench.state.waitingDecisions.count == 6)
    bench.succeedAll()
    #expect(bench.state.waitingDecisions.isEmpty && bench.state.evidence.retreats.isEmpty)
    #expect(bench.lines("rollback_started") == ["rollback_started p/s/3", "rollback_started p/s"])
    #expect(bench.lines("rollback_covered").count == 5)
  }

  @Test("is kept through all that persons say meanwhile: what would end it is refused until the rollback is over")
  func commands() {
    var bench = Self.bench(frozen: true)
    bench.command(.rollback, "p/s/1")
    Self.breach(["t1"], &bench)
    #expect(bench.state.waitingDecisions.count == 1)
    for (name, path) in [(OperatorCommand.Name.resume, ""), (.abort, ""), (.rollback, "p/s/2"), (.rollback, "")] {
      bench.command(name, path)
      #expect(bench.refusal != nil && bench.state.waitingDecisions.count == 1, "\(name)")
    }
    bench.command(.pause)
    bench.command(.resume)
    #expect(bench.state.waitingDecisions.count == 1)
    bench.command(.skip, "p/s/1/t0")
    bench.succeedAll()
    #expect(bench.status("p/s/2/t1") == .undone && bench.state.evidence.retreats.isEmpty)
  }

  @Test("is ended by the person who leaves as it is what it would take back, and the event names the command")
  func waived() throws {
    var bench = Self.bench(frozen: true)
    bench.command(.rollback, "p/s/1")
    Self.breach(["t0"], &bench)
    #expect(bench.state.waitingDecisions.map { bench.state.index.path(of: $0.place) } == ["p/s/1/t0"])
    bench.command(.skip, "p/s/1/t0")
    #expect(Self.story(bench) == ["rollback_started p/s/1", "rollback_waived p/s/1/t0", "run_held p/s/1"])
    let command = try #require(bench.events.lastIndex { if case .commandReceived = $0.kind { true } else { false } })
    let waived = bench.events.compactMap { if case .rollbackWaived(_, let seq) = $0.kind { seq } else { nil } }
    #expect(waived == [Int64(command) + 1])
    #expect(bench.state.standing.holds?.all.map(\.hold) == [.rolledBack(scope: "wave")])
  }

  @Test(
    "is ended by the person who names its place, whatever it would take back, and nothing else of the run is",
    arguments: [
      (PlannedTrigger.Scope.target, "p/s/2/t1"), (.wave, "p/s/2"), (.stage, "p/s"), (.phase, "p"), (.run, ""),
    ])
  func waivedByPlace(scope: PlannedTrigger.Scope, path: String) throws {
    let isAlone = scope == .wave
    var bench = Self.bench(scopes: isAlone ? [.wave] : [scope, .wave])
    bench.command(.rollback, "p/s/3")
    bench.command(.skip, path)
    #expect(bench.refusal?.hasSuffix("no decision to take this back waits") ?? false || scope == .target)
    Self.breach(["t1"], &bench)
    let count = bench.state.waitingDecisions.count
    // Whatever else a person says about the place leaves the decision as it is.
    for name in [OperatorCommand.Name.hold, .release, .retry] {
      bench.command(name, path)
      #expect(bench.refusal != nil && bench.state.waitingDecisions.count == count, "\(name)")
    }
    bench.command(.skip, path)
    #expect(bench.refusal == nil)
    #expect(bench.lines("rollback_waived") == ["rollback_waived \(path)"])
    #expect(bench.state.waitingDecisions.count == count - 1)
    #expect(bench.state.pendingCommands.isEmpty)
    bench.crash()
    bench.succeedAll()
    #expect(bench.status("p/s/2/t1") == (isAlone ? .done : .undone))
    #expect(bench.status("p/s/1/t0") == .done && bench.state.evidence.retreats.isEmpty)
  }

  @Test("makes nobody answer before the rollbacks are over what comes after them")
  func noAnswerYet() {
    var bench = Self.bench(scopes: [.wave])
    Self.breach(["t2"], &bench)
    #expect(bench.state.rollback != nil)
    bench.command(.resume)
    #expect(bench.refusal == "a rollback is going on; it has to end first")
    Self.breach(["t1"], &bench)
    bench.succeedAll()
    #expect(bench.status("p/s/2/t1") == .undone && bench.state.hold == .rolledBack(scope: "wave"))
    bench.command(.resume)
    #expect(bench.refusal == nil)
  }

  @Test("names the step that cannot be taken back where it can take nothing back")
  func wall() {
    var plan = Make.watched(
      signals: [Make.signal("s", .target)], triggers: [Make.trigger("t", scope: .wave, watchAfter: 36_000)],
      bake: Make.seconds(300), then: .hold, waves: [[0], [1]])
    plan.stages[0].steps[0].undo = .impossible
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("1")
    #expect(bench.state.watchers.map(\.act) == [.holds(wall: "p/s/1/t0/a")])
    Self.breach(["t0"], &bench)
    #expect(bench.state.hold == .blocked(path: "p/s/1/t0/a") && bench.lines("rollback_started").isEmpty)
    bench.command(.resume)
    #expect(bench.refusal == nil && bench.state.hold == nil)
  }

  @Test("is asked about where the person left it before: evidence that is newer is for a person to look at")
  func keptBefore() {
    var bench = Self.bench(waves: [[0, 2], [1]], frozen: true)
    bench.command(.rollback, "p/s/1")
    bench.command(.skip, "p/s/1/t0")
    Self.breach(["t0"], &bench)
    bench.command(.skip, "p/s/1/t2")
    #expect(bench.lines("rollback_waived").isEmpty)
    #expect(bench.state.standing.isHeld(for: .evidence(by: "trigger by-target")))
    #expect(bench.state.evidence.retreats.isEmpty)
  }

  @Test("ends with the run where all of it is back but for what persons left")
  func endsWithTheRun() {
    var bench = Self.bench(waves: [[0, 2], [1]], frozen: true)
    bench.command(.rollback)
    bench.succeedAll()
    bench.command(.skip, "p/s/1/t0")
    Self.breach(["t0"], &bench)
    bench.command(.skip, "p/s/1/t2")
    #expect(bench.state.outcome == .rolledBack && bench.state.evidence.retreats.isEmpty)
    #expect(bench.lines("rollback_waived") == ["rollback_waived p/s/1/t0"])
  }
}

@Suite("What is taken back under something newer")
struct OlderWaveTests {
  private static func plan(_ scope: PlannedTrigger.Scope, then: AfterRollback = .hold) -> Plan {
    var plan = Make.plan([
      Make.stage(steps: [Make.step("a")], waves: [[0], [1]], isStrict: false, bake: .minute),
      Make.stage("u", steps: [Make.step("a")], waves: [[0, 2]], concurrency: 4, isStrict: false, bake: .hour),
    ])
    plan.signals = [Make.signal("s", .target)]
    plan.triggers = [Make.trigger(scope: scope, watchAfter: 36_000)]
    for stage in plan.stages.indices { plan.stages[stage].then = then }
    return plan
  }

  /// Stage `u` is at work, and has one target of its own and one that stage `s` did before.
  private static func bench(_ scope: PlannedTrigger.Scope, then: AfterRollback = .hold) -> Bench {
    var bench = Bench(plan(scope, then: then))
    for _ in 0..<2 {
      bench.succeedAll()
      bench.samples("1", 3)
    }
    return bench
  }

  @Test("waits for that: what was let out on a wave goes back before it, and what follows is said once")
  func wave() {
    var bench = Self.bench(.wave)
    #expect(bench.requests == ["do p/u/1/t0/a", "do p/u/1/t2/a"])
    bench.succeed("p/u/1/t2/a")
    for _ in 0..<3 { bench.sample("6", series: ["t1"]) }
    // What a provider is at work on turns round when it has answered.
    #expect(bench.lines("rollback_started") == ["rollback_started p/u/1"])
    #expect(bench.state.waitingDecisions.map { bench.state.index.path(of: $0.place) } == ["p/s/2"])
    bench.succeedAll()
    #expect(bench.lines("rollback_started") == ["rollback_started p/u/1", "rollback_started p/s/2"])
    #expect(bench.status("p/s/1/t0") == .done && bench.status("p/s/2/t1") == .undone)
    #expect(bench.lines("run_held") == ["run_held p/s/2"])
  }

  @Test("is done again from the older wave on where the runbook says so, and only after all of it is back")
  func retried() {
    var bench = Self.bench(.wave, then: .retryOnce)
    bench.succeedAll()
    for _ in 0..<3 { bench.sample("6", series: ["t1"]) }
    bench.succeedAll(3)
    #expect(bench.lines("run_continued").count == 1)
    #expect(bench.requests == ["do p/s/2/t1/a"])
  }

  @Test("is not done once more where something of it was taken back twice")
  func quarantined() {
    var plan = Self.plan(.wave, then: .retryOnce)
    plan.stages[1].waves[0].targets = [2]
    var bench = Bench(plan)
    func goOn() {
      for _ in 0..<4 where bench.state.stage == 0 {
        bench.succeedAll()
        bench.samples("1", 3)
      }
      bench.succeedAll()
    }
    goOn()
    for _ in 0..<3 { bench.sample("6", series: ["t1"]) }
    for _ in 0..<2 { goOn() }
    #expect(bench.status("p/u/1/t2") == .done)
    for _ in 0..<3 { bench.sample("6", series: ["t0"]) }
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .undone && bench.status("p/u/1/t2") == .quarantined)
    #expect(bench.lines("run_continued").count == 1 && bench.state.hold == .rolledBack(scope: "wave"))
  }

  @Test("is a whole stage, too, and of a target only that target in later stages")
  func scopes() {
    var stage = Self.bench(.stage)
    stage.succeedAll()
    for _ in 0..<3 { stage.sample("6", series: ["t1"]) }
    stage.succeedAll()
    #expect(stage.lines("rollback_started") == ["rollback_started p/u/1", "rollback_started p/s"])
    var target = Self.bench(.target)
    target.succeedAll()
    for _ in 0..<3 { target.sample("6", series: ["t1"]) }
    target.succeedAll()
    #expect(target.lines("rollback_started") == ["rollback_started p/s/2/t1"])
  }

  @Test("stays where a step that cannot be taken back stands over it, and a person is asked")
  func wall() {
    var plan = Self.plan(.wave)
    plan.stages[1].steps[0].undo = .impossible
    var bench = Bench(plan)
    for _ in 0..<2 {
      bench.succeedAll()
      bench.samples("1", 3)
    }
    bench.succeedAll()
    for _ in 0..<3 { bench.sample("6", series: ["t1"]) }
    #expect(bench.lines("rollback_started").isEmpty)
    #expect(bench.state.hold?.words == "the rollback is blocked at p/u/1/t2/a")
    #expect(bench.status("p/s/2/t1") == .done)
  }

  @Test("is said in a hold: which triggers go on by themselves, and over what")
  func watchers() {
    var bench = Self.bench(.wave)
    bench.succeedAll()
    for _ in 0..<3 { bench.sample("6", series: ["t2"]) }
    bench.succeedAll()
    #expect(bench.state.hold == .rolledBack(scope: "wave"))
    let watched = bench.state.watchers.map { "\($0.trigger) \($0.act) \(bench.state.index.path(of: $0.place))" }
    #expect(watched == ["slow takesBack p/s/1", "slow takesBack p/s/2"])
  }
}
