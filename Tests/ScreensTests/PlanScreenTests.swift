import Diagnostics
import Quantities
import Testing

@testable import Plans
@testable import Screens

@Suite("The plan's page")
struct PlanScreenTests {
  @Test("loses no stage, no finding and no date, however narrow the window is", arguments: [3, 200], Array(40...250))
  func fits(targets: Int, columns: Int) {
    var plan = examplePlan(
      targets: targets, scale: 86_400,
      ignored: [LeftOutPart(.triggers, of: ["a", "b", "c"]), LeftOutPart(.window, of: ["full-scale/stores"])],
      unexecuted: [LeftOutPart(.gate, of: ["full-scale/stores"])])
    for number in 0..<30 where targets == 200 {
      plan.phases.append(PlannedPhase(id: "phase-\(number)", summary: nil, tolerate: nil))
      plan.stages.append(stage(phase: 2 + number, "more", steps: [step("go", "go.go", undo: .nothing)]))
    }
    let begins = Instant(milliseconds: 1_798_761_600_000 + 75_600_000)
    plan.stages[1].waves[0].starts = WaveStarts(first: begins, last: begins)
    plan.stages[1].window = PlannedWindow(days: [1, 2, 3, 4], opens: 1_260, closes: 300, latestStart: .hour)
    let place = SourceSpan(file: "runbook.yaml", line: 1, column: 1)
    let findings = ["G301", "G304", "G306", "G307", "G309"].map {
      Finding(
        code: $0, severity: .warning, message: "something is odd about \($0) in a very long sentence about it",
        location: place, suggestion: "write it so")
    }
    let text = PlanScreen.text(
      plan, findings: findings, digest: plan.digest, zones: NoZones(), style: .plain, columns: columns)
    let rows = text.split(separator: "\n")
    #expect(rows.allSatisfy { Width.columns(String($0)) <= columns }, "\(text)")
    // Rows that go on below themselves are put together again.
    let said = text.filter { !$0.isWhitespace }
    let facts = PlanFacts(plan, findings: findings, zones: NoZones())
    let limits = plan.stages.indices.map { facts.rules($0) }
    let dates = facts.phases.flatMap { [facts.spoken($0.course).from, facts.spoken($0.course).to] }.compactMap { $0 }
    for part in plan.stages.indices.map({ facts.name($0) }) + findings.map(\.message) + limits + dates {
      #expect(said.contains(part.filter { !$0.isWhitespace }), "\(part) in\n\(text)")
    }
    #expect(dates.count == 2 && said.contains("mon-thu21:00-05:00local,1hbeforeitsendatthelatest"))
    #expect(!text.contains("…") || columns < 100)
  }

  @Test("says loudly what is not as in real life")
  func loud() {
    let plan = examplePlan(
      scale: 86_400,
      ignored: [
        LeftOutPart(.triggers, of: ["a", "b", "c"]), LeftOutPart(.window, of: ["full-scale/x"]),
        LeftOutPart(.window, of: ["full-scale/y"]),
      ],
      unexecuted: [LeftOutPart(.freezes, of: ["a.ics"])])
    let text = PlanScreen.text(plan, findings: [], digest: plan.digest, zones: NoZones(), style: .plain, columns: 120)
    #expect(text.contains("TIME      compressed 86 400 ×: one day is 1 s; windows are ignored"))
    #expect(text.contains("LEFT OUT  3 triggers: a, b, c · 2 windows"))
    #expect(text.contains("REFUSED   `run` refuses this plan"))
    #expect(text.contains("no way back after full-scale/retire-poc/delete"))
    #expect(!text.contains("Next      sanderling run"))
  }

  @Test("gives the limits as integers and the next command")
  func numbers() {
    let plan = examplePlan()
    let text = PlanScreen.text(plan, findings: [], digest: plan.digest, zones: NoZones(), style: .plain, columns: 120)
    #expect(
      text.contains(
        "Failures  a wave with a limit stops at failure 2, a country at 2, phase full-scale at 4, the run at 5"))
    #expect(text.contains("Next      sanderling run retail-assistant-scale-up --env production"))
    #expect(text.contains("digest \(plan.digest.short)"))
  }

  @Test("opens one wave with every target and its attributes")
  func wave() {
    let plan = examplePlan()
    let text = PlanScreen.text(
      plan, findings: [], digest: plan.digest, zones: NoZones(), style: .plain, columns: 100, wave: (stage: 1, wave: 2))
    for row in plan.stages[1].waves[2].targets { #expect(text.contains(plan.target(row, stage: 1))) }
    #expect(text.contains("undo documents.purge"))
    #expect(text.contains("日本"))
  }

  @Test("lists every target in Markdown and in JSON")
  func everything() throws {
    let plan = examplePlan(targets: 40)
    let markdown = PlanScreen.markdown(plan, findings: [], digest: plan.digest, zones: NoZones())
    let json = PlanScreen.json(plan, findings: [], digest: plan.digest, zones: NoZones())
    let listed = try #require(json["waves"]).array.flatMap { $0["targets"]?.array ?? [] }.compactMap(\.string)
    for row in 0..<40 {
      #expect(markdown.contains("store-\(row) "))
      #expect(listed.contains("store-\(row)"))
    }
    #expect(markdown.components("<details>") == markdown.components("</details>"))
  }

  @Test("keeps markup of others out of Markdown")
  func markup() {
    var plan = examplePlan()
    plan.summary = "<script>x</script> | *y*"
    let text = PlanScreen.markdown(plan, findings: [], digest: plan.digest, zones: NoZones())
    #expect(text.contains("&lt;script&gt;x&lt;/script&gt; \\| \\*y\\*"))
  }
}

