internal import Foundation
internal import GRDB
internal import Glibc
public import Quantities
public import Records

extension Journal {
  /// Takes the entries of finished runs out: their bytes, their payloads, and the plans that nothing else names. Their
  /// hashes stay, and the log says what was done.
  ///
  /// All of it is one transaction: whoever is killed has done all or nothing.
  ///
  /// - Parameters:
  ///   - runs: the runs, as the list has them; all are over.
  ///   - archive: the digest of the list of digests of the bundle that holds them.
  ///   - reason: why.
  ///   - account: who does it.
  ///   - clock: when.
  ///   - check: is shown each entry that goes, and throws for one that the bundle has not got.
  /// - Returns: what the log says.
  /// - Throws: ``JournalError``: `busy` while an executor is at work; an error of `check` as it is. Nothing was changed
  ///   then.
  public func prune(
    _ runs: [RegisteredRun], archive: Digest, reason: String, actor account: String, clock: ClockReading,
    holding check: (_ seq: Int64, _ body: [UInt8], _ payload: Opening?) throws -> Void
  ) throws -> [Pruning.Run] {
    let held = try holdAll()
    defer { for descriptor in held { close(descriptor) } }
    do {
      try queue.inDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON; \(Schema.audit)") }
      let pruned = try write(under: nil, clock: clock) { batch in
        let runs = runs.sorted { $0.number < $1.number }
        for run in runs { try batch.checkInbox(of: run) }
        let leaves = try runs.map { try batch.leaves(of: $0.number, check) }
        let found = zip(runs, leaves).map { Pruning.Run($0, numbers: $1.map(\.seq)) }
        let plans = try batch.plans(ofOnly: runs)
        let person = try batch.pseudonym(ofAccount: account)
        // Said first: the newest entry of all may be one of those that go.
        for start in stride(from: 0, to: found.count, by: Draft.mostPruned) {
          try batch.append(
            .entriesPruned(
              Array(found[start...].prefix(Draft.mostPruned)), plans: start == 0 ? plans : [], archive: archive,
              by: person, reason: reason, at: clock.instant))
        }
        try batch.database.execute(sql: "DROP TRIGGER events_are_not_deleted")
        for (run, leaves) in zip(runs, leaves) { try batch.remove(run.number, keeping: leaves) }
        try batch.database.execute(sql: Schema.undeleted)
        try batch.remove(plans: plans)
        try batch.oweForgetting()
        return found
      }
      try forgetPages()
      return pruned
    } catch {
      throw JournalError.sorted(error, path: path)
    }
  }

  /// Whether the entries of a run were taken out.
  public func isPruned(run: Int64) throws(JournalError) -> Bool {
    try read { database in
      guard try Self.hasPruned(database) else { return false }
      return try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM pruned WHERE run = ?)", arguments: [run])
        ?? false
    }
  }
}

extension Batch {
  /// Says no while a command waits: it may have come since somebody looked, and nobody answered it.
  fileprivate func checkInbox(of run: RegisteredRun) throws {
    let waiting = try String.fetchOne(
      database, sql: "SELECT id FROM inbox WHERE run = ? AND seq IS NULL ORDER BY place", arguments: [run.number])
    guard let waiting else { return }
    throw JournalError.failed(path: path, detail: "\(run.name) has to stay: the command \(waiting) waits there")
  }

