import Plans
import Quantities
import Testing

@testable import Engine

@Suite("A rollback")
struct RollbackTests {
  /// Two phases; `p/s` has two waves of two targets, `q/u` one of two.
  static let plan = Make.plan([
    Make.stage(waves: [[0, 1], [2, 3]], concurrency: 1), Make.stage("u", phase: 1, waves: [[4, 5]], concurrency: 1),
  ])

  /// A stage with an irreversible step between two others.
  static func wall(_ waves: [[Int32]] = [[0, 1]], last: Bool = false, tolerate: Int = 1) -> Plan {
    var steps = [Make.step("a"), Make.step("x", .none, undo: .impossible), Make.step("b")]
    if last { steps.swapAt(1, 2) }
    return Make.plan([Make.stage(steps: steps, waves: waves, tolerate: tolerate, concurrency: 1)])
  }

  static func undone(_ bench: Bench) -> [String] {
    bench.lines("undo_intended").map { String($0.dropFirst("undo_intended ".count)) }
  }

  @Test("takes nothing back that a newer wave still stands on, however many may be undone at once")
  func waveByWave() {
    var bench = Bench(
      Make.plan([
        Make.stage(waves: [[0], [1, 2]], tolerate: 9, concurrency: 4),
        Make.stage("u", phase: 1, waves: [[3, 4]], tolerate: 9, concurrency: 4),
      ]))
    bench.succeedAll()
    bench.command(.rollback)
    var waves: [Substring] = []
    while let first = bench.requests.first {
      // All that is asked of providers at one time belongs to one wave.
      let wave = first.split(separator: "/").prefix(3).joined(separator: "/")
      #expect(bench.requests.allSatisfy { $0.hasPrefix("\(wave)/") }, "\(bench.requests)")
      if waves.last != wave[...] { waves.append(wave[...]) }
      bench.succeedAll(1)
    }
    #expect(waves == ["undo q/u/1", "undo p/s/2", "undo p/s/1"])
    #expect(bench.state.outcome == .rolledBack)
  }

  @Test(
    "takes back what its scope names, the newest target first and its steps in reverse order",
    arguments: [
      ("p/s/2/t2", ["p/s/2/t2"]), ("p/s/1", ["p/s/1/t1", "p/s/1/t0"]),
      ("p/s", ["p/s/2/t3", "p/s/2/t2", "p/s/1/t1", "p/s/1/t0"]), ("q", ["q/u/1/t5", "q/u/1/t4"]),
      ("", ["q/u/1/t5", "q/u/1/t4", "p/s/2/t3", "p/s/2/t2", "p/s/1/t1", "p/s/1/t0"]),
    ])
  func scopes(scope: String, targets: [String]) {
    var bench = Bench(Self.plan)
    bench.succeedAll()
    bench.command(.rollback, scope)
    bench.succeedAll()
    #expect(Self.undone(bench) == targets.flatMap { ["\($0)/b", "\($0)/a"] })
    #expect(targets.allSatisfy { bench.status($0) == .undone })
    if scope.isEmpty {
      #expect(bench.state.outcome == .rolledBack)
    } else {
      #expect(bench.state.outcome == nil)
      #expect(bench.state.hold == .rolledBack(scope: bench.state.index.place(scope)?.scope ?? ""))
    }
  }

  @Test("in flight waits for the answer, then turns the target round, later steps unasked", arguments: [true, false])
  func midFlight(succeeds: Bool) {
    var bench = Bench(Self.plan)
    bench.succeed("p/s/1/t0/a")
    bench.command(.rollback)
    #expect(bench.requests == ["do p/s/1/t0/b"])
    if succeeds { bench.succeed("p/s/1/t0/b") } else { bench.fail("p/s/1/t0/b") }
    bench.succeedAll()
    // A step that provably did nothing is not taken back.
    #expect(Self.undone(bench) == (succeeds ? ["p/s/1/t0/b"] : []) + ["p/s/1/t0/a"])
    #expect(bench.status("p/s/1/t0") == .undone)
    #expect(bench.state.outcome == .rolledBack)
  }

