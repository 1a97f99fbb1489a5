import Foundation
import Quantities
import Testing

/// What can be asked of a run while it works, by persons and by scripts.
@Suite("The status of a run")
struct StatusCommandTests {
  private static let book = """
    sanderling: 1
    runbook: works
    inventories: { t: [ {id: a}, {id: b}, {id: c}, {id: d} ] }
    environment:
      providers: { sh: { adapter: process, shell: true } }
      operations:
        go:
          provider: sh
          idempotency: natural
          with: { command: 'echo "begin ${target.id}"; test ! -f fail-${target.id} || exit 3; touch at-${target.id}; while [ -f hang-${target.id} ]; do sleep 0.05; done; echo "end ${target.id}"' }
    phases:
      - id: p
        stages:
          - { id: s, targets: t, waves: { size: 4, concurrency: 3, tolerate: 3 }, steps: [ { id: go, uses: go, undo: none } ] }
    """

  private func program(_ files: String...) throws -> Program {
    let program = try Program()
    try program.write("book.yaml", Self.book)
    for file in files { try program.write(file, "") }
    return program
  }

  private func remove(_ file: String, of program: Program) throws {
    try FileManager.default.removeItem(atPath: "\(program.directory)/\(file)")
  }

  @Test("waits for the end of a run, and says with its exit code how that was; a time that is over is 4")
  func waits() throws {
    let program = try program("hang-a", "fail-b")
    let executor = try program.start(["run", "book.yaml"])
    while !program.has("at-a") { usleep(20_000) }
    #expect(try program.run("status", "--wait", "--timeout", "10ms").status == 4)
    let waiting = try program.start(["status", "r-1", "--wait", "--timeout", "10m"])
    try remove("hang-a", of: program)
    executor.waitUntilExit()
    waiting.waitUntilExit()
    #expect(executor.terminationStatus == 0 && waiting.terminationStatus == 0)
    #expect(try program.run("status", "r-1", "--wait").err.contains("r-1 done"))
    for wrong in [["--timeout", "1m"], ["--wait", "--watch"], ["--csv"], ["--wait", "--timeout", "soon"]] {
      #expect(try program.run(["status"] + wrong).status == 2, "\(wrong)")
    }
  }

  @Test("is not asked of a journal without a name, as of a variable that was never set")
  func noJournal() throws {
    let program = try program()
    let nameless = try program.run("status", "--journal", "")
    #expect(nameless.status == 2 && nameless.err.contains("--journal names no file"), "\(nameless.err)")
  }

  @Test("returns with 9 where a person is needed")
  func needsPerson() throws {
    let program = try program("fail-a", "fail-b", "fail-c", "fail-d")
    #expect(try program.run("run", "book.yaml", "--until-blocked").status == 9)
    let waited = try program.run("status", "--wait")
    #expect(waited.status == 9 && waited.err.contains("r-1 needs you: "), "\(waited.err)")
  }

  @Test("lists each target, those that failed first, for people and spreadsheets")
  func targets() throws {
    let program = try program("fail-c")
    #expect(try program.run("run", "book.yaml").status == 0)
    let table = try program.run("status", "r-1", "--targets").out.split(separator: "\n").map(String.init)
    #expect(table.count == 5 && table[0].hasPrefix("TARGET"))
    #expect(table[1].hasPrefix("p/s/1/c") && table[1].contains("failed") && table[1].contains("exit 3"), "\(table)")
    #expect(table[2].hasPrefix("p/s/1/a") && table[2].contains("done"), "\(table)")
    let csv = try program.run("status", "r-1", "--targets", "--csv").out.components(separatedBy: "\r\n")
    #expect(csv[0] == "run,path,state,step,since,why" && csv[1].hasPrefix("r-1,p/s/1/c,failed,go,20"), "\(csv)")
    let json = try JSON(parsing: Array(program.run("status", "r-1", "--targets", "--json").out.utf8))
    #expect(json["targets"]?.array.map { $0["state"]?.string } == ["failed", "done", "done", "done"], "\(json)")
    #expect(try program.run("status", "--targets", "--json", "--csv").status == 2)
  }

