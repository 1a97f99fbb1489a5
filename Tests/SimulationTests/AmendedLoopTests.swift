import Quantities
import Records
import Testing

@testable import Engine
@testable import Looping
@testable import Plans

/// What is numbered by a plan never leaves it, from the letter to the record and back.
@Suite("An amended loop")
struct AmendedLoopTests {
  private static func call(_ name: String) -> PlannedCall {
    PlannedCall(
      operation: name, provider: "p", arguments: .none, idempotency: .natural, timeout: .minute, settle: .zero,
      probe: nil)
  }

  private static func stage(_ id: String, phase: Int, rows: [Int32]? = nil, waves size: Int = 1) -> PlannedStage {
    let rows = rows ?? [0]
    let waves = stride(from: 0, to: rows.count, by: size).map {
      PlannedWave(targets: Array(rows[$0..<min($0 + size, rows.count)]), tolerate: 0, earliest: nil, latest: nil)
    }
    return PlannedStage(
      phase: phase, id: id, inventory: rows.count > 1 ? 0 : nil,
      steps: [
        PlannedStep(
          id: "a", summary: nil, call: call("a"), undo: .nothing, attempts: 1,
          wait: SpanRange(low: .second, high: .second))
      ],
      waves: waves, concurrency: 1, isStrict: true, tolerateByAttribute: [], bake: .zero, pace: nil, notBefore: nil,
      then: .hold)
  }

  /// Phase one waits for an approval; two has two stages; three has a stage of stores that needs an approval of its own.
  private static func plan() -> Plan {
    var plan = Plan(
      runbook: "moved", summary: nil, owner: nil, environment: "e", zone: "UTC", zoneData: nil, starts: nil,
      deadline: nil, scale: 1, ignored: [], unexecuted: [], sources: [], parameters: [],
      providers: [PlannedProvider(name: "p", adapter: "noop", configuration: .none)],
      inventories: [PlannedInventory(name: "stores", columns: ["id"], values: [["a", "b", "c", "d"]])],
      phases: ["one", "two", "three"].map { PlannedPhase(id: $0, summary: nil, tolerate: nil) },
      stages: [
        stage("s", phase: 0), stage("s1", phase: 1), stage("s2", phase: 1),
        stage("s", phase: 2, rows: [0, 1, 2, 3], waves: 2),
      ], tolerateInRun: nil)
    plan.people = [PlannedPerson(id: "ola", roles: ["manager"], accounts: ["ola"])]
    plan.phases[0].approvalRule = PlannedApproval(count: 1, role: "manager", emergencyRole: "manager")
    plan.stages[3].approvalRule = PlannedApproval(count: 1, role: "manager", emergencyRole: "manager")
    return plan
  }

  /// The same run up to where phase one waits, with an early approval of the last stage.
  private static func waiting() throws -> Calm {
    var calm = try Calm(plan())
    #expect(try calm.drive() == .blocked)
    try calm.send(.approve, "three/s", by: "ola")
    #expect(try calm.drive() == .blocked)
    return calm
  }

  @Test("records what the amending turn decides under the paths of the plan that it was decided by")
  func moved() throws {
    var calm = try Self.waiting()
    var new = Self.plan()
    // A stage before it, in a phase that nobody decides about: all who are left do, and what they say holds from there.
    new.stages.insert(Self.stage("s3", phase: 1), at: 3)
    new.stages[4].waves[1].targets = [2]
    try calm.send(.amend, amendment: new)
    #expect(try calm.drive() == .blocked)
    for place in ["one", "three/s"] { try calm.send(.approve, place, by: "ola", amendment: new) }
    #expect(try calm.drive() == .blocked)
    let log = try calm.log()
    #expect(log.contains("amendment_approved three/s") && log.contains("plan_amended "), "\(log)")
    #expect(!log.contains { $0.hasPrefix("approval_voided") })
    #expect(try calm.recovered().plan == new)
    try calm.send(.approve, "one", by: "ola")
    #expect(try calm.drive() == .finished(.done))
    #expect(try calm.log().contains("step_succeeded two/s3/1/-/a"))
  }

