import Conducting
import Engine
import Foundation
import History
import Journaling
import Looping
import Operating
import Plans
import Quantities
import Records
import Testing

@Suite("A command at the desk")
struct AskTests {
  /// A run that waits for the approval of its second phase.
  private func waiting() async throws -> Shelf {
    let shelf = try Shelf()
    try await shelf.start()
    try await shelf.work()
    return shelf
  }

  @Test("lies in the inbox when no executor is at work, is counted, and is looked ahead by the next one")
  func letterWaits() async throws {
    let shelf = try await waiting()
    let receipt = try await shelf.send(.pause)
    #expect(receipt.fate == .recorded && receipt.name == .pause && receipt.path.isEmpty)
    let standing = try shelf.desk(access: .read).standing()
    #expect(standing.runs.map(\.waitingLetters) == [1] && standing.runs[0].state.isPaused == false)
    #expect(try shelf.desk().commanding(nil).ahead.isPaused)
    let again = try await refusal { try await shelf.send(.pause) }
    #expect(again.kind == .failed && again.message == "pause is refused: the run is paused already")
    #expect(again.next == ["sanderling why r-1"])
    try await shelf.work()
    #expect(try shelf.desk().standing().runs.map(\.waitingLetters) == [0])
    #expect(try shelf.desk().commanding(nil).state.isPaused)
  }

  @Test("is answered with what was decided about it, and not with an approval that ran out in its turn")
  func answered() async throws {
    let shelf = try await waiting()
    let journal = try Journal(path: shelf.journal, access: .write, clock: WallClock().read(), chance: SystemChance())
    let lease = try journal.takeOver(run: 1, owner: "another:2", clock: WallClock().read())
    async let receipt = shelf.send(.pause)
    var letters = try journal.letters(to: 1)
    while letters.isEmpty {
      try await Task.sleep(for: .milliseconds(5))
      letters = try journal.letters(to: 1)
    }
    let (clock, plan, id) = (WallClock().read(), try journal.runs()[0].plan, letters[0].id)
    try journal.write(under: lease, clock: clock) { batch in
      func append(_ kind: Event.Kind, _ path: String, cause: Int64?) throws -> Int64 {
        try batch.append(
          Draft(
            run: 1, type: kind.type, subject: path, at: clock.instant, cause: cause, actor: .engine(rule: "test"),
            plan: plan, data: kind.data, payload: kind.payload()))
      }
      let seq = try append(.commandReceived(OperatorCommand(name: .pause, id: id)), "", cause: nil)
      _ = try append(.approvalVoided(id: "old", person: 0, why: "it expired"), "two", cause: seq)
      _ = try append(.runPaused, "", cause: seq)
      try batch.take(command: id, as: seq)
    }
    guard case .decided(let decision) = try await receipt.fate else {
      Issue.record("nothing was decided")
      return
    }
    #expect(decision.kind == .runPaused)
  }

  @Test("is only sent while an executor is at work that does not read it")
  func sent() async throws {
    let shelf = try await waiting()
    let journal = try Journal(path: shelf.journal, access: .write, clock: WallClock().read(), chance: SystemChance())
    let lease = try journal.takeOver(run: 1, owner: "asleep:1", clock: WallClock().read())
    #expect(try await shelf.send(.pause).fate == .sent)
    withExtendedLifetime(lease) {}
  }

  @Test("is taken up by an executor that is at work; the receipt has the decision, or it is refused with the reason")
  func decided() async throws {
    let shelf = try await waiting()
    let attendant = Seat()
    async let departure = shelf.work(patience: nil, attendant: attendant)
    // Whatever fails below: an executor that nobody tells to leave would keep this test for ever.
    defer { attendant.leave() }
    await attendant.began()
    let receipt = try await shelf.send(.pause)
    guard case .decided(let event) = receipt.fate else { throw CancellationError() }
    #expect(event.kind == .runPaused)
    let refused = try await refusal { try await shelf.send(.pause) }
    #expect(refused.kind == .failed && refused.message == "pause was refused: the run is paused already")
    attendant.leave()
    #expect(try await departure.way == .left)
    #expect(attendant.beginnings == 1 && attendant.isOver)
  }

  @Test("that amends leads the executor on under the new plan, in one execution")
  func amended() async throws {
    let shelf = try await waiting()
    try shelf.write("runbook.yaml", Shelf.runbook + "\n" + Self.third)
    let answer = try shelf.desk().commanding(nil).amendment(PlanningAsk(shelf.book))
    try await shelf.send(.amend(answer.plan))
    if !answer.needs.isEmpty { try await shelf.send(.approve(Scope(isOfAmendment: true)), as: "ida") }
    let attendant = Seat()
    let departure = try await shelf.work(attendant: attendant)
    #expect(departure.way == .waits && departure.run.plan == answer.plan.digest)
    #expect(departure.state.plan == answer.plan && attendant.beginnings == 2)
  }

  @Test("approves the phase that the run waits for, by whoever may")
  func approve() async throws {
    let shelf = try await waiting()
    let receipt = try await shelf.send(.approve(Scope()))
    #expect(receipt.path == "two" && receipt.fate == .recorded)
    #expect(try await shelf.work().way == .finished(.done))
    let account = try shelf.desk().account(of: "r-1")
    let words = account.history.records.compactMap { record -> String? in
      if case .commandReceived = record.event.kind { record.detail.actor } else { nil }
    }
    #expect(words == ["ola"], "the account names the people")
  }

