import Foundation
import Testing

/// Commands that wait, and those that ask before they do what is final.
@Suite("A command that waits or asks")
struct QueueCommandTests {
  private static let book = """
    sanderling: 1
    runbook: waits
    inventories: { t: [ {id: a}, {id: b} ] }
    environment: { providers: { n: { adapter: noop } }, operations: { go: { provider: n, idempotency: natural } } }
    phases:
      - { id: p, stages: [ { id: s, targets: t, waves: { size: 1 }, bake: 1h, steps: [ { id: go, uses: go, undo: go } ] } ] }
    """

  private func program() throws -> Program {
    let program = try Program()
    try program.write("book.yaml", Self.book)
    #expect(try program.run("run", "book.yaml", "--until-blocked").status == 4)
    return program
  }

  @Test("is listed with whose it is and why, and can be withdrawn until an executor takes it up")
  func withdrawn() throws {
    let program = try program()
    #expect(try program.run("commands").out == "no command waits\n")
    #expect(try program.run("pause", "--reason", "an alarm went off").err.contains("recorded: pause r-1"))
    #expect(try program.run("hold", "b", "--reason", "its owner is away").status == 0)
    let listed = try program.run("commands", "r-1").out
    let rows = listed.split(separator: "\n").map(String.init)
    #expect(rows[1].contains("pause") && rows[1].contains("an alarm went off") && rows[1].contains(NSUserName()))
    #expect(rows[2].contains("hold") && rows[2].contains("p/s/2/b"), "\(listed)")
    #expect(try program.run("status").out.contains("2 commands wait for an executor of r-1:  sanderling commands r-1"))
    #expect(try program.run("why").out.contains("queued    pause of"))
    let id = try #require(rows[1].split(separator: " ").first.map(String.init))
    let withdrawn = try program.run("withdraw", id)
    #expect(withdrawn.status == 0 && withdrawn.err == "withdrawn: pause r-1\n", "\(withdrawn.err)")
    #expect(try program.run("withdraw", id).status == 2)
    #expect(try program.run("withdraw", "").status == 2)
    #expect(!(try program.run("commands").out.contains("pause")))
    #expect(try program.run("run", "r-1", "--until-blocked").status == 4)
    let history = try program.run("history", "--events").out
    #expect(history.contains("target_held") && !history.contains("run_paused"), "\(history)")
    #expect(try program.run("commands").out == "no command waits\n")
  }

  @Test("that is final needs a yes where nobody can be asked, and is refused before that where it would be anyway")
  func yes() throws {
    let program = try program()
    for command in [["abort"], ["skip", "b"]] {
      let asked = try program.run(command + ["--reason", "enough"])
      #expect(asked.status == 2 && asked.err.contains("needs a yes") && asked.err.contains("say --yes"), "\(asked.err)")
    }
    #expect(try program.run("commands").out == "no command waits\n")
    let done = try program.run("skip", "a", "--reason", "enough")
    #expect(done.status == 1 && done.err.contains("skip is refused"), "\(done.err)")
    #expect(try program.run("skip", "b", "--yes", "--reason", "enough").err.contains("recorded: skip r-1 p/s/2/b"))
    #expect(try program.run("abort", "--yes", "--reason", "enough").err.contains("recorded: abort r-1"))
    #expect(try program.run("run", "r-1", "--until-blocked").status == 1)
  }

  @Test("takes targets back, and never one step of one in silence")
  func step() throws {
    let program = try program()
    for more in [["--preview"], ["--yes", "--reason", "enough"], ["--queue", "--yes", "--reason", "enough"]] {
      let refused = try program.run(["rollback", "a/go"] + more)
      #expect(refused.status == 2 && refused.err.contains("is one step of one; nothing was changed"), "\(refused.err)")
      #expect(refused.err.contains("sanderling rollback p/s/1/a --run r-1 --preview"), "\(refused.err)")
    }
    #expect(try program.run("rollback", "p/s/1/a", "--run", "r-1", "--preview").status == 0)
    #expect(try program.run("commands").out == "no command waits\n")
  }
}
