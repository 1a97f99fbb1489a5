public import Engine
public import Plans
public import Quantities
public import Records

/// Looks at what people sent before it becomes an event: who they are, and whether what they signed holds.
public struct Door {
  private let plan: Plan
  private let digest: Digest
  private let proposed: Digest?
  private let record: any Record

  /// The door of a run.
  ///
  /// - Parameters:
  ///   - plan: the plan that it executes.
  ///   - digest: that plan's digest.
  ///   - proposed: the digest of the plan that shall take its place, if there is one.
  ///   - journal: where it is recorded.
  public init(plan: Plan, digest: Digest, proposed: Digest? = nil, journal: any Record) {
    self.proposed = proposed
    self.plan = plan
    self.digest = digest
    record = journal
  }

  /// What the door makes of a letter.
  public enum Admission: Equatable, Sendable {
    /// It cannot be read.
    case unreadable
    /// The command, with the person's place in the plan, and what is wrong with it, if something is.
    case command(OperatorCommand)
    /// All is right so far; whether the signature holds is for a world to say, and ``Door/look(at:verdict:)`` goes on.
    case signed(SignatureCheck)
  }

  /// Looks at a letter.
  ///
  /// - Parameters:
  ///   - letter: the letter.
  ///   - verdict: what was found about its signature; `nil` when nobody has looked yet.
  /// - Returns: what it is, or what has to be known before that can be said.
  /// - Throws: ``JournalError`` when the record cannot be asked. Then nothing is said about the letter: trouble of a
  ///   disk must not make an approval void.
  public func look(at letter: Letter, verdict: SignatureVerdict? = nil) throws(JournalError) -> Admission {
    guard let asked = letter.asked else { return .unreadable }
    var command = asked.command
    guard command.name.isOfPersons else { return .command(command) }
    command.auth = "os"
    command.person = plan.people.firstIndex { $0.accounts.contains(letter.person) }
    command.until = expiry(of: command, given: letter.sent, at: letter.subject)
    if command.name == .approve { command.given = letter.sent }
    guard let signed = asked.signed else {
      if asked.plan != digest { command.flaw = "it speaks of another plan than the run executes" }
      return .command(command)
    }
    switch try read(signed.line, letter, &command) {
    case .failure(let flaw): command.flaw = flaw.sentence
    case .success(let (statement, person, keys)):
      switch verdict {
      case nil:
        return .signed(
          SignatureCheck(
            letter: letter.id, line: signed.line, signature: signed.signature,
            principals: plan.people[person].principals, keys: keys))
      case .refused(let problem): command.flaw = problem
      case .holds(let principal):
        command.person = person
        command.auth = "ssh:\(principal)"
        let given = min(statement.issued, letter.sent)
        command.given = given
        let byRule = expiry(of: command, given: given, at: letter.subject)
        command.until = [statement.expires, byRule].compactMap { $0 }.min()
        command.reason = statement.reason
      }
    }
    return .command(command)
  }

  /// When what a person says ends to hold: an approval does when the rule says so, counted from when it was given and
  /// not from when an executor takes it up.
  private func expiry(of command: OperatorCommand, given: Instant, at path: String) -> Instant? {
    guard command.name == .approve else { return command.until }
    let stage = plan.stages.first { "\(plan.phases[$0.phase].id)/\($0.id)" == path }
    let rule = plan.phases.first { $0.id == path }?.approvalRule ?? stage?.approvalRule
    return [command.until, rule?.expires.map { given + $0 }].compactMap { $0 }.min()
  }

  /// The plan that a command names, as the journal keeps it; `nil` when it names none, when the journal has not got it,
  /// and when it is no plan of this version: the engine refuses such a command.
  ///
  /// - Throws: ``JournalError`` when the record cannot be asked.
  public func plan(named command: OperatorCommand) throws(JournalError) -> Plan? {
    guard let digest = command.amendment else { return nil }
    do { return try record.keptPlan(digest) } catch let error as JournalError { throw error } catch { return nil }
  }

  private struct Flaw: Error {
    var sentence: String
  }

  /// Reads a signed statement: everything about it but the signature.
  private func read(
    _ line: String, _ letter: Letter, _ command: inout OperatorCommand
  ) throws(JournalError) -> Result<(Statement, person: Int, keys: PlannedKeys), Flaw> {
    func flaw(_ sentence: String) -> Result<(Statement, person: Int, keys: PlannedKeys), Flaw> {
      .failure(Flaw(sentence: sentence))
    }
    guard command.name == .approve, let statement = Statement(line: line) else {
      return flaw("what was signed is not an approval of this version")
    }
    guard let keys = plan.keys else { return flaw("the plan has no trust/allowed_signers") }
    guard let person = plan.people.firstIndex(where: { $0.id == statement.person }) else {
      return flaw("`\(statement.person)` is nobody in trust/people.yaml")
    }
    if let proposed, statement.plan == proposed {
      command.amendment = proposed
    } else if statement.plan != digest {
      return flaw("it approves the plan \(statement.plan.short), and the run executes \(digest.short)")
    }
    if statement.scope != letter.subject {
      return flaw("it approves `\(statement.scope)`, and was sent for `\(letter.subject)`")
    }
    if statement.nonce != command.id { return flaw("its nonce is not the one that it was sent under") }
    guard let root = try record.root(at: statement.size), root == statement.root else {
      return flaw("the journal that was seen when it was signed is not this one")
    }
    return .success((statement, person, keys))
  }
}

/// A signature that somebody has to look at: not the loop, since that takes a program of its own.
public struct SignatureCheck: Equatable, Sendable {
  /// The letter that brought it.
  public var letter: String
  /// What was signed.
  public var line: String
  /// The signature, in the armour of `ssh-keygen`.
  public var signature: String
  /// Any of these may have signed.
  public var principals: [String]
  /// The keys that are allowed.
  public var keys: PlannedKeys
}

/// What was found about a signature.
public enum SignatureVerdict: Equatable, Sendable {
  /// It holds; this principal signed.
  case holds(principal: String)
  /// It does not count, and why.
  case refused(String)
}

extension Letter {
  /// What it asks; `nil` when it cannot be read.
  var asked: CommandLetter? { try? CommandLetter(command, id: id) }
}
