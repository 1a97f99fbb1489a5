import Foundation
import Quantities
import Testing

@Suite("The forecast at the command line")
struct ForecastCommandTests {
  private static let runbook = """
    sanderling: 1
    runbook: small
    starts: 2027-01-04
    inventories: { sites: [{ id: a, users: "50" }, { id: b, users: "50" }] }
    forecast: forecast.yaml
    risks: risks.yaml
    phases: [{ id: one, stages: [{ id: s, targets: sites, waves: { size: 1 }, steps: [{ id: act, uses: noop, undo: none }] }] }]
    """

  private static func forecast(quota: Int, limits: String = "warn") -> String {
    """
    sanderling: 1
    currency: USD
    prices: prices.yaml
    load: { of: sites, users: users, questions: 4 /day, present: 20 % }
    takes: { calls: { prompt: 3000 tokens, answer: 2 s } }
    components:
      model: { needs: [{ takes: prompt, carries: 1000 tokens/min }], quota: \(quota), costs: [{ price: in, of: prompt }] }
    scenarios:
      double: { summary: Twice as much., set: { load.questions: x2 } }
      crowd: { summary: Three times as many at once., set: { load.present: 60 % } }
    limits: \(limits)
    """
  }

  private static func program(quota: Int = 10, limits: String = "warn") throws -> Program {
    let program = try Program()
    try program.write("book/runbook.yaml", runbook)
    try program.write("book/forecast.yaml", forecast(quota: quota, limits: limits))
    try program.write(
      "book/prices.yaml",
      """
      sanderling: 1
      prices: { in: { price: 2 USD, per: 1000000 tokens, date: 2026-12-01, source: test } }
      """)
    try program.write(
      "book/risks.yaml",
      """
      sanderling: 1
      risks:
        small: { title: It rains., cause: Clouds., effect: Water., likelihood: 50 %, impact: 10 EUR, owner: me }
        large: { title: It burns., cause: Fire., effect: Smoke., likelihood: 10 %, impact: 1000 EUR }
      """)
    return program
  }

  private static func figure(_ name: String, _ text: String) throws -> Double? {
    let found = try JSON(parsing: Array(text.utf8))["figures"]?.array.first { $0["name"]?.string == name }
    return found?["value"]?.string.flatMap { Double($0) }
  }

  @Test("gives figures, of the model as it is, changed, and under a scenario")
  func figures() throws {
    let program = try Self.program()
    let plain = try program.run("forecast", "book", "--json")
    #expect(plain.status == 0, "\(plain.err)")
    // 100 users ask 4 questions of 3,000 tokens a day, at 2 USD for a million.
    #expect(try Self.figure("cost_per_day", plain.out).map { ($0 * 1_000).rounded() } == 2_400)
    let doubled = try program.run("forecast", "book", "--json", "--set", "load.questions=8/day")
    #expect(try Self.figure("questions_per_day", doubled.out).map { $0.rounded() } == 800)
    let scenario = try program.run("forecast", "book", "--json", "--scenario", "double")
    #expect(try Self.figure("questions_per_day", scenario.out).map { $0.rounded() } == 800)
    let first = try program.run("forecast", "book", "--json", "--at", "one/s/1")
    #expect(try Self.figure("users", first.out) == 50)
    for form in ["text", "markdown", "csv", "html"] {
      let shown = try program.run("forecast", "book", "--format", form)
      #expect(shown.status == 0 && shown.out.contains("400"), "\(form)")
    }
    #expect(try program.run("forecast", "book", "--chart", "day").out.hasPrefix("<svg "))
  }

  @Test(
    "refuses what the model does not have, and says what it has",
    arguments: [
      (["--set", "load.question=5/day"], "the model has no number `load.question`"),
      (["--set", "load.questions=5 s"], "is written in"), (["--set", "load.questions=many"], "is no estimate"),
      (["--scenario", "triple"], "has no scenario `triple`"),
      (["--at", "one/s/9"], "is no wave of the plan and no date"),
      (["--at", "2400-01-01"], "is more than ten years after the programme starts"),
      (["--at", "9999-12-31"], "write a date until 2037-01-04"),
      (["--chart", "pie"], "there is no chart `pie`"), (["--compare", "r-1"], "journal"),
      (["--set", "load.questions=4,5/day"], "write --set 'load.questions=4.5/day'"),
      (["--set", "takes.calls.prompt=2.000 tokens"], "can be read as two numbers"),
      // What it would be under the scenario, and not what it is without.
      (["--scenario", "crowd", "--set", "load.present=x2"], "`load.present` cannot be `120 %`"),
      (["--scenario", "crowd", "--set", "load.present=x2"], "write it in percent"),
    ])
  func refuses(arguments: [String], said: String) throws {
    let result = try Self.program().run(["forecast", "book"] + arguments)
    #expect(result.status != 0 && result.err.contains(said), "\(result.status) \(result.err)")
    #expect(result.out.isEmpty)
  }

