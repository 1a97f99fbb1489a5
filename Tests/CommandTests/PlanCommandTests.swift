import Foundation
import Testing

@Suite("A plan on the command line")
struct PlanCommandTests {
  /// A freeze that holds today, a window, a command that differs by target, an undo and a probe.
  private static let hours = """
    sanderling: 1
    runbook: hours
    zone: UTC
    calendars: [ freeze.ics ]
    inventories: { t: [ {id: t1, country: DE}, {id: t2, country: PT}, {id: t3, country: DE} ] }
    environment:
      providers: { sh: { adapter: process, set: { KEY: { secret: env:WIPE_KEY } } }, api: { adapter: http, base: "https://x.example" } }
      operations:
        go: { provider: sh, with: { command: [ ./wipe, "old/${target.id}" ] }, idempotency: natural, undo: back, probe: look }
        back: { provider: api, with: { method: DELETE, url: "/x/${target.id}" }, idempotency: natural }
        look: { provider: sh, with: { command: [ ./look, always ] } }
    phases:
      - id: p
        stages:
          - id: s
            targets: t
            waves: { size: 2 }
            window: { between: "22:15-03:45", days: mon-thu, latest_start: 2h, zone: UTC }
            steps: [ { id: go, uses: go } ]
    """

  /// The year in which the freeze ends: not this one and not the next one.
  private static let thaw = Calendar(identifier: .gregorian).component(.year, from: Date()) + 2

  private static func program(_ starts: String = "") throws -> Program {
    let program = try Program()
    try program.write("runbook.yaml", hours + starts)
    try program.write(
      "freeze.ics",
      "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20200101\n"
        + "DTEND;VALUE=DATE:\(thaw)0101\nSUMMARY:Peak season\nEND:VEVENT\nEND:VCALENDAR\n")
    for name in ["wipe", "look"] { try program.write(name, "#!/bin/sh\n") }
    #expect(try program.shell("chmod +x wipe look") == 0)
    return program
  }

  @Test(
    "has windows and freezes in every form, also without a start",
    arguments: [[], ["--wave", "p/s/1"], ["--format", "markdown"], ["--json"]])
  func conditions(form: [String]) throws {
    let said = try Self.program().run(["plan", "."] + form).out
    #expect(said.contains("mon-thu 22:15-03:45 UTC, 2h before its end at the latest"), "\(said)")
    #expect(said.contains("Peak season"), "\(said)")
    if form.first != "--wave" {
      #expect(said.contains("frozen: Peak season"), "\(said)")
    }
    if form.isEmpty {
      #expect(said.contains("if it began now: frozen: Peak season until \(Self.thaw)-01-0"), "\(said)")
    }
  }

  @Test("says what each step carries out, in each form with all of it, and never a secret")
  func calls() throws {
    let program = try Self.program()
    let short = try program.run(["plan", "."], environment: ["WIPE_KEY": "hunter2"]).out
    #expect(short.contains("+  p/s/go  ./wipe old/${target.id}"), "\(short)")
    let report = try program.run(["report", "plan", "."], environment: ["WIPE_KEY": "hunter2"]).out
    for form in [["--wave", "p/s/1"], ["--format", "markdown"], ["--json"]] {
      let said = try program.run(["plan", "."] + form, environment: ["WIPE_KEY": "hunter2"]).out
      for part in [
        "./wipe old/t1", "./wipe old/t2", "DELETE https://x.example/x/t1", "./look always", "secret env:WIPE_KEY",
      ] {
        #expect(said.contains(part), "\(part) in \(form): \(said)")
      }
      #expect(!said.contains("hunter2"))
    }
    #expect(report.contains("./wipe old/t3") && report.contains("./look always") && !report.contains("hunter2"))
  }

