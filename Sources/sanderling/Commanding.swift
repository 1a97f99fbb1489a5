import ArgumentParser
import Conducting
import Engine
import Foundation
import Journaling
import Looping
import Plans
import Quantities
import Records

/// What every command to a run has.
struct CommandOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Why. It is kept in the history under your name. Required.", valueName: "text"))
  var reason: String?

  @Option(name: .customLong("run"), help: ArgumentHelp("The run; without it the newest open one.", valueName: "r-n"))
  var name: String?

  @OptionGroup var journal: JournalOptions

  /// The reason, when it says something.
  func requiredReason() throws -> String {
    guard let reason, reason.trimmingCharacters(in: .whitespacesAndNewlines).count >= 3 else {
      throw Refusal(
        .usage, reason.map { "the reason `\($0)` says too little" } ?? "a reason is missing",
        next: ["say --reason \"…\" in a few words: it is what the auditor will read"])
    }
    return reason
  }
}

/// Sends commands to a run and says what became of them.
struct Commanding {
  let run: RegisteredRun
  let journal: Journal
  let state: RunState
  /// The run as it will stand when what was asked before is decided. Another plan takes effect when an executor is
  /// there, and so not in here.
  let ahead: RunState
  let options: CommandOptions
  private let seq: Int64

  /// Opens the journal and finds the run.
  init(_ options: CommandOptions) throws {
    self.options = options
    journal = try options.journal.open(.write)
    run = try Runs.find(options.name, in: journal)
    state = try Runs.recover(run, in: journal).state
    var machine = Machine(state)
    var seq = state.lastSequence
    for letter in try journal.letters(to: run.number) {
      let door = Door(
        plan: state.plan, digest: run.plan, proposed: machine.state.amendment?.plan, journal: journal)
      guard let command = door.admit(letter), let place = state.index.place(letter.subject) else { continue }
      if let plan = door.plan(named: command), let digest = command.amendment { machine.learn(plan, as: digest) }
      let next = try Self.fold(command, at: place, into: &machine, after: seq)
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
  /// - Returns: the sequence number of the last decision.
  private static func fold(
    _ command: OperatorCommand, at place: Place, into machine: inout Machine, after seq: Int64
  ) throws(Defect) -> Int64 {
    machine.fold(Event(.commandReceived(command), subject: place, at: machine.state.now), sequence: seq + 1)
    return seq + 1 + Int64(try machine.decide(from: seq + 2).events.count)
  }

  /// Puts a command into the inbox, waits a moment for the executor, and says what was decided.
  func send(
    _ name: OperatorCommand.Name, at place: Place = .run, as settlement: Settlement? = nil,
    outputs: [String: String] = [:], undo: String, doesItNow: Bool = false
  ) async throws {
    let command = OperatorCommand(
      name: name, id: Host.nonce, settlement: settlement, outputs: outputs, reason: try options.requiredReason())
    try await send(command, text: command.letter, at: place, undo: undo, doesItNow: doesItNow)
  }

  /// Puts a command into the inbox as it is written, waits a moment for the executor, and says what was decided.
  func send(
    _ command: OperatorCommand, text: String, at place: Place, undo: String, doesItNow: Bool = false
  ) async throws {
    let name = command.name
    let path = state.index.path(of: place)
    let letter = Letter(
      id: command.id, run: run.number, subject: path, command: text, person: Host.person, auth: "os",
      sent: WallClock().read().instant)
    let isExecuted = journal.isExecuted(run: run.number)
    if !isExecuted { try refuseEarly(letter, at: place) }
    try journal.send(letter)
    let what = path.isEmpty ? run.name : "\(run.name) \(path)"
    guard isExecuted else {
      if doesItNow { return }
      Output.error.write(
        "recorded: \(name.rawValue) \(what). No executor is at work; it takes effect with: sanderling run \(run.name)\n"
      )
      return
    }
    try report(try await decision(of: command.id), name: name, what: what, undo: undo)
  }

  /// What the engine would say now: a command that is refused anyway is not sent.
  private func refuseEarly(_ letter: Letter, at place: Place) throws {
    let door = Door(plan: state.plan, digest: run.plan, proposed: ahead.amendment?.plan, journal: journal)
    guard let command = door.admit(letter) else { return }
    var machine = Machine(ahead)
    if let plan = door.plan(named: command), let digest = command.amendment { machine.learn(plan, as: digest) }
    machine.fold(Event(.commandReceived(command), subject: place, at: state.now), sequence: seq + 1)
    for event in try machine.decide(from: seq + 2).events where event.cause == seq + 1 {
      if case .commandRefused(let reason) = event.kind {
        throw Refusal(.failed, "\(command.name.rawValue) is refused: \(reason)", next: ["sanderling why \(run.name)"])
      }
    }
  }

  /// Waits up to three seconds for the executor to take a command up.
  private func decision(of id: String) async throws -> Event? {
    for _ in 0..<60 {
      if let seq = try journal.event(ofCommand: id) {
        guard seq != Letter.unreadable else {
          throw Refusal(
            .failed, "the executor cannot read this command", next: ["use the version that executes the run"])
        }
        var decision: Event?
        try journal.entries(of: run.number, after: seq) { entry in
          guard entry.cause == seq else { return true }
          decision = try Recovery.event(entry, index: state.index)
          return false
        }
        return decision
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }

  private func report(_ decision: Event?, name: OperatorCommand.Name, what: String, undo: String) throws {
    switch decision?.kind {
    case .commandRefused(let reason):
      throw Refusal(.failed, "\(name.rawValue) was refused: \(reason)", next: ["sanderling why \(run.name)"])
    case nil:
      Output.error.write("sent: \(name.rawValue) \(what). The executor has not taken it up yet: sanderling status\n")
    default: Output.error.write("done: \(name.rawValue) \(what). \(undo)\n")
    }
  }

  /// What a command that follows needs beside its name and place.
  var again: String { "--run \(run.name) --reason \"…\"" }

  /// The target or step that a person names.
  func place(_ text: String) throws -> Place { try Runs.place(text, state: state) }
}
