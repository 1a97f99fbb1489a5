internal import Conducting
public import Engine
internal import Journaling
internal import Looping
internal import Plans
public import Quantities
public import Records

/// A run that somebody wants something of, as it stood when it was read.
public struct Commanding: Sendable {
  public let run: RegisteredRun
  /// How it stands.
  public let state: RunState
  /// How it will stand when what was asked before is decided. Another plan takes effect when an executor is there, and
  /// so not in here.
  public let ahead: RunState
  let desk: Desk
  /// The sequence number of the last decision of `ahead`.
  private let seq: Int64

  fileprivate init(_ run: RegisteredRun, at desk: Desk) throws {
    self.run = run
    self.desk = desk
    state = try desk.recover(run).state
    var machine = Machine(state)
    var seq = state.lastSequence
    for letter in try desk.journal.letters(to: run.number) {
      let door = Door(
        machine.state, of: run, proposed: machine.state.amendment?.plan, at: desk.surroundings.now,
        journal: desk.journal, accounts: desk.accounts)
      guard let command = try door.admit(letter, at: desk.surroundings.now),
        let place = state.index.place(letter.subject)
      else { continue }
      let next = try Self.fold(command, at: place, through: door, into: &machine, after: seq).last
      guard machine.state.plan == state.plan else {
        (machine, seq) = (Machine(state), state.lastSequence)
        break
      }
      seq = next
    }
    self.seq = seq
    ahead = machine.state
  }

  /// Folds a command and what follows from it.
  ///
  /// - Returns: the decisions about the command itself, and the sequence number of the last decision of all.
  private static func fold(
    _ command: OperatorCommand, at place: Place, through door: Door, into machine: inout Machine, after seq: Int64
  ) throws -> (about: [Event], last: Int64) {
    if let plan = try door.plan(named: command), let digest = command.amendment { machine.learn(plan, as: digest) }
    machine.fold(Event(.commandReceived(command), subject: place, at: machine.state.now), sequence: seq + 1)
    let events = try machine.decide(from: seq + 2).events
    return (events.filter { $0.cause == seq + 1 }, seq + 1 + Int64(events.count))
  }

  /// What the engine would say to an amendment now: a preview promises nothing that the command is refused.
  func refuseEarly(_ plan: Plan) throws {
    var machine = Machine(ahead)
    machine.learn(plan, as: plan.digest)
    let command = OperatorCommand(name: .amend, id: "preview", amendment: plan.digest)
    machine.fold(Event(.commandReceived(command), at: machine.state.now), sequence: seq + 1)
    for event in try machine.decide(from: seq + 2).events where event.cause == seq + 1 {
      guard case .commandRefused(let why) = event.kind else { continue }
      throw Refusal(.failed, "amend is refused", because: state.plan.named(why), next: ["sanderling why \(run.name)"])
    }
  }

  /// What the engine would say, where nobody executes the run: a command that is refused anyway is not sent. But for a
  /// signature that does not count: that somebody tried is worth knowing, so the letter is sent, and the log keeps it
  /// as what it is.
  func refuseEarly(_ letter: Letter, at place: Place) throws {
    let now = desk.surroundings.now
    let door = Door(
      ahead, of: run, proposed: ahead.amendment?.plan, at: now, journal: desk.journal, accounts: desk.accounts)
    guard let command = try door.admit(letter, at: now) else { return }
    if command.flaw?.hasPrefix(Signatures.refusal) ?? false { try desk.journal.send(letter) }
    // The state of a run whose executor was killed says that attempts are at work; whoever ends them is the next one.
    if command.name == .cancel {
      throw Refusal(
        .failed, "cancel is refused",
        because: "nobody executes \(run.name): the next executor ends what was left at work, and settles it",
        next: ["sanderling run \(run.name)"])
    }
    var machine = Machine(ahead)
    for event in try Self.fold(command, at: place, through: door, into: &machine, after: seq).about {
      guard case .commandRefused(let why) = event.kind else { continue }
      let refused = "\(command.name.rawValue) is refused"
      if let before = try obstacle(of: letter, at: place) {
        let words = "`\(before.name?.rawValue ?? "a command")` of \(before.person)"
        throw Refusal(
          .failed, refused, because: "\(words) waits for an executor, and comes first",
          next: (before.person == desk.surroundings.person
            ? ["sanderling withdraw \(before.id) --run \(run.name)   # takes it back"] : [])
            + ["sanderling run \(run.name)   # carries it out", "sanderling commands \(run.name)"])
      }
      // Whoever says it again after an executor died in a rollback wants it to go on.
      let goesOn = command.name == .rollback && ahead.rollback != nil
      throw Refusal(
        .failed, refused, because: words(of: why, to: command.name, at: place),
        next: goesOn
          ? ["sanderling run \(run.name)   # goes on with it: no executor is at work"]
          : ways(after: command.name, at: place))
    }
  }

