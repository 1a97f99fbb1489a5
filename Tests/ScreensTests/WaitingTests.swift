import Engine
import History
import Quantities
import Testing

@testable import Plans
@testable import Screens

@Suite("What targets wait for")
struct WaitingTests {
  /// A run of four targets a wave, in countries PT, ES, 日本, NO, that has come to the first wave of its stores, on
  /// Sunday, 3 January 2027, after 18:13 in UTC.
  private static func run(_ change: (inout Plan) -> Void) -> SmallRun {
    var plan = examplePlan()
    plan.zone = "UTC"
    change(&plan)
    var run = SmallRun(plan)
    while run.state.stage == 0, run.turn() {}
    return run
  }

  private static func why(_ run: SmallRun, _ place: Place?, isExecuted: Bool = true) -> String {
    WhyScreen.text(
      state: run.state, runName: "r-1", path: place, history: run.records, style: .plain, now: run.now,
      isExecuted: isExecuted)
  }

  private static func frame(_ run: SmallRun) -> String {
    let view = RunView(
      runName: "r-1", state: run.state, now: run.now, started: run.state.createdAt, executor: "ops-2")
    return RunScreen.frame(view, columns: 120, rows: 30, style: .plain).text
  }

  private static let wave = Place.wave(stage: 1, wave: 0)

  /// Closed until 21:00; Portugal is frozen until Wednesday.
  private static func calendar(_ plan: inout Plan) {
    plan.stages[1].window = PlannedWindow(days: Array(1...7), opens: 21 * 60, closes: 23 * 60)
    plan.freezes = [
      PlannedFreeze(
        summary: "Stocktaking", categories: ["PT"],
        // Until midnight before the 6th of January.
        intervals: [.instants(from: Instant(milliseconds: 0), until: Instant(milliseconds: 1_799_193_600_000))])
    ]
  }

  @Test("is said by kind, with the next opening of the first target, of a wave, a run and a run that nobody executes")
  func groups() {
    let run = Self.run(Self.calendar)
    let texts = [
      Self.why(run, Self.wave), Self.why(run, nil), Self.why(run, nil, isExecuted: false), Self.frame(run),
    ]
    for text in texts {
      #expect(text.contains("3 wait for their window: store-1 opens 21:00 UTC, in 2 h"), "\(text)")
      #expect(text.contains("1 is frozen, Stocktaking: store-0 may start 6 Jan 21:00 UTC, in 3 d"), "\(text)")
      #expect(!text.contains("for a slot"), "\(text)")
    }
    #expect(Self.frame(run).contains("4 targets   3 wait for their window"))
  }

  @Test("is said of one target with everything that is closed, not only what is closed first")
  func target() {
    let text = Self.why(Self.run(Self.calendar), .target(TargetKey(stage: 1, row: 0)))
    #expect(text.contains("closed    frozen: Stocktaking; until 6 Jan 00:00 UTC, in 2 d"), "\(text)")
    #expect(text.contains("closed    its window is closed; opens 21:00 UTC, in 2 h"), "\(text)")
    #expect(text.contains("earliest  6 Jan 21:00 UTC, in 3 d"), "\(text)")
    let other = Self.why(Self.run(Self.calendar), .target(TargetKey(stage: 1, row: 1)))
    #expect(other.contains("closed    its window is closed") && !other.contains("earliest  "), "\(other)")
  }

  @Test("is a slot where nothing else is in the way")
  func slots() {
    let run = Self.run { _ in }
    #expect(Self.why(run, Self.wave).contains("2 wait for a slot: 2 at once"))
    #expect(Self.frame(run).contains("2 targets   2 wait for a slot: 2 at once"))
  }

  @Test("is a cap, by its attribute, its value and its end")
  func caps() {
    var run = Self.run { plan in
      plan.stages[1].caps = [
        PlannedCap(
          attribute: "country", pace: PlannedPace(count: 1, period: .day, carry: 0, every: .day, boundaries: []))
      ]
    }
    while run.state.stage == 1, run.state.wave == 0, run.turn() {}
    let wave = Self.why(run, .wave(stage: 1, wave: 1))
    #expect(wave.contains("4 wait for a cap: country PT has had its 1 per day, until 4 Jan 18:"), "\(wave)")
    let target = Self.why(run, .target(TargetKey(stage: 1, row: 5)))
    #expect(target.contains("closed    country ES has had its 1 per day; until 4 Jan 18:"), "\(target)")
  }
}
