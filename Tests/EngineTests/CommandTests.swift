import Plans
import Quantities
import Testing

@testable import Engine

/// A situation that a run can be in, with the commands on target `t0` that it accepts.
struct Situation: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var accepted: Set<OperatorCommand.Name>
  var arrange: @Sendable (inout Bench) -> Void

  init(_ name: String, _ accepted: Set<OperatorCommand.Name>, _ arrange: @escaping @Sendable (inout Bench) -> Void) {
    (testDescription, self.accepted, self.arrange) = (name, accepted, arrange)
  }

  private static let target = "p/s/1/t0"
  private static let a = "p/s/1/t0/a"

  static let all: [Situation] = [
    Situation("at work", [.pause, .hold, .rollback, .abort, .cancel]) { _ in },
    Situation("in doubt and parked", [.pause, .hold, .rollback, .abort, .retry, .skip, .resolve]) { $0.doubt(a) },
    Situation("handed to a person", [.pause, .hold, .rollback, .abort, .skip, .resolve]) {
      $0.handToPerson(a)
    },
    Situation("waiting for the next attempt", [.pause, .hold, .rollback, .abort, .retry, .skip]) {
      $0.fail(a, transient: true)
    },
    Situation("paused", [.resume, .hold, .rollback, .abort, .cancel]) { $0.command(.pause) },
    Situation("held", [.pause, .release, .rollback, .abort, .cancel]) { $0.command(.hold, target) },
    Situation("failed for good", [.pause, .retry, .skip, .abort]) {
      $0.fail(a)
      #expect($0.status(target) == .failed)
      $0.succeedAll(2)
    },
    Situation("blocked in its undo", [.pause, .retry, .skip, .resolve, .rollback, .abort]) {
      $0.failHalfWay(a)
      $0.fail(a)
    },
    Situation("in a rollback", [.pause, .hold, .cancel]) { $0.command(.rollback) },
    Situation("over", [.rollback]) { $0.succeedAll() },
    Situation("given up", [.rollback]) {
      $0.succeedAll(2)
      $0.command(.abort)
      $0.succeedAll()
    },
  ]
}

@Suite("A command")
struct CommandTests {
  static let target = "p/s/1/t0"
  static let a = "p/s/1/t0/a"

  @Test("is accepted or refused with a reason", arguments: Situation.all, OperatorCommand.Name.allCases)
  func answer(situation: Situation, name: OperatorCommand.Name) {
    var bench = Bench(
      Make.plan([Make.stage(steps: [Make.step("a", .none), Make.step("b")], waves: [[0, 1, 2]], tolerate: 1)]))
    situation.arrange(&bench)
    let isOfStep = [.resolve, .retry, .skip].contains(name) && bench.unit(Self.target) != nil
    bench.command(name, isOfStep ? Self.a : Self.target, as: name == .resolve ? .succeeded : nil)
    if situation.accepted.contains(name) {
      #expect(bench.refusal == nil)
    } else {
      #expect(bench.refusal?.isEmpty == false)
    }
    #expect(bench.state.pendingCommands.isEmpty)
  }

  @Test("leads to exactly one answer, in the order of the commands, when several come in one turn")
  func several() {
    var bench = Bench()
    let names: [OperatorCommand.Name] = [.pause, .pause, .resume, .resume]
    bench.turn(
      names.enumerated().map { number, name in
        Event(.commandReceived(OperatorCommand(name: name, id: "c\(number)")), at: bench.now)
      })
    #expect(bench.decided == ["run_paused", "command_refused", "run_resumed", "command_refused"])
    #expect(bench.events.suffix(4).map(\.cause) == [4, 5, 6, 7].map { $0 + Int64(bench.events.count) - 11 })
  }

  @Test("`pause` lets what is in flight end, and starts nothing; `resume` goes on where it was")
  func pause() {
    var bench = Bench()
    bench.command(.pause)
    bench.succeed(Self.a)
    #expect(bench.requests.isEmpty)
    #expect(bench.state.waits.first?.kind == .pause)
    bench.crash()
    #expect(bench.requests.isEmpty)
    bench.command(.resume)
    #expect(bench.requests == ["do p/s/1/t0/b"])
  }

