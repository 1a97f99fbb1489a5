import Foundation
import GRDB
import Quantities
import Records
import Testing

@testable import Journaling

@Suite("A journal")
struct JournalTests {
  let directory = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
  var path: String { directory.appending(path: "test.sqlite").path(percentEncoded: false) }
  let clock = ClockReading(instant: Instant(milliseconds: 1_800_000_000_000), monotonic: 5, boot: "b")

  private func open(_ access: Journal.Access = .create) throws -> Journal {
    try Journal(path: path, access: access, clock: clock, chance: SeededChance(seed: 1))
  }

  private func draft(_ text: String = "x", run: Int64 = 1, payload: String? = nil) -> Draft {
    Draft(
      run: run, type: "tested", subject: text, at: clock.instant, cause: nil, actor: .engine(rule: "test"), plan: nil,
      data: Array("{}".utf8), payload: payload.map { Array("{\"reason\":\"\($0)\"}".utf8) })
  }

  @Test("starts with an entry that says what log it is")
  func firstEntry() throws {
    let journal = try open()
    #expect(try journal.checkpoint().size == 1)
    var types: [String] = []
    try journal.entries(of: 0) {
      types.append($0.type); return true
    }
    #expect(types == ["log_created"])
  }

  @Test("hashes exactly the bytes that it keeps, and they are canonical")
  func bytes() throws {
    let journal = try open()
    try journal.write(under: nil, clock: clock) { batch in
      for number in 0..<20 { try batch.append(draft("\(number)", payload: number % 3 == 0 ? "why" : nil)) }
    }
    var tree = Tree()
    for run in [Int64(0), 1] {
      try journal.entries(of: run) { entry in
        _ = tree.append(entry.body)
        #expect((try? JSON(canonical: entry.body))?["seq"]?.integer == entry.seq)
        return true
      }
    }
    #expect(try journal.checkpoint().root == tree.root)
  }

  @Test("commits to a payload without holding it, so that it can be erased")
  func payload() throws {
    let journal = try open()
    try journal.write(under: nil, clock: clock) { try $0.append(draft(payload: "a private reason")) }
    var body: [UInt8] = []
    try journal.entries(of: 1) {
      body = $0.body; return true
    }
    #expect(!String(decoding: body, as: UTF8.self).contains("private"))
    let kept = try journal.queue.read { try Row.fetchOne($0, sql: "SELECT salt, body FROM payloads WHERE seq = 1") }
    let row = try #require(kept)
    let (salt, payload): (Data, Data) = (row["salt"], row["body"])
    #expect(try JSON(parsing: body)["payload"]?["digest"]?.string == Digest(of: Array(salt + payload)).hex)
  }

  @Test(
    "refuses every statement that would change the record",
    arguments: [
      "UPDATE events SET type = 'x'", "DELETE FROM events",
      "INSERT OR REPLACE INTO events SELECT * FROM events WHERE seq = 0",
      "REPLACE INTO events (seq, run, epoch, at_ms, type, subject, body) VALUES (0, 0, 0, 0, 'x', '', x'00')",
      "INSERT INTO events (seq, run, epoch, at_ms, type, subject, body) VALUES (70, 0, 0, 0, 'x', '', x'00')",
      "INSERT OR IGNORE INTO events (seq, run, epoch, at_ms, type, subject, body) VALUES (90, 0, 0, 0, 'x', '', x'00')",
      "UPDATE nodes SET hash = x'00'", "DELETE FROM nodes", "REPLACE INTO nodes VALUES (15, x'00')",
    ])
  func appendOnly(statement: String) throws {
    let journal = try open()
    // Enough for the first stored subtree.
    try journal.write(under: nil, clock: clock) { batch in for _ in 0..<20 { try batch.append(draft()) } }
    let before = try journal.checkpoint()
    // Another program's connection has none of our settings.
    let plain = try DatabaseQueue(path: path)
    #expect(throws: DatabaseError.self) { try plain.write { try $0.execute(sql: statement) } }
    let after = try journal.checkpoint()
    #expect(after.size == before.size && after.root == before.root)
  }

