internal import Diagnostics
internal import Quantities

// What can be wrong in calendar files.

extension Finding {
  static func malformedCalendar(_ message: String, _ advice: String, at place: SourceSpan) -> Finding {
    Finding(code: "G150", message: message, location: place, suggestion: advice)
  }

  static func calendarProperty(_ message: String, _ advice: String, at place: SourceSpan) -> Finding {
    Finding(code: "G151", message: message, location: place, suggestion: advice)
  }

  static func calendarTime(_ text: String, _ noun: String, _ advice: String, at place: SourceSpan) -> Finding {
    Finding(code: "G152", message: "`\(text)` is not \(noun)", location: place, suggestion: advice)
  }

  static func calendarZone(_ zone: String, at place: SourceSpan) -> Finding {
    let nearest = ZoneNames.nearest(to: zone)
    return Finding(
      code: "G153", message: "`\(zone)` is not a time zone", location: place,
      suggestion: nearest.map { "write `\($0)`" }
        ?? "write an IANA name such as `Europe/Amsterdam`, or describe the zone in a `VTIMEZONE`",
      replacement: nearest)
  }

  static func zoneDescription(_ zone: String, because: String, at place: SourceSpan) -> Finding {
    let nearest = ZoneNames.nearest(to: zone)
    return Finding(
      code: "G153", message: "the description of the time zone `\(zone)` cannot be read: \(because)", location: place,
      suggestion: "correct it, or write `TZID=\(nearest ?? "Europe/Amsterdam")` in the events")
  }

  static func ruleOfException(at place: SourceSpan) -> Finding {
    Finding(
      code: "G155", severity: .warning,
      message: "an event with `RECURRENCE-ID` takes the place of one occurrence, so its `RRULE` is left out",
      location: place, suggestion: "remove the `RRULE`, or write an event of its own, with another `UID`")
  }

  /// Says which events are left out since they take no time; `nil` where there are none, or the runbook says so itself.
  static func transparentEvents(
    _ events: [EventReader.Event], source: CalendarSource, file: String
  ) -> Finding? {
    let out = events.filter { $0.leftOut != nil }
    guard let first = out.first?.leftOut, source.transparent == nil else { return nil }
    var names: [String] = []
    for event in out where !names.contains(event.summary) { names.append(event.summary) }
    let shown = names.prefix(3).map { $0.isEmpty ? "one without a name" : "`\($0)`" }
    let more = names.count - shown.count
    return Finding(
      code: "G181", severity: .warning,
      message: "\(out.count) of \(events.count) event\(events.count == 1 ? "" : "s") "
        + "\(out.count == 1 ? "is transparent and freezes" : "are transparent and freeze") nothing: "
        + shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""), location: first,
      suggestion: "write `calendars: [ { file: \(source.file.value), transparent: freeze } ]` if they shall freeze, "
        + "or `transparent: ignore` if not")
  }

  static func extent(_ message: String, _ advice: String, at place: SourceSpan) -> Finding {
    Finding(code: "G154", message: message, location: place, suggestion: advice)
  }

  static func recurrence(_ message: String, _ advice: String, at place: SourceSpan) -> Finding {
    Finding(code: "G155", message: message, location: place, suggestion: advice)
  }

  static func unsynchronized(_ start: Moment, next: CivilDate?, at place: SourceSpan) -> Finding {
    Finding(
      code: "G156", message: "the event starts at \(start.text), which its rule does not name", location: place,
      suggestion: next.map { "start the event on \($0.text), or write the rule so that it names the start" }
        ?? "correct the rule: it names no day in 28 years")
  }

  static func idleException(_ moment: Moment, at place: SourceSpan) -> Finding {
    Finding(
      code: "G157", severity: .warning, message: "no occurrence of the event starts at \(moment.text)",
      location: place, suggestion: "write the start of the occurrence that does not take place, or remove the exception"
    )
  }

  static func freezeVerb(_ message: String, known: String, at property: ContentLine) -> Finding {
    freezeVerb(message, known: known, at: property.nameLocation, nearest: known)
  }

  static func freezeVerb(_ message: String, known: String, at place: SourceSpan, nearest: String?) -> Finding {
    Finding(
      code: "G158", message: message, location: place, suggestion: "write `\(nearest ?? known)`", replacement: nearest)
  }

  static func misplacedVerbs(_ property: ContentLine, in component: String) -> Finding {
    Finding(
      code: "G158", message: "`\(property.name)` means nothing in `\(component)`", location: property.nameLocation,
      suggestion: "write it in the event that it is about, or at the top of the calendar for all of its events")
  }

  static func emptyCalendar(at place: SourceSpan) -> Finding {
    Finding(
      code: "G159", severity: .warning, message: "the calendar freezes nothing", location: place,
      suggestion: "add events that are not cancelled, or remove the file from `calendars`")
  }

  /// A category that is nobody's country or region; `alone` counts the freezes that have no other one.
  static func strangeCategory(
    _ category: Located<String>, count: Int, alone: Int, file: String, known: [String]
  ) -> Finding {
    let lower = category.value.lowercased()
    let nearest = Spelling.nearest(to: lower, among: known.map { $0.lowercased() })
      .flatMap { nearest in known.first { $0.lowercased() == nearest } }
    let freezes = { (number: Int) in "\(number) freeze\(number == 1 ? "" : "s")" }
    let advice =
      known.isEmpty
      ? "give the inventory a column `country` or `region`, or remove the category: a freeze without any concerns all"
      : "say whom the file concerns with `{ file: \(file), categories: [\(known[0])] }` in `calendars`, or remove the "
        + "category: a freeze without any concerns all"
    return Finding(
      code: "G180", severity: .warning,
      message: "no target has the country or region `\(category.value)`"
        + (alone > 0
          ? ": \(freezes(alone)) concern\(alone == 1 ? "s" : "") nobody"
          : ", which \(freezes(count)) name\(count == 1 ? "s" : "")"),
      location: category.location, suggestion: nearest.map { "write `\($0)`" } ?? advice, replacement: nearest,
      notes: known.isEmpty ? [] : ["known: \(known.prefix(8).joined(separator: ", "))\(known.count > 8 ? ", …" : "")"])
  }
}
