import Foundation
import Testing

/// What is printed to be copied works as it stands: each such line goes through a shell at a terminal, on a copy of the
/// directory and its journal, and must be taken.
@Suite("A command that is printed", .enabled(if: Program.hasPython, "python3 is not installed"))
struct PrintedCommandsTests {
  /// A state in which a run stands, how it came to that, and what is looked at then.
  struct Scene: Sendable, CustomTestStringConvertible {
    var name: String
    /// The book, or what stands in place of it.
    var book = PrintedCommandsTests.boxes
    var path = "boxes.yaml"
    /// Files that steer the steps.
    var files: [String] = []
    /// Lines for a shell, one after the other; what they print is looked at, too.
    var script: [String] = []
    var looks = ["status", "why", "history"]
    var journal = "journal.sqlite"
    /// How many commands there are at least.
    var atLeast = 2
    /// What is at work while others look: its arguments, the file that says so, and the one that keeps it at work.
    var executor: (words: [String], began: String, end: String)?

    var testDescription: String { name }
  }

  /// Three targets in two waves. `fail-TARGET`, `doubt-TARGET` and `stuck-TARGET` steer them.
  static let boxes = """
    sanderling: 1
    runbook: boxes
    inventories: { boxes: [ {id: b1}, {id: b2}, {id: b3} ] }
    environment:
      providers: { sh: { adapter: process, shell: true } }
      operations:
        one: { provider: sh, with: { command: 'touch began-${target.id}; while [ -e hang-${target.id} ]; do sleep 0.02; done; [ ! -e doubt-${target.id} ] || kill -TERM $$' }, idempotency: none }
        two: { provider: sh, with: { command: '[ ! -e fail-${target.id} ]' }, idempotency: natural }
        back: { provider: sh, with: { command: '[ ! -e stuck-${target.id} ]' }, idempotency: natural }
    phases:
      - id: main
        stages:
          - id: boxes
            targets: boxes
            waves: { sizes: [2, 1], concurrency: 2, tolerate: 1, admission: eager }
            bake: BAKE
            steps: [ { id: one, uses: one, undo: back }, { id: two, uses: two, undo: back } ]
    """

  private static func book(_ name: String, steps: String, top: String = "", stage: String = "") -> String {
    """
    sanderling: 1
    runbook: \(name)
    inventories: { things: [ {id: t1}, {id: t2} ] }
    \(top)
    phases:
      - { id: p, stages: [ { id: s, targets: things, waves: { size: 1 }, steps: [ \(steps) ]\(stage) } ] }
    """
  }

  private static let approved = """
    sanderling: 1
    runbook: approved
    phases:
      - id: one
        approve: { count: 2, role: manager, emergency: manager }
        stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ]
    """

  private static let measured = book(
    "measured", steps: "{ id: a, uses: noop, undo: noop }",
    top: """
      signals: { lag: { query: feed, per: global, every: 1s, no_data: hold } }
      gates: { fine: [ lag < 1 ] }
      environment:
        providers: { sh: { adapter: process, shell: true } }
        operations: { feed: { provider: sh, with: { command: 'echo 9' } } }
      """, stage: ", gate: { require: fine, deadline: 1s, on_breach: hold }")

  /// The state in which most things are wrong: a target of the first wave failed, and one more than is tolerated.
  private static let held = ["fail-b1", "fail-b2"]
  private static let begin = "sanderling run boxes.yaml --until-blocked"
  private static let places = [
    "status", "why", "why b1", "why b1/one", "why b3", "why main/boxes/1", "rollback --preview",
  ]

