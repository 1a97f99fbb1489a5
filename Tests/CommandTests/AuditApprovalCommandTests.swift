import Foundation
import Testing

/// What an auditor finds out about persons: approvals that were signed with real keys, and what somebody with the file
/// and the key of the log can make of them.
@Suite("Approvals in an audit", .enabled(if: Program.hasPython))
struct AuditApprovalCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    for name in ["mira", "tomas", "dana", "mallory"] {
      #expect(try program.shell("ssh-keygen -q -t ed25519 -N '' -C \(name) -f \(name)") == 0)
    }
    try program.write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: approved
      phases:
        - id: one
          approve: { count: 2, role: manager, not: [author, executor], emergency: on-call }
          stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ]
      """)
    try program.write(
      "book/trust/people.yaml",
      """
      sanderling: 1
      people:
        dana: { roles: [on-call], accounts: ["\(NSUserName())"], principals: [dana@example.com] }
        mira: { roles: [manager], principals: [mira@example.com] }
        tomas: { roles: [manager], principals: [tomas@example.com] }
      """)
    try program.write("book/trust/salt", String(repeating: "a7", count: 32) + "\n")
    try program.write("book/trust/allowed_signers", signers("mira mira tomas tomas dana dana"))
    try program.write("forge.py", Self.forge)
  }

  /// Lines of principals and the keys of other names.
  private func signers(_ pairs: String) -> String {
    let words = pairs.split(separator: " ")
    return stride(from: 0, to: words.count, by: 2).map { place in
      "\(words[place])@example.com \(program.read("\(words[place + 1]).pub"))"
    }.joined()
  }

  /// Changes the newest approval, or what it let begin, and makes all hashes anew: what somebody does who has the file.
  private static let forge = """
    import hashlib, json, os, sqlite3, subprocess, sys
    what, db = sys.argv[1], sqlite3.connect("forged.sqlite")
    for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall(): db.execute(f"DROP TRIGGER {name}")
    text = lambda value: json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    sha = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
    def entry(kind, number=-1):
        seq, body = db.execute("SELECT seq, body FROM events WHERE type = ? ORDER BY seq", (kind,)).fetchall()[number]
        return seq, json.loads(body)
    def put(seq, event):
        db.execute("UPDATE events SET body = ?, subject = ? WHERE seq = ?", (text(event).encode(), event["subject"], seq))
    def sign(words, key):
        open("words", "w").write(words)
        if os.path.exists("words.sig"): os.remove("words.sig")
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "sanderling", "-f", key, "words"], check=True, stderr=subprocess.DEVNULL)
        return open("words.sig").read()
    seq, command = entry("command_received")
    salt, payload = db.execute("SELECT salt, body FROM payloads WHERE seq = ?", (seq,)).fetchone()
    payload = json.loads(payload)
    signed = payload.get("signed", {"words": "{}"})
    words = json.loads(signed["words"])
    def say(key="tomas", **changes):
        words.update(changes)
        signed["words"] = text(words)
        signed["signature"] = sign(signed["words"], key)
    if what == "key":  # another key, named as such wherever a key is named
        say("mallory")
        line = subprocess.run(["ssh-keygen", "-lf", "mallory.pub"], capture_output=True, text=True).stdout.split(" ")[1]
        command["data"]["proof"]["key"], command["data"]["auth"] = line, "ssh:" + line
        place, counted = entry("approval_counted")
        counted["data"]["auth"] = "ssh:" + line
        put(place, counted)
    elif what == "words":  # other words under the old signature
        words["reason"] = payload["reason"] = "something else"
        signed["words"] = text(words)
    elif what == "swapped":  # the words and the signature of another approval
        first = db.execute("SELECT p.body FROM payloads p JOIN events e USING (seq) WHERE e.type = 'command_received' ORDER BY seq").fetchone()[0]
        payload["signed"] = json.loads(first)["signed"]
    elif what == "run": say(run={"nonce": words["run"]["nonce"], "number": 2})
    elif what == "nonce": say(run={"nonce": "0" * len(words["run"]["nonce"]), "number": 1})
    elif what == "plan": say(plan="0" * 64)
    elif what == "scope": say(scope="one/s")
    elif what == "origin": say(checkpoint=dict(words["checkpoint"], origin="other"))
    elif what == "root":
        say(checkpoint=dict(words["checkpoint"], root="0" * 64))
        command["data"]["proof"]["root"] = "0" * 64
    elif what == "nobody":  # a decision that no one asked for
        place, counted = entry("approval_counted")
        counted["data"]["person"] = 1
        put(place, counted)
    elif what == "one":  # the wave began with one of the two
        place, wave = entry("wave_started")
        wave["data"]["admitted_by"] = wave["data"]["admitted_by"][:1]
        put(place, wave)
    elif what == "twice":  # one of them is counted twice
        place, wave = entry("wave_started")
        wave["data"]["admitted_by"] = wave["data"]["admitted_by"][:1] * 2
        put(place, wave)
    elif what == "executor":  # whoever executes is one of those who approved
        place, started = entry("executor_started")
        started["data"]["person"] = 2
        put(place, started)
    elif what == "amended":  # another plan came in force with nobody's approval
        place, amended = entry("plan_amended")
        amended["data"]["admitted_by"] = []
        put(place, amended)
    elif what == "overdue":
        place, declared = entry("emergency_declared")
        declared["at"], at = "2020-01-01T00:00:00.000Z", 1577836800000
        put(place, declared)
        db.execute("UPDATE events SET at_ms = ? WHERE seq = ?", (at, place))
    if what not in ("nobody", "one", "twice", "executor", "amended", "overdue"):
        kept = text(payload).encode()
        db.execute("UPDATE payloads SET body = ? WHERE seq = ?", (kept, seq))
        command["payload"] = {"digest": sha(salt, kept).hex(), "size": len(kept)}
        put(seq, command)
    db.execute("DELETE FROM nodes"); db.execute("DELETE FROM checkpoints")
    edge = []
    for seq, body in db.execute("SELECT seq, body FROM events ORDER BY seq").fetchall():
        node = (0, seq, sha(b"\\0", body))
        while True:
            if node[0] >= 4: db.execute("INSERT INTO nodes VALUES (?, ?)", ((2 * node[1] + 1) * 2 ** node[0] - 1, node[2]))
            if not edge or edge[-1][0] != node[0]: break
            node = (node[0] + 1, node[1] // 2, sha(b"\\1", edge.pop()[2], node[2]))
        edge.append(node)
    db.commit()
    """

  private func run(_ words: String...) throws -> Program.Result { try program.run(words) }

  private func sign(_ words: String..., as name: String) throws {
    let said = try program.run(
      words + ["--sign", "--as", name, "--key", "\(program.directory)/\(name)", "--reason", "looked at all of it"])
    #expect(said.status == 0, "\(words): \(said.err)")
  }

  /// Runs with two signed approvals.
  private func approveAndRun() throws {
    #expect(try run("run", "book", "--until-blocked").status == 9)
    for name in ["mira", "tomas"] {
      let said = try run(
        "approve", "one", "--sign", "--as", name, "--key", "\(program.directory)/\(name)", "--reason", "read the plan")
      #expect(said.status == 0, "\(said.err)")
      // Each is taken up before the next: what the second saw holds the first.
      _ = try run("run", "book", "--until-blocked")
    }
    #expect(try run("status").out.contains("done"))
  }

  private func verify(forged what: String) throws -> Program.Result {
    #expect(
      try program.shell(
        "rm -f forged.sqlite*; sqlite3 journal.sqlite '.backup forged.sqlite' && python3 forge.py \(what)") == 0)
    return try run("audit", "verify", "forged.sqlite")
  }

  @Test("hold by the keys that the plan names, and by the auditor's own, which makes who signed a witness")
  func valid() throws {
    try approveAndRun()
    let found = try run("audit", "verify")
    #expect(found.status == 0, "\(found.out)\(found.err)")
    for words in [
      "2 signatures of statements valid, with keys that the plans name", "held in 1 of 1 where waves ask",
      "0 of 1 begun without the approval", "rest on this machine's word",
    ] { #expect(found.out.contains(words), "\(words): \(found.out)") }
    #expect(try program.shell("cp -r book/trust own") == 0)
    let own = try run("audit", "verify", "--trust", "own")
    #expect(own.status == 0 && own.out.contains("with keys that you trust"), "\(own.out)\(own.err)")
    #expect(own.out.contains("by the signature of tomas; the tail of"), "\(own.out)")
    let json = try run("audit", "verify", "--trust", "own", "--json").out
    #expect(json.contains(#""standing":"valid""#) && json.contains(#""own_trust":true"#))
    try expectSchema(json)
    // The bundle says the same without the journal.
    #expect(try run("audit", "export", "bundle").status == 0)
    #expect(try run("audit", "verify", "bundle").out.contains("2 signatures of statements valid"))
  }

  /// Each member that is written has its line in the schema, and each that the schema wants is written.
  private func expectSchema(_ json: String) throws {
    func object(_ text: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
    let text = try run("schema", "verification").out
    #expect(
      try text == String(contentsOfFile: "\(Program.repository)/docs/schema/verification.schema.json", encoding: .utf8))
    let (schema, found) = (try object(text), try object(json))
    func compare(_ value: Any?, _ schema: [String: Any]) throws {
      let schema = (schema["anyOf"] as? [[String: Any]])?.first ?? schema
      if let members = value as? [String: Any] {
        let known = try #require(schema["properties"] as? [String: [String: Any]])
        let wanted = try #require(schema["required"] as? [String])
        #expect(Set(members.keys).isSubset(of: known.keys) && Set(wanted).isSubset(of: members.keys))
        for (key, value) in members { try compare(value, known[key] ?? [:]) }
      } else if let values = value as? [Any] {
        for value in values { try compare(value, try #require(schema["items"] as? [String: Any])) }
      } else if let words = schema["enum"] as? [String] {
        #expect(words.contains(value as? String ?? ""))
      }
    }
    try compare(found, schema)
  }

  @Test(
    "that were forged with all hashes right are found by their signature, their words and what these are about",
    arguments: [
      ("key", "is not one of tomas@example.com"), ("words", "its signature does not hold"),
      ("swapped", "is not the key that it names"), ("run", "the words are about r-2"),
      ("nonce", "about another r-1"), ("plan", "the words are about the plan 0000"),
      ("scope", "the words are about `one/s`"), ("origin", "name another checkpoint"),
      ("root", "are not those of a checkpoint"), ("nobody", "counts something else than entry"),
    ])
  func forged(what: String, words: String) throws {
    try approveAndRun()
    let found = try verify(forged: what)
    #expect(found.status == 7 && found.out.contains(words), "\(what): \(found.out)\(found.err)")
    #expect(!found.out.contains("✓ approvals"))
  }

  @Test(
    "that do not suffice are a rule that was not kept: exit 8",
    arguments: [
      ("one", "began with 1 of 2 approvals"), ("twice", "began with 1 of 2 approvals"),
      ("executor", "tomas executes the run"),
    ])
  func separation(what: String, words: String) throws {
    try approveAndRun()
    let found = try verify(forged: what)
    #expect(found.status == 8 && found.out.contains(words), "\(what): \(found.out)\(found.err)")
    #expect(found.out.contains("1 of 1 begun without the approval"), "\(found.out)")
    #expect(found.out.contains("1 rule of its plans not kept"))
  }

  @Test("of a key that was revoked since were valid when they were made; one key of two persons proves neither")
  func keys() throws {
    try approveAndRun()
    #expect(try program.shell("cp -r book/trust own; cp tomas.pub own/revoked") == 0)
    let revoked = try run("audit", "verify", "--trust", "own")
    #expect(revoked.status == 0, "\(revoked.out)\(revoked.err)")
    #expect(revoked.out.contains("was revoked since; what it signed was valid when it was made"), "\(revoked.out)")
    let json = try run("audit", "verify", "--trust", "own", "--json").out
    #expect(json.contains("valid_when_made_key_revoked_since"))
    #expect(try program.shell("rm own/revoked") == 0)
    try program.write("own/allowed_signers", signers("mira mira tomas tomas mira tomas"))
    let shared = try run("audit", "verify", "--trust", "own")
    #expect(shared.status == 7 && shared.out.contains("one key is one person"), "\(shared.out)")
    // A key that the auditor does not know proves nothing, whatever the plans say.
    try program.write("own/allowed_signers", signers("mira mira"))
    let unknown = try run("audit", "verify", "--trust", "own")
    #expect(unknown.status == 7 && unknown.out.contains("is not one of tomas@example.com"), "\(unknown.out)")
    try program.write("own/people.yaml", "sanderling: 1\npeople:\n  mira: { principals: [mira@example.com] }\n")
    #expect(try run("audit", "verify", "--trust", "own").out.contains("is nobody in the people that you trust"))
    try program.write("own/people.yaml", "people: [\n")
    #expect(try run("audit", "verify", "--trust", "own").status == 2)
  }

  @Test("whose words were erased are withheld, and never called valid")
  func erased() throws {
    try approveAndRun()
    #expect(try run("audit", "erase", "tomas", "--reason", "asked for it", "--yes").status == 0)
    let found = try run("audit", "verify")
    #expect(found.status == 0, "\(found.out)\(found.err)")
    #expect(found.out.contains("1 signature of statements valid") && found.out.contains("1 signed statement erased"))
    #expect(found.out.contains("1 resting on words that were erased"), "\(found.out)")
  }

  @Test("are judged in every form: emergencies, reviews, rejections and amendments")
  func forms() throws {
    #expect(try run("run", "book", "--until-blocked").status == 9)
    let runbook = program.read("book/runbook.yaml")
    let more = "{ id: b, uses: noop, undo: none } ] } ]"
    try program.write("book/runbook.yaml", runbook.replacing("undo: none } ] } ]", with: "undo: none }, \(more)"))
    let amend = try run("amend", "book", "--yes", "--reason", "one step more")
    #expect(amend.status == 0, "\(amend.err)")
    for name in ["mira", "tomas"] { try sign("approve", "one", "--amendment", as: name) }
    #expect(try run("run", "r-1", "--until-blocked").status == 9)
    #expect(try run("history").out.contains("AMENDED"))
    let amended = try verify(forged: "amended")
    #expect(amended.status == 8 && amended.out.contains("the plan was amended with 0 of 2"), "\(amended.out)")
    try sign("reject", "one", as: "tomas")
    try sign("emergency", "one", "--for", "2h", as: "dana")
    try sign("review", "one", as: "mira")
    let end = try run("run", "r-1", "--until-blocked")
    #expect(end.status == 0, "\(end.out)\(end.err)")
    let found = try run("audit", "verify")
    #expect(found.status == 0, "\(found.out)")
    #expect(found.out.contains("5 signatures of statements valid") && found.out.contains("1 under an emergency"))
    #expect(!found.out.contains("remark") && found.out.contains("✓ approvals"), "\(found.out)")
    #expect(try run("audit", "replay").status == 0)
  }

  @Test("that an emergency lifted are counted apart, and a review that nobody made is a rule that was not kept")
  func emergency() throws {
    #expect(try run("run", "book", "--until-blocked").status == 9)
    let said = try run("emergency", "one", "--for", "2h", "--reason", "the shop is down")
    #expect(said.status == 0, "\(said.err)")
    #expect(try run("run", "book", "--until-blocked").status == 0)
    let found = try run("audit", "verify")
    #expect(found.status == 0, "\(found.out)\(found.err)")
    #expect(found.out.contains("1 under an emergency") && found.out.contains("is not reviewed yet"), "\(found.out)")
    #expect(found.out.contains("1 by account: the operating system knew the account, and nobody signed"))
    let overdue = try verify(forged: "overdue")
    #expect(overdue.status == 8 && overdue.out.contains("was to be reviewed by 2020-01-02"), "\(overdue.out)")
  }
}
