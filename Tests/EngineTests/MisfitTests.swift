import Quantities
import Testing

@testable import Engine
@testable import Plans

/// An event that does not fit a state.
struct Misfit: Sendable, CustomTestStringConvertible {
  var kind: Event.Kind
  var place: Place
  var cause: Int64?
  var testDescription: String

  init(_ name: String, _ kind: Event.Kind, at place: Place = .run, cause: Int64? = nil) {
    (testDescription, self.kind, self.place, self.cause) = (name, kind, place, cause)
  }

  static let key = TargetKey(stage: 0, row: 0)
  private static let target = Place.target(key)
  private static let waiting = Place.target(TargetKey(stage: 0, row: 2))
  private static let a = Place.step(StepAddress(target: key, step: 0))
  private static let wave = Place.wave(stage: 0, wave: 0)
  private static let other = Digest(of: [1])

  private static func intent(_ attempt: Int) -> Intent {
    Intent(
      attempt: attempt, round: 0, operation: "do.a", input: other, key: "k", deadline: Make.start, undo: "none",
      cursor: nil)
  }

  private static let failure = Failure(isTransient: false, reason: "no")
  private static let firing = Firing(
    trigger: "slow", series: "", since: Make.start, lasted: .zero, limit: .zero, samples: [])

  /// On a run whose target `t0` does its first step, attempt 1, and `t2` waits for the second wave.
  static let all: [Misfit] =
    [
      Misfit("a phase that is no phase", .phaseStarted, at: wave),
      Misfit("a phase again", .phaseStarted, at: .phase(0)),
      Misfit("the end of no phase", .phaseFinished, at: wave),
      Misfit("the end of a later phase", .phaseFinished, at: .phase(1)),
      Misfit("no wave", .waveStarted(targets: 1)), Misfit("a wave again", .waveStarted(targets: 1), at: wave),
      Misfit("a later wave", .waveStarted(targets: 1), at: .wave(stage: 0, wave: 1)),
      Misfit("no wave's bake", .waveBaking(until: Make.start), at: .wave(stage: 0, wave: 1)),
      Misfit("no wave's end", .waveFinished(done: 0, failed: 0, skipped: 0)),
      Misfit("a wave's end too early", .waveFinished(done: 0, failed: 0, skipped: 0), at: wave),
      Misfit("a later wave's end", .waveFinished(done: 0, failed: 0, skipped: 0), at: .wave(stage: 0, wave: 1)),
      Misfit("going on", .runResumed), Misfit("no command refused", .commandRefused(reason: "")),
      Misfit("the end of no rollback", .rollbackFinished(undone: 0, blocked: false)),
      Misfit("an intent of no step", .intended(.apply, intent(1)), at: target),
      Misfit("an intent again", .intended(.apply, intent(2)), at: a),
      Misfit("an intent to take back", .intended(.undo, intent(1)), at: a),
      Misfit(
        "an undo of what nobody takes back", .intended(.undo, intent(1)),
        at: .step(.init(target: .init(stage: 0, row: 2), step: 0))),
      Misfit("an answer of no step", .succeeded(.apply, attempt: 1, outputs: [:]), at: target),
      Misfit("an answer of the undo", .succeeded(.undo, attempt: 1, outputs: [:]), at: a),
      Misfit("an answer of another attempt", .failed(.apply, attempt: 2, failure: failure), at: a),
      Misfit(
        "an answer of another step", .succeeded(.apply, attempt: 1, outputs: [:]),
        at: .step(.init(target: key, step: 1))),
      Misfit(
        "an answer of a target without work", .succeeded(.apply, attempt: 1, outputs: [:]),
        at: .step(.init(target: .init(stage: 0, row: 2), step: 0))),
      Misfit(
        "the answer of no probe", .probeAnswered(.apply, attempt: 1, answer: .applied, cursor: nil, outputs: [:]), at: a
      ),
      Misfit("a probe without a doubt", .probeIntended(.apply, attempt: 1, deadline: Make.start), at: a),
      Misfit("a second look without a doubt", .probeScheduled(.apply, attempt: 1, until: Make.start), at: a),
      Misfit("a retry without a failure", .retryScheduled(.apply, attempt: 1, until: Make.start), at: a),
      Misfit("settling what is known", .settled(.apply, attempt: 1, as: .again, rule: "", outputs: [:]), at: a),
      Misfit("parking what is known", .parked(.apply, attempt: 1, rule: ""), at: a),
      Misfit("skipping what is at work", .stepSkipped, at: a), Misfit("blocking what is at work", .undoBlocked, at: a),
      Misfit(
        "a cursor of no step", .cursorRecorded(.apply, attempt: 1, cursor: "c", done: nil, total: nil), at: target),
      Misfit(
        "a cursor of another attempt", .cursorRecorded(.apply, attempt: 2, cursor: "c", done: nil, total: nil), at: a),
      Misfit("a cursor of the undo", .cursorRecorded(.undo, attempt: 1, cursor: "c", done: nil, total: nil), at: a),
      Misfit(
        "a cursor of another step", .cursorRecorded(.apply, attempt: 1, cursor: "c", done: nil, total: nil),
        at: .step(.init(target: key, step: 1))),
      Misfit("a failed target that did not fail", .targetFailed, at: target),
      Misfit("no failed target", .targetFailed, at: a),
      Misfit("a failed target without work", .targetFailed, at: waiting),
      Misfit("no undone target", .targetUndone(complete: true), at: a),
      Misfit("an undone target that waits", .targetUndone(complete: true), at: waiting),
      Misfit("no skipped target", .targetSkipped, at: a), Misfit("no retried target", .targetRetried, at: a),
      Misfit("trying again what waits", .targetRetried, at: waiting),
      Misfit("trying again what is at work", .targetRetried, at: target), Misfit("no held target", .targetHeld, at: a),
      Misfit("no released target", .targetReleased, at: a),
      Misfit("releasing what nobody holds", .targetReleased, at: target),
      Misfit("no approval to void", .approvalVoided(id: "x", person: 0, why: ""), at: .phase(0)),
      Misfit("no emergency to review", .emergencyReviewed(person: 0), at: .phase(0)),
      Misfit(
        "an approval of no amendment", .amendmentApproved(plan: other, person: 0, until: nil, auth: "os", id: "x"),
        at: .phase(0)),
      Misfit("no amendment to drop", .amendmentDropped(plan: other, why: "")),
      Misfit("no amendment to carry out", .planAmended(plan: other, grew: 0, changes: 0)),
      Misfit("an amendment for a place that is none", .amendmentProposed(plan: other, person: nil, needs: ["nowhere"])),
      Misfit("no trigger", .triggerPending(trigger: "none", series: "", since: Make.start)),
      Misfit("no series of a trigger", .triggerCleared(trigger: "slow", series: "x")),
      Misfit("no firing trigger", .triggerFired(firing), at: wave),
      Misfit("no flapping series", .triggerUnstable(trigger: "slow", series: "x", changes: 5), at: wave),
      Misfit("a gate of no wave", .gateStarted(deadline: nil, isShadow: false), at: target),
      Misfit("a gate of a stage without", .gateStarted(deadline: nil, isShadow: false), at: wave),
      Misfit("no gate that holds", .gateHolding(since: Make.start), at: wave),
      Misfit("no gate that broke", .gateBroken(.breach, exhibits: []), at: wave),
      Misfit("no gate that compared", .gateForceAsked(person: 0), at: wave),
      Misfit("no gate that opened", .gateOpened(held: .zero, exhibits: [], isShadow: false), at: wave),
      Misfit("no gate that was forced", .gateForced(by: [0, 1], exhibits: []), at: wave),
      Misfit("no gate that expired", .gateExpired(.breach, exhibits: []), at: wave),
      Misfit("no bake that was interrupted", .bakeInterrupted(.breach), at: wave),
      Misfit("no bake that has a deadline", .bakeExpired(.breach, exhibits: []), at: wave),
      Misfit("no bake that goes on", .bakeContinued, at: wave),
    ]
}

