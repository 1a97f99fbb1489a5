internal import Quantities
public import Records

/// All changes of a record, from its entries alone: what an auditor draws samples from.
public struct Population {
  private let names: Names
  private var runs: [Int64: Track] = [:]
  private var changes: [Change] = []

  /// An approval that counts, and the plan that it was given to.
  private struct Given {
    var place: String
    var id: String
    var until: Instant?
    var plan: String
    var approval: Change.Approval
  }

  /// What is known of a run so far.
  private struct Track {
    var runbook = ""
    var environment = ""
    var requestedBy = ""
    var executor = ""
    /// Approvals that count now.
    var given: [Given] = []
    /// Approvals of amendments, each with the plan that it is for; and those that put a plan in force.
    var amending: [(plan: String, place: String, approval: Change.Approval)] = []
    var amendedBy: Set<Int64> = []
    var emergencies: [(place: String, until: Instant, approval: Change.Approval)] = []
    /// By path, the newest change of a wave.
    var waves: [String: Int] = [:]
    /// How often each was begun.
    var begun: [String: Int] = [:]
    /// By the number of a command, the changes that it is an override of, until it is refused.
    var commands: [Int64: [Int]] = [:]
    var newest: Int?
  }

  /// Lists the changes of a record.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - run: one run, or `nil` for all.
  /// - Returns: the changes, in the order in which they began.
  /// - Throws: ``JournalError`` for an entry that cannot be read.
  /// - Complexity: O(entries).
  public static func changes(of record: any StoredRecord, run: Int64? = nil) throws -> [Change] {
    try changes(of: record, run: run, names: Names(record))
  }

  static func changes(of record: any StoredRecord, run: Int64? = nil, names: Names) throws -> [Change] {
    var population = Population(names: names)
    try record.storedEntries { entry in
      let number = entry.type == "run_registered" ? entry.data["run"]?.integer ?? 0 : entry.run
      if number > 0, run == nil || run == number { population.take(entry, of: number) }
      return true
    }
    return population.changes
  }

  private init(names: Names) { self.names = names }

  private mutating func take(_ entry: Entry, of run: Int64) {
    var track = runs[run] ?? Track()
    defer { runs[run] = track }
    switch entry.type {
    case "run_registered":
      track.runbook = entry.data["runbook"]?.string ?? ""
      track.environment = entry.data["environment"]?.string ?? ""
    case "run_created": track.requestedBy = names.actor(entry)
    case "executor_started":
      let person = names.person(entry.data["person"], under: entry.plan?.hex)
      track.executor = entry.actor.id + (person.map { " (\($0))" } ?? "")
    case "wave_started": begin(entry, of: run, &track)
    case "run_finished": finish(entry, track)
    default:
      takePeople(entry, &track)
      takeEvidence(entry, track)
      takeTargets(entry, track)
    }
  }

