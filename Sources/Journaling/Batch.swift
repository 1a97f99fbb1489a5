internal import Foundation
internal import GRDB
public import Quantities
public import Records

/// What one transaction appends.
public struct Batch: RecordBatch {
  let database: Database
  let epoch: Int64
  let clock: ClockReading
  let path: String
  private let chance: any Chance
  private(set) var tree: Tree

  init(database: Database, path: String, epoch: Int64, clock: ClockReading, chance: any Chance, tree: Tree) {
    self.database = database
    self.path = path
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
    let body = try draft.sealed(seq: seq, epoch: epoch, clock: clock, salt: salt)
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

  /// Keeps what opens a commitment; does nothing when it is there already.
  public func keep(opening: Opening) throws {
    try database.execute(
      sql: "INSERT INTO openings (commitment, salt, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      arguments: [opening.commitment.hex, Data(opening.salt), Data(opening.body)])
  }

  /// Keeps the name behind a pseudonym; does nothing when it is there already.
  public func keep(_ pseudonym: Pseudonym) throws { try keep(pseudonym, isAccount: false) }

  private func keep(_ pseudonym: Pseudonym, isAccount: Bool) throws {
    try database.execute(
      sql: "INSERT INTO people (id, salt, name, is_account) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      arguments: [pseudonym.id, Data(pseudonym.salt), pseudonym.name, isAccount])
  }

  /// The pseudonym of an account that belongs to nobody of the plan, made at the first meeting.
  public func pseudonym(ofAccount name: String) throws -> String {
    let row = try Row.fetchOne(
      database, sql: "SELECT id, salt, name FROM people WHERE name = ? AND is_account", arguments: [name])
    if let row { return try Journal.pseudonym(row, path: path).id }
    let pseudonym = Pseudonym(of: name, salt: chance.salt())
    try keep(pseudonym, isAccount: true)
    return pseudonym.id
  }

  /// Random bytes for a commitment.
  public func salt() -> [UInt8] { chance.salt() }

  /// Marks a command as taken up, and says which event that is. What it says is in the log from here on, where it can
  /// be erased.
  public func take(command id: String, as seq: Int64) throws {
    try database.execute(
      sql: "UPDATE inbox SET seq = ?, subject = '', command = '', person = '' WHERE id = ?", arguments: [seq, id])
  }

  /// Keeps the state of a run as of an entry, and drops all older ones but one.
  public func keep(snapshot: Opening, of run: Int64, at seq: Int64, format: Int) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO snapshots (run, seq, format, salt, body) VALUES (?, ?, ?, ?, ?)",
      arguments: [run, seq, format, Data(snapshot.salt), Data(snapshot.body)])
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
