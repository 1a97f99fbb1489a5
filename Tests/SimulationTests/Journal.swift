import Plans
import Quantities
import Records

@testable import Engine

extension Entry {
  /// One line for people who look for a bug.
  var line: String {
    "\(seq) \(at.text) \(type) \(subject) \(data.canonicalText) ← \(cause ?? 0)"
  }

  /// The same, with what was measured below.
  var whole: String {
    type == "signal_sampled" ? "\(line)\n    \(payload?.canonicalText ?? "")" : line
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
    compare("standing", \.standing)
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