  @Test("does not approve for somebody without the role, or for nobody", arguments: ["eve", "mallory"])
  func wrongPerson(person: String) async throws {
    let shelf = try await waiting()
    let refused = try await refusal { try await shelf.send(.approve(Scope("two")), as: person) }
    #expect(refused.kind == .failed && refused.what == "approve is refused", "\(refused.message)")
    #expect(refused.why?.contains(person == "eve" ? "eve" : "nobody in trust/people.yaml") == true, "\(refused)")
    #expect(try shelf.desk().standing().runs[0].waitingLetters == 0, "what is refused early is not sent")
  }

  @Test("needs a reason that says something, and a place that is there")
  func reasonAndPlace() async throws {
    #expect(try await refusal { _ = try Reason(nil) }.what == "a reason is missing")
    for unseen in [
      "\u{A0}\u{A0}\u{A0}", "\u{3164}\u{3164}\u{3164}", "\u{2800}\u{2800}\u{2800}", "\u{115F}\u{200B}\u{FEFF}",
    ] {
      #expect(try await refusal { _ = try Reason(unseen) }.kind == .usage)
    }
    #expect(throws: Never.self) { try Reason("확인함") }
    #expect(try await refusal { _ = try Reason(" a ") }.what == "the reason ` a ` says too little")
    #expect(try await refusal { _ = try EmergencyTerm("25h") }.kind == .usage)
    #expect(try await refusal { _ = try Term("soon") }.kind == .usage)
    let shelf = try await waiting()
    let place = try await refusal { try await shelf.send(.retry("ber")) }
    #expect(place.kind == .usage && place.what == "the plan of r-1 has no `ber`")
    let several = try await refusal { try await shelf.send(.approve(Scope(isOfAmendment: true))) }
    #expect(several.what == "r-1 has no proposed amendment")
  }

  private static let third = "  - { id: three, stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ] }"

  @Test("says what an amendment would mean, refuses one that changes nothing, and sends it")
  func amendment() async throws {
    let shelf = try await waiting()
    let same = try await refusal { _ = try shelf.desk().commanding(nil).amendment(PlanningAsk(shelf.book)) }
    #expect(same.kind == .needless && same.what.contains("executes already"))
    try shelf.write("runbook.yaml", Shelf.runbook + "\n" + Self.third)
    let answer = try shelf.desk().commanding(nil).amendment(PlanningAsk(shelf.book))
    #expect(answer.keptWaves == 2 && !answer.differences.isEmpty)
    #expect(try await shelf.send(.amend(answer.plan)).fate == .recorded)
    #expect(try shelf.desk().commanding(nil).ahead.amendment?.plan == answer.plan.digest)
    // What was carried out cannot be changed.
    try shelf.write("runbook.yaml", Shelf.runbook.replacing("- id: one", with: "- id: zero"))
    #expect(
      try await refusal { _ = try shelf.desk().commanding(nil).amendment(PlanningAsk(shelf.book)) }.kind == .stale)
  }

  @Test("promises nothing of an amendment that the run would refuse now")
  func refusedAmendment() async throws {
    let shelf = try await waiting()
    try await shelf.send(.abort)
    try shelf.write("runbook.yaml", Shelf.runbook + "\n" + Self.third)
    let refused = try await refusal { _ = try shelf.desk().commanding(nil).amendment(PlanningAsk(shelf.book)) }
    #expect(refused.kind == .failed && refused.what == "amend is refused" && refused.why?.contains("aborted") == true)
  }

  @Test("says what a rollback would do without sending anything")
  func rollback() async throws {
    let shelf = try await waiting()
    let answer = try shelf.desk().commanding(nil).rollback(of: "one")
    #expect(answer.place == .phase(0) && answer.preview.targets.count == 2)
    #expect(try shelf.desk().standing().runs[0].waitingLetters == 0)
  }

  @Test("makes a statement to sign for the person of the account, or one that is named, and for nobody else")
  func statement() async throws {
    let shelf = try await waiting()
    let commanding = try shelf.desk().commanding(nil)
    let reason = try Reason("looked at it")
    let ask = Ask.approve(Scope())
    let own = try commanding.statement(for: ask, reason: reason)
    let people = commanding.state.plan.people
    let pseudonyms = ["ola", "eve"].map { name in people.first { $0.name == name }?.id }
    #expect(
      own.person == pseudonyms[0] && own.person.hasPrefix("p_") && own.scope == "two" && own.plan == commanding.run.plan
        && own.expires == nil)
    #expect(own.run == Statement.Run(number: 1, nonce: commanding.state.nonce) && own.role == "manager")
    #expect(try commanding.statement(for: ask, as: "eve", reason: reason).person == pseudonyms[1])
    #expect(try await refusal { _ = try commanding.statement(for: ask, as: "bob", reason: reason) }.kind == .usage)
    let signed = try SignedStatement(own.line + "\n", signature: "none")
    #expect(signed.statement == own)
    let refused = try await refusal { _ = try await commanding.send(signed) }
    #expect(refused.why == "the plan has no trust/allowed_signers")
    #expect(try await refusal { _ = try SignedStatement("{}", signature: "") }.kind == .files)
    let vague = own.line.replacing("\"expires\":null", with: "\"expires\":\"some day\"")
    #expect(try await refusal { _ = try SignedStatement(vague, signature: "") }.kind == .files, "a term is not lost")
  }
}
