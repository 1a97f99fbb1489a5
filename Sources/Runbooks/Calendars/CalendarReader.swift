internal import Diagnostics

/// Reads RFC 5545: the events of a calendar file, and the zones that it describes. Tasks and alarms are passed over.
struct CalendarReader {
  private let file: String
  private(set) var findings: [Finding] = []
  private var events: [(properties: [ContentLine], location: SourceSpan)] = []
  private var zones: [ZoneBlock] = []
  /// What the file says of itself.
  private var header: [ContentLine] = []
  /// The components that are open.
  private var open: [Located<String>] = []

  /// More findings than this in one file say nothing new.
  static let findingLimit = 100

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: what is in the file.
  ///   - source: the path relative to the runbook, and how the runbook wants it read.
  ///   - file: the name of the file in findings.
  /// - Returns: the calendar with all events that could be read, and what is wrong.
  static func read(
    _ bytes: some Collection<UInt8>, source: CalendarSource, file: String
  ) -> (calendar: Calendar, findings: [Finding]) {
    var reader = CalendarReader(file: file)
    let (lines, notUTF8) = UnfoldedLine.lines(of: bytes)
    reader.findings = notUTF8.prefix(findingLimit).map { .notUTF8(at: SourceSpan(file: file, line: $0, column: 1)) }
    reader.read(lines)
    let calendar = Calendar(path: source.file.value, freezes: reader.freezes(source))
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
    } else if lines.isEmpty, findings.isEmpty {
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
    switch (component.value, open.last?.value) {
    case ("VEVENT", _): events.append(([], component.location))
    case ("VTIMEZONE", _): zones.append(ZoneBlock(location: component.location))
    case ("STANDARD", "VTIMEZONE"), ("DAYLIGHT", "VTIMEZONE"):
      zones[zones.count - 1].observances.append((component.location, []))
    default: break
    }
    open.append(component)
  }

  /// - Returns: `false` when the nesting is broken, so that the rest of the file cannot be understood.
  private mutating func end(_ written: Located<String>) -> Bool {
    guard let last = open.last, last.value == written.value.uppercased() else {
      malformed(
        "`END:\(written.value)` does not end `BEGIN:\(open.last?.value ?? "")`",
        "write `END:\(open.last?.value ?? "")`", at: written.location)
      // What is still open was reported just now, and an event that does not end is none.
      if open.contains(where: { $0.value == "VEVENT" }) { events.removeLast() }
      open = []
      return false
    }
    open.removeLast()
    return true
  }

  private mutating func take(_ property: ContentLine) {
    // Of tasks, alarms and zones little is read; what was written for this program must not vanish in them.
    if property.name.hasPrefix(FreezeVerbs.prefix), let component = open.last?.value,
      component != "VEVENT", component != "VCALENDAR"
    {
      findings.append(.misplacedVerbs(property, in: component))
    }
    switch (open.last?.value, open.dropLast().last?.value) {
    case ("VEVENT", _): events[events.count - 1].properties.append(property)
    case ("VTIMEZONE", _) where property.name == "TZID": zones[zones.count - 1].name = property.value
    case ("STANDARD", "VTIMEZONE"), ("DAYLIGHT", "VTIMEZONE"):
      let block = zones.count - 1
      zones[block].observances[zones[block].observances.count - 1].properties.append(property)
    case ("VCALENDAR", _): takeHeader(property)
    default: break
    }
  }

  private mutating func takeHeader(_ property: ContentLine) {
    header.append(property)
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

extension CalendarReader {
  /// Reads the events. Zones come first, wherever they stand in the file.
  private mutating func freezes(_ source: CalendarSource) -> [Freeze] {
    func value(_ name: String) -> Located<String>? { header.first { $0.name == name }?.value }
    let zones = CalendarZones(blocks: self.zones, floating: value("X-WR-TIMEZONE"))
    let (verbs, strange) = FreezeVerbs.read(header)
    findings += strange
    let surroundings = EventReader.Surroundings(
      zones: zones, source: source, isCancellation: value("METHOD")?.value.uppercased() == "CANCEL", verbs: verbs)
    // A component that is cut off was reported, and half an event would freeze too little.
    if open.contains(where: { $0.value == "VEVENT" }) { events.removeLast() }
    var read: [EventReader.Event] = []
    for event in events where findings.count < Self.findingLimit {
      let (event, found) = EventReader.read(event.properties, location: event.location, in: surroundings)
      read.append(event)
      findings += found
    }
    if let finding = Finding.transparentEvents(read, source: source, file: file) { findings.append(finding) }
    var versions = EventVersions(read, zones: zones)
    let freezes = versions.freezes()
    findings += versions.findings
    return freezes
  }
}
