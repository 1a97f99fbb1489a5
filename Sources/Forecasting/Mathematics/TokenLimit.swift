/// A limit on tokens in a minute, as model services set it: a request is charged its prompt and the most tokens that it
/// asks for, when it is admitted.
public struct TokenLimit: Equatable, Sendable {
  /// Tokens in a minute.
  public let tokens: Double
  /// Requests in a minute; infinite when only tokens count.
  public let requests: Double

  /// Makes a limit.
  public init(tokens: Double, requests: Double = .infinity) {
    self.tokens = tokens
    self.requests = requests
  }

  /// Requests of so many tokens that one minute admits.
  public func admitted(tokensEach: Double) -> Int {
    guard tokensEach > 0 else { return requests.isFinite ? Int(requests) : .max }
    return Int(min(tokens / tokensEach, requests).rounded(.down))
  }

  /// The fixed minute windows that a backlog takes: the last request is admitted when the last of them begins. `nil`
  /// when a window admits none.
  public func windows(backlog: Int, tokensEach: Double) -> Int? {
    let each = admitted(tokensEach: tokensEach)
    guard each > 0 else { return backlog > 0 ? nil : 0 }
    return (backlog + each - 1) / each
  }

  /// The minutes that a backlog takes from a full bucket that refills without a break: (D − Q) / Q.
  public func minutes(backlog: Int, tokensEach: Double) -> Double {
    guard tokens > 0 else { return .infinity }
    return max(0, Double(backlog) * tokensEach - tokens) / tokens
  }
}

/// Capacity that is bought ahead in units, each of which carries so many tokens in a minute.
public struct ProvisionedUnits: Equatable, Sendable {
  /// Input tokens in a minute that one unit carries.
  public let tokensEach: Double
  /// The fewest units that can be bought.
  public let least: Int
  /// Units are bought in multiples of this.
  public let step: Int
  /// How many input tokens one output token counts for.
  public let outputWeight: Double

  /// Makes an offer.
  public init(tokensEach: Double, least: Int, step: Int, outputWeight: Double) {
    self.tokensEach = tokensEach
    self.least = least
    self.step = max(1, step)
    self.outputWeight = outputWeight
  }

  /// The units that so many requests in a minute need, before rounding: rpm · (in · (1 − reused) + w · out) / TPM.
  public func need(requests: Double, prompt: Double, completion: Double, reused: Double = 0) -> Double {
    requests * (prompt * (1 - reused) + outputWeight * completion) / tokensEach
  }

  /// The units to buy for a need: at least the smallest offer, in whole steps.
  public func bought(for need: Double) -> Int {
    max(least, Int((need / Double(step)).rounded(.up)) * step)
  }

  /// The requests in a minute that so many units carry.
  public func carried(units: Int, prompt: Double, completion: Double, reused: Double = 0) -> Double {
    Double(units) * tokensEach / (prompt * (1 - reused) + outputWeight * completion)
  }
}
