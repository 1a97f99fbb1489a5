/// Something that is wrong with a record.
public struct Flaw: Equatable, Sendable {
  /// Which check found it. The words stand in reports.
  public enum Check: String, Sendable, CaseIterable {
    /// The record cannot be opened or read.
    case reading
    /// The files of a bundle, against the list of their digests.
    case files
    /// The bytes of an entry: their form, their numbers, what leads to what.
    case entries
    /// The hashes of subtrees that are stored beside the entries.
    case tree
    /// What can be erased, against the digests in the entries.
    case payloads
    /// The copies of fields beside the entries.
    case copies
    /// Plans, against their digests.
    case plans
    /// The list of runs, against the entries.
    case runs
    /// Names, against their pseudonyms.
    case people
    /// Checkpoints: those beside the log, those that others hold, and what approvals have seen.
    case checkpoints
    /// What persons said and signed, and what was let happen because of it.
    case approvals
    /// Decisions, derived again.
    case decisions
  }

  public var check: Check
  /// The first entry that it can concern; `nil` where it concerns none.
  public var first: Int64?
  /// The last entry that it can concern; `nil` where that is not known.
  public var last: Int64?
  /// What is wrong, in a sentence without a full stop.
  public var what: String
  /// Which anchor contradicts, where one does.
  public var anchor: String?

  init(_ check: Check, first: Int64? = nil, last: Int64? = nil, _ what: String, anchor: String? = nil) {
    (self.check, self.first, self.last, self.what, self.anchor) = (check, first, last, what, anchor)
  }
}
