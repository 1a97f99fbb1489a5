import Foundation
import Testing

/// What an executor that was killed left running, and what it cannot end.
@Suite("Left behind", .serialized)
struct LeftBehindTests {
  /// A runbook of one step, which may be done twice but never beside itself.
  private static func runbook(_ command: String, more: String = "") -> String {
    """
    sanderling: 1
    runbook: left-behind
    phases: [ { id: p, stages: [ { id: s, steps: [ { id: one, uses: work, undo: none\(more) } ] } ] } ]
    environment:
      operations:
        work: { provider: process, idempotency: natural, with: { command: \(command) } }
    """
  }

  /// Says its pid, and goes on when the test says so.
  private static let alone = """
    echo $$ > pid
    while [ ! -e go ]; do sleep 0.05; done
    echo end >> log
    """

  /// Its first thread ends, and its environment cannot be read any more.
  private static let thread = """
    import ctypes, subprocess, threading
    threading.Thread(target=lambda: subprocess.run(["env", "-i", "/bin/sh", "work.sh"])).start()
    ctypes.CDLL(None).pthread_exit(None)
    """

  @Test(
    "a command is ended before its step is tried again, whatever became of it",
    arguments: [
      #"[ env, -i, /bin/sh, work.sh ]"#,
      #"[ bash, -c, "set -m; env -i /bin/sh work.sh & wait" ]"#,
      #"[ sh, -c, "(env -i /bin/sh work.sh); true" ]"#,
      "[ python3, thread.py ]",
    ])
  func killed(command: String) async throws {
    let program = try Program()
    try program.write("book.yaml", Self.runbook(command))
    try program.write("work.sh", Self.alone)
    try program.write("thread.py", Self.thread)
    let first = try program.start(["run", "book.yaml"])
    try #require(try await eventually { program.has("pid") })
    let left = try #require(pid_t(program.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
    kill(first.processIdentifier, SIGKILL)
    first.waitUntilExit()
    try FileManager.default.removeItem(atPath: "\(program.directory)/pid")
    let second = try program.start(["run", "book.yaml"])
    // The first one has not ended by itself: `go` is not there yet.
    try #require(try await eventually { program.has("pid") || !second.isRunning })
    #expect(!isRunning(left), "the first is still there when the second begins")
    try program.write("go", "")
    second.waitUntilExit()
    #expect(second.terminationStatus == 0)
    #expect(program.read("log") == "end\n")
  }