@Suite("An event that does not fit")
struct MisfitTests {
  @Test("says so when it is folded, which makes it a defect where the engine decided it", arguments: Misfit.all)
  func misfits(misfit: Misfit) {
    var plan = Make.plan([
      Make.stage(waves: [[0, 1], [2, 3]]), Make.stage("u", phase: 1, waves: [[4]]),
    ])
    plan.signals = [Make.signal()]
    plan.triggers = [Make.trigger()]
    var state = Bench(plan).state
    let event = Event(misfit.kind, subject: misfit.place, at: Make.start, cause: misfit.cause)
    let fits = state.fold(event, sequence: 9)
    #expect(!fits && state.lastSequence == 9)
  }

  @Test("is one that comes twice: a bake, a gate, what was asked, held, skipped or announced")
  func twice() {
    var state = Bench(Make.watched(gate: Make.gate())).state
    let wave = Place.wave(stage: 0, wave: 0)
    let target = Place.target(Misfit.key)
    func fold(_ kind: Event.Kind, _ place: Place) -> Bool {
      state.fold(Event(kind, subject: place, at: Make.start), sequence: state.lastSequence + 1)
    }
    #expect(fold(.gateStarted(deadline: nil, isShadow: false), wave) && state.waveState == .gating)
    #expect(fold(.gateHolding(since: Make.start), wave) && !fold(.gateHolding(since: Make.start), wave))
    #expect(fold(.gateBroken(.breach, exhibits: []), wave) && !fold(.gateBroken(.breach, exhibits: []), wave))
    #expect(fold(.gateForceAsked(person: 0), wave) && !fold(.gateForceAsked(person: 0), wave))
    #expect(fold(.gateExpired(.breach, exhibits: []), wave) && state.evidence.gate?.expiredBy == state.lastSequence)
    #expect(fold(.gateOpened(held: .zero, exhibits: [], isShadow: false), wave) && state.waveState == .gated)
    #expect(state.evidence.opened == OpenedGate(stage: 0, wave: 0, at: Make.start))
    #expect(fold(.waveBaking(until: Make.start + .hour), wave) && !fold(.waveBaking(until: Make.start), wave))
    #expect(fold(.targetHeld, target) && !fold(.targetHeld, target))
    #expect(fold(.targetReleased, target) && !fold(.targetReleased, target))
    #expect(fold(.targetSkipped, target) && !fold(.targetSkipped, target))
    #expect(fold(.approvalAsked(have: 0, wanted: 1), .phase(0)) && !fold(.approvalAsked(have: 0, wanted: 1), .phase(0)))
    #expect(fold(.emergencyDeclared(person: 0, until: Make.start), .phase(0)))
    #expect(!fold(.emergencyReviewed(person: 0), .phase(0)) && fold(.emergencyReviewed(person: 1), .phase(0)))
    #expect(!fold(.emergencyReviewed(person: 1), .phase(0)))
    #expect(fold(.rollbackStarted(scope: "run", targets: 1, stopsAt: nil), .run))
    #expect(!fold(.rollbackStarted(scope: "run", targets: 1, stopsAt: nil), .run))
    #expect(fold(.runFinished(.aborted), .run) && !fold(.runFinished(.done), .run) && state.outcome == .aborted)
    #expect(!fold(.runContinued, .run))
  }

