public import Engine
public import Plans
public import Quantities
public import Records

/// Says why nobody can know that a letter is of an account; `nil` where nobody else can have sent it.
public typealias AccountObjection = @Sendable (_ account: String) -> String?

/// Looks at what people sent before it becomes an event: who they are, and whether what they signed holds.
public struct Door {
  private let state: RunState
  private let run: RegisteredRun
  private let proposed: Digest?
  private let now: Instant
  private let record: any Record
  private let accounts: AccountObjection

  /// The door of a run.
  ///
  /// - Parameters:
  ///   - state: how the run stands.
  ///   - run: the run, with the digest of the plan in force.
  ///   - proposed: the digest of the plan that shall take its place, if there is one.
  ///   - now: the time at which letters are looked at.
  ///   - journal: where the run is recorded.
  ///   - accounts: what an account proves there; in worlds where nobody can pretend, all.
  public init(
    _ state: RunState, of run: RegisteredRun, proposed: Digest? = nil, at now: Instant, journal: any Record,
    accounts: @escaping AccountObjection = { _ in nil }
  ) {
    self.accounts = accounts
    self.state = state
    self.run = run
    self.proposed = proposed
    self.now = now
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

  /// How far the clocks of those who sign may be from that of the executor.
  public static let drift = Span(milliseconds: 5 * 60_000)

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
    command.person = state.plan.people.firstIndex { $0.accounts.contains(letter.person) }
    // A letter from the future is one of now.
    command.until = expiry(of: command, given: min(letter.sent, now), at: letter.subject)
    guard let signed = asked.signed else {
      if asked.plan != run.plan { command.flaw = "it speaks of another plan than the run executes" }
      if command.name == .approve, command.seen == nil { command.flaw = "it does not say which journal was seen" }
      if !command.reason.saysSomething { command.flaw = "it gives no reason" }
      // Who asks for an amendment matters only for who may not agree to it.
      if command.person != nil, command.name != .amend, let why = accounts(letter.person) { command.flaw = why }
      return .command(try withReviews(command))
    }
    switch try read(signed.line, letter, &command) {
    case .failure(let flaw): command.flaw = flaw.sentence
    case .success(let (statement, person, check)):
      switch verdict {
      case nil: return .signed(check)
      case .refused(let problem): command.flaw = problem
      case .holds(let key, let words): take(statement, of: person, signed, key: key, words: words, into: &command)
      }
    }
    return .command(try withReviews(command))
  }

  /// Nobody approves, or declares another emergency, while one of the journal waits for its review for too long.
  private func withReviews(_ command: OperatorCommand) throws(JournalError) -> OperatorCommand {
    guard command.flaw == nil, [.approve, .emergency].contains(command.name) else { return command }
    var command = command
    command.flaw = try OwedReviews(in: record).objection(in: run.number, at: now)
    return command
  }

  /// Takes over what a statement says whose signature holds.
  private func take(
    _ statement: Statement, of person: Int, _ signed: CommandLetter.Signed, key: String, words: String,
    into command: inout OperatorCommand
  ) {
    command.person = person
    command.auth = "ssh:\(key)"
    command.seen = statement.seen.size
    command.reason = statement.reason
    let byRule = expiry(of: command, given: min(statement.issued, now), at: statement.scope)
    command.until =
      statement.action == .approve ? [statement.expires, byRule].compactMap { $0 }.min() : statement.expires
    command.proof = OperatorCommand.Proof(
      key: key, origin: statement.seen.origin, root: statement.seen.root, run: statement.run.nonce,
      nonce: statement.nonce, signed: words, signature: signed.signature)
  }

  /// When what a person says ends to hold: an approval does when the rule says so, counted from when it was given and
  /// not from when an executor takes it up.
  private func expiry(of command: OperatorCommand, given: Instant, at path: String) -> Instant? {
    guard command.name == .approve else { return command.until }
    let rule = state.index.place(path).flatMap { state.approvalRule(of: $0) }
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
  ) throws(JournalError) -> Result<(Statement, person: Int, SignatureCheck), Flaw> {
    let statement: Statement
    do throws(Statement.Problem) {
      statement = try Statement(line: line)
    } catch {
      return .failure(Flaw(sentence: error.message))
    }
    // What is signed says which plan it is about; the letter around it does not.
    command.amendment = statement.plan == proposed ? proposed : nil
    let people = state.plan.people
    let objection = try objection(to: statement, letter, command) ?? flaw(of: statement)
    if let objection { return .failure(Flaw(sentence: objection)) }
    guard let keys = state.plan.keys else { return .failure(Flaw(sentence: "the plan has no trust/allowed_signers")) }
    guard let person = people.firstIndex(where: { $0.id == statement.person }) else {
      return .failure(Flaw(sentence: "`\(statement.person)` is nobody in trust/people.yaml"))
    }
    let check = SignatureCheck(
      letter: letter.id, line: line, signature: letter.asked?.signed?.signature ?? "", of: person, among: people,
      keys: keys)
    return .success((statement, person, check))
  }

