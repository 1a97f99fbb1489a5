import Engine
import Plans
import Quantities
import Testing

@testable import Screens

@Suite("The live screen")
struct FrameTests {
  /// Every window that a terminal may have, thinned out.
  private static let windows: [(columns: Int, rows: Int)] = [40, 57, 80, 100, 250].flatMap { columns in
    [8, 10, 14, 24, 80].map { (columns, $0) }
  }

  @Test("fits every window in every state of a run", arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func fits(seed: UInt64) {
    var run = SmallRun(
      examplePlan(ignored: [LeftOutPart(.window, of: ["full-scale/stores"])]), seed: seed, trouble: Int(seed) * 6)
    var quiet = 0
    for number in 0..<400 where quiet < 20 {
      if run.turn() { quiet = 0 } else { quiet += 1 }
      if quiet > 0 { run.intervene() }
      let window = Self.windows[number % Self.windows.count]
      check(run, window.columns, window.rows, Style.allCases[number % Style.allCases.count], isExecuted: number % 5 > 0)
    }
    for window in Self.windows { check(run, window.columns, window.rows, .plain, isExecuted: true) }
  }

  private func check(_ run: SmallRun, _ columns: Int, _ rows: Int, _ style: Style, isExecuted: Bool) {
    let paths = run.state.units.map { run.state.index.path(of: .step($0.address)) }
    let view = RunView(
      runName: "r-12", state: run.state, now: run.now, started: run.state.createdAt, executor: "ops-2",
      isExecuted: isExecuted,
      progress: Dictionary(paths.map { ($0, (18_204, 40_000)) }, uniquingKeysWith: { first, _ in first }),
      lines: Dictionary(paths.map { ($0, "copied \u{1B}[2J 日本") }, uniquingKeysWith: { first, _ in first }))
    let frame = RunScreen.frame(view, columns: columns, rows: rows, style: style)
    #expect(frame.rows.count <= rows - 1)
    #expect(frame.rows.allSatisfy { Width.columns($0) <= columns })
    #expect(frame.rows.allSatisfy { !$0.contains("\u{1B}[2J") })
    if style.ascii { #expect(frame.rows.allSatisfy { row in !"▶✓✗↩‖⊘·…─›▓░×".contains { row.contains($0) } }) }
    #expect(frame.rows.first?.contains(StateWord(run.state, isExecuted: isExecuted).words) == true)
  }

  @Test("never folds away that somebody is needed")
  func attention() throws {
    var run = SmallRun(examplePlan(), seed: 3, trouble: 100)
    var found = false
    for _ in 0..<400 where !found {
      if !run.turn() { run.intervene() }
      found = run.state.units.contains(where: \.needsPerson) && run.state.rollback == nil
    }
    try #require(found)
    let view = RunView(
      runName: "r-1", state: run.state, now: run.now, started: run.state.createdAt, executor: "ops-2")
    let frame = RunScreen.frame(view, columns: 80, rows: 10, style: .plain)
    let words = ["in doubt", "person", "failed", "need you"]
    #expect(frame.rows.dropFirst().contains { row in words.contains { row.contains($0) } })
  }

  @Test("says how to leave in words that fit whole", arguments: Array(24...120), [true, false])
  func hint(columns: Int, isLookedOn: Bool) throws {
    let run = SmallRun(examplePlan(), seed: 3, trouble: 0)
    var view = RunView(
      runName: "r-12", state: run.state, now: run.now, started: run.state.createdAt, executor: "ops-2")
    view.isLookedOn = isLookedOn
    let frame = RunScreen.frame(view, columns: columns, rows: 24, style: .plain)
    let hint = try #require(frame.rows.last { $0.contains("^C leaves") }, "\(frame.rows)")
    #expect(!hint.contains("…"))
    if columns >= 80 { #expect(hint.contains("sanderling pause · rollback · why r-12")) }
  }

  @Test("stands a plan without waves, and one without targets", arguments: [true, false])
  func empty(hasStages: Bool) {
    var plan = examplePlan()
    plan.stages =
      hasStages
      ? plan.stages.map { stage in
        var stage = stage
        stage.waves = []
        return stage
      } : []
    let state = RunState(plan)
    let now = Instant(milliseconds: 0)
    let view = RunView(runName: "r-1", state: state, now: now, started: now, executor: "ops-2")
    #expect(!RunScreen.frame(view, columns: 80, rows: 24, style: .plain).rows.isEmpty)
    for place in [nil, .run, .phase(0), .phase(1)] as [Place?] {
      let text = WhyScreen.text(
        state: state, runName: "r-1", path: place, history: [], style: .plain, now: now, isExecuted: true)
      #expect(!text.isEmpty)
    }
    #expect(
      !PlanScreen.text(plan, findings: [], digest: plan.digest, zones: NoZones(), style: .plain, columns: 80).isEmpty)
    #expect(!PlanScreen.markdown(plan, findings: [], digest: plan.digest, zones: NoZones()).isEmpty)
    #expect(!EventLines.alive(state: state, run: "r-1").isEmpty)
    #expect(StatusRow(run: "r-1", state: state, isExecuted: true).needsYou == false)
  }

  @Test("says how fast its time runs and what is left out")
  func loud() {
    let run = SmallRun(examplePlan(scale: 86_400, ignored: [LeftOutPart(.triggers, of: ["a", "b", "c"])]))
    let view = RunView(
      runName: "r-1", state: run.state, now: run.now, started: run.state.createdAt, executor: "ops-2")
    let text = RunScreen.frame(view, columns: 100, rows: 24, style: .plain).text
    #expect(text.contains("TIME compressed 86 400 ×   LEFT OUT 3 triggers: a, b, c"))
  }
}

@Suite("What is counted")
struct CountingTests {
  @Test("is targets where each stands in one stage, and is said to be more where one stands in several")
  func several() {
    var plan = examplePlan()
    #expect(plan.targetsCountedTwice == nil && plan.progress(3) == "3 of 12 targets done")
    let now = Instant(milliseconds: 0)
    let row = { (plan: Plan) in StatusRow(run: "r-1", state: RunState(plan), isExecuted: true) }
    let once = StatusScreen.text([row(plan)], style: .plain, columns: 100, now: now)
    #expect(once.contains("0/12") && !once.contains("DONE counts"), "\(once)")
    plan.stages.append(plan.stages[1])
    plan.stages[3].id = "again"
    plan.stages[3].waves.removeLast()
    #expect(plan.distinctTargetCount == 12 && plan.targetsCountedTwice == 12)
    #expect(plan.progress(3) == "3 of 20 done (12 targets, each counted in each of its stages)")
    let twice = StatusScreen.text([row(plan)], style: .plain, columns: 100, now: now)
    #expect(twice.contains("0/20") && twice.contains("r-1: DONE counts its 12 targets in each of their stages"))
    let view = RunView(runName: "r-1", state: RunState(plan), now: now, started: now, executor: "ops-2")
    #expect(
      RunScreen.frame(view, columns: 100, rows: 24, style: .plain).text
        .contains("0 done  of 20  (12 targets, each in each of its stages)"))
  }
}

@Suite("Why")
struct WhyTests {
  @Test("answers for every place in every state", arguments: [11, 12, 13, 14] as [UInt64])
  func answers(seed: UInt64) {
    var run = SmallRun(examplePlan(), seed: seed, trouble: 40)
    for number in 0..<120 {
      if !run.turn() { run.intervene() }
      guard number % 6 == 0 else { continue }
      for place in places(of: run.state) {
        let text = WhyScreen.text(
          state: run.state, runName: "r-1", path: place, history: run.records, style: .plain, now: run.now,
          isExecuted: number % 4 != 0)
        #expect(text.split(separator: "\n").count >= 1)
        #expect(!text.contains("\u{1B}"))
        // On a terminal sentences go on in the next row, between words; commands stay whole.
        let narrow = WhyScreen.text(
          state: run.state, runName: "r-1", path: place, history: run.records, style: .plain, now: run.now,
          isExecuted: number % 4 != 0, columns: 60)
        for row in narrow.split(separator: "\n") where !row.contains("sanderling ") {
          #expect(Width.columns(String(row)) <= 60, "\(row)")
        }
        let words = { (text: String) in text.split(whereSeparator: \.isWhitespace).filter { !$0.contains("…") } }
        let isCut = narrow.contains("…")
        #expect(isCut || words(narrow) == words(text), "\(narrow)")
      }
    }
  }

