internal import Conducting
internal import Foundation
internal import Glibc
internal import Journaling
internal import Looping
internal import Plans
internal import Quantities
internal import Records
internal import SSHSignatures

/// How somebody says that a journal goes on without what it lacks.
public enum IncarnationWay: Sendable {
  /// By the account that alone can write the journal.
  case account
  /// With a key, as a person of the newest plan; `nil` for whoever has the account.
  case key(file: String, person: String?)
  /// In words that were printed and signed elsewhere.
  case words(line: String, signature: String)
}

/// What became of a person's word that a journal goes on without what it lacks.
public enum Incarnated: Equatable, Sendable {
  /// It is kept, and a second person has to say it, too.
  case asked(file: String)
  /// The log goes on under another name; the entry says who wanted it and what is given up.
  case done(origin: String, seq: Int64)
}

/// The desk in front of a journal that is refused because it lacks something: two persons say that it goes on.
public struct IncarnationDesk {
  private let journal: Journal
  private let loss: Loss
  private let plan: Plan
  private let keys: PlannedKeys
  private let surroundings: Surroundings
  /// Where the first person's word waits for the second.
  private var file: String { journal.path + ".incarnation" }

  /// Opens the journal, which cannot be opened as usual: that is why somebody asks.
  ///
  /// - Parameters:
  ///   - path: the journal.
  ///   - size: how many entries an anchor knows, where no executor on this machine wrote them; `nil` for what the locks
  ///     beside the journal say.
  ///   - surroundings: who says it, and when.
  /// - Throws: ``Refusal`` when nothing is missing, or no plan of the journal says who people are.
  public init(_ path: String, beyond size: Int64?, surroundings: Surroundings) throws(Refusal) {
    self.surroundings = surroundings
    (journal, loss, plan, keys) = try refusing {
      let journal = try Journal.opened(lost: path, clock: surroundings.clock(), chance: SystemChance())
      guard let loss = try journal.loss(beyond: size) else {
        throw Refusal(.failed, "\(path) lacks nothing that an executor wrote", because: "nothing was changed")
      }
      guard let run = try journal.runs().first, let plan = try journal.keptPlan(run.plan), let keys = plan.keys else {
        throw Refusal(
          .failed, "the newest plan in \(path) names no keys, so two persons cannot prove who they are",
          because: "nothing was changed", next: ["begin with another journal: sanderling run RUNBOOK --journal FILE"])
      }
      return (journal, loss, plan, keys)
    }
  }

  private var facts: IncarnationStatement.Facts {
    .init(
      origin: loss.origin, kept: .init(size: loss.kept.size, root: loss.kept.root),
      givenUp: .init(size: loss.givenUp.size, root: loss.givenUp.root))
  }

  /// The line that a person signs.
  ///
  /// - Parameters:
  ///   - person: who, as the newest plan has the person; `nil` for whoever has the account.
  ///   - reason: why; it stands in the log.
  /// - Returns: the line, without a line break.
  /// - Throws: ``Refusal`` for somebody whom the plan does not know.
  public func statement(of person: String?, reason: Reason) throws(Refusal) -> String {
    let account = surroundings.person
    let known =
      if let person { plan.people.first { $0.name == person } } else {
        plan.people.first { $0.accounts.contains(account) }
      }
    guard let known else {
      throw Refusal(
        .usage, "nobody in the newest plan is `\(person ?? account)`", next: ["say who you are with --as PERSON"])
    }
    return IncarnationStatement(
      facts, person: known.id, reason: reason.text, issued: surroundings.now, nonce: surroundings.nonce()
    ).line
  }

  /// Takes a person's word. With that of a second person, within a day, the log goes on.
  ///
  /// - Parameters:
  ///   - way: how it is said.
  ///   - reason: why; not needed for words that were signed elsewhere.
  /// - Returns: what became of it.
  /// - Throws: ``Refusal`` when one person, or one key, says it twice, when what was signed does not hold, or while an
  ///   executor is at work.
  public func say(_ way: IncarnationWay, reason: Reason?) throws(Refusal) -> Incarnated {
    try refusing {
      let said = try said(way, reason: reason)
      let word = try judge(said)
      guard let first = try earlier() else {
        // Whoever may write the journal may read it: its group is that of the folder.
        let isKept = FileManager.default.createFile(
          atPath: file, contents: Data(said.json.canonicalBytes), attributes: [.posixPermissions: 0o640])
        guard isKept else { throw Refusal(.failed, "\(file) cannot be written") }
        return .asked(file: file)
      }
      let other = try judge(first)
      let name = plan.people.first { $0.id == other.person.id }?.name ?? other.person.id
      guard other.person.id != word.person.id else {
        throw Refusal(.failed, "\(name) has said so already, and a second person has to")
      }
      guard other.auth != word.auth else {
        throw Refusal(
          .failed, "the word of \(name) has the same proof, \(word.auth)", because: "one key is one person")
      }
      let (origin, seq) = try journal.incarnate(words: [other, word], over: loss, clock: surroundings.clock())
      try FileManager.default.removeItem(atPath: file)
      return .done(origin: origin, seq: seq)
    }
  }

