public import Engine
internal import Journaling
internal import Looping
internal import Plans
public import Records

/// What became of a command that was sent.
public struct Receipt: Sendable {
  /// How far it came.
  public enum Fate: Equatable, Sendable {
    /// It lies in the inbox, and no executor is at work: it takes effect at the next `run`.
    case recorded
    /// An executor is at work and has not taken it up yet.
    case sent
    /// It was decided; the decision.
    case decided(Event)
  }

  public var run: RegisteredRun
  /// What was asked.
  public var name: OperatorCommand.Name
  /// What it is about; empty for the run.
  public var path: String
  /// How far it came.
  public var fate: Fate
}

extension Commanding {
  /// Puts a command into the inbox, waits a moment for the executor, and says what was decided.
  ///
  /// - Throws: ``Refusal``, `failed` with the engine's reason for a command that is refused; such a one is not sent
  ///   when no executor is at work.
  public func send(_ ask: Ask, reason: Reason) async throws(Refusal) -> Receipt {
    try await refusing {
      let (command, place) = try draft(ask, reason: reason)
      return try await send(CommandLetter(command, plan: run.plan), at: place)
    }
  }

  /// Refuses what would be refused anyway, before a person is asked about it. With an executor at work that is not
  /// known before it is sent.
  public func check(_ ask: Ask, reason: Reason) throws(Refusal) {
    if desk.isExecuted(run) { return }
    try refusing {
      let (command, place) = try draft(ask, reason: reason)
      let letter = Letter(
        id: command.id, run: run.number, subject: state.index.path(of: place),
        command: CommandLetter(command, plan: run.plan).text, person: desk.surroundings.person, auth: "os",
        sent: desk.surroundings.now)
      try refuseEarly(letter, at: place)
    }
  }

  /// Puts a signed statement into the inbox, waits a moment for the executor, and says what was decided.
  public func send(_ signed: SignedStatement) async throws(Refusal) -> Receipt {
    try await refusing {
      let statement = signed.statement
      // The letter has an identity of its own: what brings a statement to the wrong place must not use it up.
      let command = OperatorCommand(name: statement.action, id: desk.surroundings.nonce(), reason: statement.reason)
      let letter = CommandLetter(command, plan: run.plan, signed: signed.proof)
      guard statement.run.number == run.number else {
        throw Refusal(
          .failed, "\(statement.action.rawValue) is refused",
          because: "it is for r-\(statement.run.number), and was brought to \(run.name)",
          next: ["bring it to its run: --run r-\(statement.run.number)"])
      }
      return try await send(letter, at: try state.place(named: statement.scope, in: run))
    }
  }

  private func send(_ asked: CommandLetter, at place: Place) async throws -> Receipt {
    let text = asked.text
    let command = asked.command
    let readAgain = try CommandLetter(text, id: command.id)
    precondition(readAgain == asked, "a letter says the same when it is read; this one does not, and was not sent")
    let path = state.index.path(of: place)
    let letter = Letter(
      id: command.id, run: run.number, subject: path, command: text, person: desk.surroundings.person, auth: "os",
      sent: desk.surroundings.now)
    var receipt = Receipt(run: run, name: command.name, path: path, fate: .recorded)
    let isExecuted = desk.isExecuted(run)
    if !isExecuted { try refuseEarly(letter, at: place) }
    try desk.journal.send(letter)
    guard isExecuted else { return receipt }
    guard let decision = try await decision(of: command.id) else {
      receipt.fate = .sent
      return receipt
    }
    if case .commandRefused(let why) = decision.kind {
      throw Refusal(
        .failed, "\(command.name.rawValue) was refused", because: words(of: why, to: command.name, at: place),
        next: ways(after: command.name, at: place))
    }
    receipt.fate = .decided(decision)
    return receipt
  }

  /// Waits for the executor to take a command up; `nil` when it has not after a while.
  private func decision(of id: String) async throws -> Event? {
    let end = ContinuousClock.now + desk.surroundings.patience
    repeat {
      if let seq = try desk.journal.event(ofCommand: id) {
        var decision: Event?
        try desk.journal.entries(of: run.number, after: seq - 1) { entry in
          if entry.seq == seq, entry.type == "command_not_read" {
            throw Refusal(
              .failed, "the executor cannot read this command", next: ["use the version that executes the run"])
          }
          guard entry.cause == seq else { return true }
          let event = try Recovery.event(entry, index: state.index)
          // What else the command's turn found, such as an approval that ran out, is no answer to it.
          guard event.kind.decidesCommand else { return true }
          decision = event
          return false
        }
        return decision
      }
      try await Task.sleep(for: .milliseconds(50))
    } while ContinuousClock.now < end
    return nil
  }
}
