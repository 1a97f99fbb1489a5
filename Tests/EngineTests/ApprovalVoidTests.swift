import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("An approval that was given")
struct ApprovalVoidTests {
  /// Stages `p/s`, `p/u` and `q/z`; the phases and the stages of the first one need an approval each, and a trigger
  /// watches.
  static func plan(scope: PlannedTrigger.Scope = .wave) -> Plan {
    var plan = Make.plan([
      Make.stage(steps: [Make.step("a")], waves: [[0], [1]], bake: .hour),
      Make.stage("u", steps: [Make.step("a")], waves: [[2]]),
      Make.stage("z", phase: 1, steps: [Make.step("a")], waves: [[3]]),
    ])
    plan.signals = [Make.signal()]
    plan.triggers = [Make.trigger(do: .hold, scope: scope)]
    plan.people = [PlannedPerson(id: "mira", roles: ["release-manager"])]
    let rule = PlannedApproval(count: 1, role: "release-manager")
    for phase in plan.phases.indices { plan.phases[phase].approvalRule = rule }
    for stage in 0...1 { plan.stages[stage].approvalRule = rule }
    return plan
  }

  /// Everything that ends an approval.
  enum Reason: String, CaseIterable {
    case expiry, gate, firing, role, effects, rejection

    /// What the event says; `nil` where the event of what happened says it all.
    var words: String? {
      switch self {
      case .expiry: "it expired"
      case .gate: "a breach at its gate is newer"
      case .firing: "trigger slow is newer"
      case .role: "mira is no longer release-manager"
      case .effects: "changes what it approved"
      case .rejection: nil
      }
    }

    /// Three waves of one target each that bake for five minutes, and two persons who could approve.
    var plan: Plan {
      var plan = Make.watched(
        triggers: [Make.trigger(do: .hold)],
        gate: self == .gate ? Make.gate(hold: 30, deadline: 90, onBreach: .hold) : nil, bake: Make.seconds(300),
        waves: [[0], [1], [2]])
      plan.people = ["mira", "tomas"].map { PlannedPerson(id: $0, roles: ["release-manager"]) }
      plan.phases[0].approvalRule = PlannedApproval(
        count: 1, role: "release-manager", expires: self == .expiry ? Make.seconds(100) : nil)
      return plan
    }

    func happen(to bench: inout Bench) {
      switch self {
      case .expiry:
        bench.now = bench.now + Make.seconds(100)
        bench.happens(.timerDue)
      case .gate: bench.samples("4", 4)
      case .firing:
        bench.sample("1")
        bench.samples("6", 3)
      case .role:
        var new = plan
        new.people[0].roles = []
        AmendmentTests.amend(&bench, to: new)
        bench.turn([])
      case .effects:
        var new = plan
        new.stages[0].waves.swapAt(1, 2)
        AmendmentTests.amend(&bench, to: new)
      case .rejection:
        bench.now = bench.now + .second
        ApprovalTests.say(&bench, .reject, 1)
      }
    }
  }