  /// The command that waits and without which another one would be taken: it was sent before, and nobody has carried it
  /// out.
  private func obstacle(of letter: Letter, at place: Place) throws -> QueuedCommand? {
    let waiting = try desk.queued(for: run)
    guard !waiting.isEmpty else { return nil }
    let door = Door(
      state, of: run, proposed: state.amendment?.plan, at: desk.surroundings.now, journal: desk.journal,
      accounts: desk.accounts)
    guard let command = try door.admit(letter, at: desk.surroundings.now) else { return nil }
    var machine = Machine(state)
    let events = try Self.fold(command, at: place, through: door, into: &machine, after: state.lastSequence).about
    let isTaken = events.allSatisfy { if case .commandRefused = $0.kind { false } else { true } }
    let before = waiting.last { $0.path == letter.subject } ?? waiting.last
    // Who says the same twice is told that it is so already.
    return isTaken && before?.name != command.name ? before : nil
  }

  /// The steps that a provider is at work at, by path, each with when its answer is due.
  public var atWork: [(path: String, due: Instant?)] {
    state.units.filter(\.hasOpenRequest).map { unit in
      let due: Instant? =
        switch unit.condition {
        case .running(let deadline), .probing(let deadline, _): deadline
        default: nil
        }
      return (state.index.path(of: .step(unit.address)), due)
    }
  }

  /// The engine's reason for a no, where the state says more about it than the engine does.
  func words(of why: String, to name: OperatorCommand.Name, at place: Place) -> String {
    guard name == .hold, let key = target(of: place) else { return state.plan.named(why) }
    return ahead.heldTargets.contains(key)
      ? "it is held already" : "it is over: \(ahead.stages[key.stage].status[Int(key.row)])"
  }

  private func target(of place: Place) -> TargetKey? {
    switch place {
    case .target(let key): key
    case .step(let address): address.target
    case .run, .phase, .stage, .wave: nil
    }
  }

  /// What leads on after a refusal.
  func ways(after name: OperatorCommand.Name, at place: Place) -> [String] {
    guard name == .retry, let key = target(of: place), ahead.isOver(waveOf: key), ahead.failedTargets.contains(key)
    else {
      return ["sanderling why \(run.name)"]
    }
    return [laterRepair, "sanderling why \(run.name)"]
  }

  /// How what failed in a wave that is over is done again.
  public var laterRepair: String {
    let command = "sanderling run \(desk.words(of: run, state.plan)) --only-failed-of \(run.name)"
    return state.outcome == nil ? "once \(run.name) is over: \(command)" : command
  }
}

extension Desk {
  /// What an account proves in this journal.
  var accounts: AccountObjection {
    let (path, accounts) = (journal.path, surroundings.accounts)
    return { accounts($0, path) }
  }

  /// A run that somebody wants something of: without a name the only open one, or the only one with this place.
  public func commanding(_ name: String?, having path: String? = nil) throws(Refusal) -> Commanding {
    try refusing { try Commanding(try run(name, having: path), at: self) }
  }
}
