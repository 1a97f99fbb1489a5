internal import Conducting
public import Engine
internal import Journaling
internal import Looping
internal import Plans
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
      // Whoever says it again after an executor died in a rollback wants it to go on.
      let goesOn = command.name == .rollback && ahead.rollback != nil
      throw Refusal(
        .failed, "\(command.name.rawValue) is refused", because: state.plan.named(why),
        next: goesOn
          ? ["sanderling run \(run.name)   # goes on with it: no executor is at work"] : ["sanderling why \(run.name)"])
    }
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
