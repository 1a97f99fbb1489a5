import Foundation
import Testing

/// Attacks on who may say yes, each tried on the built program, and the ways in which honest people work.
@Suite("Four eyes at the command line")
struct FourEyesCommandTests {
  let program: Program
  var book: String { "\(program.directory)/book" }

  init() throws {
    program = try Program()
    for name in ["mira", "tomas", "dana"] {
      try shell("ssh-keygen -q -t ed25519 -N '' -C \(name) -f \(program.directory)/\(name)")
    }
    try program.write("book/runbook.yaml", Self.runbook("count: 2, role: manager"))
    try writePeople()
    try writeSigners(["mira", "tomas", "dana"].map { "\($0)@example.com \(try key($0))" })
  }

  private static func runbook(_ rule: String) -> String {
    """
    sanderling: 1
    runbook: four-eyes
    phases:
      - id: pilot
        approve: { \(rule) }
        stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ]
    """
  }

  /// Whoever runs the tests is Dana, who is no manager.
  private func writePeople(account: String = NSUserName()) throws {
    try program.write(
      "book/trust/people.yaml",
      """
      sanderling: 1
      people:
        dana: { roles: [operator, on-call], accounts: ["\(account)"], principals: [dana@example.com] }
        mira: { roles: [manager], principals: [mira@example.com] }
        tomas: { roles: [manager], principals: [tomas@example.com] }
        uma: { roles: [manager], accounts: [uma-elsewhere] }
      """)
  }

  private func writeSigners(_ lines: [String]) throws {
    try program.write("book/trust/allowed_signers", lines.joined(separator: "\n") + "\n")
  }

  private func key(_ name: String) throws -> String {
    try String(contentsOfFile: "\(program.directory)/\(name).pub", encoding: .utf8).trimmingCharacters(in: .newlines)
  }

