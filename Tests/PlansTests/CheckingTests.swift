import Quantities
import Testing

@testable import Plans

/// A change of a plan, and what is said about it; `nil` for one that is at the limit and allowed.
struct Edit: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var words: String?
  var make: @Sendable (inout Plan) -> Void

  init(_ name: String, _ words: String?, _ make: @escaping @Sendable (inout Plan) -> Void) {
    (testDescription, self.words, self.make) = (name, words, make)
  }

  private static let columns = "the columns of inventory `stores` do not fit together"
  private static let time = "stage `stores` has a time below zero or above a hundred years"
  private static let pace = "stage `stores` has a pace or a cap below 1 or beyond reason, or a limit below 0"
  private static let attempts = "stage `stores` has a step without attempts, or two steps of one name"
  private static let provider = "stage `stores` uses a provider that the plan has not"
  private static let steps = "stage `stores` needs 1 to 60 steps, and a concurrency of at least 1"
  private static let target = "stage `stores` has a target that its inventory has not, or has it twice"
  private static let wave = "stage `stores` has a wave without targets, or with a limit below 0"
  private static let order = "the stages do not follow their phases, or time has no scale"
  private static let below = Span(milliseconds: -1)
  private static let above = Span.longest + Span(milliseconds: 1)

  private static let stage: [Edit] = [
    Edit("an inventory without a column's values", columns) { $0.inventories[0].values.removeLast() },
    Edit("an inventory with a short column", columns) { $0.inventories[0].values[1].removeLast() },
    Edit("an inventory with a short first column", columns) { $0.inventories[0].values[0].removeLast() },
    Edit("an inventory without identifiers", columns) { $0.inventories[0].columns[1] = "ie" },
    Edit("a stage of no phase", "stage `stores` is in no phase") { $0.stages[1].phase = 2 },
    Edit("a stage of a phase below 0", "stage `once` is in no phase") { $0.stages[0].phase = -1 },
    Edit("a stage of no inventory", "stage `stores` has no inventory") { $0.stages[1].inventory = 1 },
    Edit("no steps", steps) { $0.stages[1].steps = [] },
    Edit("as many steps as a stage can have", nil) { $0.stages[1].steps = many(60, $0) },
    Edit("a step too many", steps) { $0.stages[1].steps = many(61, $0) },
    Edit("no concurrency", steps) { $0.stages[1].concurrency = 0 },
    Edit("the least concurrency", nil) { $0.stages[1].concurrency = 1 },
    Edit("the last row", nil) { $0.stages[1].waves[1].targets = [3] },
    Edit("a row behind the last one", target) { $0.stages[1].waves[1].targets = [4] },
    Edit("a row below 0", target) { $0.stages[1].waves[1].targets = [-1] },
    Edit("a row twice", target) { $0.stages[1].waves[1].targets = [0] },
    Edit(
      "another row of a stage without targets", "stage `once` has a target that its inventory has not, or has it twice"
    ) {
      $0.stages[0].waves[0].targets = [1]
    },
    Edit("a wave without targets", wave) { $0.stages[1].waves[1].targets = [] },
    Edit("a wave that tolerates nothing", nil) { $0.stages[1].waves[1].tolerate = 0 },
    Edit("a wave that tolerates less", wave) { $0.stages[1].waves[1].tolerate = -1 },
    Edit("a bake below zero", time) { $0.stages[1].bake = below },
    Edit("the longest bake", nil) { $0.stages[1].bake = .longest },
    Edit("a longer bake", time) { $0.stages[1].bake = above },
    Edit("a pace of a time below zero", time) { $0.stages[1].pace?.every = below },
    Edit("a cap of a time below zero", time) { $0.stages[1].caps[0].pace.every = below },
    Edit("a wait below zero", time) { $0.stages[1].steps[0].wait = SpanRange(low: below, high: .second) },
    Edit("a longer wait", time) { $0.stages[1].steps[0].wait = SpanRange(low: .zero, high: above) },
    Edit("a timeout below zero", time) { $0.stages[1].steps[0].call.timeout = below },
    Edit("a settle time below zero", time) { $0.stages[1].steps[0].call.settle = below },
    Edit("a probe's timeout below zero", time) { $0.stages[1].steps[0].call.probe?.timeout = below },
    Edit("an undo's timeout below zero", time) { plan in
      guard case .call(var undo) = plan.stages[1].steps[0].undo else { return }
      undo.timeout = below
      plan.stages[1].steps[0].undo = .call(undo)
    },
    Edit("no attempts", attempts) { $0.stages[1].steps[0].attempts = 0 },
    Edit("one attempt", nil) { $0.stages[1].steps[0].attempts = 1 },
    Edit("two steps of one name", attempts) { $0.stages[1].steps[0].id = "ask" },
    Edit("a pace of nothing", pace) { $0.stages[1].pace?.count = 0 },
    Edit("the slowest pace", nil) {
      $0.stages[1].pace?.count = 1
      $0.stages[1].pace?.carry = 0
    },
    Edit("the fastest pace", nil) {

      $0.stages[1].pace?.count = 1_000_000_000
      $0.stages[1].pace?.carry = 1_000_000_000

    },
    Edit("a faster pace", pace) { $0.stages[1].pace?.count = 1_000_000_001 },
    Edit("a larger carry", pace) { $0.stages[1].pace?.carry = 1_000_000_001 },
    Edit("a carry below 0", pace) { $0.stages[1].pace?.carry = -1 },
    Edit("a cap of nothing", pace) { $0.stages[1].caps[0].pace.count = 0 },
    Edit("a limit of nothing", nil) { $0.stages[1].tolerateByAttribute[0].limit = 0 },
    Edit("a limit below 0", pace) { $0.stages[1].tolerateByAttribute[0].limit = -1 },
    Edit("a call of another provider", provider) { $0.stages[1].steps[1].call.provider = "other" },
    Edit("a probe of another provider", provider) { $0.stages[1].steps[0].call.probe?.provider = "other" },
    Edit("an undo of another provider", provider) { plan in
      guard case .call(var undo) = plan.stages[1].steps[0].undo else { return }
      undo.provider = "other"
      plan.stages[1].steps[0].undo = .call(undo)
    },
    Edit("stages out of order", order) { ($0.stages[0].phase, $0.stages[1].phase) = (1, 0) },
    Edit("stages of one phase", nil) { $0.stages[0].phase = 1 },
    Edit("no scale", order) { $0.scale = 0 }, Edit("the least scale", nil) { $0.scale = 1 },
  ]

  private static func many(_ count: Int, _ plan: Plan) -> [PlannedStep] {
    (0..<count).map { number in
      var step = plan.stages[1].steps[1]
      step.id = "s\(number)"
      return step
    }
  }

  private static let signal = "signal `speed` has no interval, or refers to what the plan has not"
  private static let twice = "two signals or two triggers have one name"
  private static let notice = "a notice has no provider that the plan has, or no time"
  private static let quantity = "the quantity `cost` has no points that rise, or no inventory"
  private static let trigger = "trigger `slow` refers to what the plan has not"
  private static let gate = "the gate of stage `stores` refers to what the plan has not"
  private static let bake = "the bake of stage `stores` refers to what the plan has not"
  private static let one = Span(milliseconds: 1)

  private static let evidence: [Edit] = [
    Edit("no scale of evidence", "the time of evidence has no scale") { $0.evidenceScale = 0 },
    Edit("the least scale of evidence", nil) { $0.evidenceScale = 1 },
    Edit("a signal without interval", signal) { $0.signals[0].every = .zero },
    Edit("a signal without window", signal) { $0.signals[0].window = .zero },
    Edit("a signal without time", signal) { $0.signals[0].timeout = .zero },
    Edit("the shortest times of a signal", nil) {
      ($0.signals[0].every, $0.signals[0].window, $0.signals[0].timeout) = (one, one, one)
    },
    Edit("a signal of another provider", signal) { $0.signals[0].provider = "other" },
    Edit("a signal idle beside none", signal) { $0.signals[0].noData = .idle(signal: 2) },
    Edit("a signal zero beside none", signal) { $0.signals[0].noData = .zero(signal: -1) },
    Edit("two signals of one name", twice) { $0.signals[1].name = "speed" },
    Edit("two triggers of one name", twice) { $0.triggers[1].id = "slow" },
    Edit("a notice of another provider", notice) { $0.notices[0].provider = "other" },
    Edit("a notice without time", notice) { $0.notices[0].timeout = .zero },
    Edit("a notice of the least time", nil) { $0.notices[0].timeout = one },
    Edit("a quantity without points", quantity) { $0.forecast[0].points = [] },
    Edit("a quantity of no inventory", quantity) { $0.forecast[0].inventory = 1 },
    Edit("a quantity that is the same everywhere", nil) { $0.forecast[0].inventory = nil },
    Edit("a quantity with two numbers for one", quantity) { $0.forecast[0].points.append($0.forecast[0].points[0]) },
    Edit("a quantity that rises", nil) {
      $0.forecast[0].points.append(.init(targets: $0.forecast[0].points[0].targets + 1, value: .zero))
    },
    Edit("a trigger of no signal", trigger) { $0.triggers[0].condition.signal = 2 },
    Edit("a trigger of no quantity", trigger) { $0.triggers[0].condition.quantity = 1 },
    Edit("a trigger of a number", nil) { $0.triggers[0].condition.quantity = nil },
    Edit("a trigger beside no signal", trigger) { $0.triggers[0].noData = .zero(signal: 2) },
    Edit("a gate of no signal", gate) { $0.stages[1].gate?.conditions[0].signal = 2 },
    Edit("a gate of no quantity", gate) { $0.stages[1].gate?.conditions[0].quantity = 1 },
    Edit("a comparison of no signal", gate) { $0.stages[1].gate?.comparison?.signal = 2 },
    Edit("a comparison of a stage without targets", "the gate of stage `once` refers to what the plan has not") {
      $0.stages[0].gate = $0.stages[1].gate
    },
    Edit("a gate of a stage without targets", nil) {
      $0.stages[0].gate = $0.stages[1].gate
      $0.stages[0].gate?.comparison = nil
    },
    Edit("a bake that counts nothing", bake) { $0.stages[1].bakeEvents?.signal = 2 },
    Edit("a bake of days below 0", bake) { $0.stages[1].bakeCycles = -1 },
    Edit("a bake of no days", nil) { $0.stages[1].bakeCycles = 0 },
    Edit("a bake of as many days as there can be", nil) { $0.stages[1].bakeCycles = 1_000 },
    Edit("a bake of a day more", bake) { $0.stages[1].bakeCycles = 1_001 },
  ]

  static let all = stage + evidence
}

@Suite("The check of a plan")
struct CheckingTests {
  @Test("says what points at nothing or lies beyond its limit, and lets pass what lies at it", arguments: Edit.all)
  func checked(edit: Edit) throws {
    var plan = try fullPlan()
    edit.make(&plan)
    var found: String?
    do throws(PlanError) { try plan.check() } catch { found = error.message }
    #expect(found == edit.words)
  }

  @Test("counts the targets of each stage that has an inventory")
  func targets() throws {
    let plan = try fullPlan()
    let inside = plan.stages.filter { $0.inventory != nil }.map { $0.waves.reduce(0) { $0 + $1.targets.count } }
    #expect(inside.reduce(0, +) > 0 && plan.targetCount == inside.reduce(0, +))
  }

  @Test("is made of every plan that is read")
  func read() throws {
    var plan = try fullPlan()
    plan.stages[1].bakeCycles = 1_001
    #expect(throws: PlanError.self) { try Plan(canonical: plan.canonicalBytes) }
  }
}
