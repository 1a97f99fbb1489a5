import Foundation
import Testing

/// An auditor at the command line: real SQLite, Python, git and a second copy of the program as a witness.
@Suite("An audit at the command line")
struct AuditCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: audited
      authors: dana
      inventories: { sites: [ { id: a }, { id: b } ] }
      phases:
        - id: one
          stages:
            - id: s
              targets: sites
              waves: { size: 1 }
              steps: [ { id: move, uses: move, undo: back } ]
        - id: two
          approve: { count: 1, role: manager }
          stages: [ { id: s, steps: [ { id: end, uses: end, undo: none } ] } ]
      environment:
        providers: { shell: { adapter: process, shell: true } }
        operations:
          move: { provider: shell, with: { command: "echo move >> \(program.directory)/ledger" }, idempotency: natural }
          end: { provider: shell, with: { command: "true" }, idempotency: natural }
          back: { provider: shell, with: { command: "echo back >> \(program.directory)/ledger" }, idempotency: natural }
      """)
    try program.write(
      "book/trust/people.yaml",
      """
      sanderling: 1
      people:
        ola: { roles: [manager], accounts: ["\(NSUserName())"] }
        dana: { roles: [writer], accounts: [dana] }
      """)
  }

  private func run(_ words: String...) throws -> Program.Result { try program.run(words) }

  private func python(_ arguments: String...) throws -> Int32 {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../AuditingTests/verify.py")
    return try program.shell(
      (["python3", script.path(percentEncoded: false)] + arguments).joined(separator: " ") + " > py.out 2>&1")
  }

  /// Runs to the phase that needs approval, approves, and runs to the end.
  private func runAll() throws {
    #expect(try run("run", "book", "--until-blocked").status == 9)
    #expect(try run("approve", "--reason", "=looked at it").status == 0)
    let end = try run("run", "book")
    #expect(end.status == 0, "\(end.err)")
  }

  @Test("is told on whose word a record stands, by the program and by ninety lines of Python, of journal and bundle")
  func whole() throws {
    try runAll()
    let journal = "\(program.directory)/journal.sqlite"
    let verified = try run("audit", "verify")
    #expect(verified.status == 0, "\(verified.out)\(verified.err)")
    #expect(verified.out.contains("rest on this machine's word") && !verified.out.contains("verified"))
    #expect(try run("audit", "export", "bundle").status == 0)
    #expect(try program.shell("cd bundle && sha256sum --quiet -c SHA256SUMS") == 0)
    // The journal is gone: the bundle stands alone.
    let moved = "\(program.directory)/gone.sqlite"
    let bundle = try program.run(["audit", "verify", "bundle"], environment: ["SANDERLING_JOURNAL": moved])
    #expect(bundle.status == 0 && bundle.out.contains("✓ files"), "\(bundle.out)\(bundle.err)")
    if Program.hasPython {
      #expect(try python(journal) == 0 && python("bundle") == 0, "\(program.read("py.out"))")
    }
    // The same in one file, as tar reads it; and as tar packs it again, with a folder around it.
    #expect(try run("audit", "export", "--tar", "bundle.tar").status == 0)
    #expect(try program.shell("mkdir there; tar -xf bundle.tar -C there && diff -r bundle there") == 0)
    #expect(try run("audit", "verify", "bundle.tar").out.contains("✓ files"))
    #expect(try program.shell("tar -cf again.tar bundle && head -c 5000 bundle.tar > cut.tar") == 0)
    #expect(try run("audit", "verify", "again.tar").status == 0)
    #expect(try run("audit", "list", "--bundle", "bundle.tar").out == run("audit", "list").out)
    let cut = try run("audit", "verify", "cut.tar")
    #expect(cut.status == 7 && cut.err.contains("it is no tar of a bundle: it is cut"), "\(cut.err)")
    #expect(try run("audit", "export", "more", "--tar", "more.tar").status == 2)
    let root = try #require(verified.out.firstMatch(of: #/root +([0-9a-f]{64})/#)).output.1
    #expect(bundle.out.contains(root) && (!Program.hasPython || program.read("py.out").contains(root)))
    // What is changed in it is found by both.
    try program.write("bundle/people.jsonl", "")
    #expect(try run("audit", "verify", "bundle").status == 7)
    #expect(try !Program.hasPython || python("bundle") == 7)
  }

  @Test("lists each wave with who asked, approved and executed, and leads from each to persons, plan and author")
  func population() throws {
    try runAll()
    let csv = try run("audit", "list", "--csv").out
    let rows = csv.split(separator: "\r\n")
    #expect(rows.count == 4 && rows[0].hasPrefix("change,run,runbook,"))
    #expect(rows[3].contains("r-1/two/s/1") && rows[3].contains(",normal,") && rows[3].contains("ola (by account"))
    #expect(rows[1].contains(",standard,") && rows[1].contains(",done,"))
    let drawn = try run("audit", "sample", "2", "--seed", "2027-H1").out
    #expect(try drawn == run("audit", "sample", "2", "--seed", "2027-H1").out)
    #expect(drawn.components(separatedBy: "\n\n").count == 3 && drawn.contains("written by dana"))
    let events = try run("history", "--json", "--type", "step_intended").out.split(separator: "\n")
    let last = try #require(events.last?.firstMatch(of: #/"seq":(\d+)/#)).output.1
    let why = try run("audit", "why", String(last)).out
    for word in ["step_intended", "wave_started", "admitted by", "approval_counted", "by ola", "run_created", "dana"] {
      #expect(why.contains(word), "\(word): \(why)")
    }
    #expect(try run("audit", "why", "99999").status == 2)
    for form in ["jsonl", "cloudevents", "ocsf", "in-toto", "csv"] {
      let exported = try run("audit", "export", "--format", form)
      #expect(exported.status == 0 && !exported.out.isEmpty, "\(form): \(exported.err)")
      guard form != "csv" else { continue }
      for line in exported.out.split(separator: "\n") {
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
      }
    }
    // Approvals are read as texts, and a spreadsheet computes none of them.
    #expect(!csv.contains(",=") && !csv.contains("\n="))
  }

  @Test(
    "derives every decision again, and shows the one that was forged with all hashes right",
    .enabled(if: Program.hasPython))
  func forged() throws {
    try runAll()
    #expect(try run("audit", "replay").status == 0)
    try program.write(
      "forge.py",
      """
      import hashlib, json, sqlite3
      db = sqlite3.connect("journal.sqlite")
      for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall(): db.execute(f"DROP TRIGGER {name}")
      seq, body = db.execute("SELECT seq, body FROM events WHERE type = 'wave_finished' ORDER BY seq LIMIT 1").fetchone()
      event = json.loads(body)
      event["data"]["done"], event["data"]["failed"] = 0, 1
      body = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
      db.execute("UPDATE events SET body = ? WHERE seq = ?", (body, seq))
      db.execute("DELETE FROM nodes"); db.execute("DELETE FROM checkpoints")
      edge, sha = [], lambda *parts: hashlib.sha256(b"".join(parts)).digest()
      for seq, body in db.execute("SELECT seq, body FROM events ORDER BY seq").fetchall():
          node = (0, seq, sha(b"\\0", body))
          while True:
              if node[0] >= 4: db.execute("INSERT INTO nodes VALUES (?, ?)", ((2 * node[1] + 1) * 2 ** node[0] - 1, node[2]))
              if not edge or edge[-1][0] != node[0]: break
              node = (node[0] + 1, node[1] // 2, sha(b"\\1", edge.pop()[2], node[2]))
          edge.append(node)
      db.commit()
      """)
    #expect(try program.shell("rm -f journal.sqlite.r-*.lock; python3 forge.py") == 0)
    #expect(try run("audit", "verify").status == 0)
    let replayed = try run("audit", "replay")
    #expect(replayed.status == 7, "\(replayed.out)\(replayed.err)")
    #expect(replayed.out.contains("recorded  wave_finished") && replayed.out.contains(#""failed":1"#))
    #expect(replayed.out.contains("derived   wave_finished") && replayed.out.contains(#""failed":0"#))
  }

  /// Makes anchors of each kind that can be asked what they know.
  private func anchors() throws -> [(name: String, line: String)] {
    let binary = Program.binary
    #expect(try program.shell("git init -q -b main history") == 0)
    let key = try run("audit", "witness", "--state", "witness", "--init", "auditor.example/w1").out
    let witness = key.trimmingCharacters(in: .newlines)
    let ask = "\(binary) audit witness --state \(program.directory)/witness"
    return [
      ("file", "anchor wall file \(program.directory)/wall"),
      ("git", "anchor history git \(program.directory)/history"),
      ("witness", "anchor auditor witness \(witness) command \(ask)"),
    ]
  }

  /// The witness gets to know the log, as its auditor does on the first day.
  private func introduce() throws {
    let json = try run("audit", "verify", "--json").out
    let key = try #require(json.firstMatch(of: #/"keys":\["([^"]+)"\]/#)).output.1
    try program.write("witness/logs", "\(key)\n")
  }

  @Test(
    "finds a backup in the place of the journal refused by each kind of anchor, before anything is done",
    arguments: 0..<3)
  func backup(kind: Int) throws {
    let anchor = try anchors()[kind]
    try runAll()
    try introduce()
    #expect(try program.shell("cp journal.sqlite backup.sqlite; cp journal.sqlite.key backup.key") == 0)
    try program.write("journal.sqlite.anchors", anchor.line + "\n")
    let second = try run("run", "book", "--new", "--until-blocked")
    #expect(second.status == 9 && !second.err.contains("anchor"), "\(second.err)")
    let ledger = program.read("ledger")
    #expect(
      try program.shell(
        "rm -f journal.sqlite-wal journal.sqlite-shm journal.sqlite.r-*.lock; cp backup.sqlite journal.sqlite") == 0)
    let third = try run("run", "book", "--new", "--until-blocked")
    #expect(third.status == 7, "\(anchor.name): \(third.out)\(third.err)")
    #expect(third.err.contains("knows a history of") && third.err.contains("incarnate"), "\(third.err)")
    #expect(program.read("ledger") == ledger)
    // The copy has the runs that it had: another one would have the number of one that is lost.
    #expect(try run("status", "--json").out.contains("r-2") == false)
    // And an auditor sees it by what the anchor keeps.
    let folder = kind == 0 ? "wall.d" : kind == 1 ? "history" : "witness"
    if kind == 0 { #expect(try program.shell("mkdir wall.d; cp wall wall.d/") == 0) }
    let verified = try run("audit", "verify", "--witness", folder)
    #expect(verified.status == 7 && verified.out.contains("damaged from entry"), "\(verified.out)")
  }

  @Test("sees the time up to which a witness vouches")
  func witnessed() throws {
    let line = try anchors()[2].line
    #expect(try run("run", "book", "--until-blocked").status == 9)
    try introduce()
    try program.write("journal.sqlite.anchors", line + "\n")
    try runAll2()
    let verified = try run("audit", "verify", "--trust", "witness", "--witness", "witness")
    #expect(verified.status == 0, "\(verified.out)")
    #expect(verified.out.contains("witnessed at 20") && verified.out.contains("by auditor.example/w1; "))
  }

  private func runAll2() throws {
    #expect(try run("approve", "--reason", "looked at it").status == 0)
    let end = try run("run", "book")
    #expect(end.status == 0, "\(end.err)")
  }

  @Test("finds waves held while anchors cannot be reached, and a rollback that is not")
  func held() async throws {
    #expect(try program.shell("mkdir there") == 0)
    try program.write(
      "journal.sqlite.anchors", "anchor wall file there/wall\nbefore wave irreversible\non-unreachable hold\n")
    try runAll()
    #expect(try program.shell("mv there gone") == 0)
    let ledger = program.read("ledger")
    let out = "\(program.directory)/out"
    try Data().write(to: URL(filePath: out))
    let second = try program.start(["run", "book", "--new"], out: FileHandle(forWritingTo: URL(filePath: out)))
    #expect(try await eventually { program.read("out").contains("before work goes on") })
    #expect(program.read("ledger") == ledger)
    second.terminate()
    second.waitUntilExit()
    #expect(second.terminationStatus == 130 && program.read("ledger") == ledger)
    #expect(try program.shell("mv gone there") == 0)
    _ = try run("run", "book", "--until-blocked")
    #expect(program.read("ledger") != ledger)
    // What takes back does not wait for anybody.
    #expect(try program.shell("mv there gone") == 0)
    let back = try run("rollback", "--run", "r-2", "--reason", "nobody wants it", "--yes", "--until-blocked")
    #expect(program.read("ledger").contains("back"), "\(back.out)\(back.err)")
    // Whoever does not want to wait is told what for.
    let hurried = try run("run", "book", "--new", "--until-blocked")
    #expect(hurried.status == 4 && hurried.out.contains("before work goes on"), "\(hurried.out)\(hurried.err)")
  }
}
