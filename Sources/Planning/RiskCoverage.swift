import Plans
public import Runbooks

/// A risk register beside the runbook that it belongs to: what is covered by what, and what by nothing.
public struct RiskCoverage: Sendable {
  /// A risk with everything that serves it.
  public struct Row: Sendable {
    public var risk: Risk
    /// Its triggers: those that it names, and those that say so themselves.
    public var triggers: [String]
    /// What is missing, in words: `no trigger`, `no scenario`, `no owner`, `no early sign`.
    public var gaps: [String]
  }

  /// The currency of all impacts.
  public let currency: String
  /// The risks, the one that costs most on average first.
  public let rows: [Row]
  /// Triggers that serve no risk.
  public let idleTriggers: [String]

  /// Looks a register over; `nil` where the runbook has none.
  public init?(of runbook: Runbook) {
    guard let register = runbook.register else { return nil }
    currency = register.currency
    let rows = register.risks.map { risk -> Row in
      let own = runbook.triggers.filter { $0.mitigates.contains(risk.id.value) }.map(\.id.value)
      let triggers = risk.triggers.map(\.value) + own.filter { !risk.triggers.map(\.value).contains($0) }
      var gaps: [String] = []
      if triggers.isEmpty { gaps.append("no trigger") }
      if risk.scenarios.isEmpty { gaps.append("no scenario") }
      if risk.owner == nil { gaps.append("no owner") }
      if risk.earlySign == nil { gaps.append("no early sign") }
      return Row(risk: risk, triggers: triggers, gaps: gaps)
    }
    let served = Set(rows.flatMap(\.triggers))
    idleTriggers = runbook.triggers.map(\.id.value).filter { !served.contains($0) }
    self.rows = rows.enumerated().sorted { left, right in
      left.element.risk.exposure != right.element.risk.exposure
        ? left.element.risk.exposure > right.element.risk.exposure : left.offset < right.offset
    }.map(\.element)
  }
}