  @Test("can be asked for one target, or for those that have a value")
  func parts() throws {
    let program = try Self.program()
    let one = try program.run("plan", ".", "--target", "t2")
    #expect(one.status == 0 && one.out.contains("1 of 3 targets; the plan is for all of them"), "\(one.out)\(one.err)")
    #expect(one.out.contains("p/s/1") && one.out.contains("./wipe old/t2") && !one.out.contains("old/t1"))
    let some = try program.run("plan", ".", "--where", "country=DE")
    #expect(some.out.contains("2 of 3 targets") && some.out.contains("t3") && !some.out.contains(" t2 "), "\(some.out)")
    let data = try program.run("plan", ".", "--where", "country=DE", "--json").out
    #expect(data.contains("\"./wipe old/t3\"") && data.contains("\"wave\":\"p/s/2\"") && !data.contains("old/t2"))
    for wrong in [["--target", "t9"], ["--where", "country=XX"], ["--where", "city=X"], ["--where", "country"]] {
      let refused = try program.run(["plan", "."] + wrong)
      #expect(
        refused.status == 2 && refused.out.isEmpty && refused.err.contains("t1") || refused.err.contains("country"))
    }
    #expect(try program.run("plan", ".", "--target", "t1", "--format", "markdown").status == 2)
  }

  @Test("warns of a program and of a directory that are not here")
  func programs() throws {
    let program = try Self.program()
    #expect(try !program.run("validate", ".").out.contains("G317"))
    try program.write("runbook.yaml", Self.hours.replacing("./look, always", with: "./loook, always"))
    let found = try program.run("validate", ".")
    #expect(
      found.status == 0 && found.out.contains("G317") && found.out.contains("there is no program"), "\(found.out)")
    #expect(try program.run("plan", ".").out.contains("G317"))
    try program.write(
      "runbook.yaml",
      Self.hours.replacing("[ ./look, always ]", with: "[ ls ], directory: nowhere"))
    #expect(try program.run("validate", ".").out.contains("there is no directory"))
    try program.write("runbook.yaml", Self.hours.replacing("[ ./look, always ]", with: "[ no-such-program-9 ]"))
    #expect(try program.run("validate", ".").out.contains("no-such-program-9"))
  }

  @Test("counts keys by when they can sign: one that ran out is nobody's, and one that will is told")
  func keyTimes() throws {
    let program = try Program()
    for name in ["mira", "tomas"] {
      #expect(try program.shell("ssh-keygen -q -t ed25519 -N '' -C \(name) -f \(name)") == 0)
    }
    try program.write(
      "runbook.yaml",
      """
      sanderling: 1
      runbook: keys
      starts: 2099-03-01
      phases:
        - id: one
          approve: { count: 2, role: manager }
          stages: [ { id: s, steps: [ { id: a, uses: noop, undo: none } ] } ]
      """)
    try program.write(
      "trust/people.yaml",
      """
      sanderling: 1
      people:
        mira: { roles: [manager], principals: [mira@example.com] }
        tomas: { roles: [manager], principals: [tomas@example.com] }
      """)
    try program.write("trust/salt", String(repeating: "c5", count: 32) + "\n")
    func signers(_ options: String) throws {
      try program.write(
        "trust/allowed_signers",
        "mira@example.com \(program.read("mira.pub"))tomas@example.com \(options) \(program.read("tomas.pub"))")
    }
    try signers("")
    #expect(try program.run("validate", ".").status == 0)
    try signers("valid-before=\"20200101Z\"")
    let expired = try program.run("validate", ".")
    #expect(expired.status == 3, "\(expired.out)")
    #expect(
      expired.out.contains("G318") && expired.out.contains("the key of tomas ran out at 2020-01-01"), "\(expired.out)")
    #expect(try program.run("plan", ".").status == 3)
    try signers("valid-after=\"20990401Z\"")
    #expect(try program.run("validate", ".").out.contains("counts from 2099-04-01"))
    try signers("valid-before=\"20990201Z\"")
    let ending = try program.run("validate", ".")
    #expect(ending.status == 0 && ending.out.contains("G319"), "\(ending.out)")
    #expect(ending.out.contains("the key of tomas ends at 2099-02-01"), "\(ending.out)")
    try signers("valid-before=\"20990501Z\"")
    #expect(try !program.run("validate", ".").out.contains("G319"))
    // `why` says it of a run that waits.
    try program.write("runbook.yaml", program.read("runbook.yaml").replacing("starts: 2099-03-01\n", with: ""))
    #expect(try program.run("run", ".", "--until-blocked").status == 9)
    let why = try program.run("why").out
    #expect(why.contains("mira, tomas") && why.contains("the key of tomas counts until"), "\(why)")
  }

  /// Gives an answer to the question of the program.
  private func terminal(_ program: Program, _ answer: String, _ arguments: String) throws -> Terminal.Result {
    try program.onTerminal(
      arguments.split(separator: " ").map(String.init), answers: [("type yes to begin", answer)])
  }

  @Test("is shown in three lines on a terminal before a new run, which needs a yes", .enabled(if: Program.hasPython))
  func prompt() throws {
    let program = try Program()
    try program.write("small.yaml", CommandTests.small)
    let no = try terminal(program, "no", "run small.yaml --until-blocked")
    #expect(no.status == 2 && no.said.contains("nothing was started") && !program.has("journal.sqlite"), "\(no.said)")
    for part in ["digest ", "Changes ", "Begins ", "Stops ", "type yes to begin"] { #expect(no.said.contains(part)) }
    let yes = try terminal(program, "yes", "run small.yaml --until-blocked")
    #expect(yes.status == 0 && program.has("journal.sqlite"), "\(yes.said)")
    let without = try terminal(program, "", "run small.yaml --new --yes --until-blocked")
    #expect(without.status == 0 && !without.said.contains("type yes"), "\(without.said)")
    // What is open goes on unasked, and so does everything elsewhere.
    #expect(try program.run("run", "small.yaml", "--new").status == 0)
  }
}
