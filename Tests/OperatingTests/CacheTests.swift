import Conducting
import Engine
import Foundation
import GRDB
import Journaling
import Operating
import Quantities
import Records
import Testing

/// The tables beside the log, changed by hand: nobody believes them.
@Suite("What lies beside the log")
struct CacheTests {
  private static func change(_ shelf: Shelf, _ statement: String) throws {
    try DatabaseQueue(path: shelf.journal).write { try $0.execute(sql: statement) }
  }

  private static func place(_ shelf: Shelf) throws -> Int64? {
    try DatabaseQueue(path: shelf.journal).read { try Int64.fetchOne($0, sql: "SELECT seq FROM inbox") }
  }

  /// Says `run` again, as a job that repeats does.
  private static func runAgain(_ shelf: Shelf) async throws {
    try await shelf.start()
    try await shelf.work()
  }

  @Test(
    "is compared with it before a run that was done begins again",
    arguments: [
      ("UPDATE registry SET runbook = 'other'", "the runbook of r-1 is `other` there, and `short` in the log"),
      ("UPDATE registry SET environment = 'prod'", "the environment of r-1 is `prod` there"),
      ("UPDATE registry SET directory = '/tmp'", "the directory of r-1 is `/tmp` there"),
      ("UPDATE registry SET created_ms = created_ms + 1", "the created_ms of r-1"),
      ("UPDATE registry SET plan = '\(Digest(of: []).hex)'", "the plan of r-1 is `\(Digest(of: []).hex)` there"),
      ("UPDATE registry SET outcome = 'aborted'", "the outcome of r-1 is `aborted` there, and `done` in the log"),
      ("UPDATE registry SET outcome = NULL", "the outcome of r-1 is `open` there, and `done` in the log"),
      ("UPDATE registry SET run = 2", "has no r-1, and the log has"),
      ("DELETE FROM registry", "it knows no run r-1"),
      (
        "INSERT INTO registry SELECT 7, runbook, environment, plan, directory, created_ms, NULL FROM registry",
        "has r-7, and the log never had it"
      ),
    ])
  func registry(statement: String, words: String) async throws {
    let shelf = try Shelf(StartTests.short)
    try await Self.runAgain(shelf)
    try Self.change(shelf, statement)
    let refusal = try await refusal { try await Self.runAgain(shelf) }
    #expect(refusal.kind == .integrity && refusal.message.contains(words), "\(refusal)")
    #expect(refusal.message.contains("good copy") || refusal.message.contains("newest copy"), "\(refusal)")
    // A command that only reads says so, too.
    let standing = Result { try shelf.desk(access: .read).standing() }
    switch standing {
    case .success(let standing): #expect(standing.refusal?.kind == .integrity)
    case .failure(let error): #expect((error as? Refusal)?.kind == .integrity)
    }
  }

  @Test("is compared with it before an open run counts as done, and another one begins beside it")
  func openRun() async throws {
    let shelf = try Shelf()
    try await Self.runAgain(shelf)
    try Self.change(shelf, "UPDATE registry SET outcome = 'done'")
    let refusal = try await refusal { try await shelf.start() }
    #expect(refusal.kind == .integrity && refusal.message.contains("is `done` there, and `open` in the log"))
    // What the sentence says to do is right.
    try Self.change(shelf, "UPDATE registry SET outcome = NULL WHERE run = 1")
    #expect(try await shelf.start().run.name == "r-1")
  }

  @Test("still says the truth about a run that was taken back after it was done, and amended before")
  func truth() async throws {
    let shelf = try Shelf(StartTests.short)
    try await Self.runAgain(shelf)
    try await shelf.send(.rollback(nil))
    _ = try shelf.desk(access: .read).run(nil)
    try await shelf.work("r-1")
    #expect(try shelf.desk(access: .read).run(nil).outcome == "rolled_back")
  }

  @Test("takes no command up twice, and loses none, whatever is said about it in the inbox")
  func inbox() async throws {
    let shelf = try Shelf()
    try await Self.runAgain(shelf)
    try await shelf.send(.pause)
    try await shelf.work()
    for (statement, words) in [
      ("UPDATE inbox SET seq = NULL", "a command waits there, and was taken up as event"),
      ("UPDATE inbox SET seq = 3", "a command says that it became event 3 of r-1, which is another one"),
    ] {
      let before = try Self.place(shelf)
      try Self.change(shelf, statement)
      let refusal = try await refusal { try await shelf.work() }
      #expect(refusal.kind == .integrity && refusal.message.contains(words), "\(refusal)")
      try Self.change(shelf, "UPDATE inbox SET seq = \(try #require(before))")
    }
    #expect(try await shelf.work().way == .waits)
  }

  @Test("is compared with it where people or commands wrote something that could be erased")
  func payloads() async throws {
    let shelf = try Shelf()
    try await Self.runAgain(shelf)
    try await shelf.send(.pause)
    try await shelf.work()
    try Self.change(shelf, #"UPDATE payloads SET body = CAST('{"reason":"another"}' AS BLOB) WHERE seq > 2"#)
    let refusal = try await refusal { _ = try shelf.desk(access: .read).account(of: nil) }
    #expect(refusal.kind == .integrity && refusal.message.contains("was changed"), "\(refusal)")
  }
}
