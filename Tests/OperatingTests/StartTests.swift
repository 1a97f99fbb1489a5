import Conducting
import Diagnostics
import Engine
import Foundation
import Journaling
import Looping
import Operating
import Plans
import Records
import Testing

@Suite("A start")
struct StartTests {
  /// A runbook of one step that needs nobody.
  static let short = """
    sanderling: 1
    runbook: short
    phases: [ { id: p, stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ] } ]
    """

  @Test("begins a run, and goes on with it while it is open")
  func goesOn() async throws {
    let shelf = try Shelf()
    guard case .begun(let first) = try await shelf.start() else { throw CancellationError() }
    #expect(first.name == "r-1")
    #expect(try await shelf.start() == .goesOn(first))
    #expect(try await shelf.work().way == .waits)
    #expect(try await shelf.start().run.name == "r-1")
  }

  @Test("does nothing for a plan that was done, and all of it when another run is asked for")
  func done() async throws {
    let shelf = try Shelf(Self.short)
    try await shelf.start()
    #expect(try await shelf.work().way == .finished(.done))
    let again = try await refusal { try await shelf.start() }
    #expect(again.kind == .needless && again.message.contains("r-1 did exactly this plan already"))
    #expect(again.next.contains { $0.contains("--new") })
    #expect(try await shelf.start(another: true).run.name == "r-2")
  }

  @Test("begins anew when the files ask for something else than what was done")
  func changedAfterDone() async throws {
    let shelf = try Shelf(Self.short)
    try await shelf.start()
    try await shelf.work()
    try shelf.write("runbook.yaml", Self.short.replacing("id: a,", with: "id: b,"))
    #expect(try await shelf.start().run.name == "r-2")
  }

  @Test("is stale while another plan of this runbook is open, and names the three ways on")
  func otherPlanIsOpen() async throws {
    let shelf = try Shelf()
    try await shelf.start()
    try shelf.write("sites.csv", "id\nams\nlis\nbcn")
    let stale = try await refusal { try await shelf.start() }
    #expect(stale.kind == .stale && stale.what.contains("r-1 of this runbook is open"))
    for way in ["sanderling run r-1 ", "sanderling amend ", "sanderling abort "] {
      #expect(stale.next.contains { $0.contains(way) }, "\(way)")
    }
  }

  @Test("is refused for targets that another open run has, by their names, until that is over")
  func targetsInOtherHands() async throws {
    let shelf = try Shelf()
    try await shelf.start()
    let refused = try await refusal { try await shelf.start(another: true) }
    #expect(refused.kind == .failed && refused.message.contains("r-1 is open and has"))
    #expect(refused.message.contains("sites/ams"), "\(refused.message)")
    #expect(refused.next.map { String($0.prefix(20)) } == ["sanderling run r-1  ", "sanderling abort --r"])
    // Another runbook with other targets is nobody's business.
    try shelf.write("runbook.yaml", Self.short)
    #expect(try await shelf.start().run.name == "r-2")
    let step = try await refusal { try await shelf.start(another: true) }
    #expect(step.message.contains("r-2 is open and has 1 of these targets in its hands, such as short: p/s"))
  }

  @Test("does nothing after a no: a run that was given up or taken back whole begins again only when asked in words")
  func answered() async throws {
    for (ask, word) in [(Ask.abort, "aborted"), (.rollback(nil), "rolled back")] {
      let shelf = try Shelf(Self.short)
      try await shelf.start()
      if word == "rolled back" { try await shelf.work() }
      try await shelf.send(ask)
      try await shelf.work("r-1")
      let refused = try await refusal { try await shelf.start() }
      #expect(refused.kind == .failed && refused.message.contains("r-1 of this runbook was \(word)"))
      // Neither is it begun by other files under the same name.
      try shelf.write("runbook.yaml", Self.short.replacing("id: a,", with: "id: b,"))
      #expect(try await refusal { try await shelf.start() }.kind == .failed)
      #expect(try await shelf.start(another: true).run.name == "r-2")
    }
  }

  @Test("does nothing for a plan that any earlier run has done, whatever ran in between")
  func doneBefore() async throws {
    let shelf = try Shelf(Self.short)
    try await shelf.start()
    try await shelf.work()
    try shelf.write("runbook.yaml", Self.short.replacing("id: a,", with: "id: b,"))
    try await shelf.start()
    try await shelf.work("r-2")
    try shelf.write("runbook.yaml", Self.short)
    let again = try await refusal { try await shelf.start() }
    #expect(again.kind == .needless && again.message.contains("r-1 did exactly this plan already"))
  }

