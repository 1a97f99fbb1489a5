import Foundation
import Testing

/// Kills the real program at every write to the disk and at every provider call, and lets it go on.
///
/// The shim is loaded into the program from outside: the program has no hook for tests. It counts the calls by which
/// SQLite reaches the disk and kills the process at the n-th. The judge is a ledger that the provider itself writes.
@Suite("Killed anywhere", .serialized)
struct KillTests {
  static let runbook = """
    sanderling: 1
    runbook: kill
    inventories: { sites: [ { id: a }, { id: b } ] }
    phases:
      - id: move
        stages:
          - id: sites
            targets: sites
            waves: { size: 1 }
            steps:
              - { id: once, uses: once, undo: none }
              - { id: keyed, uses: keyed, undo: none }
              - { id: natural, uses: natural, undo: none }
    environment:
      providers: { shell: { adapter: process, shell: true, environment: [KILL_AT] } }
      operations:
        once: { provider: shell, with: { command: "sh provider.sh once ${target.id}" }, idempotency: none, probe: look }
        keyed: { provider: shell, with: { command: "sh provider.sh keyed ${target.id}" }, idempotency: key }
        natural: { provider: shell, with: { command: "sh provider.sh natural ${target.id}" }, idempotency: natural }
        look: { provider: shell, with: { command: "sh provider.sh look ${target.id}" }, idempotency: natural }
    """

  /// Every effect is one line in the ledger. `KILL_AT=n-before` and `n-after` kill the executor around the n-th call.
  static let provider = """
    act=$1; target=$2
    if [ "$act" = look ]; then
      if grep -q "^once $target" ledger 2>/dev/null; then echo '{"state":"applied"}'; else echo '{"state":"not-applied"}'; fi
      exit 0
    fi
    echo call >> calls
    n=$(wc -l < calls)
    executor=$(ps -o ppid= -p $PPID | tr -d ' ')
    [ "$KILL_AT" = "$n-before" ] && kill -9 $executor && sleep 0.2
    if [ "$act" = keyed ]; then
      grep -q " $SANDERLING_KEY$" ledger 2>/dev/null || echo "keyed $target $SANDERLING_KEY" >> ledger
    else
      echo "$act $target $SANDERLING_KEY" >> ledger
    fi
    [ "$KILL_AT" = "$n-after" ] && kill -9 $executor && sleep 0.2
    exit 0
    """

  static let shim = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <signal.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/types.h>
    #include <unistd.h>
    static int calls;
    static void count(const char *kind) {
      const char *at = getenv("SHIM_AT"), *which = getenv("SHIM_KIND");
      if (at && which && strcmp(which, kind) == 0 && __sync_add_and_fetch(&calls, 1) == atoi(at)) kill(getpid(), SIGKILL);
    }
    int fdatasync(int fd) {
      static int (*real)(int);
      if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
      count("before-sync");
      int result = real(fd);
      count("after-sync");
      return result;
    }
    int fsync(int fd) {
      static int (*real)(int);
      if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
      count("before-fsync");
      int result = real(fd);
      count("after-fsync");
      return result;
    }
    ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
      static ssize_t (*real)(int, const void *, size_t, off64_t);
      if (!real) real = (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
      count("write");
      return real(fd, bytes, size, offset);
    }
    """

  @Test(
    "at every write to the journal: nothing is lost, and nothing happens twice",
    arguments: ["before-sync", "after-sync", "write", "before-fsync", "after-fsync"])
  func everyWrite(kind: String) throws {
    let library = try Self.buildShim()
    var point = 1
    while true {
      let program = try Self.stage()
      let first = try program.run(
        ["run", "kill.yaml"], environment: ["LD_PRELOAD": library, "SHIM_KIND": kind, "SHIM_AT": String(point)])
      if first.status == 0 { break }
      #expect(first.status == 137, "\(kind) \(point): \(first.err)")
      try Self.finish(program, "\(kind) \(point)")
      point += 1
      guard point < 400 else {
        Issue.record("the run never came through")
        return
      }
    }
    #expect(point > (kind.contains("fsync") ? 3 : 8), "only \(point) kill points")
  }

  @Test(
    "around every provider call: nothing is lost, and nothing happens twice", arguments: 1...6, ["before", "after"])
  func everyCall(call: Int, side: String) throws {
    let program = try Self.stage()
    let first = try program.run(["run", "kill.yaml"], environment: ["KILL_AT": "\(call)-\(side)"])
    #expect(first.status == 137, "\(first.err)")
    try Self.finish(program, "\(call)-\(side)")
    let verified = try program.run("audit", "verify", "--witness", "seen")
    #expect(verified.status == 0 && verified.out.contains("witnessed"), "\(verified.out)")
  }

  private static func stage() throws -> Program {
    let program = try Program()
    try program.write("kill.yaml", runbook)
    try program.write("provider.sh", provider)
    // A checkpoint that leaves the machine: it must never know more than the journal that it left behind.
    try program.write("seen/README", "")
    try program.write("journal.sqlite.anchors", "anchor wall file seen/wall\n")
    return program
  }

  /// Goes on, and judges by the ledger.
  private static func finish(_ program: Program, _ point: String) throws {
    let killed = try program.run("audit", "verify", "--witness", "seen")
    // 1: there is no journal yet. 8: no checkpoint has left yet.
    #expect([0, 1, 8].contains(killed.status), "\(point): \(killed.out)\(killed.err)")
    let again = try program.run("run", "kill.yaml")
    #expect(again.status == 0, "\(point): \(again.out)\(again.err)")
    let effects = program.read("ledger").split(separator: "\n").map {
      $0.split(separator: " ").prefix(2).joined(separator: " ")
    }
    for target in ["a", "b"] {
      for step in ["once", "keyed"] {
        #expect(effects.count { $0 == "\(step) \(target)" } == 1, "\(point): \(step) \(target) in \(effects)")
      }
      #expect(effects.contains("natural \(target)"), "\(point)")
    }
  }

  private static func buildShim() throws -> String {
    let directory = FileManager.default.temporaryDirectory.appending(path: "shim-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let source = directory.appending(path: "shim.c").path(percentEncoded: false)
    let library = directory.appending(path: "shim.so").path(percentEncoded: false)
    try Data(shim.utf8).write(to: URL(filePath: source))
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    // The Swift toolchain brings clang.
    compiler.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
    return library
  }
}
