import Engine
import Quantities
import Testing

@testable import History
@testable import Plans
@testable import Reports

/// Offsets that everybody can check: Amsterdam is an hour ahead of UTC in winter and two in summer.
struct ReportZones: ZoneTable {
  let version = "test"

  func offset(of zone: String, at instant: Instant) -> Int? {
    guard zone == "Europe/Amsterdam" else { return zone == "UTC" ? 0 : nil }
    let month = instant.utcDate.month
    return (4...10).contains(month) ? 7_200 : 3_600
  }
}

@Suite("The report of a run")
struct RunPageTests {
  /// A run of a guarded plan, with samples, until `isEnough` or nothing moves any more.
  private static func run(
    value: Fixed = .zero, trouble: Int = 0, turns: Int = 4_000, change: (inout Plan) -> Void = { _ in }
  ) -> SmallRun {
    var plan = examplePlan(isGuarded: true)
    plan.phases[1].approvalRule = nil
    for signal in plan.signals.indices { plan.signals[signal].every = .minute }
    change(&plan)
    var run = SmallRun(plan, seed: 3, trouble: trouble)
    for _ in 0..<turns {
      if let due = run.state.nextSampleDue, due <= run.now {
        for request in run.state.samplesDue(at: run.now) {
          let rows = request.times.map { time in
            Samples.Row(at: time, readings: request.series.map { _ in .value(value) })
          }
          let name = run.state.plan.signals[request.signal].name
          run.record(.sampled([Samples(signal: request.signal, name: name, series: request.series, rows: rows)]))
        }
        run.decide()
      } else if !run.turn() {
        guard let due = run.state.nextSampleDue else { break }
        run.now = max(run.now, due)
      }
      if run.state.outcome != nil { break }
    }
    return run
  }

  private static func report(_ run: SmallRun) -> RunReport {
    var history = RunHistory(plan: run.state.plan)
    history.records = run.records
    return RunReport(history, zones: ReportZones())
  }

  private static func page(_ run: SmallRun, isIntact: Bool = true) -> RunPage {
    let report = report(run)
    return RunPage(
      report, run: "r-1", digest: report.plan.digest,
      proof: LogProof(words: "intact up to 10", isIntact: isIntact, size: 10, root: Digest(of: [])),
      zones: ReportZones())
  }

  @Test("counts every target once, and tells each wave's work, gate and bake one after the other")
  func counts() throws {
    let run = Self.run()
    let report = Self.report(run)
    #expect(report.outcome == .done)
    #expect(report.targets.count == 12 && report.targets.allSatisfy { $0.status == .done && $0.attempts == 3 })
    #expect(report.targets.map(\.id).sorted() == (0..<12).map { "store-\($0)" }.sorted())
    let stores = report.waves.filter { $0.path.hasPrefix("full-scale/stores") }
    #expect(stores.map(\.tally.done) == [4, 4, 4] && stores.allSatisfy { $0.tally.targets == 4 })
    for wave in stores {
      #expect(wave.stretches.map(\.kind) == [.apply, .gate, .bake])
      #expect(zip(wave.stretches, wave.stretches.dropFirst()).allSatisfy { $0.to <= $1.from && $0.from < $0.to })
      #expect(wave.gate?.hasPrefix("gate") == true)
    }
    let phase = try #require(report.phases.last)
    #expect(phase.tally.done == 12 && phase.began != nil && phase.ended != nil)
    #expect(report.exceptions.isEmpty && report.rollbacks.isEmpty && report.doubts.isEmpty)
    #expect(report.counts.reduce(0) { $0 + $1.count } == run.records.count)
  }

  @Test("shows a breach with its limit, when it was pending and when it fired, and what was taken back for it")
  func breach() throws {
    let run = Self.run(value: Fixed(millionths: 9_000_000), turns: 400)
    let report = Self.report(run)
    let errors = try #require(report.signals.first { $0.name == "error_rate" })
    #expect(errors.marks.map(\.kind).prefix(2) == [.pending, .fired])
    #expect(errors.marks.count { $0.kind == .fired } == report.exceptions.count { $0.kind == .trigger })
    #expect(errors.limits.map(\.words) == ["trigger errors: error_rate > 1 %"] && errors.limits[0].isHighBad)
    #expect(errors.sampleCount > 0 && errors.series.first?.points.last?.value == Fixed(millionths: 9_000_000))
    #expect(!report.rollbacks.isEmpty)
    #expect(report.rollbacks.allSatisfy { $0.by == "trigger errors" && $0.to != nil && $0.undone > 0 })
    let stores = report.rollbacks.filter { $0.path.hasPrefix("full-scale") }.reduce(0) { $0 + $1.undone }
    #expect(report.targets.reduce(0) { $0 + $1.undone } == stores && stores > 0)
    #expect(report.waves.flatMap(\.stretches).contains { $0.kind == .undo })
    let html = Self.page(run).html
    #expect(html.contains("against its limits"))
    #expect(html.contains("What was taken back"))
  }

