import Quantities
import Testing

@testable import Engine
@testable import Plans

@Suite("How a run stands")
struct StandingTests {
  private static let gate = Held(.evidence(by: "gate"), by: .gate)
  private static let trigger = Held(.evidence(by: "trigger"), by: .trigger)
  private static let all: [Standing] = [
    .going, .paused, .held(Holds(gate)), .pausedAndHeld(Holds(gate)), .aborting, .over(.done), .over(.aborted),
  ]

  private static func word(_ standing: Standing) -> String {
    switch standing {
    case .going: "going"
    case .paused: "paused"
    case .held(let holds): "held" + String(holds.all.count)
    case .pausedAndHeld(let holds): "both" + String(holds.all.count)
    case .aborting: "aborting"
    case .over: "over"
    }
  }

  /// The table of docs/decisions/0016: each event on each standing; `-` does not fit.
  @Test(
    "changes by events as the table says",
    arguments: [
      ("pause", "paused - both1 - - - -"), ("hold", "held1 both1 held2 both2 aborting - -"),
      ("resume", "- going going going - - -"), ("force", "going paused going paused aborting over over"),
      ("take back", "going paused going paused aborting going aborting"),
      ("give up", "aborting aborting aborting aborting aborting - -"), ("end", "over over over over over - -"),
    ])
  func table(event: String, row: String) {
    let words = Self.all.map { before in
      var standing = before
      var fits = true
      switch event {
      case "pause": fits = standing.pause()
      case "hold": fits = standing.hold(Self.trigger)
      case "resume": fits = standing.resume()
      case "force": standing.overruleGate()
      case "take back": standing.takeBack()
      case "give up": fits = standing.giveUp()
      default: fits = standing.end(.done)
      }
      if !fits { #expect(standing == before) }
      return fits ? Self.word(standing) : "-"
    }
    #expect(words.joined(separator: " ") == row)
  }

  @Test("keeps every hold until it is answered, each once, the newest first")
  func holds() {
    var standing = Standing.going
    for held in [Self.gate, Self.trigger, Self.gate] {
      let fits = standing.hold(held)
      #expect(fits)
    }
    #expect(standing.holds?.all == [Self.trigger, Self.gate])
    standing.overruleGate()
    #expect(standing == .held(Holds(Self.trigger)))
  }

  /// A wave whose rollback by a trigger is under way.
  private func retreating(then: AfterRollback, pausing: Bool) -> Bench {
    var bench = Bench(Make.watched(triggers: [Make.trigger()], bake: .hour, then: then, waves: [[0, 1]]))
    bench.succeedAll()
    bench.samples("1", 2)
    bench.samples("6", 3)
    if pausing { bench.command(.pause) }
    return bench
  }

  @Test("the engine's going on after `then: retry once` does not end a person's pause")
  func pauseSurvives() {
    var bench = retreating(then: .retryOnce, pausing: true)
    bench.succeedAll()
    #expect(bench.lines("run_continued").count == 1 && bench.lines("run_resumed").isEmpty)
    #expect(bench.state.standing == .paused && bench.requests.isEmpty)
    bench.command(.resume)
    #expect(bench.requests == ["do p/s/1/t0/a", "do p/s/1/t1/a"])
  }

  @Test("the engine's going on after `then: retry once` does not answer for a person who has to decide")
  func holdSurvives() {
    let triggers = [Make.trigger("first", do: .hold), Make.trigger("second", Make.condition(.more, 8))]
    var bench = Bench(Make.watched(triggers: triggers, bake: .hour, then: .retryOnce, waves: [[0, 1]]))
    bench.succeedAll()
    bench.samples("1", 2)
    bench.samples("6", 3)
    #expect(bench.state.hold == .evidence(by: "trigger first"))
    bench.samples("9", 3)
    #expect(bench.lines("rollback_started").count == 1 && bench.state.question == nil)
    bench.succeedAll()
    #expect(bench.lines("run_continued").count == 1)
    #expect(bench.state.question == .evidence(by: "trigger first") && bench.requests.isEmpty)
    bench.command(.resume)
    #expect(bench.requests.count == 2)
  }

  @Test("the engine's going on after `then: retry once` does things again where nobody paused or has to decide")
  func goesOn() {
    var bench = retreating(then: .retryOnce, pausing: false)
    bench.succeedAll(2)
    #expect(bench.decided.contains("run_continued"))
    #expect(bench.state.standing == .going && bench.requests == ["do p/s/1/t0/a", "do p/s/1/t1/a"])
  }

  @Test("an earlier version's `run_resumed` ends what it ended then")
  func earlierVersions() {
    var bench = Bench()
    bench.command(.pause)
    bench.machine.fold(Event(.runResumed, at: bench.now, cause: 3), sequence: 100)
    #expect(bench.state.standing == .going)
  }

  private func force(_ bench: inout Bench) {
    for person in 0...1 {
      var command = OperatorCommand(name: .force, id: "f\(person)", reason: "because")
      (command.person, command.auth) = (person, "os")
      bench.happens(.commandReceived(command), "p/s/1")
    }
  }

  private func measured(_ triggers: [PlannedTrigger], deadline: Int64 = 120) -> Bench {
    var plan = Make.watched(triggers: triggers, gate: Make.gate(deadline: deadline, onBreach: .hold))
    plan.people = [PlannedPerson(id: "ann", roles: []), PlannedPerson(id: "bob", roles: [])]
    var bench = Bench(plan)
    bench.succeedAll()
    return bench
  }

  @Test(
    "forcing a gate answers what its own deadline decided, and no trigger",
    arguments: [(60, [.gate, .trigger]), (240, [.trigger, .gate]), (900, [.trigger])] as [(Int64, [Held.Decider])])
  func forcedGate(deadline: Int64, deciders: [Held.Decider]) {
    var bench = measured([Make.trigger("slow", do: .hold)], deadline: deadline)
    bench.sample("1")
    bench.samples("6", 10)
    #expect(bench.state.standing.holds?.all.map(\.decider) == deciders)
    force(&bench)
    #expect(bench.lines("gate_forced").count == 1)
    #expect(bench.state.hold == .evidence(by: "trigger slow") && bench.requests.isEmpty)
    bench.command(.resume)
    #expect(bench.requests == ["do p/s/2/t2/a", "do p/s/2/t3/a"])
  }

  @Test("forcing a gate leaves a pause")
  func forcedInPause() {
    var bench = measured([])
    bench.samples("4", 5)
    bench.command(.pause)
    #expect(bench.state.isPaused && bench.state.hold != nil)
    force(&bench)
    #expect(bench.state.standing == .paused && bench.requests.isEmpty)
  }

  @Test("a person's rollback answers what was asked, and leaves a pause")
  func rollback() {
    var bench = measured([])
    bench.samples("4", 5)
    bench.command(.pause)
    bench.command(.rollback, "p/s/1")
    #expect(bench.state.standing == .paused && bench.requests.count == 2)
    bench.succeedAll()
    #expect(bench.state.hold == .rolledBack(scope: "wave") && bench.state.isPaused)
  }

  @Test("a run that is given up takes no pause, no resume and no second abort, and asks nobody anything")
  func aborting() {
    var bench = Bench(Make.plan([Make.stage(concurrency: 2, isStrict: false)]))
    bench.command(.abort)
    for name in [OperatorCommand.Name.pause, .resume, .abort] {
      bench.command(name)
      #expect(bench.refusal == "the run is being given up already")
    }
    bench.succeed("p/s/1/t0/a")
    bench.succeed("p/s/1/t1/a")
    #expect(bench.state.outcome == .aborted && bench.lines("run_held").isEmpty)
  }

  @Test(
    "a run that was given up does not go on after a person's rollback: aborting is final", arguments: ["p/s/1", ""])
  func givenUpForGood(scope: String) {
    var bench = Bench(Make.plan([Make.stage(steps: [Make.step("a")], waves: [[0], [1], [2]])]))
    bench.succeed("p/s/1/t0/a")
    bench.command(.abort)
    bench.succeed("p/s/2/t1/a")
    #expect(bench.state.outcome == .aborted)
    bench.command(.rollback, scope)
    #expect(bench.state.isAborting && bench.requests.contains("undo p/s/1/t0/a") == (scope == "p/s/1"))
    bench.succeedAll()
    #expect(bench.state.outcome == (scope.isEmpty ? .rolledBack : .aborted))
    bench.command(.resume)
    #expect(bench.refusal?.hasPrefix("the run is over") == true && bench.requests.isEmpty)
  }

  @Test("is read back from a snapshot in each of its forms")
  func snapshots() throws {
    for standing in Self.all {
      var state = RunState(Make.plan())
      state.standing = standing
      let read = try RunState(snapshot: state.snapshot, plan: state.plan)
      #expect(read.standing == standing)
    }
  }
}
