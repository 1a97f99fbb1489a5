import Quantities
import Testing

@testable import Engine
@testable import Plans

/// Each rule has its own tests; these are about two of them that meet.
@Suite("Two things at once")
struct PairTests {
  @Test("a person's rollback holds, whatever follows one that evidence decided", arguments: AfterRollback.allCases)
  func personsRollback(then: AfterRollback) {
    var stage = Make.stage(waves: [[0, 1], [2, 3]])
    stage.then = then
    var bench = Bench(Make.plan([stage]))
    bench.succeedAll(4)
    bench.command(.rollback, "p/s/1")
    bench.succeedAll()
    #expect(bench.state.standing == .held(Holds(Held(.rolledBack(scope: "wave"), by: .rules))))
    #expect(bench.lines("run_continued", "run_aborting").isEmpty)
  }

  @Test(
    "a rollback leaves an irreversible step in doubt where it is, until a person says whether it is a wall",
    arguments: [Settlement.succeeded, .notApplied])
  func irreversibleInDoubt(settlement: Settlement) {
    var bench = Bench(RollbackTests.wall([[0]]))
    bench.succeed("p/s/1/t0/a")
    bench.doubt("p/s/1/t0/x")
    bench.command(.rollback)
    #expect(bench.unit("p/s/1/t0")?.verb == .apply && bench.requests.isEmpty && bench.state.rollback != nil)
    bench.command(.resolve, "p/s/1/t0/x", as: settlement)
    bench.succeedAll()
    let isWall = settlement == .succeeded
    #expect(bench.lines("undo_intended") == (isWall ? [] : ["undo_intended p/s/1/t0/a"]))
    #expect(bench.state.outcome == (isWall ? nil : .rolledBack))
    #expect(bench.state.hold == (isWall ? .blocked(path: "p/s/1/t0/x") : nil))
  }

