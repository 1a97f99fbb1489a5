public import Quantities

/// Why a recorded event cannot be read.
public struct EventError: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String
}

/// The parts of an event as the journal keeps them.
public struct RecordedEvent: Sendable {
  /// The event's name.
  public var type: String
  /// The path of what it happened to.
  public var subject: String
  /// When it was recorded.
  public var at: Instant
  /// The event that led to it.
  public var cause: Int64?
  /// The event's own fields.
  public var data: JSON
  /// What can be erased: outputs, reason, log. `nil` when there is none, or none any more.
  public var payload: JSON?

  /// Puts the parts together.
  public init(type: String, subject: String, at: Instant, cause: Int64?, data: JSON, payload: JSON?) {
    self.type = type
    self.subject = subject
    self.at = at
    self.cause = cause
    self.data = data
    self.payload = payload
  }
}

extension Event {
  /// Reads an event from the journal.
  ///
  /// - Throws: ``EventError`` for a type that this version does not know, a field that is missing, or a subject that
  ///   the plan does not have.
  public init(_ record: RecordedEvent, index: PlanIndex) throws(EventError) {
    guard let place = index.place(record.subject) else {
      throw EventError(message: "the plan has no `\(record.subject)`")
    }
    guard let entry = EventEntry.named[record.type] else {
      throw EventError(message: "this version knows no event `\(record.type)`")
    }
    let source = EventSource(
      name: record.type, data: record.data, payload: record.payload ?? .dictionary([]), index: index)
    let kind: Event.Kind
    do throws(FormError) {
      kind = try entry.read(source)
    } catch {
      throw EventError(message: "`\(error.path)` of event `\(record.type)` \(error.problem)")
    }
    self.init(kind, subject: place, at: record.at, cause: record.cause)
  }
}