  @Test("is stale when the plan that was agreed on is another one, and makes no journal")
  func keptPlan() async throws {
    let shelf = try Shelf()
    let file = "\(shelf.directory)/agreed.plan"
    try KeptPlan.write(try shelf.planned().plan.canonicalBytes, to: file)
    _ = try StartAsk(try shelf.planned(), kept: file)
    try KeptPlan.expect(try shelf.planned().plan, of: shelf.book, in: file)
    try shelf.write("sites.csv", "id\nams\nlis\nbcn")
    let stale = try await refusal { _ = try StartAsk(try shelf.planned(), kept: file) }
    #expect(stale.kind == .stale && stale.next.contains { $0.hasPrefix("changed: ") && $0.hasSuffix("sites.csv") })
    #expect(!FileManager.default.fileExists(atPath: shelf.journal))
    #expect(
      try await refusal { try KeptPlan.expect(try shelf.planned().plan, of: shelf.book, in: file) }.kind == .stale)
    #expect(try shelf.planned().plan.wave(at: "one/s/2") == (0, 1))
    #expect(
      try await refusal { _ = try shelf.planned().plan.wave(at: "one/s/4") }.next == [
        "its waves: one/s/1, one/s/2, one/s/3, two/s/1"
      ])
  }

  @Test("refuses files with errors, and says all of them")
  func errors() async throws {
    let shelf = try Shelf(Self.short.replacing("steps:", with: "stops:"))
    let files = try await refusal { try await shelf.start() }
    #expect(files.kind == .files && files.found.findings.contains { $0.message.contains("stops") })
    #expect(await shelf.surroundings().validation(of: shelf.book) == files.found)
  }

  @Test("looks at the evidence of risks in the plan of each environment, and says in which something is wrong")
  func evidence() async throws {
    let shelf = try Shelf(Self.short.replacing("runbook: short", with: "runbook: short\nrisks: risks.yaml"))
    let risk =
      "sanderling: 1\ncurrency: EUR\nrisks:\n"
      + "  small: { title: A, cause: b, effect: c, likelihood: 5 %, impact: 5 EUR"
    try shelf.write("risks.yaml", "\(risk) }")
    for name in ["lab", "real"] { try shelf.write("environments/\(name).yaml", "sanderling: 1\nenvironment: \(name)") }
    func found(_ environment: String? = nil) async -> [String] {
      await shelf.surroundings().validation(of: shelf.book, environment: environment) { made in
        guard made.plan.environment == "real" else { return [] }
        return [Finding(code: "G169", message: "nothing belongs to it", location: SourceSpan(file: "risks.yaml"))]
      }.findings.filter { $0.code == "G169" }.map(\.message)
    }
    // Nothing is asked of a register without evidence.
    #expect(await found().isEmpty)
    try shelf.write("risks.yaml", "\(risk), evidence: x }")
    #expect(await found() == ["nothing belongs to it (in environment `real`)"])
    #expect(await found("lab").isEmpty)
  }

  @Test("refuses a parameter, an environment or a run that there is not, as wrong usage")
  func usage() async throws {
    let shelf = try Shelf()
    let parameter = try await refusal {
      _ = try shelf.surroundings().plan(PlanningAsk(shelf.book, given: ["colour": "red"]))
    }
    #expect(parameter.kind == .usage && parameter.what.contains("no parameter `colour`"))
    for name in ["r-7", "seven"] {
      let run = try await refusal { _ = try shelf.desk().run(name) }
      #expect(run.kind == .usage, "\(name)")
    }
  }

  @Test("is refused as busy while another executor owns the run")
  func busy() async throws {
    let shelf = try Shelf()
    let run = try await shelf.start().run
    let journal = try Journal(path: shelf.journal, access: .write, clock: WallClock().read(), chance: SystemChance())
    let lease = try journal.takeOver(run: run.number, owner: "another:2", clock: WallClock().read())
    let busy = try await refusal { try await shelf.work() }
    #expect(busy.kind == .busy && busy.message.contains("another:2"))
    withExtendedLifetime(lease) {}
  }

  @Test("of a run that is over does nothing")
  func over() async throws {
    let shelf = try Shelf(Self.short)
    try await shelf.start()
    try await shelf.work()
    #expect(try await shelf.work("r-1").way == .wasOver(.done))
  }
}
