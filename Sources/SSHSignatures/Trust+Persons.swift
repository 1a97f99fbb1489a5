public import Quantities

extension Trust {
  /// Makes sure that a key is one of a person's, and of nobody else.
  ///
  /// - Parameters:
  ///   - key: the key that signed.
  ///   - principals: the names under which the person's keys are allowed.
  ///   - others: the other persons with theirs: a key that is one of two persons' proves neither.
  ///   - namespace: for which purpose it signed.
  ///   - instant: when.
  /// - Throws: ``SSHProblem`` when it is not, with the reason that came nearest.
  public func admit(
    _ key: PresentedKey, asOneOf principals: [String], besides others: [(person: String, principals: [String])],
    for namespace: String, at instant: Instant
  ) throws(SSHProblem) {
    for other in others where other.principals.contains(where: { couldSpeak(key, for: $0) }) {
      throw SSHProblem(
        "its key \(key.key.fingerprint) can sign for \(other.person), too: one key is one person")
    }
    // A name that has a line with this key says more than one that has none: that the key has expired, and not that it
    // is nobody's.
    var (nearest, hasLine) = (SSHProblem("the person has no principal"), false)
    for principal in principals {
      do throws(SSHProblem) { return try admit(key, as: principal, for: namespace, at: instant) } catch {
        let isNearer = couldSpeak(key, for: principal)
        if isNearer || !hasLine { nearest = error }
        hasLine = hasLine || isNearer
      }
    }
    throw nearest
  }
}
