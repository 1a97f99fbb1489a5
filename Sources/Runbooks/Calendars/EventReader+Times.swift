internal import Diagnostics
internal import Quantities

// The times of an event: when it begins and ends, when it comes back without a rule, and when it does not.

extension EventReader {
  /// The first occurrence, and its length where that does not follow the clock; `nil` with a finding.
  mutating func extent() -> (first: Freeze.Occurrence, lasting: Freeze.Length?)? {
    guard let written = first("DTSTART") else {
      findings.append(
        .calendarProperty("the event has no `DTSTART`", "add `DTSTART;VALUE=DATE:20271224`", at: location))
      return nil
    }
    guard let start = moments(written).first else { return nil }
    guard let end = first("DTEND") else {
      guard let length = duration(from: start) else { return nil }
      return occurrence(from: start.value, lasting: length)
    }
    if let duration = first("DURATION") {
      findings.append(
        .calendarProperty("the event has `DTEND` and `DURATION`", "keep one of the two", at: duration.nameLocation))
    }
    guard let end = moments(end, roundsUp: true).first else { return nil }
    return self.end(end, of: start.value).map { (Freeze.Occurrence(start: start.value, end: $0), nil) }
  }

  /// The end of an occurrence on the clock of its start; `nil` with a finding.
  private mutating func end(_ end: Located<Moment>, of start: Moment) -> Moment? {
    guard let aligned = surroundings.zones.aligned(end.value, with: start) else {
      findings.append(
        .extent("`DTEND` is not on the clock of `DTSTART`", "write both as days, or both in a zone", at: end.location))
      return nil
    }
    guard aligned.wallMinutes > start.wallMinutes else {
      let isDay = if case .day = aligned { true } else { false }
      findings.append(
        .extent(
          "the event ends at \(end.value.text), which is not after its start",
          isDay ? "write the first day that is free again" : "write a later end", at: end.location))
      return nil
    }
    return aligned
  }

  private func occurrence(
    from start: Moment, lasting length: Freeze.Length
  ) -> (first: Freeze.Occurrence, lasting: Freeze.Length?) {
    let end = start.at(wallMinutes: start.wallMinutes + length.days * 1_440 + length.minutes)
    let followsClock =
      switch start {
      case .day, .utc: true
      case .local, .floating: length.minutes == 0
      }
    return (Freeze.Occurrence(start: start, end: end), followsClock ? nil : length)
  }

  /// The length, from `DURATION` or from what RFC 5545 says without it.
  private mutating func duration(from start: Located<Moment>) -> Freeze.Length? {
    let isDay = if case .day = start.value { true } else { false }
    guard let written = first("DURATION") else {
      if isDay { return Freeze.Length(days: 1, minutes: 0) }
      findings.append(
        .extent("the event has no end, so it freezes nothing", "add `DTEND` or `DURATION:PT2H`", at: start.location))
      return nil
    }
    guard let length = MomentReader.duration(written.value.value.uppercased()), !isDay || length.minutes % 1_440 == 0
    else {
      findings.append(
        .calendarTime(
          written.value.value, "a duration", isDay ? "write `P1D`; the event counts in days" : "write `P1D` or `PT2H`",
          at: written.value.location))
      return nil
    }
    return length
  }

  /// The occurrences that `RDATE` adds: starts of the first one's length, or periods with a length of their own.
  mutating func added(like first: Freeze.Occurrence) -> [Freeze.Occurrence] {
    let length = first.end.wallMinutes - first.start.wallMinutes
    var result: [Freeze.Occurrence] = []
    for property in properties where property.name == "RDATE" {
      if property.parameter("VALUE")?.values.first?.uppercased() == "PERIOD" {
        result += periods(property, of: first.start)
      } else {
        result += further(property, start: first.start).map {
          Freeze.Occurrence(start: $0.value, end: $0.value.at(wallMinutes: $0.value.wallMinutes + length))
        }
      }
    }
    limit(result.count, of: "RDATE")
    return result
  }

  /// `19970101T180000Z/19970102T070000Z`, or `19970101T180000Z/PT5H30M`.
  private mutating func periods(_ property: ContentLine, of start: Moment) -> [Freeze.Occurrence] {
    guard let zone = zone(of: property) else { return [] }
    var result: [Freeze.Occurrence] = []
    for part in property.parts(separator: ",") {
      let halves = part.value.uppercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard halves.count == 2, let from = moment(halves[0], zone: zone), let begin = aligned(from, start),
        let end = MomentReader.duration(halves[1]).map({ occurrence(from: begin, lasting: $0).first.end })
          ?? moment(halves[1], zone: zone, roundsUp: true).flatMap({ aligned($0, start) }),
        end.wallMinutes > begin.wallMinutes
      else {
        findings.append(
          .calendarTime(
            part.value, "a period", "write `20271224T180000Z/PT2H` on the clock of `DTSTART`", at: part.location))
        continue
      }
      result.append(Freeze.Occurrence(start: begin, end: end))
    }
    return result
  }