  /// The hashes of a run's entries, in their order; each of these is shown.
  fileprivate func leaves(
    of run: Int64, _ check: (_ seq: Int64, _ body: [UInt8], _ payload: Opening?) throws -> Void
  ) throws -> [(seq: Int64, leaf: Digest)] {
    var leaves: [(seq: Int64, leaf: Digest)] = []
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT e.seq, e.body, p.salt, p.body FROM events e LEFT JOIN payloads p ON p.seq = e.seq
        WHERE e.run = ? ORDER BY e.seq
        """, arguments: [run])
    while let row = try rows.next() {
      let (seq, body, salt, payload): (Int64, Data, Data?, Data?) = (row[0], row[1], row[2], row[3])
      let opening = payload.map { Opening(salt: Array(salt ?? Data()), body: Array($0)) }
      try check(seq, Array(body), opening)
      leaves.append((seq, Tree.leaf(Array(body))))
    }
    return leaves
  }

  /// Takes out the entries of a run, with all that belongs to them, and keeps their hashes.
  fileprivate func remove(_ run: Int64, keeping leaves: [(seq: Int64, leaf: Digest)]) throws {
    try database.execute(
      sql: "DELETE FROM payloads WHERE seq IN (SELECT seq FROM events WHERE run = ?)", arguments: [run])
    for table in ["events", "snapshots", "inbox"] {
      try database.execute(sql: "DELETE FROM \(table) WHERE run = ?", arguments: [run])
    }
    let statement = try database.cachedStatement(sql: "INSERT INTO pruned (seq, run, leaf) VALUES (?, ?, ?)")
    for one in leaves { try statement.execute(arguments: [one.seq, run, Data(one.leaf.bytes)]) }
  }

  /// The plans that no entry names but those of some runs, and the ones with which these were entered. That of the
  /// newest run is none of them: it says who people are.
  ///
  /// - Returns: the digests of those that are there.
  fileprivate func plans(ofOnly runs: [RegisteredRun]) throws -> [String] {
    let list = runs.map { "\($0.number)" }.joined(separator: ", ")
    let own = try names(where: "run IN (\(list))").union(runs.map(\.plan.hex))
    let others = try names(where: "run NOT IN (\(list)) AND type <> 'run_registered'")
    let entered = try String.fetchAll(
      database,
      sql: """
        SELECT plan FROM registry
        WHERE run = (SELECT max(run) FROM registry)
          OR run NOT IN (\(list)) AND run NOT IN (SELECT run FROM pruned)
        """)
    let kept = Set(try String.fetchAll(database, sql: "SELECT digest FROM blobs"))
    return own.subtracting(others).subtracting(entered).intersection(kept).sorted()
  }

  /// What some entries name as plans.
  private func names(where condition: String) throws -> Set<String> {
    let queries = ["$.plan", "$.data.to", "$.data.amendment"].map { path in
      "SELECT json_extract(CAST(body AS TEXT), '\(path)') AS plan FROM events WHERE \(condition)"
    }
    let all = queries.joined(separator: " UNION ")
    return Set(try String.fetchAll(database, sql: "SELECT plan FROM (\(all)) WHERE plan IS NOT NULL"))
  }

  /// Takes out plans, and what opens the commitments of no other. Who somebody is stays for as long as the name does:
  /// by that an erasure finds what else there is of a person.
  fileprivate func remove(plans: [String]) throws {
    var sealed: Set<String> = []
    for digest in plans {
      let body = try Data.fetchOne(database, sql: "SELECT body FROM blobs WHERE digest = ?", arguments: [digest])
      sealed.formUnion(Self.digests(in: body ?? Data()))
      try database.execute(sql: "DELETE FROM blobs WHERE digest = ?", arguments: [digest])
    }
    let rest = try Data.fetchCursor(database, sql: "SELECT body FROM blobs")
    while !sealed.isEmpty, let body = try rest.next() { sealed.subtract(Self.digests(in: body)) }
    let names = Set(try String.fetchAll(database, sql: "SELECT name FROM people"))
    for commitment in sealed {
      let body = try Data.fetchOne(
        database, sql: "SELECT body FROM openings WHERE commitment = ?", arguments: [commitment])
      let person = body.flatMap { try? JSON(canonical: Array($0)) }
      if person?["accounts"] != nil, let name = person?["name"]?.string, names.contains(name) { continue }
      try database.execute(sql: "DELETE FROM openings WHERE commitment = ?", arguments: [commitment])
    }
  }

  /// The texts of a plan that look like digests: what it commits to is among them.
  private static func digests(in body: Data) -> Set<String> {
    let words = body.split(separator: UInt8(ascii: "\""))
    return Set(words.lazy.filter { $0.count == 64 }.map { String(decoding: $0, as: UTF8.self) })
  }
}
