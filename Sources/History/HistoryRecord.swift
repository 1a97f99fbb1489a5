public import Engine
public import Plans
public import Quantities

/// What the journal knows about an event beside the event itself.
public struct EventDetail: Equatable, Sendable {
  /// Who caused it; `nil` for what the engine decided.
  public var actor: String?
  /// The account by which the person was known, where that proves who it was and has another name.
  public var account: String?
  /// Why, in the words of the person or the provider. `nil` when there is none, or none any more.
  public var reason: String?
  /// What the provider printed. `nil` when there is none, or none any more.
  public var log: String?
  /// The step of a target that it is about, where the event names the target alone.
  public var step: String?
  /// The path of what it happened to, as it was under the plan in force; `nil` where that is the only plan.
  public var path: String?
  /// The persons of the plan in force, by their places; `nil` where that is the only plan.
  public var people: [String]?

  public init(
    actor: String? = nil, account: String? = nil, reason: String? = nil, log: String? = nil, path: String? = nil,
    people: [String]? = nil
  ) {
    self.account = account
    self.path = path
    self.people = people
    self.actor = actor
    self.reason = reason
    self.log = log
  }

  /// Nothing beside the event.
  public static let none = EventDetail()
}

/// An event as the journal has it: its sequence number, what happened, and what is known beside it.
public typealias HistoryRecord = (seq: Int64, event: Event, detail: EventDetail)

/// All that happened in a run.
public struct RunHistory: Sendable {
  /// The plan that it began with.
  public var plan: Plan
  /// All plans that were ever in force, that one included.
  public var plans: [Digest: Plan] = [:]
  /// What happened, in order.
  public var records: [HistoryRecord] = []

  /// A history in which nothing has happened yet.
  public init(plan: Plan) {
    self.plan = plan
  }
}

extension EventDetail {
  /// The path of an event: as it was recorded, or as the only plan has it.
  public func path(of event: Event, in index: PlanIndex) -> String { path ?? index.path(of: event.subject) }

  /// Where, and under which plan, an event is told.
  public func context(of event: Event, in index: PlanIndex) -> EventContext {
    EventContext(index, event.subject, people: people)
  }
}
