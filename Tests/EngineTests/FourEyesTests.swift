import Quantities
import Testing

@testable import Engine
@testable import Plans

/// Who may say yes, looked at again when it takes effect.
@Suite("Four eyes")
struct FourEyesTests {
  @Test("are two keys, too: a second person under the key of the first does not count")
  func keys() {
    var bench = Bench(ApprovalTests.plan(count: 2))
    ApprovalTests.say(&bench, .approve, 1, key: "SHA256:one")
    ApprovalTests.say(&bench, .approve, 2, key: "SHA256:one")
    #expect(bench.refusal == "its key has approved it already; four eyes are two persons with a key each")
    #expect(bench.requests.isEmpty && bench.state.approvers(of: .phase(0)) == [1])
    ApprovalTests.say(&bench, .approve, 2, key: "SHA256:two")
    #expect(bench.requests == ["do p/s/1/t0/a"])
  }

  @Test("look at an amendment with a key each, at each place anew, while it counts, and not before an overdue review")
  func amendment() throws {
    var plan = AmendmentTests.plan(approvals: true)
    for phase in plan.phases.indices {
      plan.phases[phase].approvalRule?.count = 2
      plan.phases[phase].approvalRule?.expires = Make.seconds(100)
    }
    var new = plan
    new.stages[0].concurrency = 5
    new.stages[1].concurrency = 5
    var bench = Bench(plan)
    let digest = AmendmentTests.amend(&bench, to: new)
    #expect(bench.state.amendment?.needs == [.phase(0), .phase(1)])
    AmendmentTests.say(&bench, .approve, 1, at: "q", of: digest, key: "SHA256:one")
    #expect(bench.state.amendment?.given.map(\.until) == [bench.now + Make.seconds(100)])
    AmendmentTests.say(&bench, .approve, 2, at: "q", of: digest, key: "SHA256:one")
    #expect(bench.refusal == "its key has approved it already; four eyes are two persons with a key each")
    AmendmentTests.say(&bench, .approve, 2, at: "p", of: digest, key: "SHA256:one")
    #expect(bench.refusal == nil && bench.state.amendmentApprovers(of: .phase(0)) == [2])
    ApprovalTests.say(&bench, .emergency, 1, at: "q", until: 60)
    bench.now = bench.now + Make.seconds(3 * 86_400)
    AmendmentTests.say(&bench, .approve, 2, at: "q", of: digest, key: "SHA256:two")
    #expect(bench.refusal == "the emergency of q was not reviewed in time; `review` it first")
    #expect(bench.state.amendmentApprovers(of: .phase(1)).isEmpty)
  }

  @Test("see each word once, also after it was rejected or is void", arguments: [false, true])
  func usedUp(isRejected: Bool) {
    var bench = Bench(ApprovalTests.plan(expires: 100))
    ApprovalTests.say(&bench, .approve, 1, id: "n")
    if isRejected { ApprovalTests.say(&bench, .reject, 2) } else { bench.wait(Make.seconds(100)) }
    #expect(bench.state.approvers(of: .phase(0)).isEmpty)
    ApprovalTests.say(&bench, .approve, 1, id: "n")
    #expect(bench.refusal?.hasPrefix("it was used up by entry ") == true)
    #expect(bench.state.approvers(of: .phase(0)).isEmpty)
  }

  @Test("use nothing up that was void on its way: it still counts where it belongs")
  func notUsedUp() {
    var bench = Bench(ApprovalTests.plan())
    ApprovalTests.say(&bench, .approve, 1, flaw: "it is for r-1, and was brought to r-2", id: "n")
    ApprovalTests.say(&bench, .approve, 1, id: "n")
    #expect(bench.refusal == nil && bench.requests == ["do p/s/1/t0/a"])
  }

  @Test("know newer from older by the log: what was rejected and approved in one moment is approved")
  func oneMoment() {
    var bench = Bench(ApprovalTests.plan(count: 2))
    ApprovalTests.say(&bench, .approve, 2)
    ApprovalTests.say(&bench, .reject, 2)
    ApprovalTests.say(&bench, .approve, 1)
    ApprovalTests.say(&bench, .approve, 2)
    #expect(bench.state.approvers(of: .phase(0)) == [1, 2] && bench.requests == ["do p/s/1/t0/a"])
  }

  @Test("are looked at again at admission: whoever approved and then executes is none of them")
  func executesLater() {
    var bench = Bench(ApprovalTests.plan(count: 2, notExecutor: true))
    bench.happens(.executorStarted(epoch: 2, by: 3))
    ApprovalTests.say(&bench, .approve, 1)
    bench.happens(.executorStarted(epoch: 3, by: 1))
    #expect(bench.lines("approval_voided") == ["approval_voided p"])
    #expect(bench.voided == ["mira executes this run"])
    ApprovalTests.say(&bench, .approve, 2)
    #expect(bench.requests.isEmpty && bench.state.waits.first?.reason.hasPrefix("1 of 2 approvals") == true)
  }

