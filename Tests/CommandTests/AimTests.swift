import Foundation
import Quantities
import Screens
import Testing

/// What a command hits when nobody names a run or a journal.
@Suite("A command that names nothing")
struct AimTests {
  private static let bakes = """
    sanderling: 1
    runbook: NAME
    inventories: { NAME: [ {id: x1}, {id: NAME-2} ] }
    environment: { providers: { n: { adapter: noop } }, operations: { go: { provider: n, idempotency: natural } } }
    phases:
      - { id: p, stages: [ { id: s, targets: NAME, waves: { size: 1 }, bake: 1h, steps: [ { id: go, uses: go, undo: none } ] } ] }
    """

  private static func book(_ name: String) -> String { bakes.replacing("NAME", with: name) }

  @Test("is refused while two runs are open, and says which there are; it finds the only one that has a place")
  func twoRuns() throws {
    let program = try Program()
    for name in ["one", "two"] {
      try program.write("\(name).yaml", Self.book(name))
      #expect(try program.run("run", "\(name).yaml", "--until-blocked").status == 4)
    }
    for command in [["pause"], ["abort"], ["rollback", "--yes"], ["hold", "x1"], ["resume"]] {
      let answer = try program.run(command + ["--reason", "an alarm went off"])
      #expect(answer.status == 2, "\(command): \(answer.err)")
      #expect(answer.err.contains("2 runs are open") && answer.err.contains("r-1: one in inline"), "\(answer.err)")
      #expect(answer.err.contains("r-2: two in inline, nobody executes it"), "\(answer.err)")
    }
    for command in [["why"], ["why", "x1"], ["history"], ["report"]] {
      let answer = try program.run(command)
      #expect(answer.status == 2 && answer.err.contains("2 runs are open"), "\(command): \(answer.out)\(answer.err)")
    }
    #expect(try program.run("history", "r-1", "--type", "command_received", "--json").out.isEmpty)
    let held = try program.run("hold", "one-2", "--reason", "its owner is away")
    #expect(held.status == 0 && held.err.contains("hold r-1 p/s/2/one-2"), "\(held.err)")
    #expect(try program.run("why", "two-2").out.contains("two-2"))
    let nowhere = try program.run("hold", "b9", "--reason", "its owner is away")
    #expect(nowhere.status == 2 && nowhere.err.contains("none of them has `b9`"), "\(nowhere.err)")
    #expect(try program.run("why", "r-1", "b9").err.contains("the plan of r-1 has no `b9`"))
  }