  @Test("lets one executor own a run, and gives the run to the next one with a higher epoch")
  func lease() throws {
    let journal = try open()
    var first: Lease? = try journal.takeOver(run: 1, owner: "first", clock: clock)
    #expect(first?.epoch == 1)
    #expect(throws: JournalError.busy(run: 1, owner: "first")) {
      try journal.takeOver(run: 1, owner: "second", clock: clock)
    }
    #expect(journal.isExecuted(run: 1))
    _ = try journal.takeOver(run: 2, owner: "another run", clock: clock)
    first = nil
    #expect(!journal.isExecuted(run: 1))
    #expect(try journal.takeOver(run: 1, owner: "second", clock: clock).epoch == 2)
  }

  @Test("takes nothing from an executor that was taken over")
  func fencing() throws {
    let journal = try open()
    // A stopped process keeps its lock in real life; here the lock is given up, and only the epoch protects.
    let stale = Lease(
      run: 1, epoch: try journal.takeOver(run: 1, owner: "first", clock: clock).epoch, descriptor: -1, file: "",
      journal: "", isHeld: false)
    _ = try journal.takeOver(run: 1, owner: "second", clock: clock)
    #expect(throws: JournalError.fenced(run: 1, epoch: 2)) {
      try journal.write(under: stale, clock: clock) { try $0.append(draft()) }
    }
    #expect(try journal.checkpoint().size == 1)
  }

  @Test("keeps one dense log for several writers")
  func writers() throws {
    let (left, right) = (try open(), try open())
    for number in 0..<10 {
      try (number % 2 == 0 ? left : right).write(under: nil, clock: clock) { try $0.append(draft(run: Int64(number))) }
    }
    let (one, other) = (try left.checkpoint(), try right.checkpoint())
    #expect(one.size == 11 && other.size == 11 && one.root == other.root)
  }

  @Test("keeps nothing of a transaction that fails")
  func atomic() throws {
    struct Stop: Error {}
    let journal = try open()
    // What the body says comes out as it is: it is no trouble of the journal's.
    #expect(throws: Stop.self) {
      try journal.write(under: nil, clock: clock) { batch in
        try batch.append(draft())
        throw Stop()
      }
    }
    #expect(try journal.checkpoint().size == 1)
    try journal.write(under: nil, clock: clock) { try $0.append(draft()) }
    #expect(try journal.checkpoint().size == 2)
  }

  @Test("takes a command once, however often it is sent")
  func inbox() throws {
    let journal = try open()
    let letter = Letter(id: "a", run: 1, subject: "", command: "{}", person: "dana", auth: "os", sent: clock.instant)
    try journal.send(letter)
    try journal.send(letter)
    #expect(try journal.letters(to: 1) == [letter])
    try journal.write(under: nil, clock: clock) { try $0.take(command: "a", as: 5) }
    #expect(try journal.letters(to: 1).isEmpty)
    #expect(try journal.event(ofCommand: "a") == 5)
  }

  @Test("knows people by a pseudonym that stays")
  func people() throws {
    let journal = try open()
    let ids = try journal.write(under: nil, clock: clock) { batch in
      [
        try batch.pseudonym(ofAccount: "dana"), try batch.pseudonym(ofAccount: "mira"),
        try batch.pseudonym(ofAccount: "dana"),
      ]
    }
    #expect(ids[0] == ids[2] && ids[0] != ids[1] && !ids[0].contains("dana"))
    #expect(try journal.people()[ids[1]] == "mira")
  }

  @Test("falls back to an older snapshot when the newest is damaged")
  func snapshots() throws {
    let journal = try open()
    try journal.write(under: nil, clock: clock) { batch in
      for body in [UInt8(1), 2] { try RecordTests.keep(snapshot: [body], of: 1, format: 1, in: &batch) }
    }
    #expect(try journal.snapshot(of: 1, format: 1)?.body == [2])
    try journal.queue.write { try $0.execute(sql: "UPDATE snapshots SET body = x'09' WHERE seq = 3") }
    #expect(try journal.snapshot(of: 1, format: 1)?.body == [1])
    #expect(try journal.snapshot(of: 1, format: 2) == nil)
  }

  @Test("reads no snapshot that its log does not name")
  func foreignSnapshots() throws {
    func journal(_ subject: String) throws -> Journal {
      let path = directory.appending(path: "\(subject).sqlite").path(percentEncoded: false)
      let journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 1))
      try journal.write(under: nil, clock: clock) { batch in
        try batch.append(draft(subject))
        try RecordTests.keep(snapshot: Array(subject.utf8), of: 1, format: 1, in: &batch)
        try batch.append(draft(subject))
      }
      return journal
    }
    let (mine, other) = (try journal("mine"), try journal("other"))
    #expect(try mine.snapshot(of: 1, format: 1)?.seq == 2 && other.snapshot(of: 1, format: 1)?.seq == 2)
    // Somebody makes up a state, with all that belongs to it but the entry.
    try mine.queue.write { try $0.execute(sql: "UPDATE snapshots SET body = x'00', salt = x'00'") }
    #expect(try mine.snapshot(of: 1, format: 1) == nil)
    try other.queue.write { try $0.execute(sql: "UPDATE snapshots SET seq = 3") }
    #expect(try other.snapshot(of: 1, format: 1) == nil)
  }

  @Test("does not leave a run out of its list because its row is damaged")
  func registry() throws {
    let journal = try open()
    _ = try journal.register(
      runbook: "a", environment: "b", plan: KeptBlob([1]), directory: "/", after: nil, clock: clock)
    try journal.queue.write { try $0.execute(sql: "UPDATE registry SET plan = 'x'") }
    #expect(throws: JournalError.corrupt(path: path, detail: "a row of its registry of runs cannot be read")) {
      try journal.runs()
    }
  }

  @Test("takes a payload that cannot be read for damage, and not for one that was erased")
  func damagedPayload() throws {
    let journal = try open()
    try journal.write(under: nil, clock: clock) { try $0.append(draft(payload: "why")) }
    try journal.queue.write { try $0.execute(sql: "UPDATE payloads SET body = x'7B'") }
    #expect(throws: JournalError.corrupt(path: path, detail: "event 1 cannot be read in full")) {
      try journal.entries(of: 1) { _ in true }
    }
    try journal.queue.write { try $0.execute(sql: "DELETE FROM payloads") }
    try journal.entries(of: 1) { entry in
      #expect(entry.payload == nil)
      return true
    }
  }

  @Test("takes an event whose plan cannot be told for damage: it would be read under another one")
  func damagedPlan() throws {
    for plan in ["\"x\"", "7"] {
      let body =
        Array(
          #"{"actor":{"auth":"none","id":"start","kind":"engine"},"at":"2027-01-01T00:00:00.000Z","boot":"","#
            .utf8)
        + Array(
          #""data":{},"epoch":1,"#
            .utf8) + Array(#""mono_ms":1,"plan":\#(plan),"run":1,"seq":4,"subject":"","type":"run_paused","v":1}"#.utf8)
      #expect(throws: JournalError.corrupt(path: "j", detail: "event 4 cannot be read in full")) {
        try Entry(body: body, payload: nil, path: "j")
      }
    }
  }

  @Test("gives auditors views for the plain shell")
  func views() throws {
    let journal = try open()
    _ = try journal.register(
      runbook: "a", environment: "b", plan: KeptBlob([1]), directory: "/", after: nil, clock: clock)
    let plain = try DatabaseQueue(path: path)
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/audit.md"),
      encoding: .utf8)
    for view in ["runs", "log", "attempts", "decisions", "commands", "approvals", "overrides", "evidence"] {
      // The page for auditors names the columns, in their order.
      let names = try plain.read {
        try Row.fetchAll($0, sql: "PRAGMA table_info(\(view))").map { $0["name"] as String }
      }
      #expect(page.contains("| `\(view)` | \(names.map { "`\($0)`" }.joined(separator: ", ")) |"), "\(view): \(names)")
      #expect(throws: Never.self) { try plain.read { try Row.fetchAll($0, sql: "SELECT * FROM \(view)") } }
    }
  }
}