  @Test("says who holds the targets that use the slots up, there and in the list of targets")
  func slots() throws {
    var run = SmallRun(examplePlan(), seed: 3)
    for _ in 0..<400 where run.turn() {
      for unit in run.state.units where unit.key.stage == 1 && !run.state.heldTargets.contains(unit.key) {
        run.ask(.hold, .target(unit.key))
      }
    }
    let held = run.state.units.map(\.key)
    try #require(!held.isEmpty && held.allSatisfy(run.state.heldTargets.contains))
    let waiting = run.state.plan.stages[1].waves[run.state.wave].targets.first { row in
      run.state.stages[1].status[Int(row)] == .waiting
    }
    let text = WhyScreen.text(
      state: run.state, runName: "r-1", path: .target(TargetKey(stage: 1, row: try #require(waiting))),
      history: run.records, style: .plain, now: run.now, isExecuted: true)
    let path = run.state.index.path(of: .target(held[0]))
    #expect(text.contains("used by \(path), which a person holds"), "\(text)")
    let row = TargetRows.rows(run.state, history: run.records).first { $0.path == path }
    #expect(row?.state == "held" && row?.why == "by dana: because")
  }

  private func places(of state: RunState) -> [Place?] {
    var places: [Place?] = [nil, .run, .phase(0), .phase(1), .stage(1), .stage(2)]
    for stage in state.plan.stages.indices {
      for wave in state.plan.stages[stage].waves.indices {
        places.append(.wave(stage: stage, wave: wave))
        for row in state.plan.stages[stage].waves[wave].targets {
          let key = TargetKey(stage: stage, row: row)
          places.append(.target(key))
          for step in state.plan.stages[stage].steps.indices {
            places.append(.step(StepAddress(target: key, step: step)))
          }
        }
      }
    }
    return places
  }

  @Test("names the commands that settle a doubt")
  func commands() throws {
    var run = SmallRun(examplePlan(), seed: 5, trouble: 0)
    while run.state.stage == 0, run.turn() {}
    let unit = try #require(run.state.units.first { $0.step == 0 })
    let address = unit.address
    let doubt = Doubt(cause: .noAnswer, reason: "silence")
    run.record(.inDoubt(.apply, attempt: 1, doubt: doubt), .step(address))
    run.record(
      .parked(.apply, attempt: 1, rule: "there is no probe, and idempotency is `none`: a person decides"),
      .step(address))
    let text = WhyScreen.text(
      state: run.state, runName: "r-1", path: nil, history: run.records, style: .plain, now: run.now, isExecuted: true)
    #expect(text.contains("is in doubt"))
    #expect(text.contains("sanderling resolve \(run.state.index.path(of: .step(address))) --as succeeded"))
    #expect(text.contains("idempotency is `none`"))
    let row = StatusRow(run: "r-1", state: run.state, isExecuted: true)
    #expect(row.needsYou)
    #expect(row.waitsFor == "you: in doubt")
    #expect(StatusScreen.text([row], style: .plain, columns: 100, now: run.now).contains("sanderling why r-1"))
  }

  @Test("calls a run stopped when nobody executes it")
  func stopped() {
    let run = SmallRun(examplePlan())
    #expect(StatusRow(run: "r-1", state: run.state, isExecuted: false).state == .stopped)
    #expect(StatusRow(run: "r-1", state: run.state, isExecuted: true).state == .running)
  }
}
