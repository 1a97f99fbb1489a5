internal import Foundation
internal import GRDB
public import Quantities
public import Records

/// What one transaction appends.
public struct Batch: RecordBatch {
  let database: Database
  let epoch: Int64
  let clock: ClockReading
  private let chance: any Chance
  private(set) var tree: Tree

  init(database: Database, epoch: Int64, clock: ClockReading, chance: any Chance, tree: Tree) {
    self.database = database
    self.epoch = epoch
    self.clock = clock
    self.chance = chance
    self.tree = tree
  }

  /// The sequence number of the next entry.
  public var nextSequence: Int64 { tree.size }

  /// Appends an entry: encodes it once, and hashes and keeps exactly these bytes.
  ///
  /// - Returns: its sequence number.
  @discardableResult
  public mutating func append(_ draft: Draft) throws -> Int64 {
    let seq = tree.size
    let salt = draft.payload.map { _ in chance.salt() }
    if let payload = draft.payload, let salt {
      try database.cachedStatement(sql: "INSERT INTO payloads (seq, salt, body) VALUES (?, ?, ?)")
        .execute(arguments: [seq, Data(salt), Data(payload)])
    }
    let body = draft.sealed(seq: seq, epoch: epoch, clock: clock, salt: salt)
    try database.cachedStatement(
      sql: "INSERT INTO events (seq, run, epoch, at_ms, type, subject, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
    ).execute(
      arguments: [seq, draft.run, epoch, draft.at.milliseconds, draft.type, draft.subject, Data(body)])
    for node in tree.append(body) where node.level >= Tree.storedLevel {
      try database.cachedStatement(sql: "INSERT INTO nodes (id, hash) VALUES (?, ?)")
        .execute(arguments: [node.id, Data(node.hash.bytes)])
    }
    return seq
  }

  /// Keeps bytes under their digest; does nothing when they are there already.
  public func keep(blob bytes: [UInt8]) throws -> Digest {
    let digest = Digest(of: bytes)
    try database.execute(
      sql: "INSERT INTO blobs (digest, body) VALUES (?, ?) ON CONFLICT DO NOTHING",
      arguments: [digest.hex, Data(bytes)])
    return digest
  }

  /// The pseudonym of a person, made at the first meeting.
  public func pseudonym(of name: String) throws -> String {
    let known = try String.fetchOne(database, sql: "SELECT id FROM people WHERE name = ?", arguments: [name])
    if let known { return known }
    let id = chance.pseudonym()
    try database.execute(sql: "INSERT INTO people (id, name) VALUES (?, ?)", arguments: [id, name])
    return id
  }

  /// Marks a command as taken up, and says which event that is.
  public func take(command id: String, as seq: Int64) throws {
    try database.execute(sql: "UPDATE inbox SET seq = ? WHERE id = ?", arguments: [seq, id])
  }

  /// Keeps the state of a run as of the newest entry, and drops all older ones but one.
  public func keep(snapshot body: [UInt8], of run: Int64, format: Int) throws {
    let digest = Digest.binding(snapshot: body, to: tree.root)
    try database.execute(
      sql: "INSERT OR REPLACE INTO snapshots (run, seq, format, digest, body) VALUES (?, ?, ?, ?, ?)",
      arguments: [run, tree.size - 1, format, digest.hex, Data(body)])
    try database.execute(
      sql: """
        DELETE FROM snapshots WHERE run = ?1 AND seq NOT IN
          (SELECT seq FROM snapshots WHERE run = ?1 ORDER BY seq DESC LIMIT 2)
        """, arguments: [run])
  }

  /// Notes which plan is in force, for whoever asks for the run; the log has the event.
  public func note(plan: Digest, of run: Int64) throws {
    try database.execute(sql: "UPDATE registry SET plan = ? WHERE run = ?", arguments: [plan.hex, run])
  }

  /// Notes how a run ended, for lists; the log has the event.
  public func note(outcome: String?, of run: Int64) throws {
    try database.execute(sql: "UPDATE registry SET outcome = ? WHERE run = ?", arguments: [outcome, run])
  }
}
