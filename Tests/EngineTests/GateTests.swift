import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("A gate")
struct GateTests {
  static func bench(
    _ gate: PlannedGate = Make.gate(), signal: PlannedSignal = Make.signal(), then: AfterRollback = .hold
  )
    -> Bench
  {
    var bench = Bench(Make.watched(signals: [signal], gate: gate, then: then))
    bench.succeedAll()
    return bench
  }

  @Test("opens after its hold, measured by the times of the samples, and the next wave starts")
  func opens() {
    var bench = Self.bench()
    #expect(bench.lines("gate_started") == ["gate_started p/s/1"])
    #expect(bench.state.waveState == .gating && bench.requests.isEmpty)
    bench.sample("!no_data")
    bench.samples("1", 2)
    #expect(bench.lines("gate_opened").isEmpty)
    bench.sample("1")
    #expect(bench.lines("gate_opened") == ["gate_opened p/s/1"])
    #expect(bench.requests == ["do p/s/2/t2/a", "do p/s/2/t3/a"])
  }

  @Test("that demands nothing does not open: nothing was shown")
  func empty() {
    var gate = Make.gate(deadline: 120)
    gate.conditions = []
    var bench = Self.bench(gate)
    #expect(bench.lines("gate_started") == ["gate_started p/s/1"])
    bench.samples("1", 5)
    #expect(bench.lines("gate_opened").isEmpty && bench.requests.isEmpty)
    bench.now = bench.now + .hour
    bench.turn([])
    #expect(bench.lines("gate_expired") == ["gate_expired p/s/1"] && bench.lines("gate_opened").isEmpty)
  }

  @Test("starts its hold again after a breach")
  func breach() {
    var bench = Self.bench()
    bench.sample("!no_data")
    bench.samples("1", 2)
    bench.sample("4")
    bench.samples("1", 2)
    #expect(bench.lines("gate_opened").isEmpty)
    #expect(bench.lines("gate_hold_broken").count == 1)
    bench.sample("1")
    #expect(bench.lines("gate_opened").count == 1)
  }

  @Test("forgives two samples without data, and starts its hold again after more")
  func unknown() {
    var short = Self.bench(Make.gate(hold: 120))
    short.sample("!no_data")
    short.samples("1", 2)
    short.samples("!no_data", 2)
    short.sample("1")
    #expect(short.lines("gate_hold_broken").isEmpty)
    var long = Self.bench(Make.gate(hold: 120))
    long.sample("!no_data")
    long.samples("1", 2)
    long.samples("!no_data", 4)
    #expect(long.lines("gate_hold_broken").count == 1)
  }

  @Test("opens when the range that was missed in an outage passes, although its deadline is over by then")
  func missedRange() {
    var bench = Self.bench(Make.gate(deadline: 120))
    bench.sample("4")
    bench.now = bench.now + .hour
    bench.crash()
    #expect(bench.lines("gate_expired").isEmpty)
    guard let request = bench.state.samplesDue(at: bench.now).first else {
      Issue.record("nothing is asked for after the outage")
      return
    }
    let rows = request.times.map { Samples.Row(at: $0, readings: [Reading.value(Fixed(millionths: 1_000_000))]) }
    bench.turn([Event(.sampled([Samples(signal: 0, name: "s", series: [""], rows: rows)]), at: bench.now)])
    #expect(bench.lines("gate_opened").count == 1)
    #expect(bench.lines("gate_expired").isEmpty)
  }

  @Test(
    "does at its deadline what it shall, by what it knows then",
    arguments: [
      ("4", GateAction.rollback, "rollback_started p/s/1"), ("4", .hold, "run_held p/s/1"),
      ("4", .stop, "run_aborting"), ("!no_data", .rollback, "run_held p/s/1"),
    ])
  func deadline(text: String, onBreach: GateAction, decided: String) {
    var bench = Self.bench(Make.gate(deadline: 120, onBreach: onBreach))
    bench.samples(text, 3)
    bench.wait(Make.seconds(60))
    // What was measured before the deadline is not known yet.
    #expect(bench.lines("gate_expired").isEmpty)
    bench.now = bench.now + Make.seconds(-60)
    bench.samples(text, 2)
    #expect(bench.lines("gate_expired").count == 1)
    #expect(bench.events.contains { "\($0.kind.type) \(bench.state.index.path(of: $0.subject))".hasPrefix(decided) })
  }

