import Foundation
import Quantities
import Testing

@Suite("The program")
struct CommandTests {
  static let small = """
    sanderling: 1
    runbook: small
    inventories: { sites: [ { id: a }, { id: b }, { id: c } ] }
    phases:
      - id: move
        stages:
          - id: sites
            targets: sites
            waves: { sizes: [1, 2], concurrency: 2, tolerate: 1 }
            steps: [ { id: copy, uses: do, undo: take-back } ]
    environment:
      providers: { shell: { adapter: process, shell: true } }
      operations:
        do: { provider: shell, with: { command: "echo ${target.id} >> done" }, idempotency: natural }
        take-back: { provider: shell, with: { command: "echo ${target.id} >> undone" }, idempotency: natural }
    """

  /// A step that says that it began, and goes on when the test says so: no test depends on who is faster.
  static let untilTold = "touch began; while [ ! -f go ]; do sleep 0.05; done;"

  @Test("a finding that is so in some environments says in which")
  func environments() throws {
    let program = try Program()
    let book = "\(Program.repository)/runbooks/retail-assistant"
    let all = try program.run("validate", book).out.split(separator: "\n").filter { $0.contains("[G301]") }
    #expect(all.count == 2)
    #expect(all.contains { $0.contains("(in environment `production`)") })
    #expect(all.contains { $0.contains("(in environment `local`)") })
    let one = try program.run("validate", book, "--env", "local").out
    #expect(one.contains("[G301]") && !one.contains("(in environment"))
  }

  @Test("writes a starter that validates, plans and runs")
  func starter() throws {
    let program = try Program()
    #expect(try program.run("init", "mine").status == 0)
    #expect(try program.run("init", "mine").status == 2)
    let validated = try program.run("validate", "mine")
    #expect(validated.status == 0 && validated.out.contains("no errors"))
    #expect(try program.run("plan", "mine").status == 0)
    let result = try program.run("run", "mine", "--until-blocked")
    #expect(result.status == 0, "\(result.out)\(result.err)")
    #expect(program.read("mine/work/ams-01") == "welcome\n")
  }

