public import Journaling
internal import Records

extension Desk {
  /// Takes a person out of the journal. The log stays whole, and says that it was done.
  ///
  /// - Parameters:
  ///   - person: the identifier of the person in `trust/people.yaml`, or an account.
  ///   - reason: why.
  /// - Returns: what was taken away.
  /// - Throws: ``Refusal``, `busy` while an executor is at work, `failed` for somebody whom the journal does not know.
  public func erase(_ person: String, reason: Reason) throws(Refusal) -> Erasure {
    try refusing {
      try journal.erase(person, reason: reason.text, actor: surroundings.person, clock: surroundings.clock())
    }
  }
}
