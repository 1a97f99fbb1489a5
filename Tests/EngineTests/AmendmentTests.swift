import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("An amendment")
struct AmendmentTests {
  /// Two waves of two and one of two in `p/s`, then `q/z` with the rest.
  static func plan(approvals: Bool = false) -> Plan {
    var plan = Make.plan([
      Make.stage(waves: [[0, 1], [2, 3], [4, 5]]), Make.stage("z", phase: 1, waves: [[6, 7], [8, 9]]),
    ])
    plan.people = [
      PlannedPerson(id: "ann", roles: ["author"], isAuthor: true),
      PlannedPerson(id: "mira", roles: ["release-manager"]),
      PlannedPerson(id: "tomas", roles: ["release-manager"]),
    ]
    if approvals {
      for phase in plan.phases.indices {
        plan.phases[phase].approvalRule = PlannedApproval(
          count: 1, role: "release-manager", excludesAuthors: true, excludesExecutors: false,
          emergencyRole: "release-manager")
      }
    }
    return plan
  }

  @discardableResult
  static func amend(_ bench: inout Bench, to plan: Plan, by person: Int? = nil) -> Digest {
    let digest = plan.digest
    bench.machine.learn(plan, as: digest)
    var command = OperatorCommand(name: .amend, id: "c\(bench.events.count)", reason: "because")
    command.amendment = digest
    command.person = person
    bench.happens(.commandReceived(command))
    return digest
  }

  static func say(
    _ bench: inout Bench, _ name: OperatorCommand.Name, _ person: Int, at path: String, of plan: Digest,
    key: String? = nil
  ) {
    var command = OperatorCommand(name: name, id: "c\(bench.events.count)", reason: "because")
    (command.person, command.auth, command.amendment) = (person, key.map { "ssh:\($0)" } ?? "os", plan)
    bench.happens(.commandReceived(command), path)
  }

  @Test("changes what is left: targets leave, come and change their wave, and what was done is not done again")
  func changesTheRest() {
    var bench = Bench(Self.plan())
    bench.succeed("p/s/1/t0/a")
    bench.succeed("p/s/1/t0/b")
    var new = Self.plan()
    new.stages[0].waves[1].targets = [4, 10]
    new.stages[0].waves[2].targets = [2]
    new.stages[1].waves = [PlannedWave(targets: [11, 6], tolerate: nil)]
    // `t1` is at work: the plan changes when its step is answered, and not before.
    Self.amend(&bench, to: new)
    #expect(bench.decided == ["amendment_proposed"] && bench.state.isAmending)
    bench.succeed("p/s/1/t1/a")
    #expect(bench.decided.last == "plan_amended" && bench.state.plan == new && bench.requests.isEmpty)
    bench.turn([])
    #expect(bench.requests == ["do p/s/1/t1/b"])
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
    let done = bench.lines("target_failed", "wave_finished")
    #expect(done == ["wave_finished p/s/1", "wave_finished p/s/2", "wave_finished p/s/3", "wave_finished q/z/1"])
    #expect(bench.status("p/s/2/t10") == .done && bench.status("q/z/1/t11") == .done)
    let first = bench.lines("step_intended").count { $0.hasSuffix("t0/a") }
    #expect(first == 1 && !bench.lines("step_intended").contains { $0.contains("t3/") })
    #expect(bench.state.doneCount == 7)
  }

  @Test("is refused where it changes what was carried out", arguments: Conflict.allCases)
  func refused(conflict: Conflict) {
    var bench = Bench(Self.plan())
    bench.succeed("p/s/1/t0/a")
    bench.succeed("p/s/1/t0/b")
    var new = Self.plan()
    conflict.make(&new)
    Self.amend(&bench, to: new)
    #expect(bench.refusal?.contains(conflict.words) == true, "\(bench.refusal ?? "taken")")
    #expect(bench.state.amendment == nil)
  }

  enum Conflict: String, CaseIterable {
    case step, undo, wave, target, before, attribute, inventory, person, phase, speed, unexecuted, same

    func make(_ plan: inout Plan) {
      switch self {
      case .step: plan.stages[0].steps.append(Make.step("c"))
      case .undo: plan.stages[0].steps[1].undo = .nothing
      case .wave: plan.stages[0].waves[0].targets = [0, 1, 2]
      case .target: plan.stages[0].waves[0].targets = [1]
      case .before: plan.stages.insert(Make.stage("y", waves: [[11]]), at: 0)
      case .attribute: plan.inventories[0].values[0][0] = "SE"
      case .inventory: plan.inventories[0].values[1].swapAt(0, 1)
      case .person: plan.people.swapAt(0, 1)
      case .phase: plan.phases[0].id = "other"
      case .speed: plan.scale = 60
      case .unexecuted: plan.unexecuted = [LeftOutPart(.window, of: ["one/s"])]
      case .same: break
      }
    }

