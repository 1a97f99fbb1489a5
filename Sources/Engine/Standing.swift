/// How a run stands. Each case says who may end it; what is being taken back stands beside it, in
/// ``RunState/rollback``, since a pause or a hold does not stop a rollback, and a rollback does not end a pause.
public enum Standing: Equatable, Sendable {
  /// It goes on.
  case going
  /// A person paused it. Only a person ends that.
  case paused
  /// Something was decided that a person has to answer. Only a person ends that.
  case held(Holds)
  /// Both. One came while the other stood, and neither ends the other.
  case pausedAndHeld(Holds)
  /// It was given up: nothing begins, and it is over when nothing is at work any more.
  case aborting
  /// It is over. Only a person's rollback takes it up again, and only what was done can go on after that.
  case over(Outcome)
}

/// One thing that a person has to answer.
public struct Held: Equatable, Sendable {
  /// What decided it.
  public enum Decider: String, Sendable, CaseIterable {
    /// A rule that looked at the run itself: a budget, a rollback that is over, an undo that is blocked.
    case rules
    case trigger
    /// The deadline of a gate. Two persons who force that gate have answered it.
    case gate
  }

  public var hold: Hold
  /// What decided it.
  public var decider: Decider

  init(_ hold: Hold, by decider: Decider) {
    self.hold = hold
    self.decider = decider
  }
}

/// Everything that a person has to answer; never nothing.
public struct Holds: Equatable, Sendable {
  /// The one that was decided last, and so the one that screens show.
  public private(set) var newest: Held
  /// The others, oldest first.
  public private(set) var earlier: [Held] = []

  init(_ held: Held) { newest = held }

  /// `nil` for nothing.
  init?(_ all: [Held]) {
    guard let last = all.last else { return nil }
    newest = last
    earlier = all.dropLast()
  }

  /// All of them, oldest first.
  public var all: [Held] { earlier + [newest] }

  /// What is decided again counts once, as the newest.
  func adding(_ held: Held) -> Holds {
    var holds = self
    holds.earlier = all.filter { $0 != held }
    holds.newest = held
    return holds
  }

  /// What is left without one; `nil` when nothing is.
  func without(_ hold: Hold) -> Holds? { Holds(all.filter { $0.hold != hold }) }

  /// What is left without those of one decider; `nil` when nothing is.
  func without(_ decider: Held.Decider) -> Holds? { Holds(all.filter { $0.decider != decider }) }
}

extension Standing {
  /// Everything that a person has to answer.
  public var holds: Holds? {
    switch self {
    case .held(let holds), .pausedAndHeld(let holds): holds
    case .going, .paused, .aborting, .over: nil
    }
  }

  /// Whether something is among what a person has to answer.
  func isHeld(for hold: Hold) -> Bool { holds?.all.contains { $0.hold == hold } ?? false }

  /// Whether a person paused it.
  public var isPaused: Bool {
    switch self {
    case .paused, .pausedAndHeld: true
    case .going, .held, .aborting, .over: false
    }
  }

  private init(isPaused: Bool, _ holds: Holds?) {
    switch (isPaused, holds) {
    case (false, nil): self = .going
    case (true, nil): self = .paused
    case (false, let holds?): self = .held(holds)
    case (true, let holds?): self = .pausedAndHeld(holds)
    }
  }

  // Each of these says whether the event fits; one that does not changes nothing.

  /// A person pauses it.
  mutating func pause() -> Bool {
    switch self {
    case .going: self = .paused
    case .held(let holds): self = .pausedAndHeld(holds)
    case .paused, .pausedAndHeld, .aborting, .over: return false
    }
    return true
  }

  /// Something is decided that a person has to answer. Of a run that is given up nobody asks anything any more; that
  /// it was decided is recorded all the same.
  mutating func hold(_ held: Held) -> Bool {
    switch self {
    case .going, .paused: self = Standing(isPaused: isPaused, Holds(held))
    case .held(let holds), .pausedAndHeld(let holds): self = Standing(isPaused: isPaused, holds.adding(held))
    case .aborting: break
    case .over: return false
    }
    return true
  }

  /// A person lets it go on: that answers everything.
  mutating func resume() -> Bool {
    switch self {
    case .paused, .held, .pausedAndHeld: self = .going
    case .going, .aborting, .over: return false
    }
    return true
  }

  /// A person has answered one thing.
  mutating func answer(_ hold: Hold) {
    switch self {
    case .held(let holds), .pausedAndHeld(let holds): self = Standing(isPaused: isPaused, holds.without(hold))
    case .going, .paused, .aborting, .over: break
    }
  }

  /// Two persons have answered what the deadline of a gate decided, and nothing else.
  mutating func overruleGate() {
    switch self {
    case .held(let holds), .pausedAndHeld(let holds): self = Standing(isPaused: isPaused, holds.without(.gate))
    case .going, .paused, .aborting, .over: break
    }
  }

  /// A person takes something back: that answers what was asked, it takes up what was done, and it leaves a pause. A
  /// run that was given up stays that, and is over again when the rollback is.
  mutating func takeBack() {
    switch self {
    case .held, .over(.done): self = .going
    case .over(.aborted), .over(.rolledBack): self = .aborting
    case .pausedAndHeld: self = .paused
    case .going, .paused, .aborting: break
    }
  }

  /// It is given up.
  mutating func giveUp() -> Bool {
    switch self {
    case .going, .paused, .held, .pausedAndHeld: self = .aborting
    // Two triggers may say so in one turn.
    case .aborting: break
    case .over: return false
    }
    return true
  }

  /// It is over.
  mutating func end(_ outcome: Outcome) -> Bool {
    switch self {
    case .going, .paused, .held, .pausedAndHeld, .aborting: self = .over(outcome)
    case .over: return false
    }
    return true
  }
}

extension RunState {
  /// Whether a person paused the run.
  public var isPaused: Bool { standing.isPaused }

  /// Whether the run was given up and is not over yet.
  public var isAborting: Bool { standing == .aborting }

  /// The newest thing that a person has to answer, if there is any.
  public var hold: Hold? { standing.holds?.newest.hold }

  /// The newest thing that a person has to answer now.
  public var question: Hold? { questions.first }

  /// What a person has to answer now, the newest first: while a rollback goes on, only what stands in its way.
  public var questions: [Hold] {
    let holds = standing.holds?.all.map(\.hold) ?? []
    return holds.reversed().filter { hold in
      guard rollback != nil else { return true }
      switch hold {
      case .blocked: return true
      case .budget, .rolledBack, .evidence, .nobodyLive: return false
      }
    }
  }

  /// How the run ended, if it did.
  public var outcome: Outcome? {
    switch standing {
    case .over(let outcome): outcome
    case .going, .paused, .held, .pausedAndHeld, .aborting: nil
    }
  }
}
