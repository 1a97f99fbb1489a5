import Quantities
import Testing

@testable import Plans

@Suite("Steps that are written once")
struct SharedStepsPlanTests {
  private static let head = """
    sanderling: 1
    runbook: test
    inventories: { stores: stores.csv }
    """

  private static func phases(_ steps: String) -> String {
    """

    phases:
      - id: p
        stages:
          - { id: pilot, targets: stores, select: { count: 2 }, steps: \(steps) }
          - { id: rest, targets: stores, steps: \(steps) }
    """
  }

  private static let steps = """
    { id: move, uses: process, with: { command: [ ./move, "${target.id}" ] }, idempotency: natural, undo: { with: { command: [ ./back ] } } }, { id: look, uses: noop, undo: none }
    """

  @Test("give the plan, its digest and its calls that repeated ones give")
  func same() throws {
    let files = ["book/stores.csv": stores(6)]
    var once = try #require(
      try planned(
        Self.head + "\nsteps: { both: [ \(Self.steps) ] }" + Self.phases("{ of: both }"), files: files
      ).plan)
    var twice = try #require(try planned(Self.head + Self.phases("[ \(Self.steps) ]"), files: files).plan)
    // The files are other ones, and their digests are a part of a plan.
    #expect(once.sources != twice.sources)
    once.sources = []
    twice.sources = []
    #expect(once == twice && once.digest == twice.digest)
    #expect(once.stages.map { $0.steps.map(\.id) } == [["move", "look"], ["move", "look"]])
  }

  @Test("and those that name an adapter become calls with all that they say")
  func direct() throws {
    let plan = try #require(
      try planned(
        Self.head
          + Self.phases(
            """
            [ { id: move, uses: process, with: { command: [ ./move ] }, idempotency: key, settle: 5s, timeout: 2m,
                probe: { with: { command: [ ./moved, "${target.country}" ] } },
                undo: { with: { command: [ ./back ] }, idempotency: natural, timeout: 3m } } ]
            """), files: ["book/stores.csv": stores(6)]
      ).plan)
    let step = plan.stages[0].steps[0]
    #expect(step.call.idempotency == .key && step.call.settle.milliseconds == 5_000)
    let probe = try #require(step.call.probe)
    #expect(probe.provider == "process" && probe.timeout == .minute)
    #expect(probe.arguments.references.map(\.text) == ["target.country"])
    #expect(plan.inventories[0].columns.contains("country"))
    guard case .call(let undo) = step.undo else {
      Issue.record("\(step.undo)")
      return
    }
    #expect(undo.operation == "process" && undo.idempotency == .natural && undo.timeout.milliseconds == 180_000)
    #expect(undo.arguments != step.call.arguments && undo.probe == nil)
  }
}