  @Test("`pause` settles doubts all the same, but sends nothing again")
  func pauseAndDoubt() {
    var bench = Bench()
    bench.command(.pause)
    bench.doubt(Self.a)
    #expect(bench.requests.isEmpty)
    #expect(bench.unit(Self.target)?.isInDoubt == false)
    bench.command(.resume)
    #expect(bench.requests == ["do \(Self.a)"])
  }

  @Test("`cancel` ends one attempt that is at work, and what came of it is settled as ever; all else is refused")
  func cancel() {
    var bench = Bench(Make.plan([Make.stage(waves: [[0, 1]], concurrency: 2)]))
    bench.command(.cancel, Self.a)
    #expect(bench.decided == ["step_cancelled \(Self.a)"] && bench.refusal == nil)
    #expect(bench.unit(Self.target)?.hasOpenRequest == true && bench.unit("p/s/1/t1")?.hasOpenRequest == true)
    bench.doubt(Self.a)
    #expect(bench.unit(Self.target)?.hasOpenRequest == true, "idempotent: it is tried again")
    bench.command(.cancel, Self.target)
    #expect(bench.decided == ["step_cancelled \(Self.a)"])
    for place in ["p/s/1/t0/b", "p/s/1", ""] {
      bench.command(.cancel, place)
      #expect(bench.refusal?.isEmpty == false, "\(place)")
    }
    bench.succeedAll()
    bench.command(.cancel, Self.target)
    #expect(bench.refusal?.isEmpty == false)
  }

  @Test("`hold` stops one target between its steps, `release` lets it go on; the others do not wait")
  func hold() {
    var bench = Bench(Make.plan([Make.stage(waves: [[0, 1, 2]], concurrency: 2)]))
    bench.command(.hold, "p/s/1/t0")
    bench.command(.hold, "p/s/1/t2")
    bench.succeedAll()
    #expect(bench.status("p/s/1/t1") == .done)
    #expect(bench.status("p/s/1/t2") == .waiting)
    #expect(bench.state.outcome == nil)
    #expect(bench.state.waits.contains { $0.kind == .hold })
    bench.command(.release, "p/s/1/t0")
    bench.command(.release, "p/s/1/t2")
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
  }

  @Test("`resolve` says what happened", arguments: [Settlement.succeeded, .notApplied, .failed])
  func resolve(settlement: Settlement) {
    var bench = Bench(
      Make.plan([Make.stage(steps: [Make.step("a", .none), Make.step("b")], waves: [[0]], tolerate: 1)]))
    bench.doubt(Self.a)
    bench.command(.resolve, Self.a, as: settlement)
    switch settlement {
    case .succeeded: #expect(bench.requests == ["do p/s/1/t0/b"])
    case .notApplied, .again: #expect(bench.requests == ["do \(Self.a)"])
    case .failed: #expect(bench.requests == ["undo \(Self.a)"])
    }
  }

  @Test("`resolve` waits while a probe is looking: never two open requests for one step")
  func resolveWhileLooking() {
    var bench = Bench(Make.plan([Make.stage(steps: [Make.step("a", probe: true)], waves: [[0]])]))
    bench.doubt(Self.a)
    #expect(bench.requests == ["look \(Self.a)"])
    bench.command(.resolve, Self.a, as: .notApplied)
    #expect(bench.refusal != nil)
    #expect(bench.requests == ["look \(Self.a)"])
  }

  @Test(
    "`resolve` of another step than the one in doubt is refused",
    arguments: ["", "p", "p/s/1", "p/s/1/t0", "p/s/1/t0/b", "p/s/1/t1/a"])
  func resolveElsewhere(path: String) {
    var bench = Bench(Make.plan([Make.stage(steps: [Make.step("a", .none), Make.step("b")])]))
    bench.doubt(Self.a)
    bench.command(.resolve, path, as: .succeeded)
    #expect(bench.refusal == "this step is not in doubt and waits for nobody")
  }

  @Test("`retry` of a failed target begins it anew, and gives the budget its failure back")
  func retry() {
    var bench = Bench(Make.plan([Make.stage(waves: [[0, 1]], tolerate: 0)]))
    bench.fail(Self.a)
    bench.succeedAll()
    #expect(bench.state.hold == .budget(level: "wave", failed: 1, limit: 0))
    bench.command(.resume)
    #expect(bench.refusal?.contains("`retry` or `skip`") == true)
    bench.command(.retry, Self.target)
    bench.command(.resume)
    #expect(bench.requests == ["do \(Self.a)"])
    #expect(bench.intent(Self.a)?.round == 1)
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
    #expect(bench.state.failures.run == 0)
  }

