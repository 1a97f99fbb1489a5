import Plans
import Quantities

@testable import Engine

/// An event as bytes, as a journal keeps it.
struct Entry {
  var sequence: Int64
  var type: String
  var subject: String
  var at: Instant
  var cause: Int64?
  var data: [UInt8]
  var payload: [UInt8]?

  /// An entry; the path is that of the subject under the plan that was in force.
  init(_ event: Event, at path: String, sequence: Int64) {
    self.sequence = sequence
    (type, subject) = (event.kind.type, path)
    (at, cause) = (event.at, event.cause)
    (data, payload) = (event.kind.data, event.kind.payload())
  }

  /// Reads the event back, as another process does.
  func event(_ index: PlanIndex) throws -> Event {
    try Event(
      RecordedEvent(
        type: type, subject: subject, at: at, cause: cause, data: try JSON(canonical: data),
        payload: try payload.map { try JSON(canonical: $0) }),
      index: index)
  }

  /// One line for people who look for a bug.
  var line: String {
    "\(sequence) \(at.text) \(type) \(subject) \(String(decoding: data, as: UTF8.self)) ← \(cause ?? 0)"
  }
}

extension RunState {
  /// What is different in another state, where that can make a difference to a decision; empty when nothing is.
  func differences(from other: RunState) -> [String] {
    var names: [String] = []
    func compare<Value: Equatable>(_ name: String, _ path: KeyPath<RunState, Value>) {
      if self[keyPath: path] != other[keyPath: path] {
        names.append("\(name): \(self[keyPath: path]) ≠ \(other[keyPath: path])")
      }
    }
    compare("now", \.now)
    compare("epoch", \.epoch)
    compare("nonce", \.nonce)
    compare("created", \.createdAt)
    compare("sequence", \.lastSequence)
    compare("draining", \.isDraining)
    compare("paused", \.isPaused)
    compare("aborting", \.isAborting)
    compare("hold", \.hold)
    compare("outcome", \.outcome)
    compare("stages", \.stages)
    compare("stage", \.stage)
    compare("wave", \.wave)
    compare("wave state", \.waveState)
    compare("phase", \.startedPhase)
    compare("units", \.units)
    compare("rollback", \.rollback)
    compare("held", \.heldTargets)
    compare("failures", \.failures)
    compare("commands", \.pendingCommands)
    compare("cause", \.waveCause)
    compare("open", \.open)
    compare("done", \.doneCount)
    compare("signals", \.evidence.signals)
    compare("triggers", \.evidence.triggers)
    compare("spans", \.evidence.spans)
    compare("changed stages", \.evidence.stages)
    compare("gate", \.evidence.gate)
    compare("bake", \.evidence.bake)
    compare("counts", \.evidence.counts)
    compare("retreats", \.evidence.retreats)
    compare("opened gate", \.evidence.opened)
    compare("live", \.live)
    compare("approvals", \.approvals)
    compare("amendment", \.amendment)
    compare("plan", \.plan)
    compare("told", \.told)
    return names
  }
}