  // Who said what.
  private mutating func takePeople(_ entry: Entry, _ track: inout Track) {
    switch entry.type {
    case "approval_counted":
      track.given.append(
        Given(
          place: entry.subject, id: entry.data["id"]?.string ?? "",
          until: entry.data["until"]?.string.flatMap { Instant($0) }, plan: entry.plan?.hex ?? "",
          approval: approval(entry)))
    case "amendment_approved":
      track.amending.append((entry.data["to"]?.string ?? "", entry.subject, approval(entry)))
    case "approval_voided": track.given.removeAll { $0.id == entry.data["id"]?.string }
    case "approval_rejected": track.given.removeAll { $0.place == entry.subject }
    case "emergency_declared":
      let until = entry.data["until"]?.string.flatMap { Instant($0) } ?? entry.at
      track.emergencies.append((entry.subject, until, approval(entry)))
    case "command_received":
      guard let command = entry.data["command"]?.string, Self.overriding.contains(command) else { return }
      let how = entry.data["as"]?.string.map { " as \($0)" } ?? ""
      let places = changes(touching: entry.subject, track)
      for place in places {
        note("\(command)\(how) of \(entry.subject) by \(names.actor(entry)) (\(entry.seq))", at: place, entry)
      }
      track.commands[entry.seq] = places
    case "command_refused":
      guard let cause = entry.cause else { return }
      for place in track.commands[cause] ?? [] {
        changes[place].overrides.removeAll { $0.hasSuffix("(\(cause))") }
      }
    case "plan_amended":
      track.amendedBy.formUnion((entry.data["admitted_by"]?.array ?? []).compactMap(\.integer))
      guard let place = track.newest, changes[place].finished == nil else { return }
      let grew = entry.data["grew"]?.integer ?? 0
      note(
        "amended to \(entry.data["to"]?.string?.prefix(12) ?? ""), \(grew) risks grew (\(entry.seq))", at: place, entry)
    case "gate_forced":
      let by = entry.data["persons"]?.array.compactMap { names.person($0, under: entry.plan?.hex) } ?? []
      for place in changes(touching: entry.subject, track) {
        note("gate forced by \(by.joined(separator: " and ")) (\(entry.seq))", at: place, entry)
      }
    default: break
    }
  }

  /// Commands with which a person does something that the plan did not foresee.
  private static let overriding: Set<String> = [
    "resolve", "skip", "force", "retry", "hold", "release", "rollback", "abort",
  ]

  private mutating func note(_ override: String, at place: Int, _ entry: Entry) {
    changes[place].overrides.append(override)
    changes[place].evidence.append(entry.seq)
  }

  private func approval(_ entry: Entry) -> Change.Approval {
    let proof = entry.data["auth"]?.string ?? entry.data["key"]?.string ?? "account"
    return Change.Approval(
      seq: entry.seq, person: names.person(entry.data["person"], under: entry.plan?.hex) ?? "somebody",
      proof: ["os", "account"].contains(proof) ? "by account" : proof, at: entry.at)
  }

  // Waves.
  private mutating func begin(_ entry: Entry, of run: Int64, _ track: inout Track) {
    let path = entry.subject
    let count = (track.begun[path] ?? 0) + 1
    track.begun[path] = count
    let facts = names.plan(entry.plan?.hex)
    var change = Change(
      id: "r-\(run)/\(path)" + (count > 1 ? "#\(count)" : ""), seq: entry.seq, run: run, runbook: track.runbook,
      environment: track.environment, path: path, plan: entry.plan?.hex ?? "", requestedBy: track.requestedBy,
      executor: track.executor, started: entry.at)
    change.planned = facts?.planned[path]
    change.targets = Int(entry.data["targets"]?.integer ?? 0)
    change.evidence = [entry.seq]
    admit(&change, entry, facts, track)
    track.waves[path] = changes.count
    track.newest = changes.count
    changes.append(change)
  }

  /// Who let it begin: whom the entry names, or, where a version did not name anybody, whose approvals counted then.
  private func admit(_ change: inout Change, _ entry: Entry, _ facts: PlanFacts?, _ track: Track) {
    let words = change.path.split(separator: "/")
    let places = [words.prefix(1), words.prefix(2)].map { $0.joined(separator: "/") }
    let ruled = places.filter { facts?.ruled.contains($0) ?? false }
    if let admitted = entry.data["admitted_by"]?.array.compactMap(\.integer) {
      let counted = track.given.filter { admitted.contains($0.approval.seq) }
      // Whoever approved a plan that was amended since did not approve this one; whoever approved the amendment did.
      change.carried = counted.filter { $0.plan != change.plan }.map(\.approval)
      change.approvals = track.amending.filter { one in
        one.plan == change.plan && places.contains(one.place) && track.amendedBy.contains(one.approval.seq)
      }.map(\.approval)
      change.approvals += counted.filter { $0.plan == change.plan }.map(\.approval)
      let lifted = track.emergencies.map(\.approval).filter { admitted.contains($0.seq) }
      change.approvals += lifted
      let isStandard = ruled.isEmpty && change.approvals.isEmpty && change.carried.isEmpty
      change.kind = !lifted.isEmpty ? .emergency : isStandard ? .standard : .normal
    } else {
      change.approvals = track.given.filter {
        places.contains($0.place) && $0.until.map { $0 > entry.at } ?? true
      }.map(\.approval)
      let lifted = track.emergencies.filter { places.contains($0.place) && $0.until > entry.at }.map(\.approval)
      let isMissing = ruled.contains { place in !track.given.contains { $0.place == place } }
      if isMissing { change.approvals += lifted }
      change.kind =
        isMissing && !lifted.isEmpty
        ? .emergency : ruled.isEmpty && change.approvals.isEmpty ? .standard : .normal
    }
    change.evidence += (change.carried + change.approvals).map(\.seq)
  }

