internal import Diagnostics

/// Reads RFC 5545: the events of a calendar file. Time zones, tasks and alarms in it are passed over.
struct CalendarReader {
  private let file: String
  private(set) var findings: [Finding] = []
  private var events: [EventReader.Event] = []
  /// The components that are open.
  private var open: [Located<String>] = []
  private var properties: [ContentLine] = []

  /// More findings than this in one file say nothing new.
  private static let findingLimit = 100

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - path: the path relative to the runbook.
  ///   - file: the name of the file in findings.
  /// - Returns: the calendar with all events that could be read, and what is wrong.
  static func read(_ text: String, path: String, file: String) -> (calendar: Calendar, findings: [Finding]) {
    var reader = CalendarReader(file: file)
    reader.read(UnfoldedLine.lines(of: text))
    let calendar = Calendar(path: path, freezes: reader.freezes())
    if calendar.freezes.isEmpty, reader.findings.isEmpty {
      reader.findings.append(.emptyCalendar(at: SourceSpan(file: file)))
    }
    return (calendar, Array(reader.findings.prefix(findingLimit)))
  }

  private init(file: String) {
    self.file = file
  }

  private mutating func read(_ lines: [UnfoldedLine]) {
    for line in lines where findings.count < Self.findingLimit {
      let whole = line.span(0..<line.scalars.count, file: file)
      let property = ContentLine(line, file: file)
      if open.isEmpty, property?.name != "BEGIN" || property?.value.value.uppercased() != "VCALENDAR" {
        malformed("this is not an iCalendar file", "start the file with `BEGIN:VCALENDAR`", at: whole)
        return
      }
      guard let property else {
        malformed("the line is not a property", "write `NAME:value`, or start the line with a space", at: whole)
        continue
      }
      switch property.name {
      case "BEGIN": begin(property.value)
      case "END": guard end(property.value) else { return }
      default: take(property)
      }
    }
    // After so many findings the rest was not read.
    guard findings.count < Self.findingLimit else { return }
    if let last = open.last {
      let advice = "add `END:\(last.value)`: the file may be cut off"
      malformed("`BEGIN:\(last.value)` has no end", advice, at: last.location)
    } else if lines.isEmpty {
      malformed(
        "the file is empty", "start the file with `BEGIN:VCALENDAR`", at: SourceSpan(file: file, line: 1, column: 1))
    }
  }

  private mutating func begin(_ written: Located<String>) {
    let component = Located(written.value.uppercased(), at: written.location)
    if component.value == "VEVENT", open.count != 1 {
      let outer = open.last?.value ?? ""
      malformed("an event stands inside `\(outer)`", "end that component before the event", at: written.location)
    } else if component.value == "VCALENDAR", !open.isEmpty {
      malformed("a calendar stands inside another one", "end the first one before it", at: written.location)
    }
    if component.value == "VEVENT" { properties = [] }
    open.append(component)
  }

  /// - Returns: `false` when the nesting is broken, so that the rest of the file cannot be understood.
  private mutating func end(_ written: Located<String>) -> Bool {
    guard let last = open.last, last.value == written.value.uppercased() else {
      malformed(
        "`END:\(written.value)` does not end `BEGIN:\(open.last?.value ?? "")`",
        "write `END:\(open.last?.value ?? "")`", at: written.location)
      // What is still open was reported just now.
      open = []
      return false
    }
    open.removeLast()
    guard last.value == "VEVENT", open.count == 1 else { return true }
    let (event, found) = EventReader.read(properties, location: last.location)
    events.append(event)
    findings += found
    return true
  }

  private mutating func take(_ property: ContentLine) {
    let component = open.last?.value
    if component == "VEVENT" { properties.append(property) }
    guard component == "VCALENDAR" else { return }
    let value = property.value
    if property.name == "CALSCALE", value.value.uppercased() != "GREGORIAN" {
      malformed("the calendar is not Gregorian", "write `CALSCALE:GREGORIAN`", at: value.location)
    } else if property.name == "VERSION", value.value != "2.0" {
      malformed("the file is not iCalendar 2.0", "export it as iCalendar, `VERSION:2.0`", at: value.location)
    }
  }

  private mutating func malformed(_ message: String, _ advice: String, at place: SourceSpan) {
    findings.append(.malformedCalendar(message, advice, at: place))
  }
}

// MARK: - Exceptions

extension CalendarReader {
  /// The freezes, with those occurrences taken out that another event takes the place of.
  private mutating func freezes() -> [Freeze] {
    var masters: [String: Int] = [:]
    for (index, event) in events.enumerated() where event.replaced == nil && event.freeze != nil {
      if !event.uid.isEmpty, masters[event.uid] == nil { masters[event.uid] = index }
    }
    for event in events {
      guard let replaced = event.replaced, let index = masters[event.uid],
        let start = events[index].freeze?.start
      else { continue }
      guard let moment = MomentReader.aligned(replaced.value, with: start) else {
        findings.append(
          .extent(
            "`RECURRENCE-ID` is not on the clock of the event's `DTSTART`", "write it as `DTSTART` is",
            at: replaced.location))
        continue
      }
      events[index].freeze?.excluded.append(moment)
      events[index].exceptions.append(Located(moment, at: replaced.location))
    }
    for event in events { checkExceptions(of: event) }
    return events.compactMap(\.freeze)
  }

  /// An exception that hits nothing is a misunderstanding: somebody believes that the day is free.
  private mutating func checkExceptions(of event: EventReader.Event) {
    guard var freeze = event.freeze else { return }
    freeze.excluded = []
    for exception in event.exceptions where findings.count < Self.findingLimit {
      let day = exception.value.date
      let starts = freeze.occurrences(from: day, through: day).map(\.start.wallMinutes)
      guard !starts.contains(exception.value.wallMinutes) else { continue }
      findings.append(.idleException(exception.value, at: exception.location))
    }
  }
}
