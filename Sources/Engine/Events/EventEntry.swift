public import Plans
import Quantities

/// The one entry of an event: its name, its fields, how much it matters, who is told, and what is said about it.
///
/// It is bound to the constructor of the event's case by its parts: a value that is added to the case and forgotten
/// here does not compile. Reading, writing and showing come from the same parts.
public final class EventEntry: Sendable {
  /// How much an event matters to somebody who reads a log.
  public enum Level: String, Sendable, CaseIterable { case info, warn, error }

  /// What somebody may ask to be told about.
  public typealias NoticeClass = PlannedNotice.Class

  /// Which lines of a log an event has.
  public enum Lines: Sendable {
    /// As much as it matters: what is worth a warning, and what is about more than a step.
    case usual
    case always, verbose, never
  }

  /// What is said about an event: how things stand with what it is about, and the words.
  public struct Saying: Equatable, Sendable {
    /// How things stand, in one word: the screens have a symbol for each.
    public enum Standing: String, Hashable, Sendable, CaseIterable {
      case running, waiting, done, failed, undone, held, inDoubt, firing, skipped
      /// Nothing that a person need read as it happens.
      case note
    }

    public let standing: Standing
    public let words: String

    init(_ standing: Standing, _ words: String) {
      (self.standing, self.words) = (standing, words)
    }
  }

  /// The names on disk: one, or that of the way forward and that of the way back.
  public let names: [String]
  /// The keys of its own fields, sorted.
  public let keys: [String]
  /// The keys of what can be erased, sorted.
  public let erasableKeys: [String]
  public let lines: Lines
  let write: @Sendable (Event.Kind, inout CanonicalWriter) -> Void
  let writeErasable: @Sendable (Event.Kind, inout CanonicalWriter) -> Void
  let read: @Sendable (EventSource) throws(FormError) -> Event.Kind
  let verb: @Sendable (Event.Kind) -> Verb?
  let show: @Sendable (Event.Kind, EventContext) -> [(key: String, value: JSON)]
  let reason: @Sendable (Event.Kind) -> String?
  let level: @Sendable (Event.Kind) -> Level
  let notice: @Sendable (Event.Kind) -> NoticeClass?
  let says: @Sendable (Event.Kind, EventContext) -> Saying

  private init<each Value>(
    _ bound: EventBinding<repeat each Value>, lines: Lines, level: @escaping @Sendable (Event.Kind) -> Level,
    notice: @escaping @Sendable (Event.Kind) -> NoticeClass?,
    says: @escaping @Sendable (Event.Kind, EventContext) -> Saying
  ) {
    names = bound.names
    (keys, erasableKeys) = (bound.keys(in: .data), bound.keys(in: .payload))
    self.lines = lines
    write = bound.writer(of: .data)
    writeErasable = bound.writer(of: .payload)
    read = bound.reader()
    verb = { bound.verb(of: $0) }
    show = { bound.show($0, in: $1) }
    reason = { bound.reason(of: $0) }
    self.level = level
    self.notice = notice
    self.says = says
  }

  /// Describes an event that matters always alike.
  ///
  /// - Parameters:
  ///   - name: its name on disk, in the past tense; without `step_` and `undo_` where one of its parts is the verb.
  ///   - level: how much it matters.
  ///   - notice: who is told.
  ///   - lines: which lines of a log it has.
  ///   - make: the constructor of its case, named in full, or a closure that calls the initialisers of its values.
  ///   - take: gives back what `make` was given; `nil` for other events.
  ///   - parts: one for each parameter of `make`, in their order.
  ///   - says: what is said about it.
  convenience init<each Value>(
    _ name: String, level: Level = .info, tells notice: NoticeClass? = nil, lines: Lines = .usual,
    _ make: @escaping @Sendable (repeat each Value) -> Event.Kind,
    from take: @escaping @Sendable (Event.Kind) -> (repeat each Value)?,
    @PartsBuilder parts: () -> PartList<repeat each Value>,
    says: @escaping @Sendable (EventContext, repeat each Value) -> Saying
  ) {
    let bound = EventBinding(name, make, take, parts())
    self.init(bound, lines: lines, level: { _ in level }, notice: { _ in notice }, says: bound.telling(says))
  }

  /// Describes an event that matters more or less: `level` and `notice` are asked with its parts.
  convenience init<each Value>(
    _ name: String, _ make: @escaping @Sendable (repeat each Value) -> Event.Kind,
    from take: @escaping @Sendable (Event.Kind) -> (repeat each Value)?,
    level: @escaping @Sendable (repeat each Value) -> Level,
    notice: @escaping @Sendable (repeat each Value) -> NoticeClass?,
    @PartsBuilder parts: () -> PartList<repeat each Value>,
    says: @escaping @Sendable (EventContext, repeat each Value) -> Saying
  ) {
    let bound = EventBinding(name, make, take, parts())
    self.init(
      bound, lines: .usual, level: bound.asking(level), notice: bound.asking(notice), says: bound.telling(says))
  }

  /// Describes an event without fields.
  init(
    _ name: String, level: Level = .info, tells notice: NoticeClass? = nil, lines: Lines = .usual,
    _ kind: Event.Kind, _ standing: Saying.Standing, _ words: String
  ) {
    names = [name]
    (keys, erasableKeys) = ([], [])
    self.lines = lines
    write = { _, _ in }
    writeErasable = { _, _ in }
    read = { (source: EventSource) throws(FormError) in
      if let stranger = source.data.members.first {
        throw FormError("is nothing that this version knows").inside(stranger.key)
      }
      return kind
    }
    verb = { _ in nil }
    show = { _, _ in [] }
    reason = { _ in nil }
    self.level = { _ in level }
    self.notice = { _ in notice }
    says = { _, _ in Saying(standing, words) }
  }
}

/// Under which plan, and where, an event is told.
public struct EventContext: Sendable {
  let plan: Plan
  /// What it happened to.
  let place: Place
  private let people: [String]?

  /// The plan that was in force, and what the event happened to. `people` are the persons of that plan, where the
  /// index at hand is of another one.
  public init(_ index: PlanIndex, _ place: Place, people: [String]? = nil) {
    plan = index.plan
    self.place = place
    self.people = people
  }

  /// The name of a person, by the place among the plan's people.
  public func name(of person: Int) -> String {
    let known = people ?? plan.people.map(\.name)
    return known.indices.contains(person) ? known[person] : "somebody"
  }

  /// A sentence of ours with names in place of pseudonyms, as far as they are known.
  func named(_ text: String) -> String { plan.named(text) }
}

extension Verb {
  /// The word for the thing that is done in this direction.
  var noun: String { self == .apply ? "step" : "undo" }
}