  @Test(
    "a command that became another user is named, and the executor leaves with 7", .enabled(if: geteuid() == 0))
  func anotherUser() async throws {
    let program = try Program()
    try Self.makeRootSleep(in: program)
    try program.write("book.yaml", Self.runbook(#"[ ./root-sleep, "600" ]"#))
    let first = try program.startAsNobody(["run", "book.yaml"])
    try #require(try await eventually { program.has("pid") })
    let left = try #require(pid_t(program.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
    defer { kill(left, SIGKILL) }
    kill(first.processIdentifier, SIGKILL)
    first.waitUntilExit()
    let err = "\(program.directory)/err"
    try Data().write(to: URL(filePath: err))
    let second = try program.startAsNobody(["run", "book.yaml"], err: try #require(FileHandle(forWritingAtPath: err)))
    second.waitUntilExit()
    #expect(second.terminationStatus == 7)
    #expect(program.read("err").contains("root-sleep (\(left), user root) of p/s/1/-/one still runs"))
    #expect(isRunning(left))
    kill(left, SIGKILL)
    try #require(try await eventually { !isRunning(left) })
    try program.write("go", "")
    let third = try program.startAsNobody(["run", "book.yaml"])
    third.waitUntilExit()
    #expect(third.terminationStatus == 0)
  }

  @Test(
    "a command that became another user is not waited for after its time, and nothing is tried beside it",
    .enabled(if: geteuid() == 0))
  func notEnded() async throws {
    let program = try Program()
    try Self.makeRootSleep(in: program)
    try program.write("book.yaml", Self.runbook(#"[ ./root-sleep, "600" ]"#, more: ", timeout: 1s"))
    let out = "\(program.directory)/out"
    try Data().write(to: URL(filePath: out))
    let first = try program.startAsNobody(
      ["run", "book.yaml", "--until-blocked"], out: try #require(FileHandle(forWritingAtPath: out)))
    first.waitUntilExit()
    let left = try #require(pid_t(program.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
    defer { kill(left, SIGKILL) }
    #expect(first.terminationStatus == 9)
    let text = program.read("out")
    #expect(
      text.contains(
        "no end within 1s; it was asked to end, and ./root-sleep 600 (\(left), user root) still runs"), "\(text)")
    #expect(text.contains("step_parked") && isRunning(left))
  }

  /// A program that becomes root for good, as `sudo` does, says its pid, and sleeps.
  private static func makeRootSleep(in program: Program) throws {
    try program.write(
      "root-sleep.c",
      """
      #include <stdio.h>
      #include <stdlib.h>
      #include <unistd.h>
      int main(int count, char **words) {
        if (setgid(0) != 0 || setuid(0) != 0) return 9;
        FILE *file = fopen("pid", "w");
        fprintf(file, "%d\\n", getpid());
        fclose(file);
        for (int left = atoi(words[count - 1]) * 20; left > 0 && access("go", F_OK) != 0; left--) usleep(50000);
        return 0;
      }
      """)
    let script = "clang -O1 -o root-sleep root-sleep.c && chmod 4755 root-sleep && chown nobody . && chmod 755 ."
    #expect(try program.shell(script) == 0)
  }

  /// Whether a file system of processes can be mounted that hides those of others.
  private static let canHide: Bool = {
    guard geteuid() == 0 else { return false }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = Program.hiding + ["test", "-d", "/proc/self"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  @Test(
    "a command that became another user, where such are hidden, does not keep its step beyond its timeout",
    .enabled(if: canHide, "processes cannot be hidden here"))
  func hidden() async throws {
    let program = try Program()
    try Self.makeRootSleep(in: program)
    try program.write("book.yaml", Self.runbook(#"[ ./root-sleep, "600" ]"#, more: ", timeout: 1s"))
    let out = "\(program.directory)/out"
    try Data().write(to: URL(filePath: out))
    let first = try program.startAsNobody(
      ["run", "book.yaml", "--until-blocked"], behind: Program.hiding,
      out: try #require(FileHandle(forWritingAtPath: out)))
    defer {
      let left = pid_t(program.read("pid").trimmingCharacters(in: .whitespacesAndNewlines))
      if let left { kill(left, SIGKILL) }
      first.terminate()
    }
    try #require(try await eventually { !first.isRunning })
    #expect(first.terminationStatus == 9)
    #expect(program.read("out").contains("no end within 1s; it was asked to end, and"), "\(program.read("out"))")
    #expect(program.read("out").contains("step_parked"))
  }

  @Test("a process without a parent is collected, and started with SIGCHLD ignored it learns how its commands end")
  func orphans() throws {
    let program = try Program()
    let script = "(setsid sleep 0.1 > /dev/null 2>&1 < /dev/null &); exit 0"
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: orphans
      phases:
        - id: p
          stages:
            - id: s
              steps:
                - { id: one, uses: process, undo: none, with: { command: [ sh, -c, "\(script)" ] } }
                - { id: two, uses: process, undo: none, with: { command: [ sh, -c, "\(Self.waitsForNone)" ] } }
      """)
    let status = try program.shell("trap '' CHLD; exec '\(Program.binary)' run book.yaml --journal j.sqlite > out 2>&1")
    #expect(status == 0, "\(program.read("out"))")
    #expect(program.read("zombies") == "")
  }

  /// Succeeds once the executor, its parent, has no child that ended and was not collected.
  private static let waitsForNone =
    "for i in $(seq 200); do ps -o stat=,comm= --ppid $PPID | grep ^Z > zombies || exit 0; sleep 0.05; done; exit 1"
}