  /// What a person said, as it waits for the second.
  private struct Said {
    var at: Instant
    var reason: String
    /// The account; `nil` where it was signed.
    var account: String?
    var signed: (line: String, signature: String)?

    var json: JSON {
      .dictionary([
        ("account", account.map { .string($0) } ?? .null), ("at", .string(at.text)), ("reason", .string(reason)),
        ("signature", signed.map { .string($0.signature) } ?? .null),
        ("words", signed.map { .string($0.line) } ?? .null),
      ])
    }

    init(at: Instant, reason: String, account: String?, signed: (line: String, signature: String)?) {
      (self.at, self.reason, self.account, self.signed) = (at, reason, account, signed)
    }

    init?(_ bytes: [UInt8]) {
      guard let json = try? JSON(canonical: bytes), let at = json["at"]?.string.flatMap({ Instant($0) }),
        let reason = json["reason"]?.string
      else { return nil }
      (self.at, self.reason, account) = (at, reason, json["account"]?.string)
      if let line = json["words"]?.string, let signature = json["signature"]?.string { signed = (line, signature) }
      if (account == nil) == (signed == nil) { return nil }
    }
  }

  private func said(_ way: IncarnationWay, reason: Reason?) throws(Refusal) -> Said {
    let now = surroundings.now
    if case .words(let line, let signature) = way {
      return Said(at: now, reason: "", account: nil, signed: (line.trimmingCharacters(in: .newlines), signature))
    }
    guard let reason else { throw Refusal(.usage, "it takes a reason", next: ["say --reason \"…\""]) }
    guard case .key(let key, let person) = way else {
      return Said(at: now, reason: reason.text, account: surroundings.person, signed: nil)
    }
    let line = try statement(of: person, reason: reason)
    do throws(Signer.Problem) {
      let signature = try Signer.sign(line, key: NSString(string: key).expandingTildeInPath, for: Trust.incarnations)
      return Said(at: now, reason: reason.text, account: nil, signed: (line, signature))
    } catch {
      throw Refusal(.failed, error.message, next: [error.next].compactMap { $0 })
    }
  }

  /// The word that waits; `nil` where there is none.
  private func earlier() throws(Refusal) -> Said? {
    guard let data = FileManager.default.contents(atPath: file) else { return nil }
    let again = ["remove \(file) and begin anew"]
    guard let said = Said(Array(data)) else {
      throw Refusal(.failed, "\(file) is not what the first person left", next: again)
    }
    guard surroundings.now - said.at < .day, said.at <= surroundings.now else {
      throw Refusal(.stale, "what the first person said is older than a day", next: again)
    }
    return said
  }

  /// Finds out who said it, and how that is known.
  private func judge(_ said: Said) throws(Refusal) -> IncarnationWord {
    if let signed = said.signed { return try judge(line: signed.line, signature: signed.signature) }
    let account = said.account ?? ""
    // What lies beside the journal can be of nobody else where the journal itself cannot.
    if let why = AccountProof.objection(to: account, journal: journal.path) { throw Refusal(.failed, why) }
    guard let person = plan.people.first(where: { $0.accounts.contains(account) }), let pseudonym = person.pseudonym
    else {
      throw Refusal(.failed, "the account \(account) is nobody's in the newest plan", next: ["say it with --sign"])
    }
    return IncarnationWord(person: pseudonym, auth: "account", reason: said.reason)
  }

  private func judge(line: String, signature: String) throws(Refusal) -> IncarnationWord {
    let statement: IncarnationStatement
    do throws(Statement.Problem) { statement = try IncarnationStatement(line: line) } catch {
      throw Refusal(.files, error.message, next: ["print it again, and sign it as it was printed"])
    }
    guard statement.facts == facts else {
      throw Refusal(
        .stale, "it was signed about another loss than this",
        because: "there are \(loss.kept.size) entries of "
          + "\(loss.origin), and \(loss.givenUp.size) were written", next: ["print it again"])
    }
    guard surroundings.now - statement.issued < .day, statement.issued <= surroundings.now + Door.drift else {
      throw Refusal(.stale, "it was signed at \(statement.issued.text)", next: ["print it again, and sign it today"])
    }
    guard let place = plan.people.firstIndex(where: { $0.id == statement.person }),
      let pseudonym = plan.people[place].pseudonym
    else { throw Refusal(.failed, "`\(statement.person)` is nobody in the newest plan") }
    let check = SignatureCheck(
      letter: "", line: line, signature: signature, of: place, among: plan.people, keys: keys)
    switch Signatures.verdict(on: check, for: Trust.incarnations, at: surroundings.now) {
    case .refused(let why): throw Refusal(.failed, why)
    case .holds(let key, let words):
      return IncarnationWord(
        person: pseudonym, auth: "ssh:\(key)", reason: statement.reason, signed: (words, signature))
    }
  }
}
