internal import Conducting
internal import Engine
internal import Foundation
internal import Journaling
public import Looping
internal import Plans
internal import Quantities
internal import Records

/// A statement that a person signed, with its signature. Whether it holds is found out at the door.
public struct SignedStatement: Equatable, Sendable {
  public let statement: Statement
  let proof: CommandLetter.Signed

  /// Puts a printed statement and its signature together.
  ///
  /// - Parameters:
  ///   - text: the line, as it was printed; a line break at its end does not matter.
  ///   - signature: in the armour of `ssh-keygen`.
  /// - Throws: ``Refusal``, `files` for a text that is no statement, or one with a term that cannot be read.
  public init(_ text: String, signature: String) throws(Refusal) {
    let line = text.trimmingCharacters(in: .newlines)
    let statement: Statement
    do throws(Statement.Problem) {
      statement = try Statement(line: line)
    } catch {
      throw Refusal(.files, error.message, next: ["print it again, and sign it as it was printed"])
    }
    self.statement = statement
    proof = CommandLetter.Signed(line: line, signature: signature)
  }

  /// Signs a statement with an SSH key.
  ///
  /// - Parameters:
  ///   - statement: what is approved.
  ///   - key: the file of a private key, or of a public one whose private one the agent has.
  /// - Throws: ``Refusal`` with the words of `ssh-keygen` when it cannot be signed.
  public init(signing statement: Statement, key: String) throws(Refusal) {
    let line = statement.line
    let signature: String
    do throws(Signer.Problem) {
      signature = try Signer.sign(line, key: NSString(string: key).expandingTildeInPath)
    } catch {
      throw Refusal(.failed, error.message, next: [error.next].compactMap { $0 })
    }
    try self.init(line, signature: signature)
  }
}

extension Commanding {
  /// What a person has to sign in order to say something.
  ///
  /// - Parameters:
  ///   - ask: what is said: an approval, a rejection, an emergency, a review, or that a gate is forced.
  ///   - person: who signs, as `trust/people.yaml` has the person; `nil` for whoever has the account.
  ///   - reason: why.
  /// - Returns: the statement, with what this journal holds now.
  /// - Throws: ``Refusal`` when nothing waits for an approval, or the plan does not know the person.
  public func statement(for ask: Ask, as person: String? = nil, reason: Reason) throws(Refusal) -> Statement {
    try refusing {
      let (command, place) = try draft(ask, reason: reason)
      precondition(Statement.actions.contains(command.name), "nobody signs `\(command.name.rawValue)`")
      let account = desk.surroundings.person
      let people = state.plan.people
      let known =
        if let person { people.first { $0.name == person } } else { people.first { $0.accounts.contains(account) } }
      guard let known else {
        throw Refusal(
          .usage, "nobody in trust/people.yaml is `\(person ?? account)`", next: ["say who you are with --as PERSON"])
      }
      let checkpoint = try desk.journal.checkpoint()
      return Statement(
        command.name, run: Statement.Run(number: run.number, nonce: state.nonce),
        plan: command.amendment ?? run.plan, scope: state.index.path(of: place), person: known.id,
        role: state.role(for: command.name, at: place) ?? "", reason: reason.text, issued: desk.surroundings.now,
        expires: command.until, nonce: desk.surroundings.nonce(),
        seen: Statement.Checkpoint(
          origin: try desk.journal.origin(), size: checkpoint.size, root: checkpoint.root))
    }
  }
}
