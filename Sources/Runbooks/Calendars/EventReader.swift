internal import Diagnostics
internal import Quantities

/// The properties of a `VEVENT` → a freeze, with what is wrong in them.
struct EventReader {
  /// An event that was read.
  struct Event {
    var uid: String
    /// The freeze; `nil` when the event is cancelled or transparent, or has an error.
    var freeze: Freeze?
    /// The occurrence of another event that this one takes the place of.
    var replaced: Located<Moment>?
    /// The exceptions with their places.
    var exceptions: [Located<Moment>] = []
  }

  private let properties: [ContentLine]
  private let location: SourceSpan
  private(set) var findings: [Finding] = []

  /// Properties of which an event may have one. Of all others it may have any number.
  private static let unique: Set<String> = [
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "STATUS", "TRANSP", "SUMMARY", "RECURRENCE-ID",
  ]
  private static let prefix = "X-SANDERLING-"
  private static let verbs = ["apply", "rollback"]

  /// Reads a `VEVENT`; what is wrong with it becomes findings.
  static func read(_ properties: [ContentLine], location: SourceSpan) -> (event: Event, findings: [Finding]) {
    var reader = EventReader(properties: properties, location: location)
    let event = reader.read()
    return (event, reader.findings)
  }

  private init(properties: [ContentLine], location: SourceSpan) {
    self.properties = properties
    self.location = location
  }

  private mutating func read() -> Event {
    var event = Event(uid: first("UID")?.value.value ?? "")
    if let replaces = first("RECURRENCE-ID") {
      event.replaced = moments(replaces).first
      if let range = replaces.parameter("RANGE") {
        findings.append(
          .recurrence(
            "`RANGE` is not supported", "end the first event with `UNTIL`, and write a new one", at: range.location))
      }
    }
    let isCancelled = first("STATUS")?.value.value.uppercased() == "CANCELLED"
    let isTransparent = first("TRANSP")?.value.value.uppercased() == "TRANSPARENT"
    if isCancelled || isTransparent { return event }
    checkNames()
    guard let (start, end) = extent() else { return event }
    let (added, excluded) = (further("RDATE", start: start), further("EXDATE", start: start))
    var freeze = Freeze(
      summary: first("SUMMARY").map { ContentLine.unescaped($0.value.value) } ?? "", categories: categories(),
      start: start, end: end, location: location, added: added.map(\.value), excluded: excluded.map(\.value),
      verbs: frozenVerbs())
    if let rule = first("RRULE") {
      let (recurrence, found) = RecurrenceReader.read(rule, start: start)
      findings += found
      // Without its rule nothing can be said about the event's exceptions.
      guard let recurrence else { return event }
      freeze.rule = recurrence
      checkFirst(recurrence, of: start, at: rule.value.location)
    }
    event.freeze = freeze
    event.exceptions = excluded
    return event
  }

  private func first(_ name: String) -> ContentLine? { properties.first { $0.name == name } }

  private mutating func checkNames() {
    var seen: Set<String> = []
    for property in properties {
      if Self.unique.contains(property.name), !seen.insert(property.name).inserted {
        findings.append(
          .calendarProperty(
            "the event has a second `\(property.name)`", "remove one of the two", at: property.nameLocation))
      } else if property.name.hasPrefix(Self.prefix), property.name != Self.prefix + "VERBS" {
        findings.append(.freezeVerb("`\(property.name)` is not a property", known: "X-SANDERLING-VERBS", at: property))
      } else if property.name == "EXRULE" {
        findings.append(.recurrence("`EXRULE` is not supported", "write `EXDATE`", at: property.nameLocation))
      }
    }
  }

  private func categories() -> [String] {
    var result: [String] = []
    for part in properties.filter({ $0.name == "CATEGORIES" }).flatMap({ $0.parts(separator: ",") }) {
      let category = ContentLine.unescaped(part.value).uppercased()
      if !category.isEmpty, !result.contains(category) { result.append(category) }
    }
    return result
  }

  private mutating func frozenVerbs() -> [String] {
    var result: [String] = []
    for property in properties where property.name == Self.prefix + "VERBS" {
      for part in property.parts(separator: ",") {
        let verb = part.value.lowercased()
        if !Self.verbs.contains(verb) {
          findings.append(
            .freezeVerb(
              "`\(part.value)` cannot be frozen", known: "apply` or `rollback", at: part.location,
              nearest: Spelling.nearest(to: verb, among: Self.verbs)))
        } else if !result.contains(verb) {
          result.append(verb)
        }
      }
    }
    return result
  }

  /// The rule must bring about its own first occurrence: what another start means, RFC 5545 leaves open.
  private mutating func checkFirst(_ rule: Recurrence, of start: Moment, at place: SourceSpan) {
    let day = start.date.dayNumber
    guard rule.days(from: start, within: day...day, limit: 1).isEmpty else { return }
    // After twenty-eight years days and weeks agree again, so a rule that has named none by then hardly ever will.
    let next = rule.days(from: start, within: day...(day + 28 * 366), limit: 1).first
    findings.append(.unsynchronized(start, next: next.map { CivilDate(dayNumber: $0) }, at: place))
  }
}

