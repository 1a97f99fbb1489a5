import Engine
import History
import Quantities
import Testing

@testable import Plans
@testable import Screens

@Suite("Why a run waits for evidence")
struct WhyEvidenceTests {
  /// A run of three waves of four stores that measures, and two persons who could approve or force.
  private static func run(_ change: (inout Plan) -> Void = { _ in }) -> SmallRun {
    var plan = examplePlan(isGuarded: true)
    plan.phases[1].approvalRule = nil
    plan.people = ["mira", "tomas"].map { PlannedPerson(id: $0, roles: ["release-manager"]) }
    for signal in plan.signals.indices { plan.signals[signal].every = .minute }
    change(&plan)
    return SmallRun(plan)
  }

  private static func why(_ run: SmallRun) -> String {
    WhyScreen.text(
      state: run.state, runName: "r-1", path: nil, history: run.records, style: .plain, now: run.now, isExecuted: true)
  }

  @Test("names what is accepted while nothing is measured, and the deadline that a pause does not stop")
  func gate() {
    var run = Self.run()
    while run.state.waveState != .gating, run.turn() {}
    var text = Self.why(run)
    #expect(text.contains("deadline  ") && !text.contains("the pause does not stop it"))
    #expect(text.contains("a breach then takes the wave back, and what is unknown holds the run"))
    for command in ["force full-scale/stores/1", "rollback full-scale/stores/1", "amend RUNBOOK"] {
      #expect(text.contains("sanderling \(command) --run r-1"), "\(text)")
    }
    #expect(!text.contains("by itself"))
    run.ask(.pause)
    text = Self.why(run)
    #expect(text.contains("; the pause does not stop it") && text.contains("sanderling resume --run r-1"))
  }

  @Test("offers no force where nobody could give it")
  func nobody() {
    var run = Self.run { $0.people = [] }
    while run.state.waveState != .gating, run.turn() {}
    let text = Self.why(run)
    #expect(!text.contains("sanderling force") && text.contains("sanderling rollback full-scale/stores/1"))
  }

  @Test("names the events that a bake lacks and every way on, and says what `resume` does when it has expired")
  func bake() {
    var run = Self.run {
      $0.stages[1].gate = nil
      $0.triggers = []
      $0.stages[1].bakeEvents = PlannedEvents(count: 3, signal: 0)
      $0.stages[1].bake = .minute
      $0.stages[1].bakeDeadline = .hour
    }
    while run.state.missingOfBake == nil, run.turn() {}
    let text = Self.why(run)
    #expect(text.contains("bakes until it has 12 more events"), "\(text)")
    #expect(text.contains("do        wait for 12 more events"))
    #expect(text.contains("a wave that has not baked then holds the run"))
    #expect(text.contains("sanderling rollback full-scale/stores/1") && text.contains("sanderling amend RUNBOOK"))
    while run.state.hold == nil, let due = run.state.nextSampleDue {
      run.now = max(run.now, due)
      for request in run.state.samplesDue(at: run.now) {
        let rows = request.times.map { Samples.Row(at: $0, readings: [.value(.zero)]) }
        let name = run.state.plan.signals[request.signal].name
        run.record(.sampled([Samples(signal: request.signal, name: name, series: request.series, rows: rows)]))
      }
      run.decide()
    }
    let held = Self.why(run)
    #expect(held.contains("held since") && held.contains("the bake of full-scale/stores/1"), "\(held)")
    #expect(held.contains("# waits as long once more"))
  }

  @Test("says of a hold what goes on by itself, and of a rollback what waits for it, in `why` and in `status`")
  func decisions() {
    var run = Self.run { plan in
      plan.signals[1].extent = .target
      plan.triggers[0].scope = .target
      plan.triggers[0].watchAfter = .day
      plan.stages[1].gate = nil
      plan.stages[1].bake = .hour
    }
    while run.state.stages[1].status.count(where: { $0 == .done }) < 4, run.turn() {}
    run.ask(.pause)
    #expect(Self.why(run).contains("watched   trigger errors watches full-scale/stores/1 and takes it back by itself"))
    let firing = Firing(
      trigger: "errors", series: "store-0", since: run.now, lasted: .minute, limit: .zero, samples: [])
    run.ask(.rollback, .wave(stage: 1, wave: 0))
    run.record(.triggerFired(firing), .target(TargetKey(stage: 1, row: 0)))
    #expect(Self.why(run).contains("decided   trigger errors takes full-scale/stores/1/store-0 back after this, since"))
    let row = StatusRow(run: "r-1", state: run.state, isExecuted: true)
    let status = StatusScreen.text([row], style: .plain, columns: 160, now: run.now)
    #expect(status.contains("r-1: trigger errors takes full-scale/stores/1/store-0 back after this rollback, decided"))
    let json = StatusScreen.json([row])["runs"]?.array.first?["decisions"]?.array.first
    #expect(json?["by"] == .string("trigger errors") && json?["path"] == .string("full-scale/stores/1/store-0"))
    run.record(.triggerFired(firing), .stage(1))
    let text = Self.why(run)
    #expect(text.contains("sanderling skip full-scale/stores --run r-1 --reason \"…\"   # leaves what trigger errors"))
  }

  @Test("is a new chance to be wrong where it is compared once more")
  func looks() {
    var plan = examplePlan(targets: 30, isGuarded: true)
    plan.signals[0].extent = .target
    plan.stages[1].gate?.comparison = PlannedComparison(
      signal: 0, margin: Fixed(millionths: 1_000_000), isHarmAbove: true, looks: 3)
    let words = PlanFacts(plan, findings: [], zones: NoZones()).comparison(1)
    #expect(
      words?.hasSuffix(
        "response_time within 1 s of the rest; not in wave 3, where too few are migrated or left to compare with")
        == true, "\(words ?? "")")
    plan.signals[0].unit = ""
    plan.stages[1].gate?.comparison?.looks = 1
    plan.stages[1].waves.removeLast()
    #expect(PlanFacts(plan, findings: [], zones: NoZones()).comparison(1)?.contains("within 1 of the rest") == true)
    plan.stages[1].waves.removeLast()
    #expect(
      PlanFacts(plan, findings: [], zones: NoZones()).comparison(1)?.hasSuffix(
        "no wave has enough targets to say, ever") == true)
    #expect(Words.ranges([1, 3, 4, 5, 8]) == "1, 3 to 5, 8" && Words.ranges([]) == "")
  }
}
