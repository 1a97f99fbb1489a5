internal import Diagnostics
internal import Quantities

/// An `RRULE` → a recurrence, with what is wrong in it.
struct RecurrenceReader {
  private let start: Moment
  /// The same point in time in the form of the start, if there is one.
  private let align: (Moment) -> Moment?
  private(set) var findings: [Finding] = []
  private var rule = Recurrence(frequency: .daily)
  private var places: [String: SourceSpan] = [:]

  private static let known = [
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST",
  ]
  /// Parts that RFC 5545 has, but that do not count in days, or that hardly any calendar uses.
  private static let foreign = ["BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO"]
  private static let weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

  /// Reads the rule of an event that starts at `start`; `align` brings the end of the rule into the form of the start.
  /// - Returns: the rule; `nil` when there is a finding.
  static func read(
    _ line: ContentLine, start: Moment, align: @escaping (Moment) -> Moment?
  ) -> (rule: Recurrence?, findings: [Finding]) {
    var reader = RecurrenceReader(start: start, align: align)
    for part in line.parts(separator: ";") { reader.read(part) }
    if reader.findings.isEmpty { reader.check(line.value.location) }
    return (reader.findings.isEmpty ? reader.rule : nil, reader.findings)
  }

  private init(start: Moment, align: @escaping (Moment) -> Moment?) {
    self.start = start
    self.align = align
  }

  private mutating func read(_ part: Located<String>) {
    let halves = part.value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = halves[0].uppercased()
    guard halves.count == 2, Self.known.contains(name) else {
      findings.append(
        .recurrence(
          part.value.isEmpty ? "the rule has an empty part" : "the rule's part `\(halves[0])` is not supported",
          Spelling.nearest(to: name, among: Self.known).map { "write `\($0)=…`" }
            ?? (Self.foreign.contains(name)
              ? "say it with BYMONTH, BYMONTHDAY and BYDAY, or write several events" : "remove the part"),
          at: part.location))
      return
    }
    guard places.updateValue(part.location, forKey: name) == nil else {
      findings.append(.recurrence("`\(name)` stands twice in the rule", "remove one of the two", at: part.location))
      return
    }
    let values = halves[1].uppercased().split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if let advice = take(name, values) {
      findings.append(.recurrence("`\(part.value)` is not a part of a rule", advice, at: part.location))
    }
  }

  /// Takes the values of a part.
  /// - Returns: what to write instead, when they do not fit.
  private mutating func take(_ name: String, _ values: [String]) -> String? {
    let single = values.count == 1 ? values[0] : ""
    switch name {
    case "FREQ":
      guard let frequency = Recurrence.Frequency(rawValue: single) else {
        return "write `DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY`"
      }
      rule.frequency = frequency
    case "INTERVAL":
      guard let interval = Self.numbers(values, 1...9_999)?.first, !single.isEmpty, interval > 0 else {
        return "write a number from 1 to 9999"
      }
      rule.interval = interval
    case "COUNT":
      guard let count = Self.numbers(values, 1...Freeze.occurrenceLimit)?.first, !single.isEmpty, count > 0 else {
        return "write a number from 1 to \(Freeze.occurrenceLimit)"
      }
      rule.count = count
    case "UNTIL": return takeUntil(single)
    case "BYDAY":
      let days = values.compactMap(Self.weekday)
      guard days.count == values.count else { return "write days such as `MO`, `2TU` or `-1FR`" }
      rule.weekdays = days
    case "BYMONTHDAY":
      guard let days = Self.numbers(values, 1...31) else { return "write days from 1 to 31, or from -31 to -1" }
      rule.monthDays = days
    case "BYMONTH":
      guard let months = Self.numbers(values, 1...12), months.allSatisfy({ $0 > 0 }) else {
        return "write months from 1 to 12"
      }
      rule.months = months
    case "BYSETPOS":
      guard let positions = Self.numbers(values, 1...366) else { return "write positions such as `1` or `-1`" }
      rule.positions = positions
    default:
      guard let day = Self.weekdays.firstIndex(of: single) else { return "write a day such as `MO`" }
      rule.weekStart = day + 1
    }
    return nil
  }

  private mutating func takeUntil(_ text: String) -> String? {
    guard let until = MomentReader.moment(text, zone: start.zone) else {
      return "write `UNTIL=20271231T235959Z`, or `UNTIL=20271231` for whole days"
    }
    if case .day(let date) = until {
      // Its last day counts as a whole, also for an event with a time of day.
      rule.until = date
    } else if case .day = start {
      rule.until = until.date
    } else if let aligned = align(until) {
      let isTooLate = start.minutes > aligned.minutes
      rule.until = aligned.date.adding(days: isTooLate ? -1 : 0)
    } else {
      if case .utc = start { return "write it in UTC, with `Z` at its end" }
      return "write it without `Z`: the event is in local time"
    }
    return nil
  }

  /// Looks at what the parts say together.
  private mutating func check(_ whole: SourceSpan) {
    let at = { [places] (name: String) in places[name] ?? whole }
    if places["FREQ"] == nil {
      findings.append(.recurrence("the rule has no `FREQ`", "add `FREQ=YEARLY` or the like", at: whole))
    }
    if places["COUNT"] != nil, places["UNTIL"] != nil {
      findings.append(.recurrence("the rule has `COUNT` and `UNTIL`", "keep one of the two", at: at("UNTIL")))
    }
    if rule.frequency == .weekly, !rule.monthDays.isEmpty {
      findings.append(
        .recurrence("`BYMONTHDAY` does not go with `FREQ=WEEKLY`", "write `FREQ=DAILY`", at: at("BYMONTHDAY")))
    }
    let hasOrdinals = rule.weekdays.contains { $0.ordinal != 0 }
    if hasOrdinals, rule.frequency == .daily || rule.frequency == .weekly {
      findings.append(
        .recurrence(
          "`BYDAY` with a number does not go with `FREQ=\(rule.frequency.rawValue)`",
          "write `FREQ=MONTHLY`, or the day without its number", at: at("BYDAY")))
    }
    if !rule.positions.isEmpty, rule.weekdays.isEmpty, rule.monthDays.isEmpty, rule.months.isEmpty {
      findings.append(
        .recurrence("`BYSETPOS` has nothing to choose from", "add `BYDAY` or `BYMONTHDAY`", at: at("BYSETPOS")))
    }
  }

  private static func numbers(_ values: [String], _ range: ClosedRange<Int>) -> [Int]? {
    let numbers = values.compactMap { Int($0) }
    return numbers.count == values.count && numbers.allSatisfy { range.contains($0) || range.contains(0 &- $0) }
      ? numbers : nil
  }

  private static func weekday(_ text: String) -> Recurrence.Weekday? {
    guard text.utf8.count >= 2, let day = weekdays.firstIndex(of: String(text.suffix(2))) else { return nil }
    let number = text.dropLast(2)
    if number.isEmpty { return Recurrence.Weekday(day: day + 1) }
    guard let ordinal = Int(number), ordinal != 0, (-53...53).contains(ordinal) else { return nil }
    return Recurrence.Weekday(ordinal: ordinal, day: day + 1)
  }
}
