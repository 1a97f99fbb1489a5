public import Plans
import Quantities

/// The waves of a plan as an iCalendar file (RFC 5545): one event each, at the earliest times that the plan has
/// for it.
public enum PlanCalendar {
  /// The file.
  ///
  /// An event keeps its `UID` for ever. Its `SEQUENCE` rises by one when its times are others than in the file that was
  /// written before, so that a calendar program moves it and does not show it twice; a wave that is gone is cancelled.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - old: the text of the file that was written before, if there is one.
  /// - Returns: the text of the file, with the line ends that the format wants.
  public static func text(_ plan: Plan, replacing old: String? = nil) -> String {
    let known = old.map(events) ?? [:]
    var lines = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sanderling//Plan//EN", "CALSCALE:GREGORIAN",
      "X-WR-CALNAME:\(escaped("\(plan.runbook), \(plan.environment)"))",
    ]
    var written: Set<String> = []
    for stage in plan.stages.indices {
      for wave in plan.stages[stage].waves.indices {
        let planned = plan.stages[stage].waves[wave]
        guard let first = planned.earliest else { continue }
        let path = plan.path(stage: stage, wave: wave)
        var event = Event(
          uid: uid(path, of: plan), start: compact(first), end: compact((planned.latest ?? first).adding(days: 1)))
        if let starts = planned.starts, let ends = planned.ends {
          // An event of no length has a start alone.
          (event.start, event.end) = (compact(starts.first), ends > starts.first ? compact(ends) : nil)
        }
        written.insert(event.uid)
        lines += self.lines(
          event, sequence: sequence(of: event, in: known), status: "TENTATIVE", plan: plan,
          summary: escaped("\(plan.runbook): \(path), \(planned.targets.count.counted("target"))"))
      }
    }
    for gone in known.values.sorted(by: { $0.event.uid < $1.event.uid }) where !written.contains(gone.event.uid) {
      let sequence = gone.isCancelled ? gone.sequence : gone.sequence + 1
      lines += self.lines(gone.event, sequence: sequence, status: "CANCELLED", plan: plan, summary: gone.summary)
    }
    lines.append("END:VCALENDAR")
    return lines.map(folded).joined(separator: "\r\n") + "\r\n"
  }

  private struct Event: Equatable {
    var uid: String
    /// A day, or a time in UTC.
    var start: String
    var end: String?
  }

  private struct Known {
    var event: Event
    var sequence: Int
    /// As it stands in the file.
    var summary: String
    var isCancelled: Bool
  }

  private static func uid(_ path: String, of plan: Plan) -> String {
    "\(escaped("\(plan.runbook)/\(plan.environment)/\(path)"))@sanderling"
  }

  private static func sequence(of event: Event, in known: [String: Known]) -> Int {
    guard let before = known[event.uid] else { return 0 }
    return before.event == event && !before.isCancelled ? before.sequence : before.sequence + 1
  }

  private static func lines(
    _ event: Event, sequence: Int, status: String, plan: Plan, summary: String
  ) -> [String] {
    [
      // The time of the stamp is that of the plan's first day: the same plan gives the same bytes.
      "BEGIN:VEVENT", "UID:\(event.uid)", "DTSTAMP:\(plan.starts.map(compact) ?? "20000101")T000000Z",
      "SEQUENCE:\(sequence)", property("DTSTART", event.start),
    ] + (event.end.map { [property("DTEND", $0)] } ?? []) + [
      "SUMMARY:\(summary)", "STATUS:\(status)", "TRANSP:TRANSPARENT",
      "DESCRIPTION:\(escaped("Plan \(plan.digest.short). The earliest times; a wave waits for what it needs."))",
      "END:VEVENT",
    ]
  }

  private static func property(_ name: String, _ time: String) -> String {
    time.contains("T") ? "\(name):\(time)" : "\(name);VALUE=DATE:\(time)"
  }

  /// The events of a file that this wrote.
  private static func events(_ text: String) -> [String: Known] {
    var found: [String: Known] = [:]
    var fields: [String: String] = [:]
    let unfolded = text.replacing("\r\n ", with: "").replacing("\n ", with: "")
    for line in unfolded.split(whereSeparator: \.isNewline) {
      if line == "BEGIN:VEVENT" { fields = [:] }
      if let colon = line.firstIndex(of: ":") {
        fields[String(line[..<colon].prefix { $0 != ";" })] = String(line[line.index(after: colon)...])
      }
      guard line == "END:VEVENT", let uid = fields["UID"], let start = fields["DTSTART"] else { continue }
      found[uid] = Known(
        event: Event(uid: uid, start: start, end: fields["DTEND"]),
        sequence: fields["SEQUENCE"].flatMap { Int($0) } ?? 0,
        summary: fields["SUMMARY"] ?? "", isCancelled: fields["STATUS"] == "CANCELLED")
    }
    return found
  }

  /// `20270301T200000Z`
  private static func compact(_ instant: Instant) -> String {
    "\(instant.text.prefix(19).filter { $0 != "-" && $0 != ":" })Z"
  }

  private static func compact(_ date: CivilDate) -> String { date.text.replacing("-", with: "") }

  /// By scalars: a carriage return and a line feed are one Character in Swift, and neither may pass.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\\", ";", ",": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// At most 75 octets a line, cut between letters.
  private static func folded(_ line: String) -> String {
    var result = ""
    var length = 0
    for character in line {
      let size = character.utf8.count
      if length + size > 75 {
        result += "\r\n "
        length = 1
      }
      result.append(character)
      length += size
    }
    return result
  }
}
