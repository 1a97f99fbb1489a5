import Plans
import Quantities

/// What people ask for: commands, approvals, emergencies, amendments.
struct PeopleEntries: Sendable {
  let commandReceived = EventEntry(
    "command_received", PeopleEntries.received,
    from: {
      guard case .commandReceived(let it) = $0 else { return nil }
      return (
        it.name, it.id, it.settlement, it.outputs, it.reason, it.person, it.auth, it.until, it.seen, it.amendment,
        it.atOnce, it.flaw, it.proof, it.proof.map { SignedWords(signature: $0.signature, words: $0.signed) }
      )
    }
  ) {
    Part<OperatorCommand.Name>("command", .word)
    Part<String>("id", .text)
    Part<Settlement?>("as", .optional(.word))
    Part.outputs
    Part.reason
    Part.maybePerson
    Part<String?>("auth", .optional(.text))
    Part<Instant?>("until", .optional(.instant))
    Part<Int64?>("seen", .optional(.sequence), formerKeys: ["given"])
    Part<Digest?>("amendment", .optional(.digest))
    Part<Int?>("at_once", .optional(.count))
    Part<String?>.flaw
    Part.proof
    Part.signed
  } says: { _, name, _, settlement, _, reason, _, _, _, _, _, _, _, _, _ in
    let how = settlement.map { " as \($0.words)" } ?? ""
    return .init(.running, "command \(name.rawValue)\(how)\(reason.isEmpty ? "" : ": \(reason)")")
  }

  let commandUnread = EventEntry(
    "command_not_read", level: .warn, Event.Kind.commandUnread(size:id:text:),
    from: { if case .commandUnread(let size, let id, let text) = $0 { (size, id, text) } else { nil } }
  ) {
    Part("size", .count)
    Part("id", Form<String>.text.usually(""), in: .payload).shown { _, _ in nil }
    Part("text", Form<String>.text.usually(""), in: .payload).shown { _, _ in nil }
  } says: { _, size, _, _ in
    .init(.failed, "a command of \(size.counted("byte")) could not be read")
  }

  private static func received(
    name: OperatorCommand.Name, id: String, settlement: Settlement?, outputs: [String: String], reason: String,
    person: Int?, auth: String?, until: Instant?, seen: Int64?, amendment: Digest?, atOnce: Int?, flaw: String?,
    proof: OperatorCommand.Proof?, signed: SignedWords?
  ) -> Event.Kind {
    var command = OperatorCommand(name: name, id: id, settlement: settlement, outputs: outputs, reason: reason)
    (command.person, command.auth, command.until, command.seen) = (person, auth, until, seen)
    (command.amendment, command.atOnce, command.flaw, command.proof) = (amendment, atOnce, flaw, proof)
    command.proof?.signed = signed?.words ?? ""
    command.proof?.signature = signed?.signature ?? ""
    return .commandReceived(command)
  }

  let commandRefused = EventEntry(
    "command_refused", level: .warn, Event.Kind.commandRefused(reason:),
    from: { if case .commandRefused(let why) = $0 { why } else { nil } }
  ) {
    Part.quotingWhy
  } says: { context, why in
    .init(.failed, "refused: \(context.named(why))")
  }

  let approvalAsked = EventEntry(
    "approval_asked", tells: .needsPerson, Event.Kind.approvalAsked(have:wanted:),
    from: { if case .approvalAsked(let have, let wanted) = $0 { (have, wanted) } else { nil } }
  ) {
    Part("have", .count)
    Part("wanted", .count)
  } says: { _, have, wanted in
    .init(.held, "approval is needed: \(have) of \(wanted)")
  }

  let approvalCounted = EventEntry(
    "approval_counted", Event.Kind.approvalCounted(person:until:auth:id:),
    from: {
      guard case .approvalCounted(let person, let until, let auth, let id) = $0 else { return nil }
      return (person, until, auth, id)
    }
  ) {
    Part.person
    Part("until", .optional(.instant))
    Part("auth", .text)
    Part("id", .text)
  } says: { context, person, until, auth, _ in
    let end = until.map { ", until \(minute($0))" } ?? ""
    return .init(.done, "approved by \(context.name(of: person)), \(Event.proofWords(of: auth))\(end)")
  }

  let approvalVoided = EventEntry(
    "approval_voided", level: .warn, Event.Kind.approvalVoided(id:person:why:),
    from: { if case .approvalVoided(let id, let person, let why) = $0 { (id, person, why) } else { nil } }
  ) {
    Part("id", .text)
    Part.person
    Part.why
  } says: { context, _, person, why in
    .init(.failed, "approval of \(context.name(of: person)) void: \(context.named(why))")
  }

  let approvalRejected = EventEntry(
    "approval_rejected", level: .warn, Event.Kind.approvalRejected(person:),
    from: { if case .approvalRejected(let person) = $0 { person } else { nil } }
  ) {
    Part.person
  } says: { context, person in
    .init(.failed, "rejected by \(context.name(of: person))")
  }

  let emergencyDeclared = EventEntry(
    "emergency_declared", level: .error, tells: .emergency, Event.Kind.emergencyDeclared(person:until:),
    from: { if case .emergencyDeclared(let person, let until) = $0 { (person, until) } else { nil } }
  ) {
    Part.person
    Part("until", .instant)
  } says: { context, person, until in
    .init(.firing, "EMERGENCY by \(context.name(of: person)): approvals lifted until \(minute(until))")
  }

