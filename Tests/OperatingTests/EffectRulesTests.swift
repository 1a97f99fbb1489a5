import Adapters
import Diagnostics
import Engine
import Foundation
import Operating
import Plans
import Quantities
import Records
import Testing

@Suite("Before the first effect")
struct EffectRulesTests {
  private static let secret = """
    sanderling: 1
    runbook: short
    phases: [ { id: p, stages: [ { id: s, steps: [ { id: make, uses: make }, { id: use, uses: use, undo: none } ] } ] } ]
    environment:
      providers: { lab: { adapter: process, set: { KEY: { secret: env:LAB_KEY } } } }
      operations:
        make: { provider: process, with: { command: [ "true" ] }, undo: unmake }
        unmake: { provider: lab, with: { command: [ "true" ] } }
        use: { provider: lab, with: { command: [ "true" ], set: { TOKEN: { secret: env:NO_SUCH_TOKEN } } } }
    """

  private static func resolver(_ environment: [String: String]) -> SecretResolver {
    SecretResolver(environment: environment, reading: { _ in "" })
  }

  @Test("a parameter whose name promises a secret is spoken of, wherever its value comes from, and never shown")
  func parameters() throws {
    let shelf = try Shelf(
      """
      sanderling: 1
      runbook: x
      parameters: { db_password: { type: string } }
      phases: [ { id: p, stages: [ { id: s, steps: [ { id: a, uses: log, undo: none } ] } ] } ]
      environment:
        parameters: { db_password: of-the-lab }
        operations: { log: { provider: process, with: { command: [ echo, "${parameters.db_password}" ] } } }
      """)
    let surroundings = shelf.surroundings()
    let plans = try ["correct-horse", "battery-staple"].map {
      try surroundings.plan(PlanningAsk(shelf.book, given: ["db_password": $0]))
    }
    let found = plans[0].found.findings.filter { $0.code == "G128" }
    #expect(
      found.map(\.message) == [
        "the parameter `db_password` looks like a secret, and its value stands in every plan and journal, and in the "
          + "list of processes"
      ])
    let shown = plans[1].plan.differences(from: plans[0].plan).map(\.text) + plans[0].plan.review.map(\.text)
    #expect(!shown.isEmpty && !shown.contains { $0.contains("horse") || $0.contains("staple") }, "\(shown)")
  }

  @Test("an executor names all secrets that are missing, and by whom they are needed, and begins nothing")
  func missing() async throws {
    let shelf = try Shelf(Self.secret)
    try await shelf.start()
    let refusal = try await refusal { try await shelf.work() }
    #expect(refusal.kind == .failed)
    #expect(
      refusal.message
        == "r-1 needs secrets that are not here; nothing new was started: the environment has no variable `LAB_KEY`, used by "
        + "the undo of p/s/make, p/s/use; the environment has no variable `NO_SUCH_TOKEN`, used by p/s/use")
    #expect(refusal.next == ["give them to this program, and say again: sanderling run r-1"])
    let types = try shelf.desk().account(of: "r-1", filter: HistoryFilter()).chosen.map(\.event.kind.type)
    #expect(!types.contains("step_intended") && !types.contains("wave_started"))
  }

  @Test("a plan warns of secrets that are not here, each where it is written, where it knows of any")
  func warned() throws {
    let shelf = try Shelf(Self.secret)
    var surroundings = shelf.surroundings()
    #expect(try surroundings.plan(PlanningAsk(shelf.book)).found.findings.filter { $0.code == "G316" }.isEmpty)
    surroundings.secrets = Self.resolver(["LAB_KEY": "x"])
    let found = try surroundings.plan(PlanningAsk(shelf.book)).found.findings.filter { $0.code == "G316" }
    #expect(found.map(\.message) == ["the environment has no variable `NO_SUCH_TOKEN`, and p/s/use needs it"])
    #expect(found.map(\.location.line) == [9] && found.allSatisfy { $0.severity == .warning })
  }

  @Test("a plan that any run has done is refused, also when another one ran in between")
  func doneBefore() async throws {
    let shelf = try Shelf(StartTests.short)
    try await shelf.start()
    try await shelf.work()
    try shelf.write("runbook.yaml", StartTests.short.replacing("id: a,", with: "id: b,"))
    #expect(try await shelf.start().run.name == "r-2")
    try await shelf.work()
    try shelf.write("runbook.yaml", StartTests.short)
    let again = try await refusal { try await shelf.start() }
    #expect(again.kind == .needless && again.message.contains("r-1 did exactly this plan already"))
    #expect(try await shelf.start(another: true).run.name == "r-3")
  }

  @Test("what stands in an address is data in the plan: encoded where it is known, and when it is filled in")
  func addresses() throws {
    let shelf = try Shelf(
      """
      sanderling: 1
      runbook: short
      inventories: { t: [ { id: a, v: "x/y", p: "/q/r" } ] }
      phases:
        - id: p
          stages:
            - id: s
              targets: t
              steps:
                - { id: one, uses: put, undo: none, with: { id: "a b/${target.v}", path: "${target.p}" } }
                - { id: two, uses: whole, undo: none, with: { id: "a b/${target.v}", path: "${target.p}" } }
      environment:
        providers: { srv: { adapter: http, base: "http://127.0.0.1:1" } }
        operations:
          put: { provider: srv, with: { url: "/stores/${with.id}?v=${target.v}", body: "${with.id}" } }
          whole: { provider: srv, with: { url: "${with.path}" } }
      """)
    let steps = try shelf.planned().plan.stages[0].steps
    let filled = try steps.map { step in
      try step.call.arguments.fill { $0 == .target("v") ? "x/y" : $0 == .target("p") ? "/q/r" : nil }.get()
    }
    #expect(filled[0]["url"] == .string("/stores/a%20b%2Fx%2Fy?v=x%2Fy"))
    #expect(filled[0]["body"] == .string("a b/x/y"))
    #expect(filled[1]["url"] == .string("/q/r"))
    let plan = try shelf.planned().plan
    #expect(try Plan(canonical: plan.canonicalBytes) == plan)
  }
}
