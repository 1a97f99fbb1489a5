import Diagnostics
import Runbooks
import Testing

@Suite("A name in a runbook")
struct ReferenceTests {
  @Test("must be a signal in a condition")
  func signal() {
    expectFindings(
      runbook(
        top: signals + "\ngates:\n  healthy: [ ①respone_time② < 3 s ]",
        stage: "targets: stores\ngate: { require: healthy }"),
      "①–② G112 `respone_time` is not a signal of this runbook; write `response_time`")
  }

  @Test("must be a gate where one is required")
  func gate() {
    expectFindings(
      runbook(
        top: signals + "\ngates:\n  healthy: [ response_time < 3 s ]",
        stage: "targets: stores\ngate: { require: [ ①health② ] }"),
      "①–② G113 `health` is not a gate of this runbook; write `healthy`")
  }

  @Test("must be an inventory, an attribute, or a target")
  func targets() {
    expectFindings(
      runbook(stage: "targets: ①store②"), "①–② G116 `store` is not an inventory of this runbook; write `stores`")
    expectFindings(
      runbook(stage: "targets: stores\nselect: { spread: [ ①contry② ] }"),
      "①–② G117 `contry` is not an attribute of the inventory `stores`; write `country`")
    expectFindings(
      runbook(stage: "targets: stores\nwaves: { order: [ a, ①c② ], tolerate: { ③land④: 1 } }"),
      "①–② G116 `c` is not a target of the inventory `stores`; write the id of a target",
      "③–④ G117 `land` is not an attribute of the inventory `stores`; add the column to the inventory, or write one that it has"
    )
  }

  @Test("must be an operation or an adapter")
  func operation() {
    expectFindings(
      runbook(steps: "{ id: one, uses: ①nop②, undo: none }"),
      "①–② G114 `nop` is not an adapter; write `noop`")
  }

  @Test("must be a provider or an adapter that exists")
  func provider() {
    expectFindings(
      runbook(
        top: """
          environment:
            providers: { cloud: { adapter: ①azur② } }
            operations:
              a.b: { provider: ③clod④, undo: a.c }
              a.c: { provider: cloud }
          """, steps: "{ id: one, uses: a.b }"),
      "①–② G115 `azur` is not an adapter that this version knows; write one of `process`, `http`, `manual`, `noop`, `prometheus`, `sql`",
      "③–④ G115 `clod` is not a provider of this environment, nor an adapter; write `cloud`")
  }

  @Test("must not lead back to itself")
  func circle() {
    expectFindings(
      runbook(
        top: """
          environment:
            operations:
              ①a.b②: { provider: noop, undo: a.c }
              a.c: { provider: noop, undo: a.b }
          """, steps: "{ id: one, uses: a.b }"),
      "①–② G122 the operations refer to each other in a circle: `a.b` → `a.c` → `a.b`; remove one of the references")
  }

  @Test("must be an attribute, a parameter or an earlier step in an interpolation")
  func interpolations() {
    expectFindings(
      runbook(
        steps: """
          { id: one, uses: noop, with: { x: "a ①${target.land}② b" }, undo: none },
                      { id: two, uses: noop, with: { x: "③${parameters.y}④", z: "⑤${steps.three.outputs.id}⑥" }, undo: none },
                      { id: three, uses: noop, with: { x: "⑦${target.id⑧" }, undo: none }
          """),
      "①–② G117 `land` is not an attribute of the inventory `stores`; add the column to the inventory, or write one that it has",
      "③–④ G118 `y` is not a parameter of this runbook; define it under `parameters:`",
      "⑤–⑥ G120 the step `three` comes later, so it has no outputs yet; move that step before this one",
      "⑦–⑧ G119 the interpolation `${target.id` has no `}`; write `${target.id}`")
  }

  @Test("must be handed over to the operation that reads it")
  func handover() {
    expectFindings(
      runbook(
        top: "environment:\n  operations:\n    a.b: { provider: noop, with: { r: \"${with.rate}\" } }",
        steps: "{ id: one, uses: ①a.b②, undo: none }, { id: two, uses: a.b, with: { rate: 1 }, undo: none }"),
      "①–② G105 the operation `a.b` reads `${with.rate}`, which this step does not hand over; add `with: { rate: … }` to the step"
    )
  }

  @Test("must stand once among its siblings")
  func duplicates() {
    expectFindings(
      runbook(steps: "{ id: one, uses: noop, undo: none }, { id: ①one②, uses: noop, undo: none }"),
      "①–② G110 two steps of the stage have the id `one`; give this one another id")
  }

  @Test("is warned about when nothing uses it")
  func unused() {
    expectFindings(
      runbook(top: "signals:\n  ①load②: { unit: s, query: process, every: 30s }"),
      "①–② G138 the signal `load` is never used; remove it, or use it in a gate or a trigger")
  }
}
