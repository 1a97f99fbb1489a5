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
    // Some programs put a prefix of their own before the name: `/example.org/20070129_1/Europe/Berlin`.
    let parts = zone.split(separator: "/")
    let tail = parts.suffix(2).joined(separator: "/")
    let nearest = parts.count > 2 && ZoneNames.contains(tail) ? tail : ZoneNames.nearest(to: zone)
    return Finding(
      code: "G153", message: "`\(zone)` is not a time zone", location: place,
      suggestion: nearest.map { "write `\($0)`" } ?? "write an IANA name such as `Europe/Amsterdam`",
      replacement: nearest, notes: ["`VTIMEZONE` blocks are not read: the zone's rules come from the IANA database"])
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

  static func emptyCalendar(at place: SourceSpan) -> Finding {
    Finding(
      code: "G159", severity: .warning, message: "the calendar freezes nothing", location: place,
      suggestion: "add events that are neither cancelled nor transparent, or remove the file from `calendars`")
  }
}