// MARK: - Times

extension EventReader {
  /// Start and end of the first occurrence; `nil` with a finding.
  private mutating func extent() -> (start: Moment, end: Moment)? {
    guard let written = first("DTSTART") else {
      findings.append(
        .calendarProperty("the event has no `DTSTART`", "add `DTSTART;VALUE=DATE:20271224`", at: location))
      return nil
    }
    guard let start = moments(written).first else { return nil }
    if let written = first("DTEND") {
      if let duration = first("DURATION") {
        findings.append(
          .calendarProperty(
            "the event has `DTEND` and `DURATION`", "keep one of the two", at: duration.nameLocation))
      }
      guard let end = moments(written, roundsUp: true).first else { return nil }
      guard end.value.hasSameForm(as: start.value) else {
        findings.append(
          .extent(
            "`DTEND` is not on the clock of `DTSTART`", "write both as days, or in the same zone", at: end.location))
        return nil
      }
      guard end.value.wallMinutes > start.value.wallMinutes else {
        let isDay = if case .day = end.value { true } else { false }
        findings.append(
          .extent(
            "the event ends at \(end.value.text), which is not after its start",
            isDay ? "write the first day that is free again" : "write a later end", at: end.location))
        return nil
      }
      return (start.value, end.value)
    }
    return duration(from: start).map { (start.value, start.value.at(wallMinutes: start.value.wallMinutes + $0)) }
  }

  /// The length in minutes, from `DURATION` or from what RFC 5545 says without it.
  private mutating func duration(from start: Located<Moment>) -> Int? {
    let isDay = if case .day = start.value { true } else { false }
    guard let written = first("DURATION") else {
      if isDay { return 1_440 }
      findings.append(
        .extent("the event has no end, so it freezes nothing", "add `DTEND` or `DURATION:PT2H`", at: start.location))
      return nil
    }
    guard let minutes = MomentReader.duration(written.value.value.uppercased()), !isDay || minutes % 1_440 == 0 else {
      findings.append(
        .calendarTime(
          written.value.value, "a duration", isDay ? "write `P1D`; the event counts in days" : "write `P1D` or `PT2H`",
          at: written.value.location))
      return nil
    }
    return minutes
  }

  /// The moments of all properties of a name, in the form of the event's start.
  private mutating func further(_ name: String, start: Moment) -> [Located<Moment>] {
    var result: [Located<Moment>] = []
    for property in properties where property.name == name {
      for moment in moments(property) {
        if let aligned = MomentReader.aligned(moment.value, with: start) {
          result.append(Located(aligned, at: moment.location))
        } else {
          findings.append(
            .extent("`\(name)` is not on the clock of `DTSTART`", "write it as `DTSTART` is", at: moment.location))
        }
      }
    }
    if result.count > Freeze.occurrenceLimit {
      findings.append(
        .recurrence(
          "the event has more than \(Freeze.occurrenceLimit) times in `\(name)`", "write an `RRULE`", at: location))
    }
    return result
  }

  /// The days or times of a property, with its zone.
  private mutating func moments(_ property: ContentLine, roundsUp: Bool = false) -> [Located<Moment>] {
    let kind = property.parameter("VALUE")
    let wanted = kind?.values.first?.uppercased()
    if let kind, wanted != "DATE", wanted != "DATE-TIME" {
      findings.append(
        .calendarTime(
          wanted ?? "", "a form that is supported here", "write `VALUE=DATE`, or a time without `VALUE`",
          at: kind.location))
      return []
    }
    let zone = property.parameter("TZID")
    let zoneName = zone?.values.first ?? ""
    if let zone, !ZoneNames.contains(zoneName) {
      findings.append(.calendarZone(zoneName, at: zone.location))
      return []
    }
    var result: [Located<Moment>] = []
    for part in property.parts(separator: ",") {
      let moment = MomentReader.moment(
        part.value.uppercased(), zone: zone == nil ? nil : zoneName, roundsUp: roundsUp)
      let isDay = if case .day? = moment { true } else { false }
      let isUTC = if case .utc? = moment { true } else { false }
      guard let moment, wanted == nil || isDay == (wanted == "DATE") else {
        let shape = wanted == "DATE" ? "`20271224`" : "`20271224`, `20271224T180000` or `20271224T180000Z`"
        findings.append(
          .calendarTime(part.value, wanted == "DATE" ? "a day" : "a day or a time", "write \(shape)", at: part.location)
        )
        continue
      }
      if isUTC, zone != nil {
        findings.append(
          .calendarTime(
            part.value, "a time in `\(zoneName)`", "remove the `Z`, or remove `TZID`", at: part.location))
        continue
      }
      result.append(Located(moment, at: part.location))
    }
    return result
  }
}
