import Foundation
import Testing

/// What is said of a record that is damaged, amended, restored or erased in part, through the built program.
@Suite("A record that is not what it was, at the command line")
struct HonestRecordTests {
  let program: Program

  init() throws {
    program = try Program()
    try write(tolerate: 1)
    try program.write(
      "book/trust/people.yaml",
      """
      sanderling: 1
      people:
        ola: { roles: [manager], accounts: ["\(NSUserName())"] }
        mira: { roles: [manager], principals: [mira@example.com] }
      """)
    try program.write("book/trust/salt", String(repeating: "b3", count: 32) + "\n")
    #expect(try program.shell("ssh-keygen -q -t ed25519 -N '' -C mira -f mira") == 0)
    try program.write("book/trust/allowed_signers", "mira@example.com \(program.read("mira.pub"))")
  }

  private func write(tolerate: Int) throws {
    try program.write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: honest
      inventories: { sites: [ { id: a }, { id: b } ] }
      phases:
        - id: one
          stages: [ { id: s, targets: sites, waves: { size: 1 }, steps: [ { id: a, uses: noop, undo: none } ] } ]
        - id: two
          approve: { count: 1, role: manager }
          stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ]
        - id: three
          stages:
            - id: s
              targets: sites
              select: { from: all }
              waves: { size: 2, tolerate: \(tolerate) }
              steps: [ { id: a, uses: noop, undo: none } ]
      """)
  }

  private func run(_ words: String...) throws -> Program.Result { try program.run(words) }

  private func runAll() throws {
    #expect(try run("run", "book", "--until-blocked").status == 9)
    #expect(try run("approve", "two", "--reason", "looked at it").status == 0)
    let end = try run("run", "book")
    #expect(end.status == 0, "\(end.err)")
  }

  private func change(_ sql: String) throws {
    let script = "rm -f journal.sqlite.r-*.lock; sqlite3 journal.sqlite \"DROP TRIGGER events_are_not_updated; \(sql)\""
    #expect(try program.shell(script) == 0)
  }

  @Test("is listed, sampled, explained and exported as what it is: damaged, with exit 7 and the first entry")
  func damaged() throws {
    try runAll()
    #expect(try run("audit", "list").status == 0)
    // A wave that failed becomes one that did not, and no payload is touched: each entry can still be read.
    let body = "replace(CAST(body AS TEXT), '\\\"done\\\":1', '\\\"done\\\":9')"
    try change("UPDATE events SET body = CAST(\(body) AS BLOB) WHERE type = 'wave_finished';")
    for words in [
      ["audit", "list"], ["audit", "list", "--csv"], ["audit", "list", "--json"],
      ["audit", "sample", "2", "--seed", "x"], ["audit", "why", "9"], ["audit", "export", "--format", "jsonl"],
    ] {
      let answer = try program.run(words)
      #expect(answer.status == 7 && answer.err.contains("is damaged from entry"), "\(words): \(answer.err)")
      #expect(!answer.out.isEmpty, "\(words)")
    }
    let report = try run("report", "--html", "page.html")
    #expect(report.status == 7 && report.err.contains("is damaged"), "\(report.err)")
    #expect(program.read("page.html").contains("damaged from entry"))
    // The bundle has the bytes as they are, and says for ever of what it was made.
    for words in [["bundle"], ["--tar", "bundle.tar"]] {
      let export = try program.run(["audit", "export"] + words)
      #expect(export.status == 7, "\(export.err)")
      let again = try run("audit", "verify", words.last ?? "")
      #expect(again.status == 7 && again.out.contains("it was made of a damaged journal"), "\(again.out)")
    }
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../AuditingTests/verify.py")
    guard Program.hasPython else { return }
    #expect(try program.shell("python3 \(script.path(percentEncoded: false)) bundle > py.out") == 7)
  }

  @Test("names nobody as an approver of a plan that was put in force after the approval")
  func amended() throws {
    #expect(try run("run", "book", "--until-blocked").status == 9)
    #expect(try run("approve", "two", "--reason", "looked at it").status == 0)
    // The executor counts it, and goes on only when somebody lets it.
    #expect(try run("pause", "--reason", "a change comes first").status == 0)
    #expect(try run("run", "book", "--until-blocked").status == 9)
    try write(tolerate: 0)
    let amended = try run("amend", "book", "--yes", "--reason", "fewer may fail")
    #expect(amended.status == 0, "\(amended.err)")
    #expect(try run("run", "r-1", "--until-blocked").status == 9)
    #expect(try run("resume", "--reason", "go on").status == 0)
    let end = try run("run", "r-1")
    #expect(end.status == 0, "\(end.err)")
    let lines = try run("audit", "list", "--json").out.split(separator: "\n")
    let two = try #require(lines.first { $0.contains("r-1/two/s/1") })
    #expect(two.contains(#""approved_by":[]"#), "\(two)")
    #expect(two.contains(#""approved_before_amendment":[{"#) && two.contains(#""person":"ola""#), "\(two)")
    #expect(two.contains(#""class":"normal""#))
    #expect(try run("audit", "list").out.contains("ola (an earlier plan)"))
  }

  @Test("misses names and keys that are gone without an erasure, and none that an erasure took away")
  func gone() throws {
    try runAll()
    #expect(try run("audit", "verify").status == 0)
    #expect(try program.shell("cp journal.sqlite whole.sqlite") == 0)
    for (table, words) in [("people", "the name behind p_"), ("openings", "what opens the commitment")] {
      try change("DELETE FROM \(table);")
      let found = try run("audit", "verify")
      #expect(found.status == 7 && found.out.contains(words), "\(table): \(found.out)")
      #expect(found.out.contains("is gone, and no erasure says so"))
      #expect(try program.shell("rm -f journal.sqlite-*; cp whole.sqlite journal.sqlite") == 0)
    }
    for person in ["mira", "ola"] {
      let erased = try run("audit", "erase", person, "--yes", "--reason", "asked for it")
      #expect(erased.status == 0, "\(erased.err)")
    }
    let after = try run("audit", "verify")
    #expect(after.status == 0, "\(after.out)")
  }

  @Test("says of a signature that was refused that somebody tried, and of a key that it stays after an erasure")
  func traces() throws {
    #expect(try run("run", "book", "--until-blocked").status == 9)
    #expect(try program.shell("ssh-keygen -q -t ed25519 -N '' -C mallory -f mallory") == 0)
    let forged = try run(
      "approve", "two", "--sign", "--as", "mira", "--key", "\(program.directory)/mallory", "--reason", "let me in")
    #expect(forged.status == 1 && forged.err.contains("the signature does not count"), "\(forged.err)")
    let signed = try run(
      "approve", "two", "--sign", "--as", "mira", "--key", "\(program.directory)/mira", "--reason", "looked at it")
    #expect(signed.status == 0, "\(signed.err)")
    #expect(try run("run", "book").status == 0)
    let history = try run("history", "--json").out.split(separator: "\n")
    #expect(history.contains { $0.contains("command_received") && $0.contains("the signature does not count") })
    #expect(try run("audit", "verify").status == 0)
    let erased = try run("audit", "erase", "mira", "--yes", "--reason", "asked for it")
    #expect(erased.out.contains("entries still name the key SHA256:"), "\(erased.out)")
  }

  @Test("of whose measurements some were erased lawfully differs nowhere when its decisions are derived again")
  func samples() throws {
    try program.write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: honest
      inventories: { shops: [ { id: a1, region: mira }, { id: b1, region: us } ] }
      signals:
        errors: { query: feed, per: region, every: 1s }
      gates: { fine: [ errors < 5 ] }
      phases:
        - id: p
          stages:
            - id: s
              targets: shops
              waves: { concurrency: 2, tolerate: 1 }
              gate: { require: fine, hold: 2s }
              steps: [ { id: a, uses: noop, undo: noop } ]
      environment:
        providers: { p: { adapter: process } }
        operations:
          feed: { provider: p, with: { shell: true, command: ': ${with.series}; echo 0' }, idempotency: natural }
      """)
    #expect(try run("run", "book").status == 0)
    let before = try run("audit", "replay")
    #expect(before.status == 0, "\(before.out)")
    #expect(try run("audit", "erase", "mira", "--yes", "--reason", "asked for it").status == 0)
    let after = try run("audit", "replay")
    #expect(after.status == 8, "\(after.out)\(after.err)")
    #expect(after.out.contains("withheld: what was measured for them was erased") && !after.out.contains("differs"))
    #expect(try run("audit", "verify").status == 0)
  }

  @Test("is checked without the program against a wall of several checkpoints", .enabled(if: Program.hasPython))
  func wall() throws {
    try program.write("journal.sqlite.anchors", "anchor wall file wall\n")
    try runAll()
    let notes = program.read("wall").components(separatedBy: "\n\n").count - 1
    #expect(notes > 2)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../AuditingTests/verify.py")
    let verify = "python3 \(script.path(percentEncoded: false)) journal.sqlite"
    #expect(try program.shell("\(verify) wall > py.out") == 0, "\(program.read("py.out"))")
    // Any of them, and not only the last.
    #expect(try program.shell("sed '3s/^..../AAAA/' wall > changed; \(verify) changed > py.out") == 7)
    // What cannot be read at all is no word for anything.
    #expect(try program.shell("head -c 100 wall > cut; cat wall >> cut; \(verify) cut > py.out 2>&1") == 7)
  }
}
