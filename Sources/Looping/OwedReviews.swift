internal import Engine
public import Quantities
public import Records

/// Emergencies of a journal whose review is overdue: they stop approvals in all of its runs, and not only in their own.
///
/// Whoever could leave an emergency unreviewed and go on in another run would have a master key.
public struct OwedReviews: Sendable {
  /// An emergency.
  public struct Owed: Equatable, Sendable {
    public var run: Int64
    /// The phase or stage.
    public var path: String
    public var at: Instant
    fileprivate var person: Int64
  }

  /// The emergencies that nobody else reviewed, in the order of the log.
  public private(set) var open: [Owed] = []

  /// Reads the emergencies of a record.
  ///
  /// - Throws: ``JournalError`` when it cannot be asked.
  public init(in record: any Record) throws(JournalError) {
    do {
      var open: [Owed] = []
      try record.entries(typed: ["emergency_declared", "emergency_reviewed"]) { entry in
        let person = entry.data["person"]?.integer ?? -1
        if entry.type == "emergency_declared" {
          open.append(Owed(run: entry.run, path: entry.subject, at: entry.at, person: person))
        } else {
          open.removeAll { $0.run == entry.run && $0.path == entry.subject && $0.person != person }
        }
      }
      self.open = open
    } catch {
      throw (error as? JournalError) ?? .failed(path: record.path, detail: "\(error)")
    }
  }

  /// Why nothing can be approved in a run; `nil` when no emergency of another run is overdue. That of its own the
  /// engine knows.
  public func objection(in run: Int64, at now: Instant) -> String? {
    guard let owed = open.first(where: { $0.run != run && now - $0.at > Emergency.reviewTime }) else { return nil }
    return "the emergency of \(owed.path) in r-\(owed.run) was not reviewed in time; `review \(owed.path) --run "
      + "r-\(owed.run)` first"
  }
}
