import Plans
import Quantities
import Testing

@testable import Engine

/// A row of the settling table of DESIGN §5.1.
struct SettlingRow: Sendable, CustomTestStringConvertible {
  enum Expected: String, Sendable { case ask, success, again }

  var idempotency: Idempotency
  var isIrreversible = false
  /// What the probe says; `nil` for no probe.
  var answer: ProbeAnswer?
  var expected: Expected

  var testDescription: String {
    "\(isIrreversible ? "irreversible " : "")\(idempotency), \(answer.map(\.words) ?? "no probe") → \(expected)"
  }

  static let all: [SettlingRow] =
    [
      row(.natural, [nil: .again, .applied: .success, .notApplied: .again, .partial: .again, .unknown: .again]),
      row(.key, [nil: .again, .applied: .success, .notApplied: .again, .partial: .again, .unknown: .again]),
      row(.none, [nil: .ask, .applied: .success, .notApplied: .again, .partial: .ask, .unknown: .ask]),
    ].flatMap { $0 }
    + Idempotency.allCases.flatMap { idempotency in
      row(
        idempotency, isIrreversible: true,
        [nil: .ask, .applied: .success, .notApplied: .ask, .partial: .ask, .unknown: .ask])
    }

  private static func row(
    _ idempotency: Idempotency, isIrreversible: Bool = false, _ cells: [ProbeAnswer?: Expected]
  ) -> [SettlingRow] {
    let answers: [ProbeAnswer?] = [nil, .applied, .notApplied, .partial, .unknown]
    return answers.compactMap { answer in
      cells[answer].map {
        SettlingRow(idempotency: idempotency, isIrreversible: isIrreversible, answer: answer, expected: $0)
      }
    }
  }
}

@Suite("A doubt")
struct DoubtTests {
  static let a = "p/s/1/t0/a"

  static func plan(
    _ idempotency: Idempotency, probe: Bool, settle: Span = .zero, undo: PlannedUndo? = nil, attempts: Int = 3
  ) -> Plan {
    let step = Make.step("a", idempotency, probe: probe, settle: settle, undo: undo, attempts: attempts)
    return Make.plan([Make.stage(steps: [step, Make.step("b")], waves: [[0]], tolerate: 1)])
  }

  @Test("is settled as the table says", arguments: SettlingRow.all, [Doubt.Cause.noAnswer, .timeout])
  func table(row: SettlingRow, cause: Doubt.Cause) throws {
    var bench = Bench(
      Self.plan(row.idempotency, probe: row.answer != nil, undo: row.isIrreversible ? .impossible : nil))
    let key = try #require(bench.intent(Self.a)).key
    bench.cursor(Self.a, "half")
    bench.doubt(Self.a, cause)
    if let answer = row.answer {
      #expect(bench.requests == ["look \(Self.a)"])
      #expect(bench.open[Self.a]?.request.cursor == "half")
      bench.look(Self.a, answer)
    }
    switch row.expected {
    case .ask:
      #expect(bench.decided == ["step_parked \(Self.a)"])
      #expect(bench.requests.isEmpty)
      #expect(bench.state.waits.first?.kind == .person)
    case .success:
      #expect(bench.requests == ["do p/s/1/t0/b"])
    case .again:
      #expect(bench.requests == ["do \(Self.a)"])
      #expect(bench.intent(Self.a)?.attempt == 2)
      #expect(bench.intent(Self.a)?.key == key)
      #expect(bench.intent(Self.a)?.cursor == "half")
    }
  }

  @Test("is for a person while what was started still runs: nothing looks, and nothing is tried beside it")
  func atWork() throws {
    for idempotency in Idempotency.allCases {
      var bench = Bench(Self.plan(idempotency, probe: true))
      bench.doubt(Self.a, .atWork)
      #expect(bench.decided == ["step_parked \(Self.a)"] && bench.requests.isEmpty)
      bench.command(.resolve, Self.a, as: .notApplied)
      #expect(bench.requests == ["do \(Self.a)"])
    }
  }

