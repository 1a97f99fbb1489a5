import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A trigger")
struct TriggerTests {
  static func bench(_ trigger: PlannedTrigger = Make.trigger(), signal: PlannedSignal = Make.signal()) -> Bench {
    var bench = Bench(Make.watched(signals: [signal], triggers: [trigger], bake: .hour))
    bench.succeed("p/s/1/t0/a")
    bench.succeed("p/s/1/t1/a")
    // The first window reaches back behind the cut-over.
    bench.sample("1")
    return bench
  }

  @Test("takes eleven breaches at an interval of 30 seconds to last five minutes, the first one included")
  func eleven() {
    var bench = Self.bench(Make.trigger(lasts: 300))
    bench.samples("6", 10)
    #expect(bench.lines("trigger_became_pending").count == 1)
    #expect(bench.lines("trigger_fired").isEmpty)
    bench.sample("6")
    #expect(bench.lines("trigger_fired") == ["trigger_fired p/s/1"])
    #expect(bench.decided.contains("rollback_started p/s/1"))
  }

  @Test("needs two breaches even when it need not last")
  func two() {
    var bench = Self.bench(Make.trigger(lasts: 0))
    bench.sample("6")
    #expect(bench.lines("trigger_fired").isEmpty)
    bench.sample("6")
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("begins anew after one sample that passes")
  func reset() {
    var bench = Self.bench(Make.trigger(lasts: 60))
    bench.samples("6", 2)
    bench.sample("4")
    bench.samples("6", 2)
    #expect(bench.lines("trigger_fired").isEmpty)
    #expect(bench.lines("trigger_cleared").count == 1)
    bench.sample("6")
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("stands still for two samples without data, and does not take silence for recovery")
  func silence() {
    var bench = Self.bench(Make.trigger(lasts: 90))
    bench.samples("6", 3)
    bench.samples("!no_data", 6)
    #expect(bench.lines("trigger_cleared").isEmpty && bench.lines("trigger_fired").isEmpty)
    // 60 s were seen; the silence and the step out of it count for nothing.
    bench.sample("6")
    #expect(bench.lines("trigger_fired").isEmpty)
    bench.sample("6")
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("of the form m/n fires when that many of the newest evaluations breach")
  func share() {
    var bench = Self.bench(Make.trigger(share: (3, 5)))
    for text in ["6", "1", "6", "1"] { bench.sample(text) }
    #expect(bench.lines("trigger_fired").isEmpty)
    bench.sample("6")
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("keeps the samples that decided, and the limit")
  func samples() throws {
    var bench = Self.bench(Make.trigger(lasts: 60))
    for text in ["5.5", "6.25", "7"] { bench.sample(text) }
    let firing = try #require(
      bench.events.compactMap { if case .triggerFired(let firing) = $0.kind { firing } else { nil } }.first)
    #expect(firing.samples.map(\.reading.text) == ["5.5", "6.25", "7"])
    #expect(firing.limit.text == "5" && firing.lasted == .minute)
    #expect(firing.since == firing.samples.first?.at)
  }

  @Test("rolls the wave back, and the recovery of the signal does not stop that")
  func latched() {
    var bench = Self.bench()
    bench.samples("6", 3)
    bench.samples("1", 3)
    #expect(bench.requests == ["undo p/s/1/t0/a", "undo p/s/1/t1/a"])
    bench.succeedAll()
    #expect(bench.state.hold == .rolledBack(scope: "wave"))
    #expect(bench.status("p/s/1/t0") == .undone && bench.status("p/s/1/t1") == .undone)
  }

  @Test(
    "watches and acts while the run is paused, or drains",
    arguments: [OperatorCommand.Name.pause, .hold])
  func paused(command: OperatorCommand.Name) {
    var bench = Self.bench()
    bench.command(command, command == .pause ? "" : "p/s/2/t2")
    bench.samples("6", 3)
    #expect(bench.lines("trigger_fired").count == 1)
    #expect(bench.lines("rollback_started") == ["rollback_started p/s/1"])
  }

  @Test("holds the run where it shall, and fires again only after somebody said go on")
  func holds() {
    var bench = Self.bench(Make.trigger(do: .hold))
    bench.samples("6", 9)
    #expect(bench.state.hold == .evidence(by: "trigger slow"))
    #expect(bench.lines("trigger_fired").count == 1)
    bench.command(.resume)
    #expect(bench.state.hold == nil)
    bench.samples("6", 3)
    #expect(bench.lines("trigger_fired").count == 2)
  }

  @Test("stops the run where it shall")
  func stops() {
    var bench = Self.bench(Make.trigger(do: .stop))
    bench.samples("6", 3)
    #expect(bench.state.outcome == .aborted)
  }

  @Test("takes back only the target that breaches, where its scope is the target")
  func target() {
    var bench = Self.bench(Make.trigger(scope: .target), signal: Make.signal("s", .target))
    for _ in 0..<3 {
      bench.now = bench.nextSample
      let row = Samples.Row(
        at: bench.now, readings: [.value(Fixed(millionths: 0)), .value(Fixed(millionths: 6_000_000))])
      bench.turn([Event(.sampled([Samples(signal: 0, name: "s", series: ["t0", "t1"], rows: [row])]), at: bench.now)])
    }
    #expect(bench.requests == ["undo p/s/1/t1/a"])
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .done && bench.status("p/s/1/t1") == .undone)
  }

  @Test("asks for what is flapping instead of deciding")
  func flapping() {
    var bench = Self.bench(Make.trigger(lasts: 600))
    for _ in 0..<3 {
      bench.sample("6")
      bench.sample("1")
    }
    #expect(bench.lines("trigger_became_unstable").count == 1)
    #expect(bench.state.hold == .evidence(by: "trigger slow, which is unstable"))
  }

  @Test("is not armed before the first change, nor after the bake, and watches as long after it as it shall")
  func armed() {
    let plan = Make.watched(triggers: [Make.trigger(watchAfter: 3_600)], waves: [[0, 1]])
    var bench = Bench(plan)
    #expect(bench.state.nextSampleDue == bench.nextSample)
    bench.succeedAll()
    // The wave is over at once; the run stays until the watch is over.
    #expect(bench.state.outcome == nil && bench.state.stage == 1)
    bench.samples("1", 2)
    bench.samples("6", 3)
    #expect(bench.lines("rollback_started") == ["rollback_started p/s/1"])
    var calm = Bench(plan)
    calm.succeedAll()
    calm.samples("1", 119)
    #expect(calm.state.outcome == nil)
    calm.samples("1", 2)
    calm.wait(Make.seconds(1))
    #expect(calm.state.outcome == .done)
  }

  @Test("does not end the run before what happened in its last hours is read, and then takes back what it watched")
  func unreadEnd() {
    var bench = Bench(Make.watched(triggers: [Make.trigger(watchAfter: 600)], waves: [[0, 1]]))
    bench.succeedAll()
    bench.now = bench.now + .hour
    bench.crash()
    #expect(bench.state.outcome == nil)
    guard let request = bench.state.samplesDue(at: bench.now).first else {
      Issue.record("nothing is asked for after the outage")
      return
    }
    let rows = request.times.map { time in
      Samples.Row(at: time, readings: [Reading.value(Fixed(millionths: 6_000_000))])
    }
    bench.turn([Event(.sampled([Samples(signal: 0, name: "s", series: [""], rows: rows)]), at: bench.now)])
    #expect(bench.lines("trigger_fired") == ["trigger_fired p/s/1"])
    #expect(bench.lines("rollback_started") == ["rollback_started p/s/1"])
  }

  @Test("counts a breach that nobody saw when the executor was away, once the range is read")
  func outage() {
    var bench = Self.bench(Make.trigger(lasts: 300))
    bench.sample("6")
    bench.now = bench.now + Make.seconds(600)
    bench.crash()
    guard let request = bench.state.samplesDue(at: bench.now).first else {
      Issue.record("nothing is asked for after the outage")
      return
    }
    #expect(request.times.count == 20)
    let six = Reading.value(Fixed(millionths: 6_000_000))
    let rows = request.times.map { Samples.Row(at: $0, readings: [six]) }
    bench.turn([Event(.sampled([Samples(signal: 0, name: "s", series: [""], rows: rows)]), at: bench.now)])
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("does not judge a window that reaches back behind the cut-over")
  func clipped() {
    var bench = Bench(Make.watched(signals: [Make.signal(window: 300)], triggers: [Make.trigger()], bake: .hour))
    bench.succeed("p/s/1/t0/a")
    bench.succeed("p/s/1/t1/a")
    bench.samples("9", 9)
    #expect(bench.lines("trigger_became_pending").isEmpty)
    bench.samples("9", 4)
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("compares with the forecast for the targets that were live at the time of the sample")
  func forecast() {
    let half = Make.condition(.more, 150, quantity: 0)
    var plan = Make.watched(triggers: [Make.trigger("cost", half)], bake: .hour)
    plan.forecast = [
      PlannedQuantity(
        name: "cost", unit: "s", inventory: 0,
        points: [.init(targets: 0, value: .zero), .init(targets: 10, value: Fixed(millionths: 100_000_000))])
    ]
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("1")
    // Two live targets: 20 are projected, so 30 is the limit.
    bench.samples("30", 3)
    #expect(bench.lines("trigger_became_pending").isEmpty)
    bench.samples("30.1", 3)
    #expect(bench.lines("trigger_fired").count == 1)
  }

  @Test("quarantines a target that evidence takes back twice, until a person lets it in again")
  func quarantine() {
    var bench = Bench(Make.watched(triggers: [Make.trigger()], bake: .hour, then: .retryOnce, waves: [[0, 1]]))
    for _ in 0..<2 {
      bench.succeedAll()
      bench.samples("1", 2)
      bench.samples("6", 3)
      bench.succeedAll(2)
    }
    #expect(bench.lines("rollback_started").count == 2)
    #expect(bench.status("p/s/1/t0") == .quarantined)
    #expect(bench.state.hold == .rolledBack(scope: "wave"))
    bench.command(.resume)
    #expect(
      bench.refusal == "p/s/1/t0 and 1 more are quarantined, since evidence took targets back twice; "
        + "`retry` or `skip` each of them first")
    bench.command(.retry, "p/s/1/t0")
    bench.command(.resume)
    #expect(bench.refusal?.hasPrefix("p/s/1/t1 is quarantined") == true && bench.state.hold != nil)
    bench.command(.skip, "p/s/1/t1")
    bench.command(.resume)
    #expect(bench.requests == ["do p/s/1/t0/a"])
    bench.succeedAll()
    bench.samples("1", 4_000)
    #expect(bench.state.outcome == .done && bench.status("p/s/1/t1") == .skipped)
  }

  @Test("gives the run up after a rollback where the stage says stop")
  func thenStop() {
    var bench = Bench(Make.watched(triggers: [Make.trigger()], bake: .hour, then: .stop))
    bench.succeedAll()
    bench.samples("1", 2)
    bench.samples("6", 3)
    bench.succeedAll()
    #expect(bench.state.outcome == .aborted)
  }
}

@Suite("The words of a trigger that fired")
struct FiringWordsTests {
  @Test("have the unit and the sign of its own condition, whichever other triggers there are")
  func units() {
    var plan = Make.watched(
      signals: [Make.signal("latency"), Make.signal("errors")],
      triggers: [
        Make.trigger("slow"),
        Make.trigger(
          "errors", PlannedCondition(signal: 1, comparison: .atLeast, limit: Fixed(millionths: 2_000_000)),
          share: (2, 3)),
      ])
    plan.signals[1].unit = "%"
    func words(_ trigger: String, _ readings: Reading...) -> String {
      let samples = readings.map { TriggerProgress.Sample(at: Make.start, reading: $0) }
      return Firing(
        trigger: trigger, series: "", since: Make.start, lasted: .minute, limit: Fixed(millionths: 2_000_000),
        samples: samples
      ).words(plan: plan)
    }
    let value = Reading.value(Fixed(millionths: 3_000_000))
    #expect(words("slow", value) == "slow fired: 3 s > 2 s for 1 m, 1 sample")
    #expect(words("errors", value, value) == "errors fired: 3 % >= 2 % in 2 of 3, 2 samples")
    #expect(words("errors", .missing(.noData)).hasPrefix("errors fired: no data, which is a breach, in 2 of 3"))
  }

  @Test("and of what a gate rests on have the unit and the series of each signal, and leave out what passed")
  func exhibits() {
    var plan = Make.watched(signals: [Make.signal("latency"), Make.signal("errors", .attribute("country"))])
    plan.signals[1].unit = "%"
    func exhibit(_ condition: String, _ series: String, _ value: Int64) -> Exhibit {
      Exhibit(
        condition: condition, series: series, reading: .value(Fixed(millionths: value * 1_000_000)), at: Make.start)
    }
    let exhibits = [exhibit("latency < 3 s", "", 1), exhibit("errors < 2 %", "NO", 4)]
    #expect(Exhibit.words(exhibits, verdict: .breach, plan: plan) == "errors in NO 4 % < 2 %")
    #expect(Exhibit.words(exhibits, verdict: .pass, plan: plan) == "latency 1 s < 3 s, errors in NO 4 % < 2 %")
  }
}
