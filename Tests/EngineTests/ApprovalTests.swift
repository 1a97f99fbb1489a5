import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("An approval")
struct ApprovalTests {
  /// Persons: 0 author, 1 and 2 release managers, 3 an operator, 4 a release manager who wrote the runbook.
  static func plan(
    count: Int = 1, notAuthor: Bool = true, notExecutor: Bool = false, expires: Int64? = nil, triggers: Bool = false,
    waves: [[Int32]] = [[0], [1]]
  ) -> Plan {
    var plan =
      triggers
      ? Make.watched(triggers: [Make.trigger()], bake: .hour, waves: waves) : Make.plan([Make.stage(waves: waves)])
    plan.people = [
      PlannedPerson(id: "ann", roles: ["author"], isAuthor: true),
      PlannedPerson(id: "mira", roles: ["release-manager", "on-call"]),
      PlannedPerson(id: "tomas", roles: ["release-manager"]), PlannedPerson(id: "olu", roles: ["operator", "on-call"]),
      PlannedPerson(id: "eva", roles: ["release-manager"], isAuthor: true),
    ]
    plan.phases[0].approvalRule = PlannedApproval(
      count: count, role: "release-manager", excludesAuthors: notAuthor, excludesExecutors: notExecutor,
      expires: expires.map { Make.seconds($0) }, emergencyRole: "on-call")
    return plan
  }

  static func say(
    _ bench: inout Bench, _ name: OperatorCommand.Name, _ person: Int?, at path: String = "p", until: Int64? = nil,
    flaw: String? = nil, id: String? = nil, key: String? = nil
  ) {
    var command = OperatorCommand(name: name, id: id ?? "c\(bench.events.count)", reason: "because")
    command.person = person
    command.auth = key.map { "ssh:\($0)" } ?? "os"
    command.flaw = flaw
    command.until = until.map { bench.now + Make.seconds($0) }
    bench.happens(.commandReceived(command), path)
  }

