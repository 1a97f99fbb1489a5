/// How many are there at once: Little's law, in the three meanings that "concurrent users" has.
public enum Concurrency {
  /// Requests in flight: L = λ W (J. D. C. Little, 1961).
  ///
  /// - `rate`: arrivals in a second.
  /// - `time`: seconds that each stays.
  public static func inFlight(rate: Double, time: Double) -> Double { rate * time }

  /// People in a session who ask one question after the other: each is there for the answer and the thinking after it.
  public static func inSession(rate: Double, answer: Double, thinking: Double) -> Double { rate * (answer + thinking) }

  /// Arrivals in a second from so many people who each ask again after an answer and a pause: λ = N / (Z + W).
  public static func rate(people: Double, answer: Double, thinking: Double) -> Double {
    answer + thinking > 0 ? people / (answer + thinking) : 0
  }
}
