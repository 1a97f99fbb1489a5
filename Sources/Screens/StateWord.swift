public import Engine
import Plans
import Quantities

/// The one word that says how a run stands: the same on every screen and in every report.
public enum StateWord: String, Hashable, Sendable, CaseIterable {
  /// An executor lives, and something goes on.
  case running
  /// An executor lives, and waits.
  case waiting
  /// The engine stopped the run, and a person has to decide.
  case held
  /// A person stopped the run.
  case paused
  /// The run is not over, and nobody executes it.
  case stopped
  case done
  case rolledBack = "rolled_back"
  case aborted

  /// How a run stands.
  ///
  /// `isExecuted` is whether an executor owns the run right now.
  public init(_ state: RunState, isExecuted: Bool) {
    if let outcome = state.outcome {
      switch outcome {
      case .done: self = .done
      case .rolledBack: self = .rolledBack
      case .aborted: self = .aborted
      }
    } else if state.question != nil {
      self = .held
    } else if state.isPaused, state.rollback == nil {
      // A pause does not stop a rollback.
      self = .paused
    } else if !isExecuted {
      self = .stopped
    } else if state.units.contains(where: \.hasOpenRequest) || state.waits.isEmpty {
      self = .running
    } else {
      self = .waiting
    }
  }

  /// The word for people.
  public var words: String { self == .rolledBack ? "rolled back" : rawValue }

  /// The symbol that goes with it.
  public var mark: Mark {
    switch self {
    case .running: .running
    case .waiting: .waiting
    case .held, .paused, .stopped: .held
    case .done: .done
    case .rolledBack: .undone
    case .aborted: .failed
    }
  }
}

extension RunState {
  /// Whether only a person can bring the run, or some of it, on.
  public var needsPerson: Bool {
    guard outcome == nil else { return false }
    return hold != nil || isPaused && rollback == nil || missingApproval != nil || units.contains(where: \.needsPerson)
      || waits.first?.kind.isOfPerson ?? false
  }

  /// What the run waits for, in one or two words; `nil` when it goes on by itself or is over.
  var shortWait: String? {
    guard outcome == nil else { return nil }
    if let unit = units.first(where: \.needsPerson) {
      switch unit.condition {
      case .manual: return "you: a step"
      case .blocked: return "you: blocked undo"
      default: return "you: in doubt"
      }
    }
    if case .blocked(let step)? = question, settledUndo(step) != nil { return "you: go on" }
    if question == nil, firstWait?.kind == .hold, let first = openHeld.first {
      return "you: \(name(of: first)) \(openHeld.count > 1 ? "and \(openHeld.count - 1) more " : "")held"
    }
    return question?.short ?? firstWait?.short
  }

  /// The targets that persons hold and that are not over, in the order of the plan.
  var openHeld: [TargetKey] {
    guard outcome == nil else { return [] }
    return heldTargets.filter { !stages[$0.stage].status[Int($0.row)].isAtRest }
      .sorted { ($0.stage, $0.row) < ($1.stage, $1.row) }
  }

  /// The wait that a person asks about first.
  var firstWait: Wait? {
    let all = waits
    return all.first { [.person, .hold, .pause, .approval, .executor].contains($0.kind) }
      ?? all.filter { $0.kind != .slot && $0.kind != .provider }.min { ($0.until ?? .never) < ($1.until ?? .never) }
      ?? all.first { $0.kind == .provider }
  }

  /// Where the run is, `full-scale › stores › 4`.
  var position: String {
    if let rollback {
      return rollback.place == .run ? "rollback" : "rollback \(Self.crumbs(index.path(of: rollback.place)))"
    }
    guard stage < plan.stages.count else { return "end" }
    return Self.crumbs(plan.path(stage: stage, wave: wave))
  }

  /// The path of the wave that is on, or of what is taken back; empty for the whole run, `nil` behind the last stage.
  var positionPath: String? {
    if let rollback { return index.path(of: rollback.place) }
    return stage < plan.stages.count ? plan.path(stage: stage, wave: wave) : nil
  }

  /// A path with arrows.
  static func crumbs(_ path: String) -> String {
    Sanitize.line(path.split(separator: "/").joined(separator: " › "))
  }

  /// The name of a target; of its stage when the stage has no targets.
  func name(of key: TargetKey) -> String {
    let id = plan.target(key.row, stage: key.stage)
    return Sanitize.line(plan.stages[key.stage].inventory == nil ? plan.stages[key.stage].id : id)
  }
}

extension RunState {
  /// `usually about 2 m`: how long the step that a provider is at work on took for the targets before; `nil` before
  /// the first.
  func usualWords(of unit: Unit) -> String? {
    guard unit.verb == .apply, let usual = usualTime(ofStep: unit.step, stage: unit.key.stage) else { return nil }
    return "usually about \(usual < .second ? "1 s" : usual.spoken)"
  }
}

extension RunState {
  /// The unit that takes longer than it usually does, by more than a second; `nil` while none does.
  func lateUnit(at now: Instant) -> Unit? {
    units.first { unit in
      guard case .running = unit.condition, unit.verb == .apply,
        let usual = usualTime(ofStep: unit.step, stage: unit.key.stage)
      else { return false }
      return now - unit.since > Span(milliseconds: usual.milliseconds + 1_000)
    }
  }

  /// About when the wave at work will be over; `nil` where nothing tells, as where something takes longer than usual.
  func expectedEnd(at now: Instant) -> Instant? { lateUnit(at: now) == nil ? usualEnd(at: now) : nil }
}

extension Hold {
  /// Why a person is needed, in one or two words.
  var short: String {
    switch self {
    case .budget: "you: budget"
    case .rolledBack: "you: rolled back"
    case .blocked: "you: blocked undo"
    case .evidence: "you: evidence"
    case .nobodyLive: "you: nobody live"
    }
  }
}

extension Instant {
  /// Later than everything that a plan can say.
  static let never = Instant(milliseconds: .max)
}

extension Wait {
  /// What is waited for, in one or two words.
  var short: String {
    switch kind {
    case .person: "you: a step"
    case .hold: "you: held"
    case .pause: "you: paused"
    case .executor: "executor"
    case .provider: "provider"
    case .retry: "next attempt"
    case .approval: "approval"
    case .gate: "gate"
    case .bake: "bake"
    case .watch: "watch"
    case .pace: "pace"
    case .start: "start"
    case .window: "window"
    case .freeze: "freeze"
    case .slot: "a slot"
    case .rollback: "rollback"
    }
  }
}

extension RunState {
  /// Emergencies that hold or wait for a review, and that nobody knows who executes: wherever a run is shown, they are.
  func emergencyWords(at now: Instant) -> [String] {
    (isExecutorUnknown && outcome == nil ? ["EXECUTOR not in trust/people.yaml"] : [])
      + emergencies.filter { $0.until > now || !$0.isReviewed }.map { emergency in
        let place = Sanitize.line(index.path(of: emergency.place))
        return "EMERGENCY \(place)\(emergency.isReviewed ? "" : ", not reviewed")"
      }
  }
}
