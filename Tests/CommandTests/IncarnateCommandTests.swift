import Foundation
import Testing

/// A backup in the place of a journal, and the two persons who let it go on.
@Suite("A journal that lost something, at the command line")
struct IncarnateCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    for name in ["mira", "tomas", "mallory"] {
      #expect(try program.shell("ssh-keygen -q -t ed25519 -N '' -C \(name) -f \(name)") == 0)
    }
    try program.write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: restored
      inventories: { sites: [ { id: a }, { id: b } ] }
      phases:
        - id: one
          stages: [ { id: s, targets: sites, waves: { size: 1 }, steps: [ { id: move, uses: move, undo: none } ] } ]
        - id: two
          approve: { count: 1, role: manager }
          stages: [ { id: s, steps: [ { id: end, uses: move, undo: none } ] } ]
      environment:
        providers: { shell: { adapter: process, shell: true } }
        operations:
          move: { provider: shell, with: { command: "echo move >> \(program.directory)/ledger" }, idempotency: natural }
      """)
    try program.write(
      "book/trust/people.yaml",
      """
      sanderling: 1
      people:
        dana: { roles: [manager], accounts: ["\(NSUserName())"] }
        mira: { roles: [manager], principals: [mira@example.com] }
        tomas: { roles: [manager], principals: [tomas@example.com] }
      """)
    try program.write("book/trust/salt", String(repeating: "a7", count: 32) + "\n")
    try writeSigners(["mira", "tomas"])
  }

  private func writeSigners(_ names: [String]) throws {
    let lines = names.map { "\($0)@example.com \(program.read("\($0).pub"))" }
    try program.write("book/trust/allowed_signers", lines.joined())
  }

  private func run(_ words: String...) throws -> Program.Result { try program.run(words) }

  private func backUp(_ name: String) throws {
    #expect(try program.shell("rm -f \(name); sqlite3 journal.sqlite \".backup \(name)\"") == 0)
  }

  private func putBack(_ name: String) throws {
    #expect(try program.shell("rm -f journal.sqlite-wal journal.sqlite-shm; cp \(name) journal.sqlite") == 0)
  }

  private func sign(_ person: String, key: String? = nil) throws -> Program.Result {
    try run(
      "audit", "incarnate", "--sign", "--as", person, "--key", "\(program.directory)/\(key ?? person)", "--reason",
      "the disk of \(person) died")
  }

  /// Runs to the phase that needs approval, keeps that, and goes on to the end.
  private func loseTheEnd() throws {
    #expect(try run("run", "book", "--until-blocked").status == 9)
    try backUp("backup.sqlite")
    #expect(try run("approve", "--reason", "looked at it").status == 0)
    #expect(try run("run", "book").status == 0)
    try backUp("end.sqlite")
    try putBack("backup.sqlite")
  }

  @Test("is refused with both sizes and the two ways on, goes on by two persons, and says for ever what is lost")
  func whole() throws {
    try loseTheEnd()
    let ledger = program.read("ledger")
    let refused = try run("run", "book", "--until-blocked")
    #expect(refused.status == 7, "\(refused.out)\(refused.err)")
    for words in ["entries, and", "were written", "bring the newest copy back", "two persons say so"] {
      #expect(refused.err.contains(words), "\(words): \(refused.err)")
    }
    #expect(program.read("ledger") == ledger)
    let first = try sign("mira")
    #expect(first.status == 0 && first.err.contains("a second person says the same"), "\(first.err)")
    // Until then nothing is changed.
    #expect(try run("run", "book", "--until-blocked").status == 7)
    let second = try sign("tomas")
    #expect(second.status == 0 && second.err.contains("/2; entry"), "\(second.err)")
    #expect(!program.has("journal.sqlite.incarnation"))
    #expect(try run("approve", "--reason", "looked at it again").status == 0)
    let end = try run("run", "book")
    #expect(end.status == 0, "\(end.out)\(end.err)")
    let verified = try run("audit", "verify")
    #expect(verified.status == 0, "\(verified.out)\(verified.err)")
    let lost = try #require(verified.out.firstMatch(of: #/the entries (\d+) to (\d+) of `([^`]+)` are lost for good/#))
    #expect(try #require(Int(lost.output.1)) < #require(Int(lost.output.2)))
    #expect(verified.out.contains("mira (signed) and tomas (signed) said"), "\(verified.out)")
    // So does a bundle, and by the auditor's own keys.
    #expect(try run("audit", "export", "bundle").status == 0)
    #expect(try run("audit", "verify", "bundle", "--trust", "book/trust").out.contains("are lost for good"))
    #expect(try run("audit", "replay").status == 0)
    // And so does whoever reads it, in whichever form.
    for words in [
      ["status"], ["history"], ["history", "--json"], ["history", "--csv"], ["audit", "list"],
      ["audit", "list", "--csv"], ["report"],
    ] {
      let told = try program.run(words)
      #expect(told.status == 0 && (told.out + told.err).contains("are lost for good"), "\(words): \(told.err)")
      #expect((told.out + told.err).contains("mira (signed) and tomas (signed)"), "\(words): \(told.err)")
    }
    // A key that the auditor does not know did not say it.
    try writeSigners(["mira"])
    let strange = try run("audit", "verify", "--trust", "book/trust")
    #expect(strange.status == 7 && strange.out.contains("is to have signed"), "\(strange.out)")
  }

  @Test("is no damage to whoever holds what was given up, and more than was given up is")
  func wall() throws {
    try program.write("journal.sqlite.anchors", "anchor wall file walls/wall\n")
    #expect(try program.shell("mkdir walls") == 0)
    try loseTheEnd()
    #expect(try run("audit", "verify", "--witness", "walls").status == 7)
    #expect(try sign("mira").status == 0)
    #expect(try sign("tomas").status == 0)
    let told = try run("audit", "verify", "--witness", "walls")
    #expect(told.status == 0, "\(told.out)")
    #expect(told.out.contains("are lost for good, as mira (signed) and tomas (signed) said at entry"), "\(told.out)")
    #expect(told.out.contains("walls/wall knows") && told.out.contains("were given up at entry"), "\(told.out)")
    // The journal of before had gone on elsewhere: what it wrote there nobody gave up.
    #expect(try program.shell("mkdir there; cp journal.sqlite.key there/journal.sqlite.key") == 0)
    #expect(try program.shell("cp end.sqlite there/journal.sqlite; cp walls/wall there/wall") == 0)
    try program.write("there/journal.sqlite.anchors", "anchor wall file \(program.directory)/walls/wall\n")
    let other = ["SANDERLING_JOURNAL": "\(program.directory)/there/journal.sqlite"]
    let more = try program.run(["run", "book", "--new", "--until-blocked"], environment: other)
    #expect(more.status == 9, "\(more.err)")
    let found = try run("audit", "verify", "--witness", "walls")
    #expect(found.status == 7 && found.out.contains("more is lost than they said"), "\(found.out)")
  }

  @Test("goes on a second time as a third log, and both losses are told")
  func again() throws {
    try loseTheEnd()
    _ = try sign("mira")
    #expect(try sign("tomas").status == 0)
    // What is lost now has the first loss in it.
    #expect(try run("run", "book", "--until-blocked").status == 9)
    try backUp("second.sqlite")
    #expect(try run("approve", "--reason", "looked at it").status == 0)
    #expect(try run("run", "book").status == 0)
    try putBack("second.sqlite")
    #expect(try run("run", "book", "--until-blocked").status == 7)
    #expect(try sign("tomas").status == 0)
    // One of the two can be the account that alone can write the journal.
    let account = try run("audit", "incarnate", "--reason", "the disk died once more")
    #expect(account.status == 0 && account.err.contains("/3; entry"), "\(account.err)")
    #expect(try run("approve", "--reason", "looked at it").status == 0)
    #expect(try run("run", "book").status == 0)
    let verified = try run("audit", "verify")
    #expect(verified.status == 0, "\(verified.out)")
    #expect(verified.out.components(separatedBy: "are lost for good").count == 3, "\(verified.out)")
    #expect(verified.out.contains("tomas (signed) and dana (by account) said"))
  }

  @Test("takes no person twice, no key twice, no key of a stranger, and no words about something else")
  func refused() throws {
    // Nothing is missing yet.
    #expect(try run("run", "book", "--until-blocked").status == 9)
    #expect(try sign("mira").err.contains("lacks nothing that an executor wrote"))
    try backUp("backup.sqlite")
    #expect(try run("approve", "--reason", "looked at it").status == 0)
    #expect(try run("run", "book").status == 0)
    try putBack("backup.sqlite")
    let stranger = try sign("mira", key: "mallory")
    #expect(stranger.status == 1 && stranger.err.contains("is not one of mira@example.com"), "\(stranger.err)")
    #expect(try sign("mallory").status == 2)
    #expect(try sign("mira").status == 0)
    let twice = try sign("mira")
    #expect(twice.status == 1 && twice.err.contains("mira has said so already"), "\(twice.err)")
    let borrowed = try sign("tomas", key: "mira")
    #expect(borrowed.status == 1, "\(borrowed.err)")
    // By mail: printed, signed for this purpose and no other, and brought.
    let line = try run("audit", "incarnate", "--print", "--as", "tomas", "--reason", "by mail").out
    try program.write("words", line)
    #expect(try program.shell("ssh-keygen -q -Y sign -n sanderling -f tomas words") == 0)
    let purpose = try run("audit", "incarnate", "--statement", "words")
    #expect(purpose.status == 1 && purpose.err.contains("it was made for `sanderling`"), "\(purpose.err)")
    let changed = line.replacing("by mail", with: "by fail")
    try program.write("changed", changed)
    #expect(try program.shell("ssh-keygen -q -Y sign -n sanderling-incarnation -f tomas changed") == 0)
    try program.write("words", line)
    #expect(
      try run("audit", "incarnate", "--statement", "words", "--signature", "changed.sig").status == 1)
    let size = try #require(line.firstMatch(of: #/"size":(\d+)},"nonce"/#)).output.1
    try program.write("other", line.replacing("\"size\":\(size)},\"nonce\"", with: "\"size\":3},\"nonce\""))
    #expect(try program.shell("ssh-keygen -q -Y sign -n sanderling-incarnation -f tomas other") == 0)
    let other = try run("audit", "incarnate", "--statement", "other")
    #expect(other.status == 5 && other.err.contains("about another loss"), "\(other.status) \(other.err)")
    #expect(try run("run", "book", "--until-blocked").status == 7)
    #expect(try program.shell("rm -f words.sig; ssh-keygen -q -Y sign -n sanderling-incarnation -f tomas words") == 0)
    #expect(try run("audit", "incarnate", "--statement", "words").status == 0)
    #expect(try run("run", "book", "--until-blocked").status == 9)
  }

  @Test("lets one account say it once, and only where nobody else can have written it")
  func account() throws {
    try loseTheEnd()
    #expect(try run("audit", "incarnate", "--reason", "the disk died").status == 0)
    let twice = try run("audit", "incarnate", "--reason", "the disk died")
    #expect(twice.status == 1 && twice.err.contains("dana has said so already"), "\(twice.err)")
    // Where others can write, an account says nothing.
    #expect(try program.shell("rm journal.sqlite.incarnation; chmod 666 journal.sqlite") == 0)
    let open = try run("audit", "incarnate", "--reason", "the disk died")
    #expect(open.status == 1 && open.err.contains("others than its owner can write"), "\(open.err)")
  }
}