  @Test("wait while nobody knows who executes, where the rule leaves out executors", arguments: [false, true])
  func unknownExecutor(isExcluded: Bool) {
    var bench = Bench(ApprovalTests.plan(notExecutor: isExcluded))
    ApprovalTests.say(&bench, .approve, 1)
    #expect(bench.requests.isEmpty == isExcluded && bench.state.isExecutorUnknown == isExcluded)
    guard isExcluded else { return }
    #expect(bench.state.waits.first?.reason == RunState.unknownExecutor)
    #expect(bench.lines("approval_asked").count == 1, "nobody is asked for an approval that is there")
    bench.happens(.executorStarted(epoch: 2, by: 3))
    #expect(!bench.state.isExecutorUnknown && bench.requests == ["do p/s/1/t0/a"])
  }

  @Test("are none of whoever made the plan riskier, also when the approval came before")
  func amends() {
    var bench = Bench(ApprovalTests.plan(count: 2))
    ApprovalTests.say(&bench, .approve, 2)
    var new = ApprovalTests.plan(count: 2)
    new.stages[0].concurrency = 9
    let digest = AmendmentTests.amend(&bench, to: new, by: 2)
    for person in [1, 2] { AmendmentTests.say(&bench, .approve, person, at: "p", of: digest) }
    #expect(bench.refusal == "tomas asked for the amendment" && bench.state.plan != new)
    var other = ApprovalTests.plan(count: 2)
    other.people[3].roles.append("release-manager")
    var grown = Bench(other)
    ApprovalTests.say(&grown, .approve, 2)
    new = other
    new.stages[0].concurrency = 9
    let second = AmendmentTests.amend(&grown, to: new, by: 2)
    for person in [1, 3] { AmendmentTests.say(&grown, .approve, person, at: "p", of: second) }
    #expect(grown.state.plan == new && grown.state.approvals.amenders == [2])
    grown.turn([])
    #expect(grown.voided == ["tomas amended this run"])
    #expect(grown.state.approvers(of: .phase(0)).isEmpty)
    ApprovalTests.say(&grown, .approve, 2)
    #expect(grown.refusal == "tomas amended this run")
  }

  @Test("lose an approval at once, and alone, when its key is taken away")
  func revoked() {
    let (mira, tomas) = (Self.line(1), Self.line(2))
    var plan = ApprovalTests.plan(count: 2)
    for (place, name) in [(1, "mira"), (2, "tomas")] {
      let person = plan.people[place]
      plan.people[place] = PlannedPerson(
        id: person.id, roles: person.roles, accounts: person.accounts, principals: ["\(name)@example.com"],
        isAuthor: person.isAuthor)
    }
    let signers = ["mira@example.com \(mira.line)\n", "tomas@example.com \(tomas.line)\n"]
    plan.keys = PlannedKeys(allowedSigners: signers.joined())
    for (isRevoked, stays) in [(true, false), (false, false), (false, true)] {
      var bench = Bench(plan)
      ApprovalTests.say(&bench, .approve, 1, key: mira.fingerprint)
      var new = plan
      new.keys =
        isRevoked
        ? PlannedKeys(allowedSigners: signers.joined(), revoked: "\(mira.line)\n")
        : PlannedKeys(allowedSigners: signers[stays ? 0 : 1])
      AmendmentTests.amend(&bench, to: new, by: 3)
      #expect(bench.state.plan == new, "nobody has to agree to less")
      #expect(bench.state.approvers(of: .phase(0)) == (stays ? [1] : []))
      #expect(bench.lines("approval_voided").count == (stays ? 0 : 1))
      // Taking something away makes nobody an author.
      #expect(bench.state.approvals.amenders.isEmpty)
      // The way back gives something, and takes approvals.
      AmendmentTests.amend(&bench, to: plan, by: 3)
      #expect(bench.state.plan == new && bench.state.missingAmendmentApproval != nil)
    }
  }

  @Test("can be given by whose key counts now, and says why not of whose does not")
  func keyTimes() {
    var plan = ApprovalTests.plan(count: 2)
    for (place, name) in [(1, "mira"), (2, "tomas")] {
      let person = plan.people[place]
      plan.people[place] = PlannedPerson(
        id: person.id, roles: person.roles, principals: ["\(name)@example.com"], isAuthor: person.isAuthor)
    }
    let end = "19700102"
    plan.keys = PlannedKeys(
      allowedSigners: "mira@example.com \(Self.line(1).line)\n"
        + "tomas@example.com valid-before=\"\(end)Z\" \(Self.line(2).line)\n")
    // Of two keys the one counts that lasts longer, and of two that do not yet, the one that begins earlier.
    var two = plan
    for (option, proof) in [
      ("valid-before", PersonProof.key(until: Instant(milliseconds: 20 * 86_400_000))),
      ("valid-after", .early(from: Instant(milliseconds: 10 * 86_400_000))),
    ] {
      two.keys = PlannedKeys(
        allowedSigners: [(UInt8(1), "19700111"), (2, "19700121")].map { seed, day in
          "mira@example.com \(option)=\"\(day)Z\" \(Self.line(seed).line)\n"
        }.joined())
      let day = Instant(milliseconds: 5 * 86_400_000)
      #expect(two.personTimes()[1].proof(from: day, to: day) == proof)
    }
    let state = Bench(plan).state
    let rule = plan.phases[0].approvalRule
    #expect(rule.map { state.able(to: $0, at: .phase(0)) } == [1])
    let unable = rule.map { state.unable(to: $0, at: .phase(0)) } ?? []
    #expect(unable.map(\.person) == [2])
    #expect(unable.first?.proof == .expired(at: Instant(milliseconds: 86_400_000)))
    #expect(state.proof(of: 1) == .key(until: nil) && state.proof(of: 99) == .none)
  }

