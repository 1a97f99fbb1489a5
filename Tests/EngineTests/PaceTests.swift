import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("The calendar of a stage")
struct PaceTests {
  static func plan(_ pace: PlannedPace?, bake: Span = .zero, notBefore: Instant? = nil) -> Plan {
    Make.plan([
      Make.stage(
        steps: [Make.step("a")], waves: [[0, 1], [2, 3], [4, 5], [6, 7]], concurrency: 2, bake: bake, pace: pace,
        notBefore: notBefore)
    ])
  }

  static func compressed(_ count: Int, carry: Int = 0) -> PlannedPace {
    PlannedPace(count: count, period: .week, carry: carry, every: .minute, boundaries: [])
  }

  static func calendar(_ count: Int, carry: Int = 0) -> PlannedPace {
    let monday = Instant(utcMidnight: Make.start.utcDate)
    return PlannedPace(
      count: count, period: .week, carry: carry, every: nil,
      boundaries: (0..<20).map { monday + Span(milliseconds: Span.week.milliseconds * Int64($0)) })
  }

  @Test("takes no more targets in a compressed period than its pace")
  func compressedPace() {
    var bench = Bench(Self.plan(Self.compressed(4)))
    bench.succeedAll()
    #expect(bench.lines("wave_started").count == 2)
    #expect(bench.state.nextDue == Make.start + .minute)
    #expect(bench.state.waits.first?.kind == .pace)
    bench.waitUntilDue()
    bench.succeedAll()
    #expect(bench.state.outcome == .done)
  }

  @Test("counts calendar weeks, not seven days since it began")
  func calendarPace() {
    var bench = Bench(Self.plan(Self.calendar(2)))
    bench.wait(Span.day)
    bench.succeedAll()
    let monday = Instant(utcMidnight: Make.start.utcDate)
    for week in 1...3 {
      #expect(bench.lines("wave_started").count == week)
      #expect(bench.state.nextDue == monday + Span(milliseconds: Span.week.milliseconds * Int64(week)))
      bench.waitUntilDue()
      bench.succeedAll()
    }
    #expect(bench.state.outcome == .done)
  }

  @Test("does not carry over what a period left unused, unless it says so", arguments: [0, 2])
  func carry(count: Int) {
    var bench = Bench(Self.plan(Self.compressed(4, carry: count)))
    bench.command(.pause)
    bench.succeedAll()
    bench.now = bench.now + Make.seconds(61)
    bench.command(.resume)
    bench.succeedAll()
    #expect(bench.lines("wave_started").count == (count == 0 ? 3 : 4))
  }

  @Test("of a run that slept through several periods does not take them all at once")
  func sleeping() {
    var bench = Bench(Self.plan(Self.calendar(2)))
    bench.succeedAll()
    bench.now = bench.now + Span(milliseconds: Span.week.milliseconds * 3)
    bench.wait(.zero)
    bench.succeedAll()
    #expect(bench.lines("wave_started").count == 2)
  }

  @Test("starts no wave before its first instant")
  func notBefore() {
    var bench = Bench(Self.plan(nil, notBefore: Make.start + .hour))
    #expect(bench.requests.isEmpty)
    #expect(bench.state.waits.map(\.kind) == [.start])
    bench.wait(Span.minute)
    #expect(bench.requests.isEmpty)
    bench.waitUntilDue()
    #expect(bench.now == Make.start + .hour)
    #expect(bench.requests.count == 2)
  }

  @Test("lets a wave bake before the next one starts, and is not hurried by anything")
  func bake() {
    var bench = Bench(Self.plan(nil, bake: Span.hour))
    bench.succeedAll()
    #expect(bench.state.waveState == .baking(until: Make.start + .hour))
    bench.wait(Make.seconds(3_599))
    bench.crash()
    bench.command(.pause)
    bench.command(.resume)
    #expect(bench.lines("wave_started").count == 1)
    bench.wait(.second)
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
    #expect(bench.requests == ["do p/s/2/t2/a", "do p/s/2/t3/a"])
  }

  @Test("bakes on during a pause, but starts nothing then")
  func bakeInPause() {
    var bench = Bench(Self.plan(nil, bake: Span.hour))
    bench.succeedAll()
    bench.command(.pause)
    bench.waitUntilDue()
    #expect(bench.lines("wave_finished").count == 1)
    #expect(bench.requests.isEmpty)
    #expect(bench.state.nextDue == nil)
    bench.command(.resume)
    #expect(bench.requests.count == 2)
  }

  @Test("goes back when the clock does, and waits as long as before")
  func clockBack() {
    var bench = Bench(Self.plan(nil, bake: Span.hour))
    bench.wait(.minute)
    bench.succeedAll()
    #expect(bench.state.nextDue == Make.start + .minute + .hour)
    bench.now = Make.start
    bench.happens(.clockStepped(by: Make.seconds(-60)))
    #expect(bench.state.now == Make.start)
    #expect(bench.state.nextDue == Make.start + .hour)
  }
}