  @Test("is given the rest of its hold when it passes at the deadline, and not a sample more")
  func lateHold() {
    var bench = Self.bench(Make.gate(hold: 120, deadline: 120))
    bench.samples("4", 3)
    bench.sample("1")
    bench.wait(Make.seconds(5))
    #expect(bench.lines("gate_expired").isEmpty)
    var broken = bench
    broken.sample("4")
    #expect(broken.lines("gate_expired").count == 1)
    bench.samples("1", 4)
    #expect(bench.lines("gate_opened").count == 1)
  }

  @Test("is measured anew when a person says go on after it expired")
  func resumed() {
    var bench = Self.bench(Make.gate(deadline: 60, onBreach: .hold))
    bench.samples("4", 3)
    #expect(bench.state.hold == .evidence(by: "the gate of p/s/1 (breach)"))
    bench.command(.resume)
    bench.samples("1", 4)
    #expect(bench.lines("gate_opened").count == 1)
  }

  @Test("is forced by two persons and not by one, also when it has expired")
  func forced() {
    var plan = Make.watched(gate: Make.gate(deadline: 60, onBreach: .hold))
    plan.people = ["a", "b"].map { PlannedPerson(id: $0, roles: []) }
    var bench = Bench(plan)
    bench.succeedAll()
    bench.samples("4", 3)
    #expect(bench.state.hold != nil)
    for (person, opened) in [(0, 0), (0, 0), (1, 1)] {
      var command = OperatorCommand(name: .force, id: "c\(bench.events.count)", reason: "because")
      command.person = person
      bench.happens(.commandReceived(command), "p/s/1")
      #expect(bench.lines("gate_forced").count == opened)
      // A force is no pass that grows old.
      #expect(bench.state.evidence.opened == nil)
    }
    #expect(bench.requests == ["do p/s/2/t2/a", "do p/s/2/t3/a"])
  }

  @Test("in shadow reports while the wave bakes, and decides nothing")
  func shadow() {
    var plan = Make.watched(gate: Make.gate(isShadow: true), bake: Make.seconds(300))
    plan.stages[0].concurrency = 2
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("!no_data")
    bench.samples("4", 5)
    bench.waitUntilDue()
    #expect(bench.lines("gate_opened").isEmpty)
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
  }

  @Test("is made younger by the health of its wave only where that is measured by what the gate asks")
  func validForOfOthers() {
    var plan = Make.watched(
      signals: [Make.signal(), Make.signal("t", every: 10)],
      triggers: [Make.trigger("other", Make.condition(signal: 1))],
      gate: Make.gate(hold: 0, validFor: 300), bake: Make.seconds(30))
    plan.stages[0].notBefore = nil
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("1")
    bench.measure("1", signal: 1)
    let opened = bench.state.evidence.opened?.at
    #expect(opened == bench.now)
    bench.now = bench.now + Make.seconds(10)
    bench.measure("1", signal: 1)
    #expect(bench.state.evidence.bake != nil && bench.state.evidence.opened?.at == opened)
    bench.now = bench.nextSample
    bench.measure("1")
    #expect(bench.state.evidence.opened?.at == bench.now)
  }

  @Test("does not outlive `valid_for`: an old pass is measured again before the next wave")
  func validFor() {
    var plan = Make.watched(gate: Make.gate(validFor: 300))
    plan.stages[0].pace = PlannedPace(count: 2, period: .week, carry: 0, every: .hour, boundaries: [])
    var bench = Bench(plan)
    bench.succeedAll()
    bench.sample("!no_data")
    bench.samples("1", 3)
    #expect(bench.lines("gate_opened").count == 1 && bench.requests.isEmpty)
    bench.wait(.hour)
    #expect(bench.lines("gate_started").count == 2 && bench.requests.isEmpty)
    bench.samples("1", 4)
    #expect(bench.requests == ["do p/s/2/t2/a", "do p/s/2/t3/a"])
  }