  private func changes(touching path: String, _ track: Track) -> [Int] {
    let words = path.split(separator: "/")
    if words.count >= 3 { return [track.waves[words.prefix(3).joined(separator: "/")]].compactMap { $0 } }
    let inside = track.waves.filter { path.isEmpty || $0.key.hasPrefix(path + "/") }.values.sorted()
    return inside.filter { changes[$0].finished == nil }.suffix(1)
  }

  private mutating func finish(_ entry: Entry, _ track: Track) {
    let outcome = entry.data["outcome"]?.string ?? ""
    for place in track.waves.values where changes[place].outcome == "open" {
      changes[place].outcome = outcome == "done" ? "done" : outcome.replacing("_", with: " ")
      changes[place].finished = entry.at
    }
  }

  // Evidence.
  private mutating func takeEvidence(_ entry: Entry, _ track: Track) {
    let words: String
    switch entry.type {
    case "gate_opened": words = "gate opened"
    case "gate_expired": words = "gate expired: \(entry.data["verdict"]?.plainText ?? "")"
    case "gate_forced": words = "gate forced"
    case "gate_compared": words = "compared: \(entry.data["verdict"]?.plainText ?? "")"
    case "bake_interrupted": words = "bake interrupted: \(entry.data["verdict"]?.plainText ?? "")"
    case "bake_expired": words = "bake expired: \(entry.data["verdict"]?.plainText ?? "")"
    case "trigger_fired": words = "trigger \(entry.data["trigger"]?.string ?? "") fired"
    default: return
    }
    for place in changes(touching: entry.subject, track) {
      changes[place].verdicts.append(words)
      changes[place].evidence.append(entry.seq)
    }
  }

  // Targets.
  private mutating func takeTargets(_ entry: Entry, _ track: Track) {
    switch entry.type {
    case "wave_finished":
      guard let place = track.waves[entry.subject] else { return }
      changes[place].done = Int(entry.data["done"]?.integer ?? 0)
      changes[place].failed = Int(entry.data["failed"]?.integer ?? 0)
      changes[place].skipped = Int(entry.data["skipped"]?.integer ?? 0)
      changes[place].finished = entry.at
      changes[place].outcome = changes[place].failed > 0 ? "done, \(changes[place].failed) failed" : "done"
      changes[place].evidence.append(entry.seq)
    case "target_failed":
      guard let place = changes(touching: entry.subject, track).first, changes[place].finished == nil else { return }
      changes[place].failed += 1
    case "target_undone":
      guard let place = changes(touching: entry.subject, track).first else { return }
      changes[place].undone += 1
    case "rollback_started":
      let scope = entry.subject
      for (path, place) in track.waves where scope.isEmpty || path == scope || path.hasPrefix(scope + "/") {
        changes[place].outcome = "taken back"
        changes[place].finished = changes[place].finished ?? entry.at
        changes[place].evidence.append(entry.seq)
      }
    default: break
    }
  }
}