  @discardableResult
  private func shell(_ line: String, environment: [String: String] = [:]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", line]
    process.currentDirectoryURL = URL(filePath: program.directory)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SANDERLING_JOURNAL": "\(program.directory)/journal.sqlite"]
    ) { $1 }.merging(environment) { $1 }
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(line): \(words)")
    return words
  }

  /// Signs for the pilot, and brings it.
  private func approve(_ person: String, _ words: String...) throws -> Program.Result {
    try program.run(
      ["approve", "pilot", "--sign", "--as", person, "--key", "\(program.directory)/\(person)", "--reason", "read it"]
        + words)
  }

  private func start(_ words: String...) throws -> String {
    let result = try program.run(["run", book, "--until-blocked"] + words)
    return result.out + result.err
  }

  @Test("count an approval for the run that it was signed for, and for no other that it is brought to")
  func otherRun() throws {
    #expect(try start().contains("0 of 2 approvals"))
    let text = Self.runbook("count: 2, role: manager").replacing("four-eyes", with: "other")
    try program.write("book/runbook.yaml", text)
    #expect(try start().contains("r-2 waits: 0 of 2 approvals"))
    let line = try program.run(
      "approve", "pilot", "--run", "r-1", "--print", "--as", "mira", "--reason", "for r-1 only"
    ).out
    try program.write("st", line)
    try shell("ssh-keygen -q -Y sign -n sanderling -f mira st")
    let other = try program.run("approve", "--statement", "\(program.directory)/st", "--run", "r-2")
    #expect(other.status == 1 && other.err.contains("it is for r-1, and was brought to r-2"), "\(other.err)")
    let own = try program.run("approve", "--statement", "\(program.directory)/st")
    #expect(own.status == 0 && own.err.contains("recorded: approve r-1 pilot"), "\(own.err)")
    #expect(try program.run("run", "r-1", "--until-blocked").err.contains("1 of 2 approvals"))
  }

  @Test("do not believe a program in the place of ssh-keygen, and need none to look at signatures")
  func otherProgram() throws {
    _ = try start()
    try program.write("bin/ssh-keygen", "#!/bin/sh\nfor last; do :; done\necho garbage > \"$last.sig\"\nexit 0\n")
    try shell("chmod 700 bin/ssh-keygen")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let forged = try program.run(
      [
        "approve", "pilot", "--sign", "--as", "mira", "--key", "\(program.directory)/mira", "--reason", "it was me",
      ], environment: ["PATH": "\(program.directory)/bin:\(path)"])
    #expect(forged.status == 1 && forged.err.contains("ssh-keygen could not sign"), "\(forged.err)")
    let line = try program.run("approve", "pilot", "--print", "--as", "mira", "--reason", "by mail").out
    try program.write("st", line)
    try program.write("st.sig", "garbage")
    let words = try program.run(
      ["approve", "--statement", "\(program.directory)/st"], environment: ["PATH": "\(program.directory)/bin:\(path)"])
    #expect(words.status == 1 && words.err.contains("it is not a signature that `ssh-keygen -Y sign` wrote"))
    try FileManager.default.removeItem(atPath: "\(program.directory)/st.sig")
    try shell("ssh-keygen -q -Y sign -n sanderling -f mira st")
    let honest = try program.run(
      ["approve", "--statement", "\(program.directory)/st"], environment: ["PATH": "/nowhere"])
    #expect(honest.status == 0, "\(honest.err)")
  }

  @Test(
    "take no key for two persons",
    arguments: [
      "*@example.com KEY", "mira@example.com,tomas@example.com KEY",
      "mira@example.com KEY\ntomas@example.com namespaces=\"sanderling\" KEY again",
      "mira@example.com KEY\n!mira@example.com,*@example.com valid-before=\"20990101\" KEY",
    ])
  func sharedKey(lines: String) throws {
    let mira = try key("mira").split(separator: " ").prefix(2).joined(separator: " ")
    try program.write("book/trust/allowed_signers", lines.replacing("KEY", with: mira) + "\n")
    let result = try program.run("validate", book)
    #expect(result.status == 3 && (result.out + result.err).contains("G183"), "\(result.out)\(result.err)")
    for name in ["`mira`", "`tomas`"] { #expect((result.out + result.err).contains(name)) }
  }

  @Test(
    "find every line that nobody could sign with, where it stands",
    arguments: [
      ("allowed_signers", "# people\nthis is not a key\n", "allowed_signers:2:1"),
      ("allowed_signers", "\u{FEFF}mira@example.com KEY\n", "allowed_signers:1:1"),
      ("revoked", "hello world\n", "revoked:1:1"), ("revoked", "# gone\r\n\r\n", "revoked:2:1"),
      ("revoked", "SSHKRL\n\u{0}garbage", "revoked:1:1"),
    ])
  func unreadable(file: String, text: String, place: String) throws {
    try program.write("book/trust/\(file)", text.replacing("KEY", with: try key("mira")))
    let result = try program.run("validate", book)
    #expect(result.status == 3 && (result.out + result.err).contains("G182"), "\(result.out)\(result.err)")
    #expect((result.out + result.err).contains(place), "\(result.out)\(result.err)")
  }

  @Test("are not asked for of persons who cannot prove who they are")
  func noProof() throws {
    try writeSigners(["mira@example.com \(try key("mira"))"])
    try program.write("book/runbook.yaml", Self.runbook("count: 3, role: manager"))
    let result = try program.run("validate", book)
    #expect(result.status == 3 && (result.out + result.err).contains("G163"), "\(result.out)\(result.err)")
    #expect((result.out + result.err).contains("tomas has no account, and no principal of tomas has a key"))
  }

  @Test("read a binary revocation list, and call a revoked key revoked")
  func revocationList() throws {
    try shell("ssh-keygen -q -k -f book/trust/revoked tomas.pub")
    try program.write("book/runbook.yaml", Self.runbook("count: 1, role: manager"))
    #expect(try start().contains("0 of 1 approval"))
    let revoked = try approve("tomas")
    #expect(revoked.status == 1 && revoked.err.contains("the signature does not count: the key is revoked"))
    #expect(try approve("mira").status == 0)
  }

  @Test("lose a stolen key in the middle of a run, at once, without anybody's approval")
  func stolen() throws {
    #expect(try start().contains("0 of 2 approvals"))
    #expect(try approve("mira").status == 0)
    #expect(try program.run("run", "r-1", "--until-blocked").err.contains("1 of 2 approvals"))
    try shell("cut -d' ' -f1,2 mira.pub > book/trust/revoked")
    let amended = try program.run("amend", book, "--yes", "--reason", "mira's key is stolen")
    #expect(amended.status == 0, "\(amended.out)\(amended.err)")
    let after = try program.run("run", "r-1", "--until-blocked")
    #expect((after.out + after.err).contains("0 of 2 approvals"), "\(after.out)\(after.err)")
    #expect(try program.run("history").out.contains("takes away what proved it"))
    #expect(try approve("mira").err.contains("the key is revoked"))
  }

  @Test("wait while nobody knows who executes, where the rule leaves out executors, and say so")
  func unknownExecutor() throws {
    try writePeople(account: "dana-elsewhere")
    try program.write("book/runbook.yaml", Self.runbook("count: 1, role: manager, not: [executor]"))
    _ = try start()
    #expect(try approve("mira", "--run", "r-1").status == 0)
    let waiting = try program.run("run", "r-1", "--until-blocked")
    #expect(waiting.status == 9, "\(waiting.out)\(waiting.err)")
    for text in [waiting.out + waiting.err, try program.run("why").out] {
      #expect(text.contains("whoever executes this run is nobody in trust/people.yaml"), "\(text)")
    }
  }

  @Test("are lifted in an emergency by the role that the runbook names, and by nobody where it names none")
  func emergency() throws {
    _ = try start()
    let words = ["emergency", "pilot", "--for", "1h", "--reason", "the shop is down"]
    let nobody = try program.run(words)
    #expect(nobody.status == 1 && nobody.err.contains("the runbook names no role"), "\(nobody.err)")
    #expect(try program.run("abort", "--yes", "--reason", "it is named now").status == 0)
    #expect(try program.run("run", "r-1", "--until-blocked").status == 1)
    try program.write("book/runbook.yaml", Self.runbook("count: 2, role: manager, emergency: on-call"))
    _ = try start("--new")
    let other = try program.run(
      words + ["--sign", "--as", "mira", "--key", "\(program.directory)/mira"])
    #expect(other.status == 1 && other.err.contains("mira has not the role on-call"), "\(other.err)")
    #expect(try program.run(words).status == 0)
    #expect(try program.run("run", "r-2", "--until-blocked").status == 0)
    let own = try program.run("review", "pilot", "--run", "r-2", "--reason", "all was well")
    #expect(own.status == 1, "\(own.err)")
  }

  @Test(
    "refuse a statement with a member more, without a term, or from another time, before it is sent",
    arguments: [
      ("\"expires\":null", "\"expires\":\"garbage\"", 3), ("\"expires\":null,", "", 3),
      ("\"checkpoint\"", "\"condition\":\"only with dana\",\"checkpoint\"", 3),
      ("\"issued\":\"20", "\"issued\":\"21", 1), ("\"issued\":\"20", "\"issued\":\"19", 1),
      ("\"reason\":\"by mail\"", "\"reason\":\"   \"", 3), ("\"number\":1", "\"number\":2", 1),
      ("\"role\":\"manager\"", "\"role\":\"owner\"", 1), ("\"person\":\"p_", "\"person\":\"p_0", 1),
    ])
  func strict(old: String, new: String, status: Int32) throws {
    _ = try start()
    let line = try program.run("approve", "pilot", "--print", "--as", "mira", "--reason", "by mail").out
    // The order of members is that of the canonical form, so that only what is tried is wrong.
    var changed = line.replacing(old, with: new)
    if new.contains("condition") {
      changed = line.replacing("\"expires\"", with: "\"condition\":\"only with dana\",\"expires\"")
    }
    try program.write("st", changed)
    try shell("ssh-keygen -q -Y sign -n sanderling -f mira st")
    let sent = try program.run("approve", "--statement", "\(program.directory)/st", "--run", "r-1")
    #expect(sent.status == status, "\(sent.err)")
    #expect(try program.run("run", "r-1", "--until-blocked").err.contains("0 of 2 approvals"))
  }

  @Test("by mail as docs/operations.md says, line by line", arguments: ["plain", "CRLF", "no line break"])
  func mail(form: String) throws {
    _ = try start()
    let page = try String(contentsOfFile: "\(Program.repository)/docs/operations.md", encoding: .utf8)
    let lines = page.split(separator: "\n").filter { line in
      line.contains("--print --as mira") || line.hasPrefix("ssh-keygen -Y sign")
        || line.contains("approve --statement statement")
    }
    #expect(lines.count == 3, "\(lines)")
    for (number, line) in lines.enumerated() {
      let written = line.split(separator: "     ").first.map(String.init) ?? ""
      try shell(
        written.replacing("sanderling ", with: number == 1 ? "sanderling " : "'\(Program.binary)' ")
          .replacing("regional-pilots", with: "pilot").replacing("…", with: "read it").replacing("KEY", with: "mira"))
      guard number < 2 else { continue }
      // What mail does to a text on its way.
      let end = form == "CRLF" ? "\r\n" : form == "plain" ? "\n" : ""
      for file in number == 0 ? ["statement"] : form == "CRLF" ? ["statement.sig"] : [] {
        let text = try String(contentsOfFile: "\(program.directory)/\(file)", encoding: .utf8)
        let body = text.trimmingCharacters(in: .newlines).replacing("\n", with: "\r\n")
        try Data((number == 0 ? text.trimmingCharacters(in: .newlines) + end : body + "\r\n").utf8)
          .write(to: URL(filePath: "\(program.directory)/\(file)"))
      }
    }
    #expect(try program.run("run", "r-1", "--until-blocked").err.contains("1 of 2 approvals"))
  }

  @Test("may have a passphrase, which is asked for at the terminal", .enabled(if: Program.hasPython))
  func passphrase() throws {
    _ = try start()
    try shell("ssh-keygen -q -p -P '' -N 'secret words' -f mira")
    try program.write(
      "terminal.py",
      """
      import os, pty, sys
      child, terminal = pty.fork()
      if child == 0:
        os.execv(sys.argv[1], sys.argv[1:])
      said = b""
      while True:
        try:
          part = os.read(terminal, 4096)
        except OSError:
          break
        if not part:
          break
        said += part
        if b"assphrase" in part:
          os.write(terminal, b"secret words\\n")
      print(said.decode())
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
      """)
    let said = try shell(
      "python3 terminal.py '\(Program.binary)' approve pilot --sign --as mira --key mira --reason 'read it'")
    #expect(said.contains("recorded: approve r-1 pilot"), "\(said)")
    // Without a terminal nobody is asked, and the way on is said.
    let silent = try approve("mira")
    #expect(silent.status == 1 && silent.err.contains("has a passphrase") && silent.err.contains("ssh-add"))
  }
}
