public import Quantities
internal import SSHSignatures

/// How a person of a plan can prove who it is.
public enum PersonProof: Equatable, Sendable {
  /// By an account, at any time.
  case account
  /// With a key, up to an instant; `nil` for as long as one likes.
  case key(until: Instant?)
  /// Not any more: the last key ran out.
  case expired(at: Instant)
  /// Not yet: the first key counts from then on.
  case early(from: Instant)
  /// Not at all.
  case none

  /// Whether it can be proved at the time that was asked about.
  public var isPossible: Bool {
    switch self {
    case .account, .key: true
    case .expired, .early, .none: false
    }
  }
}

extension Plan {
  /// How a person can prove who it is at some time from one instant to another.
  ///
  /// - Parameters:
  ///   - person: by the place among the people.
  ///   - first: the first instant that is asked about.
  ///   - last: the last one.
  ///   - zone: takes a time as the clock on the wall shows it, in seconds since 1970, and gives the real one.
  /// - Returns: the proof that lasts longest.
  public func proof(
    of person: Int, from first: Instant, to last: Instant, zone: (Int64) -> Int64 = { $0 }
  ) -> PersonProof {
    guard people.indices.contains(person) else { return .none }
    // Whom somebody erased can still have an account or a key: nobody can tell, and the door will.
    if !people[person].accounts.isEmpty || people[person].identity.opening == nil { return .account }
    let times = keys?.trust(zone: zone).times(of: people[person].principals) ?? []
    let counting = times.filter { $0.counts(from: first, to: last) }
    if counting.contains(where: { $0.until == nil }) { return .key(until: nil) }
    if let until = counting.compactMap(\.until).max() { return .key(until: until) }
    if let from = times.compactMap(\.from).filter({ $0 > last }).min() { return .early(from: from) }
    return times.compactMap(\.until).max().map { .expired(at: $0) } ?? .none
  }
}