  @Test("is the engine's going on where a rollback goes on, and of a run that is given up or over")
  func goingOn() {
    let instead: [Event.Kind] = [
      .rollbackStarted(scope: "run", targets: 1, stopsAt: nil), .runAborting, .runFinished(.done),
    ]
    for kind in instead {
      var state = Bench().state
      func fold(_ kind: Event.Kind) -> Bool {
        state.fold(Event(kind, at: Make.start), sequence: state.lastSequence + 1)
      }
      #expect(fold(.runContinued) && fold(kind) && !fold(.runContinued), "\(kind)")
    }
  }

  /// A change of the plan that the door and the engine refuse, done all the same.
  enum Moved: String, CaseIterable {
    case nothing, stage, noStage, wave, doneWave, row, target, step

    func make(_ plan: inout Plan) {
      switch self {
      case .nothing: break
      case .stage: plan.stages[0].id = "other"
      case .noStage:
        plan.stages = []
        plan.phases = []
      case .wave: plan.stages[0].waves.swapAt(0, 1)
      case .doneWave: (plan.stages[0].waves[0].targets, plan.stages[0].waves[1].targets) = ([2, 1], [0, 3])
      case .row:
        plan.inventories[0].values = plan.inventories[0].values.map { Array($0.prefix(1)) }
        plan.stages[0].waves = [PlannedWave(targets: [0])]
      case .target: plan.inventories[0].values[1].swapAt(1, 5)
      case .step: plan.stages[0].steps[1].id = "other"
      }
    }
  }

  @Test("is another plan that moves what was begun", arguments: Moved.allCases)
  func moved(moved: Moved) {
    let plan = Make.plan([Make.stage(waves: [[0, 1], [2, 3]])])
    var bench = Bench(plan)
    bench.succeedAll(2)
    bench.succeed("p/s/1/t1/a")
    var new = plan
    new.summary = "new"
    moved.make(&new)
    var state = bench.state
    let digest = new.digest
    state.learn(new, as: digest)
    let isProposed = state.fold(
      Event(.amendmentProposed(plan: digest, person: nil, needs: []), at: Make.start), sequence: 50)
    #expect(isProposed)
    // A name of a stage that nobody works on may be lost; a unit that stands elsewhere would be a crash, not a word.
    if moved == .noStage || moved == .row { state.units = [] }
    let fits = state.fold(Event(.planAmended(plan: digest, grew: 0, changes: 1), at: Make.start), sequence: 51)
    #expect(fits == (moved == .nothing) && state.amendment == nil)
  }
}