  @Test("is what a wave waits for, and one by the right person lets it start")
  func starts() {
    var bench = Bench(Self.plan())
    #expect(bench.requests.isEmpty && bench.state.waits.first?.kind == .approval)
    #expect(
      bench.state.waits.first?.reason == "0 of 1 approval by a release-manager other than the author; mira or tomas can"
    )
    Self.say(&bench, .approve, 1)
    #expect(bench.requests == ["do p/s/1/t0/a"])
    #expect(bench.lines("approval_counted") == ["approval_counted p"])
  }

  @Test("runs out for a place when the one ends without which there are too few", arguments: [1, 2])
  func ends(count: Int) {
    var bench = Bench(Self.plan(count: count))
    #expect(bench.state.nextApprovalEnd(of: 0) == nil, "what is missing does not run out")
    Self.say(&bench, .approve, 1, until: 100)
    Self.say(&bench, .approve, 2, until: 300)
    let ends = bench.state.approvals.given.compactMap(\.until)
    #expect(ends.count == 2 && bench.state.nextApprovalEnd(of: 0)?.at == (count == 1 ? ends.max() : ends.min()))
    #expect(bench.state.nextApprovalEnd(of: 0)?.place == .phase(0))
    var open = Bench(Self.plan(count: count))
    Self.say(&open, .approve, 1, until: 100)
    Self.say(&open, .approve, 2)
    #expect((open.state.nextApprovalEnd(of: 0) == nil) == (count == 1))
  }

  @Test("is asked for once, and again when one came, one was void, or a person said no")
  func asked() {
    var bench = Bench(Self.plan(count: 2, expires: 100))
    #expect(bench.lines("approval_asked") == ["approval_asked p"])
    bench.turn([])
    bench.command(.pause)
    bench.command(.resume)
    #expect(bench.lines("approval_asked").count == 1)
    Self.say(&bench, .approve, 1)
    #expect(bench.lines("approval_asked").count == 2)
    Self.say(&bench, .reject, 2)
    #expect(bench.lines("approval_asked").count == 3)
    bench.wait(Make.seconds(101))
    Self.say(&bench, .approve, 1)
    #expect(bench.lines("approval_voided").count == 1)
    Self.say(&bench, .approve, 2)
    #expect(!bench.requests.isEmpty, "\(bench.events.suffix(8).map(\.kind))")
    #expect(bench.lines("approval_asked").count == 5)
  }

  @Test(
    "does not count",
    arguments: [
      (3, nil, "olu has not the role release-manager"), (4, nil, "eva is an author of the runbook"),
      (nil, nil, "the sender is nobody in trust/people.yaml"), (99, nil, "the sender is nobody in trust/people.yaml"),
      (1, "the signature does not count", "the signature does not count"),
    ] as [(Int?, String?, String)])
  func refused(person: Int?, flaw: String?, why: String) {
    var bench = Bench(Self.plan())
    Self.say(&bench, .approve, person, flaw: flaw)
    #expect(bench.refusal == why && bench.requests.isEmpty)
  }

  @Test("of whoever created or executes the run does not count where the rule says so")
  func operators() {
    var plan = Self.plan(notExecutor: true)
    plan.phases[0].approvalRule?.count = 2
    var bench = Bench(plan)
    bench.happens(.executorStarted(epoch: 2, by: 2))
    Self.say(&bench, .approve, 2)
    #expect(bench.refusal == "tomas executes this run")
    bench.happens(.runCreated(nonce: "n", by: 1))
    Self.say(&bench, .approve, 1)
    #expect(bench.refusal == "mira created this run")
  }

  @Test("counts persons and not requests")
  func persons() {
    var bench = Bench(Self.plan(count: 2))
    Self.say(&bench, .approve, 1)
    Self.say(&bench, .approve, 1)
    #expect(bench.refusal == "mira has approved it already; four eyes are two persons" && bench.requests.isEmpty)
    Self.say(&bench, .approve, 2)
    #expect(bench.requests == ["do p/s/1/t0/a"])
  }

  @Test("expires to the millisecond, and what runs goes on")
  func expires() {
    var bench = Bench(Self.plan(expires: 100))
    Self.say(&bench, .approve, 1)
    bench.wait(Span(milliseconds: 99_999))
    #expect(bench.state.approvers(of: .phase(0)) == [1])
    bench.now = bench.now + Span(milliseconds: 1)
    bench.happens(.timerDue)
    #expect(bench.state.approvers(of: .phase(0)).isEmpty)
    bench.succeedAll()
    #expect(bench.lines("wave_finished").count == 1 && bench.lines("wave_started").count == 1)
    #expect(bench.lines("approval_voided").count == 1)
    Self.say(&bench, .approve, 2)
    #expect(bench.requests == ["do p/s/2/t1/a"])
  }

  @Test("that runs out in the middle of a wave lets none of its other targets begin")
  func runsOut() {
    var plan = Self.plan(expires: 100, waves: [[0, 1, 2]])
    plan.stages[0].concurrency = 1
    plan.stages[0].steps = [Make.step("a")]
    var bench = Bench(plan)
    Self.say(&bench, .approve, 1)
    bench.succeed("p/s/1/t0/a")
    #expect(bench.requests == ["do p/s/1/t1/a"] && bench.state.nextDue == bench.now + Make.seconds(100))
    bench.wait(Make.seconds(100))
    bench.succeed("p/s/1/t1/a")
    #expect(bench.requests.isEmpty && bench.status("p/s/1/t2") == .waiting)
    #expect(bench.lines("approval_voided").count == 1 && bench.lines("approval_asked").count == 2)
    #expect(bench.state.waits.first?.kind == .approval)
    Self.say(&bench, .approve, 2)
    #expect(bench.requests == ["do p/s/1/t2/a"])
    bench.wait(Make.seconds(200))
    // Nothing of the wave has yet to begin, and so nobody is asked.
    #expect(bench.state.missingApproval == nil)
    bench.succeed("p/s/1/t2/a")
    #expect(bench.lines("wave_finished").count == 1)
  }

  @Test("is void when a trigger has fired in its scope since, and a new one counts")
  func breach() {
    var bench = Bench(Self.plan(triggers: true))
    Self.say(&bench, .approve, 1)
    bench.succeedAll()
    bench.sample("1")
    bench.samples("6", 3)
    bench.succeedAll()
    #expect(bench.lines("approval_voided") == ["approval_voided p"])
    bench.command(.resume)
    #expect(bench.requests.isEmpty && bench.state.missingApproval != nil)
    Self.say(&bench, .approve, 1)
    #expect(bench.requests == ["do p/s/1/t0/a"])
  }

  @Test("is void after a breach at a gate that decides, and not at a gate in shadow", arguments: [false, true])
  func gate(isShadow: Bool) {
    var plan = Self.plan()
    plan.signals = [Make.signal()]
    plan.stages[0].gate = Make.gate(deadline: 60, onBreach: .hold, isShadow: isShadow)
    plan.stages[0].bake = Make.seconds(300)
    var bench = Bench(plan)
    Self.say(&bench, .approve, 1)
    bench.succeedAll()
    bench.samples("4", 4)
    #expect(bench.lines("gate_expired") == ["gate_expired p/s/1"])
    #expect(bench.lines("approval_voided") == (isShadow ? [] : ["approval_voided p"]))
    bench.waitUntilDue()
    if isShadow { #expect(bench.lines("wave_started").count == 2) }
  }

  @Test("no longer counts after a rejection, and rollback needs none")
  func rejection() {
    var bench = Bench(Self.plan())
    Self.say(&bench, .approve, 1)
    bench.now = bench.now + .second
    Self.say(&bench, .reject, 2)
    bench.succeedAll()
    #expect(bench.lines("wave_started").count == 1)
    bench.command(.rollback)
    bench.succeedAll()
    #expect(bench.state.outcome == .rolledBack)
  }

  @Test("is not needed for a time in an emergency, which a second person must review")
  func emergency() {
    var bench = Bench(Self.plan())
    Self.say(&bench, .emergency, 3, until: 3_600)
    #expect(bench.requests == ["do p/s/1/t0/a"])
    Self.say(&bench, .review, 3)
    #expect(bench.refusal == "whoever declared the emergency cannot review it")
    bench.now = bench.now + Make.seconds(90_000)
    Self.say(&bench, .approve, 1)
    #expect(bench.refusal?.contains("was not reviewed in time") == true)
    Self.say(&bench, .review, 2)
    Self.say(&bench, .approve, 1)
    #expect(bench.refusal == nil)
  }

  @Test("that was lifted in an emergency is owed a look also when the run is over")
  func reviewAfterwards() {
    var bench = Bench(Self.plan(count: 2))
    Self.say(&bench, .emergency, 3, until: 3_600)
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
    Self.say(&bench, .review, 3)
    #expect(bench.refusal == "whoever declared the emergency cannot review it")
    Self.say(&bench, .review, 1)
    #expect(bench.refusal == nil && bench.state.emergencies.allSatisfy(\.isReviewed) && bench.state.outcome == .done)
    Self.say(&bench, .approve, 1)
    #expect(bench.refusal?.isEmpty == false)
  }

  @Test("can be lifted twice at one place, and each emergency is reviewed by somebody else")
  func reviews() {
    var bench = Bench(Self.plan())
    Self.say(&bench, .emergency, 3, until: 3_600)
    Self.say(&bench, .emergency, 1, until: 3_600)
    Self.say(&bench, .review, 3)
    #expect(bench.refusal == nil)
    #expect(bench.state.emergencies.map(\.isReviewed) == [false, true])
    // Nobody reviews their own, neither beside somebody else's nor alone.
    Self.say(&bench, .review, 3)
    #expect(bench.refusal == "whoever declared the emergency cannot review it")
    bench.now = bench.now + Make.seconds(90_000)
    Self.say(&bench, .approve, 2)
    #expect(bench.refusal?.contains("was not reviewed in time") == true)
    Self.say(&bench, .review, 1)
    #expect(bench.refusal == nil && bench.state.emergencies.allSatisfy(\.isReviewed))
    Self.say(&bench, .review, 1)
    #expect(bench.refusal == "no emergency waits for a review here")
  }

  @Test("is still known after a snapshot")
  func snapshot() throws {
    var bench = Bench(Self.plan(count: 2))
    Self.say(&bench, .approve, 1)
    Self.say(&bench, .emergency, 3, until: 60)
    let restored = try RunState(snapshot: bench.state.snapshot, plan: bench.state.plan)
    #expect(restored.approvals == bench.state.approvals)
  }
}