  @Test("`retry` of a failed target is not forgotten: it is done, or refused", arguments: [0, 60])
  func retryAfterWave(bake: Int64) {
    var bench = Bench(
      Make.plan([Make.stage(waves: [[0, 1], [2, 3]], tolerate: 1, bake: Make.seconds(bake))]))
    bench.fail(Self.a)
    bench.succeedAll(3)
    #expect(bench.status("p/s/1/t1") == .done)
    bench.command(.retry, Self.target)
    for _ in 0..<5 {
      bench.succeedAll()
      bench.waitUntilDue()
    }
    #expect(bench.state.outcome == .done)
    #expect(bench.status(Self.target) == (bench.refusal == nil ? .done : .failed))
  }

  @Test("`skip` leaves out a step or a target, and the rest goes on")
  func skip() {
    var bench = Bench(
      Make.plan([Make.stage(steps: [Make.step("a", .none), Make.step("b")], waves: [[0, 1]], tolerate: 1)]))
    bench.doubt(Self.a)
    bench.command(.skip, "p/s/1/t1")
    // The target stands at a step: whoever names the target does not mean to go on with the others.
    bench.command(.skip, "p/s/1/t0")
    #expect(bench.refusal?.contains("it is at step \(Self.a): `skip` that path") ?? false)
    bench.command(.skip, Self.a)
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .done)
    #expect([.skipped, .done].contains(bench.status("p/s/1/t1")))
    #expect(bench.state.outcome == .done)
  }

  @Test("`abort` lets what is in flight end, then the run is over and nothing is asked any more")
  func abort() {
    var bench = Bench(Make.plan([Make.stage(waves: [[0, 1, 2]], concurrency: 2)]))
    bench.command(.abort)
    #expect(bench.state.outcome == nil)
    bench.succeed("p/s/1/t0/a")
    #expect(bench.state.outcome == nil)
    bench.succeed("p/s/1/t1/a")
    #expect(bench.state.outcome == .aborted)
    #expect(bench.requests.isEmpty)
    bench.command(.rollback)
    bench.succeedAll()
    #expect(bench.state.outcome == .rolledBack)
    #expect(["p/s/1/t0", "p/s/1/t1"].allSatisfy { bench.status($0) == .undone })
  }

  @Test("`abort` leaves no timer behind: nothing is asked after the end", arguments: ["retry", "undo retry", "settle"])
  func abortAndTimers(what: String) {
    let step = Make.step("a", probe: what == "settle", settle: Make.seconds(30))
    var bench = Bench(Make.plan([Make.stage(steps: [step], waves: [[0]], tolerate: 1)]))
    switch what {
    case "retry": bench.fail(Self.a, transient: true)
    case "undo retry":
      bench.failHalfWay(Self.a)
      bench.fail(Self.a, transient: true)
    default:
      bench.doubt(Self.a)
      bench.look(Self.a, .notApplied)
    }
    bench.command(.abort)
    #expect(bench.state.outcome == .aborted)
    #expect(bench.state.nextDue == nil)
    bench.now = bench.now + .hour
    bench.happens(.timerDue)
    #expect(bench.requests.isEmpty)
    bench.crash()
    #expect(bench.requests.isEmpty)
  }

  @Test("to drain lets the executor leave with nothing new; the next one goes on")
  func drain() {
    var bench = Bench(Make.plan([Make.stage(waves: [[0, 1]], concurrency: 2)]))
    bench.happens(.executorDraining)
    bench.succeed(Self.a)
    bench.doubt("p/s/1/t1/a")
    #expect(bench.requests.isEmpty)
    #expect(bench.state.waits.contains { $0.kind == .executor })
    bench.crash()
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
  }

  @Test(
    "about a place that is no target is refused", arguments: ["", "p", "p/s", "p/s/1"],
    [
      OperatorCommand.Name.hold, .release, .retry, .skip,
    ])
  func noTarget(path: String, name: OperatorCommand.Name) {
    var bench = Bench()
    bench.command(name, path)
    #expect(bench.refusal?.hasPrefix("name a target") == true)
  }
}