  @Test("goes on when a stage is removed before one that something was decided about")
  func removed() throws {
    var calm = try Self.waiting()
    var new = Self.plan()
    new.stages.remove(at: 2)
    new.stages[2].waves[1].targets = [2]
    try calm.send(.amend, amendment: new)
    #expect(try calm.drive() == .blocked)
    #expect(try calm.log().contains("approval_voided three/s") && calm.recovered().plan == new)
    try calm.send(.approve, "one", by: "ola")
    try calm.send(.approve, "three/s", by: "ola")
    #expect(try calm.drive() == .finished(.done))
    #expect(try !calm.log().contains { $0.contains("two/s2") })
  }

  private static let tell = PlannedNotice(
    classes: [.finished], form: .text, operation: "tell", provider: "p", arguments: .none, timeout: .minute)
  private static let shout = PlannedNotice(
    classes: [.emergency], form: .text, operation: "shout", provider: "p", arguments: .none, timeout: .minute)

  @Test("tells of an emergency under the plan in force, while an amendment adds a notice before all others")
  func notices() throws {
    var plan = Self.plan()
    plan.notices = [Self.tell]
    var calm = try Calm(plan)
    #expect(try calm.drive() == .blocked)
    var new = plan
    new.notices = [Self.shout, Self.tell]
    try calm.send(.emergency, "one", by: "ola", until: calm.now + .hour)
    try calm.send(.amend, amendment: new)
    _ = try calm.drive()
    #expect(try calm.recovered().plan == new)
    // The notice is new: it tells from its plan on, and the emergency was before that.
    #expect(calm.told.isEmpty)
    try calm.send(.emergency, "three/s", by: "ola", until: calm.now + .hour)
    _ = try calm.drive()
    #expect(calm.told.count { $0.hasPrefix("shout") } == 1, "\(calm.told)")
    #expect(calm.told.count { $0.hasPrefix("tell") } == 1, "\(calm.told)")
  }

  @Test("records what was told while the plan changed under the number that the notice has now, and tells it once")
  func telling() throws {
    var plan = Self.plan()
    plan.notices = [Self.shout]
    var calm = try Calm(plan)
    #expect(try calm.drive() == .blocked)
    var loop = try calm.loop(patience: nil)
    // An executor is told of an emergency, and its receiver takes a while.
    try calm.send(.emergency, "three/s", by: "ola", until: calm.now + .hour)
    var telling: Telling?
    for _ in 0..<4 {
      for case .tell(let order) in try loop.turn([], at: calm.reading, in: calm.record, under: calm.lease).orders {
        telling = order
      }
      calm.now = calm.now + .second
    }
    let number = try #require(telling).number
    var new = plan
    new.notices = [Self.tell, Self.shout]
    try calm.send(.amend, amendment: new)
    let turn = try loop.turn([], at: calm.reading, in: calm.record, under: calm.lease)
    #expect(turn.recorded.contains { $0.event.kind.type == "plan_amended" } && turn.ending == nil)
    // News in numbers of the old plan is not taken in any more; what was told is.
    let stale = Samples(signal: 7, name: "gone", series: [], rows: [])
    let last = try loop.turn(
      [.sampled(stale), .told(number, .delivered)], at: calm.reading, in: calm.record, under: calm.lease)
    #expect(last.ending == .amended)
    #expect(last.recorded.map(\.event.kind) == [.noticeDelivered(notice: 1, seq: try #require(telling).message.seq)])
    #expect(try calm.recovered().told[1] == telling?.message.seq)
    _ = try calm.drive()
    #expect(calm.told.isEmpty, "\(calm.told)")
  }

  @Test("a record that cannot be read is said as such, and not as trouble of the disk")
  func unreadable() throws {
    let calm = try Calm(Self.plan())
    let draft = Draft(
      run: calm.number, type: "wave_started", subject: "no/such/place", at: calm.now, cause: nil,
      actor: .engine(rule: "test"), plan: try calm.run().plan, data: Array("{\"targets\":1}".utf8), payload: nil)
    try calm.record.write(under: calm.lease, clock: calm.reading) { batch in _ = try batch.append(draft) }
    #expect(throws: RecoveryError.self) { try calm.recovered() }
  }
}
