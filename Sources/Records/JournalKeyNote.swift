public import Quantities

/// The entry with which a log says which key its checkpoints are signed with. A log that changes its key says so again:
/// a key that nobody announced signs nothing of it.
public enum JournalKeyNote {
  /// The entry's type.
  public static let type = "journal_key_used"
}

extension Draft {
  /// The entry that announces a key.
  ///
  /// - Parameters:
  ///   - key: the verifier key as text.
  ///   - instant: when.
  /// - Returns: an entry of the log itself.
  public static func journalKeyUsed(_ key: String, at instant: Instant) -> Draft {
    Draft(
      run: 0, type: JournalKeyNote.type, subject: "", at: instant, cause: nil,
      actor: Actor(kind: .executor, id: "sanderling", auth: "none"), plan: nil,
      data: JSON.dictionary([("key", .string(key))]).canonicalBytes, payload: nil)
  }
}