  @Test("a phase that follows one that was taken back starts anew")
  func phaseAgain() {
    var bench = Bench(RollbackTests.plan)
    bench.succeedAll()
    bench.command(.rollback, "p")
    bench.succeedAll()
    bench.command(.resume)
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
    #expect(
      bench.lines("phase_started", "phase_finished") == [
        "phase_started p", "phase_finished p", "phase_started q", "phase_finished q", "phase_finished p",
        "phase_started q", "phase_finished q",
      ])
  }

  @Test("a target that was taken back is not live, and what it shows counts anew after its next cut-over")
  func notLive() {
    var bench = Bench(Make.watched(triggers: [Make.trigger()], bake: .hour, waves: [[0, 1]]))
    bench.succeedAll()
    bench.samples("1", 2)
    #expect(bench.state.liveCount(inventory: 0, at: bench.now) == 2)
    bench.command(.rollback, "p/s/1")
    bench.succeedAll()
    #expect(bench.state.liveCount(inventory: 0, at: bench.now) == 0 && bench.state.live == LiveIndex())
    bench.now = bench.nextSample + .second
    bench.command(.resume)
    bench.succeedAll()
    // The window of this one reaches back behind the second cut-over.
    bench.sample("9")
    #expect(bench.state.evidence.signals[0].series[""]?.reading == .missing(.immature))
    bench.sample("9")
    #expect(bench.lines("trigger_became_pending").count == 1)
  }

  @Test("a bake that a rollback ended is not waited for")
  func bakeInRollback() {
    var bench = Bench(Make.watched(triggers: [Make.trigger()], bake: .hour, waves: [[0, 1]]))
    bench.succeedAll()
    #expect(bench.state.nextDue == bench.now + .hour)
    bench.command(.rollback, "p/s/1")
    #expect(bench.state.rollback != nil && bench.state.nextDue == nil)
  }

  @Test("a step that cuts over makes the target live, and no other does", arguments: [0, 1])
  func cutover(step: Int) {
    var plan = Make.watched(triggers: [Make.trigger()], waves: [[0]])
    plan.stages[0].steps = [Make.step("a"), Make.step("b")]
    plan.stages[0].steps[step].isCutover = true
    var bench = Bench(plan)
    #expect(bench.state.live.all.earliest == nil)
    bench.now = bench.now + .second
    bench.succeed("p/s/1/t0/a")
    #expect(bench.state.live.all.earliest == (step == 0 ? Make.start + .second : nil))
    bench.now = bench.now + .second
    bench.succeed("p/s/1/t0/b")
    #expect(bench.state.live.all.earliest == Make.start + Make.seconds(step == 0 ? 1 : 2))
    #expect(bench.state.live.byTarget.mapValues(\.earliest) == ["t0": Make.start + Make.seconds(step == 0 ? 1 : 2)])
  }

  @Test(
    "a wave that is finished is watched while the next one goes on, for as long as its trigger says",
    arguments: [0, 30])
  func finishedWave(after: Int64) {
    let trigger = Make.trigger(lasts: 30, watchAfter: 3_600)
    var bench = Bench(Make.watched(signals: [Make.signal("s", .target)], triggers: [trigger]))
    bench.succeed("p/s/1/t0/a")
    bench.succeed("p/s/1/t1/a")
    #expect(bench.requests == ["do p/s/2/t2/a", "do p/s/2/t3/a"])
    bench.now = Make.start + Make.seconds(3_600 - 60 + after)
    #expect(bench.state.samplesDue(at: bench.now).first?.series == ["t0", "t1", "t2", "t3"])
    for _ in 0..<2 {
      bench.now = bench.nextSample
      let readings = ["9", "1", "1", "1"].compactMap { Reading($0) }
      let row = Samples.Row(at: bench.now, readings: readings)
      bench.turn([
        Event(.sampled([Samples(signal: 0, name: "s", series: ["t0", "t1", "t2", "t3"], rows: [row])]), at: bench.now)
      ])
    }
    bench.succeedAll()
    // The wave that rests on it goes back first.
    #expect(
      bench.lines("rollback_started") == (after == 0 ? ["rollback_started p/s/2", "rollback_started p/s/1"] : []))
  }

  @Test("what a probe found out is handed to the next step", arguments: ProbeAnswer.allCases)
  func outputsOfProbe(answer: ProbeAnswer) throws {
    let template = ArgumentTemplate.text(try Template("id ${steps.a.outputs.id}"))
    let steps = [Make.step("a", .none, probe: true), Make.step("b", arguments: template)]
    var bench = Bench(Make.plan([Make.stage(steps: steps, waves: [[0]], tolerate: 1)]))
    bench.doubt("p/s/1/t0/a")
    bench.happens(
      .probeAnswered(.apply, attempt: 1, answer: answer, cursor: nil, outputs: ["id": "7", "other": "8"]),
      "p/s/1/t0/a")
    if answer == .applied { #expect(bench.effects.last?.request.arguments == .string("id 7")) }
    #expect(bench.state.stages[0].outputs == (answer == .applied ? [0: [0: ["id": "7"]]] : [:]))
  }

  @Test("what a person says came of a step is handed to the next step")
  func outputsOfPerson() throws {
    let template = ArgumentTemplate.text(try Template("id ${steps.a.outputs.id}"))
    let steps = [Make.step("a", .none), Make.step("b", arguments: template)]
    var bench = Bench(Make.plan([Make.stage(steps: steps, waves: [[0]])]))
    bench.doubt("p/s/1/t0/a")
    let said = OperatorCommand(
      name: .resolve, id: "c", settlement: .succeeded, outputs: ["id": "9"], reason: "because")
    bench.happens(.commandReceived(said), "p/s/1/t0/a")
    #expect(bench.effects.last?.request.arguments == .string("id 9"))
    // Taken back, nothing is known of it any more.
    bench.command(.rollback)
    bench.succeedAll()
    #expect(bench.state.stages[0].outputs.isEmpty)
  }

  @Test("a target that was taken back in part begins a new round behind the step that stays")
  func partlyUndone() {
    var bench = Bench(RollbackTests.wall([[0], [1]]))
    bench.succeedAll(2)
    bench.command(.rollback)
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .failed && bench.state.hold == .blocked(path: "p/s/1/t0/x"))
    bench.command(.retry, "p/s/1/t0")
    bench.command(.resume)
    #expect(bench.requests == ["do p/s/1/t0/b"] && bench.intent("p/s/1/t0/b")?.round == 1)
    bench.succeed("p/s/1/t0/b")
    #expect(bench.status("p/s/1/t0") == .done)
    #expect(bench.state.executedPrefix.waves == [2])
  }

  @Test(
    "an approval of an emergency ends at its instant",
    arguments: [(-1, true), (0, false), (1, false)] as [(Int64, Bool)])
  func emergencyEnds(milliseconds: Int64, holds: Bool) {
    var bench = Bench(ApprovalTests.plan(waves: [[0], [1]]))
    ApprovalTests.say(&bench, .emergency, 3, until: 3_600)
    #expect(bench.requests == ["do p/s/1/t0/a"])
    bench.succeed("p/s/1/t0/a")
    bench.now = Make.start + .hour + Span(milliseconds: milliseconds)
    bench.succeed("p/s/1/t0/b")
    #expect(bench.requests == (holds ? ["do p/s/2/t1/a"] : []))
    #expect(bench.state.emergency(at: .phase(0)) == nil || holds)
  }

  @Test("an emergency is reviewed within a day, and not a millisecond later", arguments: [0, 1])
  func reviewTime(milliseconds: Int64) {
    var bench = Bench(ApprovalTests.plan(count: 2))
    ApprovalTests.say(&bench, .emergency, 3, until: 60)
    bench.now = bench.now + .day + Span(milliseconds: milliseconds)
    ApprovalTests.say(&bench, .approve, 1)
    #expect(
      bench.refusal == (milliseconds == 0 ? nil : "the emergency of p was not reviewed in time; `review` it first"))
  }

  @Test("a notice that an amendment adds tells what happens from then on, and one that stays tells on")
  func newNotice() {
    func notice(_ name: String) -> PlannedNotice {
      PlannedNotice(
        classes: [.waves], form: .text, operation: name, provider: "cloud", arguments: .none, timeout: .minute)
    }
    var plan = AmendmentTests.plan()
    plan.notices = [notice("old"), notice("gone")]
    var bench = Bench(plan)
    bench.happens(.noticeDelivered(notice: 0, seq: 2))
    bench.happens(.noticeFailed(notice: 1, seq: 1, reason: "no"))
    bench.happens(.noticeDelivered(notice: 0, seq: 1))
    #expect(bench.state.told == [0: 2, 1: 1])
    plan.notices = [notice("new"), notice("old")]
    AmendmentTests.amend(&bench, to: plan)
    bench.succeed("p/s/1/t0/a")
    #expect(bench.decided.last == "plan_amended")
    #expect(bench.state.told == [0: bench.state.lastSequence, 1: 2])
  }

  @Test("what was measured of a run that is over decides nothing", arguments: [true, false])
  func overAndMeasured(isOver: Bool) {
    var bench = TriggerTests.bench(Make.trigger(lasts: 60))
    bench.samples("6", 2)
    if isOver { bench.command(.abort) }
    #expect(bench.state.outcome == (isOver ? .aborted : nil))
    bench.sample("6")
    #expect(bench.decided.isEmpty == isOver && bench.lines("trigger_fired").isEmpty == isOver)
  }

  @Test("a target that is skipped while it waits counts as settled, and one that failed no longer counts")
  func skips() {
    var bench = Bench(Make.plan([Make.stage(waves: [[0, 1], [2]], tolerate: 0)]))
    bench.command(.skip, "p/s/1/t1")
    bench.fail("p/s/1/t0/a")
    #expect(bench.state.hold == .budget(level: "wave", failed: 1, limit: 0))
    bench.command(.skip, "p/s/1/t0")
    #expect(bench.state.failures.run == 0 && bench.state.failures.wave == 0)
    bench.command(.resume)
    #expect(bench.requests == ["do p/s/2/t2/a"])
    let finished = bench.events.compactMap { event -> [Int]? in
      if case .waveFinished(let done, let failed, let skipped) = event.kind { [done, failed, skipped] } else { nil }
    }
    #expect(finished == [[0, 0, 2]])
  }

  @Test("a wave that is finished says how many are done, failed, quarantined and skipped")
  func counts() {
    var bench = Bench(
      Make.plan([Make.stage(waves: [[0, 1, 2, 3, 4, 5]], tolerate: 9, concurrency: 6)]))
    bench.fail("p/s/1/t0/a")
    bench.fail("p/s/1/t1/a")
    bench.succeedAll(2)
    bench.succeedAll(6)
    bench.command(.hold, "p/s/1/t5")
    bench.succeedAll()
    bench.command(.skip, "p/s/1/t5/a")
    bench.command(.release, "p/s/1/t5")
    bench.succeedAll()
    let finished = bench.events.compactMap { event -> [Int]? in
      if case .waveFinished(let done, let failed, let skipped) = event.kind { [done, failed, skipped] } else { nil }
    }
    #expect(finished == [[4, 2, 0]])
  }
}