    var words: String {
      switch self {
      case .step: "stage `p/s` has begun, and the number of its steps changed"
      case .undo: "stage `p/s` has begun, and step `b` changed"
      case .wave: "wave 1 of stage `p/s` has begun: it takes no more targets"
      case .target: "wave 1 of stage `p/s` has begun and would lose t0"
      case .before: "`p/y` stands in its place"
      case .attribute: "`country` of `t0` changed"
      case .inventory: "have other places in it"
      case .person: "persons of the plan in force have other places"
      case .phase: "keep their names and order"
      case .speed: "another speed"
      case .unexecuted: "does not execute everything"
      case .same: "it is the plan in force"
      }
    }
  }

  @Test("needs the approval of the phase whose risk grows, by somebody who did not ask for it")
  func approved() {
    var bench = Bench(Self.plan(approvals: true))
    var old = OperatorCommand(name: .approve, id: "first", reason: "because")
    (old.person, old.auth) = (2, "os")
    bench.happens(.commandReceived(old), "p")
    var new = Self.plan(approvals: true)
    new.stages[1].concurrency = 5
    new.stages[0].waves[1].tolerate = 0
    let digest = Self.amend(&bench, to: new, by: 1)
    #expect(bench.state.amendment?.needs == [.phase(1)] && !bench.state.isAmending)
    #expect(bench.state.waits.contains { $0.reason.hasSuffix("tomas can") })
    Self.say(&bench, .approve, 0, at: "q", of: digest)
    #expect(bench.refusal == "ann has not the role release-manager")
    Self.say(&bench, .approve, 1, at: "q", of: digest)
    #expect(bench.refusal == "mira asked for the amendment")
    Self.say(&bench, .approve, 2, at: "p", of: digest)
    #expect(bench.refusal == "the amendment needs no approval here")
    Self.say(&bench, .approve, 2, at: "q", of: Digest(of: []))
    #expect(bench.refusal == "it speaks of another plan than the one that is proposed")
    Self.say(&bench, .approve, 2, at: "q", of: digest)
    #expect(bench.state.isAmending)
    bench.succeed("p/s/1/t0/a")
    #expect(bench.state.plan == new)
    // The approval of the first phase still holds; the second phase has none yet, the one of the amendment is not it.
    bench.turn([])
    bench.succeedAll()
    #expect(bench.state.waits.first?.kind == .approval && bench.state.missingApproval?.place == .phase(1))
  }

  @Test("that lowers risk needs nobody; one that changes approvers, trust or anything for all phases needs them all")
  func needs() {
    let bench = Bench(Self.plan(approvals: true))
    var safer = Self.plan(approvals: true)
    safer.stages[0].waves[1].tolerate = 0
    safer.stages[1].bake = .hour
    #expect(bench.state.needs(of: safer).isEmpty)
    var looser = Self.plan(approvals: true)
    looser.phases[1].approvalRule = nil
    #expect(bench.state.needs(of: looser) == [.phase(1)])
    var wider = Self.plan(approvals: true)
    wider.people[0].roles = ["author", "release-manager"]
    #expect(bench.state.needs(of: wider) == [.phase(0), .phase(1)])
    var longer = Self.plan(approvals: true)
    longer.phases.append(PlannedPhase(id: "r"))
    longer.stages.append(Make.stage("more", phase: 2, waves: [[10]]))
    #expect(bench.state.needs(of: longer) == [.phase(0), .phase(1)])
  }

