internal import Quantities

/// Texts of iCalendar → days, times and durations.
enum MomentReader {
  /// Reads `20270104`, `20270104T090000` or `20270104T090000Z`.
  ///
  /// - Parameters:
  ///   - text: the text in upper case.
  ///   - zone: the zone of a time without `Z`; `nil` leaves it on the clock of each target.
  ///   - roundsUp: whether seconds are rounded to the next minute, so that a freeze is never shorter than written.
  /// - Returns: `nil` for any other text, and for days and times that do not exist.
  static func moment(_ text: String, zone: String?, roundsUp: Bool = false) -> Moment? {
    let bytes = Array(text.utf8)
    if bytes.count == 8 { return date(bytes[...]).map { .day($0) } }
    let isUTC = bytes.count == 16 && bytes[15] == UInt8(ascii: "Z")
    guard bytes.count == 15 || isUTC, bytes[8] == UInt8(ascii: "T"), let date = date(bytes[..<8]),
      let hour = number(bytes[9..<11]), let minute = number(bytes[11..<13]), let second = number(bytes[13..<15]),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let form: Moment =
      if isUTC { .utc(Instant(utcMidnight: date)) } else if let zone {
        .local(date, minutes: 0, zone: zone)
      } else { .floating(date, minutes: 0) }
    let started = roundsUp && second > 0 ? 1 : 0
    return form.at(wallMinutes: date.dayNumber * 1_440 + hour * 60 + minute + started)
  }

  /// A hundred years, in seconds: whatever is longer is a slip of the pen.
  private static let longest = 3_155_760_000

  /// Reads `P1D`, `PT2H30M`, `P1W`, `+PT2H`; a minus is not accepted, and a duration of nothing neither.
  ///
  /// - Returns: whole days, which are as long as the clock says, and then minutes, rounded up.
  static func duration(_ text: String) -> Freeze.Length? {
    var rest = Array(text.utf8)[...]
    if rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard rest.popFirst() == UInt8(ascii: "P") else { return nil }
    var (days, seconds) = (0, 0)
    var isTime = false
    while let first = rest.first {
      if first == UInt8(ascii: "T"), !isTime {
        isTime = true
        rest = rest.dropFirst()
        continue
      }
      let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      let lengths: [Character: Int] =
        isTime ? ["H": 3_600, "M": 60, "S": 1] : ["W": 7, "D": 1]
      guard let count = number(digits), let unit = rest.dropFirst(digits.count).first,
        let length = lengths[Character(Unicode.Scalar(unit))]
      else { return nil }
      if isTime { seconds += count * length } else { days += count * length }
      guard days <= longest / 86_400, seconds <= longest else { return nil }
      rest = rest.dropFirst(digits.count + 1)
    }
    guard days > 0 || seconds > 0, days * 86_400 + seconds <= longest else { return nil }
    return Freeze.Length(days: days, minutes: (seconds + 59) / 60)
  }

  private static func date(_ digits: ArraySlice<UInt8>) -> CivilDate? {
    // In another zone the first and the last day of the calendar would lie beyond it.
    guard let number = number(digits), (1...9_998).contains(number / 10_000) else { return nil }
    return CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
  }

  /// Reads at most eight digits, so that no sum of them overflows.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard digits.count <= 8, digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
      return nil
    }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