  private static func line(_ seed: UInt8) -> (line: String, fingerprint: String) {
    let name = Array("ssh-ed25519".utf8)
    let blob = [0, 0, 0, 11] + name + [0, 0, 0, 32] + [UInt8](repeating: seed, count: 32)
    let digits = Self.base64(Digest(of: blob).bytes).prefix { $0 != "=" }
    return ("ssh-ed25519 \(base64(blob))", "SHA256:\(digits)")
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    return stride(from: 0, to: bytes.count, by: 3).map { start in
      let group = Array(bytes[start..<min(start + 3, bytes.count)])
      let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      return (0..<4).map { $0 <= group.count ? String(digits[number >> (18 - 6 * $0) & 63]) : "=" }.joined()
    }.joined()
  }
}

@Suite("An emergency")
struct EmergencyTests {
  @Test("is for the role that the runbook names, and for nobody where it names none", arguments: [true, false])
  func role(isNamed: Bool) {
    var plan = ApprovalTests.plan()
    if !isNamed { plan.phases[0].approvalRule?.emergencyRole = nil }
    var bench = Bench(plan)
    ApprovalTests.say(&bench, .emergency, 2, until: 60)
    #expect(
      bench.refusal
        == (isNamed ? "tomas has not the role on-call" : "the runbook names no role that may declare an emergency here")
    )
    #expect(bench.requests.isEmpty && bench.state.emergencies.isEmpty)
  }

  @Test("holds for a day at most, whatever the letter says")
  func capped() {
    var bench = Bench(ApprovalTests.plan())
    ApprovalTests.say(&bench, .emergency, 3, until: 3_600 * 24 * 365)
    #expect(bench.state.emergencies.map(\.until) == [bench.now + .day])
  }

  @Test("that nobody reviewed in time is followed by no other", arguments: [2, 4])
  func overdue(days: Int64) {
    var bench = Bench(ApprovalTests.plan(waves: [[0], [1]]))
    ApprovalTests.say(&bench, .emergency, 3, until: 60)
    bench.now = bench.now + Make.seconds(days * 86_400)
    ApprovalTests.say(&bench, .emergency, 1, until: 60)
    #expect(bench.refusal == "the emergency of p was not reviewed in time; `review` it first")
    ApprovalTests.say(&bench, .review, 0)
    #expect(bench.refusal == "ann has not the role release-manager")
    ApprovalTests.say(&bench, .review, 2)
    ApprovalTests.say(&bench, .emergency, 1, until: 60)
    #expect(bench.refusal == nil && bench.state.emergencies.count == 2)
  }
}

@Suite("Forcing a gate")
struct ForcingTests {
  static func bench(notExecutor: Bool = false) -> Bench {
    var plan = ApprovalTests.plan(triggers: true)
    plan.stages[0].gate = Make.gate(deadline: nil)
    plan.triggers = []
    plan.phases[0].approvalRule?.excludesExecutors = notExecutor
    var bench = Bench(plan)
    bench.happens(.executorStarted(epoch: 2, by: 3))
    ApprovalTests.say(&bench, .approve, 1)
    bench.succeedAll()
    return bench
  }

  @Test(
    "takes the role and the exclusions of the rule",
    arguments: [
      (3, "olu has not the role release-manager"), (4, "eva is an author of the runbook"),
    ])
  func excluded(person: Int, why: String) {
    var bench = Self.bench()
    #expect(bench.state.evidence.gate != nil)
    ApprovalTests.say(&bench, .force, person, at: "p/s/1")
    #expect(bench.refusal == why && bench.lines("gate_force_asked").isEmpty)
  }

  @Test("takes them when it takes effect, of both persons")
  func excludedLater() {
    var bench = Self.bench(notExecutor: true)
    ApprovalTests.say(&bench, .force, 1, at: "p/s/1")
    bench.happens(.executorStarted(epoch: 3, by: 1))
    ApprovalTests.say(&bench, .force, 2, at: "p/s/1")
    #expect(bench.lines("gate_forced").isEmpty && bench.lines("gate_force_asked").count == 2)
    bench.happens(.executorStarted(epoch: 4))
    ApprovalTests.say(&bench, .force, 2, at: "p/s/1")
    #expect(bench.refusal == "the executor is nobody in trust/people.yaml, and the rule leaves out executors")
  }
}
