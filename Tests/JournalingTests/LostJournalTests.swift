import Foundation
import GRDB
import Quantities
import Records
import Testing

@testable import Journaling

/// What the locks of its runs know of a journal, and what becomes of one that has not got it.
@Suite("A journal that was written")
struct LostJournalTests {
  private let clock = RecordTests.clock
  private let directory = FileManager.default.temporaryDirectory.appending(path: "lost-\(UUID().uuidString)")

  private func file(_ name: String) throws -> String {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory.appending(path: name).path(percentEncoded: false)
  }

  private func refusal(_ path: String, access: Journal.Access = .create) -> JournalError? {
    do throws(JournalError) {
      _ = try Journal(path: path, access: access, clock: clock, chance: SeededChance(seed: 1))
      return nil
    } catch {
      return error
    }
  }

  /// A journal of one run with some entries, under a lease that is given back.
  private func executed(_ name: String, entries: Int = 3, seed: UInt64 = 1) throws -> String {
    let path = try file(name)
    let journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: seed))
    let run = try #require(
      try journal.register(
        runbook: "a", environment: "b", plan: KeptBlob([1]), directory: "/", after: nil, clock: clock))
    let lease = try journal.takeOver(run: run.number, owner: "x", clock: clock)
    for _ in 0..<entries { try journal.write(under: lease, clock: clock) { try $0.append(RecordTests.draft("x")) } }
    withExtendedLifetime(lease) {}
    return path
  }

  @Test("is refused in place of a newer one, to read and to write, until somebody takes the lock away")
  func older() throws {
    let path = try executed("older.sqlite")
    let copy = path + ".copy"
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let journal = try Journal(path: path, access: .write, clock: clock, chance: SeededChance(seed: 2))
    let lease = try journal.takeOver(run: 1, owner: "y", clock: clock)
    try journal.write(under: lease, clock: clock) { try $0.append(RecordTests.draft("y")) }
    try FileManager.default.removeItem(atPath: path)
    for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
    try FileManager.default.moveItem(atPath: copy, toPath: path)
    for access in [Journal.Access.read, .write, .create] {
      guard case .lost(_, let detail)? = refusal(path, access: access) else {
        Issue.record("\(access) \(String(describing: refusal(path, access: access)))")
        return
      }
      #expect(detail.contains("shows that") && detail.contains("sanderling audit incarnate"), "\(detail)")
    }
    try FileManager.default.removeItem(atPath: path + ".r-1.lock")
    #expect(refusal(path) == nil)
  }

  @Test("is refused when it has other entries than were written, or knows less of its runs")
  func others() throws {
    let (path, other) = (try executed("one.sqlite"), try executed("two.sqlite", entries: 9, seed: 2))
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: other, toPath: path)
    #expect(refusal(path)?.message.contains("are not those that were written") == true)
    let empty = try file("three.sqlite")
    _ = try Journal(path: empty, access: .create, clock: clock, chance: SeededChance(seed: 3))
    try Data().write(to: URL(filePath: empty + ".r-1.lock"))
    #expect(refusal(empty)?.message.contains("it knows no run r-1") == true)
    try Data("nonsense".utf8).write(to: URL(filePath: empty + ".r-1.lock"))
    guard case .corrupt? = refusal(empty) else {
      Issue.record("\(String(describing: refusal(empty)))")
      return
    }
  }

  @Test("is one journal under all its names")
  func names() throws {
    let path = try executed("named.sqlite")
    try FileManager.default.createSymbolicLink(atPath: path + ".link", withDestinationPath: path)
    let journal = try Journal(path: path, access: .write, clock: clock, chance: SeededChance(seed: 2))
    let lease = try journal.takeOver(run: 1, owner: "x", clock: clock)
    let other = try Journal(path: path + ".link", access: .write, clock: clock, chance: SeededChance(seed: 3))
    #expect(other.path == path && other.isExecuted(run: 1))
    #expect(throws: JournalError.busy(run: 1, owner: "x")) { try other.takeOver(run: 1, owner: "y", clock: clock) }
    withExtendedLifetime(lease) {}
    try FileManager.default.linkItem(atPath: path, toPath: path + ".hard")
    #expect(refusal(path)?.message.contains("it has 2 names") == true)
  }

  @Test("gives no executor a number that an earlier one had, whatever became of the table of leases")
  func epochs() throws {
    let path = try executed("epochs.sqlite")
    let journal = try Journal(path: path, access: .write, clock: clock, chance: SeededChance(seed: 2))
    try journal.queue.inDatabase { try $0.execute(sql: "UPDATE leases SET epoch = 0") }
    #expect(try journal.takeOver(run: 1, owner: "y", clock: clock).epoch == 2)
    try journal.queue.inDatabase { try $0.execute(sql: "DELETE FROM leases") }
    #expect(try journal.takeOver(run: 1, owner: "z", clock: clock).epoch == 2, "2 wrote nothing")
  }

  @Test("gives no number again that stands in the log, where table and lock are gone")
  func loggedEpochs() throws {
    let path = try executed("logged.sqlite")
    let journal = try Journal(path: path, access: .write, clock: clock, chance: SeededChance(seed: 2))
    try journal.queue.inDatabase { try $0.execute(sql: "DELETE FROM leases") }
    try FileManager.default.removeItem(atPath: path + ".r-1.lock")
    #expect(try journal.takeOver(run: 1, owner: "y", clock: clock).epoch == 2)
  }

  @Test("has its lock made anew when somebody removes it, and stays with the executor that has it")
  func removedLock() throws {
    let path = try executed("removed.sqlite")
    let journal = try Journal(path: path, access: .write, clock: clock, chance: SeededChance(seed: 2))
    let lease = try journal.takeOver(run: 1, owner: "y", clock: clock)
    for _ in 0..<2 {
      try FileManager.default.removeItem(atPath: path + ".r-1.lock")
      let other = try Journal(path: path, access: .write, clock: clock, chance: SeededChance(seed: 3))
      #expect(throws: JournalError.busy(run: 1, owner: "y")) { try other.takeOver(run: 1, owner: "z", clock: clock) }
      try journal.write(under: lease, clock: clock) { try $0.append(RecordTests.draft("y")) }
      let size = try journal.checkpoint().size
      #expect(try Witness.read(path + ".r-1.lock")?.size == size)
    }
  }

  @Test("says what happened when its lock cannot be made anew")
  func takenLock() throws {
    let path = try executed("taken.sqlite")
    let journal = try Journal(path: path, access: .write, clock: clock, chance: SeededChance(seed: 2))
    let lease = try journal.takeOver(run: 1, owner: "y", clock: clock)
    let file = path + ".r-1.lock"
    try FileManager.default.removeItem(atPath: file)
    let other = open(file, O_RDWR | O_CREAT, 0o644)
    defer { close(other) }
    #expect(flock(other, LOCK_EX) == 0)
    #expect(throws: JournalError.unlocked(run: 1, file: file)) {
      try journal.write(under: lease, clock: clock) { try $0.append(RecordTests.draft("y")) }
    }
  }

  @Test("is not lost because its lock was read while it was written")
  func torn() throws {
    let path = try executed("torn.sqlite")
    let file = path + ".r-1.lock"
    let good = try String(contentsOfFile: file, encoding: .utf8)
    // Half of the newer note stands in the file, and then all of it.
    let newer = "0000000000000000009" + good.dropFirst(19)
    for half in [newer, String(good.prefix(30)), "\0" + good.dropFirst()] {
      try Data(half.utf8).write(to: URL(filePath: file))
      let writer = Thread {
        usleep(30_000)
        try? Data(good.utf8).write(to: URL(filePath: file))
      }
      writer.start()
      #expect(refusal(path) == nil, "\(half)")
      while try String(contentsOfFile: file, encoding: .utf8) != good { usleep(1_000) }
    }
  }

  @Test("is not lost because one read failed")
  func oneRead() throws {
    let path = try executed("read.sqlite")
    let journal = try Journal(path: path, access: .read, clock: clock, chance: SeededChance(seed: 2))
    var looks = 0
    let size = try journal.read { database in
      looks += 1
      if looks == 1 { throw DatabaseError(resultCode: .SQLITE_IOERR) }
      return try Journal.size(database)
    }
    #expect(looks == 2 && size > 0)
    looks = 0
    #expect(throws: JournalError.self) {
      try journal.read { _ in
        looks += 1
        throw DatabaseError(resultCode: .SQLITE_IOERR)
      }
    }
    #expect(looks == 2)
  }

  @Test(
    "notices before the next write that its log was removed or cut, and takes a checkpoint for none", arguments: 0..<3)
  func log(way: Int) throws {
    let path = try file("log.sqlite")
    let journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 1))
    for _ in 0..<3 { try journal.write(under: nil, clock: clock) { try $0.append(RecordTests.draft("x")) } }
    switch way {
    case 0: try FileManager.default.removeItem(atPath: path + "-wal")
    case 1: #expect(truncate(path + "-wal", 32) == 0)
    default:
      let other = try Journal(path: path, access: .write, clock: clock, chance: SeededChance(seed: 2))
      try other.queue.inDatabase { _ = try $0.checkpoint(.truncate) }
    }
    do {
      try journal.write(under: nil, clock: clock) { try $0.append(RecordTests.draft("y")) }
      #expect(way == 2)
    } catch JournalError.lost {
      #expect(way < 2)
    }
  }
}