  let emergencyReviewed = EventEntry(
    "emergency_reviewed", tells: .emergency, Event.Kind.emergencyReviewed(person:),
    from: { if case .emergencyReviewed(let person) = $0 { person } else { nil } }
  ) {
    Part.person
  } says: { context, person in
    .init(.done, "emergency reviewed by \(context.name(of: person))")
  }

  let amendmentProposed = EventEntry(
    "amendment_proposed", Event.Kind.amendmentProposed(plan:person:needs:),
    from: { if case .amendmentProposed(let plan, let person, let needs) = $0 { (plan, person, needs) } else { nil } },
    level: { _, _, _ in .info }, notice: { _, _, needs in needs.isEmpty ? nil : .needsPerson }
  ) {
    Part("to", .digest)
    Part.maybePerson
    Part("needs", .list(.text))
  } says: { _, plan, _, needs in
    let who = needs.isEmpty ? "" : ", approval of \(needs.joined(separator: " and ")) is needed"
    return .init(.waiting, "plan \(plan.short) is proposed\(who)")
  }

  let amendmentApproved = EventEntry(
    "amendment_approved", Event.Kind.amendmentApproved(plan:person:until:auth:id:),
    from: {
      guard case .amendmentApproved(let plan, let person, let until, let auth, let id) = $0 else { return nil }
      return (plan, person, until, auth, id)
    }
  ) {
    Part("to", .digest)
    Part.person
    Part("until", .optional(.instant))
    Part("auth", .text)
    Part("id", .text)
  } says: { context, plan, person, _, auth, _ in
    .init(.done, "plan \(plan.short) approved by \(context.name(of: person)), \(Event.proofWords(of: auth))")
  }

  let amendmentDropped = EventEntry(
    "amendment_dropped", Event.Kind.amendmentDropped(plan:why:),
    from: { if case .amendmentDropped(let plan, let why) = $0 { (plan, why) } else { nil } }
  ) {
    Part("to", .digest)
    Part.why
  } says: { context, plan, why in
    .init(.failed, "plan \(plan.short) is dropped: \(context.named(why))")
  }

  let planAmended = EventEntry(
    "plan_amended", Event.Kind.planAmended(plan:grew:changes:admittedBy:),
    from: {
      guard case .planAmended(let plan, let grew, let changes, let admission) = $0 else { return nil }
      return (plan, grew, changes, admission)
    }
  ) {
    Part("to", .digest)
    Part("grew", .count)
    Part("changes", .count)
    Part.admittedBy
  } says: { _, plan, grew, changes, _ in
    let risk = grew == 0 ? "no risk grew" : "\(grew) with more risk"
    return .init(.done, "AMENDED: plan \(plan.short) is in force, \(changes) changes, \(risk)")
  }
}

extension Part where Value == String? {
  /// Why a command was void at the door. The words may quote its sender; that it was void is the log's to say.
  fileprivate static let flaw = Part(
    "flaw", Form<String>.text.optional, in: .payload, wasData: true,
    summary: PartSummary(keys: ["void"]) { flaw, writer in if flaw != nil { writer.member("void", true) } }
  ).whereErased("it was void when it came") { $0["void"]?.bool == true }
}

/// What a signature consists of and can be erased.
private struct SignedWords: Equatable, Sendable {
  var signature: String
  var words: String
}

extension Form where Value == OperatorCommand.Proof {
  fileprivate static let evidence = Layout(
    { key, origin, root, run, nonce in
      OperatorCommand.Proof(
        key: key, origin: origin, root: root, run: run, nonce: nonce, signed: "", signature: "")
    },
    Member("key", { (proof: OperatorCommand.Proof) in proof.key }, .text), Member("origin", { $0.origin }, .text),
    Member("root", { $0.root }, .digest), Member("run_nonce", { $0.run }, .text),
    Member("nonce", { $0.nonce }, .text)
  ).form
}

extension Part where Value == OperatorCommand.Proof? {
  /// What stays when the words and the signature are erased.
  fileprivate static let proof = Part("proof", Form<OperatorCommand.Proof>.evidence.optional)
}

extension Form where Value == SignedWords {
  fileprivate static let words = Layout(
    SignedWords.init(signature:words:), Member("signature", { $0.signature }, .text),
    Member("words", { $0.words }, .text)
  ).form
}

extension Part where Value == SignedWords? {
  /// The bytes that were signed, and the signature over them.
  fileprivate static let signed = Part("signed", Form<SignedWords>.words.optional, in: .payload).shown { _, _ in nil }
}

/// `2027-02-13T21:13Z`
private func minute(_ instant: Instant) -> String { "\(instant.text.prefix(16))Z" }

extension Event {
  /// How it is known who somebody is, in words: everywhere the same.
  ///
  /// - Parameter auth: as it is recorded: `os`, or `ssh:` and the fingerprint of a key.
  /// - Returns: `by account`, or which key signed.
  public static func proofWords(of auth: String) -> String {
    guard auth.hasPrefix("ssh:") else { return "by account" }
    let key = auth.dropFirst(4)
    // Earlier versions recorded the principal.
    return key.hasPrefix("SHA256:") ? "signed with \(key)" : "signed as \(key)"
  }
}