  @Test("is shown again whenever it changes, also where no cursor can move")
  func watched() throws {
    let program = try program("hang-a")
    let executor = try program.start(["run", "book.yaml"])
    while !program.has("at-a") { usleep(20_000) }
    let out = "\(program.directory)/seen"
    try Data().write(to: URL(filePath: out))
    let watching = try program.start(
      ["status", "r-1", "--watch"], out: try #require(FileHandle(forWritingAtPath: out)))
    while !program.read("seen").contains("running") { usleep(20_000) }
    try remove("hang-a", of: program)
    executor.waitUntilExit()
    watching.waitUntilExit()
    let seen = program.read("seen")
    #expect(watching.terminationStatus == 0 && seen.contains("4/4") && !seen.contains("\u{1B}"), "\(seen)")
  }

  @Test("has what a step prints while it prints it, for a reader who sees neither journal nor run change")
  func followed() throws {
    let program = try program("hang-a")
    let executor = try program.start(["run", "book.yaml"])
    while !program.has("at-a") { usleep(20_000) }
    let out = "\(program.directory)/seen"
    try Data().write(to: URL(filePath: out))
    let following = try program.start(["logs", "a", "-f"], out: try #require(FileHandle(forWritingAtPath: out)))
    while !program.read("seen").contains("begin a") { usleep(20_000) }
    #expect(!program.read("seen").contains("end a"))
    try remove("hang-a", of: program)
    following.waitUntilExit()
    executor.waitUntilExit()
    #expect(following.terminationStatus == 0 && executor.terminationStatus == 0)
    let seen = program.read("seen")
    #expect(seen == "── p/s/1/a/go, at work\nbegin a\nend a\n", "\(seen)")
    // What was printed stands in the journal, and nowhere else.
    let left = try FileManager.default.contentsOfDirectory(atPath: program.directory).filter { $0.contains("output") }
    #expect(left.isEmpty, "\(left)")
    #expect(try program.run("logs", "a", "--follow").out.contains("end a"))
  }

  @Test("has what a step printed until its executor was killed, for whoever has to say what came of it")
  func printedByKilled() throws {
    let program = try program("hang-a")
    try program.write("book.yaml", Self.book.replacing("idempotency: natural", with: "idempotency: none"))
    let executor = try program.start(["run", "book.yaml"])
    while !program.has("at-a") { usleep(20_000) }
    #expect(try program.run("logs", "a").out == "── p/s/1/a/go, at work\nbegin a\n")
    kill(executor.processIdentifier, SIGKILL)
    executor.waitUntilExit()
    let words = "── p/s/1/a/go, in doubt, and in no record: until its executor was gone\nbegin a\n"
    #expect(try program.run("logs", "a").out == words)
    let cancel = try program.run("cancel", "a/go", "--reason", "it hangs")
    #expect(cancel.status == 1 && cancel.err.contains("nobody executes r-1"), "\(cancel.err)")
    // The next executor asks, and leaves: what was printed is what there is to go by.
    #expect(try program.run("run", "book.yaml", "--until-blocked").status == 9)
    #expect(try program.run("logs", "a").out == words)
    #expect(try program.run("resolve", "a/go", "--as", "succeeded", "--reason", "it printed begin").status == 0)
    #expect(try program.run("run", "book.yaml").status == 0)
    let left = try FileManager.default.contentsOfDirectory(atPath: program.directory).filter { $0.contains("output") }
    #expect(left.isEmpty, "\(left)")
  }

  @Test("says that a person lets fewer targets be at work, who and why, until that is lifted")
  func limited() throws {
    let program = try program("hang-a", "hang-b", "hang-c", "hang-d")
    let executor = try program.start(["run", "book.yaml"])
    while !(program.has("at-a") && program.has("at-b") && program.has("at-c")) { usleep(20_000) }
    let limited = try program.run("limit", "--at-once", "1", "--reason", "the platform is slow")
    #expect(limited.status == 0 && limited.err.contains("done: limit r-1"), "\(limited.err)")
    #expect(limited.err.contains("sanderling limit --at-once plan --run r-1"))
    #expect(try program.run("status").out.contains("r-1: at most 1 at once, not the 3 of the plan"))
    let why = try program.run("why").out
    let limit = "limited   at most 1 target at once, not 3 by \(NSUserName()): the platform is slow"
    #expect(why.contains(limit), "\(why)")
    #expect(why.contains("sanderling limit --at-once plan --run r-1 --reason"), "\(why)")
    let json = try JSON(parsing: Array(try program.run("status", "--json").out.utf8))
    #expect(json["runs"]?.array.first?["at_once"]?.integer == 1)
    for target in ["a", "b"] { try remove("hang-\(target)", of: program) }
    while try !program.run("status").out.contains("2/4") { usleep(20_000) }
    #expect(!program.has("at-d"), "c is at work, and one is as many as a person allows")
    #expect(try program.run("limit", "--at-once", "3", "--reason", "it is better").status == 1)
    #expect(try program.run("limit", "--at-once", "0", "--reason", "it is better").status == 2)
    #expect(try program.run("limit", "--at-once", "plan", "--reason", "it is better").status == 0)
    while !program.has("at-d") { usleep(20_000) }
    for target in ["c", "d"] { try remove("hang-\(target)", of: program) }
    executor.waitUntilExit()
    #expect(executor.terminationStatus == 0)
    let history = try program.run("history").out
    #expect(history.contains("the platform is slow"), "\(history)")
  }
}