  @Test("runs, tells, and takes back")
  func whole() throws {
    let program = try Program()
    try program.write("small.yaml", Self.small)
    #expect(try program.run("run", "small.yaml").status == 0)
    #expect(program.read("done").split(separator: "\n").sorted() == ["a", "b", "c"])
    #expect(try program.run("status", "r-1").out.contains("done"))
    #expect(try program.run("history", "--csv").out.split(whereSeparator: \.isNewline).count > 10)
    let preview = try program.run("rollback", "--preview", "--reason", "looking only")
    #expect(preview.status == 0 && preview.out.contains("3 steps of 3 targets"))
    #expect(try program.run("rollback", "--reason", "no yes").status == 2)
    #expect(try program.run("rollback", "--yes", "--reason", "a test").status == 1)
    #expect(
      program.read("undone").split(separator: "\n") == ["c", "b", "a"]
        || program.read("undone").split(separator: "\n") == ["b", "c", "a"])
    #expect(try program.run("rollback", "--yes", "--reason", "again").err.contains("nothing to undo"))
  }

  @Test("uses its exit codes")
  func exitCodes() throws {
    let program = try Program()
    try program.write("small.yaml", Self.small)
    try program.write("wrong.yaml", Self.small.replacing("stages:", with: "stags:"))
    try program.write(
      "waits.yaml", Self.small.replacing("uses: do,", with: "uses: manual, with: { instruction: look },"))
    #expect(try program.run("--nonsense").status == 2)
    #expect(try program.run("rollbak").err.contains("sanderling rollback"))
    #expect(try program.run("validate", "wrong.yaml").status == 3)
    #expect(try program.run("run", "wrong.yaml").status == 3)
    #expect(try program.run("status").status == 1)
    let waiting = try program.run("run", "waits.yaml", "--until-blocked")
    #expect(waiting.status == 9, "\(waiting.out)\(waiting.err)")
    #expect(try program.run("pause", "--reason", "nobody is here").err.contains("recorded: pause"))
    #expect(try program.run("status").out.contains("1 command waits for an executor of r-1"))
    #expect(try program.run("plan", "small.yaml", "--out", "plan.json").status == 0)
    #expect(try program.run("plan", "small.yaml", "--check", "plan.json").status == 0)
    try program.write("small.yaml", Self.small.replacing("tolerate: 1", with: "tolerate: 2"))
    let stale = try program.run("run", "small.yaml", "--plan", "plan.json")
    #expect(stale.status == 5 && stale.err.contains("small.yaml"))
    #expect(try program.run("plan", "small.yaml", "--check", "plan.json").status == 5)
  }

  @Test("lets one executor have a run, and takes commands from another process")
  func commands() async throws {
    let program = try Program()
    try program.write(
      "slow.yaml",
      Self.small.replacing("echo ${target.id} >> done", with: "\(Self.untilTold) echo ${target.id} >> done"))
    let executor = try program.start(["run", "slow.yaml"])
    while executor.isRunning, !program.has("began") { usleep(20_000) }
    #expect(try program.run("run", "slow.yaml").status == 6)
    let paused = try program.run("pause", "--reason", "a test pauses")
    #expect(paused.status == 0 && paused.err.contains("done: pause"), "\(paused.err)")
    #expect(try program.run("pause", "--reason", "a test pauses again").status == 1)
    #expect(try program.run("resume", "--reason", "a test goes on").status == 0)
    try program.write("go", "")
    executor.waitUntilExit()
    #expect(executor.terminationStatus == 0)
    #expect(try program.run("history", "--type", "command_received").out.contains("a test pauses"))
  }

  @Test("leaves at ^C when what runs is done, and goes on later")
  func interrupt() throws {
    let program = try Program()
    try program.write(
      "slow.yaml",
      Self.small.replacing("echo ${target.id} >> done", with: "\(Self.untilTold) echo ${target.id} >> done"))
    let executor = try program.start(["run", "slow.yaml"])
    while executor.isRunning, !program.has("began") { usleep(20_000) }
    executor.interrupt()
    // The step may only end once the executor has heard the signal and starts nothing more.
    while executor.isRunning, try !program.run("history", "--type", "executor_draining").out.contains("draining") {
      usleep(20_000)
    }
    try program.write("go", "")
    executor.waitUntilExit()
    #expect(executor.terminationStatus == 130)
    #expect(program.read("done") == "a\n")
    #expect(try program.run("run", "r-1").status == 0)
    #expect(program.read("done").split(separator: "\n").sorted() == ["a", "b", "c"])
  }

  @Test("makes the same plan in every time zone and under every hash seed")
  func samePlan() throws {
    let program = try Program()
    let retail = "\(Program.repository)/runbooks/retail-assistant"
    var digests: Set<String> = []
    for (zone, seed) in [("UTC", "1"), ("Asia/Tokyo", ""), ("America/Sao_Paulo", ""), ("Pacific/Kiritimati", "")] {
      let file = "plan-\(zone.replacing("/", with: "-")).json"
      let result = try program.run(
        ["plan", retail, "--env", "local", "--out", file],
        environment: seed.isEmpty ? ["TZ": zone] : ["TZ": zone, "SWIFT_DETERMINISTIC_HASHING": seed])
      #expect(result.status == 0, "\(result.err)")
      digests.insert(Digest(of: Array(program.read(file).utf8)).hex)
    }
    #expect(digests.count == 1)
  }

  @Test("keeps a secret out of everything that it writes")
  func secrets() throws {
    let program = try Program()
    let canary = "canary-\(UUID().uuidString)"
    try program.write(
      "secret.yaml",
      Self.small.replacing(
        "{ adapter: process, shell: true }",
        with: "{ adapter: process, shell: true, set: { TOKEN: { secret: env:CANARY } } }"
      ).replacing(
        "echo ${target.id} >> done",
        with:
          "echo $TOKEN; echo $TOKEN >&2; echo \\\"{\\\\\\\"t\\\\\\\":\\\\\\\"$TOKEN\\\\\\\"}\\\"; [ ${target.id} = a ] && exit 3; exit 0"
      ))
    let result = try program.run("run", "secret.yaml", "--until-blocked", "--verbose", environment: ["CANARY": canary])
    let history = try program.run("history", "--json")
    let why = try program.run("why")
    let files = try FileManager.default.contentsOfDirectory(atPath: program.directory).filter {
      $0.hasPrefix("journal")
    }
    let journal = files.map { (try? Data(contentsOf: URL(filePath: "\(program.directory)/\($0)"))) ?? Data() }
    #expect(journal.contains { !$0.isEmpty })
    for bytes in journal { #expect(bytes.range(of: Data(canary.utf8)) == nil) }
    for text in [result.out, result.err, history.out, why.out] { #expect(!text.contains(canary)) }
    #expect(history.out.contains("step_failed"), "\(history.out)")
  }

  @Test("says which run cannot be read, and why, and shows the others, with exit 7")
  func unreadable() throws {
    let program = try Program()
    try program.write("small.yaml", Self.small)
    #expect(try program.run("run", "small.yaml").status == 0)
    let damage = Process()
    damage.executableURL = URL(filePath: "/usr/bin/env")
    damage.arguments = [
      "python3", "-c",
      "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('DELETE FROM blobs'); c.commit()",
      "\(program.directory)/journal.sqlite",
    ]
    try damage.run()
    damage.waitUntilExit()
    try #require(damage.terminationStatus == 0)
    let alone = try program.run("status")
    #expect(alone.status == 7 && alone.out.isEmpty, "\(alone.out)")
    #expect(alone.err.contains("error: r-1 cannot be read: the plan ") && alone.err.contains("is missing or damaged"))
    for command in [
      ["why", "r-1"], ["history", "r-1"], ["run", "r-1"], ["pause", "--run", "r-1", "--reason", "a test"],
    ] {
      let result = try program.run(command)
      #expect(result.status == 7 && result.err.contains("is missing or damaged"), "\(command): \(result.err)")
    }
    try program.write("other.yaml", Self.small.replacing("runbook: small", with: "runbook: other"))
    #expect(try program.run("run", "other.yaml").status == 0)
    let both = try program.run("status", "--all")
    #expect(both.status == 7 && both.out.contains("r-2") && both.err.contains("r-1 cannot be read"), "\(both.out)")
    #expect(try program.run("status", "r-2").status == 0)
  }

  @Test("ends quietly when its reader goes away")
  func closedPipe() throws {
    let program = try Program()
    try program.write("small.yaml", Self.small)
    #expect(try program.run("run", "small.yaml").status == 0)
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = [
      "-c",
      "\(Program.binary) history --events --journal \(program.directory)/journal.sqlite 2>err | head -1 > /dev/null; cat err",
    ]
    shell.currentDirectoryURL = URL(filePath: program.directory)
    try shell.run()
    shell.waitUntilExit()
    #expect(program.read("err").isEmpty)
  }
}
