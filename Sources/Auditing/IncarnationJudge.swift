internal import Engine
internal import Looping
internal import Plans
internal import Quantities
internal import Records
internal import SSHSignatures

extension ApprovalJudge {
  /// Judges the entry with which a log goes on from a copy that lacks something: who wanted it, and what is lost for
  /// good. That is said for ever.
  mutating func judgeIncarnation(_ note: PersonNote) {
    let entry = note.entry
    guard let kept = IncarnationStatement.Size(entry.data["kept"]),
      let lost = IncarnationStatement.Size(entry.data["given_up"])
    else { return fault(entry.seq, "entry \(entry.seq) does not say what is kept and what is given up") }
    let origin = origins.last?.name ?? ""
    if kept.size != entry.seq || context.root(kept.size) != kept.root {
      fault(entry.seq, "entry \(entry.seq) goes on from another history than the one before it")
    }
    let persons = (entry.data["persons"]?.array ?? []).compactMap(\.string)
    let proofs = (entry.data["auth"]?.array ?? []).compactMap(\.string)
    if Set(persons).count < 2 { violate(entry.seq, "entry \(entry.seq) goes on by the word of one person") }
    let keys = proofs.filter { $0.hasPrefix("ssh:") }
    if Set(keys).count < keys.count { violate(entry.seq, "entry \(entry.seq) goes on by two words of one key") }
    if proofs.count(where: { $0 == "account" }) > 1 {
      violate(entry.seq, "entry \(entry.seq) goes on by accounts alone, and only one account can write a journal")
    }
    var said: [String] = []
    for (place, person) in persons.enumerated() {
      let proof = proofs.indices.contains(place) ? proofs[place] : "account"
      let standing = standing(
        of: note, at: place, person, proof, IncarnationStatement.Facts(origin: origin, kept: kept, givenUp: lost))
      findings.statements.append(
        .init(
          seq: entry.seq, counted: entry.seq, run: 0, action: "incarnate", scope: "", person: person,
          key: proof.hasPrefix("ssh:") ? String(proof.dropFirst(4)) : nil, standing: standing))
      let words = standing == .byAccount ? "by account" : standing == .withheld ? "in words that were erased" : "signed"
      said.append("\(context.name(person) ?? person) (\(words))")
    }
    guard let incarnation = Incarnation(entry, after: origin) else { return }
    losses.append("\(incarnation.loss), as \(said.joined(separator: " and ")) said at entry \(entry.seq)")
  }

  private mutating func standing(
    of note: PersonNote, at place: Int, _ person: String, _ proof: String, _ facts: IncarnationStatement.Facts
  ) -> ApprovalFindings.Statement.Standing {
    guard proof.hasPrefix("ssh:") else { return .byAccount }
    let signed = note.entry.payload?["signed"]?.array ?? []
    guard signed.indices.contains(place), let words = signed[place]["words"]?.string,
      let armour = signed[place]["signature"]?.string
    else {
      if note.isWithheld { return .withheld }
      fault(note.entry.seq, "entry \(note.entry.seq) has no proof of the signature that it names")
      return .wrong
    }
    switch finding(of: note.entry, person, proof, facts, words: words, armour: armour) {
    case .valid: return .valid
    case .revokedSince: return .revokedSince
    case .withheld: return .withheld
    case .wrong(let why):
      fault(note.entry.seq, "what \(person) is to have signed at entry \(note.entry.seq) does not hold: \(why)")
      return .wrong
    }
  }

  private mutating func finding(
    of entry: Entry, _ person: String, _ proof: String, _ facts: IncarnationStatement.Facts, words: String,
    armour: String
  ) -> KeyJudge.Finding {
    do {
      let signature = try ArmouredSignature(armour: Array(armour.utf8))
      try signature.verify(Array(words.utf8))
      guard signature.namespace == Trust.incarnations, proof == "ssh:\(signature.key.key.fingerprint)" else {
        return .wrong("it was signed with another key, or for another purpose")
      }
      let statement = try IncarnationStatement(line: StatementJudge.line(words))
      guard statement.facts == facts, statement.person == person else {
        return .wrong("the words are about something else")
      }
      // The plan that was known then says whose keys are whose.
      let plan = context.plans.filter { $0.value < entry.seq }.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
      // One that was pruned says nothing any more.
      if let plan, context.plan(plan) == nil { return .withheld }
      guard let people = personFacts(under: plan.flatMap { Digest(hex: $0) }),
        let place = people.people.firstIndex(where: { $0.id == person })
      else { return .wrong("nobody of the newest plan said it") }
      return keys(of: people, after: entry.seq).judge(
        signature.key, of: place, for: Trust.incarnations, at: statement.issued)
    } catch let problem as SSHProblem {
      return .wrong("its signature does not hold: \(problem.message)")
    } catch let problem as Statement.Problem {
      return .wrong(problem.message)
    } catch {
      return .wrong("\(error)")
    }
  }
}