@Suite("A file that is no good journal")
struct BadJournalTests {
  let directory = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
  let clock = ClockReading(instant: Instant(milliseconds: 0), monotonic: 0, boot: "b")

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

  @Test("is not made when it is only to be read")
  func missing() throws {
    let path = try file("none.sqlite")
    #expect(refusal(path, access: .read) == .missing(path: path))
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("is left as it is when it belongs to another program")
  func notOurs() throws {
    let path = try file("other.sqlite")
    try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE t (x)") }
    let before = try Data(contentsOf: URL(filePath: path))
    #expect(refusal(path) == .notOurs(path: path))
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test("is left as it is when a newer version wrote it")
  func newer() throws {
    let path = try file("newer.sqlite")
    _ = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 1))
    try DatabaseQueue(path: path).inDatabase { try $0.execute(sql: "PRAGMA user_version = 99") }
    #expect(refusal(path) == .newer(path: path, version: 99, known: 2))
  }

  @Test("is left as it is when it is no database")
  func garbage() throws {
    let path = try file("garbage.sqlite")
    try Data(repeating: 0x41, count: 9_000).write(to: URL(filePath: path))
    guard case .corrupt = refusal(path) else {
      Issue.record("not refused as corrupt: \(String(describing: refusal(path)))")
      return
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == Data(repeating: 0x41, count: 9_000))
  }