  @Test("is decided about by those who decide about its place, and what comes anew by all who are left")
  func needsOfNew() {
    let rule = PlannedApproval(count: 2, role: "release-manager")
    func ruled(phases: [Int] = [], stages: [Int] = []) -> Plan {
      var plan = Self.plan()
      for phase in phases { plan.phases[phase].approvalRule = rule }
      for stage in stages { plan.stages[stage].approvalRule = rule }
      return plan
    }
    func withPhase(_ plan: Plan) -> Plan {
      var plan = plan
      plan.phases.append(PlannedPhase(id: "r"))
      plan.stages.append(Make.stage("more", phase: 2, waves: [[10]]))
      return plan
    }
    func withStage(_ plan: Plan) -> Plan {
      var plan = plan
      plan.stages.insert(Make.stage("more", phase: 0, waves: [[10]]), at: 1)
      return plan
    }
    func needs(_ plan: Plan, _ change: (Plan) -> Plan) -> [Place] { Bench(plan).state.needs(of: change(plan)) }
    #expect(needs(ruled(stages: [1]), withPhase) == [.stage(1)])
    // Somebody's say about another thing that grows is not a say about the new phase.
    let both = ruled(phases: [0], stages: [1])
    let looser = { (plan: Plan) in
      var plan = withPhase(plan)
      plan.stages[0].concurrency = 9
      return plan
    }
    #expect(needs(both, looser) == [.phase(0), .stage(1)])
    #expect(needs(ruled(phases: [1]), withStage) == [.phase(1)])
    #expect(needs(ruled(phases: [0, 1]), withStage) == [.phase(0)])
    #expect(needs(ruled(), withPhase) == [])
    // With nobody left, those who decided about what is over.
    var late = Bench(ruled(stages: [0]))
    for person in [1, 2] { ApprovalTests.say(&late, .approve, person, at: "p/s") }
    late.succeedAll()
    #expect(late.state.needs(of: withPhase(late.state.plan)) == [.stage(0)])
    // What is over can still be watched and taken back.
    var then = late.state.plan
    then.stages[0].then = .stop
    #expect(late.state.needs(of: then) == [.stage(0)])
  }

  @Test("needs its approvals in an emergency, too")
  func needsInEmergency() {
    var bench = Bench(Self.plan(approvals: true))
    ApprovalTests.say(&bench, .emergency, 1, at: "q", until: 3_600)
    var new = Self.plan(approvals: true)
    new.stages[1].concurrency = 5
    Self.amend(&bench, to: new)
    #expect(!bench.state.isAmending && bench.state.missingAmendmentApproval?.place == .phase(1))
  }

  @Test("ends when it is rejected, when a newer one comes, and when the run has gone past what it keeps")
  func dropped() {
    var bench = Bench(Self.plan(approvals: true))
    var old = OperatorCommand(name: .approve, id: "first", reason: "because")
    (old.person, old.auth) = (1, "os")
    bench.happens(.commandReceived(old), "p")
    var new = Self.plan(approvals: true)
    new.stages[0].waves[1].targets = [3, 10]
    let first = Self.amend(&bench, to: new)
    Self.say(&bench, .reject, 2, at: "p", of: first)
    #expect(bench.lines("amendment_dropped").count == 1 && bench.state.amendment == nil)
    Self.amend(&bench, to: new)
    new.stages[0].waves[2].targets = [4]
    let third = Self.amend(&bench, to: new)
    #expect(bench.lines("amendment_dropped").count == 2 && bench.state.amendment?.plan == third)
    // The run is not stopped by a proposal; its second wave starts as it was planned.
    bench.succeedAll(4)
    #expect(bench.requests == ["do p/s/2/t2/a"])
    bench.succeed("p/s/2/t2/a")
    Self.say(&bench, .approve, 2, at: "p", of: third)
    bench.succeed("p/s/2/t2/b")
    #expect(bench.lines("amendment_dropped").count == 3 && bench.state.plan == Self.plan(approvals: true))
    bench.turn([])
    #expect(bench.requests == ["do p/s/2/t3/a"])
  }

  @Test("voids the approvals of what it does otherwise, and of nothing else")
  func outdated() {
    var bench = Bench(Self.plan(approvals: true))
    for place in ["p", "q"] { ApprovalTests.say(&bench, .approve, 1, at: place) }
    var new = Self.plan(approvals: true)
    // No more risk, so nobody is asked about the amendment; but these are other waves than were approved.
    (new.stages[0].waves[1].targets, new.stages[0].waves[2].targets) = ([4, 3], [2, 5])
    let digest = Self.amend(&bench, to: new)
    #expect(bench.state.amendment?.needs == [])
    bench.succeed("p/s/1/t0/a")
    #expect(bench.decided == ["approval_voided p", "plan_amended"] && bench.state.plan == new)
    let whys = bench.events.compactMap { if case .approvalVoided(_, _, let why) = $0.kind { why } else { nil } }
    #expect(whys == ["the amendment to plan \(digest.short) changes what it approved"])
    bench.turn([])
    bench.succeedAll()
    // Nor does what is left of the wave that has begun go on without one.
    #expect(bench.lines("wave_finished").isEmpty && bench.state.missingApproval?.place == .phase(0))
    ApprovalTests.say(&bench, .approve, 2, at: "p")
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
  }

