public import Engine
internal import Journaling
public import Quantities
public import Records

/// A command that lies in the inbox of a run, and that no executor has taken up.
public struct QueuedCommand: Equatable, Sendable {
  /// By which it is withdrawn: as much of its identity as makes it clear.
  public var id: String
  /// What is asked; `nil` where this version cannot read it.
  public var name: OperatorCommand.Name?
  /// What it is about; empty for the run.
  public var path: String
  /// The account that it came from.
  public var person: String
  /// Why.
  public var reason: String
  /// When it was sent.
  public var sent: Instant
}

extension Desk {
  /// The commands of a run that wait for an executor, in the order in which they will be taken up.
  ///
  /// - Parameter name: the run; without it the only open one, or else the newest.
  /// - Returns: the run, and the commands.
  /// - Throws: ``Refusal``, `usage` when there is no such run.
  public func queue(of name: String?) throws(Refusal) -> (run: RegisteredRun, commands: [QueuedCommand]) {
    let run = try run(name)
    return (run, try refusing { try queued(for: run) })
  }

  /// The runs for which commands wait, also those that are over: their next `run` takes them up.
  public func runsWithQueues() throws(Refusal) -> [RegisteredRun] {
    try refusing { try RunList(journal: journal).runs().filter { try !journal.letters(to: $0.number).isEmpty } }
  }

  func queued(for run: RegisteredRun) throws -> [QueuedCommand] {
    let letters = try journal.letters(to: run.number)
    return letters.map { letter in
      let others = letters.filter { $0.id != letter.id }
      var length = min(8, letter.id.count)
      while length < letter.id.count, others.contains(where: { $0.id.hasPrefix(letter.id.prefix(length)) }) {
        length += 1
      }
      let command = try? CommandLetter(letter.command, id: letter.id).command
      return QueuedCommand(
        id: String(letter.id.prefix(length)), name: command?.name, path: letter.subject, person: letter.person,
        reason: command?.reason ?? "", sent: letter.sent)
    }
  }

  /// Takes a command back that no executor has taken up. The record keeps nothing of it: nothing came of it.
  ///
  /// - Parameters:
  ///   - id: as ``QueuedCommand/id`` has it.
  ///   - name: the run; without it any that has it.
  /// - Returns: what is not asked any more, and of which run.
  /// - Throws: ``Refusal``, `usage` when there is no such command, `failed` when somebody else sent it, `busy` when an
  ///   executor is at work.
  public func withdraw(_ id: String, from name: String? = nil) throws(Refusal) -> (RegisteredRun, QueuedCommand) {
    try refusing {
      let runs = try name.map { [try run($0)] } ?? RunList(journal: journal).runs()
      let found = try runs.flatMap { run in try queued(for: run).map { (run, $0) } }
        .filter { !id.isEmpty && ($0.1.id.hasPrefix(id) || id.hasPrefix($0.1.id)) }
      guard let (run, command) = found.first, found.count == 1 else {
        throw Refusal(
          .usage, found.isEmpty ? "no command `\(id)` waits" : "`\(id)` could be \(found.count) commands that wait",
          next: ["sanderling commands"])
      }
      guard command.person == surroundings.person else {
        throw Refusal(
          .failed, "\(command.person) sent this command, and only \(command.person) withdraws it",
          next: ["sanderling commands \(run.name)"])
      }
      guard let letter = try journal.letters(to: run.number).first(where: { $0.id.hasPrefix(command.id) }),
        try journal.withdraw(letter)
      else {
        throw Refusal(
          .busy, "an executor of \(run.name) has taken it up, or is about to; nothing was withdrawn",
          next: ["sanderling history \(run.name)"])
      }
      return (run, command)
    }
  }
}