  @Test("takes a phase back only when it is the phase that was named, where a target has the same name")
  func sameName() throws {
    let program = try Program()
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: named
      inventories: { t: [ {id: eu}, {id: us} ] }
      environment: { providers: { n: { adapter: noop } }, operations: { go: { provider: n, idempotency: natural } } }
      phases:
        - { id: eu, stages: [ { id: s, targets: t, waves: { size: 1 }, steps: [ { id: go, uses: go, undo: go } ] } ] }
        - { id: p, stages: [ { id: s, steps: [ { id: go, uses: go, undo: go } ], bake: 1h } ] }
      """)
    #expect(try program.run("run", "book.yaml", "--until-blocked").status == 4)
    let refused = try program.run("rollback", "eu", "--yes", "--reason", "an alarm went off")
    #expect(refused.status == 2 && refused.err.contains("`eu` is a phase and a target of r-1"), "\(refused.err)")
    #expect(refused.err.hasSuffix("\n  eu/\n  eu/s/1/eu\n"), "\(refused.err)")
    for (name, count) in [("eu/", "2 steps"), ("eu/s/1/eu", "1 step"), ("us", "1 step")] {
      #expect(try program.run("rollback", name, "--preview").out.contains("undoes \(count) of"), "\(name)")
    }
    // What is about one target never means the phase, and what approvals are about never means the target.
    for command in [["hold"], ["retry"], ["release"], ["cancel"], ["skip", "--yes"]] {
      let answer = try program.run(command + ["eu", "--reason", "an alarm went off"])
      #expect(answer.status == 1 && !answer.err.contains("name a target or a step"), "\(command): \(answer.err)")
    }
    // Nor are two places offered of which neither would do.
    let forced = try program.run("force", "eu", "--reason", "an alarm went off")
    #expect(forced.err.contains("`eu` is a phase and a target of r-1, and this is about a wave"), "\(forced.err)")
    #expect(forced.status == 2 && forced.err.contains("such as eu/s/1"), "\(forced.err)")
    let approved = try program.run("approve", "eu", "--reason", "looks well to me")
    #expect(!approved.err.contains("is a phase and a target"), "\(approved.err)")
    for command in [["hold"], ["retry"], ["rollback", "--yes"], ["skip", "--yes"]] {
      let answer = try program.run(command + ["nowhere", "--reason", "an alarm went off"])
      #expect(answer.status == 2 && answer.err.contains("the plan of r-1 has no `nowhere`"), "\(answer.err)")
    }
  }

  @Test("ends one step that hangs, and leaves all others alone")
  func cancel() throws {
    let program = try Program()
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: hangs
      inventories: { t: [ {id: good}, {id: bad} ] }
      environment:
        providers: { sh: { adapter: process, shell: true } }
        operations:
          go: { provider: sh, with: { command: 'touch ${target.id}; while [ ! -f go-${target.id} ]; do sleep 0.05; done; echo ${target.id} >> done' }, idempotency: none }
      phases:
        - { id: p, stages: [ { id: s, targets: t, waves: { size: 2, concurrency: 2, tolerate: 1 }, steps: [ { id: go, uses: go, undo: none } ] } ] }
      """)
    let executor = try program.start(["run", "book.yaml", "--until-blocked"])
    while !(program.has("good") && program.has("bad")) { usleep(20_000) }
    #expect(try program.run("why", "bad").out.contains("sanderling cancel p/s/1/bad/go --run r-1"))
    let skip = try program.run("skip", "bad", "--yes", "--reason", "it hangs for an hour")
    #expect(skip.status == 1 && skip.err.contains("`cancel`"), "\(skip.err)")
    let cancelled = try program.run("cancel", "bad/go", "--reason", "it hangs for an hour")
    #expect(cancelled.status == 0 && cancelled.err.contains("done: cancel r-1 p/s/1/bad/go"), "\(cancelled.err)")
    while try !program.run("why", "bad").out.hasPrefix("‖ held") { usleep(20_000) }
    #expect(try program.run("why", "good").out.contains("running"))
    try program.write("go-good", "")
    executor.waitUntilExit()
    // What came of it, nobody can tell: a person is needed, and says it with a code of its own.
    #expect(executor.terminationStatus == 9 && program.read("done") == "good\n")
    #expect(try program.run("history", "--events").out.contains("step_cancelled"))
    #expect(try program.run("resolve", "bad/go", "--as", "not-applied", "--reason", "looked at it").status == 0)
    try program.write("go-bad", "")
    #expect(try program.run("run", "r-1", "--until-blocked").status == 0)
  }

  @Test(
    "is told of what leads on after a blocked undo was settled, whatever settled it", arguments: ["resolve", "retry"])
  func settledUndo(way: String) throws {
    let program = try Program()
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: blocked
      inventories: { t: [ {id: a}, {id: b} ] }
      environment:
        providers: { sh: { adapter: process, shell: true } }
        operations:
          one: { provider: sh, with: { command: 'true' }, idempotency: natural }
          two: { provider: sh, with: { command: '[ ${target.id} = b ]' }, idempotency: natural }
          back: { provider: sh, with: { command: '[ -f mended ]' }, idempotency: natural }
      phases:
        - id: p
          stages:
            - id: s
              targets: t
              waves: { size: 2, tolerate: 1 }
              steps: [ { id: one, uses: one, undo: back }, { id: two, uses: two, undo: none } ]
      """)
    #expect(try program.run("run", "book.yaml", "--until-blocked").status == 9)
    if way == "retry" { try program.write("mended", "") }
    let words = way == "retry" ? ["retry", "a/one"] : ["resolve", "a/one", "--as", "succeeded"]
    #expect(try program.run(words + ["--reason", "undone by hand"]).status == 0)
    #expect(try program.run("run", "r-1", "--until-blocked").status == 9)
    let why = try program.run("why").out
    #expect(why.contains("the undo of p/s/1/a/one is settled") && why.contains("sanderling resume --run r-1"), "\(why)")
    #expect(try program.run("resume", "--reason", "as why says").status == 0)
    let end = try program.run("run", "r-1", "--until-blocked")
    #expect(end.status == 0, "\(end.out)\(end.err)")
  }

  @Test("is told of commands that name the journal, also in JSON, whatever the journal is called")
  func namedJournal() throws {
    let program = try Program()
    try program.write("one.yaml", Self.book("one"))
    let file = #"it's a "j\.sqlite"#
    #expect(try program.run("run", "one.yaml", "--until-blocked", "--journal", file).status == 4)
    let answer = try JSON(parsing: Array(try program.run("why", "--json", "--journal", file).out.utf8))
    let commands: [JSON] = answer["commands"]?.array ?? []
    let command = try #require(commands.first?.string)
    #expect(command.contains(#"--journal 'it'\''s a "j\.sqlite'"#), "\(command)")
    let again = try program.shell(command.replacing("sanderling ", with: "'\(Program.binary)' ") + " --until-blocked")
    #expect(again == 4)
  }

  @Test("names the journal in every command that takes it, and in no other")
  func takers() throws {
    typealias Members = [String: Any]
    let text = Data(try Program().run("--experimental-dump-help").out.utf8)
    let help = try #require(try JSONSerialization.jsonObject(with: text) as? Members)
    func all(_ key: String, of members: Members) -> [Members] { members[key] as? [Members] ?? [] }
    func takes(_ command: Members) -> Bool {
      all("arguments", of: command).contains { all("names", of: $0).contains { $0["name"] as? String == "journal" } }
    }
    let commands = all("subcommands", of: help["command"] as? Members ?? [:])
    #expect(commands.count > 25)
    for command in commands {
      let name = command["commandName"] as? String ?? ""
      let taking = ([command] + all("subcommands", of: command)).contains(where: takes)
      let isNamed = FollowUp.naming("j", in: "sanderling \(name) x") != "sanderling \(name) x"
      // A forecast is about a runbook; the journal only lends a run to compare it with.
      #expect(isNamed == (taking && name != "forecast"), "\(name)")
    }
  }

  @Test("looks for the journal from the runbook upwards, so that no second one begins in silence")
  func journals() throws {
    let program = try Program()
    let unnamed = ["SANDERLING_JOURNAL": ""]
    try program.write("repo/books/one.yaml", Self.book("one"))
    for folder in ["repo/a", "elsewhere"] { try program.write("\(folder)/.keep", "") }
    func run(in folder: String, _ words: String) throws -> (status: Int32, text: String) {
      let command = "cd \(folder) && \(Program.binary) \(words) 2>&1"
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", command]
      process.currentDirectoryURL = URL(filePath: program.directory)
      process.environment = ProcessInfo.processInfo.environment.merging(unnamed.merging(["NO_COLOR": "1"]) { $1 }) {
        $1
      }
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return (process.terminationStatus, text)
    }
    let first = try run(in: "repo", "run books/one.yaml --until-blocked")
    #expect(first.status == 4 && first.text.hasPrefix("new journal: "), "\(first.text)")
    #expect(program.has("repo/state/sanderling.sqlite"))
    // From anywhere it is the same migration, and nothing of it begins again.
    for (folder, book) in [
      ("repo/a", "../books/one.yaml"), ("elsewhere", "../repo/books/one.yaml"), ("repo/books", "one.yaml"),
    ] {
      let again = try run(in: folder, "run \(book) --until-blocked")
      #expect(again.status == 4 && !again.text.contains("new journal"), "\(folder): \(again.text)")
      #expect(again.text.contains("r-1 waits"), "\(again.text)")
      #expect(!program.has("\(folder)/state"))
    }
    #expect(try run(in: "repo/books", "status").text.contains("r-1"))
    // What is printed there works there.
    let far = try run(in: "elsewhere", "run ../repo/books/one.yaml --until-blocked").text
    let printed = try #require(far.firstMatch(of: #/sanderling (why .*)/#)).output.1
    #expect(printed.contains("--journal"), "\(far)")
    let why = try run(in: "elsewhere", String(printed))
    #expect(why.status == 0 && why.text.contains("bakes"), "\(why.text)")
    // A slip of the pen is no new journal.
    let slip = try run(in: "repo", "run books/one.yaml --until-blocked --journal nowhere/x/j.sqlite")
    #expect(
      slip.status == 2 && slip.text.contains("no directory for one") && !program.has("repo/nowhere"), "\(slip.text)")
    let named = try run(in: "repo", "run books/one.yaml --until-blocked --journal a/j.sqlite")
    #expect(named.status == 4 && named.text.hasPrefix("new journal: a/j.sqlite"), "\(named.text)")
  }
}
