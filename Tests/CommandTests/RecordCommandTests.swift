import Foundation
import Testing

/// What lies in a journal, and what is left of a person who is taken out of it.
@Suite("The record at the command line")
struct RecordCommandTests {
  let program: Program
  private var book: String { "\(program.directory)/book" }
  private var journal: String { "\(program.directory)/journal.sqlite" }

  init() throws {
    program = try Program()
    try FileManager.default.createDirectory(atPath: "\(book)/trust", withIntermediateDirectories: true)
    let runbook = """
      sanderling: 1
      runbook: moved
      owner: marvin@example.com
      authors: [quentin]
      phases:
        - id: one
          approve: { count: 1, role: manager }
          stages:
            - id: s
              steps: [ { id: a, uses: process, with: { command: [./move] }, undo: none } ]
      """
    let people = """
      sanderling: 1
      people:
        marvin: { roles: [manager], accounts: ["\(NSUserName())"], principals: [marvin@example.com] }
        quentin: { roles: [manager], accounts: [quentin-q], principals: [quentin@example.com] }
      """
    for (name, text) in [
      ("runbook.yaml", runbook), ("trust/people.yaml", people), ("trust/salt", String(repeating: "a7", count: 32)),
      ("move", "#!/bin/sh\necho moved for marvin\n"),
    ] {
      try Data((text + "\n").utf8).write(to: URL(filePath: "\(book)/\(name)"))
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(book)/move")
  }

  private func shell(_ query: String) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sqlite3", "-readonly", journal, query]
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  private static let names = ["marvin", "quentin"]

  @Test("holds no name in its entries and plans, says which files ran, and loses a person without a trace")
  func whole() throws {
    #expect(try program.run("run", book, "--until-blocked").status == 9)
    #expect(try program.run("approve", "one", "--reason", "marvin looked at it").status == 0)
    #expect(try program.run("run", "r-1", "--until-blocked").status == 0)
    let entries = try shell("SELECT CAST(body AS TEXT) FROM events UNION ALL SELECT CAST(body AS TEXT) FROM blobs")
    for name in Self.names { #expect(!entries.contains(name), "\(name)") }
    #expect(entries.contains("\"v\":2") && entries.contains("\"format\":3"))
    let history = try program.run("history", "r-1").out
    #expect(history.contains("by marvin") && history.contains("marvin looked at it"))
    let events = try program.run("history", "r-1", "--events").out
    #expect(events.contains("files=") && events.contains("version="))
    // One runs again while an executor would; both are taken out.
    for name in Self.names {
      let result = try program.run("audit", "erase", name, "--reason", "asked for it", "--yes")
      #expect(result.status == 0 && result.out.contains("erased: "), "\(result.err)")
    }
    let bytes = ["", "-wal", "-shm"].map { end in
      String(decoding: FileManager.default.contents(atPath: journal + end) ?? Data(), as: UTF8.self)
    }.joined()
    for name in Self.names + ["quentin-q", "example.com"] { #expect(!bytes.contains(name), "\(name)") }
    let after = try program.run("history", "r-1")
    #expect(after.status == 0 && after.out.contains("by p_") && !after.out.contains("marvin"))
    #expect(try program.run("status", "--all").status == 0)
    #expect(try shell("SELECT count(*) FROM events WHERE type = 'payloads_erased'") == "2\n")
    let again = try program.run("audit", "erase", "marvin", "--reason", "asked for it", "--yes")
    #expect(again.status == 1 && again.err.contains("nobody in it is called `marvin`"))
  }
}