extension String {
  /// How often a text occurs.
  func components(_ part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let found = rest.firstRange(of: part) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}

@Suite("The difference of two plans")
struct PlanDiffTests {
  @Test("is empty for the same plan")
  func same() {
    #expect(examplePlan().differences(from: examplePlan()).isEmpty)
    #expect(PlanDiffScreen.text([], style: .plain).contains("no difference"))
  }

  @Test("says in words what changed, grown risk first")
  func words() {
    let old = examplePlan(isGuarded: true)
    var new = old
    for wave in new.stages[1].waves.indices { new.stages[1].waves[wave].tolerate = 2 }
    new.stages[1].bake = Span.hour + Span.hour
    new.stages[1].steps[0].attempts = 5
    new.stages[1].steps[1].undo = .nothing
    new.triggers.removeLast()
    new.parameters[0].value = "assistant:3.0.0"
    new.sources[0].digest = Digest(of: Array("b".utf8))
    let moved = new.stages[1].waves[0].targets.removeLast()
    new.stages[1].waves[1].targets.append(moved)
    new.stages[1].steps[0].call.timeout = .minute
    let found = new.differences(from: old)
    let texts = found.map { "\($0.risk.rawValue) \($0.text)" }
    #expect(texts.contains("grew stage full-scale/stores: tolerate in a wave 1 → 2"))
    #expect(texts.contains("shrank stage full-scale/stores: bake 1h → 2h"))
    #expect(texts.contains("grew stage full-scale/stores: step `documents`: attempts 3 → 5"))
    #expect(texts.contains("grew stage full-scale/stores: step `enable`: undo assistant.disable → none"))
    #expect(texts.contains("grew trigger `errors` removed"))
    #expect(texts.contains("grew parameter `image`: value assistant:2.4.0 → assistant:3.0.0"))
    #expect(texts.contains("same file runbook.yaml changed"))
    #expect(texts.contains("same stage full-scale/stores: 1 target (store-3) moved to another wave"))
    #expect(texts.contains("grew stage full-scale/stores: step `documents`: timeout 1h → 1m"))
    let order = found.map { PlanDifference.Risk.allCases.firstIndex(of: $0.risk) ?? 0 }
    #expect(order == order.sorted())
  }

  @Test("never calls different plans the same")
  func complete() {
    let old = examplePlan(isGuarded: true)
    let changes: [(inout Plan) -> Void] = [
      { $0.scale = 10 }, { $0.ignored = [LeftOutPart(.window, of: ["x"])] }, { $0.tolerateInRun = nil },
      { $0.environment = "staging" },
      { $0.stages[1].concurrency = 9 }, { $0.stages[1].isStrict = false }, { $0.stages[1].then = .stop },
      { $0.stages[1].tolerateByAttribute = [] }, { $0.phases[1].tolerate = 9 }, { $0.phases[1].approvalRule = nil },
      { $0.stages[1].steps.swapAt(0, 1) }, { $0.stages.removeLast() }, { $0.stages[1].waves[0].targets.swapAt(0, 1) },
      { $0.inventories[0].values[0][0] = "DE" }, { $0.stages[1].steps[0].call.probe = nil },
      { $0.stages[1].steps[0].call.idempotency = .natural }, { $0.deadline = nil },
      { $0.providers[0].adapter = "process" },
      { $0.stages[1].waves[0].latest = nil }, { $0.stages[1].notBefore = Instant(milliseconds: 5) },
      { $0.stages[1].steps[0].call.arguments = .members([.init(name: "rate", value: .constant(.integer(3)))]) },
    ]
    for change in changes {
      var new = old
      change(&new)
      #expect(new != old)
      #expect(!new.differences(from: old).isEmpty)
    }
  }
}

@Suite("What guards a plan")
struct PlanGuardRowsTests {
  private func text(_ plan: Plan) -> String {
    PlanScreen.text(plan, findings: [], digest: plan.digest, zones: NoZones(), style: .plain, columns: 120)
  }

  @Test("says on the page which waves are not compared")
  func comparisons() {
    var plan = examplePlan(targets: 30, isGuarded: true)
    plan.signals[0].extent = .target
    plan.stages[1].gate?.comparison = PlannedComparison(
      signal: 0, margin: Fixed(millionths: 1_000_000), isHarmAbove: true, looks: 3)
    #expect(
      text(plan).filter { !$0.isWhitespace }.contains(
        "Comparedfull-scale/stores:response_timewithin1softherest;notinwave3,wheretoofewaremigratedorlefttocomparewith"
      ), "\(text(plan))")
    #expect(!text(examplePlan(targets: 30, isGuarded: true)).contains("Compared"))
  }

  @Test("says, wherever a plan is shown, what keeps targets from being taken back")
  func rollbackFreezes() throws {
    var plan = examplePlan(targets: 8)
    let days = FreezeInterval.days(
      from: try #require(CivilDate("2027-02-01")), until: try #require(CivilDate("2027-02-04")))
    plan.rollbackFreezes = [PlannedFreeze(summary: "Stocktaking", categories: ["PT"], intervals: [days])]
    let said = "full-scale/stores: Stocktaking, 1 Feb to 3 Feb 2027 (2 of 8 targets): nothing is taken back then, by"
    let words = text(plan).filter { !$0.isWhitespace }
    #expect(words.contains("Noundo" + said.filter { !$0.isWhitespace }), "\(text(plan))")
    let markdown = PlanScreen.markdown(plan, findings: [], digest: plan.digest, zones: NoZones())
    #expect(markdown.contains("| No undo | \(said)"), "\(markdown)")
    #expect(!text(examplePlan()).contains("No undo"))
  }
}