  @Test("names who approved, until when, and why it stopped to count")
  func approvals() throws {
    var run = Self.run(turns: 30) { plan in
      plan.phases[1].approvalRule = PlannedApproval(count: 1, role: "release-manager")
      plan.people = [PlannedPerson(id: "mira", roles: ["release-manager"])]
    }
    #expect(run.state.missingApproval != nil)
    let until = run.now + .hour
    run.record(
      .commandReceived(
        OperatorCommand(
          name: .approve, id: "a", reason: "looks good", person: 0, auth: "os", until: until,
          seen: run.state.lastSequence + 1)),
      .phase(1), detail: EventDetail(actor: "mira", reason: "looks good"))
    run.decide()
    let approval = try #require(Self.report(run).approvals.first)
    #expect(approval.kind == .approved && approval.person == "mira" && approval.path == "full-scale")
    #expect(approval.reason == "looks good" && approval.until == until)
    let markdown = Self.page(run).markdown
    #expect(markdown.contains("| approved | full-scale | mira | by account |"))
  }

  @Test("is the same twice, stands alone, and lets no text of others become markup", arguments: [0, 30, 60])
  func page(trouble: Int) {
    var run = Self.run(trouble: trouble, turns: 600) { $0.summary = "<script>alert(1)</script>" }
    run.ask(.pause)
    let page = Self.page(run)
    #expect(page.html == Self.page(run).html)
    for hostile in ["http", "<script", "src=", "@import", "\u{1B}"] {
      #expect(!page.html.contains(hostile), "\(hostile)")
    }
    #expect(PageTests.isBalanced(page.html.replacing("<!DOCTYPE html>\n", with: "")))
    #expect(page.html.utf8.count < 200_000)
    let rows = page.markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(!rows.isEmpty && rows.allSatisfy { $0.hasSuffix("|") } && !page.markdown.contains("\u{1B}"))
  }

  @Test("says first, and as a warning, when the log is not what was written")
  func damaged() {
    let html = Self.page(Self.run(turns: 5), isIntact: false).html
    #expect(html.contains("<div class=\"box warn\"><p>intact up to 10"))
  }

  @Test("keeps the highest and the lowest of what it thins away, and where nothing was known")
  func thinning() {
    let samples = (0..<20_000).map { number -> Samples in
      let millionths: Int64 = number == 12_345 ? 99_000_000 : Int64(number % 7) * 1_000_000
      let reading: Reading = number == 4_321 ? .missing(.noData) : .value(Fixed(millionths: millionths))
      let at = Instant(milliseconds: Int64(number) * 1_000)
      return Samples(signal: 1, name: "error_rate", series: [""], rows: [.init(at: at, readings: [reading])])
    }
    var history = RunHistory(plan: examplePlan(isGuarded: true))
    history.records = [(1, Event(.sampled(samples), at: Instant(milliseconds: 0)), .none)]
    let course = RunReport(history, zones: ReportZones()).signals.first
    let kept = course?.series.first?.points ?? []
    #expect(course?.sampleCount == 20_000 && kept.count <= 600 && kept.count > 200)
    #expect(kept.contains { $0.value == Fixed(millionths: 99_000_000) } && kept.contains { $0.value == nil })
    #expect(kept.map(\.at) == kept.map(\.at).sorted())
  }
}

@Suite("The chart of a signal")
struct SignalChartTests {
  @Test(
    "writes the names of limits where there is no limit and no other name",
    arguments: [[3], [3, 3], [3, 3.1, 3.2], [1, 1, 1, 1], [0.1, 5, 5]])
  func limits(values: [Double]) {
    let point = SignalCourse.Point(at: Instant(milliseconds: 0), value: .zero)
    let course = SignalCourse(
      name: "x", unit: "s", series: [.init(name: "", points: [point])], seriesCount: 1, sampleCount: 1,
      limits: values.map { .init(value: Fixed(millionths: Int64($0 * 1e6)), words: "limit", isHighBad: true) },
      marks: [], changes: [])
    let markup = SignalChart(course: course, times: LocalTimes(zone: "UTC", zones: ReportZones())).svg.markup
    func places(_ pattern: Regex<(Substring, Substring)>) -> [Double] {
      markup.matches(of: pattern).compactMap { Double($0.1) }
    }
    let lines = places(#/<line [^>]*y1="([\d.]+)"[^>]*"6 3"/#)
    let names = places(#/<text [^>]*\by="([\d.]+)"[^>]*>limit</#)
    #expect(lines.count == values.count && names.count == values.count, "\(markup)")
    for (number, name) in names.enumerated() {
      #expect(lines.allSatisfy { $0 <= name - 10 || $0 >= name + 2 }, "\(name) on \(lines)")
      #expect(names.dropFirst(number + 1).allSatisfy { abs($0 - name) >= 12 }, "\(names)")
    }
  }

  @Test("names the first of triggers that fire one after the other, and draws a line for each")
  func fired() {
    let points = [Int64(0), 600_000].map { SignalCourse.Point(at: Instant(milliseconds: $0), value: .zero) }
    let marks = [Int64(10), 12, 14, 300, 480, 590, 595].map { second in
      let at = Instant(milliseconds: second * 1_000)
      return SignalCourse.Mark(kind: .fired, from: at, to: at, words: "slow")
    }
    let course = SignalCourse(
      name: "x", unit: "s", series: [.init(name: "", points: points)], seriesCount: 1, sampleCount: 2, limits: [],
      marks: marks, changes: [])
    let markup = SignalChart(course: course, times: LocalTimes(zone: "UTC", zones: ReportZones())).svg.markup
    let names = markup.matches(of: #/>fired ([\d:]+)</#).map { String($0.1) }
    #expect(names == ["00:00:10", "00:05:00", "00:08:00"], "\(markup)")
    #expect(markup.matches(of: #/<line [^>]*var\(--red\)/#).count == marks.count)
  }
}
