public import Diagnostics

/// The freezes of one iCalendar file.
public struct Calendar: Sendable {
  /// The file, relative to the runbook.
  public var path: String
  /// The freezes in the order of the file. Cancelled and transparent events are none.
  public var freezes: [Freeze]

  public init(path: String, freezes: [Freeze]) {
    self.path = path
    self.freezes = freezes
  }
}

/// A time in which nothing may change, once or again and again.
public struct Freeze: Hashable, Sendable {
  /// What it is, from `SUMMARY`; empty when the file does not say.
  public var summary: String
  /// Whom it concerns, from `CATEGORIES`: upper-case values such as country codes. Empty means everybody.
  public var categories: [String]
  /// When the first occurrence starts. Seconds are rounded down.
  public var start: Moment
  /// When the first occurrence is over: the moment itself is no longer frozen. Seconds are rounded up. Always of the
  /// form and zone of ``start``, and later.
  public var end: Moment
  /// Where the event is written.
  public var location: SourceSpan
  /// How it comes back, from `RRULE`.
  public var rule: Recurrence?
  /// Further starts, from `RDATE`, in the form of ``start``.
  public var added: [Moment]
  /// Starts that do not take place, from `EXDATE`, and those that an event with `RECURRENCE-ID` takes the place of.
  public var excluded: [Moment]
  /// What is frozen, from `X-SANDERLING-VERBS`, in lower case: `apply`, `rollback`. Empty means `apply`.
  public var verbs: [String]

  /// Makes a freeze. `end` must be later than `start` and of the same form.
  public init(
    summary: String = "", categories: [String] = [], start: Moment, end: Moment, location: SourceSpan,
    rule: Recurrence? = nil, added: [Moment] = [], excluded: [Moment] = [], verbs: [String] = []
  ) {
    self.summary = summary
    self.categories = categories
    self.start = start
    self.end = end
    self.location = location
    self.rule = rule
    self.added = added
    self.excluded = excluded
    self.verbs = verbs
  }

  /// Whether the freeze holds back this verb, such as `apply` or `rollback`.
  public func freezes(verb: String) -> Bool { verbs.isEmpty ? verb == "apply" : verbs.contains(verb) }
}
