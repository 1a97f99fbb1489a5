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

/// When a person of a plan can prove who it is, read once from what the plan says of keys.
public struct PersonTimes: Sendable {
  private let hasAccount: Bool
  /// One for each key that was not revoked.
  private let keys: [KeyTime]

  fileprivate init(_ person: PlannedPerson, trust: Trust?) {
    // Whom somebody erased can still have an account or a key: nobody can tell, and the door will.
    hasAccount = !person.accounts.isEmpty || person.identity.opening == nil
    keys = trust?.times(of: person.principals) ?? []
  }

  /// How the person can prove who it is at some time from one instant to another.
  ///
  /// - Parameters:
  ///   - first: the first instant that is asked about.
  ///   - last: the last one.
  /// - Returns: the proof that lasts longest.
  public func proof(from first: Instant, to last: Instant) -> PersonProof {
    if hasAccount { return .account }
    let counting = keys.filter { $0.counts(from: first, to: last) }
    if counting.contains(where: { $0.until == nil }) { return .key(until: nil) }
    if let until = counting.compactMap(\.until).max() { return .key(until: until) }
    if let from = keys.compactMap(\.from).filter({ $0 > last }).min() { return .early(from: from) }
    return keys.compactMap(\.until).max().map { .expired(at: $0) } ?? .none
  }
}

extension Plan {
  /// When each person can prove who it is, in the order of the people.
  ///
  /// - Parameter zone: takes a time as the clock on the wall shows it, in seconds since 1970, and gives the real one.
  ///   The engine knows no clock on the wall and takes such times as UTC; who gives keys times without a `Z` leaves it
  ///   a few hours of doubt, which the door does not have.
  /// - Returns: one for each person.
  public func personTimes(zone: (Int64) -> Int64 = { $0 }) -> [PersonTimes] {
    let trust = keys?.trust(zone: zone)
    return people.map { PersonTimes($0, trust: trust) }
  }
}