  @Test("takes back a step in doubt too", arguments: Idempotency.allCases, [true, false])
  func inDoubt(idempotency: Idempotency, isParked: Bool) {
    let steps = [Make.step("a"), Make.step("b", idempotency)]
    var bench = Bench(Make.plan([Make.stage(steps: steps, waves: [[0]])]))
    bench.succeed("p/s/1/t0/a")
    if isParked { bench.doubt("p/s/1/t0/b") }
    bench.command(.rollback)
    if bench.requests == ["do p/s/1/t0/b"] { bench.doubt("p/s/1/t0/b") }
    bench.succeedAll()
    #expect(Self.undone(bench) == ["p/s/1/t0/b", "p/s/1/t0/a"])
    #expect(bench.state.outcome == .rolledBack)
  }

  @Test("starts nothing forwards, in its scope or elsewhere")
  func stops() {
    var bench = Bench(Self.plan)
    bench.succeedAll(4)
    #expect(bench.requests == ["do p/s/2/t2/a"])
    bench.command(.rollback, "p/s/1/t0")
    bench.succeed("p/s/2/t2/a")
    #expect(bench.requests == ["undo p/s/1/t0/b"])
    bench.succeedAll()
    #expect(bench.state.hold == .rolledBack(scope: "target"))
    bench.command(.resume)
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
    #expect(bench.status("p/s/1/t0") == .done)
  }

  @Test("goes on while the run is paused, and after the executor was lost")
  func pausedAndLost() {
    var bench = Bench(Self.plan)
    bench.succeedAll(4)
    bench.command(.rollback, "p/s")
    bench.command(.pause)
    bench.doubt("p/s/2/t2/a")
    bench.crash()
    bench.succeedAll(1)
    bench.crash()
    bench.succeedAll()
    #expect(bench.state.rollback == nil)
    #expect(["p/s/1/t0", "p/s/1/t1"].allSatisfy { bench.status($0) == .undone })
  }

  @Test("that has nothing to undo is refused, and so is a second one of the same place")
  func nothing() {
    var bench = Bench(Self.plan)
    bench.command(.rollback, "q")
    #expect(bench.refusal == "there is nothing to undo")
    bench.succeedAll(4)
    bench.command(.rollback, "p/s/1")
    #expect(bench.refusal == nil)
    bench.command(.rollback, "p/s")
    #expect(bench.refusal == "a rollback is going on already")
    bench.succeedAll()
    bench.command(.rollback, "p/s/1")
    #expect(bench.refusal == "there is nothing to undo")
  }

  @Test("is redone after `resume`, in a new round with new keys")
  func resume() throws {
    var bench = Bench(Self.plan)
    let key = try #require(bench.intent("p/s/1/t0/a")).key
    bench.succeedAll(4)
    bench.command(.rollback, "p/s")
    bench.succeedAll()
    #expect(bench.state.nextDue == nil)
    bench.command(.resume)
    #expect(bench.requests == ["do p/s/1/t0/a"])
    let again = try #require(bench.intent("p/s/1/t0/a"))
    #expect(again.round == 1)
    #expect(again.key != key)
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
    #expect(bench.state.doneCount == 6)
  }

  @Test("can follow the end of a run")
  func afterEnd() {
    var bench = Bench(Self.plan)
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
    bench.command(.rollback, "q/u")
    #expect(bench.state.outcome == nil)
    bench.succeedAll()
    bench.command(.resume)
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
  }

  @Test("passes over steps with nothing to take back")
  func nothingToTakeBack() {
    let steps = [Make.step("a"), Make.step("b", undo: .nothing), Make.step("c")]
    var bench = Bench(Make.plan([Make.stage(steps: steps, waves: [[0]])]))
    bench.succeedAll()
    bench.command(.rollback)
    bench.succeedAll()
    #expect(Self.undone(bench) == ["p/s/1/t0/c", "p/s/1/t0/a"])
    #expect(bench.state.outcome == .rolledBack)
  }

