internal import Foundation
internal import GRDB
internal import Glibc
public import Quantities
public import Records
internal import Synchronization

/// The append-only events of all runs in one SQLite file: one log, with its tree.
///
/// It deals in bytes, sequence numbers and digests, and knows nothing of what an event means. Every call is synchronous
/// on purpose: the record of an effect must not be rolled back because a task was cancelled.
public final class Journal: Records.Record {
  /// The file, as an absolute path: relative ones could be URIs, or names that SQLite keeps in memory.
  public let path: String
  /// The file that was opened. Another one at the same path would be another record.
  let identity: FileIdentity?
  /// How the file was when it was opened as one that does not change; `nil` for all others.
  let still: Stillness?
  /// The format of its tables and entries: 1 can be read only.
  public let format: Int
  let queue: DatabaseQueue
  let chance: any Chance
  private let lockWait: LockWait
  private let log: LogFile
  /// Whether an erasure or a pruning owed something when this journal was opened to be written.
  let owedForgetting = Mutex<Bool>(false)
  /// The tree's right edge, as of the newest transaction of this process.
  let tree = Mutex<Tree>(Tree())

  /// Whether a journal may be changed.
  public enum Access: Sendable {
    case read, write
    /// To be changed, and made when there is none.
    case create
  }

  /// Opens a journal; with write access makes it when there is none.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - access: whether it may be changed.
  ///   - clock: the time that goes into the first event of a new log.
  ///   - chance: where salts, pseudonyms and the log's origin come from.
  ///   - origin: the name by which people know the log; it is chosen once, so one that is there must have it. `nil`
  ///     takes what is there, and makes one for a new log.
  /// - Throws: ``JournalError``. A file that is not ours, newer or damaged is left as it is.
  public convenience init(
    path: String, access: Access, clock: ClockReading, chance: any Chance, origin: Origin? = nil
  ) throws(JournalError) {
    try self.init(path: path, access: access, clock: clock, chance: chance, origin: origin, moment: .seconds(5))
  }