  @Test("parks its target alone: the others go on")
  func alone() {
    let stage = Make.stage(steps: [Make.step("a", .none)], waves: [[0, 1, 2]], tolerate: 1, concurrency: 2)
    var bench = Bench(Make.plan([stage]))
    bench.doubt(Self.a)
    bench.succeedAll()
    #expect(bench.status("p/s/1/t1") == .done)
    #expect(bench.status("p/s/1/t2") == .done)
    #expect(bench.status("p/s/1/t0") == .running)
    #expect(bench.state.outcome == nil)
    bench.command(.resolve, Self.a, as: .succeeded)
    #expect(bench.state.outcome == .done)
  }

  @Test("counts `not applied` only when it still holds after the action's settle time")
  func settleTwice() {
    var bench = Bench(Self.plan(.none, probe: true, settle: Make.seconds(30)))
    bench.doubt(Self.a)
    bench.look(Self.a, .notApplied)
    #expect(bench.requests.isEmpty)
    #expect(bench.state.nextDue == Make.start + Make.seconds(30))
    bench.wait(Make.seconds(29))
    #expect(bench.requests.isEmpty)
    bench.wait(Make.seconds(1))
    #expect(bench.requests == ["look \(Self.a)"])
    bench.look(Self.a, .notApplied)
    #expect(bench.requests == ["do \(Self.a)"])
  }

  @Test("is over when the second look finds that it happened after all")
  func settleLate() {
    var bench = Bench(Self.plan(.none, probe: true, settle: Make.seconds(30)))
    bench.doubt(Self.a)
    bench.look(Self.a, .notApplied)
    bench.waitUntilDue()
    bench.look(Self.a, .applied)
    #expect(bench.requests == ["do p/s/1/t0/b"])
  }

  @Test("follows for every open request when the executor is lost, which uses up no attempt")
  func executorLost() {
    var bench = Bench(Self.plan(.key, probe: false, attempts: 1))
    for crash in 1...4 {
      bench.crash()
      #expect(bench.requests == ["do \(Self.a)"])
      #expect(bench.intent(Self.a)?.attempt == crash + 1)
    }
    bench.fail(Self.a, transient: true)
    #expect(bench.status("p/s/1/t0") == .failed)
  }

  @Test("that a lost executor was looking into is looked into again")
  func executorLostWhileLooking() {
    var bench = Bench(Self.plan(.none, probe: true))
    bench.doubt(Self.a)
    bench.crash()
    #expect(bench.requests == ["look \(Self.a)"])
    bench.look(Self.a, .applied)
    #expect(bench.requests == ["do p/s/1/t0/b"])
  }

  @Test("in the settle time still needs a second look after the executor was lost")
  func executorLostWhileSettling() {
    var bench = Bench(Self.plan(.none, probe: true, settle: Make.seconds(30)))
    bench.doubt(Self.a)
    bench.look(Self.a, .notApplied)
    bench.crash()
    #expect(bench.requests.isEmpty)
    bench.waitUntilDue()
    #expect(bench.requests == ["look \(Self.a)"])
  }

  @Test("after the last attempt is no success: the target fails and the step is undone all the same")
  func exhausted() {
    var bench = Bench(Self.plan(.key, probe: false, attempts: 2))
    bench.doubt(Self.a)
    bench.doubt(Self.a)
    #expect(bench.status("p/s/1/t0") == .failed)
    #expect(bench.requests == ["undo \(Self.a)"])
  }

  @Test("of an undo is settled by what the undo declares: ask, when nothing else is safe")
  func undo() {
    let call = Make.call("undo.a", .none)
    var bench = Bench(Self.plan(.key, probe: false, undo: .call(call)))
    bench.failHalfWay(Self.a)
    bench.doubt(Self.a)
    #expect(bench.decided == ["undo_parked \(Self.a)"])
    bench.command(.resolve, Self.a, as: .notApplied)
    #expect(bench.requests == ["undo \(Self.a)"])
    bench.succeed(Self.a)
    #expect(bench.unit("p/s/1/t0") == nil)
  }

  @Test("is told the newest cursor, the probe's own one included")
  func cursor() {
    var bench = Bench(Self.plan(.key, probe: true))
    bench.cursor(Self.a, "1")
    bench.cursor(Self.a, "2")
    bench.doubt(Self.a)
    #expect(bench.open[Self.a]?.request.cursor == "2")
    bench.look(Self.a, .partial, cursor: "3")
    #expect(bench.open[Self.a]?.request.cursor == "3")
    bench.succeed(Self.a)
    #expect(bench.open["p/s/1/t0/b"]?.request.cursor == nil)
  }
}
