/// A limit on tokens in a minute, as model services set it: a request is charged its prompt and the most tokens that it
/// asks for, when it is admitted.
public struct TokenLimit: Equatable, Sendable {
  /// Tokens in a minute.
  public let tokens: Double
  /// Requests in a minute; infinite when only tokens count.
  public let requests: Double

  public init(tokens: Double, requests: Double = .infinity) {
    self.tokens = tokens
    self.requests = requests
  }

  /// Requests of so many tokens that one minute admits.
  public func admitted(tokensEach: Double) -> Int {
    let each = tokensEach > 0 ? min(tokens / tokensEach, requests) : requests
    return Int(max(0, min(each, 1e15)).rounded(.down))
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

/// Capacity that is bought ahead in units, each of which carries so many tokens in a time.
public struct ProvisionedUnits: Equatable, Sendable {
  /// Tokens in a second that one unit carries; an output token may count for several.
  public let tokensEach: Double
  /// The fewest units that can be bought.
  public let least: Int
  /// Units are bought in multiples of this.
  public let step: Int

  public init(tokensEach: Double, least: Int, step: Int) {
    self.tokensEach = tokensEach
    self.least = least
    self.step = max(1, step)
  }

  /// The units that so many requests in a second need, before rounding: rate × weighted amount ÷ what a unit carries.
  public func need(rate: Double, amount: Double) -> Double { tokensEach > 0 ? rate * amount / tokensEach : .infinity }

  /// The units to buy for a need: at least the smallest offer, in whole steps; at most a billion.
  public func bought(for need: Double) -> Int {
    guard need.isFinite, need < 1e9 else { return 1_000_000_000 }
    return max(least, Int((need / Double(step)).rounded(.up)) * step)
  }
}