  @Test(
    "is blocked by an undo that fails for good, until a person says what is", arguments: ["retry", "resolve"])
  func blocked(way: String) {
    var bench = Bench(Self.plan)
    bench.succeedAll(2)
    bench.command(.rollback, "p/s/1/t0")
    bench.fail("p/s/1/t0/b")
    #expect(bench.state.hold == .blocked(path: "p/s/1/t0/b"))
    #expect(bench.state.rollback != nil)
    bench.command(.resume)
    #expect(bench.refusal != nil)
    switch way {
    case "retry":
      bench.command(.retry, "p/s/1/t0/b")
      #expect(bench.requests.contains("undo p/s/1/t0/b"))
      bench.succeed("p/s/1/t0/b")
    default: bench.command(.resolve, "p/s/1/t0/b", as: .succeeded)
    }
    #expect(bench.requests.contains("undo p/s/1/t0/a"))
    bench.succeed("p/s/1/t0/a")
    #expect(bench.status("p/s/1/t0") == .undone)
  }

  @Test("leaves a target whole that a person skips at a blocked undo, and counts it for nothing")
  func skippedWhole() {
    var bench = Bench(Self.plan)
    bench.succeedAll(2)
    bench.command(.rollback, "p/s/1/t0")
    bench.fail("p/s/1/t0/b")
    bench.command(.skip, "p/s/1/t0/b")
    // The step under it is not taken back under it.
    #expect(bench.lines("target_kept") == ["target_kept p/s/1/t0"])
    #expect(bench.requests.allSatisfy { !$0.hasPrefix("undo") })
    #expect(bench.status("p/s/1/t0") == .done && bench.unit("p/s/1/t0") == nil)
    #expect(bench.state.hold != .blocked(path: "p/s/1/t0/b"))
    let undone = bench.events.compactMap { event -> Int? in
      if case .rollbackFinished(let undone, _) = event.kind { undone } else { nil }
    }
    #expect(undone == [0])
  }

  @Test(
    "calls no target whole that a person skips while nobody knows whether its undo happened", arguments: [false, true])
  func skippedInDoubt(isTriedAgain: Bool) {
    var plan = Self.plan
    if case .call(var undo) = plan.stages[0].steps[1].undo {
      undo.idempotency = isTriedAgain ? .natural : .none
      plan.stages[0].steps[1].undo = .call(undo)
    }
    var bench = Bench(plan)
    bench.succeedAll(2)
    bench.command(.rollback, "p/s/1/t0")
    bench.doubt("p/s/1/t0/b")
    // Whether it is parked at once, or refused for good when it is asked again: the first answer never came.
    if isTriedAgain { bench.fail("p/s/1/t0/b") }
    bench.command(.skip, "p/s/1/t0/b")
    #expect(bench.lines("target_kept").count == 1 && bench.status("p/s/1/t0") == .failed)
  }