  static let scenes: [Scene] = [
    Scene(
      name: "nothing yet",
      script: ["sanderling init mine", "sanderling init ''", "sanderling validate boxes.yaml", "sanderling valdate x"],
      looks: [
        "plan boxes.yaml", "why", "why r-9", "history", "plan boxes.yaml --wave main", "plan boxes.yaml --target b9",
        "explain G99", "help runn", "run boxs.yaml", "doctor boxes.yaml",
      ], atLeast: 7),
    Scene(
      name: "done", script: [begin, begin, begin],
      looks: places + ["status --all", "history", "watch r-1", "audit list", "audit verify"]),
    Scene(name: "held", files: held, script: [begin], looks: places + ["resume --reason x --run r-1"], atLeast: 7),
    Scene(
      name: "failed within its budget", files: ["fail-b1"],
      script: [begin, "sanderling retry b1 --reason late", "sanderling run boxes.yaml"],
      looks: ["status", "why", "why b1", "history"], atLeast: 5),
    Scene(
      name: "held, in another journal", files: held, script: ["\(begin) --journal other.sqlite"],
      looks: (places + ["resume --reason x --run r-1"]).map { "\($0) --journal other.sqlite" }, atLeast: 7),
    Scene(
      name: "held, in a journal and a book with spaces", path: "my boxes/my boxes.yaml",
      files: held.map { "my boxes/\($0)" },
      script: [
        "sanderling validate 'my boxes/my boxes.yaml'",
        "sanderling run 'my boxes/my boxes.yaml' --until-blocked --journal 'the journal.sqlite'",
      ],
      looks: (places + ["resume --reason x --run r-1"]).map { "\($0) --journal 'the journal.sqlite'" }
        + ["plan 'my boxes/my boxes.yaml'", "plan 'my boxes/my boxes.yaml' --check nowhere", "init 'my own'"],
      atLeast: 7),
    Scene(name: "in doubt", files: ["doubt-b1"], script: [begin], looks: places, atLeast: 4),
    Scene(
      name: "held at a blocked undo", files: held + ["stuck-b1"], script: [begin],
      looks: places + ["resume --reason x"], atLeast: 4),
    Scene(
      name: "held at a rollback of a wave",
      script: [
        "sed -i 's/bake: 0s/bake: 1h/' boxes.yaml", begin,
        "sanderling rollback main/boxes/1 --yes --reason 'slow answers'",
      ], looks: places),
    Scene(
      name: "a step for a person",
      book: book("hands", steps: "{ id: a, uses: manual, with: { instruction: turn the key }, undo: none }"),
      path: "hands.yaml", script: ["sanderling run hands.yaml --until-blocked"],
      looks: ["status", "why", "why t1", "why t1/a", "why t2"]),
    Scene(
      name: "an approval is missing", book: approved, path: "runbook.yaml",
      script: ["sanderling run . --until-blocked"],
      looks: ["status", "why", "why one", "why one/s/1"]),
    Scene(
      name: "a gate expired", book: measured, path: "measured.yaml",
      script: ["sanderling run measured.yaml --until-blocked"], looks: ["status", "why", "why p/s/1", "why t2"]),
    Scene(
      name: "baking", script: ["sed -i 's/bake: 0s/bake: 1h/' boxes.yaml", begin, "\(begin) --new"],
      looks: places + ["plan boxes.yaml"]),
    Scene(
      name: "paused, with a target that is held",
      script: [
        "sed -i 's/bake: 0s/bake: 1h/' boxes.yaml", begin, "sanderling pause --reason x",
        "sanderling hold b3 --reason 'its owner is away'",
        "\(begin)", "sanderling hold b3 --reason again", "sanderling pause --reason again",
      ], looks: places, atLeast: 3),
    Scene(
      name: "given up",
      script: ["sed -i 's/bake: 0s/bake: 1h/' boxes.yaml", begin, "sanderling abort --reason x", begin, begin],
      looks: places + ["status --all"]),
    Scene(
      name: "two runs",
      script: [
        "sed -i 's/bake: 0s/bake: 1h/' boxes.yaml", begin, "sed 's/boxes/chests/' boxes.yaml > chests.yaml",
        "sed -i 's/id: b/id: c/g' chests.yaml", "sanderling run chests.yaml --until-blocked",
      ], looks: ["status", "why", "why b1", "pause --reason x", "rollback --preview", "history"]),
    Scene(
      name: "a runbook that was changed",
      script: [
        "sed -i 's/bake: 0s/bake: 1h/' boxes.yaml", "sanderling plan boxes.yaml --out kept.plan > /dev/null", begin,
        "sed -i 's/bake: 1h/bake: 2h/' boxes.yaml", begin, "sanderling plan boxes.yaml --check kept.plan > /dev/null",
        "sanderling run boxes.yaml --plan kept.plan --new", "sanderling amend boxes.yaml --preview",
      ], looks: ["amend boxes.yaml", "why"], atLeast: 4),
    Scene(
      name: "an amendment that waits", book: approved, path: "runbook.yaml",
      script: [
        "sanderling run . --until-blocked", "sed -i 's/undo: none/undo: none, timeout: 9h/' runbook.yaml",
        "sanderling amend . --preview", "sanderling amend . --yes --reason 'it takes longer'",
      ], looks: ["status", "why"]),
    Scene(
      name: "at work", files: ["hang-b1"], looks: ["status", "why", "why b1", "why b2", "why b3"], atLeast: 1,
      executor: (["run", "boxes.yaml", "--yes", "--until-blocked"], "began-b1", "hang-b1")),
  ]

  @Test("is taken as it stands", arguments: scenes)
  func whole(scene: Scene) throws {
    let (program, executor) = try open(scene)
    defer { close(scene, program, executor) }
    var said = ""
    for line in scene.script + scene.looks.map({ "sanderling \($0)" }) {
      said += try shell(line, in: program.directory).said
    }
    let commands = Self.commands(in: said)
    #expect(commands.count >= scene.atLeast, "\(commands)\n\(said)")
    for command in commands { try take(command, of: scene, in: program) }
  }