  @Test("writes its numbers into marked places, and says when they are stale")
  func fills() throws {
    let program = try Self.program()
    try program.write("page.md", "It has <!--= figure users -->no<!--/=--> users.\n")
    #expect(try program.run("forecast", "book", "--fill", "page.md", "--check").status == 1)
    #expect(program.read("page.md").contains("no"))
    #expect(try program.run("forecast", "book", "--fill", "page.md").status == 0)
    #expect(program.read("page.md") == "It has <!--= figure users -->100<!--/=--> users.\n")
    #expect(try program.run("forecast", "book", "--fill", "page.md", "--check").status == 0)
    try program.write("wrong.md", "<!--= figure people -->1<!--/=-->\n")
    // A mark that nothing belongs to leaves all files as they were.
    let stale = "<!--= figure users -->no<!--/=-->\n"
    try program.write("page.md", stale)
    #expect(try program.run("forecast", "book", "--fill", "page.md", "wrong.md").err.contains("figure people"))
    #expect(program.read("page.md") == stale)
    #expect(try program.run("forecast", "book", "--scenario", "double", "--fill", "page.md").status == 2)
    #expect(program.read("page.md") == stale)
  }

  @Test("fills in plans that are tried with other starts and paces, one number or a table of them")
  func trials() throws {
    let program = try Self.program()
    let runbook = program.read("book/runbook.yaml").replacing(
      "starts: 2027-01-04", with: "starts: 2027-01-04\ndeadline: 2027-01-05"
    )
    .replacing("waves: { size: 1 }", with: "waves: { pace: 1 per week }")
    try program.write("book/runbook.yaml", runbook)
    try program.write(
      "page.md",
      """
      ends <!--= plan ends -->?<!--/=-->, else <!--= trial one/s.pace=2 ends -->?<!--/=-->

      <!--= table trials one/s.pace=1; one/s.pace=2 starts=2027-01-05;
        starts=2027-01-06 -->
      <!--/=-->

      """)
    let filled = try program.run("forecast", "book", "--fill", "page.md")
    #expect(filled.status == 0, "\(filled.err)")
    let page = program.read("page.md")
    #expect(
      page.contains("-->2027-01-11<!--/=-->, else <!--= trial one/s.pace=2 ends -->2027-01-04<!--/=-->"), "\(page)")
    #expect(page.contains("| 1 per week | 2027-01-04 | 2027-01-11 | 6 days late | 2027-01-11 | 1 |"), "\(page)")
    #expect(page.contains("| 2 per week | 2027-01-05 | 2027-01-05 | on the day | 2027-01-05 | 2 |"), "\(page)")
    #expect(page.contains("| 1 per week | 2027-01-06 | 2027-01-11 | 6 days late | 2027-01-11 | 0 |"), "\(page)")
    #expect(try program.run("forecast", "book", "--fill", "page.md", "--check").status == 0)
    try program.write("book/runbook.yaml", runbook.replacing("deadline: 2027-01-05", with: "deadline: 2027-01-06"))
    #expect(try program.run("forecast", "book", "--fill", "page.md", "--check").status == 1)
  }

  @Test("says of a mark that nothing belongs to where it stands and what is wrong with it")
  func wrongMarks() throws {
    let program = try Self.program()
    func said(_ mark: String) throws -> String {
      try program.write("page.md", "One line.\n\n<!--= figure users -->100<!--/=--> <!--= \(mark) -->1<!--/=-->\n")
      let result = try program.run("forecast", "book", "--fill", "page.md")
      #expect(result.status == 2)
      #expect(result.err.contains("page.md:3: nothing belongs to the mark `\(mark)`"), "\(result.err)")
      return result.err
    }
    #expect(try said("figure user").contains("there is no figure `user`; write `users`"))
    #expect(try said("risk smal rank").contains("there is no risk `smal`; write `small`"))
    #expect(try said("risk small rang").contains("`rang` is no field of a risk"))
    #expect(try said("plan end").contains("`end` is no field of a plan"))
    #expect(try said("table riks").contains("there is no table `riks`"))
    #expect(try said("figur users").contains("there is no kind of mark `figur`; write `figure`"))
    #expect(try said("trial one/s.pace=0 ends").contains("`one/s.pace`: the stage has no pace"))
    #expect(try said("trial one/t.pace=2 ends").contains("`one/t.pace` is no place of the runbook"))
    #expect(try said("finding G999999").contains("there is no code `G999999`"))
    #expect(try said("sum [figure user] * 2 as EUR").contains("nothing belongs to `figure user`"))
    #expect(try said("let two words = 3").contains("one word as its name"))
    // A document without marks asks for nothing.
    try program.write("page.md", "Nothing.\n")
    #expect(try program.run("forecast", "book", "--fill", "page.md", "--check").status == 0)
  }

  @Test("does not take two forms, nor a check of nothing")
  func forms() throws {
    let program = try Self.program()
    for arguments in [
      ["validate", "book", "--json", "--format", "csv"], ["forecast", "book", "--json", "--format", "csv"],
      ["risks", "book", "--json", "--format", "markdown"], ["plan", "book", "--json", "--format", "markdown"],
      ["forecast", "book", "--json", "--csv"], ["forecast", "book", "--format", "html", "--csv"],
    ] {
      let result = try program.run(arguments)
      #expect(result.status == 2 && result.err.contains("ask for two forms") && result.out.isEmpty, "\(result.err)")
    }
    let check = try program.run("forecast", "book", "--check")
    #expect(check.status == 2 && check.err.contains("--fill"), "\(check.err)")
    #expect(try program.run("validate", "book", "--json", "--format", "json").status == 0)
  }

  @Test("finds keys in the evidence of risks that nothing belongs to, and no advice that leads to itself")
  func evidence() throws {
    let program = try Self.program()
    let risks = program.read("book/risks.yaml")
    func evidence(_ text: String) throws {
      try program.write("book/risks.yaml", risks.replacing("owner: me", with: "owner: me, evidence: \"\(text)\""))
    }
    try evidence("It ends on [plan ends] for [figure users] people.")
    #expect(try program.run("validate", "book").status == 0)
    let told = try program.run("risks", "book", "--top", "9")
    #expect(told.status == 0 && told.out.contains("for 100 people") && told.err.isEmpty, "\(told.err)")
    try evidence("It ends on [plan end] for [figure user] people.")
    let found = try program.run("validate", "book")
    #expect(found.status == 3, "\(found.out)")
    #expect(found.out.contains("nothing belongs to `[figure user]` in the evidence of the risk `small`"))
    #expect(found.out.contains("book/risks.yaml:3:") && found.out.contains("write `users`"), "\(found.out)")
    #expect(try program.run("risks", "book").err.contains("book/risks.yaml:3:"))
    // Without a model there is nothing to say, and no other command would know more.
    try program.write("book/forecast.yaml", "sanderling: 1\nquantities: { cost: { unit: USD/day, value: 5 } }\n")
    try program.write("book/environments/real.yaml", "sanderling: 1\nenvironment: real\n")
    let bare = try program.run("risks", "book", "--env", "real")
    #expect(bare.status == 0 && bare.err.isEmpty, "\(bare.err)")
  }

  @Test("names itself where it needs an environment, and takes findings as rows")
  func environments() throws {
    let program = try Program()
    let book = "\(Program.repository)/runbooks/retail-assistant"
    let asked = try program.run("forecast", book)
    #expect(asked.status == 2 && asked.err.contains("sanderling forecast ") && asked.err.contains("--env production"))
    #expect(!asked.err.contains("sanderling plan"), "\(asked.err)")
    let rows = try program.run("validate", "\(Program.repository)/Tests/Fixtures/client-case", "--format", "csv")
    let lines = rows.out.split(separator: "\r\n")
    #expect(rows.status == 0 && lines.first == "code,severity,file,line,column,message,suggestion")
    #expect(lines.count > 20 && lines.contains { $0.hasPrefix("G301,warning,") })
    let told = try program.run("risks", book)
    #expect(told.status == 0 && told.err.contains("--env local"), "\(told.err)")
    let proven = try program.run("risks", book, "--env", "production", "--top", "9")
    #expect(proven.status == 0 && proven.out.contains("days late;") && !proven.out.contains("[plan"), "\(proven.err)")
  }

  @Test("a plan above a limit is warned of, or refused where the model says so")
  func limits() throws {
    let warned = try Self.program(quota: 0).run("validate", "book")
    #expect(warned.status == 0 && warned.out.contains("G401"))
    let refused = try Self.program(quota: 0, limits: "refuse").run("plan", "book")
    #expect(refused.status == 3 && refused.err.contains("error[G401]"), "\(refused.err)")
    // What would be refused is exactly what people want to look at.
    let looked = try Self.program(quota: 0, limits: "refuse").run("forecast", "book", "--json")
    #expect(try looked.status == 0 && Self.figure("users", looked.out) == 100, "\(looked.err)")
  }

  @Test("a chart, a page, a moment and documents need a model")
  func modelless() throws {
    let program = try Self.program()
    try program.write(
      "book/forecast.yaml", "sanderling: 1\nquantities: { cost: { unit: USD/day, summary: Cost., value: 5 } }\n")
    #expect(try program.run("forecast", "book").status == 0)
    for flag in [["--chart", "day"], ["--html"], ["--at", "one/s/1"], ["--fill", "page.md"]] {
      let result = try program.run(["forecast", "book"] + flag)
      #expect(result.status == 2 && result.err.contains("needs a model"), "\(flag) \(result.err)")
    }
  }

  @Test("ranks risks by what they cost on average, and says what is missing")
  func risks() throws {
    let program = try Self.program()
    let result = try program.run("risks", "book")
    let order = result.out.split(separator: "\n").compactMap { line in
      ["small", "large"].first { line.hasPrefix(" 1  \($0)") || line.hasPrefix(" 2  \($0)") }
    }
    #expect(result.status == 0 && order == ["large", "small"], "\(result.out)")
    #expect(result.out.contains("no owner"))
    let json = try JSON(parsing: Array(try program.run("risks", "book", "--json").out.utf8))
    #expect(json["risks"]?.array.first?["exposure"]?.string == "100")
    try program.write("alone.yaml", CommandTests.small)
    #expect(try program.run("risks", "alone.yaml").status == 2)
  }
}
