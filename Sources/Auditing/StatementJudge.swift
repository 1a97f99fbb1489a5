internal import Engine
internal import Looping
internal import Plans
internal import Quantities
internal import Records
internal import SSHSignatures

/// Looks at one signed statement as the log keeps it: whether the signature over the recorded words holds, and whether
/// these say what the log counts.
struct StatementJudge {
  let entry: Entry
  let command: SaidCommand
  let facts: PersonFacts
  let nonce: String?
  let created: Int64
  let origins: [(seq: Int64, name: String)]
  let keys: KeyJudge

  /// Looks at signature, words and key, in this order.
  func judge() -> KeyJudge.Finding {
    guard let proof = entry.data["proof"] else { return .wrong("it has no proof of the signature that it names") }
    guard let words = entry.payload?["signed"]?["words"]?.string,
      let armour = entry.payload?["signed"]?["signature"]?.string
    else { return .withheld }
    do {
      let signature = try ArmouredSignature(armour: Array(armour.utf8))
      try signature.verify(Array(words.utf8))
      guard signature.namespace == Trust.namespace else {
        return .wrong("its signature was made for `\(signature.namespace.prefix(60))`, not for `\(Trust.namespace)`")
      }
      guard signature.key.key.fingerprint == proof["key"]?.string, command.auth == "ssh:\(proof["key"]?.string ?? "")"
      else { return .wrong("it was signed with \(signature.key.key.fingerprint), which is not the key that it names") }
      let statement = try Statement(line: Self.line(words))
      if let why = objection(to: statement, proof) { return .wrong(why) }
      guard let person = command.person else { return .wrong("nobody of the plan said it") }
      return keys.judge(signature.key, of: person, for: Trust.namespace, at: entry.at)
    } catch let problem as SSHProblem {
      return .wrong("its signature does not hold: \(problem.message)")
    } catch let problem as Statement.Problem {
      return .wrong(problem.message)
    } catch {
      return .wrong("\(error)")
    }
  }

  /// When the words say that they were written.
  static func issued(_ entry: Entry) -> Instant? {
    (entry.payload?["signed"]?["words"]?.string).flatMap { try? Statement(line: line($0)) }?.issued
  }

  /// What was signed without the end of its line, which editors and mail write in their own ways.
  static func line(_ words: String) -> String {
    let end = words.utf8.reversed().prefix { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.count
    return String(decoding: words.utf8.dropLast(end), as: UTF8.self)
  }

  /// Why a statement is about something else than what the log counts; `nil` when it is not.
  private func objection(to statement: Statement, _ proof: JSON) -> String? {
    if statement.action != command.name { return "the words say `\(statement.action.rawValue)`" }
    if statement.run.number != entry.run { return "the words are about r-\(statement.run.number)" }
    if statement.run.nonce != nonce || proof["run_nonce"]?.string != nonce {
      return "the words are about another r-\(entry.run) than the one of this log"
    }
    if statement.plan != command.amendment ?? entry.plan {
      return "the words are about the plan \(statement.plan.short)"
    }
    if statement.scope != entry.subject { return "the words are about `\(statement.scope)`" }
    if statement.nonce != proof["nonce"]?.string { return "the words have another nonce" }
    guard let person = command.person, facts.people.indices.contains(person) else {
      return "nobody of the plan said it"
    }
    if statement.person != facts.people[person].id { return "the words are those of another person" }
    let role = facts.role(for: command.name, at: statement.scope)
    if statement.role != role { return "it is said as `\(statement.role)`, and the plan asks for `\(role)`" }
    if let reason = entry.payload?["reason"]?.string, reason != statement.reason {
      return "the words give another reason"
    }
    if statement.issued > entry.at + Door.drift { return "the words were written at \(statement.issued.text)" }
    if let expires = statement.expires, command.until.map({ $0 > expires }) ?? true {
      return "the words expire at \(expires.text), and it counts for longer"
    }
    let seen = statement.seen
    if seen.size != entry.data["seen"]?.integer || seen.root.hex != proof["root"]?.string
      || seen.origin != proof["origin"]?.string
    {
      return "the words name another checkpoint than the entry"
    }
    // The root of the log at that size is compared with all others that somebody saw.
    if seen.size <= created || seen.size > entry.seq { return "the words name a checkpoint of \(seen.size) entries" }
    let origin = origins.last { $0.seq < entry.seq }?.name
    if seen.origin != origin { return "the words are about the log `\(seen.origin)`" }
    return nil
  }
}

/// A command of a person as the log has it.
struct SaidCommand {
  var name: OperatorCommand.Name
  var person: Int?
  /// `os`, or `ssh:` and the fingerprint.
  var auth: String
  /// What may count once.
  var identity: String
  var amendment: Digest?
  var until: Instant?
  var subject: String
  var standing: ApprovalFindings.Statement.Standing
  /// When it was signed, as the words say.
  var issued: Instant?

  /// The key that proves it; `nil` for an account.
  var key: String? { auth.hasPrefix("ssh:") ? String(auth.dropFirst(4)) : nil }

  /// Reads it; `nil` for a command that is not of persons, and for one that was void when it came.
  init?(_ entry: Entry) {
    guard let name = entry.data["command"]?.string.flatMap({ OperatorCommand.Name(rawValue: $0) }), name.isOfPersons,
      entry.data["void"]?.bool != true, entry.data["flaw"] == nil || entry.data["flaw"] == .null
    else { return nil }
    self.name = name
    person = entry.data["person"]?.integer.map { Int(clamping: $0) }
    auth = entry.data["auth"]?.string ?? "os"
    identity = entry.data["proof"]?["nonce"]?.string ?? entry.data["id"]?.string ?? ""
    amendment = entry.data["amendment"]?.string.flatMap { Digest(hex: $0) }
    until = entry.data["until"]?.string.flatMap { Instant($0) }
    (subject, standing) = (entry.subject, .byAccount)
  }
}

/// What a plan says of people: who they are, what they may, and where they are asked.
struct PersonFacts {
  let people: [PlannedPerson]
  let keys: PlannedKeys?
  /// By path of a phase or stage.
  let rules: [String: PlannedApproval]

  init(_ plan: Plan) {
    (people, keys) = (plan.people, plan.keys)
    var rules: [String: PlannedApproval] = [:]
    for phase in plan.phases { rules[phase.id] = phase.approvalRule }
    for stage in plan.stages { rules["\(plan.phases[stage.phase].id)/\(stage.id)"] = stage.approvalRule }
    self.rules = rules
  }

  /// The rules for a wave, or for what is inside of it: those of its phase and of its stage.
  func rules(of path: String) -> [(place: String, rule: PlannedApproval)] {
    let words = path.split(separator: "/")
    return [words.prefix(1), words.prefix(2)].map { $0.joined(separator: "/") }.compactMap { place in
      rules[place].map { (place, $0) }
    }
  }

  /// Who may force a gate of a wave: the rule of the stage, or else that of the phase.
  func forceRule(of path: String) -> PlannedApproval? { rules(of: path).last?.rule }

  /// In which role something is said about a place; empty where no rule asks for one.
  func role(for name: OperatorCommand.Name, at scope: String) -> String {
    switch name {
    case .force: forceRule(of: scope)?.role ?? ""
    case .emergency: rules[scope]?.emergencyRole ?? ""
    default: rules[scope]?.role ?? ""
    }
  }
}
