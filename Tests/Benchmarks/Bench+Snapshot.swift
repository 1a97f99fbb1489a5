import Engine
import Plans
import Quantities

extension Bench {
  /// The engine of a run that is in the middle of a wave: half of its targets are done.
  ///
  /// - Parameter targets: how many there are.
  /// - Returns: the engine, and the number that its next event has.
  /// - Throws: a defect of the engine.
  static func halfDone(targets: Int) throws -> (machine: Machine, next: Int64) {
    // Nobody has a million targets at work at once, and each answer is looked for among those that are.
    var machine = Machine(Plans.watched(targets: targets, concurrency: min(targets, 1_000)))
    var sequence: Int64 = 1
    func fold(_ kind: Event.Kind, _ subject: Place = .run) {
      machine.fold(Event(kind, subject: subject, at: start), sequence: sequence)
      sequence += 1
    }
    fold(.runCreated(nonce: "n"))
    fold(.executorStarted(epoch: 1))
    var done = 0
    while true {
      let decisions = try machine.decide(from: sequence)
      sequence += Int64(decisions.events.count)
      guard done < targets / 2 else { return (machine, sequence) }
      for effect in decisions.effects.prefix(targets / 2 - done) {
        fold(.succeeded(.apply, attempt: 1, outputs: [:]), .step(effect.request.address))
        done += 1
      }
    }
  }

  private static let start = Instant(milliseconds: 1_800_000_000_000)

  /// What it costs to take back half of a wave, and that a target of a large one costs no more than one of a small.
  func rollback(into table: inout ResultTable) throws {
    let each = try [1_000, 10_000].map { targets in
      var (machine, sequence) = try Self.halfDone(targets: targets)
      let command = OperatorCommand(name: .rollback, id: "c", reason: "bench")
      machine.fold(Event(.commandReceived(command), subject: .run, at: Self.start), sequence: sequence)
      let used = Self.processorSeconds()
      let undone = try machine.decide(from: sequence + 1).events.count { $0.kind == .targetUndone(complete: true) }
      guard undone == targets / 2 else { throw BenchError(message: "\(undone) of \(targets / 2) were taken back") }
      return (Self.processorSeconds() - used) / Double(undone) * 1e6
    }
    table.add(
      "rollback of 500 and of 5,000 targets, decided in one turn",
      "\(Self.round(each[0])) and \(Self.round(each[1])) µs of CPU a target", against: "", wanted: "≤ 2 ×",
      holds: each[1] <= 2 * each[0])
  }

  /// What it costs to write the state of a run that is in the middle of a wave, and to read it back.
  func snapshot(into table: inout ResultTable, targets: Int, milliseconds limit: Double) throws {
    let state = try Self.halfDone(targets: targets).machine.state
    var bytes: [UInt8] = []
    let rounds = max(1, 20_000 / targets)
    let writing = Self.seconds { for _ in 0..<rounds { bytes = state.snapshot } }
    var restored: RunState?
    let reading = try Self.seconds {
      for _ in 0..<rounds { restored = try RunState(snapshot: bytes, index: state.index) }
    }
    let each = (writing * 1_000 / Double(rounds), reading * 1_000 / Double(rounds))
    table.add(
      "snapshot of \(targets) targets in the middle of a wave, \(state.units.count) at work",
      "\(Self.round(each.0)) ms to write, \(Self.round(each.1)) ms to read, \(bytes.count) bytes", against: "",
      wanted: "< \(Self.round(limit)) ms", holds: each.0 < limit && restored?.snapshot == bytes)
  }
}
