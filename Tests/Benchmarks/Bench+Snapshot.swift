import Engine
import Plans
import Quantities

extension Bench {
  /// What it costs to write the state of a run that is in the middle of a wave, and to read it back.
  func snapshot(into table: inout ResultTable, targets: Int, milliseconds limit: Double) throws {
    // Nobody has a million targets at work at once, and each answer is looked for among those that are.
    var machine = Machine(Plans.watched(targets: targets, concurrency: min(targets, 1_000)))
    var sequence: Int64 = 1
    let start = Instant(milliseconds: 1_800_000_000_000)
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
      guard done < targets / 2 else { break }
      for effect in decisions.effects.prefix(targets / 2 - done) {
        fold(.succeeded(.apply, attempt: 1, outputs: [:]), .step(effect.request.address))
        done += 1
      }
    }
    let state = machine.state
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
