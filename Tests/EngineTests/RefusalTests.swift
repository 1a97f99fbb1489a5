import Plans
import Quantities
import Testing

@testable import Engine

/// A command that is refused, and the words.
struct Refused: Sendable, CustomTestStringConvertible {
  var name: OperatorCommand.Name
  var path: String
  var words: String
  var plan: Plan
  var arrange: @Sendable (inout Bench) -> Void

  var testDescription: String { "\(name.rawValue) \(path): \(words)" }

  init(
    _ name: OperatorCommand.Name, _ path: String, _ words: String, in plan: Plan = Refused.standard,
    _ arrange: @escaping @Sendable (inout Bench) -> Void = { _ in }
  ) {
    (self.name, self.path, self.words, self.plan, self.arrange) = (name, path, words, plan, arrange)
  }

  /// Two waves; step `a` asks a person when it is in doubt.
  private static let standard = Make.plan([
    Make.stage(steps: [Make.step("a", .none), Make.step("b")], waves: [[0, 1], [2]], tolerate: 1)
  ])
  private static let target = "p/s/1/t0"
  private static let a = "p/s/1/t0/a"
  private static let atWork = "a provider is at work on it; wait for its answer, or end the attempt with `cancel` first"
  private static let notInDoubt = "this step is not in doubt and waits for nobody"
  private static func notAgain(_ status: String) -> String {
    "only a target that is failed, quarantined, blocked or parked, or waits for its next attempt, can be tried again; "
      + "this one is \(status)"
  }
  private static func noSkip(_ status: String) -> String {
    "only a target that waits or failed, or its current step, can be skipped; this one is \(status)"
  }
  private static func isOver(_ outcome: String) -> String {
    "the run is over (\(outcome)); only `rollback` can follow"
  }

  static let all: [Refused] = [
    Refused(.pause, "", "the run is paused already") { $0.command(.pause) },
    Refused(.resume, "", "the run is neither paused nor held"),
    Refused(.resume, "", "the undo of \(a) is blocked; `retry` or `resolve` it first") {
      $0.failHalfWay(a)
      $0.fail(a)
    },
    Refused(
      .resume, "", "1 failed target is more than the budget of 0 (wave); `retry` or `skip` it first",
      in: Make.plan([Make.stage(waves: [[0]], tolerate: 0)])
    ) {
      $0.fail(a)
    },
    Refused(.abort, "", "a rollback is going on; it has to end first") { $0.command(.rollback) },
    Refused(.pause, "", isOver("done")) { $0.succeedAll() },
    Refused(.abort, "", isOver("aborted")) {
      $0.command(.pause)
      $0.succeedAll()
      $0.command(.abort)
    },
    Refused(.rollback, "", "a rollback is going on already") { $0.command(.rollback) },
    Refused(.rollback, "p/s/2", "there is nothing to undo"),
    Refused(.resolve, a, "it does not say what happened: succeeded, not applied or failed") { $0.doubt(a) },
    Refused(.resolve, a, notInDoubt),
    Refused(.resolve, "p/s/1/t0/b", notInDoubt) { $0.doubt(a) },
    Refused(.resolve, "p/s/2/t2/a", notInDoubt),
    Refused(.hold, target, "the target is held already, or over") { $0.command(.hold, target) },
    Refused(.hold, target, "the target is held already, or over") { $0.succeedAll(2) },
    Refused(.release, target, "the target is not held"),
    Refused(.retry, target, notAgain("running")),
    Refused(.retry, "p/s/2/t2", notAgain("waiting")),
    Refused(.retry, target, notAgain("done")) { $0.succeedAll(2) },
    Refused(.retry, target, "a person does this step; say with `resolve` what came of it") { $0.handToPerson(a) },
    Refused(.retry, target, "its wave is over; `skip` it, or put it into another run") {
      $0.fail(a)
      $0.succeedAll(2)
      #expect($0.requests == ["do p/s/2/t2/a"])
    },
    Refused(.skip, target, atWork),
    Refused(.skip, a, atWork),
    Refused(.skip, "p/s/1/t0/b", "the target is at step \(a)"),
    Refused(.skip, target, noSkip("done")) { $0.succeedAll(2) },
    Refused(.skip, "p/s/2/t2/a", noSkip("waiting")),
    Refused(.skip, "p/s/2/t2", noSkip("skipped")) { $0.command(.skip, "p/s/2/t2") },
    Refused(.amend, "", "its plan is not in the journal, or is no plan of this version"),
    Refused(.approve, "p", "the sender is nobody in trust/people.yaml"),
    Refused(
      .retry, target, "all its steps are done, and the last one cannot be taken back; `skip` it",
      in: Make.plan([Make.stage(steps: [Make.step("a", .none, undo: .impossible)], waves: [[0]], tolerate: 1)])
    ) {
      // A rollback meets the last step, of which a person did not say that it did not happen.
      $0.doubt(a)
      $0.command(.rollback)
      $0.command(.retry, target)
    },
    Refused(
      .retry, target, notAgain("done"),
      in: Make.plan([Make.stage(steps: [Make.step("a", .none, undo: .impossible)], waves: [[0, 1]])])
    ) { $0.succeed(a) },
  ]
}

