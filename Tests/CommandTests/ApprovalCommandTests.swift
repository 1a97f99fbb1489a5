import Foundation
import Testing

/// Approvals as people give them, with keys that ssh-keygen made.
@Suite("Approvals at the command line")
struct ApprovalCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try FileManager.default.createDirectory(
      atPath: "\(program.directory)/book/trust", withIntermediateDirectories: true)
    for name in ["mira", "mallory", "tomas"] {
      try shell("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", "\(program.directory)/\(name)")
    }
    let runbook = """
      sanderling: 1
      runbook: approved
      phases:
        - id: one
          approve: { count: 2, role: manager, emergency: manager }
          stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ]
      """
    // Whoever runs the tests is Ola; Mira and Tomas sign.
    let people = """
      sanderling: 1
      people:
        ola: { roles: [manager], accounts: ["\(NSUserName())"] }
        mira: { roles: [manager], principals: [mira@example.com] }
        tomas: { roles: [manager], principals: [tomas@example.com] }
      """
    let signers = try "mira@example.com \(key("mira"))tomas@example.com \(key("tomas"))"
    try write("book/runbook.yaml", runbook)
    try write("book/trust/people.yaml", people)
    try write("book/trust/allowed_signers", signers)
    try write("book/trust/revoked", key("tomas"))
  }

  private func key(_ name: String) throws -> String {
    try String(contentsOfFile: "\(program.directory)/\(name).pub", encoding: .utf8)
  }

  private func write(_ name: String, _ text: String) throws {
    try Data((text + "\n").utf8).write(to: URL(filePath: "\(program.directory)/\(name)"))
  }

  private func shell(_ words: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words)")
  }

  private func run(_ words: String...) throws -> Program.Result { try program.run(words) }

  /// Signs for a phase as a person with a key, and says what came of it.
  private func approve(_ person: String, key: String) throws -> Program.Result {
    try run(
      "approve", "one", "--sign", "--as", person, "--key", "\(program.directory)/\(key)", "--reason", "looked at it")
  }

  @Test("are waited for with exit 9 and names, counted by account and by signature, and told in the history")
  func whole() throws {
    let book = "\(program.directory)/book"
    let first = try run("run", book, "--until-blocked")
    #expect(first.status == 9)
    #expect(
      (first.out + first.err).contains("0 of 2 approvals by managers; ola or mira can"),
      "\(first.out)\(first.err)")
    #expect(try run("why").out.contains("one has 0 of 2 approvals by managers"))
    let account = try run("approve", "--reason", "the plan is good")
    #expect(account.status == 0, "\(account.err)")
    let signed = try approve("mira", key: "mira")
    #expect(signed.status == 0, "\(signed.err)")
    let last = try run("run", book, "--until-blocked")
    #expect(last.status == 0, "\(last.out)\(last.err)")
    let history = try run("history").out
    #expect(
      history.contains("approved by ola, by account")
        && history.contains("approved by mira, signed with SHA256:"))
    #expect(history.contains("the plan is good"))
  }

  @Test("do not count with another key, a key that is revoked, a changed statement, or for another namespace")
  func forged() throws {
    #expect(try run("run", "\(program.directory)/book", "--until-blocked").status == 9)
    for (person, key) in [("mira", "mallory"), ("tomas", "tomas")] {
      let result = try approve(person, key: key)
      #expect(result.status == 1 && result.err.contains("the signature does not count"), "\(result.err)")
    }
    let line = try run("approve", "one", "--print", "--as", "mira", "--reason", "by mail").out
    let file = "\(program.directory)/statement"
    try write("statement", line.trimmingCharacters(in: .newlines).replacing("by mail", with: "by fail"))
    try write("right", line.trimmingCharacters(in: .newlines))
    try shell(
      "ssh-keygen", "-q", "-Y", "sign", "-n", "sanderling", "-f", "\(program.directory)/mira",
      "\(program.directory)/right")
    let changed = try run("approve", "--statement", file, "--signature", "\(program.directory)/right.sig")
    #expect(changed.status == 1 && changed.err.contains("the signature does not count"), "\(changed.err)")
    try shell("ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", "\(program.directory)/mira", file)
    let other = try run("approve", "--statement", file)
    #expect(other.status == 1 && other.err.contains("the signature does not count"), "\(other.err)")
  }

  @Test("do not count when they were made over another journal: one that was restored, or never was this one")
  func otherJournal() throws {
    #expect(try run("run", "\(program.directory)/book", "--until-blocked").status == 9)
    let line = try run("approve", "one", "--print", "--as", "mira", "--reason", "by mail").out
    let text = line.trimmingCharacters(in: .newlines)
    let root = try #require(text.firstMatch(of: #/"root":"([0-9a-f]{64})"/#)).output.1
    let other = text.replacing(root, with: String(root.reversed()))
    try #require(other != text)
    try Data(other.utf8).write(to: URL(filePath: "\(program.directory)/other"))
    try shell(
      "ssh-keygen", "-q", "-Y", "sign", "-n", "sanderling", "-f", "\(program.directory)/mira",
      "\(program.directory)/other")
    let sent = try run("approve", "--statement", "\(program.directory)/other")
    #expect(sent.status == 1 && sent.err.contains("the journal that was seen when it was signed"), "\(sent.err)")
  }

  @Test("can be made by mail, once: the same statement twice is one approval")
  func mail() throws {
    #expect(try run("run", "\(program.directory)/book", "--until-blocked").status == 9)
    let line = try run("approve", "one", "--print", "--as", "mira", "--reason", "by mail").out
    try write("mail", line.trimmingCharacters(in: .newlines))
    try shell(
      "ssh-keygen", "-q", "-Y", "sign", "-n", "sanderling", "-f", "\(program.directory)/mira",
      "\(program.directory)/mail")
    let sent = try run("approve", "--statement", "\(program.directory)/mail")
    #expect(sent.status == 0, "\(sent.err)")
    let again = try run("approve", "--statement", "\(program.directory)/mail")
    #expect(again.status == 1 && again.err.contains("it was used up by entry"), "\(again.err)")
    let blocked = try run("run", "\(program.directory)/book", "--until-blocked")
    #expect(
      blocked.status == 9 && (blocked.out + blocked.err).contains("1 of 2 approvals"), "\(blocked.out)\(blocked.err)")
  }

  @Test("are lifted in an emergency, which stands in status, why and history until somebody else has reviewed it")
  func emergency() throws {
    let book = "\(program.directory)/book"
    #expect(try run("run", book, "--until-blocked").status == 9)
    let declared = try run("emergency", "one", "--for", "2h", "--reason", "the shop is down")
    #expect(declared.status == 0, "\(declared.err)")
    #expect(try run("run", book, "--until-blocked").status == 0)
    for command in ["status", "why"] {
      let text = try run(command).out
      #expect(text.contains("EMERGENCY one, not reviewed"), "\(command): \(text)")
    }
    let history = try run("history").out
    #expect(history.contains("EMERGENCY by ola: approvals lifted until") && history.contains("the shop is down"))
    #expect(try run("emergency", "one", "--for", "2d", "--reason", "for a long time").status == 2)
    #expect(try run("review", "one", "--reason", "I reviewed myself").status != 0)
  }
}