  @Test("leaves the decisions before it the paths that they had when they were made")
  func pathsOfTheOldPlan() {
    func plan(_ stages: [PlannedStage]) -> Plan {
      var plan = Make.plan(stages)
      plan.people = Self.plan().people
      for stage in plan.stages.indices where plan.stages[stage].id == "z" {
        plan.stages[stage].approvalRule = PlannedApproval(
          count: 1, role: "release-manager", excludesAuthors: true, excludesExecutors: false)
      }
      return plan
    }
    let begun = Make.stage(waves: [[0, 1], [2, 3], [4, 5]])
    let middle = Make.stage("x", phase: 1, waves: [[6]])
    let last = Make.stage("more", phase: 2, waves: [[11]])
    let gone = Make.stage("y", phase: 1, waves: [[10]])
    var bench = Bench(plan([begun, middle, gone, Make.stage("z", phase: 2, waves: [[7], [8, 9]]), last]))
    ApprovalTests.say(&bench, .approve, 1, at: "r/z")
    // Another stage takes the number of the one that was approved, and that one loses a target.
    Self.amend(&bench, to: plan([begun, middle, Make.stage("z", phase: 2, waves: [[7], [8]]), last]))
    bench.succeed("p/s/1/t0/a")
    #expect(bench.decided == ["approval_voided r/z", "plan_amended"])
    #expect(bench.rules == ["amend", "amend"])
  }

  @Test("that was approved for a phase leaves the approvals of that phase as they are")
  func approvedOutdates() {
    var bench = Bench(Self.plan(approvals: true))
    ApprovalTests.say(&bench, .approve, 1)
    var new = Self.plan(approvals: true)
    new.stages[0].waves[1].targets = [2, 3, 10]
    let digest = Self.amend(&bench, to: new)
    Self.say(&bench, .approve, 2, at: "p", of: digest)
    bench.succeed("p/s/1/t0/a")
    #expect(bench.decided == ["plan_amended"] && bench.state.plan == new)
    bench.turn([])
    bench.succeedAll()
    #expect(bench.lines("wave_finished").count == 3 && bench.lines("approval_voided").isEmpty)
  }

  @Test("of persons: who has lost the role has not approved any more")
  func withdrawn() {
    var bench = Bench(Self.plan(approvals: true))
    var old = OperatorCommand(name: .approve, id: "first", reason: "because")
    (old.person, old.auth) = (1, "os")
    bench.happens(.commandReceived(old), "p")
    var new = Self.plan(approvals: true)
    new.people[1] = PlannedPerson(id: "mira", roles: [])
    Self.amend(&bench, to: new)
    bench.succeed("p/s/1/t0/a")
    bench.turn([])
    #expect(bench.state.plan == new && bench.lines("approval_voided") == ["approval_voided p"])
    bench.succeedAll()
    #expect(bench.state.missingApproval?.place == .phase(0))
  }

  @Test("reaches a stage that was taken back whole: its steps can be mended")
  func mends() {
    var bench = Bench(Self.plan())
    bench.succeed("p/s/1/t0/a")
    bench.command(.rollback, "p/s/1")
    bench.succeedAll()
    bench.turn([])
    var new = Self.plan()
    new.stages[0].steps = [Make.step("a"), Make.step("mended")]
    Self.amend(&bench, to: new)
    #expect(bench.refusal == nil && bench.state.plan == new, "\(bench.refusal ?? "")")
    bench.command(.resume)
    bench.succeed("p/s/1/t0/a")
    #expect(bench.requests == ["do p/s/1/t0/mended"])
  }

  @Test("does not take rows of one inventory for rows of another")
  func otherInventory() {
    var bench = Bench(Self.plan())
    bench.command(.skip, "q/z/1/t6")
    bench.command(.hold, "q/z/1/t7")
    var new = Self.plan()
    new.inventories.append(
      PlannedInventory(
        name: "sites", columns: ["country", "id"],
        values: [(0..<12).map { _ in "SE" }, (0..<12).map { "s\($0)" }]))
    new.stages[1].inventory = 1
    Self.amend(&bench, to: new)
    bench.succeed("p/s/1/t0/a")
    #expect(bench.refusal == nil && bench.state.plan == new)
    #expect(bench.status("q/z/1/s6") == .waiting && bench.state.heldTargets.isEmpty)
  }

  @Test("is read back from the journal and from a snapshot, with its approvals")
  func readBack() throws {
    var bench = Bench(Self.plan(approvals: true))
    var new = Self.plan(approvals: true)
    new.stages[1].concurrency = 5
    new.phases[1].approvalRule?.count = 2
    new.tolerateInRun = 9
    Self.amend(&bench, to: new)
    let restored = try RunState(snapshot: bench.state.snapshot, plan: bench.state.plan)
    #expect(restored.amendment == bench.state.amendment && restored.amendment?.needs.isEmpty == false)
  }
}