@Suite("A refusal")
struct RefusalTests {
  @Test("says why, and changes nothing", arguments: Refused.all)
  func words(refused: Refused) {
    var bench = Bench(refused.plan)
    refused.arrange(&bench)
    let before = bench.state
    bench.command(refused.name, refused.path)
    #expect(bench.refusal == refused.words)
    #expect(bench.decided == ["command_refused\(refused.path.isEmpty ? "" : " \(refused.path)")"])
    #expect(bench.state.units == before.units && bench.state.stages == before.stages)
    #expect(bench.state.standing == before.standing && bench.state.rollback == before.rollback)
  }

  @Test("of a command with a flaw says the flaw, whatever the command is", arguments: OperatorCommand.Name.allCases)
  func flaw(name: OperatorCommand.Name) {
    var bench = Bench()
    var command = OperatorCommand(name: name, id: "c", reason: "because")
    command.flaw = "the signature does not count"
    bench.happens(.commandReceived(command))
    #expect(bench.refusal == "the signature does not count")
  }

  @Test("of an answer that a probe is looking for says so, and nothing is decided")
  func looking() {
    var bench = Bench(Make.plan([Make.stage(steps: [Make.step("a", .none, probe: true)], waves: [[0]])]))
    bench.doubt("p/s/1/t0/a")
    bench.command(.resolve, "p/s/1/t0/a", as: .succeeded)
    #expect(bench.refusal == "the provider is being asked whether it happened; wait for its answer")
  }

  private static func say(
    _ bench: inout Bench, _ name: OperatorCommand.Name, _ path: String, until: Instant? = nil
  ) {
    var command = OperatorCommand(name: name, id: "c\(bench.events.count)", reason: "because")
    (command.person, command.auth, command.until) = (1, "os", until)
    bench.happens(.commandReceived(command), path)
  }

  @Test("of a word about approvals says what is missing", arguments: [-1, 0, 1])
  func persons(milliseconds: Int64) {
    var bench = Bench(ApprovalTests.plan(count: 2))
    Self.say(&bench, .approve, "p/s")
    #expect(bench.refusal == "nothing needs an approval here; name a phase or stage that has `approve:`")
    Self.say(&bench, .emergency, "p")
    #expect(bench.refusal == "it does not say how long it shall hold")
    Self.say(&bench, .review, "p")
    #expect(bench.refusal == "no emergency waits for a review here")
    Self.say(&bench, .force, "p/s/1")
    #expect(bench.refusal == "no gate is measured here")
    // A term that ends now is over: it holds until then, and not at that time.
    let until = bench.now + Span(milliseconds: milliseconds)
    Self.say(&bench, .emergency, "p", until: until)
    #expect(bench.refusal == (milliseconds > 0 ? nil : "it does not say how long it shall hold"))
    Self.say(&bench, .approve, "p", until: until)
    #expect(bench.refusal == (milliseconds > 0 ? nil : "it has expired already"))
  }

  @Test("of forcing a gate: another wave's, one in shadow, and the same person twice")
  func force() {
    var plan = Make.watched(gate: Make.gate(deadline: nil))
    plan.people = ["ann", "bob"].map { PlannedPerson(id: $0, roles: []) }
    var bench = Bench(plan)
    bench.succeedAll()
    Self.say(&bench, .force, "p/s/2")
    #expect(bench.refusal == "no gate is measured here")
    Self.say(&bench, .force, "p/s")
    #expect(bench.refusal == "no gate is measured here")
    Self.say(&bench, .force, "p/s/1")
    Self.say(&bench, .force, "p/s/1")
    #expect(bench.refusal == "bob asked for it already; a second person must")
    plan.stages[0].gate = Make.gate(isShadow: true)
    plan.stages[0].bake = .hour
    var shadow = Bench(plan)
    shadow.succeedAll()
    #expect(shadow.state.evidence.gate?.isShadow == true)
    Self.say(&shadow, .force, "p/s/1")
    #expect(shadow.refusal == "no gate is measured here")
  }

  @Test("of an amendment: in a rollback, of a run that is given up, and of what this version cannot do")
  func amend() {
    var new = AmendmentTests.plan()
    new.stages[0].waves[2].targets = [4]
    var back = Bench(AmendmentTests.plan())
    back.command(.rollback)
    AmendmentTests.amend(&back, to: new)
    #expect(back.refusal == "a rollback is going on; it has to end first")
    var given = Bench(AmendmentTests.plan())
    given.command(.abort)
    AmendmentTests.amend(&given, to: new)
    #expect(given.refusal == "the run is given up")
    var several = Bench(AmendmentTests.plan())
    new.scale = 60
    new.stages[0].waves[0].targets = [0]
    AmendmentTests.amend(&several, to: new)
    #expect(several.refusal == "its time runs at another speed; start a new run for that")
    (new.runbook, new.environment) = ("other", "other")
    AmendmentTests.amend(&several, to: new)
    #expect(several.refusal == "it is of `other` in `other`, and the run of `test` in `test`, and 1 more")
  }
}
