/// Erlang's formulas for requests that arrive at random and share some servers (A. K. Erlang, 1917).
///
/// The offered load is a = λ · S: arrivals in a second, times the seconds that each holds a server. It has no unit.
public enum Erlang {
  /// Erlang B: the chance that an arrival finds every server busy and is lost.
  ///
  /// By the recursion B₀ = 1, Bₖ = a Bₖ₋₁ / (k + a Bₖ₋₁), in which nothing can overflow.
  ///
  /// - Complexity: O(servers).
  public static func blocking(load: Double, servers: Int) -> Double {
    guard load > 0 else { return servers > 0 ? 0 : 1 }
    var blocking = 1.0
    for count in stride(from: 1, through: servers, by: 1) {
      blocking = load * blocking / (Double(count) + load * blocking)
    }
    return blocking
  }

  /// Erlang C: the chance that an arrival has to wait. 1 when the servers cannot carry the load.
  ///
  /// C = B / (1 − ρ (1 − B)), with ρ = a / c. Above ``exact`` servers by the limit of Halfin and Whitt (Operations
  /// Research 29, 1981), which is off by less than a thousandth there and takes no time.
  public static func waiting(load: Double, servers: Int) -> Double {
    guard load > 0 else { return 0 }
    guard Double(servers) > load else { return 1 }
    if servers > exact { return limit((Double(servers) - load) / load.squareRoot()) }
    return waiting(blocking: blocking(load: load, servers: servers), load: load, servers: servers)
  }

  /// The fewest servers with which at most this share of arrivals waits; `nil` above `most`.
  ///
  /// - Complexity: O(answer): the recursion of B goes on from one number of servers to the next.
  public static func servers(load: Double, waitingAtMost share: Double, most: Int = 1_000_000_000) -> Int? {
    guard load > 0 else { return 0 }
    guard load < Double(most) else { return nil }
    if load > Double(exact) { return manyServers(load: load, waitingAtMost: share, most: most) }
    var blocking = 1.0
    for count in stride(from: 1, through: most, by: 1) {
      blocking = load * blocking / (Double(count) + load * blocking)
      if Double(count) > load, waiting(blocking: blocking, load: load, servers: count) <= share { return count }
    }
    return nil
  }

  /// Whether nobody ever waits: Chernoff's bound on so many Poisson arrivals at once is below e^−40.
  static func isIdle(load: Double, servers: Int) -> Bool {
    let most = Double(servers)
    guard load > 0, most > load else { return load <= 0 }
    return most * (1 + Elementary.log(load / most)) - load < -40
  }

  /// Up to so many servers the formulas are followed one server after the other.
  static let exact = 20_000

  /// The chance of waiting with a + β √a servers, as a grows: 1 / (1 + β Φ(β) / φ(β)).
  private static func limit(_ beta: Double) -> Double {
    let density = Elementary.exp(-beta * beta / 2) / (2 * Double.pi).squareRoot()
    return density > 0 ? 1 / (1 + beta * Elementary.normal(beta) / density) : 0
  }

  private static func manyServers(load: Double, waitingAtMost share: Double, most: Int) -> Int? {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if limit(middle) <= share { high = middle } else { low = middle }
    }
    let servers = (load + high * load.squareRoot()).rounded(.up)
    return servers <= Double(most) ? Int(servers) : nil
  }

  private static func waiting(blocking: Double, load: Double, servers: Int) -> Double {
    blocking / (1 - load / Double(servers) * (1 - blocking))
  }
}

/// A waiting line before some servers: M/M/c, and M/G/c by the approximation of Allen and Cunneen.
public struct WaitingLine: Equatable, Sendable {
  /// The offered load a = λ · S.
  public let load: Double
  public let servers: Int
  /// The mean time that a request holds a server, in seconds.
  public let service: Double
  /// The squared coefficient of variation of that time: 1 for exponential times, 0 for constant ones.
  public let variation: Double
  /// The chance of waiting: Erlang C.
  public let share: Double

  /// Makes the line of so many arrivals in a second.
  public init(rate: Double, service: Double, servers: Int, variation: Double = 1) {
    load = rate * service
    self.servers = servers
    self.service = service
    self.variation = variation
    share = Erlang.isIdle(load: load, servers: servers) ? 0 : Erlang.waiting(load: load, servers: servers)
  }

  /// The mean wait of all requests, in seconds: C · S / (c − a) · (1 + cv²) / 2. Infinite when the load is too much.
  public var mean: Double {
    guard Double(servers) > load else { return .infinity }
    return share * service / (Double(servers) - load) * (1 + variation) / 2
  }

  /// The mean wait of those that wait, in seconds.
  public var meanOfWaiting: Double { share > 0 ? mean / share : 0 }

  /// The wait that this share of requests stays below, in seconds: from P(W > t) = C · e^(−t / mean of those that
  /// wait), which is exact for exponential service times.
  public func percentile(_ part: Double) -> Double {
    guard Double(servers) > load else { return .infinity }
    guard share > 1 - part else { return 0 }
    return meanOfWaiting * Elementary.log(share / (1 - part))
  }
}