  @Test("calls a target undone, and not left by a person, whose last step was taken back in the turn of the skip")
  func skippedUndone() throws {
    var bench = Bench(Self.plan)
    bench.succeedAll(2)
    bench.command(.rollback, "p/s/1/t0")
    bench.succeed("p/s/1/t0/b")
    let (step, target) = (bench.state.index.place("p/s/1/t0/a"), bench.state.index.place("p/s/1/t0"))
    let skip = OperatorCommand(name: .skip, id: "late", reason: "because")
    bench.turn([
      Event(.succeeded(.undo, attempt: 1, outputs: [:]), subject: try #require(step), at: bench.now),
      Event(.commandReceived(skip), subject: try #require(target), at: bench.now),
    ])
    #expect(bench.lines("target_kept").isEmpty && bench.status("p/s/1/t0") == .undone)
    #expect(bench.refusal == "all of it was taken back just now")
  }

  @Test("leaves a target failed that a person skips after a part of it was taken back")
  func skippedInPart() {
    var bench = Bench(Self.plan)
    bench.succeedAll(2)
    bench.command(.rollback, "p/s/1/t0")
    bench.succeed("p/s/1/t0/b")
    bench.fail("p/s/1/t0/a")
    bench.command(.skip, "p/s/1/t0/a")
    #expect(bench.status("p/s/1/t0") == .failed)
    bench.command(.retry, "p/s/1/t0")
    #expect(bench.refusal == "some of its steps were not taken back; `rollback` it first, or `skip` it")
    bench.command(.rollback, "p/s/1/t0")
    #expect(bench.requests.contains("undo p/s/1/t0/a"))
  }

  @Test("stops at a step that cannot be taken back, says so, and claims nothing")
  func irreversible() {
    var bench = Bench(Self.wall())
    bench.succeedAll(3)
    bench.succeed("p/s/1/t1/a")
    bench.command(.rollback)
    bench.fail("p/s/1/t1/x", transient: true)
    bench.succeedAll()
    #expect(bench.state.outcome == nil)
    #expect(bench.status("p/s/1/t0") == .done)
    guard case .blocked = bench.state.hold else {
      Issue.record("the run is not held as blocked: \(String(describing: bench.state.hold))")
      return
    }
  }

  @Test("that nothing can follow because of such a step is refused with its path")
  func irreversibleFirst() {
    var bench = Bench(Self.wall([[0]]))
    bench.succeedAll()
    bench.command(.rollback)
    #expect(bench.refusal?.contains("p/s/1/t0/x") == true)
    #expect(bench.state.outcome == .done)
  }

  @Test("that meets such a step in a target that is just getting done leaves it done and is blocked")
  func irreversibleInFlight() {
    var bench = Bench(Self.wall([[0]], last: true))
    bench.succeedAll(2)
    #expect(bench.requests == ["do p/s/1/t0/x"])
    bench.command(.rollback)
    bench.succeed("p/s/1/t0/x")
    bench.succeedAll()
    #expect(Self.undone(bench).isEmpty)
    #expect(bench.status("p/s/1/t0") != .undone)
    #expect(bench.state.outcome == nil)
    #expect(bench.state.hold == .blocked(path: "p/s/1/t0/x"))
  }

  @Test("after another one that was blocked meets the same step, and does not say that all is undone")
  func irreversibleTwice() {
    var plan = Self.wall([[0]])
    plan.stages.insert(Make.stage("before", steps: [Make.step("a")], waves: [[1]]), at: 0)
    var bench = Bench(plan)
    bench.succeedAll(3)
    bench.command(.rollback, "p/s/1/t0")
    bench.succeedAll()
    #expect(Self.undone(bench) == ["p/s/1/t0/b"])
    #expect(bench.state.hold == .blocked(path: "p/s/1/t0/x"))
    bench.command(.rollback)
    bench.succeedAll()
    #expect(bench.state.outcome != .rolledBack)
  }

  @Test("that was blocked stays held when its target is tried again: nobody resumed the run")
  func retryAfterBlock() {
    var bench = Bench(Self.wall([[0], [1], [2]]))
    bench.succeedAll(3)
    bench.succeedAll(2)
    #expect(bench.requests == ["do p/s/2/t1/b"])
    bench.command(.rollback, "p/s/2")
    bench.succeedAll()
    #expect(bench.state.hold == .blocked(path: "p/s/2/t1/x"))
    bench.command(.retry, "p/s/2/t1")
    #expect(bench.requests.isEmpty)
    #expect(bench.state.hold != nil)
  }

  @Test("that a person left half taken back above such a step is finished before the target is tried again")
  func keptAboveWall() {
    var plan = Self.wall()
    plan.stages[0].steps.append(Make.step("c"))
    var bench = Bench(plan)
    bench.succeedAll(3)
    bench.fail("p/s/1/t0/c")
    bench.fail("p/s/1/t0/b")
    bench.command(.skip, "p/s/1/t0/b")
    #expect(bench.status("p/s/1/t0") == .failed)
    bench.command(.retry, "p/s/1/t0")
    #expect(bench.refusal == "some of its steps were not taken back; `rollback` it first, or `skip` it")
    #expect(bench.lines("step_intended").count { $0 == "step_intended p/s/1/t0/b" } == 1)
  }

  @Test("or retry never does an irreversible step twice without a person who says that it did not happen")
  func irreversibleNotTwice() {
    var bench = Bench(Self.wall([[0]], tolerate: 0))
    bench.succeedAll(2)
    bench.fail("p/s/1/t0/b")
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .failed)
    #expect(bench.state.hold == .budget(level: "wave", failed: 1, limit: 0))
    bench.command(.retry, "p/s/1/t0")
    bench.command(.resume)
    bench.succeedAll()
    #expect(bench.lines("step_intended").count { $0 == "step_intended p/s/1/t0/x" } == 1)
  }
}
