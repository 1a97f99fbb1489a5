import Foundation
import Testing

/// A changed runbook in the middle of its run, as people do it.
@Suite("Amendments at the command line")
struct AmendCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try FileManager.default.createDirectory(
      atPath: "\(program.directory)/book/trust", withIntermediateDirectories: true)
    try write("book/stores.csv", "id,country\na,NL\nb,NL\nc,PT\nd,PT\n")
    try write(
      "book/trust/people.yaml",
      """
      sanderling: 1
      people:
        ola: { roles: [manager], accounts: ["\(NSUserName())"] }
        mira: { roles: [manager], accounts: [mira-elsewhere] }
      """)
    try write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: amended
      inventories: { stores: stores.csv }
      phases:
        - id: one
          stages:
            - id: s
              targets: stores
              select: { count: 2 }
              waves: { size: 2, tolerate: 0 }
              steps: [ { id: a, uses: noop, undo: none } ]
        - id: two
          approve: { count: 1, role: manager }
          stages:
            - id: s
              targets: stores
              waves: { size: 2, tolerate: 0 }
              steps: [ { id: a, uses: noop, undo: none } ]
      """)
  }

  private var book: String { "\(program.directory)/book" }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(program.directory)/\(name)"))
  }

  private func change(_ name: String, _ old: String, _ new: String) throws {
    let text = try String(contentsOfFile: "\(program.directory)/\(name)", encoding: .utf8)
    try #require(text.contains(old))
    try write(name, text.replacing(old, with: new))
  }

  private func run(_ words: String...) throws -> Program.Result { try program.run(words) }

  @Test("are shown, approved by who decides about the phase, and carried out around what was done")
  func whole() throws {
    #expect(try run("run", book, "--until-blocked").status == 9)
    try change("book/stores.csv", "d,PT\n", "e,SE\nf,SE\n")
    let stale = try run("run", book, "--until-blocked")
    #expect(stale.status == 5 && stale.err.contains("sanderling amend"), "\(stale.err)")
    let preview = try run("amend", book, "--preview")
    #expect(preview.status == 0, "\(preview.err)")
    #expect(
      preview.out.contains("2 targets (e, f) added") && preview.out.contains("1 target (d) removed")
        && preview.out.contains("keeps 1 wave that was begun")
        && preview.out.contains("needs 1 approval by a manager for `two`"), "\(preview.out)")
    let amend = try run("amend", book, "--yes", "--reason", "d closes, e and f open")
    #expect(amend.status == 0, "\(amend.err)")
    // Whoever asked for it is one person, and the approval is the word of another one.
    let own = try run("approve", "--amendment", "--reason", "looks right to me")
    #expect(own.status == 1 && own.err.contains("ola asked for the amendment"), "\(own.err)")
    #expect(try run("reject", "--amendment", "--reason", "not like this").status == 0)
    #expect(try run("run", "r-1", "--until-blocked").status == 9)
    #expect(try run("history").out.contains("dropped: rejected by ola"))
    #expect(try run("run", book).status == 5)
  }

  @Test("say whose approval of what was planned before is void")
  func voids() throws {
    try change("book/runbook.yaml", "approve: { count: 1, role: manager }", "approve: { count: 2, role: manager }")
    #expect(try run("run", book, "--until-blocked").status == 9)
    #expect(try run("approve", "two", "--reason", "go on").status == 0)
    #expect(try run("run", book, "--until-blocked").status == 9)
    try change("book/stores.csv", "d,PT\n", "")
    let preview = try run("amend", book, "--preview")
    #expect(preview.out.contains("voids the approval of ola for `two`"), "\(preview.out)")
    #expect(try run("amend", book, "--preview", "--json").out.contains(#""voids":[{"path":"two","person":"ola"}]"#))
    // As it says, so it comes.
    #expect(try run("amend", book, "--yes", "--reason", "d closes").status == 0)
    #expect(try run("run", "r-1", "--until-blocked").status == 9)
    #expect(try run("history").out.contains("void"))
  }

  @Test("without more risk take effect at once under an executor at work, which goes on under the new plan")
  func live() throws {
    let executor = try program.start(["run", book], environment: [:])
    while try !run("history").out.contains("one › s › 1"), executor.isRunning { usleep(20_000) }
    try change("book/stores.csv", "d,PT\n", "")
    let amend = try run("amend", book, "--yes", "--reason", "d closes")
    #expect(amend.status == 0 && amend.err.contains("done: amend r-1"), "\(amend.err)")
    while try !run("history").out.contains("AMENDED"), executor.isRunning { usleep(20_000) }
    let approve = try run("approve", "two", "--reason", "go on")
    #expect(approve.status == 0, "\(approve.err)")
    executor.waitUntilExit()
    #expect(executor.terminationStatus == 0)
    let history = try run("history").out
    #expect(history.contains("✓ 1 of 1") && !history.contains("two › s › 2"), "\(history)")
    // The same files: this run has done them. Every event names the plan that was in force.
    #expect(try run("run", book).status == 0)
    #expect(try run("status").out.contains("3/3"))
  }

  @Test("leave the executor as easy to stop as it was", arguments: [SIGINT, SIGTERM])
  func stoppable(signal: Int32) throws {
    let executor = try program.start(["run", book], environment: [:])
    defer { executor.terminate() }
    while try !run("history").out.contains("one › s › 1"), executor.isRunning { usleep(20_000) }
    try change("book/stores.csv", "d,PT\n", "")
    #expect(try run("amend", book, "--yes", "--reason", "d closes").status == 0)
    while try !run("history").out.lowercased().contains("amended"), executor.isRunning { usleep(20_000) }
    kill(executor.processIdentifier, signal)
    let end = Date(timeIntervalSinceNow: 60)
    while executor.isRunning, Date() < end { usleep(20_000) }
    #expect(!executor.isRunning)
    if executor.isRunning { kill(executor.processIdentifier, SIGKILL) }
    executor.waitUntilExit()
    #expect(executor.terminationReason == .exit && executor.terminationStatus == 130)
  }

  @Test("are refused where they change what was done, with the place, and leave the run as it is")
  func refused() throws {
    #expect(try run("run", book, "--until-blocked").status == 9)
    try change(
      "book/runbook.yaml", "steps: [ { id: a, uses: noop, undo: none } ]\n  - id: two",
      "steps: [ { id: b, uses: noop, undo: none } ]\n  - id: two")
    try change("book/stores.csv", "a,NL", "a,BE")
    let amend = try run("amend", book, "--yes", "--reason", "a mistake")
    #expect(amend.status == 5, "\(amend.err)")
    #expect(
      amend.err.contains("stage `one/s` has begun, and step `a` changed")
        && amend.err.contains("`country` of `a` changed"), "\(amend.err)")
    #expect(try run("amend", book, "--yes").status == 2)
    #expect(try run("run", "r-1", "--until-blocked").status == 9)
  }
}
