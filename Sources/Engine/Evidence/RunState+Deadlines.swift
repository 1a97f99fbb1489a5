public import Plans
public import Quantities

/// When a gate or a bake must be over.
public struct EvidenceDeadline: Equatable, Sendable {
  /// What must be over, and what follows when it is not.
  public enum Kind: Equatable, Sendable {
    case gate(onBreach: GateAction, onUnknown: GateAction)
    /// A person is asked.
    case bake
  }

  public var kind: Kind
  public var at: Instant
}

extension RunState {
  /// The deadlines of the gate and the bake that go on now. Pauses and holds do not stop these clocks.
  public var deadlines: [EvidenceDeadline] {
    var found: [EvidenceDeadline] = []
    if let gate = evidence.gate, !gate.isExpired, !gate.isShadow, let at = gate.deadline,
      let planned = plan.stages[gate.stage].gate
    {
      found.append(
        EvidenceDeadline(kind: .gate(onBreach: planned.onBreach, onUnknown: planned.onUnknown), at: at))
    }
    if let bake = evidence.bake, bake.expiredBy == nil, let at = bake.deadline {
      found.append(EvidenceDeadline(kind: .bake, at: at))
    }
    return found
  }

  /// Whether the next wave waits for a gate that is measured.
  public var isGateMeasured: Bool { evidence.gate.map { !$0.isShadow && !$0.isExpired } ?? false }

  /// Whether the gate that is measured holds, or only compares yet: it opens by itself unless something changes.
  public var isGateHolding: Bool {
    evidence.gate.map { $0.hold.holdsSince != nil || $0.hold.isOpen } ?? false
  }

  /// What the bake that goes on needs and nobody can foresee: events, or health; `nil` where time is enough.
  public var missingOfBake: String? {
    guard case .baking = waveState, let bake = evidence.bake else { return nil }
    if bake.clock.verdict != .pass { return "good health" }
    guard let missing = eventsMissing else { return nil }
    let place = missing.series.isEmpty ? "" : " in \(missing.series)"
    return "\((missing.wanted - missing.seen).counted("more event"))\(place)"
  }

  /// What `resume` does where evidence holds the run.
  public var resumeWords: String {
    if evidence.bake?.expiredBy != nil { return "waits as long once more" }
    guard let gate = evidence.gate, gate.isExpired else { return "once it is mended: what decided begins anew" }
    if gate.lacksPairs { return "counts anew who can be compared: too few are left; two persons can force it" }
    guard let comparison = comparison(of: gate) else { return "measures the gate anew" }
    return "compares anew: the chance of \(comparison.error) % to be wrong is taken once more"
  }
}
