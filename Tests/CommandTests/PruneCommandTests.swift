import Foundation
import Testing

/// Finished runs that are taken out of a journal after a bundle has them.
@Suite("Runs that were pruned, at the command line", .enabled(if: Program.hasPython))
struct PruneCommandTests {
  let program: Program
  private var verifier: String {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../AuditingTests/verify.py")
    return "python3 \(script.path(percentEncoded: false))"
  }

  init() throws {
    program = try Program()
    try write("first")
    try program.write(
      "book/trust/people.yaml",
      """
      sanderling: 1
      people:
        ola: { roles: [manager], accounts: ["\(NSUserName())"] }
        ida: { roles: [manager], principals: [ida@example.com] }
      """)
    try program.write("book/trust/salt", String(repeating: "d7", count: 32) + "\n")
    #expect(try program.shell("ssh-keygen -q -t ed25519 -N '' -C ida -f ida") == 0)
    try program.write("book/trust/allowed_signers", "ida@example.com \(program.read("ida.pub"))")
  }

  private func write(_ name: String, approve: String = "") throws {
    try program.write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: pruned
      summary: the plan of \(name)
      inventories: { sites: [ { id: a }, { id: b } ] }
      phases:
        - id: one
          \(approve)
          stages: [ { id: s, targets: sites, waves: { size: 1 }, steps: [ { id: move, uses: move, undo: none } ] } ]
      environment:
        providers: { shell: { adapter: process, shell: true } }
        operations:
          move: { provider: shell, with: { command: "echo said-by-\(name)" }, idempotency: natural }
      """)
  }

  private func run(_ words: String...) throws -> Program.Result { try program.run(words) }

  /// Two runs that are over and one that is open; their entries stand one behind the other.
  private func work() throws {
    try program.write("journal.sqlite.anchors", "anchor wall file walls/wall\n")
    try FileManager.default.createDirectory(atPath: "\(program.directory)/walls", withIntermediateDirectories: true)
    #expect(try run("run", "book").status == 0)
    try write("second")
    #expect(try run("run", "book", "--new").status == 0)
    try write("third", approve: "approve: { count: 1, role: manager, emergency: manager }")
    #expect(try run("run", "book", "--new", "--until-blocked").status == 9)
  }

  private func prune(_ words: String..., yes: Bool = true) throws -> Program.Result {
    try program.run(
      ["audit", "prune"] + words + ["--archive", "bundle", "--reason", "kept for a year"] + (yes ? ["--yes"] : []))
  }

  @Test("are gone to the byte, and everything that was proved before still is, by the program and without it")
  func whole() throws {
    try work()
    #expect(try run("audit", "export", "bundle").status == 0)
    let before = try run("audit", "verify", "--witness", "walls")
    #expect(before.status == 0, "\(before.out)")
    // Somebody has to say yes.
    let asked = try prune("r-1", yes: false)
    #expect(asked.status == 2 && asked.err.contains("pruning needs a yes"), "\(asked.err)")
    let pruned = try prune("r-1")
    #expect(pruned.status == 0 && pruned.out.contains("pruned: r-1, "), "\(pruned.out)\(pruned.err)")
    for file in ["journal.sqlite", "journal.sqlite-wal"] {
      #expect(try program.shell("grep -q said-by-first \(file)") != 0, "\(file)")
    }
    #expect(try program.shell("grep -q said-by-second journal.sqlite") == 0)
    // Every check holds, and so does what left the machine before.
    for words in [["audit", "verify", "--witness", "walls"], ["audit", "verify", "--trust", "book/trust"]] {
      let after = try program.run(words)
      #expect(after.status == 0 && !after.out.contains("damaged"), "\(after.out)\(after.err)")
      #expect(after.out.contains("r-1 (") && after.out.contains("SHA256SUMS has the digest"), "\(after.out)")
      for check in ["entries", "tree", "plans", "runs", "checkpoints"] { #expect(after.out.contains("✓ \(check)")) }
    }
    let json = try run("audit", "verify", "--json").out
    #expect(json.contains(#""pruned":[{"archive":""#) && json.contains(#""run":1,"#), "\(json)")
    #expect(try program.shell("\(verifier) journal.sqlite walls/wall > py.out") == 0, "\(program.read("py.out"))")
    #expect(program.read("py.out").contains("pruned: r-1"))
    // Each command says where it is, and that is where it is.
    let readers = [
      ["audit", "list"], ["audit", "sample", "9", "--seed", "x"], ["audit", "replay"], ["status", "--all"],
    ]
    for words in readers {
      let told = try program.run(words)
      #expect(told.status == 0 && told.err.contains("r-1 ("), "\(words): \(told.err)")
      #expect(told.err.contains("pruned at"), "\(words): \(told.err)")
      #expect(!told.out.contains("r-1"), "\(words): \(told.out)")
    }
    for words in [["history", "r-1"], ["why", "r-1"], ["report", "r-1"], ["status", "r-1"], ["run", "r-1"]] {
      let told = try program.run(words)
      #expect(told.status == 1 && told.err.contains("r-1 is not here any more"), "\(words): \(told.status) \(told.err)")
    }
    #expect(try run("audit", "verify").out.contains(program.sha256("bundle/SHA256SUMS")))
    #expect(try run("audit", "list", "--bundle", "bundle").out.contains("r-1/one/s/1"))
    // What comes after goes on as ever, and can be exported and verified again.
    #expect(try run("approve", "--reason", "looked at it").status == 0)
    #expect(try run("run", "r-3").status == 0)
    #expect(try run("audit", "verify", "--witness", "walls").status == 0)
    #expect(try run("audit", "export", "again").status == 0)
    let again = try run("audit", "verify", "again", "--witness", "walls")
    #expect(again.status == 0 && again.out.contains("r-1 ("), "\(again.out)")
    #expect(try program.shell("\(verifier) again > py.out") == 0, "\(program.read("py.out"))")
    #expect(try run("audit", "replay").status == 0)
    // The same plan was done, and is not done again.
    try write("first")
    #expect(try run("run", "book").err.contains("did exactly this plan already"))
  }

  @Test("are not those that are open, wait for a review, or are not in the bundle")
  func refused() throws {
    try work()
    #expect(try run("audit", "export", "bundle").status == 0)
    #expect(try prune("r-3").err.contains("r-3 has to stay: it is open"))
    #expect(try run("emergency", "one", "--run", "r-3", "--for", "1h", "--reason", "it burns").status == 0)
    #expect(try run("run", "r-3").status == 0)
    let owed = try prune("r-3")
    #expect(owed.status == 1 && owed.err.contains("waits for a review"), "\(owed.err)")
    let key = "\(program.directory)/ida"
    let review = try run(
      "review", "one", "--run", "r-3", "--sign", "--as", "ida", "--key", key, "--reason", "looked at it")
    #expect(review.status == 0, "\(review.err)")
    #expect(try run("run", "r-3").status == 0)
    let short = try prune("r-3")
    #expect(short.status == 1 && short.err.contains("has not got entry"), "\(short.err)")
    #expect(try prune().status == 2 && prune("r-9").status == 2)
    #expect(try prune("--before", "2020-01-01").status == 0)
    #expect(try program.shell("cp -r bundle other; echo >> other/people.jsonl") == 0)
    let damaged = try run("audit", "prune", "r-1", "--archive", "other", "--reason", "kept for a year", "--yes")
    #expect(damaged.status == 7 && damaged.err.contains("is damaged"), "\(damaged.err)")
    #expect(try run("history", "r-1").status == 0 && run("audit", "verify").status == 0)
    // All that are old enough go at once, and none twice.
    let all = try prune("--before", "2099-01-01")
    #expect(all.status == 1 && all.err.contains("has not got entry"), "\(all.err)")
    #expect(try program.shell("rm -r bundle") == 0 && run("audit", "export", "bundle").status == 0)
    let gone = try prune("--before", "2099-01-01")
    #expect(gone.status == 0 && gone.out.contains("r-1, r-2, r-3"), "\(gone.out)\(gone.err)")
    #expect(try prune("r-1").err.contains("it was pruned already"))
    let last = try run("audit", "verify", "--witness", "walls")
    #expect(last.status == 0, "\(last.out)")
    #expect(try run("status").status == 0)
    // What they did of each target nobody can tell here, and what is planned otherwise is begun.
    for words in [["plan", "book", "--only-rest"], ["run", "book", "--only", "a"]] {
      let told = try program.run(words)
      #expect(
        told.status == 1 && told.err.contains("r-3 of this runbook is not here any more"), "\(words): \(told.err)")
      #expect(told.err.contains("SHA256SUMS has the digest"), "\(words): \(told.err)")
    }
    try write("fourth")
    let begun = try run("run", "book")
    #expect(begun.status == 0, "\(begun.err)")
    #expect(try run("plan", "book", "--only-rest").err.contains("nothing is left"))
    try write("fifth", approve: "approve: { count: 1, role: manager }")
    #expect(try run("run", "book", "--new", "--until-blocked").status == 9)
  }

  @Test("are whole runs: an entry that claims a part of one, or a plan, is damage, whoever looks")
  func claimed() throws {
    try work()
    try program.write("claim.py", Self.claim)
    for (what, word) in [
      ("7,8", "runs go as a whole"), ("7,8 plan", "runs go as a whole"), ("none plan", "prunes no run"),
      ("none", "prunes no run"),
    ] {
      #expect(try program.shell("rm -f claimed.sqlite*; python3 claim.py \(what)") == 0, "\(what)")
      let found = try run("audit", "verify", "claimed.sqlite")
      #expect(found.status == 7 && found.out.contains(word), "\(what): \(found.out)\(found.err)")
      #expect(found.out.contains("is missing") == what.contains("plan"), "\(what): \(found.out)")
      #expect(try program.shell("\(verifier) claimed.sqlite > py.out") == 7, "\(what)")
    }
  }

  /// Appends an entry that claims to have pruned some entries of r-1, and takes these out, with the tree made anew.
  private static let claim = """
    import hashlib, json, os, sqlite3, sys
    source = sqlite3.connect("journal.sqlite"); db = sqlite3.connect("claimed.sqlite"); source.backup(db)
    H = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
    C = lambda value: json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    numbers = [int(n) for n in sys.argv[1].split(",")] if sys.argv[1] != "none" else []
    plan, outcome = db.execute("SELECT plan, outcome FROM registry WHERE run = 1").fetchone()
    for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall(): db.execute(f"DROP TRIGGER {name}")
    rows = db.execute("SELECT seq, at_ms, body FROM events ORDER BY seq").fetchall()
    last, seq, salt, reason = json.loads(rows[-1][2]), len(rows), os.urandom(16), C({"reason": "policy"})
    digest = H("".join(f"{n}\\n" for n in numbers).encode()).hex()
    runs = [dict(run=1, first=numbers[0], last=numbers[-1], count=len(numbers), numbers=digest, plan=plan, outcome=outcome)] if numbers else []
    person = next(e["actor"]["id"] for e in (json.loads(b) for _, _, b in rows) if e["actor"]["kind"] == "person")
    entry = C(dict(actor=dict(auth="account", id=person, kind="person"), at=last["at"], boot=last["boot"],
      data=dict(archive="a" * 64, plans=[plan] if "plan" in sys.argv else [], runs=runs), epoch=0, mono_ms=last["mono_ms"],
      payload=dict(digest=H(salt, reason).hex(), size=len(reason)), run=0, seq=seq, subject="", type="entries_pruned", v=2))
    db.execute("INSERT INTO events VALUES (?, 0, 0, ?, 'entries_pruned', '', ?)", (seq, rows[-1][1], entry))
    db.execute("INSERT INTO payloads VALUES (?, ?, ?)", (seq, salt, reason))
    level, height = [H(b"\\0", body) for _, _, body in rows] + [H(b"\\0", entry)], 0
    for n in numbers:
        db.execute("INSERT INTO pruned VALUES (?, 1, ?)", (n, level[n]))
        db.execute("DELETE FROM events WHERE seq = ?", (n,)); db.execute("DELETE FROM payloads WHERE seq = ?", (n,))
    db.execute("DELETE FROM nodes")
    while len(level) > 1:
        level, height = [H(b"\\1", *level[i:i + 2]) for i in range(0, len(level) - 1, 2)], height + 1
        if height > 3: db.executemany("INSERT INTO nodes VALUES (?, ?)", [((2 * i + 1) * 2 ** height - 1, n) for i, n in enumerate(level)])
    if "plan" in sys.argv: db.execute("DELETE FROM blobs WHERE digest = ?", (plan,))
    db.commit()
    """

  @Test("are no way to take out anything else: what no entry says was pruned is missed")
  func forged() throws {
    try work()
    #expect(try run("audit", "export", "bundle").status == 0)
    #expect(try prune("r-1").status == 0)
    #expect(try program.shell("cp journal.sqlite whole.sqlite") == 0)
    try program.write(
      "forge.py",
      """
      import hashlib, sqlite3, sys
      db = sqlite3.connect("journal.sqlite")
      triggers = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
      for name, in triggers: db.execute(f"DROP TRIGGER {name}")
      if sys.argv[1] == "one": seqs = [s for s, in db.execute("SELECT seq FROM events WHERE run = 2 LIMIT 1")]
      elif sys.argv[1] == "run": seqs = [s for s, in db.execute("SELECT seq FROM events WHERE run = 2")]
      elif sys.argv[1] == "more": seqs = [s for s, in db.execute("SELECT seq FROM events WHERE run = 2 LIMIT 1")]
      else: seqs = []
      for seq in seqs:
          body, run = db.execute("SELECT body, run FROM events WHERE seq = ?", (seq,)).fetchone()
          db.execute("DELETE FROM events WHERE seq = ?", (seq,)); db.execute("DELETE FROM payloads WHERE seq = ?", (seq,))
          leaf = hashlib.sha256(b"\\0" + body).digest()
          db.execute("INSERT INTO pruned VALUES (?, ?, ?)", (seq, 1 if sys.argv[1] == "more" else run, leaf))
      if sys.argv[1] == "leaf": db.execute("UPDATE pruned SET leaf = zeroblob(32) WHERE seq = (SELECT min(seq) FROM pruned)")
      if sys.argv[1] == "cut": db.execute("DELETE FROM pruned WHERE seq = (SELECT max(seq) FROM pruned)")
      db.commit()
      """)
    for what in ["one", "run", "more", "leaf", "cut"] {
      #expect(try program.shell("rm -f journal.sqlite-* journal.sqlite.r-*.lock; cp whole.sqlite journal.sqlite") == 0)
      #expect(try program.shell("python3 forge.py \(what)") == 0)
      let found = try run("audit", "verify")
      #expect(found.status == 7, "\(what): \(found.out)\(found.err)")
      #expect(try program.shell("\(verifier) journal.sqlite > py.out") == 7, "\(what)")
    }
    // The same in a bundle, whose sums are made anew.
    #expect(try program.shell("rm -f journal.sqlite-*; cp whole.sqlite journal.sqlite") == 0)
    #expect(try run("audit", "export", "again").status == 0)
    try program.write(
      "cut.py",
      """
      import hashlib
      lines = open("again/entries.jsonl", "rb").read().split(b"\\n")
      at = next(i for i, line in enumerate(lines) if b'"run":2' in line and b'"type":"wave_started"' in line)
      leaf = hashlib.sha256(b"\\0" + lines[at]).hexdigest()
      lines[at] = b'{"leaf":"%s","run":2}' % leaf.encode()
      open("again/entries.jsonl", "wb").write(b"\\n".join(lines))
      """)
    let sums = "sha256sum $(cut -c67- SHA256SUMS) > sums && mv sums SHA256SUMS"
    #expect(try program.shell("python3 cut.py && cd again && \(sums)") == 0)
    let cut = try run("audit", "verify", "again")
    #expect(cut.status == 7 && cut.out.contains("nothing says that they were pruned"), "\(cut.out)\(cut.err)")
    #expect(try program.shell("\(verifier) again > py.out") == 7)
  }
}

extension Program {
  /// The SHA-256 of a file, as `sha256sum` sees it.
  fileprivate func sha256(_ path: String) throws -> String {
    #expect(try shell("sha256sum \(path) > .sum") == 0)
    return String(read(".sum").prefix(64))
  }
}
