import Plans
import Quantities
import Testing

@testable import Engine

@Suite("An attempt")
struct AttemptTests {
  static let a = "p/s/1/t0/a"
  static let one = Make.plan([Make.stage(waves: [[0]])])

  @Test("has a durable intent before its effect, which names it as its cause")
  func intentFirst() throws {
    let bench = Bench(Self.one)
    let effect = try #require(bench.effects.first)
    let intended = bench.events[Int(effect.request.cause) - 1]
    #expect(intended.kind.type == "step_intended")
    #expect(bench.state.index.path(of: intended.subject) == effect.request.path)
    let intent = try #require(bench.intent(Self.a))
    #expect(intent.deadline == Make.start + .minute)
    #expect(intent.undo == "undo.a")
    #expect(intent.key == effect.request.key)
  }

  @Test("that succeeds leads to the next step, and the last one to a target that is done")
  func success() {
    var bench = Bench(Self.one)
    bench.succeed(Self.a)
    #expect(bench.requests == ["do p/s/1/t0/b"])
    bench.succeed("p/s/1/t0/b")
    #expect(bench.status("p/s/1/t0") == .done)
    #expect(bench.state.outcome == .done)
  }

  @Test("that fails for a moment is tried again after a wait, with the same key and the next number")
  func transient() throws {
    var bench = Bench(Self.one)
    let key = try #require(bench.intent(Self.a)).key
    bench.fail(Self.a, transient: true)
    #expect(bench.decided == ["step_retry_scheduled \(Self.a)"])
    #expect(bench.requests.isEmpty)
    bench.waitUntilDue()
    #expect(bench.requests == ["do \(Self.a)"])
    #expect(bench.intent(Self.a)?.attempt == 2)
    #expect(bench.intent(Self.a)?.key == key)
  }

