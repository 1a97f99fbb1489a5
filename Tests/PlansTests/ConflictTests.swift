import Quantities
import Testing

@testable import Plans

@Suite("A plan in the middle of another's run")
struct ConflictTests {
  /// What a run has carried out of the full plan: both stages begun, the second one after its first wave.
  private static func prefix(_ plan: Plan, waves: [Int] = [1, 1], over: Int = 1) -> ExecutedPrefix {
    ExecutedPrefix(plan: plan, waves: waves, rows: [[0], [0, 1]], stagesOver: over)
  }

  private static let step =
    "stage `one/stores` has begun, and step `move` changed: put what is new into a stage behind it"

  private static let others =
    "persons of the plan in force have other places or pseudonyms in it; make it with `sanderling amend`, and leave "
    + "`trust/salt` as it is"

  static let edits: [Edit] = [
    Edit("nothing", nil) { _ in },
    Edit("what comes", nil) { plan in
      plan.stages[1].waves[1].targets = [3]
      plan.stages[1].concurrency = 9
      plan.phases[1].tolerate = 9
      plan.inventories[0].values[0][2] = "ES"
      plan.inventories.append(PlannedInventory(name: "sites", columns: ["id"], values: [["x"]]))
      for column in [0, 1] { plan.inventories[0].values[column].append("NL") }
      plan.people.append(PlannedPerson(id: "new", roles: []))
      plan.phases.append(PlannedPhase(id: "two"))
    },
    Edit("words, attempts, waits and timeouts of a step that was done", nil) { plan in
      for number in plan.stages[1].steps.indices {
        plan.stages[1].steps[number].summary = "other"
        plan.stages[1].steps[number].attempts = 9
        plan.stages[1].steps[number].wait = SpanRange(low: .minute, high: .hour)
        plan.stages[1].steps[number].call.timeout = .second
        plan.stages[1].steps[number].call.probe?.timeout = .second
      }
      guard case .call(var undo) = plan.stages[1].steps[0].undo else { return }
      undo.timeout = .second
      plan.stages[1].steps[0].undo = .call(undo)
    },
    Edit("another runbook", "it is of `other` in `staging`, and the run of `full` in `staging`") {
      $0.runbook = "other"
    },
    Edit("another environment", "it is of `full` in `other`, and the run of `full` in `staging`") {
      $0.environment = "other"
    },
    Edit("another scale", "its time runs at another speed; start a new run for that") { $0.scale = 9 },
    Edit("another scale of evidence", "its time runs at another speed; start a new run for that") {
      $0.evidenceScale = 9
    },
    Edit(
      "another phase",
      "the phases up to `one` have begun: they keep their names and order | stage `zero/once` has begun, and "
        + "`other/once` stands in its place: put new stages behind it"
    ) {
      $0.phases[0].id = "other"
    },
    Edit("fewer stages", "stage `one/stores` has begun, and nothing stands in its place: put new stages behind it") {
      $0.stages.removeLast()
    },
    Edit("another stage", "stage `one/stores` has begun, and `one/other` stands in its place: put new stages behind it")
    {
      $0.stages[1].id = "other"
    },
    Edit("another inventory", "stage `one/stores` has begun: it keeps its inventory") { plan in
      plan.inventories.append(plan.inventories[0])
      plan.inventories[1].name = "sites"
      plan.stages[1].inventory = 1
    },
    Edit("no inventory", "inventory `stores` is gone, and targets of it were worked on") {
      $0.inventories[0].name = "other"
    },
    Edit("rows in another order", "rows of inventory `stores` have other places in it; make it with `sanderling amend`")
    {
      $0.inventories[0].values[1].swapAt(0, 1)
    },
    Edit("fewer rows", "rows of inventory `stores` have other places in it; make it with `sanderling amend`") { plan in
      for column in [0, 1] { plan.inventories[0].values[column].removeLast() }
    },
    Edit("a step's operation", step) { $0.stages[1].steps[0].call.operation = "other" },
    Edit("a step's settle time", step) { $0.stages[1].steps[0].call.settle = .zero },
    Edit("a step's undo", step) { $0.stages[1].steps[0].undo = .nothing },
    Edit("a step's cut-over", step) { $0.stages[1].steps[0].isCutover = false },
    Edit(
      "a step less",
      "stage `one/stores` has begun, and the number of its steps changed: put what is new into a stage behind it"
    ) { $0.stages[1].steps.removeLast() },
    Edit(
      "a target of a wave that began",
      "wave 1 of stage `one/stores` has begun and would lose b; `skip` takes a waiting target out of it"
    ) {
      $0.stages[1].waves[0].targets = [0, 3]
    },
    Edit(
      "one more",
      "wave 1 of stage `one/stores` has begun: it takes no more targets; `skip` takes a waiting target out of it"
    ) {
      $0.stages[1].waves[0].targets = [0, 1, 3]
    },
    Edit(
      "no waves", "wave 1 of stage `one/stores` has begun and would lose a, b; `skip` takes a waiting target out of it"
    ) {
      $0.stages[1].waves = []
    },
    Edit("a wave of a stage that is over", "stage `zero/once` is over: it takes no more targets") {
      $0.stages[0].waves.append(PlannedWave(targets: [1], tolerate: nil))
    },
    Edit(
      "an attribute of a target that was worked on",
      "`country` of `a` changed, and it was worked on already: what takes it back needs the old value"
    ) { $0.inventories[0].values[0][0] = "ES" },
    Edit(
      "an attribute of two targets that were worked on",
      "`country` of `a` and others changed, and it was worked on already: what takes it back needs the old value"
    ) { ($0.inventories[0].values[0][0], $0.inventories[0].values[0][1]) = ("ES", "ES") },
    Edit(
      "a column less",
      "`country` of `a` and others changed, and it was worked on already: what takes it back needs the old value"
    ) {
      $0.inventories[0].columns.removeFirst()
      $0.inventories[0].values.removeFirst()
    },
    Edit("another person", others) {
      $0.people[0].id = "other"
    },
    Edit("nobody", others) {
      $0.people = []
    },
  ]