  @Test("ends for each reason there is, an event says which, and the next wave waits", arguments: Reason.allCases)
  func reasons(reason: Reason) {
    var bench = Bench(reason.plan)
    ApprovalTests.say(&bench, .approve, 0)
    bench.succeedAll()
    #expect(bench.state.approvers(of: .phase(0)) == [0])
    reason.happen(to: &bench)
    #expect(bench.state.approvers(of: .phase(0)).isEmpty)
    let whys = bench.events.compactMap { if case .approvalVoided(_, _, let why) = $0.kind { why } else { nil } }
    #expect(whys.count == (reason.words == nil ? 0 : 1))
    if let words = reason.words { #expect(whys.first?.hasSuffix(words) == true, "\(whys)") }
    if bench.state.hold != nil { bench.command(.resume) }
    bench.samples("1", 24)
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
    #expect(bench.lines("wave_started") == ["wave_started p/s/1"])
    #expect(bench.state.missingApproval?.place == .phase(0))
  }

  @Test(
    "is void when a trigger fires within it or around it, and not when it fires beside it",
    arguments: [
      (PlannedTrigger.Scope.wave, ["p", "p/s"]), (.stage, ["p", "p/s"]), (.phase, ["p", "p/s", "p/u"]),
      (.run, ["p", "p/s", "p/u", "q"]),
    ])
  func scopes(scope: PlannedTrigger.Scope, places: [String]) {
    var bench = Bench(Self.plan(scope: scope))
    for place in ["p", "p/s", "p/u", "q"] { ApprovalTests.say(&bench, .approve, 0, at: place) }
    #expect(bench.lines("approval_counted").count == 4)
    bench.succeedAll()
    bench.sample("1")
    bench.samples("6", 3)
    #expect(bench.lines("trigger_fired").count == 1)
    #expect(bench.lines("approval_voided") == places.map { "approval_voided \($0)" })
  }

  @Test("lets nothing begin in the very turn in which what it approved fires, is back, and would be tried again")
  func sameTurn() {
    var plan = Make.watched(
      triggers: [Make.trigger()], bake: .hour, then: .retryOnce, waves: [[0], [1]])
    // There is nothing to take back: the rollback is over in the turn that begins it.
    plan.stages[0].steps[0].undo = .nothing
    plan.people = [PlannedPerson(id: "mira", roles: ["release-manager"])]
    plan.phases[0].approvalRule = PlannedApproval(count: 1, role: "release-manager")
    var bench = Bench(plan)
    ApprovalTests.say(&bench, .approve, 0)
    bench.succeedAll()
    bench.sample("1")
    bench.samples("6", 3)
    #expect(bench.lines("rollback_finished", "run_continued").count == 2)
    #expect(bench.voided == ["trigger slow is newer"])
    #expect(bench.lines("wave_started") == ["wave_started p/s/1"] && bench.requests.isEmpty, "\(bench.decided)")
    bench.now = bench.now + .second
    ApprovalTests.say(&bench, .approve, 0)
    #expect(bench.lines("wave_started").count == 2 && bench.requests == ["do p/s/1/t0/a"])
  }

  @Test("stays when an amendment changes what was done under it and is over")
  func over() {
    var plan = Make.plan([
      Make.stage(waves: [[0]]), Make.stage("u", waves: [[1]]), Make.stage("z", phase: 1, waves: [[2]]),
    ])
    plan.people = [PlannedPerson(id: "mira", roles: ["release-manager"])]
    for stage in plan.stages.indices {
      plan.stages[stage].approvalRule = PlannedApproval(count: 1, role: "release-manager")
    }
    var bench = Bench(plan)
    for place in ["p/s", "p/u"] { ApprovalTests.say(&bench, .approve, 0, at: place) }
    func outdated(at stage: Int) -> [String] {
      var new = plan
      new.stages[stage].steps[0].call.operation = "do.other"
      return bench.state.approvalsOutdated(by: new).map { bench.state.index.path(of: $0.place) }
    }
    #expect(bench.state.stage == 0 && outdated(at: 0) == ["p/s"])
    bench.succeedAll(2)
    #expect(bench.state.stage == 1 && outdated(at: 0) == [] && outdated(at: 1) == ["p/u"])
  }

  @Test("is void when what it would come after is taken back, and does not count when it comes meanwhile")
  func takenBack() {
    var plan = Self.plan()
    plan.triggers[0].action = .rollback
    var bench = Bench(plan)
    for place in ["p", "p/s", "p/u", "q"] { ApprovalTests.say(&bench, .approve, 0, at: place) }
    bench.succeedAll()
    bench.sample("1")
    bench.samples("6", 3)
    #expect(bench.lines("rollback_started") == ["rollback_started p/s/1"])
    #expect(bench.lines("approval_voided") == ["p", "p/s", "p/u", "q"].map { "approval_voided \($0)" })
    ApprovalTests.say(&bench, .approve, 0, at: "q")
    #expect(bench.refusal == "p/s/1 is being taken back; approve when that is over")
    bench.succeedAll()
    bench.now = bench.now + .second
    for place in ["p/u", "q"] {
      ApprovalTests.say(&bench, .approve, 0, at: place)
      #expect(bench.refusal == "p/s/1 was taken back; approve when it is done again")
    }
    // What is to be done again needs its own.
    for place in ["p", "p/s"] { ApprovalTests.say(&bench, .approve, 0, at: place) }
    bench.command(.resume)
    bench.succeedAll()
    ApprovalTests.say(&bench, .approve, 0, at: "q")
    #expect(bench.refusal == nil && bench.state.approvers(of: .phase(1)) == [0])
  }

  @Test("counts only when nothing was decided against it since it was given, however late it arrives")
  func late() {
    var plan = Self.plan()
    plan.triggers[0].action = .rollback
    var bench = Bench(plan)
    for place in ["p", "p/s"] { ApprovalTests.say(&bench, .approve, 0, at: place) }
    bench.succeedAll()
    bench.sample("1")
    let before = bench.state.lastSequence + 1
    bench.samples("6", 3)
    bench.succeedAll()
    func arrives(seen: Int64) {
      var command = OperatorCommand(name: .approve, id: "c\(bench.events.count)", reason: "by mail", person: 0)
      (command.auth, command.seen) = ("os", seen)
      bench.happens(.commandReceived(command), "p")
    }
    arrives(seen: before)
    #expect(bench.refusal?.hasPrefix("trigger slow is newer: it was given when the journal had \(before) ") == true)
    // Not even in the same moment does the clock decide.
    arrives(seen: bench.state.lastSequence + 1)
    #expect(bench.refusal == nil && bench.state.approvers(of: .phase(0)) == [0])
  }

  @Test("stays when only what comes after it is taken back")
  func before() {
    var plan = Self.plan()
    plan.stages[0].waves.removeLast()
    plan.stages[0].bake = .zero
    plan.stages[1].waves = [PlannedWave(targets: [2]), PlannedWave(targets: [4])]
    plan.stages[1].bake = .hour
    plan.phases[0].approvalRule = nil
    var bench = Bench(plan)
    for place in ["p/s", "p/u"] { ApprovalTests.say(&bench, .approve, 0, at: place) }
    bench.succeedAll()
    bench.now = bench.now + .second
    bench.command(.rollback, "p/u/1")
    bench.succeedAll()
    #expect(bench.lines("approval_voided") == ["approval_voided p/u"])
  }
}
