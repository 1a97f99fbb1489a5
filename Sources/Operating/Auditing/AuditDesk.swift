internal import Anchoring
public import Auditing
internal import Checkpoints
internal import Conducting
internal import Diagnostics
internal import Foundation
internal import Journaling
internal import Plans
internal import Quantities
internal import Records
internal import Runbooks

/// The desk of an auditor: in front of a journal, or of a bundle that left its machine.
public struct AuditDesk: Sendable {
  let record: any StoredRecord
  private let journal: Journal?
  private let surroundings: Surroundings
  private let problems: [String]

  /// Opens what is to be audited.
  ///
  /// - Parameters:
  ///   - path: a journal's file, a bundle's directory, or a tar of one.
  ///   - surroundings: what the machine lends.
  /// - Throws: ``Refusal``, `integrity` when it is damaged so that it cannot be opened.
  public init(_ path: String, surroundings: Surroundings) throws(Refusal) {
    self.surroundings = surroundings
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if exists, isDirectory.boolValue || TarArchive.isOne(path) {
      let bundle = try refusing { try BundleRecord(path) }
      (record, journal, problems) = (bundle, nil, bundle.problems)
    } else {
      let journal = try refusing {
        let journal = try Journal(path: path, access: .read, clock: surroundings.clock(), chance: SystemChance())
        try journal.keepMoment()
        return journal
      }
      (record, self.journal, problems) = (journal, journal, [])
    }
  }

  /// Verifies it.
  ///
  /// - Parameters:
  ///   - trust: a directory with what the auditor trusts: verifier keys, `allowed_signers`, `people.yaml`, `revoked`;
  ///     `nil` for none.
  ///   - witness: a directory with checkpoints that were kept outside of the machine; `nil` for none.
  /// - Returns: what came of it.
  /// - Throws: ``Refusal`` when a directory cannot be read.
  public func verify(trust: String?, witness: String?) async throws(Refusal) -> Verification {
    var ask = VerificationAsk(now: surroundings.now, zone: Signatures.localTime)
    if let trust { ask.people = try TrustedPeople(folder: trust) }
    var remarks: [String] = []
    for (folder, isWitness) in [(trust, false), (witness, true)] {
      guard let folder else { continue }
      let read = try AuditFolder(folder, leavingOut: isWitness ? [] : TrustedPeople.files)
      remarks += read.unread
      for key in read.keys where !(ask.logKeys + ask.witnessKeys).contains(key) {
        if key.kind == .note { ask.logKeys.append(key) } else { ask.witnessKeys.append(key) }
      }
      if isWitness {
        ask.held += read.held
        if read.held.isEmpty, read.keys.isEmpty { remarks.append("\(folder) holds neither a checkpoint nor a key") }
      }
    }
    // Whoever names what is trusted must not get the word of the log about itself instead.
    if let trust, ask.logKeys.isEmpty, ask.people == nil {
      remarks.append("\(trust) holds neither a key of a log nor allowed_signers, so nothing is pinned by it")
    }
    let owes = (try? journal?.owesForgetting()) ?? false
    return await Verifier.verify(
      record, ask, problems: problems, remarks: remarks, notes: owes ? [Journal.forgettingWords] : [])
  }

  /// All changes, from the entries alone.
  public func changes() throws(Refusal) -> [Change] { try refusing { try Population.changes(of: record) } }

  /// Draws changes from all of them, each with the chain that led to it.
  public func sample(_ count: Int, seed: String) throws(Refusal) -> [(change: Change, causes: Causes)] {
    let drawn = Sample.draw(count, seed: seed, from: try changes())
    let causes = try refusing { try Causes.of(drawn.map(\.seq), in: record) }
    return zip(drawn, causes).compactMap { change, causes in causes.map { (change, $0) } }
  }

  /// The whole chain of causes of an entry.
  public func causes(of seq: Int64) throws(Refusal) -> Causes {
    let (causes, row) = try refusing {
      (try Causes.of(seq, in: record), try record.page(from: seq, count: 1).rows.first)
    }
    if let causes { return causes }
    if let row, row.seq == seq, let pruned = row.pruned {
      throw Refusal(
        .failed, "entry \(seq) of r-\(pruned.run) was pruned",
        next: ["sanderling audit why \(seq) --bundle BUNDLE   # with the bundle that `audit verify` names"])
    }
    throw Refusal(.usage, "there is no entry \(seq)", next: ["sanderling audit list"])
  }

  /// Derives the decisions of all runs again.
  ///
  /// - Returns: by run, how many are the same and the first that is not; or why that cannot be told.
  /// - Throws: ``Refusal`` when the record cannot be read.
  public func replay() throws(Refusal) -> [(run: Int64, outcome: Result<Replay.Outcome, Unreplayed>)] {
    try refusing {
      var plans: [Digest: [UInt8]] = [:]
      try record.blobs { digest, body in if let digest = Digest(hex: digest) { plans[digest] = body } }
      let openings = Dictionary(
        try record.keptOpenings().map { ($0.opening.commitment, $0.opening) }, uniquingKeysWith: { one, _ in one })
      let plan = { (digest: Digest) throws -> Plan in
        guard let bytes = plans[digest] else { throw Unreplayed(message: "the plan \(digest.short) is missing") }
        var plan = try Plan(canonical: bytes)
        plan.open { openings[$0] }
        return plan
      }
      // All runs at once: the log is read as often as there are runs in no case.
      var (replays, last): ([Int64: Replay], [Int64: Int64]) = ([:], [:])
      var found: [Int64: Result<Replay.Outcome, Unreplayed>] = [:]
      try record.storedEntries { entry in
        last[entry.run] = entry.seq
        return true
      }
      try record.storedEntries { entry in
        let run = entry.run
        guard run > 0, found[run] == nil else { return true }
        do {
          var replay: Replay
          if let known = replays.removeValue(forKey: run) {
            replay = known
          } else {
            guard let first = entry.plan else { throw Unreplayed(message: "it names no plan") }
            replay = try Replay(from: first, zones: surroundings.zones, plan: plan)
          }
          let goesOn = try replay.take(entry)
          // Of a run that is over nothing is kept but what came of it.
          if goesOn, last[run] != entry.seq { replays[run] = replay } else { found[run] = .success(try replay.end()) }
        } catch let why as Unreplayed {
          found[run] = .failure(why)
        } catch {
          found[run] = .failure(Unreplayed(message: Refusal(error).message))
        }
        return true
      }
      return found.keys.sorted().map { ($0, found[$0] ?? .failure(Unreplayed(message: "it has no entries"))) }
    }
  }

