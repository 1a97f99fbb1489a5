import Quantities
import Testing

@testable import Engine
@testable import Planning

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
}