  @Test("is no newer for being read late: after an outage the time of its last pass counts", arguments: [true, false])
  func readLate(isHealthyToTheEnd: Bool) {
    var bench = Bench(Make.watched(gate: Make.gate(validFor: 300)))
    bench.succeedAll()
    let first = bench.nextSample
    // Nobody looks for an hour; the numbers of that time are read at once.
    let rows = (0..<120).map { number in
      let isKnown = isHealthyToTheEnd || number < 6
      return Samples.Row(
        at: first + Make.seconds(Int64(number) * 30),
        readings: [isKnown ? .value(Fixed(millionths: 1_000_000)) : .missing(.noData)])
    }
    bench.now = first + .hour
    bench.turn([Event(.sampled([Samples(signal: 0, name: "s", series: [""], rows: rows)]), at: bench.now)])
    // What nobody knows any more lets nothing begin.
    #expect(bench.lines("gate_opened").count == (isHealthyToTheEnd ? 1 : 0))
    #expect(bench.requests.isEmpty != isHealthyToTheEnd)
  }

  @Test("of the whole wave breaches when one series does, and is unknown when one is not known")
  func series() {
    var bench = Self.bench(signal: Make.signal("s", .attribute("country")))
    func row(_ bench: inout Bench, _ texts: [String]) {
      bench.now = bench.nextSample
      let row = Samples.Row(at: bench.now, readings: texts.compactMap { Reading($0) })
      bench.turn([Event(.sampled([Samples(signal: 0, name: "s", series: ["NO", "PT"], rows: [row])]), at: bench.now)])
    }
    row(&bench, ["1", "1"])
    row(&bench, ["1", "4"])
    #expect(bench.state.evidence.gate?.hold.verdict == .breach)
    row(&bench, ["1", "!no_data"])
    #expect(bench.state.evidence.gate?.hold.verdict == .unknown(.noData))
    row(&bench, ["1", "2"])
    #expect(bench.state.evidence.gate?.hold.verdict == .pass)
  }
}

@Suite("A bake on evidence")
struct EvidenceBakeTests {
  @Test("counts only the time in which health passes, and begins again after a breach")
  func clock() {
    var bench = Bench(Make.watched(gate: Make.gate(hold: 0), bake: Make.seconds(120)))
    bench.succeedAll()
    bench.sample("!no_data")
    bench.sample("1")
    #expect(bench.lines("wave_bake_started") == ["wave_bake_started p/s/1"])
    bench.samples("1", 3)
    bench.samples("!no_data", 3)
    #expect(bench.lines("bake_interrupted").count == 1 && bench.lines("wave_finished").isEmpty)
    bench.samples("1", 1)
    bench.sample("4")
    bench.samples("1", 4)
    #expect(bench.lines("wave_finished").isEmpty)
    bench.sample("1")
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
  }

  @Test("waits for the events of every target, counts on after a counter began again, and knows who is missing")
  func events() {
    let signals = [Make.signal("s", .attribute("country"))]
    var bench = Bench(
      Make.watched(
        signals: signals, bake: Make.seconds(30), events: PlannedEvents(count: 10, signal: 0), waves: [[0, 1]]))
    bench.succeedAll()
    func row(_ bench: inout Bench, _ texts: [String]) {
      bench.now = bench.nextSample
      let row = Samples.Row(at: bench.now, readings: texts.compactMap { Reading($0) })
      bench.turn([Event(.sampled([Samples(signal: 0, name: "s", series: ["NO", "PT"], rows: [row])]), at: bench.now)])
    }
    row(&bench, ["100", "5"])
    row(&bench, ["100", "5"])
    row(&bench, ["106", "15"])
    #expect(bench.state.eventsMissing?.series == "NO" && bench.state.eventsMissing?.seen == 6)
    row(&bench, ["4", "15"])
    #expect(bench.state.outcome == .done)
  }

  @Test("waits for whole local days in the zone where they end last")
  func days() {
    var plan = Make.watched(signals: [], bake: .hour)
    plan.stages[0].bakeCycles = 2
    var bench = Bench(plan)
    bench.succeedAll()
    // Monday, 09:00 in UTC: Tuesday and Wednesday are whole days.
    bench.waitUntilDue()
    #expect(bench.now == Make.start + Make.seconds(15 * 3_600 + 2 * 86_400))
    #expect(bench.lines("wave_finished") == ["wave_finished p/s/1"])
  }
}
