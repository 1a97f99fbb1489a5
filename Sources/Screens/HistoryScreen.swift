public import Engine
public import History
public import Plans
public import Quantities

/// What happened in a run: as a story, as a list of all records, as data.
public enum HistoryScreen {
  /// One row for each wave, phase, failure, rollback and command: how it ended, how long it took, who and why.
  ///
  /// - `offset`: seconds east of UTC at an instant, in the zone of the reader.
  /// - `zone`: the label of that zone.
  public static func overview(
    _ timeline: [TimelineEntry], plan: Plan, runName: String, style: Style, columns: Int,
    offset: @escaping (Instant) -> Int = { _ in 0 }, zone: String = "UTC"
  ) -> String {
    let time = LocalTime(offset: offset, zone: Sanitize.line(zone))
    let title = "\(Sanitize.line(plan.runbook)) · \(Sanitize.line(plan.environment)) · \(Sanitize.line(runName))"
    var rows = [Width.spread(style.paint(title, .bold), style.paint("plan \(plan.digest.short)", .dim), to: columns)]
    for line in plan.loud {
      // Wrapped and never cut: this is what must not be overlooked.
      for (number, row) in Width.wrap(line.text, to: max(20, columns - 10)).enumerated() {
        rows.append(style.paint("\(Width.pad(number == 0 ? line.label : "", to: 9)) \(row)", .warn))
      }
    }
    rows.append("")
    if timeline.isEmpty { rows.append("nothing has happened yet") }
    let places = timeline.map { place($0) }
    let width = min(max(12, columns / 3), places.map { Width.columns($0) }.max() ?? 0)
    for (entry, place) in zip(timeline, places) {
      let mark = entry.mark.map(style.symbol) ?? String(repeating: " ", count: style.symbolWidth)
      var row = "\(time.day(entry.at))  \(Width.pad(Width.truncateFront(place, to: width), to: width))  \(mark) "
      row += Width.pad(Sanitize.line(entry.fact), to: 16)
      if let took = entry.took { row += "  \(took.spoken)" }
      if let actor = entry.actor { row += "  by \(Sanitize.line(actor))" }
      if let reason = entry.reason, !entry.fact.contains(reason) { row += "  \(Sanitize.line(reason))" }
      while row.last == " " { row.removeLast() }
      rows.append(row)
    }
    let years = Set(timeline.map { time.date($0.at).year }).sorted().map(String.init).joined(separator: " and ")
    rows += ["", style.paint("times in \(time.zone), \(years) · --events all records · --json · --csv", .dim)]
    return style.finish(rows.map { Width.truncate($0, to: columns) + "\n" }.joined())
  }

  private static func place(_ entry: TimelineEntry) -> String {
    if entry.path.isEmpty { return entry.kind == .finished ? "run" : entry.kind.rawValue }
    let indent = entry.kind == .failure || entry.kind == .parked ? "  " : ""
    return indent + RunState.crumbs(entry.path)
  }

  /// All records, one a line: sequence number, time, type, subject, actor, facts.
  public static func table(
    _ events: [HistoryRecord], index: PlanIndex, offset: @escaping (Instant) -> Int = { _ in 0 }, zone: String = "UTC"
  ) -> String {
    let time = LocalTime(offset: offset, zone: Sanitize.line(zone))
    var table = Table([
      .init(title: "SEQ", isRight: true), .init(title: "TIME (\(time.zone))"), .init(title: "TYPE"),
      .init(title: "SUBJECT"), .init(title: "ACTOR"), .init(title: "FACT"),
    ])
    table.rows = events.map { record in
      let subject = Sanitize.line(record.detail.path(of: record.event, in: index))
      return [
        String(record.seq), "\(time.date(record.event.at).text) \(time.seconds(record.event.at))",
        record.event.kind.type,
        subject.isEmpty ? "-" : subject, record.detail.actor.map(Sanitize.line) ?? "-",
        facts(record, index: index).map { "\($0.key)=\(Sanitize.value($0.value.plainText))" }.joined(separator: " "),
      ]
    }
    return table.lines(columns: .max, style: .plain).map { $0 + "\n" }.joined()
  }

  private static func facts(_ record: HistoryRecord, index: PlanIndex) -> [(key: String, value: JSON)] {
    EventLines.fields(record.event, index: index, detail: record.detail).filter {
      $0.key != "path" && $0.key != "actor"
    }
  }

  /// All records as CSV (RFC 4180), with a header row and protected against formulas of spreadsheets.
  public static func csv(_ events: [HistoryRecord], index: PlanIndex) -> String {
    var text = CSV.row(["seq", "at", "severity", "type", "subject", "actor", "fact", "reason", "cause"])
    for record in events {
      let facts = facts(record, index: index).filter { $0.key != "reason" }
      text += CSV.row([
        String(record.seq), record.event.at.text, record.event.kind.level.rawValue, record.event.kind.type,
        record.detail.path(of: record.event, in: index), record.detail.actor ?? "",
        facts.map { "\($0.key)=\(Sanitize.value($0.value.plainText))" }.joined(separator: " "),
        record.detail.reason
          ?? record.event.reason(in: record.detail.context(of: record.event, in: index)) ?? "",
        record.event.cause.map(String.init) ?? "",
      ])
    }
    return text
  }
}

/// Rows of CSV that no reader can take for something else.
enum CSV {
  /// One row with its line end.
  ///
  /// - `hasNumbers`: whether a negative number is meant as one: it stays a number to programs, and no spreadsheet
  ///   computes it.
  static func row(_ cells: [String], hasNumbers: Bool = false) -> String {
    cells.map { hasNumbers && $0.wholeMatch(of: #/-[0-9]+(\.[0-9]+)?/#) != nil ? $0 : cell($0) }
      .joined(separator: ",") + "\r\n"
  }

  /// A cell: in quotes where RFC 4180 asks for them, with `'` before what a spreadsheet would compute, and with marks
  /// in place of what would move a cursor or turn the direction of a text.
  static func cell(_ text: String) -> String {
    let text = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      // Line breaks stay where a person wrote some: within quotes they are a part of the cell.
      let text = String(decoding: line, as: UTF8.self)
      return text.hasSuffix("\r") ? Sanitize.line(String(text.dropLast())) + "\r" : Sanitize.line(text)
    }.joined(separator: "\n")
    var value = text
    if let first = text.unicodeScalars.first(where: { $0 != " " }), "=+-@\r".unicodeScalars.contains(first) {
      value = "'" + text
    }
    // By scalars: a carriage return and a line feed are one character of Swift.
    guard value.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return value }
    var quoted = "\""
    for scalar in value.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

extension TimelineEntry {
  /// The symbol of how it ended, if it ended somehow.
  var mark: Mark? {
    switch standing {
    case .done: .done
    case .running: .running
    case .failed: .failed
    case .undone: .undone
    case .held: .held
    case .fired: .firing
    case .inDoubt: .inDoubt
    case .note: nil
    }
  }
}
