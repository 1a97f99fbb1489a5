import Foundation
import Testing

/// `doctor`: what a machine, a journal and a runbook have and lack.
@Suite("The doctor")
struct DoctorTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write("small.yaml", CommandTests.small)
  }

  private struct Report: Decodable {
    struct Check: Decodable {
      var area, name, state, sentence: String
      var next: [String]
    }
    var version: Int
    var healthy: Bool
    var checks: [Check]

    func state(_ name: String) -> String? { checks.first { $0.name == name }?.state }
  }

  private func report(_ words: String..., environment: [String: String] = [:]) throws -> (Int32, Report) {
    let result = try program.run(["doctor", "--json"] + words, environment: environment)
    return (result.status, try JSONDecoder().decode(Report.self, from: Data(result.out.utf8)))
  }

  /// Every file below the test's directory with when it was changed, its size and its mode.
  private func facts() throws -> [String] {
    let find = "find . ! -name facts ! -name '.out*' ! -name '.err*' -printf '%p %s %m %T@ %C@\\n' | sort > facts"
    try #require(try program.shell(find) == 0)
    return program.read("facts").split(separator: "\n").map(String.init).filter { !$0.hasPrefix(". ") }
  }

  @Test(
    "says that something erased may still stand in the file, until somebody writes", .enabled(if: Program.hasPython))
  func forgetting() throws {
    #expect(try program.run("run", "small.yaml").status == 0)
    #expect(try report().1.state("forgetting") == nil)
    let mark = "d.execute('INSERT INTO forgetting VALUES (1, 0)')"
    #expect(
      try program.shell("python3 -c \"import sqlite3; d = sqlite3.connect('journal.sqlite'); \(mark); d.commit()\"")
        == 0)
    #expect(try report().1.state("forgetting") == "warning")
    #expect(try program.run("audit", "verify").out.contains("may still stand in free pages"))
    #expect(try program.run("run", "small.yaml", "--new").status == 0)
    #expect(try report().1.state("forgetting") == nil)
  }

  @Test("says what is there, and that there is no journal yet")
  func fresh() throws {
    let (status, report) = try report()
    #expect(status == 0 && report.healthy && report.version == 1)
    for name in ["sqlite", "curl", "crypto", "clock", "zones", "open-files", "git", "ssh-keygen", "terminal", "disk"] {
      #expect(report.state(name) != nil, "\(name)")
    }
    #expect(report.checks.contains { $0.sentence.contains("no journal at") })
    let text = try program.run("doctor").out
    #expect(text.hasPrefix("machine\n  ✓ SQLite 3.") && text.hasSuffix("\n"))
    #expect(try program.run("doctor", "--ascii").out.utf8.allSatisfy { $0 < 0x80 } || text.contains("×"))
  }

  @Test("finds what is wrong with a journal, and says how to put it right; what it says works")
  func journal() throws {
    #expect(try program.run("run", "small.yaml").status == 0)
    #expect(try report().1.state("modes") == "fine")
    #expect(try report().1.checks.first { $0.name == "content" }?.sentence == "format 2, 1 run, none is open")
    #expect(try program.shell("chmod 644 journal.sqlite; chmod 777 .") == 0)
    let (status, open) = try report()
    #expect(status == 0 && open.healthy && open.state("modes") == "warning" && open.state("directory") == "warning")
    for check in open.checks where ["modes", "directory"].contains(check.name) {
      #expect(try program.shell(check.next[0]) == 0)
    }
    #expect(try report().1.state("modes") == "fine")
    #expect(try report().1.state("directory") == nil)
    try program.write("broken.sqlite", "no journal")
    let (exit, broken) = try report("--journal", "broken.sqlite")
    #expect(exit == 8 && !broken.healthy && broken.state("content") == "missing")
  }

  @Test("says which runs are open, and whether somebody is at work")
  func runs() throws {
    try program.write(
      "waits.yaml", CommandTests.small.replacing("uses: do,", with: "uses: manual, with: { instruction: look },"))
    #expect(try program.run("run", "waits.yaml", "--until-blocked").status == 9)
    let content = try report().1.checks.first { $0.name == "content" }?.sentence
    #expect(content == "format 2, 1 run, open: r-1 (small, nobody is at work)")
  }

  @Test("changes nothing")
  func innocence() throws {
    #expect(try program.run("run", "small.yaml").status == 0)
    #expect(try program.run("status", "r-1").status == 0)
    let before = try facts()
    _ = try report("small.yaml")
    #expect(try facts() == before)
  }

  @Test("finds programs, directories and secrets that a runbook needs and this machine has not")
  func runbook() throws {
    try program.write(
      "needs.yaml",
      """
      sanderling: 1
      runbook: needs
      phases:
        - id: p
          stages:
            - id: s
              steps:
                - { id: one, uses: one, undo: back }
                - { id: two, uses: two, undo: none }
                - { id: three, uses: three, undo: none }
      environment:
        providers:
          plain: { adapter: process }
          elsewhere: { adapter: process, directory: nowhere }
          keyed: { adapter: process, set: { KEY: { secret: "env:SANDERLING_TEST_KEY" } } }
        operations:
          one: { provider: plain, with: { command: [no-such-program, x] }, idempotency: natural }
          back: { provider: plain, with: { command: [./undo.sh] }, idempotency: natural }
          two: { provider: elsewhere, with: { command: ["true"] }, idempotency: natural }
          three: { provider: keyed, with: { command: ["true"] }, idempotency: natural }
      """)
    let (status, missing) = try report("needs.yaml")
    let sentences = missing.checks.filter { $0.area == "runbook" && $0.state == "missing" }.map(\.sentence)
    #expect(status == 8 && sentences.count == 4, "\(sentences)")
    #expect(sentences.contains { $0.contains("no-such-program") && $0.contains("p/s/one needs it") })
    #expect(sentences.contains { $0.contains("undo.sh") && $0.contains("the undo of p/s/one") })
    #expect(sentences.contains { $0.contains("there is no directory") && $0.contains("nowhere") })
    #expect(sentences.contains { $0.contains("SANDERLING_TEST_KEY") })
    try program.write("undo.sh", "#!/bin/sh\n")
    #expect(try program.shell("chmod +x undo.sh; mkdir nowhere bin; cp undo.sh bin/no-such-program") == 0)
    let path = "\(program.directory)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
    let (exit, whole) = try report("needs.yaml", environment: ["PATH": path, "SANDERLING_TEST_KEY": "k"])
    #expect(exit == 0 && whole.healthy, "\(whole.checks)")
    #expect(try report("nothing.yaml").0 == 8)
  }

  @Test("finds a trust/ that others can change")
  func trust() throws {
    try program.write("book/runbook.yaml", CommandTests.small)
    try program.write("book/trust/people.yaml", "sanderling: 1\npeople:\n  ola: { roles: [m], accounts: [ola] }\n")
    #expect(try program.shell("chmod 755 book/trust; chmod 644 book/trust/people.yaml") == 0)
    #expect(try report("book").1.state("trust") == "fine")
    #expect(try program.shell("chmod 666 book/trust/people.yaml") == 0)
    let (status, open) = try report("book")
    #expect(status == 8 && open.state("trust") == "missing")
  }
}