  @Test("takes nothing more when somebody put another file in its place, or took it away")
  func replaced() throws {
    for replacement in [true, false] {
      let path = try file("replaced-\(replacement).sqlite")
      let journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 1))
      try FileManager.default.moveItem(atPath: path, toPath: path + ".gone")
      if replacement { try Data().write(to: URL(filePath: path)) }
      #expect(throws: JournalError.self) { try journal.write(under: nil, clock: clock) { $0.nextSequence } }
      #expect(throws: JournalError.self) { try journal.checkHead() }
    }
  }

  @Test("is not begun anew where the locks of its runs show that it was lost", arguments: [true, false])
  func lost(isEmpty: Bool) throws {
    let path = try file("lost.sqlite")
    if isEmpty { try Data().write(to: URL(filePath: path)) }
    try Data().write(to: URL(filePath: path + ".r-1.lock"))
    guard case .lost = refusal(path) else {
      Issue.record("\(String(describing: refusal(path)))")
      return
    }
  }

  @Test("is a file, whatever its name looks like", arguments: [":memory:", "file:x?mode=memory"])
  func names(name: String) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let path = "\(directory.path(percentEncoded: false))/\(name)"
    _ = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 1))
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(refusal("") != nil)
  }

  @Test("says that there is no room, and keeps what it had")
  func full() throws {
    let path = try file("full.sqlite")
    let journal = try Journal(path: path, access: .create, clock: clock, chance: SeededChance(seed: 1))
    try journal.queue.inDatabase { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
    #expect(throws: JournalError.full(path: path)) {
      try journal.write(under: nil, clock: clock) { batch in
        for _ in 0..<200 {
          try batch.append(
            Draft(
              run: 1, type: "t", subject: "", at: clock.instant, cause: nil, actor: .engine(rule: "test"), plan: nil,
              data: Array("{}".utf8), payload: Array(repeating: 0x20, count: 4_000)))
        }
      }
    }
    #expect(try journal.checkpoint().size == 1)
  }
}