  @Test("waits no less than the shortest and no more than the longest wait, and the same each time", arguments: 1...6)
  func backoff(failures: Int) throws {
    let range = SpanRange(low: Make.seconds(10), high: Make.seconds(40))
    let plan = Make.plan([Make.stage(steps: [Make.step("a", attempts: 9, wait: range)], waves: [[0]])])
    var waits: [[Span]] = []
    for _ in 0..<2 {
      var bench = Bench(plan)
      var found: [Span] = []
      for _ in 0..<failures {
        bench.fail(Self.a, transient: true)
        found.append(try #require(bench.state.nextDue) - bench.now)
        bench.waitUntilDue()
      }
      waits.append(found)
    }
    #expect(waits[0] == waits[1])
    #expect(waits[0].allSatisfy { $0 >= range.low && $0 <= range.high })
  }

  @Test(
    "waits up to a bound that doubles with each try, as far as the range goes",
    arguments: [(0, 10), (1, 20), (2, 40), (3, 45)])
  func doubled(tries: Int, seconds: Int64) throws {
    var unit = Unit(
      key: TargetKey(stage: 0, row: 0), verb: .apply, step: 0, touched: 0, cause: 1, since: Make.start)
    unit.tries = tries
    let range = SpanRange(low: Make.seconds(10), high: Make.seconds(45))
    let longest = try #require((0..<300).map { Machine.backoff(range, unit: unit, key: "key \($0)") }.max())
    #expect(longest <= Make.seconds(seconds) && longest > Make.seconds(seconds - 1), "\(longest)")
  }

  @Test("is asked again in the same turn where there is nothing to wait for")
  func atOnce() {
    let step = Make.step("a", wait: SpanRange(low: .zero, high: .zero))
    var bench = Bench(Make.plan([Make.stage(steps: [step], waves: [[0]])]))
    bench.fail(Self.a, transient: true)
    #expect(bench.requests == ["do \(Self.a)"])
  }

  @Test("waits within the range also where doubling the shortest wait never meets the longest", arguments: 0...70)
  func bounded(tries: Int) {
    let range = SpanRange(low: Make.seconds(10), high: Make.seconds(21))
    var unit = Unit(
      key: TargetKey(stage: 0, row: 0), verb: .apply, step: 0, touched: 0, cause: 1, since: Make.start)
    unit.tries = tries
    let waits = (0..<50).map { Machine.backoff(range, unit: unit, key: "key \($0)") }
    #expect(waits.allSatisfy { $0 >= range.low && $0 <= range.high })
    #expect(Set(waits).count > 20 || tries == 0, "each key has a wait of its own")
  }

  @Test("waits exactly as long as a wait without a range says")
  func exactWait() {
    let step = Make.step("a", wait: SpanRange(low: Make.seconds(30), high: Make.seconds(30)))
    var bench = Bench(Make.plan([Make.stage(steps: [step], waves: [[0]])]))
    bench.fail(Self.a, transient: true)
    #expect(bench.state.nextDue == Make.start + Make.seconds(30))
  }

  @Test("waits at least as long as the provider asks")
  func retryAfter() throws {
    var bench = Bench(Self.one)
    bench.fail(Self.a, transient: true, retryAfter: Make.seconds(500))
    #expect(bench.state.nextDue == Make.start + Make.seconds(500))
  }

  @Test("that fails for good fails its target at once, which is undone alone in reverse order")
  func permanent() {
    var bench = Bench(Make.plan([Make.stage(waves: [[0, 1]], tolerate: 1)]))
    bench.succeed(Self.a)
    bench.failHalfWay("p/s/1/t0/b")
    #expect(bench.status("p/s/1/t0") == .failed)
    #expect(bench.requests.contains("undo p/s/1/t0/b"))
    bench.succeed("p/s/1/t0/b")
    #expect(bench.requests.contains("undo p/s/1/t0/a"))
    bench.succeed("p/s/1/t0/a")
    #expect(bench.status("p/s/1/t0") == .failed)
    #expect(bench.unit("p/s/1/t0") == nil)
    #expect(bench.lines("undo_intended") == ["undo_intended p/s/1/t0/b", "undo_intended p/s/1/t0/a"])
    bench.succeedAll()
    #expect(bench.status("p/s/1/t1") == .done)
    #expect(bench.state.outcome == .done)
  }

  @Test("fails its target when all attempts are used", arguments: 1...4)
  func exhausted(attempts: Int) {
    let stage = Make.stage(steps: [Make.step("a", attempts: attempts)], waves: [[0]], tolerate: 1)
    var bench = Bench(Make.plan([stage]))
    for attempt in 1...attempts {
      #expect(bench.status("p/s/1/t0") == .running)
      #expect(bench.intent(Self.a)?.attempt == attempt)
      bench.fail(Self.a, transient: true)
      bench.waitUntilDue()
    }
    #expect(bench.status("p/s/1/t0") == .failed)
  }

  @Test("is counted anew for the undo, whose failure for good blocks and holds, and is never done")
  func undoBlocked() {
    var bench = Bench(Make.plan([Make.stage(waves: [[0, 1]], tolerate: 1, concurrency: 1)]))
    bench.failHalfWay(Self.a)
    for _ in 1...3 {
      bench.fail(Self.a, transient: true)
      bench.waitUntilDue()
    }
    #expect(bench.lines("undo_blocked") == ["undo_blocked \(Self.a)"])
    #expect(bench.state.hold == .blocked(path: Self.a))
    bench.succeedAll()
    #expect(bench.state.outcome == nil)
  }

  @Test("of a step that refers to an output that is missing fails for good, with an intent and without an effect")
  func missingOutput() throws {
    let template = ArgumentTemplate.text(try Template("${steps.a.outputs.id}"))
    let steps = [Make.step("a"), Make.step("b", arguments: template)]
    var bench = Bench(Make.plan([Make.stage(steps: steps, waves: [[0]], tolerate: 1)]))
    bench.succeed(Self.a)
    #expect(bench.lines("step_failed") == ["step_failed p/s/1/t0/b"])
    #expect(!bench.effects.contains { $0.request.path == "p/s/1/t0/b" && $0.request.verb == .apply })
  }

  @Test("keeps its outputs when a probe says that it was taken back: those are of another operation")
  func outputsOfUndo() throws {
    let template = ArgumentTemplate.text(try Template("${steps.a.outputs.id}"))
    let undo = PlannedUndo.call(Make.call("undo.a", .key, probe: true))
    let steps = [
      Make.step("c", undo: .call(Make.call("undo.c", .natural, arguments: template))), Make.step("a", undo: undo),
      Make.step("b", arguments: template),
    ]
    var bench = Bench(Make.plan([Make.stage(steps: steps)]))
    bench.succeed("p/s/1/t0/c")
    bench.succeed(Self.a, outputs: ["id": "42"])
    bench.fail("p/s/1/t0/b")
    bench.doubt(Self.a)
    bench.happens(.probeAnswered(.undo, attempt: 1, answer: .applied, cursor: nil, outputs: ["id": "none"]), Self.a)
    #expect(bench.open["p/s/1/t0/c"]?.request.arguments == .string("42"))
  }

  @Test("hands its outputs to the steps that refer to them")
  func outputs() throws {
    let template = ArgumentTemplate.text(try Template("id is ${steps.a.outputs.id} in ${target.country}"))
    let steps = [Make.step("a"), Make.step("b", arguments: template)]
    var bench = Bench(Make.plan([Make.stage(steps: steps, waves: [[0]])]))
    bench.succeed(Self.a, outputs: ["id": "42", "other": "x"])
    #expect(bench.effects.last?.request.arguments == .string("id is 42 in NO"))
  }

  @Test("that is answered late, when it is settled already, changes nothing")
  func late() {
    var bench = Bench(Self.one)
    bench.doubt(Self.a, .timeout)
    #expect(bench.intent(Self.a)?.attempt == 2)
    let unit = bench.unit("p/s/1/t0")
    bench.happens(.succeeded(.apply, attempt: 1, outputs: [:]), Self.a)
    #expect(bench.decided.isEmpty)
    bench.happens(.failed(.apply, attempt: 1, failure: Failure(isTransient: false, reason: "no")), Self.a)
    bench.happens(.succeeded(.undo, attempt: 2, outputs: [:]), Self.a)
    bench.happens(.probeAnswered(.apply, attempt: 2, answer: .applied, cursor: nil, outputs: [:]), Self.a)
    bench.happens(.succeeded(.apply, attempt: 1, outputs: [:]), "p/s/1/t0/b")
    #expect(bench.decided.isEmpty)
    #expect(bench.unit("p/s/1/t0") == unit)
  }
}
