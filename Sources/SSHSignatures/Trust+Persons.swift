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
    var nearest = SSHProblem("the person has no principal")
    for principal in principals {
      do throws(SSHProblem) { return try admit(key, as: principal, for: namespace, at: instant) } catch {
        nearest = error
      }
    }
    throw nearest
  }
}