  /// Writes a bundle.
  ///
  /// - Parameters:
  ///   - directory: where; it must not be there yet.
  ///   - found: what came of verifying the record: the bundle of a damaged one says that it is.
  /// - Throws: ``Refusal``, also when the directory is there already.
  public func export(to directory: String, as found: Verification? = nil) throws(Refusal) {
    try refusing { try BundleWriter.write(record, to: directory, damage: found?.flaws ?? []) }
  }

  /// Writes a bundle as one file.
  ///
  /// - Throws: ``Refusal``, also when the file is there already.
  public func export(toTar path: String, as found: Verification? = nil) throws(Refusal) {
    try refusing { try BundleWriter.write(record, asTar: path, damage: found?.flaws ?? []) }
  }

  /// Writes it in a form that other programs read, line by line.
  ///
  /// - Parameters:
  ///   - form: the form; CSV is a table of changes, which a screen makes.
  ///   - version: of this program.
  ///   - write: takes a piece.
  /// - Throws: ``Refusal``, for statements also when the journal's key cannot be read.
  public func export(as form: Exports.Form, version: String, _ write: ([UInt8]) -> Void) throws(Refusal) {
    try refusing {
      switch form {
      case .jsonl: try Exports.jsonl(record, write)
      case .cloudevents:
        let first = try record.storedEntry(0)
        try Exports.cloudEvents(record, origin: first?.data["origin"]?.string ?? "unknown", write)
      case .ocsf: try Exports.ocsf(record, version: version, write)
      case .inToto:
        guard let journal else {
          throw Refusal(.usage, "statements are signed with the journal's key, which a bundle has not")
        }
        let key = try JournalKeyFile.read(
          try journal.keyFile(surroundings.checkpoints), origin: try journal.origin())
        try Exports.inToto(try Population.changes(of: record), key: key, write)
      case .csv: throw Refusal(.usage, "a table of changes is made of `changes()`")
      }
    }
  }

}

extension TrustedPeople {
  /// The names of the files of `trust/`.
  fileprivate static let files = ["allowed_signers", "people.yaml", "revoked", "salt"]

  /// Reads the files of `trust/` in a directory; `nil` where it has no `allowed_signers`.
  fileprivate init?(folder: String) throws(Refusal) {
    func bytes(_ name: String) throws(Refusal) -> [UInt8]? {
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      guard let data = FileManager.default.contents(atPath: path) else {
        throw Refusal(.usage, "\(path) cannot be read", next: ["make it readable"])
      }
      return Array(data)
    }
    guard let signers = try bytes("allowed_signers") else { return nil }
    self.init(allowedSigners: signers, revoked: try bytes("revoked"))
    guard let people = try bytes("people.yaml") else { return }
    let file = "\(folder)/people.yaml"
    let read = PeopleFile.read(String(decoding: people, as: UTF8.self), file: file)
    if let problem = read.findings.first(where: { $0.severity == .error }) {
      throw Refusal(.usage, "\(file) cannot be read", because: problem.message, next: ["correct the file"])
    }
    principals = Dictionary(
      read.people.map { ($0.id.value, $0.principals.map(\.value)) }, uniquingKeysWith: { one, _ in one })
  }
}

/// What an auditor keeps in a directory: verifier keys, and checkpoints.
private struct AuditFolder {
  var keys: [VerifierKey] = []
  var held: [VerificationAsk.Held] = []
  /// Files that are neither, in sentences without full stops.
  var unread: [String] = []

  init(_ folder: String, leavingOut others: [String]) throws(Refusal) {
    guard let names = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
      throw Refusal(.usage, "the directory \(folder) cannot be read")
    }
    for name in names.sorted()
    where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) && !others.contains(name) {
      let path = "\(folder)/\(name)"
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
        continue
      }
      guard let data = FileManager.default.contents(atPath: path) else {
        unread.append("\(path) cannot be read")
        continue
      }
      let bytes = Array(data)
      let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        .filter { !$0.hasPrefix("#") }
      // A witness's own directory: its key says which signatures are its own, and an empty file says nothing.
      if bytes.isEmpty { continue }
      if lines.count == 1, let own = try? SigningKey(String(lines[0])) {
        keys.append(own.verifier)
        continue
      }
      let found = lines.compactMap { try? VerifierKey(String($0)) }
      if !lines.isEmpty, found.count == lines.count {
        keys += found
      } else if let checkpoints = try? SignedCheckpoint.all(in: bytes), !checkpoints.isEmpty {
        held += checkpoints.map { VerificationAsk.Held(source: path, checkpoint: $0) }
      } else {
        unread.append("\(path) is neither a checkpoint nor a list of verifier keys")
      }
    }
  }
}
