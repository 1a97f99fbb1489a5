internal import Foundation
internal import GRDB
internal import Quantities
public import Records
internal import Synchronization

/// The right of one executor to write the events of one run.
///
/// Two things together: a lock on a file, which the kernel frees when the process dies, so that a take-over needs no
/// waiting; and an epoch in the journal, so that an executor that was only asleep cannot write when it wakes up.
public final class Lease: RecordLease {
  public let run: Int64
  /// Higher than that of every earlier executor of the run.
  public let epoch: Int64
  private let lock: Mutex<Int32>
  private let file: String
  private let journal: String
  /// Whether the journal itself is locked for this run, whatever becomes of the file.
  private let isHeld: Bool

  init(run: Int64, epoch: Int64, descriptor: Int32, file: String, journal: String, isHeld: Bool) {
    self.journal = journal
    self.run = run
    self.epoch = epoch
    lock = Mutex(descriptor)
    self.file = file
    self.isHeld = isHeld
  }

  deinit {
    IdentityLock.free(run: run, of: journal)
    lock.withLock { _ = close($0) }
  }

  /// Notes what was written, for whoever finds the journal later.
  func remember(size: Int64, root: Digest) {
    var text = Witness(size: size, root: root, epoch: epoch).text
    // A note that cannot be written costs a check, and no run.
    _ = text.withUTF8 { text in lock.withLock { pwrite($0, text.baseAddress, text.count, 0) } }
  }

  /// Says no when another executor has taken over.
  func check(_ database: Database) throws {
    let statement = try database.cachedStatement(sql: "SELECT epoch FROM leases WHERE run = ?")
    let current = try Int64.fetchOne(statement, arguments: [run]) ?? 0
    if current != epoch { throw JournalError.fenced(run: run, epoch: current) }
    // Without its lock a second executor could take the run while this one is at work.
    guard lock.withLock({ isLocked(&$0) }) else { throw JournalError.unlocked(run: run, file: file) }
  }

  /// Whether the lock is where others look for it. One that somebody removed is made anew, as long as the journal
  /// itself is locked: meanwhile nobody can have taken the run.
  private func isLocked(_ descriptor: inout Int32) -> Bool {
    if FileIdentity(of: file) == FileIdentity(of: descriptor) { return true }
    guard isHeld else { return false }
    let fresh = OwnFile.open(file)
    guard fresh >= 0 else { return false }
    guard Journal.lock(fresh), FileIdentity(of: file) == FileIdentity(of: fresh) else {
      close(fresh)
      return false
    }
    close(descriptor)
    descriptor = fresh
    return true
  }
}

extension Journal {
  /// Takes a run over.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - owner: who takes it, for the message that a second one gets.
  ///   - clock: when.
  /// - Returns: the right to write, for as long as it is kept.
  /// - Throws: ``JournalError/busy(run:owner:)`` while another executor lives.
  public func takeOver(run: Int64, owner: String, clock: ClockReading) throws(JournalError) -> Lease {
    let file = "\(path).r-\(run).lock"
    let descriptor = OwnFile.open(file)
    guard descriptor >= 0 else { throw .readOnly(path: file) }
    let grip = Self.lock(descriptor) ? IdentityLock.take(run: run, of: path) : .refused
    guard grip != .refused else {
      close(descriptor)
      let owner = try self.owner(of: run)
      throw .busy(run: run, owner: owner ?? "another process")
    }
    do {
      guard try !isPruned(run: run) else {
        throw JournalError.failed(path: path, detail: "r-\(run) was pruned, and nothing is appended to it")
      }
      let seen = try Witness.read(file)
      let epoch = try queue.inDatabase { database in
        var epoch: Int64 = 0
        try database.inTransaction(.immediate) {
          try seen?.check(database, path: path, file: file)
          // The number of a lease is a cache: no executor gets one that an earlier one had.
          let logged = try Int64.fetchOne(
            database, sql: "SELECT epoch FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1", arguments: [run])
          let last = max(seen?.epoch ?? 0, logged ?? 0)
          epoch =
            try Int64.fetchOne(
              database,
              sql: """
                INSERT INTO leases (run, epoch, owner, since_ms) VALUES (?, ? + 1, ?, ?)
                ON CONFLICT (run) DO UPDATE
                SET epoch = max(epoch + 1, excluded.epoch), owner = excluded.owner, since_ms = excluded.since_ms
                RETURNING epoch
                """, arguments: [run, last, owner, clock.instant.milliseconds]) ?? 1
          return .commit
        }
        return epoch
      }
      return Lease(run: run, epoch: epoch, descriptor: descriptor, file: file, journal: path, isHeld: grip == .held)
    } catch {
      IdentityLock.free(run: run, of: path)
      close(descriptor)
      throw JournalError(error, path: path)
    }
  }

  /// Tries for a fifth of a second: whoever only looks whether an executor lives holds the lock for a moment.
  fileprivate static func lock(_ descriptor: Int32) -> Bool {
    for _ in 0..<20 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      usleep(10_000)
    }
    return false
  }

  /// Who took a run last.
  public func owner(of run: Int64) throws(JournalError) -> String? {
    try read { try String.fetchOne($0, sql: "SELECT owner FROM leases WHERE run = ?", arguments: [run]) }
  }

  /// Whether this user may execute a run: write the journal, and take the run's lock.
  public func mayExecute(run: Int64) -> Bool {
    OwnFile.isWritable(path) && OwnFile.isWritable("\(path).r-\(run).lock")
  }

  /// Whether an executor lives: whether somebody holds the lock of the run.
  public func isExecuted(run: Int64) -> Bool {
    if IdentityLock.isTaken(run: run, of: path) { return true }
    let descriptor = open("\(path).r-\(run).lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return true }
    return false
  }
}
