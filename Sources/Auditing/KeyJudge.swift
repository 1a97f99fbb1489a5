internal import Plans
internal import Quantities
internal import SSHSignatures

/// Whether a key was that of a person when it signed, and is still believed.
struct KeyJudge {
  /// What came of it.
  enum Finding: Equatable {
    case valid
    case revokedSince
    /// What would show it was erased.
    case withheld
    case wrong(String)
  }

  let facts: PersonFacts
  /// The auditor's own people; `nil` where none were brought.
  let own: TrustedPeople?
  /// What plans of a later time no longer let count.
  let later: [Trust]
  let zone: @Sendable (Int64) -> Int64
  /// The name behind a pseudonym; `nil` once it was erased.
  let name: (String) -> String?

  /// Judges a key whose signature holds.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - person: whose it is to be, by the place among the people of the plan.
  ///   - namespace: for which purpose it signed.
  ///   - instant: when that was recorded.
  /// - Returns: how it stands.
  func judge(_ key: PresentedKey, of person: Int, for namespace: String, at instant: Instant) -> Finding {
    let people = facts.people.map { (person: $0.name, principals: principals(of: $0)) }
    guard let principals = people[person].principals else { return .withheld }
    let others = people.enumerated().filter { $0.offset != person }.map {
      (person: $1.person, principals: $1.principals ?? [])
    }
    let trust: Trust
    if let own {
      trust = Trust(allowedSigners: own.allowedSigners, revoked: nil, zone: zone)
      if principals.isEmpty { return .wrong("its person is nobody in the people that you trust") }
    } else {
      guard let keys = facts.keys else { return .wrong("its plan names no key") }
      trust = keys.trust(zone: zone)
    }
    // Keys have dates, and clocks differ: it counts when it did at its entry, or as much before as clocks may differ.
    for time in [instant, instant + Span(milliseconds: -300_000)] {
      do throws(SSHProblem) {
        try trust.admit(key, asOneOf: principals, besides: others, for: namespace, at: time)
        return isRevoked(key) ? .revokedSince : .valid
      } catch {
        guard time != instant else { continue }
        // A line that was erased may have been the one.
        if own == nil, !(facts.keys?.isWhole ?? true) { return .withheld }
        return .wrong("its signature does not hold: \(error.message)")
      }
    }
    return .withheld
  }

  private func isRevoked(_ key: PresentedKey) -> Bool {
    let mine = own.map { Trust(allowedSigners: [], revoked: $0.revoked, zone: zone) }
    return (later + [mine].compactMap { $0 }).contains { $0.revocation(of: key) != nil }
  }

  /// The names of a person's keys; `nil` where nobody can tell any more.
  private func principals(of person: PlannedPerson) -> [String]? {
    guard let mine = own?.principals else {
      return person.identity.opening == nil && person.principals.isEmpty ? nil : person.principals
    }
    let known = person.name == person.id ? name(person.id) ?? person.id : person.name
    // Of a pseudonym that nobody opens any more the auditor cannot tell whose it is.
    return mine[known] ?? (known.hasPrefix("p_") ? nil : [])
  }
}