  private func aligned(_ moment: Moment, _ start: Moment) -> Moment? {
    surroundings.zones.aligned(moment, with: start)
  }

  private mutating func moment(_ text: String, zone: String?, roundsUp: Bool = false) -> Moment? {
    MomentReader.moment(text, zone: zone, roundsUp: roundsUp).flatMap { inZoneOfFile($0) }
  }

  /// The zone that a property names, which may be none; `nil` with a finding for one that nobody knows.
  private mutating func zone(of property: ContentLine) -> String?? {
    guard let written = property.parameter("TZID") else { return .some(nil) }
    let name = written.values.first ?? ""
    guard let zone = surroundings.zones.zone(of: name) else {
      findings.append(surroundings.zones.finding(name, at: written.location))
      return nil
    }
    return zone
  }

  /// The moments of all properties of a name, in the form of the event's start.
  mutating func further(_ name: String, start: Moment) -> [Located<Moment>] {
    let result = properties.filter { $0.name == name }.flatMap { further($0, start: start) }
    limit(result.count, of: name)
    return result
  }

  private mutating func further(_ property: ContentLine, start: Moment) -> [Located<Moment>] {
    var result: [Located<Moment>] = []
    for moment in moments(property) {
      if let aligned = aligned(moment.value, start) {
        result.append(Located(aligned, at: moment.location))
      } else if case .day(let date) = moment.value, property.name == "EXDATE" {
        // Many programs write the day alone, and mean what would start on it.
        result.append(
          Located(start.at(wallMinutes: date.dayNumber * 1_440 + start.minutes), at: moment.location))
      } else {
        findings.append(
          .extent(
            "`\(property.name)` is not on the clock of `DTSTART`", "write it as `DTSTART` is", at: moment.location))
      }
    }
    return result
  }

  private mutating func limit(_ count: Int, of name: String) {
    guard count > Freeze.occurrenceLimit else { return }
    findings.append(
      .recurrence(
        "the event has more than \(Freeze.occurrenceLimit) times in `\(name)`", "write an `RRULE`", at: location))
  }

  /// The days or times of a property, with its zone.
  mutating func moments(_ property: ContentLine, roundsUp: Bool = false) -> [Located<Moment>] {
    let kind = property.parameter("VALUE")
    let wanted = kind?.values.first?.uppercased()
    if let kind, wanted != "DATE", wanted != "DATE-TIME" {
      findings.append(
        .calendarTime(
          wanted ?? "", "a form that is supported here", "write `VALUE=DATE`, or a time without `VALUE`",
          at: kind.location))
      return []
    }
    guard let zone = zone(of: property) else { return [] }
    var result: [Located<Moment>] = []
    for part in property.parts(separator: ",") {
      let moment = MomentReader.moment(part.value.uppercased(), zone: zone, roundsUp: roundsUp)
      let isDay = if case .day? = moment { true } else { false }
      let isUTC = if case .utc? = moment { true } else { false }
      guard let moment, wanted == nil || isDay == (wanted == "DATE") else {
        let shape = wanted == "DATE" ? "`20271224`" : "`20271224`, `20271224T180000` or `20271224T180000Z`"
        findings.append(
          .calendarTime(part.value, wanted == "DATE" ? "a day" : "a day or a time", "write \(shape)", at: part.location)
        )
        continue
      }
      if isUTC, let zone {
        findings.append(
          .calendarTime(part.value, "a time in `\(zone)`", "remove the `Z`, or remove `TZID`", at: part.location))
        continue
      }
      if let moment = inZoneOfFile(moment) { result.append(Located(moment, at: part.location)) }
    }
    return result
  }

  /// A time that names no zone, in the one that the file names for such times; `nil` when nobody knows that one.
  private mutating func inZoneOfFile(_ moment: Moment) -> Moment? {
    guard case .floating(let date, let minutes) = moment, let written = surroundings.zones.floating else {
      return moment
    }
    guard let zone = surroundings.zones.zone(of: written.value) else {
      let finding = surroundings.zones.finding(written.value, at: written.location)
      if !findings.contains(finding) { findings.append(finding) }
      return nil
    }
    return .local(date, minutes: minutes, zone: zone)
  }
}
