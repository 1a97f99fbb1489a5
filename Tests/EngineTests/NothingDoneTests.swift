import Plans
import Quantities
import Testing

@testable import Engine

/// What provably did nothing is not taken back (DESIGN §5.1), and what may have happened is.
@Suite("The undo of a step that failed")
struct NothingDoneTests {
  private static let target = "p/s/1/t0"
  private static let a = "p/s/1/t0/a"
  private static let b = "p/s/1/t0/b"

  /// A target whose step `a` is done, and whose step `b` is asked for.
  private static func bench(
    _ idempotency: Idempotency = .key, probe: Bool = false, undo: PlannedUndo? = nil, attempts: Int = 2,
    waves: [[Int32]] = [[0]], arguments: ArgumentTemplate = .none
  ) -> Bench {
    let steps = [
      Make.step("a"),
      Make.step("b", idempotency, probe: probe, undo: undo, attempts: attempts, arguments: arguments),
    ]
    var bench = Bench(Make.plan([Make.stage(steps: steps, waves: waves, tolerate: 1)]))
    bench.succeed(a)
    return bench
  }

  /// Every undo that was asked for, once all have succeeded.
  private static func undone(_ bench: Bench) -> [String] {
    var bench = bench
    bench.succeedAll()
    return bench.lines("undo_intended").map { String($0.dropFirst("undo_intended ".count)) }
  }

  /// What an attempt can come to that proves that it did nothing.
  enum Refusal: CaseIterable {
    case permanent, usedUp, person

    func happen(_ bench: inout Bench) {
      switch self {
      case .permanent: bench.fail(b)
      case .usedUp:
        bench.fail(b, transient: true)
        bench.waitUntilDue()
        bench.fail(b, transient: true)
      case .person:
        bench.fail(b, transient: true)
        bench.command(.rollback)
      }
    }
  }

  @Test(
    "is not asked for after a refusal, for good or until the attempts are used up, nor by a rollback in between",
    arguments: Refusal.allCases)
  func refused(refusal: Refusal) {
    var bench = Self.bench()
    refusal.happen(&bench)
    #expect(Self.undone(bench) == [Self.a])
  }

  @Test("is not asked for where an argument had no value")
  func noValue() throws {
    let bench = Self.bench(arguments: .text(try Template("${steps.a.outputs.name}")))
    #expect(bench.lines("step_failed") == ["step_failed \(Self.b)"])
    #expect(Self.undone(bench) == [Self.a])
  }

  @Test(
    "is asked for where an earlier attempt was in doubt, whatever the cause",
    arguments: Doubt.Cause.allCases.filter { $0 != .atWork })
  func doubt(cause: Doubt.Cause) {
    var bench = Self.bench()
    bench.doubt(Self.b, cause)
    #expect(bench.requests == ["do \(Self.b)"])
    bench.fail(Self.b)
    #expect(Self.undone(bench) == [Self.b, Self.a])
  }

  @Test("is asked for where the executor was lost during an attempt, also one that a probe did not find")
  func lost() {
    var bench = Self.bench(probe: true)
    bench.crash()
    bench.look(Self.b, .notApplied)
    #expect(bench.requests == ["do \(Self.b)"])
    bench.fail(Self.b)
    #expect(Self.undone(bench) == [Self.b, Self.a])
  }

  @Test("is asked for where any attempt reported a cursor")
  func cursor() {
    var bench = Self.bench()
    bench.cursor(Self.b, "half")
    bench.fail(Self.b, transient: true)
    bench.waitUntilDue()
    bench.fail(Self.b)
    #expect(Self.undone(bench) == [Self.b, Self.a])
  }

  @Test("is asked for where a person said that it failed, of a doubt or of a step of theirs", arguments: [true, false])
  func person(isManual: Bool) {
    var bench = Self.bench(.none)
    if isManual { bench.handToPerson(Self.b) } else { bench.doubt(Self.b) }
    bench.command(.resolve, Self.b, as: .failed)
    #expect(Self.undone(bench) == [Self.b, Self.a])
  }

  @Test("is asked for once: what a doubt left is gone after it, and the next refusal is only that")
  func sinceItsUndo() {
    var bench = Self.bench(waves: [[0, 1]])
    bench.doubt(Self.b)
    bench.fail(Self.b)
    for path in [Self.b, Self.a] { bench.succeed(path) }
    bench.command(.retry, Self.target)
    for path in ["p/s/1/t1/a", "p/s/1/t1/b", Self.a] { bench.succeed(path) }
    bench.fail(Self.b)
    #expect(Self.undone(bench) == [Self.b, Self.a, Self.a])
  }

  @Test("is not made up for by a later rollback of the wave or the run", arguments: ["p/s/1", ""])
  func later(scope: String) {
    var bench = Self.bench(waves: [[0, 1]])
    bench.fail(Self.b)
    bench.succeedAll()
    bench.command(.rollback, scope)
    #expect(Self.undone(bench) == [Self.a, "p/s/1/t1/b", "p/s/1/t1/a"])
  }

  @Test("is no wall where it is impossible and the step did nothing, and one where it came half way")
  func irreversible() {
    var nothing = Self.bench(.none, undo: .impossible)
    nothing.fail(Self.b)
    #expect(Self.undone(nothing) == [Self.a])
    var half = Self.bench(.none, undo: .impossible)
    half.cursor(Self.b, "half")
    half.fail(Self.b)
    #expect(Self.undone(half) == [] && half.status(Self.target) == .failed)
    var said = Self.bench(.none, undo: .impossible)
    said.doubt(Self.b)
    said.command(.resolve, Self.b, as: .failed)
    #expect(Self.undone(said) == [Self.a])
    var again = Self.bench(.none, undo: .impossible)
    again.doubt(Self.b)
    again.command(.retry, Self.target)
    again.fail(Self.b)
    #expect(Self.undone(again) == [], "nobody has said what became of the first attempt")
  }

  @Test("counts as asked for while a provider is at work on the step")
  func atWork() {
    let bench = Self.bench()
    #expect(bench.unit(Self.target)?.touched == 0b01 && bench.unit(Self.target)?.exposed == 0b11)
    #expect(bench.state.rollbackPreview(of: .run).steps == 2)
  }
}

@Suite("A target that waits for its next attempt")
struct WaitingTargetTests {
  private static let target = "p/s/1/t0"
  private static let a = "p/s/1/t0/a"

  private static func bench() -> Bench {
    var bench = Bench(Make.plan([Make.stage(steps: [Make.step("a", attempts: 2)], waves: [[0, 1]])]))
    bench.fail(a, transient: true, retryAfter: Make.seconds(30_000_000))
    return bench
  }

  @Test("is tried again at once when somebody asks for it, with no more attempts than before")
  func hurried() {
    var bench = Self.bench()
    bench.command(.retry, Self.target)
    #expect(bench.refusal == nil && bench.requests == ["do \(Self.a)"])
    #expect(bench.intent(Self.a)?.attempt == 2 && bench.unit(Self.target)?.tries == 2)
    bench.fail(Self.a, transient: true)
    #expect(bench.lines("target_failed") == ["target_failed \(Self.target)"])
  }

  @Test("is skipped when its only step is, and not done")
  func skipped() {
    var bench = Self.bench()
    bench.command(.skip, Self.target)
    #expect(bench.status(Self.target) == .skipped)
    bench.succeedAll()
    #expect(bench.state.outcome == .done && bench.state.doneCount == 1)
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
    #expect(
      bench.events.contains { if case .waveFinished(1, failed: 0, skipped: 1) = $0.kind { true } else { false } })
  }
}
