import Foundation
import Glibc
import Testing

/// The witness of an auditor, asked as its specification says: over HTTP, and by hand.
@Suite("A witness at the command line")
struct WitnessCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: witnessed
      phases: [ { id: one, stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ] } ]
      """)
  }

  /// A server of one page: it hands each request to the witness, and its answer on.
  private static let server = """
    import http.server, os, subprocess, sys, threading
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said = subprocess.run([sys.argv[1], "audit", "witness", "--state", "witness"], input=body, capture_output=True)
            status, body = said.stdout.split(b"\\n", 1)
            self.send_response(int(status) if self.path == "/w/add-checkpoint" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *words): pass
    # It ends with whoever started it, whatever stands between the two.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    open("port", "w").write(str(server.server_port) + "\\n")
    server.serve_forever()
    """

  @Test("cosigns over HTTP what goes on from what it knows, and refuses the rest", .enabled(if: Program.hasPython))
  func overHTTP() async throws {
    let made = try program.run("audit", "witness", "--state", "witness", "--init", "auditor.example/w1")
    let key = made.out.trimmingCharacters(in: .newlines)
    #expect(try program.run("audit", "witness", "--state", "witness", "--key").out == "\(key)\n")
    #expect(try program.run("audit", "witness", "--state", "witness", "--init", "x").status == 2)
    #expect(try program.run("audit", "witness", "--state", "nowhere").status == 2)
    try program.write("server.py", Self.server)
    let server = Process()
    server.executableURL = URL(filePath: "/usr/bin/env")
    server.arguments = ["python3", "server.py", Program.binary]
    server.currentDirectoryURL = URL(filePath: program.directory)
    let leash = Pipe()
    (server.standardInput, server.standardOutput, server.standardError) = (
      leash, FileHandle.nullDevice, FileHandle.nullDevice
    )
    try server.run()
    defer { try? leash.fileHandleForWriting.close() }
    #expect(try await eventually { program.read("port").hasSuffix("\n") })
    let port = program.read("port").trimmingCharacters(in: .newlines)
    try program.write("journal.sqlite.anchors", "anchor auditor witness \(key) http://127.0.0.1:\(port)/w/\n")
    // It does not know the log yet: that costs a line, and no run.
    let first = try program.run("run", "book")
    #expect(first.status == 0 && (first.out + first.err).contains("404"), "\(first.out)\(first.err)")
    let log = try #require(
      try program.run("audit", "verify", "--json").out.firstMatch(of: #/"keys":\["([^"]+)"\]/#)
    ).output.1
    try program.write("witness/logs", "# retail\n\(log)\n")
    let second = try program.run("run", "book", "--new")
    #expect(second.status == 0 && !(second.out + second.err).contains("anchor"), "\(second.out)\(second.err)")
    let verified = try program.run("audit", "verify", "--trust", "witness", "--witness", "witness")
    #expect(
      verified.status == 0 && verified.out.contains("by auditor.example/w1; no entry is newer"), "\(verified.out)")
    // Its signatures lie below the checkpoints in the journal, too: who trusts the witness needs nothing else.
    try program.write("trust/keys", "\(log)\n\(key)\n")
    #expect(try program.run("audit", "verify", "--trust", "trust").out.contains("by auditor.example/w1"))
    // Another history of the same log: a key alone does not make it true.
    #expect(try program.shell("mkdir fork; cp journal.sqlite journal.sqlite.key journal.sqlite.anchors fork/") == 0)
    let here = try program.run("run", "book", "--new")
    #expect(here.status == 0, "\(here.err)")
    let fork = try program.run(
      ["run", "book", "--new"], environment: ["SANDERLING_JOURNAL": "\(program.directory)/fork/journal.sqlite"])
    #expect(fork.status == 7 && fork.err.contains("knows a history of"), "\(fork.out)\(fork.err)")
  }

  @Test(
    "is asked through the server of OpenSSH, as a forced command, and whoever has the key can do nothing else",
    .enabled(if: Program.sshd != nil, "there is no sshd here that this user can start"))
  func overSSH() async throws {
    let made = try program.run("audit", "witness", "--state", "witness", "--init", "auditor.example/w1")
    let key = made.out.trimmingCharacters(in: .newlines)
    for name in ["host", "executor"] {
      #expect(try program.shell("ssh-keygen -q -t ed25519 -N '' -C \(name) -f \(name)") == 0)
    }
    let (here, port) = (program.directory, Int.random(in: 20_000..<30_000))
    try program.write(
      "authorized",
      "command=\"\(Program.binary) audit witness --state \(here)/witness\",restrict \(program.read("executor.pub"))")
    try program.write("known", "[127.0.0.1]:\(port) \(program.read("host.pub"))")
    try program.write(
      "config",
      """
      Port \(port)
      ListenAddress 127.0.0.1
      HostKey \(here)/host
      AuthorizedKeysFile \(here)/authorized
      StrictModes no
      UsePAM no
      PasswordAuthentication no
      PidFile none

      """)
    // It closes every file that it inherits, and Foundation takes that for its end: a shell stands between, on a leash.
    let server = Process()
    server.executableURL = URL(filePath: "/bin/sh")
    server.arguments = [
      "-c", "\(try #require(Program.sshd)) -D -e -f '\(here)/config' & cat > /dev/null; kill $!",
    ]
    let leash = Pipe()
    (server.standardInput, server.standardOutput, server.standardError) = (
      leash, FileHandle.nullDevice, FileHandle.nullDevice
    )
    try server.run()
    defer { try? leash.fileHandleForWriting.close() }
    let ssh =
      "ssh -i \(here)/executor -p \(port) -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=\(here)/known "
      + "\(NSUserName())@127.0.0.1"
    // Whatever is asked for, it is the witness that answers.
    let other = "\(ssh) cat \(here)/witness/witness.key < /dev/null > said"
    #expect(try await eventually { try program.shell(other) == 0 })
    #expect(program.read("said").hasPrefix("400\n"), "\(program.read("said"))")
    try program.write("journal.sqlite.anchors", "anchor desk witness \(key) command \(ssh)\n")
    #expect(try program.run("run", "book").status == 0)
    let log = try #require(
      try program.run("audit", "verify", "--json").out.firstMatch(of: #/"keys":\["([^"]+)"\]/#)
    ).output.1
    try program.write("witness/logs", "\(log)\n")
    let second = try program.run("run", "book", "--new")
    #expect(second.status == 0 && !(second.out + second.err).contains("anchor"), "\(second.out)\(second.err)")
    let verified = try program.run("audit", "verify", "--trust", "witness", "--witness", "witness")
    #expect(
      verified.status == 0 && verified.out.contains("by auditor.example/w1; no entry is newer"), "\(verified.out)")
  }

  @Test("reads no more of a request than a request can have")
  func endless() throws {
    _ = try program.run("audit", "witness", "--state", "witness", "--init", "auditor.example/w1")
    // Whoever asks never stops: the answer comes all the same.
    #expect(
      try program.shell("yes | timeout 20 '\(Program.binary)' audit witness --state witness > answer") == 0)
    #expect(program.read("answer") == "400\nthe request is too long\n", "\(program.read("answer"))")
  }

  @Test("answers rubbish with a status, and nothing else", arguments: ["", "old 0\n", "old 0\n\nx\n0\n\n"])
  func rubbish(request: String) throws {
    _ = try program.run("audit", "witness", "--state", "witness", "--init", "auditor.example/w1")
    try program.write("request", request)
    #expect(
      try program.shell("'\(Program.binary)' audit witness --state witness < request > answer") == 0)
    #expect(program.read("answer").hasPrefix("400\n"), "\(program.read("answer"))")
  }
}

extension Program {
  /// Where the server of OpenSSH is; `nil` where there is none that this user can start.
  fileprivate static let sshd: String? = {
    let named = ProcessInfo.processInfo.environment["SANDERLING_SSHD"]
    let found = [named, "/usr/sbin/sshd"].compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }
    // As root it wants a user and a directory of its own, which its package makes.
    let isReady = geteuid() != 0 || getpwnam("sshd") != nil && FileManager.default.fileExists(atPath: "/run/sshd")
    return isReady ? found : nil
  }()
}
