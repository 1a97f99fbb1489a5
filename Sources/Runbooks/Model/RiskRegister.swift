/// What may go wrong in a programme, how it shows, and what is done about it.
public struct RiskRegister: Sendable {
  /// The currency of all impacts.
  public var currency: String
  /// The risks in the order of the file.
  public var risks: [Risk]
}

/// What may happen, how likely, and what is done about it.
public struct Risk: Sendable {
  /// The identifier.
  public var id: Located<String>
  /// What happens.
  public var title: String
  /// Why it would happen.
  public var cause: String
  /// What it would do.
  public var effect: String
  /// The chance within the programme, 0 to 1.
  public var likelihood: WrittenEstimate
  /// What it would cost, in the register's currency.
  public var impact: WrittenEstimate
  /// By how much it would delay the programme, in seconds.
  public var delay: WrittenEstimate?
  /// Who watches it.
  public var owner: String?
  /// The signal in which it shows first.
  public var earlySign: Located<String>?
  /// Steps or operations that mitigate it.
  public var steps: [Located<String>]
  /// Gates that mitigate it.
  public var gates: [Located<String>]
  /// Triggers that mitigate it, as the register has them.
  public var triggers: [Located<String>]
  /// Scenarios of the forecast that show it.
  public var scenarios: [Located<String>]
  /// What else is done.
  public var measures: String?
  /// What is not covered.
  public var uncovered: String?
  /// What the plan and its forecast say of it: words with keys of marks in brackets, `[plan days_late] days late`.
  public var evidence: Located<String>?

  /// What it costs on average: the mean chance × the mean impact. The two are taken to be independent.
  public var exposure: Double { likelihood.mean * impact.mean }
}
