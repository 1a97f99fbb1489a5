import Foundation
import Testing

@Suite("Signals")
struct SignalTests {
  static let runbook = """
    sanderling: 1
    runbook: signals
    inventories: { t: [ { id: a }, { id: b } ] }
    phases:
      - id: p
        stages:
          - id: s
            targets: t
            steps: [ { id: w, uses: process, undo: none, with: { command: [ sh, -c, "\(CommandTests.untilTold) echo ${target.id} >> log" ] } } ]
    """

  /// A run whose first command waits, started by a shell that prepares the signals.
  private static func started(_ prepare: String) async throws -> (Program, Process) {
    let program = try Program()
    try program.write("book.yaml", runbook)
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", "\(prepare) exec '\(Program.binary)' run book.yaml --journal j.sqlite > out 2>&1"]
    shell.currentDirectoryURL = URL(filePath: program.directory)
    try shell.run()
    try #require(try await eventually { program.has("began") })
    return (program, shell)
  }

  @Test("that were ignored when the program began stay ignored", arguments: [(SIGHUP, "HUP"), (SIGINT, "INT")])
  func ignored(number: Int32, name: String) async throws {
    let (program, executor) = try await Self.started("trap '' \(name);")
    for _ in 0..<3 { kill(executor.processIdentifier, number) }
    try program.write("go", "")
    executor.waitUntilExit()
    #expect(executor.terminationStatus == 0)
    #expect(program.read("log").split(separator: "\n").sorted() == ["a", "b"])
  }

  @Test("that ask to leave do so: what runs is finished, nothing new starts", arguments: [SIGHUP, SIGINT, SIGTERM])
  func asked(number: Int32) async throws {
    let (program, executor) = try await Self.started("")
    kill(executor.processIdentifier, number)
    try #require(try await eventually { program.read("out").contains("leaving: ") })
    try program.write("go", "")
    executor.waitUntilExit()
    #expect(executor.terminationStatus == 130)
    #expect(program.read("log") == "a\n")
  }

  @Test("that programs send in pairs are one, and only a second ^C after that leaves at once")
  func pair() async throws {
    let (program, executor) = try await Self.started("")
    // As `timeout` does: to the process, and then to its group.
    for number in [SIGTERM, SIGTERM, SIGINT, SIGHUP, SIGINT] { kill(executor.processIdentifier, number) }
    try #require(try await eventually { program.read("out").contains("leaving: ") })
    #expect(!program.read("out").contains("leaving now"))
    // It may take a second until one counts as another; how long does not matter. SIGTERM never does.
    try #require(
      try await eventually {
        kill(executor.processIdentifier, SIGTERM)
        if program.read("out").contains("leaving now") { return true }
        kill(executor.processIdentifier, SIGINT)
        return program.read("out").contains("leaving now")
      })
    executor.waitUntilExit()
    #expect(executor.terminationStatus == 130)
    #expect(program.read("log") == "")
  }
}
