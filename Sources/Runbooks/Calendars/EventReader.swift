internal import Diagnostics
internal import Quantities

/// The properties of a `VEVENT` → a freeze, with what is wrong in them.
struct EventReader {
  /// An event that was read.
  struct Event {
    var uid: String
    /// What it is called.
    var summary: String
    /// Which version of the event it is: a higher number takes the place of a lower one.
    var sequence = 0
    /// The freeze; `nil` when the event is cancelled or left out as transparent, or has an error.
    var freeze: Freeze?
    /// Where it says that it takes no time, when it is left out for that.
    var leftOut: SourceSpan?
    /// The occurrence of another event that this one takes the place of.
    var replaced: Located<Moment>?
    /// The exceptions with their places.
    var exceptions: [Located<Moment>] = []
  }

  /// What the file and the runbook say of all events.
  struct Surroundings {
    var zones: CalendarZones
    var source: CalendarSource
    /// Whether the file takes back all of its events.
    var isCancellation = false
    /// What the events freeze that do not say so themselves; empty where the file does not either.
    var verbs: [String] = []
  }

  let surroundings: Surroundings
  let properties: [ContentLine]
  let location: SourceSpan
  var findings: [Finding] = []

  /// Properties of which an event may have one. Of all others it may have any number.
  private static let unique: Set<String> = [
    "UID", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "RRULE", "STATUS", "TRANSP", "SUMMARY", "RECURRENCE-ID",
  ]

  /// Reads a `VEVENT`; what is wrong with it becomes findings.
  static func read(
    _ properties: [ContentLine], location: SourceSpan, in surroundings: Surroundings
  ) -> (event: Event, findings: [Finding]) {
    var reader = EventReader(surroundings: surroundings, properties: properties, location: location)
    let event = reader.read()
    return (event, reader.findings)
  }

  private init(surroundings: Surroundings, properties: [ContentLine], location: SourceSpan) {
    self.surroundings = surroundings
    self.properties = properties
    self.location = location
  }

  private mutating func read() -> Event {
    var event = Event(
      uid: first("UID")?.value.value ?? "",
      summary: first("SUMMARY").map { ContentLine.unescaped($0.value.value) } ?? "",
      sequence: first("SEQUENCE").flatMap { Int($0.value.value) } ?? 0)
    if let replaces = first("RECURRENCE-ID") {
      event.replaced = moments(replaces).first
      if let range = replaces.parameter("RANGE") {
        findings.append(
          .recurrence(
            "`RANGE` is not supported", "end the first event with `UNTIL`, and write a new one", at: range.location))
      }
    }
    let isCancelled = first("STATUS")?.value.value.uppercased() == "CANCELLED" || surroundings.isCancellation
    if isCancelled { return event }
    if let transparency = first("TRANSP"), transparency.value.value.uppercased() == "TRANSPARENT",
      surroundings.source.transparent != .freeze
    {
      event.leftOut = transparency.value.location
      return event
    }
    checkNames()
    guard let (first, lasting) = extent() else { return event }
    let start = first.start
    let excluded = further("EXDATE", start: start)
    var freeze = Freeze(
      summary: event.summary, categories: categories(), start: start, end: first.end, lasting: lasting,
      location: location, added: added(like: first), excluded: excluded.map(\.value), verbs: frozenVerbs(),
      zone: start.zone.flatMap { surroundings.zones.described($0) })
    if let rule = self.first("RRULE") {
      // Without its rule nothing can be said about the event's exceptions.
      guard takeRule(rule, replaces: event.replaced != nil, into: &freeze) else { return event }
    }
    event.freeze = freeze
    event.exceptions = excluded
    return event
  }

  /// - Returns: `false` when the rule is wrong.
  private mutating func takeRule(_ rule: ContentLine, replaces: Bool, into freeze: inout Freeze) -> Bool {
    if replaces {
      findings.append(.ruleOfException(at: rule.nameLocation))
      return true
    }
    let (zones, start) = (surroundings.zones, freeze.start)
    let (recurrence, found) = RecurrenceReader.read(rule, start: start) { zones.aligned($0, with: start) }
    findings += found
    guard let recurrence else { return false }
    freeze.rule = recurrence
    checkFirst(recurrence, of: start, at: rule.value.location)
    return true
  }

  func first(_ name: String) -> ContentLine? { properties.first { $0.name == name } }

  private mutating func checkNames() {
    var seen: Set<String> = []
    for property in properties {
      if Self.unique.contains(property.name), !seen.insert(property.name).inserted {
        findings.append(
          .calendarProperty(
            "the event has a second `\(property.name)`", "remove one of the two", at: property.nameLocation))
      } else if property.name == "EXRULE" {
        findings.append(.recurrence("`EXRULE` is not supported", "write `EXDATE`", at: property.nameLocation))
      }
    }
  }

  private func categories() -> [Located<String>] {
    if let given = surroundings.source.categories { return given }
    var result: [Located<String>] = []
    for part in properties.filter({ $0.name == "CATEGORIES" }).flatMap({ $0.parts(separator: ",") }) {
      let category = ContentLine.unescaped(part.value)
      if !category.isEmpty, !result.contains(where: { $0.value.lowercased() == category.lowercased() }) {
        result.append(Located(category, at: part.location))
      }
    }
    return result
  }

  private mutating func frozenVerbs() -> [String] {
    let (verbs, found) = FreezeVerbs.read(properties)
    findings += found
    return verbs.isEmpty ? surroundings.verbs : verbs
  }

  /// The rule must bring about its own first occurrence: what another start means, RFC 5545 leaves open.
  private mutating func checkFirst(_ rule: Recurrence, of start: Moment, at place: SourceSpan) {
    let day = start.date.dayNumber
    guard rule.days(from: start.date, within: day...day, limit: 1).isEmpty else { return }
    // After twenty-eight years days and weeks agree again, so a rule that has named none by then hardly ever will.
    let next = rule.days(from: start.date, within: day...(day + 28 * 366), limit: 1).first
    findings.append(.unsynchronized(start, next: next.map { CivilDate(dayNumber: $0) }, at: place))
  }
}
