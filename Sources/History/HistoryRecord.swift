public import Engine

/// What the journal knows about an event beside the event itself.
public struct EventDetail: Equatable, Sendable {
  /// Who caused it; `nil` for what the engine decided.
  public var actor: String?
  /// Why, in the words of the person or the provider. `nil` when there is none, or none any more.
  public var reason: String?
  /// What the provider printed. `nil` when there is none, or none any more.
  public var log: String?

  /// Makes a detail.
  public init(actor: String? = nil, reason: String? = nil, log: String? = nil) {
    self.actor = actor
    self.reason = reason
    self.log = log
  }

  /// Nothing beside the event.
  public static let none = EventDetail()
}

/// An event as the journal has it: its sequence number, what happened, and what is known beside it.
public typealias HistoryRecord = (seq: Int64, event: Event, detail: EventDetail)

extension Event {
  /// Why it happened, where the event itself says so.
  public var reason: String? {
    let text: String? =
      switch kind {
      case .failed(_, _, let failure): failure.reason
      case .inDoubt(_, _, let doubt): doubt.reason
      case .commandReceived(let command): command.reason
      case .commandRefused(let reason), .executorStopped(let reason): reason
      case .settled(_, _, _, let rule, _), .parked(_, _, let rule): rule
      case .runHeld(let hold): hold.words
      default: nil
      }
    return text?.isEmpty == false ? text : nil
  }
}
