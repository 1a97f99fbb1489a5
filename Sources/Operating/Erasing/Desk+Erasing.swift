public import Journaling
internal import Records

extension Desk {
  /// Takes a person out of the journal. The log stays whole, and says that it was done.
  ///
  /// - Parameters:
  ///   - person: the identifier of the person in `trust/people.yaml`, or an account.
  ///   - more: other names of the person, such as accounts of plans that were pruned.
  ///   - reason: why; it names none of these.
  /// - Returns: what was taken away.
  /// - Throws: ``Refusal``, `busy` while an executor is at work, `failed` for somebody whom the journal does not know,
  ///   `usage` for a reason that names the person.
  public func erase(_ person: String, also more: [String] = [], reason: Reason) throws(Refusal) -> Erasure {
    try refusing {
      do {
        return try journal.erase(
          person, also: more, reason: reason.text, actor: surroundings.person, clock: surroundings.clock())
      } catch is ReasonNamesPerson {
        throw Refusal(
          .usage, "the reason names whom it is about, and it would be kept; nothing was changed",
          next: ["give a reason that names nobody, such as the number of a ticket"])
      }
    }
  }
}
