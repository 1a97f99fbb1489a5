import Foundation
import Testing

/// What shells offer, asked of the shells themselves: at a terminal, with the tab key.
@Suite("A completion")
struct CompletionTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write("work/book.yaml", Self.book)
    try program.write("other.yaml", Self.book.replacing("alpha", with: "zeta"))
  }

  static let book = """
    sanderling: 1
    runbook: offered
    inventories: { sites: [ { id: alpha }, { id: beta }, { id: gamma } ] }
    phases:
      - id: move
        stages:
          - id: sites
            targets: sites
            waves: { sizes: [1, 2] }
            steps: [ { id: copy, uses: manual, with: { instruction: look }, undo: none } ]
    environment: {}
    """

  /// What the program offers for a word, as the scripts of the shells ask it.
  private func offers(
    _ words: [String], argument: String = "positional@0", environment: [String: String] = [:]
  ) throws -> Program.Result {
    var result = try program.run(
      ["---completion", words[0], "--", argument, "\(words.count)", "\(words.last?.count ?? 0)", "sanderling"] + words,
      environment: environment.merging(["SAP_SHELL": "bash"]) { $1 })
    // No offer is an empty line.
    if result.out == "\n" { result.out = "" }
    return result
  }

  private func begin() throws {
    try #require(try program.run("run", "work/book.yaml", "--until-blocked").status == 9)
  }

  @Test("is what the journal knows, and one level of the path at a time")
  func levels() throws {
    try begin()
    #expect(try offers(["status", ""]).out == "r-1\n")
    #expect(try offers(["hold", ""]).out == "move/sites/1/\nmove/sites/2/\nalpha\nbeta\ngamma\n")
    #expect(try offers(["hold", "move/sites/2/"]).out == "move/sites/2/beta\nmove/sites/2/gamma\n")
    #expect(try offers(["resolve", "move/sites/2/g"]).out == "move/sites/2/gamma/copy\n")
    #expect(try offers(["approve", ""]).out == "move\nmove/sites\n")
    #expect(try offers(["history", "--target", "b"], argument: "--target").out == "beta\n")
    #expect(
      try offers(["why", "r-1", "move/sites/1/"], argument: "positional@1").out
        == "move/sites/1/alpha\nmove/sites/1/alpha/copy\n")
    #expect(try offers(["run", ""]).out == "r-1\nother.yaml\nwork\n")
  }

  @Test("looks into the journal and the run that the line names")
  func named() throws {
    try begin()
    #expect(try program.run("run", "other.yaml", "--until-blocked", "--journal", "a b.sqlite").status == 9)
    #expect(try offers(["hold", "--journal", "'a b.sqlite'", "z"]).out == "zeta\n")
    #expect(try offers(["hold", "--journal", "=", "a\\ b.sqlite", "z"]).out == "zeta\n")
    #expect(try offers(["hold", "--run", "r-7", "a"]).out == "")
  }

  @Test("is nothing where something is wrong: no word, no error, no file")
  func silence() throws {
    try program.write("damaged.sqlite", "not a journal")
    for journal in ["nowhere/j.sqlite", "damaged.sqlite", ".", ""] {
      let result = try offers(["hold", ""], environment: ["SANDERLING_JOURNAL": journal])
      #expect(result.status == 0 && result.out == "" && result.err == "", "\(journal): \(result)")
    }
    #expect(!program.has("nowhere"))
  }

  @Test("waits for nobody who has locked the journal", .enabled(if: Program.hasPython, "python3 is not installed"))
  func locked() throws {
    try begin()
    try program.write(
      "lock.py",
      """
      import sqlite3, subprocess, sys
      journal = sqlite3.connect("journal.sqlite", isolation_level=None)
      journal.execute("PRAGMA locking_mode = EXCLUSIVE")
      journal.execute("BEGIN EXCLUSIVE")
      sys.exit(subprocess.run(sys.argv[1:], timeout=3, stdout=open("offers", "w")).returncode)
      """)
    let ask = "\(Program.binary) ---completion hold -- positional@0 2 0 sanderling hold ''"
    let status = try program.shell("SANDERLING_JOURNAL=journal.sqlite SAP_SHELL=bash python3 lock.py \(ask)")
    #expect(status == 0)
    #expect(program.read("offers") == "\n" || program.read("offers").contains("alpha"))
  }

  @Test(
    "comes with the tab key",
    .enabled(if: Program.hasPython, "python3 is not installed"), arguments: ["bash", "zsh", "fish"])
  func shells(shell: String) throws {
    guard Program.finds(shell) else { try Test.cancel("\(shell) is not installed: ./.ci/setup zsh fish") }
    try begin()
    for (name, form) in [("sanderling.bash", "bash"), ("_sanderling", "zsh"), ("sanderling.fish", "fish")] {
      try program.write(name, try program.run("--generate-completion-script", form).out)
    }
    try program.write(
      "bin/sanderling",
      """
      #!/bin/sh
      case $1 in ---completion) exec \(Program.binary) "$@" ;; esac
      for word; do printf '[%s]' "$word"; done >> "\(program.directory)/typed"
      echo >> "\(program.directory)/typed"
      """)
    #expect(try program.shell("chmod +x bin/sanderling") == 0)
    let lines = [
      "sanderling hist\t", "sanderling status r\t", "sanderling hold al\t", "sanderling resolve move/sites/2/g\t",
      "sanderling pause --run r\t", "sanderling run oth\t",
    ]
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "shells.py")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", script.path(percentEncoded: false), shell, program.directory] + lines
    process.currentDirectoryURL = URL(filePath: program.directory)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SANDERLING_JOURNAL": "\(program.directory)/journal.sqlite"]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(
      program.read("typed") == """
        [ready]
        [history]
        [status][r-1]
        [hold][alpha]
        [resolve][move/sites/2/gamma/copy]
        [pause][--run][r-1]
        [run][other.yaml]

        """)
  }
}
