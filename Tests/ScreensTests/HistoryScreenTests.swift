import Engine
import History
import Planning
import Plans
import Quantities
import Testing

@testable import Screens

@Suite("The history of a run")
struct HistoryScreenTests {
  @Test("fits its width and says what was not as in real life", arguments: [40, 80, 120])
  func overview(columns: Int) {
    var run = SmallRun(
      examplePlan(scale: 86_400, ignored: [LeftOutPart(.triggers, of: ["a", "b", "c"])]), seed: 31, trouble: 30)
    for _ in 0..<300 where !run.turn() { run.intervene() }
    let timeline = Timeline.build(history(run.records, plan: run.state.plan))
    let text = HistoryScreen.overview(timeline, plan: run.state.plan, runName: "r-1", style: .plain, columns: columns)
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.allSatisfy { Width.columns(String($0)) <= columns })
    #expect(text.contains("TIME      compressed 86 400 ×"))
    #expect(text.contains("LEFT OUT  3 triggers"))
  }

  @Test("lists every record once")
  func table() {
    var run = SmallRun(examplePlan(), seed: 32, trouble: 30)
    for _ in 0..<100 where !run.turn() { run.intervene() }
    let rows = HistoryScreen.table(run.records, index: run.state.index).split(separator: "\n")
    #expect(rows.count == run.records.count + 1)
  }

  @Test("shows times in the zone that it is given")
  func zone() {
    let time = LocalTime(offset: { _ in 3_600 }, zone: "Lisbon")
    #expect(time.day(Instant(milliseconds: 0)) == " 1 Jan 01:00")
    #expect(time.seconds(Instant(milliseconds: 82_800_000)) == "00:00:00")
  }
}

/// The history of a run under one plan.
private func history(_ records: [HistoryRecord], plan: Plan) -> RunHistory {
  var history = RunHistory(plan: plan)
  history.records = records
  return history
}
