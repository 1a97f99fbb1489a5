import Diagnostics
import Quantities
import Runbooks
import Testing

@Suite("Steps that are written once")
struct SharedStepsTests {
  /// Two stages that have the steps of `top`.
  private func shared(_ lists: String, first: String = "{ of: move }", second: String = "{ of: move }") -> String {
    """
    sanderling: 1
    runbook: test
    inventories: { stores: [ { id: a, country: NL }, { id: b, country: PT } ] }
    steps:
    \(lists)
    phases:
      - id: first
        stages:
          - { id: pilot, targets: stores, select: { count: 1 }, steps: \(first) }
          - { id: rest, targets: stores, steps: \(second) }
    """
  }

  private func ids(_ text: String) -> [[String]] {
    let loaded = load(["runbook.yaml": text])
    #expect(loaded.findings.isEmpty, "\(loaded.findings)")
    return loaded.runbook?.phases[0].stages.map { $0.steps.map(\.id.value) } ?? []
  }

  @Test("stand where they are named: alone, among others, and within each other")
  func places() {
    let lists = """
        move: [ { id: copy, uses: noop, undo: none }, { of: check } ]
        check: [ { id: look, uses: noop, undo: none } ]
      """
    #expect(ids(shared(lists)) == [["copy", "look"], ["copy", "look"]])
    let among = "[ { id: ask, uses: noop, undo: none }, { of: move }, { id: tell, uses: noop, undo: none } ]"
    #expect(
      ids(shared(lists, first: among, second: "[ { of: check } ]")) == [["ask", "copy", "look", "tell"], ["look"]])
  }

  @Test("must exist, once in a stage, and in no circle; one that nobody has is a warning")
  func wrong() {
    let list = "  move: [ { id: copy, uses: noop, undo: none } ]"
    expectFindings(
      shared(list, second: "{ of: ①mov② }"),
      "①–② G175 `mov` is not a list of steps of this runbook; write `move`")
    expectFindings(
      shared(list, second: "[ { of: move }, { of: ①move② } ]"),
      "①–② G110 the steps `move` stand in the stage `rest` already; take them out here")
    expectFindings(
      shared(
        """
          move: [ { id: copy, uses: noop, undo: none }, { of: check } ]
          ①check②: [ { of: move }, { of: ③lok④ } ]
        """),
      "①–② G122 the shared steps refer to each other in a circle: `check` → `move` → `check`; remove one of the references",
      "③–④ G175 `lok` is not a list of steps of this runbook; define it under `steps:` at the top")
    expectFindings(
      shared(list + "\n  ①spare②: [ { id: copy, uses: noop, undo: none } ]"),
      "①–② G138 the list of steps `spare` is never used; remove it, or write `steps: { of: spare }` in a stage")
    expectFindings(
      runbook(steps: "{ of: ①move② }"),
      "①–② G175 `move` is not a list of steps of this runbook; define it under `steps:` at the top")
  }

  @Test("are checked where they are written, and said once for all stages that have them")
  func findings() {
    expectFindings(
      shared("  move: [ { id: copy, uses: ①nop②, undo: none } ]"), "①–② G114 `nop` is not an adapter; write `noop`")
    expectFindings(
      shared("  move: [ { id: copy, uses: noop, undo: none }, { id: ①copy②, uses: noop, undo: none } ]"),
      "①–② G110 two steps of the stage have the id `copy`; give this one another id")
    expectFindings(
      shared("  move: [ { id: copy, uses: noop, undo: none, ①timout②: 1m } ]"),
      "①–② G104 `timout` is not a key of a step; write `timeout`")
    expectFindings(
      shared("  move: [ { id: copy, uses: noop, undo: none } ]", second: "{ ①like②: move }"),
      "①–② G104 `like` is not a key of shared steps; write `of`")
    expectFindings(
      shared("  move: [ { id: copy, uses: noop, undo: none } ]", second: "{ of: move, ①id②: copy }"),
      "①–② G104 `id` is not a key of shared steps; remove it, or write one of the keys below")
  }
}

@Suite("A step that names an adapter")
struct DirectStepTests {
  @Test("says what an operation would: idempotency, probe, settle, and its undo in place")
  func whole() throws {
    let loaded = load([
      "runbook.yaml": runbook(
        steps: """
          { id: one, uses: process, with: { command: [ ./move ] }, idempotency: natural, settle: 5s,
            probe: { with: { command: [ ./moved, "${target.country}" ] }, timeout: 10s },
            undo: { uses: http, with: { url: "/x/${target.id}" }, idempotency: key } }
          """)
    ])
    #expect(loaded.findings.isEmpty, "\(loaded.findings)")
    let step = try #require(loaded.runbook?.phases[0].stages[0].steps.first)
    #expect(step.idempotency?.value == .natural && step.settle?.value.milliseconds == 5_000)
    #expect(step.probe?.uses.value == "process" && step.probe?.timeout?.milliseconds == 10_000)
    #expect(step.undoCall?.uses.value == "http" && step.undoCall?.idempotency == .key)
    guard case .operation("http") = step.undo.value else {
      Issue.record("\(step.undo)")
      return
    }
  }

  private static let bound = """
    environment:
      providers: { cloud: { adapter: noop } }
      operations: { a.b: { provider: cloud }, a.c: { provider: cloud } }
    """

  @Test("says it of an adapter alone")
  func operations() {
    expectFindings(
      runbook(
        top: Self.bound,
        steps: "{ id: one, uses: a.b, idempotency: ①key②, probe: ③a.c④, settle: ⑤5s⑥, undo: none }"),
      "①–② G176 `idempotency` belongs to the operation `a.b`, which the step uses; write it at the operation, or let the step name an adapter",
      "③–④ G176 `probe` belongs to the operation `a.b`, which the step uses; write it at the operation, or let the step name an adapter",
      "⑤–⑥ G176 `settle` belongs to the operation `a.b`, which the step uses; write it at the operation, or let the step name an adapter"
    )
    expectFindings(
      runbook(
        top: Self.bound,
        steps: "{ id: one, uses: noop, probe: a.b, undo: { uses: ①a.c②, with: { x: 1 } } }"),
      "①–② G176 a `undo` in place asks an adapter, and `a.c` is an operation; write `undo: a.c`")
  }

  @Test("is checked in all that it hands over")
  func arguments() {
    expectFindings(
      runbook(
        top: "parameters: { size: { type: integer, default: 1 } }",
        steps: """
          { id: one, uses: noop, probe: { with: { a: "①${target.land}②" } },
            undo: { with: { a: "${parameters.size}", b: "③${with.x}④" } } }
          """),
      "①–② G117 `land` is not an attribute of the inventory `stores`; add the column to the inventory, or write one that it has",
      "③–④ G119 `${with.x}` has no value here: only operations read what a step hands over; remove it, or write the value"
    )
    expectFindings(
      runbook(steps: "{ id: one, uses: noop, undo: none, probe: { ①wiht②: { a: 1 } } }"),
      "①–② G104 `wiht` is not a key of `probe`; write `with`")
    expectFindings(
      runbook(steps: "{ id: one, uses: noop, probe: ①nop②, undo: none }"),
      "①–② G114 `nop` is not an adapter; write `noop`")
  }
}