  /// Why a statement is for something else than this; `nil` when it is not.
  private func objection(
    to statement: Statement, _ letter: Letter, _ command: OperatorCommand
  ) throws(JournalError) -> String? {
    guard statement.action == command.name else {
      return "it says `\(statement.action.rawValue)`, and was sent as `\(command.name.rawValue)`"
    }
    let origin = try record.origin()
    guard statement.seen.origin == origin else {
      return "it was signed for the journal \(statement.seen.origin), and this one is \(origin)"
    }
    guard statement.run.number == run.number else {
      return "it is for r-\(statement.run.number), and was brought to \(run.name)"
    }
    guard statement.run.nonce == state.nonce else {
      return "it is for another \(run.name) than the one of this journal"
    }
    if command.amendment == nil, statement.plan != run.plan {
      return "it is about the plan \(statement.plan.short), and the run executes \(run.plan.short)"
    }
    guard statement.scope == letter.subject else {
      return "it is about `\(statement.scope)`, and was sent for `\(letter.subject)`"
    }
    let role = state.index.place(statement.scope).flatMap { state.role(for: command.name, at: $0) } ?? ""
    guard statement.role == role else {
      return "it is said as `\(statement.role)`, and the runbook asks for `\(role)`"
    }
    guard let root = try record.root(at: statement.seen.size), root == statement.seen.root else {
      return "the journal that was seen when it was signed is not this one"
    }
    return nil
  }

  /// What cannot be true of a statement; `nil` when all can.
  private func flaw(of statement: Statement) -> String? {
    if statement.seen.size <= state.createdSequence {
      return "the journal that was seen when it was signed had no \(run.name) yet"
    }
    if statement.issued + Self.drift < state.createdAt { return "it was made before \(run.name) was" }
    if statement.issued > now + Self.drift {
      return "it was made at \(statement.issued.text), which is not yet: set the clock of one of the machines"
    }
    if let expires = statement.expires, expires <= now { return "it expired at \(expires.text)" }
    return nil
  }
}

/// A signature that somebody has to look at.
public struct SignatureCheck: Equatable, Sendable {
  /// The letter that brought it.
  public var letter: String
  /// What was signed, without the line break that may have been signed with it.
  public var line: String
  /// The signature, in the armour of `ssh-keygen`.
  public var signature: String
  /// Any of these may have signed.
  public var principals: [String]
  /// The other persons: a key of theirs, too, is nobody's.
  public var others: [Other]
  /// The keys that are allowed.
  public var keys: PlannedKeys

  /// Asks whether something was signed by a person.
  ///
  /// - Parameters:
  ///   - letter: the letter that brought it; empty where none did.
  ///   - line: what was signed.
  ///   - signature: in the armour of `ssh-keygen`.
  ///   - person: the place among the people.
  ///   - people: those of the plan.
  ///   - keys: the keys that are allowed.
  public init(
    letter: String, line: String, signature: String, of person: Int, among people: [PlannedPerson], keys: PlannedKeys
  ) {
    (self.letter, self.line, self.signature, self.keys) = (letter, line, signature, keys)
    principals = people[person].principals
    others = people.indices.filter { $0 != person }.map {
      Other(person: people[$0].id, principals: people[$0].principals)
    }
  }

  /// Another person and the names of that person's keys.
  public struct Other: Equatable, Sendable {
    public var person: String
    public var principals: [String]
  }
}

/// What was found about a signature.
public enum SignatureVerdict: Equatable, Sendable {
  /// It holds: the fingerprint of the key that signed, and the words to the byte.
  case holds(key: String, signed: String)
  /// It does not count, and why.
  case refused(String)
}

extension Letter {
  /// What it asks; `nil` when it cannot be read.
  var asked: CommandLetter? { try? CommandLetter(command, id: id) }
}