  /// Sets a scene, with its executor at work.
  private func open(_ scene: Scene) throws -> (Program, Process?) {
    let program = try Program()
    try program.write(scene.path, scene.book.replacing("BAKE", with: "0s"))
    if scene.book == Self.approved { try writePeople(program) }
    for file in scene.files { try program.write(file, "") }
    try writeShim(program)
    guard let executor = scene.executor else { return (program, nil) }
    let process = try program.start(executor.words)
    for _ in 0..<3_000 where process.isRunning && !program.has(executor.began) { usleep(10_000) }
    #expect(program.has(executor.began), "the executor of `\(scene.name)` began nothing")
    return (program, process)
  }

  /// What is at work goes on to its end.
  private func close(_ scene: Scene, _ program: Program, _ process: Process?) {
    guard let executor = scene.executor, let process else { return }
    try? FileManager.default.removeItem(atPath: "\(program.directory)/\(executor.end)")
    process.terminate()
    process.waitUntilExit()
  }

  /// Types a command on a copy of everything; beside an executor, in the same scene set anew, since it is asked.
  private func take(_ command: String, of scene: Scene, in program: Program) throws {
    let verb = command.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    let (copy, executor) = scene.executor == nil ? (try Program(), nil) : try open(scene)
    defer {
      close(scene, copy, executor)
      try? FileManager.default.removeItem(atPath: copy.directory)
    }
    if scene.executor == nil { #expect(try program.shell("cp -a . '\(copy.directory)'") == 0) }
    let word = "'\(scene.path == "runbook.yaml" ? "." : scene.path)'"
    // Why, nobody else can say; all other words stand there.
    let line = command.replacing("RUNBOOK", with: word).replacing("\"…\"", with: "\"as the screen says\"")
    let result = try shell(line, in: copy.directory)
    let codes = Self.codes[verb] ?? [0]
    // What one person may not, another one may: it is offered to whoever looks.
    if result.said.contains("is refused: ola ") { return }
    #expect(
      codes.contains(result.status) && !result.said.split(separator: "\n").contains { $0.hasPrefix("error") },
      "\(scene.name): `\(command)` leaves with \(result.status): \(result.said)")
  }

  /// By command: what the exit codes may say beside "done". An execution may end, or come to a halt, in any way.
  private static let codes: [String: [Int32]] = [
    "run": [0, 1, 4, 9], "rollback": [0, 1, 4, 9], "doctor": [0, 8], "watch": [0, 124],
  ]

  /// The lines to type in what was printed, each once: neither the names of commands, nor what is taken only after the
  /// command before it.
  static func commands(in text: String) -> [String] {
    var found: [String] = []
    for line in text.split(whereSeparator: \.isNewline)
    where !line.contains("Did you mean") && !line.contains("after that: ") && !line.contains("is over: ") {
      for match in line.matches(of: #/(?<before>^|[^\w\/.-])(?<command>sanderling (?<verb>[a-z]+)\b.*)/#) {
        guard verbs.contains(String(match.verb)) else { continue }
        let quote = match.before.last.flatMap { "`\"'".contains($0) ? $0 : nil }
        let command = quote.map { mark in match.command.prefix { $0 != mark } } ?? match.command
        let whole = command.trimmingCharacters(in: .whitespaces)
        let isName = quote == "`" && !whole.dropFirst(11).contains(" ")
        if !isName, !found.contains(whole) { found.append(whole) }
      }
    }
    return found
  }

  private static let verbs: Set<String> = [
    "init", "validate", "plan", "forecast", "risks", "run", "status", "why", "watch", "logs", "pause", "resume",
    "retry",
    "skip", "hold", "release", "cancel", "resolve", "rollback", "abort", "approve", "reject", "emergency", "review",
    "force", "amend", "history", "report", "audit", "explain", "schema", "doctor", "help",
  ]

  /// A line at a terminal, where a person says yes to what is asked.
  private func shell(_ line: String, in directory: String) throws -> Terminal.Result {
    try Terminal(
      directory: directory, columns: 200,
      environment: [
        "PATH": "\(directory)/.bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")", "TERM": "dumb",
        "SANDERLING_JOURNAL": line.contains("--journal") ? "" : "\(directory)/journal.sqlite",
      ],
      answers: [("type yes to begin", "yes"), ("type r-1 to", "r-1"), ("type r-2 to", "r-2")]
    ).run(["sh", "-c", line])
  }

  /// Nobody waits in a test: an execution leaves where it waits, and who only looks leaves after a second.
  private func writeShim(_ program: Program) throws {
    try program.write(
      ".bin/sanderling",
      """
      #!/bin/sh
      case "$1" in
        run) exec '\(Program.binary)' "$@" --until-blocked ;;
        watch) exec timeout 1 '\(Program.binary)' "$@" ;;
        *) exec '\(Program.binary)' "$@" ;;
      esac
      """)
    #expect(try program.shell("chmod +x .bin/sanderling") == 0)
  }

  private func writePeople(_ program: Program) throws {
    try program.write(
      "trust/people.yaml",
      """
      sanderling: 1
      people:
        ola: { roles: [manager], accounts: ["\(NSUserName())"] }
        mira: { roles: [manager], accounts: [mira] }
      """)
  }
}