  /// The same, with the time for which a lock is waited for before anybody is told.
  init(
    path: String, access: Access, clock: ClockReading, chance: any Chance, origin: Origin? = nil, moment: Duration,
    ignoresLocks: Bool = false, glances: Bool = false
  ) throws(JournalError) {
    guard !path.isEmpty else { throw .missing(path: "an empty path") }
    let path = Self.resolved(URL(filePath: path).standardizedFileURL.path(percentEncoded: false))
    self.path = path
    self.chance = chance
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if isDirectory.boolValue { throw .failed(path: path, detail: "it is a directory; name a file in it") }
    if let names = FileIdentity.links(of: path), names > 1 {
      throw .failed(
        path: path,
        detail:
          "it has \(names) names (hard links), and SQLite would keep a log for each; remove the others, or copy it")
    }
    // A journal that is gone was lost before it is none.
    if !ignoresLocks { _ = try Self.witnesses(of: path, for: access) }
    if access != .create, !exists { throw .missing(path: path) }
    if exists, Glibc.access(path, R_OK) != 0 {
      throw .failed(path: path, detail: "this user may not read it; ask as the one whose it is, or read a copy")
    }
    var configuration = Configuration()
    configuration.label = "journal"
    configuration.readonly = access == .read
    // Whoever reads may keep a moment: ``keepMoment()``.
    configuration.allowsUnsafeTransactions = access == .read
    let lockWait = LockWait(path: path, moment: moment)
    self.lockWait = lockWait
    log = LogFile(of: path)
    configuration.busyMode = .callback { lockWait.wait(tries: $0) }
    configuration.maximumReaderCount = 1
    configuration.prepareDatabase { database in
      // FULL, not NORMAL: after a power cut an intent that is lost is an effect that happens twice.
      try database.execute(
        sql: "PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF")
    }
    do {
      if access == .create, !exists { try Self.make(path) }
      let (name, isStill) = access == .read ? Self.nameToRead(path, glances: glances) : (path, false)
      still = isStill ? Stillness(of: path) : nil
      (queue, format) = try onceMore {
        // Read before the journal is: what is written in between makes it longer.
        let witnesses = ignoresLocks ? [] : try Self.witnesses(of: path, for: access)
        let queue = try DatabaseQueue(path: name, configuration: configuration)
        let format = try queue.inDatabase { database in
          // A journal that is there and has nothing in it is lost before it is none.
          try Self.check(database, path: path, against: witnesses)
          return try Self.format(of: database, path: path, exists: exists)
        }
        return (queue, format)
      }
      identity = FileIdentity(of: path)
      if access != .read { try prepare(clock: clock, origin: origin) }
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// The name of the log: as its first entry says it, and after it went on from a copy as that entry says.
  public func origin() throws(JournalError) -> String {
    var name: String?
    do {
      try entries(of: 0) { entry in
        if ["log_created", Draft.incarnated].contains(entry.type) { name = entry.data["origin"]?.string ?? name }
        return true
      }
    } catch {
      throw JournalError(error, path: path)
    }
    guard let name else { throw .corrupt(path: path, detail: "its first entry does not say what log it is") }
    return name
  }

  /// Lets this process wait for a journal that another program has locked, however long that takes: what arrives in
  /// between stays in memory. Others wait a few seconds and give up.
  ///
  /// - Parameter report: is told who has the lock, after a few seconds and then each minute.
  public func waitForLocks(saying report: @escaping @Sendable (String) -> Void) {
    lockWait.waitForEver(saying: report)
  }

  /// The path without symbolic links: locks and log lie beside the file, whatever it was called.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Makes an empty file that is the user's own, whatever the umask: SQLite's files beside it get its mode.
  private static func make(_ path: String) throws {
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    guard OwnFile.makeDirectory(folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder) else {
      throw JournalError.readOnly(path: path)
    }
    let descriptor = OwnFile.open(path)
    guard descriptor >= 0 else { throw JournalError.readOnly(path: path) }
    close(descriptor)
  }

  /// What the locks of its runs say was written: a journal that is gone, empty, shorter or another one was lost, and a
  /// new one in its place would do everything again.
  ///
  /// The locks are their executor's own: whoever may only read the journal reads it without their word.
  private static func witnesses(
    of path: String, for access: Access
  ) throws(JournalError) -> [(run: Int64, file: String, seen: Witness?)] {
    var found: [(run: Int64, file: String, seen: Witness?)] = []
    for lock in locks(beside: path) {
      let isClosed = access == .read && Glibc.access(lock.file, R_OK) != 0 && errno == EACCES
      found.append((lock.run, lock.file, isClosed ? nil : try Witness.read(lock.file)))
    }
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    guard size == 0, let lock = found.first else { return found }
    let state = FileManager.default.fileExists(atPath: path) ? "empty" : "gone"
    throw .lost(
      path: path,
      detail: "it is \(state), and \(URL(filePath: lock.file).lastPathComponent) shows that it had runs "
        + "(bring it back, or name another file with --journal)")
  }

  private static func check(
    _ database: Database, path: String, against witnesses: [(run: Int64, file: String, seen: Witness?)]
  ) throws {
    guard let newest = witnesses.last else { return }
    let hasRuns = try database.tableExists("registry")
    let last = hasRuns ? try Int64.fetchOne(database, sql: "SELECT coalesce(max(run), 0) FROM registry") ?? 0 : 0
    guard last >= newest.run else {
      throw JournalError.lost(
        path: path,
        detail:
          "it knows no run r-\(newest.run), and \(URL(filePath: newest.file).lastPathComponent) shows that it had one "
          + "(bring the newest copy back; or, when it is lost for good, two persons say so: sanderling audit incarnate)"
      )
    }
    for lock in witnesses { try Witness.check(lock.seen, database, path: path, file: lock.file) }
  }

  private static func format(of database: Database, path: String, exists: Bool) throws -> Int {
    let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if tables > 0, application != Schema.applicationID { throw JournalError.notOurs(path: path) }
    if version > Schema.version { throw JournalError.newer(path: path, version: version, known: Schema.version) }
    if database.configuration.readonly {
      if exists, tables == 0 { throw JournalError.missing(path: path) }
    } else if (1..<Schema.version).contains(version) {
      throw JournalError.older(path: path, version: version)
    }
    return tables == 0 ? Schema.version : version
  }

  private func prepare(clock: ClockReading, origin: Origin?) throws {
    try queue.inDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 1000")
      try Schema.create(in: database)
      try database.execute(sql: Schema.audit)
      try database.inTransaction(.immediate) {
        let isEmpty = try Bool.fetchOne(database, sql: "SELECT NOT EXISTS (SELECT 1 FROM events)") ?? false
        if isEmpty { try createLog(database, clock: clock, origin: origin?.name ?? chance.origin()) }
        return .commit
      }
      let owes = try Self.owesForgetting(database)
      owedForgetting.withLock { $0 = owes }
    }
    // A reader, or another writer, keeps nobody from work: it is owed on.
    if owedForgetting.withLock({ $0 }) { try? forgetPages() }
    guard let origin else { return }
    let known = try self.origin()
    guard known == origin.name || known.hasPrefix(origin.name + "/") else {
      throw JournalError.failed(
        path: path,
        detail:
          "its origin is `\(known)`, chosen when it was made, and --origin says `\(origin.name)`; leave --origin out, "
          + "or name another file with --journal")
    }
  }

  /// The first entry says what log this is.
  private func createLog(_ database: Database, clock: ClockReading, origin: String) throws {
    var batch = Batch(database: database, path: path, epoch: 0, clock: clock, chance: chance, tree: Tree())
    try batch.append(.logCreated(format: Schema.version, origin: origin, at: clock.instant))
    tree.withLock { $0 = batch.tree }
  }

  /// Runs one transaction that may append. Everything in it becomes durable together, or nothing does.
  ///
  /// - Parameters:
  ///   - lease: the executor's right to write; `nil` for what belongs to no run.
  ///   - clock: the clocks that go into the envelopes.
  ///   - body: what is appended; it must not keep the batch.
  /// - Returns: what `body` returns.
  /// - Throws: `JournalError`, `fenced` when another executor has taken over; an error of `body` as it is.
  @discardableResult
  public func write<Result>(
    under lease: Lease?, clock: ClockReading, _ body: (inout Batch) throws -> Result
  ) throws -> Result {
    do {
      return try queue.inDatabase { database in
        var result: Result?
        var edge = tree.withLock { $0 }
        try database.writing {
          guard FileIdentity(of: path) == identity else {
            throw JournalError.lost(path: path, detail: "another file is there than the one that was opened")
          }
          if let lease { try lease.check(database) }
          if !log.isSame { try checkHead() }
          let size = try Self.size(database)
          if edge.size != size { edge = try Self.edge(of: size, database, path: path) }
          var batch = Batch(
            database: database, path: path, epoch: lease?.epoch ?? 0, clock: clock, chance: chance, tree: edge)
          result = try body(&batch)
          edge = batch.tree
        }
        tree.withLock { $0 = edge }
        log.note()
        lease?.remember(size: edge.size, root: edge.root)
        guard let result else { throw JournalError.failed(path: path, detail: "the transaction did not run") }
        return result
      }
    } catch {
      throw explained(error)
    }
  }

  /// Where SQLite stumbles over a file that somebody cut or took away, that is what is said.
  private func explained(_ error: any Error) -> any Error {
    if isOfDisk(error), !log.isSame {
      do { try checkHead() } catch { return error }
    }
    return JournalError.sorted(error, path: path)
  }

  /// The same for a query that hands what it finds to somebody: an error of that somebody comes out as it is.
  func visiting<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      let result = try queue.unsafeReentrantRead(body)
      try checkStillness()
      return result
    } catch {
      throw explained(error)
    }
  }

  /// Runs a query and sorts its errors. Whoever is handed entries one by one may ask for something else meanwhile.
  func read<Result>(_ body: (Database) throws -> Result) throws(JournalError) -> Result {
    do {
      let result = try onceMore { try queue.unsafeReentrantRead(body) }
      try checkStillness()
      return result
    } catch {
      throw JournalError(explained(error), path: path)
    }
  }

  /// Reads several things as they are at one moment, whatever somebody else commits meanwhile.
  public func atOneMoment<Result>(_ body: () throws -> Result) throws -> Result {
    try visiting { database in
      if database.isInsideTransaction { return try body() }
      var result: Result?
      try database.inTransaction(.deferred) {
        result = try body()
        return .commit
      }
      guard let result else { throw JournalError.failed(path: path, detail: "the transaction did not run") }
      return result
    }
  }

  /// From now on everything is read as it is at this moment, whatever somebody else commits: a log that grows while
  /// it is looked at would seem to contradict itself. Only for a journal that was opened for reading.
  ///
  /// - Throws: ``JournalError`` when it cannot be read.
  public func keepMoment() throws(JournalError) {
    do {
      try queue.unsafeReentrantRead { database in
        guard !database.isInsideTransaction else { return }
        try database.execute(sql: "BEGIN DEFERRED")
        _ = try Self.size(database)
      }
    } catch {
      throw JournalError(error, path: path)
    }
  }

  static func size(_ database: Database) throws -> Int64 {
    try Int64.fetchOne(database.cachedStatement(sql: "SELECT coalesce(max(seq), -1) + 1 FROM events")) ?? 0
  }

  static func edge(of size: Int64, _ database: Database, path: String) throws -> Tree {
    let tree = try Tree(
      size: size, stored: { try node($0, database) }, leaf: { try leaf($0, database) })
    guard let tree else { throw JournalError.corrupt(path: path, detail: "the tree lacks a node of its edge") }
    return tree
  }

  /// Looks at the file with fresh eyes: a log that lost its newest entries, because somebody cut its files while we had
  /// them open, must not be reported as a run that ended well.
  public func checkHead() throws(JournalError) {
    let expected = tree.withLock { $0.size }
    var trouble: (any Error)?
    for _ in 0..<2 {
      do {
        trouble = nil
        var configuration = Configuration()
        configuration.readonly = true
        let size = try DatabaseQueue(path: path, configuration: configuration).inDatabase {
          try Int64.fetchOne($0, sql: "SELECT coalesce(max(seq), -1) + 1 FROM events") ?? 0
        }
        if size >= expected, FileIdentity(of: path) == identity { return }
      } catch {
        trouble = error
      }
    }
    // A file that cannot be opened now, as for want of descriptors, has lost nothing.
    if let trouble {
      let error = JournalError(trouble, path: path)
      guard case .failed = error, isOfDisk(trouble), !log.isSame else { throw error }
    }
    throw .lost(path: path, detail: "its newest entries cannot be read back")
  }

  /// The root over the first so many entries; `nil` when there are fewer.
  public func root(at size: Int64) throws(JournalError) -> Digest? {
    try read { database in
      guard size >= 0, size <= (try Self.size(database)) else { return nil }
      return try Self.edge(of: size, database, path: path).root
    }
  }

  /// The number of entries and the root over them.
  public func checkpoint() throws(JournalError) -> (size: Int64, root: Digest) {
    try read { database in
      let size = try Int64.fetchOne(database, sql: "SELECT coalesce(max(seq), -1) + 1 FROM events") ?? 0
      return (size, try Self.edge(of: size, database, path: path).root)
    }
  }
}