  @Test("conflicts where it changes or moves what was carried out, and nowhere else", arguments: edits)
  func conflicts(edit: Edit) throws {
    let old = try fullPlan()
    var new = old
    edit.make(&new)
    #expect(new.conflicts(with: Self.prefix(old)).joined(separator: " | ") == edit.words ?? "")
  }

  @Test("may put anything into what was not begun, and may not forget what was")
  func begun() throws {
    let old = try fullPlan()
    let none = ExecutedPrefix(plan: old, waves: [0, 0], rows: [[], []], stagesOver: 0)
    #expect(none.stagesBegun == 0 && Self.prefix(old).stagesBegun == 2)
    #expect(ExecutedPrefix(plan: old, waves: [1, 0], rows: [[], []], stagesOver: 0).stagesBegun == 1)
    #expect(ExecutedPrefix(plan: old, waves: [0, 0], rows: [[], []], stagesOver: 2).stagesBegun == 2)
    var new = old
    new.stages.removeAll()
    new.phases = [PlannedPhase(id: "other")]
    new.inventories = []
    #expect(new.conflicts(with: none).isEmpty)
    let first = ExecutedPrefix(plan: old, waves: [1, 0], rows: [[0], []], stagesOver: 0)
    new.phases = [old.phases[0]]
    new.stages = [old.stages[0]]
    #expect(new.conflicts(with: first).isEmpty)
    #expect(Self.prefix(old).isOver(0) && !Self.prefix(old).isOver(1))
    #expect(first.stage(phase: "one", id: "stores") == 1 && first.stage(phase: "zero", id: "stores") == nil)
    // A stage that is going on takes more waves.
    new = old
    new.stages[1].waves.append(PlannedWave(targets: [3], tolerate: nil))
    #expect(new.conflicts(with: Self.prefix(old, waves: [1, 2])).isEmpty)
    #expect(
      new.conflicts(with: Self.prefix(old, waves: [1, 2], over: 2)) == [
        "stage `one/stores` is over: it takes no more targets"
      ])
  }

  @Test("does something else where stages, steps, targets or waves differ, in a phase or in one stage of it")
  func effects() throws {
    let old = try fullPlan()
    func changes(_ phase: String, _ stage: String? = nil, _ make: (inout Plan) -> Void) -> Bool {
      var new = old
      make(&new)
      return new.changesEffects(ofPhase: phase, stage: stage, from: old)
    }
    #expect(!changes("one") { $0.stages[1].waves[0].tolerate = 0 })
    #expect(changes("one") { $0.stages[1].waves[0].targets = [1, 0] })
    #expect(!changes("zero") { $0.stages[1].waves[0].targets = [1, 0] })
    #expect(changes("one", "stores") { $0.stages[1].steps[0].call.operation = "other" })
    #expect(!changes("one", "other") { $0.stages[1].steps[0].call.operation = "other" })
    #expect(!changes("one", "stores") { $0.stages[1].steps[0].call.timeout = .second })
    #expect(changes("one") { $0.stages[1].id = "other" })
    #expect(changes("one") { $0.stages.removeLast() } && changes("one") { $0.inventories[0].name = "other" })
  }
}
