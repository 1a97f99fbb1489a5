import Foundation
import Testing

/// The retail runbook, for real: databases, servers and 50,000 documents on this machine.
@Suite("The retail migration", .serialized)
struct RetailTests {
  let program: Program
  let lab: String

  init() throws {
    program = try Program()
    lab = "\(program.directory)/lab"
    // Without evidence the 200 stores are moved as fast as the machine can; evidence has a test of its own.
    try Self.copy(Self.original, to: "\(program.directory)/quick")
    let file = "\(program.directory)/quick/environments/local.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let quick = text.replacing("ignore: [approvals,", with: "ignore: [approvals, gates, triggers, events,")
    try #require(quick != text)
    try Data(quick.utf8).write(to: URL(filePath: file))
  }

  /// Copies a runbook without the working directory that its lab may have.
  private static func copy(_ from: String, to: String) throws {
    try FileManager.default.createDirectory(atPath: to, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: from) where name != "work" {
      try FileManager.default.copyItem(atPath: "\(from)/\(name)", toPath: "\(to)/\(name)")
    }
  }

  /// Ports of its own: a demo may be running beside the tests.
  private var environment: [String: String] { ["SANDERLING_LAB": lab, "LAB_PORT": "8300"] }

  /// The command that is killed and said again.
  private var command: [String] {
    ["run", runbook, "--env", "local", "--set", "front_door=http://127.0.0.1:8300"]
  }

  private static var original: String { "\(Program.repository)/runbooks/retail-assistant" }

  private var runbook: String { "\(program.directory)/quick" }

  /// Runs one of the lab's own scripts.
  private func script(_ name: String, _ arguments: String...) throws -> (status: Int32, text: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "\(runbook)/lab/\(name).py"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private func run(_ arguments: String...) throws -> Program.Result {
    try program.run(arguments, environment: environment)
  }

  @Test("killed at 20 random moments, it finishes: no document is lost or moved twice")
  func killed() throws {
    defer { _ = try? script("teardown") }
    let setup = try script("setup")
    try #require(setup.status == 0, "\(setup.text)")
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      let executor = try program.start(command, environment: environment)
      usleep(UInt32.random(in: 50_000...2_500_000, using: &random))
      kill(executor.processIdentifier, SIGKILL)
      executor.waitUntilExit()
    }
    var last = try program.run(command + ["--until-blocked"], environment: environment)
    // Deleting the proof of concept cannot be taken back: when its outcome is in doubt, a person looks and says so.
    if last.status == 9 {
      let gone = !FileManager.default.fileExists(atPath: "\(lab)/poc.sqlite")
      let verdict = gone ? "succeeded" : "not-applied"
      _ = try run(
        "resolve", "full-scale/retire-poc/1/-/delete-poc", "--as", verdict, "--reason", "looked at the directory")
      last = try program.run(command + ["--until-blocked"], environment: environment)
    }
    #expect(last.status == 0, "\(last.out)\(last.err)")
    let check = try script("check")
    #expect(check.status == 0, "\(check.text)")
  }

  @Test("rolled back in mid-flight, puts every document and route back, and a second time finds nothing to do")
  func rolledBack() throws {
    defer { _ = try? script("teardown") }
    let setup = try script("setup")
    try #require(setup.status == 0, "\(setup.text)")
    let executor = try program.start(command, environment: environment)
    // In the middle of a wave of the pilots.
    while try !run("history", "--type", "wave_started").out.contains("regional-pilots/stores/3"), executor.isRunning {
      usleep(50_000)
    }
    #expect(executor.isRunning)
    let rollback = try run("rollback", "--yes", "--reason", "a test takes everything back")
    #expect(rollback.status == 0, "\(rollback.err)")
    executor.waitUntilExit()
    #expect(executor.terminationStatus == 1)
    let again = try run("rollback", "--yes", "--reason", "once more")
    #expect(again.status == 0 && again.err.contains("nothing to undo"), "\(again.err)")
    let check = try script("check", "--expect", "poc")
    #expect(check.status == 0, "\(check.text)")
  }

  @Test(
    "undoes the wave by itself when answers fail, are slow or cost too much, killed while it does, and everything is back",
    arguments: [("errors", "errors"), ("slow", "slow-answers"), ("cost", "llm-cost")])
  func fault(kind: String, trigger: String) throws {
    defer { _ = try? script("teardown") }
    let setup = try script("setup")
    try #require(setup.status == 0, "\(setup.text)")
    // Two stores are moved in good health; the second wave of the pilots meets the fault.
    let fault = try script("fault", kind, "--after", "3")
    #expect(fault.text.contains("begins at 3 stores"), "\(fault.text)")
    let command = ["run", Self.original] + self.command.dropFirst(2)
    let executor = try program.start(command, environment: environment)
    while try !run("history", "--type", "trigger_fired").out.contains(trigger), executor.isRunning { usleep(20_000) }
    kill(executor.processIdentifier, SIGKILL)
    executor.waitUntilExit()
    let last = try program.run(command + ["--until-blocked"], environment: environment)
    #expect(last.status == 9, "\(last.out)\(last.err)")
    let history = try run("history")
    #expect(history.out.contains("\(trigger) fired"), "\(history.out)")
    // The samples that decided stand there: what was measured, against which limit, for how long.
    let fired = history.out.split(separator: "\n").first { $0.contains("\(trigger) fired") } ?? ""
    #expect(fired.contains(" > ") && fired.contains(" samples"), "\(fired)")
    // How many of the wave had begun when it fired is a matter of a moment; that all of them went back is not.
    #expect(history.out.contains(" undone"), "\(history.out)")
    let why = try run("why")
    #expect(why.out.contains("the wave was rolled back"), "\(why.out)")
    let check = try script("check", "--expect", "consistent")
    #expect(check.status == 0 && check.text.contains("total        200       2"), "\(check.text)")
  }
}
