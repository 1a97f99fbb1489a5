import Quantities
import Testing

@testable import Engine
@testable import Plans

/// The newest change is never unwatched, and nothing begins on what is old, or was read only in part.
@Suite("The newest change")
struct NewestChangeTests {
  private static func frozen(from: Int64, until: Int64) -> PlannedFreeze {
    PlannedFreeze(
      summary: "closed",
      intervals: [.instants(from: Make.start + Make.seconds(from), until: Make.start + Make.seconds(until))])
  }

  /// The first wave has baked well, and nobody of the second may begin.
  private static func keptBack(_ change: (inout Plan) -> Void = { _ in }) -> Bench {
    var plan = Make.watched(triggers: [Make.trigger()], gate: Make.gate(validFor: 120), bake: .minute)
    plan.freezes = [frozen(from: 60, until: 3_600)]
    change(&plan)
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 6)
    return bench
  }

  @Test("is watched while the calendar, or a person, keeps the next wave back", arguments: [true, false])
  func keptBack(byPerson: Bool) {
    var bench = Self.keptBack { if byPerson { $0.freezes = [] } }
    if byPerson {
      bench = Bench(Make.watched(triggers: [Make.trigger()], gate: Make.gate(validFor: 120), bake: .minute))
      for target in ["t2", "t3"] { bench.command(.hold, "p/s/2/\(target)") }
      bench.succeedAll()
      bench.samples("1", 6)
    }
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
    #expect(bench.lines("wave_started") == ["wave_started p/s/1"] && bench.requests.isEmpty)
    #expect(bench.state.waits.map(\.kind) == [byPerson ? .hold : .freeze])
    bench.samples("6", 3)
    #expect(bench.lines("trigger_fired") == ["trigger_fired p/s/1"])
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .undone && bench.status("p/s/2/t2") == .waiting)
  }

  @Test("has its gate asked again where the next wave was kept back for longer than its pass counts")
  func askedAgain() {
    var bench = Self.keptBack()
    bench.now = Make.start + Make.seconds(3_600)
    bench.turn([Event(.timerDue, at: bench.now)])
    bench.readAll("1")
    #expect(bench.lines("gate_started").count == 2 && bench.requests.isEmpty)
    bench.samples("6", 1)
    bench.samples("1", 4)
    #expect(bench.lines("wave_started").count == 2 && bench.requests.count == 2)
  }

  @Test("is read up to the present before anything new begins under another executor")
  func readFirst() {
    var bench = Bench(Make.watched(triggers: [Make.trigger()], bake: .minute))
    bench.succeedAll()
    bench.samples("1", 1)
    // Killed: the bake would be over meanwhile, and there was a breach.
    bench.crash()
    bench.now = Make.start + Make.seconds(600)
    bench.turn([Event(.timerDue, at: bench.now)])
    #expect(bench.lines("wave_started").count == 1 && bench.requests.isEmpty)
    bench.readAll("6")
    #expect(bench.lines("trigger_fired") == ["trigger_fired p/s/1"] && bench.lines("wave_started").count == 1)
  }

  @Test("is what a breach takes back that began before anything newer, however late it is read")
  func lateBreach() {
    let signal = Make.signal(settle: 90)
    var bench = Bench(Make.watched(signals: [signal], triggers: [Make.trigger()]))
    bench.succeed("p/s/1/t0/a")
    bench.succeed("p/s/1/t1/a")
    // The second wave begins before anybody knows of the first one's time.
    #expect(bench.lines("wave_started").count == 2)
    bench.now = Make.start + Make.seconds(30)
    bench.succeedAll()
    bench.machine.state.evidence.spans = [
      ChangeSpan(
        stage: 0, wave: 0, changedAt: Make.start, finishedAt: Make.start + Make.seconds(40),
        leftAt: Make.start + Make.seconds(60)),
      ChangeSpan(stage: 0, wave: 1, changedAt: Make.start + Make.seconds(60)),
    ]
    func acted(since: Int64) -> Place {
      bench.state.place(
        of: bench.state.plan.triggers[0], series: "", since: Make.start + Make.seconds(since),
        at: Make.start + Make.seconds(120))
    }
    #expect(acted(since: 50) == .wave(stage: 0, wave: 0))
    #expect(acted(since: 61) == .wave(stage: 0, wave: 1))
  }

  @Test("is taken back for a breach of its time, that was read when the next wave had begun")
  func readLate() {
    var plan = Make.watched(triggers: [Make.trigger()], waves: [[0], [1]])
    plan.stages[0].bake = .minute
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 6)
    #expect(bench.lines("wave_started").count == 2)
    bench.crash()
    let began = Make.start + Make.seconds(300)
    bench.machine.state.evidence.spans[0].leftAt = began
    bench.machine.state.evidence.spans[1].changedAt = began
    bench.readTogether([9, 9, 9, 1], from: Make.start + Make.seconds(210))
    #expect(bench.lines("trigger_fired") == ["trigger_fired p/s/1"], "\(bench.state.evidence.spans)")
  }

  @Test("lets nothing begin on a stretch after which it is sick, though both are read together")
  func oldStretch() {
    var bench = Bench(Make.watched(gate: Make.gate()))
    bench.succeedAll()
    bench.readTogether([1, 1, 1, 1, 1, 1, 9, 9], from: bench.nextSample)
    #expect(bench.lines("gate_opened").isEmpty && bench.requests.isEmpty)
  }

  @Test("is not done baking when it is sick by what was read with its end")
  func sickAtTheEnd() {
    var bench = Bench(Make.watched(triggers: [Make.trigger(lasts: 300)], bake: .minute))
    bench.succeedAll()
    bench.readTogether([1, 1, 1, 1, 9, 9], from: bench.nextSample)
    #expect(bench.lines("wave_finished").isEmpty && bench.lines("wave_started").count == 1)
  }

  @Test("holds for no time in which one of its signals says nothing, however seldom others speak")
  func gapOfOne() {
    let slow = Make.signal("slow", every: 600)
    var bench = Bench(
      Make.watched(
        signals: [Make.signal(), slow],
        gate: Make.gate([Make.condition(.less, 3), Make.condition(.less, 3, signal: 1)], hold: 1_200, deadline: 36_000))
    )
    bench.succeedAll()
    func read(_ seconds: Int64, fast: Bool) {
      bench.now = Make.start + Make.seconds(seconds)
      if fast { bench.measure("1") }
      if seconds % 600 == 0 { bench.measure("1", signal: 1) }
    }
    for second in stride(from: Int64(30), through: 630, by: 30) { read(second, fast: true) }
    let since = bench.state.evidence.gate?.hold.holdsSince
    #expect(since != nil)
    // Four minutes of silence of the fast one; the slow one speaks every ten.
    for second in stride(from: Int64(900), through: 1_920, by: 30) { read(second, fast: true) }
    #expect(bench.state.evidence.gate?.hold.holdsSince == Make.start + Make.seconds(900))
    #expect(bench.lines("gate_opened").isEmpty)
  }

  @Test("is the wave before, where the one after it was taken back: watched, and asked again before it is done again")
  func takenBack() {
    var bench = Bench(Make.watched(triggers: [Make.trigger()], gate: Make.gate(), bake: .minute))
    bench.succeedAll()
    bench.samples("1", 6)
    bench.succeedAll()
    bench.samples("1", 4)
    #expect(bench.lines("gate_opened").last == "gate_opened p/s/2")
    bench.samples("6", 4)
    bench.succeedAll()
    #expect(bench.status("p/s/2/t2") == .undone && bench.status("p/s/1/t0") == .done)
    #expect(bench.state.evidence.opened?.isOwed == true && bench.state.evidence.opened?.wave == 0)
    bench.samples("1", 1)
    bench.command(.resume)
    bench.samples("1", 1)
    #expect(bench.requests.isEmpty && bench.lines("gate_started").last == "gate_started p/s/1")
    bench.samples("1", 4)
    #expect(!bench.requests.isEmpty)
  }

  @Test("has its gate asked under an amended plan before anything new begins")
  func amended() {
    var plan = Make.watched(triggers: [Make.trigger()], gate: Make.gate(), bake: .minute)
    plan.stages[0].pace = PlannedPace(count: 2, period: .week, carry: 0, every: .hour, boundaries: [])
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 6)
    #expect(bench.lines("wave_finished").count == 1 && bench.lines("gate_started").count == 1)
    var new = plan
    new.triggers.append(Make.trigger("loud", Make.condition(.more, 1_000)))
    AmendmentTests.amend(&bench, to: new)
    #expect(bench.state.plan == new && bench.state.evidence.opened?.isOwed == true)
    bench.now = Make.start + .hour
    bench.turn([Event(.timerDue, at: bench.now)])
    bench.readAll("1")
    #expect(bench.lines("gate_started").count == 2 && bench.requests.isEmpty)
  }

  @Test("has its gate asked so early that it can be open when the window is, which may be shorter than its hold")
  func askedAhead() {
    var plan = Make.watched(triggers: [Make.trigger()], gate: Make.gate(hold: 1_800, deadline: nil, validFor: 120))
    plan.freezes = [Self.frozen(from: 60, until: 36_000)]
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("1", 62)
    #expect(bench.lines("wave_finished").count == 1 && bench.lines("gate_started").count == 1)
    // Hold, and two intervals.
    #expect(bench.state.nextDue == Make.start + Make.seconds(36_000 - 1_860))
    bench.waitUntilDue()
    #expect(bench.lines("gate_started").count == 2)
    bench.samples("1", 63)
    #expect(bench.lines("gate_opened").count == 2)
    bench.now = Make.start + Make.seconds(36_000)
    bench.turn([Event(.timerDue, at: bench.now)])
    bench.readAll("1")
    #expect(bench.lines("wave_started").count == 2 && bench.lines("gate_started").count == 2)
  }

  @Test("is what a share of the newest evaluations takes back, and not what was there at some breach long ago")
  func share() {
    var bench = Bench(Make.watched(triggers: [Make.trigger(share: (3, 4))], bake: .minute))
    bench.succeedAll()
    bench.sample("6")
    bench.samples("1", 2)
    bench.sample("6")
    bench.samples("1", 6)
    let start = Make.start
    var progress = TriggerProgress()
    for (second, verdict) in [(0, Verdict.breach), (90, .breach), (180, .breach), (270, .breach)] {
      progress.judge(
        verdict, reading: .value(Fixed(6)), at: start + Make.seconds(Int64(second)), every: Make.seconds(30),
        persistence: .share(of: 9, in: 4))
    }
    #expect(progress.since == start)
    let began = bench.state.beginning(of: progress, under: bench.state.plan.triggers[0])
    #expect(began == start + Make.seconds(180))
  }

  @Test("that two persons forced is watched again after a rollback, and not asked again")
  func forced() {
    var bench = Bench(Make.watched(triggers: [Make.trigger()], gate: Make.gate(), bake: .minute))
    bench.succeedAll()
    bench.samples("1", 6)
    bench.succeedAll()
    bench.machine.state.evidence.forced = [.wave(stage: 0, wave: 0)]
    bench.samples("1", 4)
    bench.samples("6", 4)
    bench.succeedAll()
    #expect(bench.status("p/s/2/t2") == .undone && bench.state.evidence.opened == nil)
    #expect(bench.state.evidence.spans.last?.leftAt == nil)
  }

  @Test("is watched while people look at what was taken back a second time")
  func quarantined() {
    var bench = Bench(Make.watched(triggers: [Make.trigger()], bake: .minute))
    bench.succeedAll()
    bench.samples("1", 6)
    for _ in 0..<2 {
      bench.succeedAll()
      bench.samples("6", 4)
      bench.succeedAll()
      bench.command(.resume)
    }
    #expect(bench.status("p/s/2/t2") == .quarantined && bench.state.hold != nil)
    #expect(bench.state.evidence.spans.last.map { ($0.wave, $0.leftAt) } ?? (9, nil) == (0, nil))
    bench.samples("6", 4)
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .undone)
  }

  @Test("that began after the breach is not taken back for it, however many waves begin before that has lasted")
  func threeWaves() {
    var bench = Bench(Make.watched(triggers: [Make.trigger(lasts: 120)], waves: [[0], [1], [2]]))
    bench.sample("6")
    bench.sample("6")
    #expect(bench.state.evidence.triggers[0][""]?.phase == .pending)
    for target in ["p/s/1/t0", "p/s/2/t1"] { bench.succeed("\(target)/a") }
    bench.samples("6", 4)
    #expect(bench.lines("trigger_fired") == ["trigger_fired p/s/1"])
  }

  @Test("that two persons forced passes a gate of its own when it is done again")
  func forcedOnce() {
    var bench = Bench(Make.watched(gate: Make.gate()))
    bench.machine.state.evidence.forced = [.wave(stage: 0, wave: 0)]
    bench.succeedAll()
    bench.command(.rollback, "p/s/1")
    bench.succeedAll()
    #expect(bench.status("p/s/1/t0") == .undone && bench.state.evidence.forced.isEmpty)
  }
}
