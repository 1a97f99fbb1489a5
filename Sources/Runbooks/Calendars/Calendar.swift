public import Diagnostics
public import Quantities

/// A calendar file that a runbook names, and how it is read.
public struct CalendarSource: Sendable {
  /// What transparent events do.
  public enum Transparency: String, Sendable, CaseIterable { case freeze, ignore }

  /// The file, relative to the runbook.
  public var file: Located<String>
  /// What events do that say of themselves that they take no time; `nil` when the runbook does not say: they freeze
  /// nothing, and that is a finding.
  public var transparent: Transparency?
  /// Whom all events concern, in place of what they say themselves; `nil` leaves it to them.
  public var categories: [Located<String>]?
}

/// The freezes of one iCalendar file.
public struct Calendar: Sendable {
  /// The file, relative to the runbook.
  public var path: String
  /// The freezes in the order of the file. Cancelled events are none, nor are transparent ones that shall not freeze.
  public var freezes: [Freeze]

  public init(path: String, freezes: [Freeze]) {
    self.path = path
    self.freezes = freezes
  }
}

/// A time in which nothing may change, once or again and again.
public struct Freeze: Hashable, Sendable {
  /// One stretch of a freeze: the end is exclusive, of the form and zone of the start, and later.
  public struct Occurrence: Hashable, Sendable {
    public var start: Moment
    public var end: Moment

    public init(start: Moment, end: Moment) {
      self.start = start
      self.end = end
    }
  }

  /// A length that does not follow the clock: so many days on it, and then so many minutes that really pass.
  public struct Length: Hashable, Sendable {
    public var days: Int
    public var minutes: Int

    public init(days: Int, minutes: Int) {
      self.days = days
      self.minutes = minutes
    }
  }

  /// What it is, from `SUMMARY`; empty when the file does not say.
  public var summary: String
  /// Whom it concerns, from `CATEGORIES` or the runbook, as it is written there: countries and regions in any letter
  /// case. Empty means everybody.
  public var categories: [Located<String>]
  /// When the first occurrence starts. Seconds are rounded down.
  public var start: Moment
  /// When the first occurrence is over: the moment itself is no longer frozen. Seconds are rounded up. Always of the
  /// form and zone of ``start``, and later.
  public var end: Moment
  /// How long each occurrence really lasts, where a `DURATION` says so in hours; `nil` as long as the clock says.
  public var lasting: Length?
  /// Where the event is written.
  public var location: SourceSpan
  /// How it comes back, from `RRULE`.
  public var rule: Recurrence?
  /// Further occurrences, from `RDATE`, in the form of ``start``.
  public var added: [Occurrence]
  /// Starts that do not take place, from `EXDATE`, and those that an event with `RECURRENCE-ID` takes the place of.
  public var excluded: [Moment]
  /// What is frozen, from `X-SANDERLING-VERBS`, in lower case: `apply`, `rollback`. Empty means `apply`.
  public var verbs: [String]
  /// The zone of its times, where the file describes that itself.
  public var zone: ZoneDefinition?

  /// Makes a freeze. `end` must be later than `start` and of the same form.
  public init(
    summary: String = "", categories: [Located<String>] = [], start: Moment, end: Moment, lasting: Length? = nil,
    location: SourceSpan, rule: Recurrence? = nil, added: [Occurrence] = [], excluded: [Moment] = [],
    verbs: [String] = [], zone: ZoneDefinition? = nil
  ) {
    self.summary = summary
    self.categories = categories
    self.start = start
    self.end = end
    self.lasting = lasting
    self.location = location
    self.rule = rule
    self.added = added
    self.excluded = excluded
    self.verbs = verbs
    self.zone = zone
  }

  /// Whether the freeze holds back this verb, such as `apply` or `rollback`.
  public func freezes(verb: String) -> Bool { verbs.isEmpty ? verb == "apply" : verbs.contains(verb) }
}
