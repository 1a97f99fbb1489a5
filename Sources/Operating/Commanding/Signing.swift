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
    guard let statement = Statement(line: line) else {
      throw Refusal(.files, "this is not a statement that `approve --print` wrote", next: ["print it again"])
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
    do throws(Signatures.Problem) {
      signature = try Signatures.sign(line, key: NSString(string: key).expandingTildeInPath)
    } catch {
      throw Refusal(.failed, error.message, next: ["name another key with --key FILE"])
    }
    try self.init(line, signature: signature)
  }
}

extension Commanding {
  /// What a person has to sign in order to approve.
  ///
  /// - Parameters:
  ///   - scope: what is approved.
  ///   - term: how long it shall hold.
  ///   - person: who signs, as `trust/people.yaml` has the person; `nil` for whoever has the account.
  ///   - reason: why.
  /// - Returns: the statement, with what this journal holds now.
  /// - Throws: ``Refusal`` when nothing waits for an approval, or the plan does not know the person.
  public func statement(
    for scope: Scope, term: Term? = nil, as person: String? = nil, reason: Reason
  ) throws(Refusal) -> Statement {
    try refusing {
      let plan = try proposed(scope) ?? run.plan
      let place = try place(scope)
      let account = desk.surroundings.person
      let people = state.plan.people
      let known =
        if let person { people.first { $0.name == person } } else { people.first { $0.accounts.contains(account) } }
      guard let known else {
        throw Refusal(
          .usage, "nobody in trust/people.yaml is `\(person ?? account)`", next: ["say who you are with --as PERSON"])
      }
      let checkpoint = try desk.journal.checkpoint()
      let now = desk.surroundings.now
      return Statement(
        plan: plan, scope: state.index.path(of: place), person: known.id, reason: reason.text, issued: now,
        expires: term.map { now + $0.span }, nonce: desk.surroundings.nonce(), size: checkpoint.size,
        root: checkpoint.root)
    }
  }
}
