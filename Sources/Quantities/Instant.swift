/// A point in time, in whole milliseconds since the Unix epoch, without leap seconds.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
  public let milliseconds: Int64

  /// Makes the instant that lies `milliseconds` after the Unix epoch.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The start of a civil day in UTC.
  public init(utcMidnight date: CivilDate) {
    self.init(milliseconds: Int64(date.dayNumber) * Span.day.milliseconds)
  }

  /// Reads the one form that the journal writes: `2027-01-04T09:00:00.000Z`.
  ///
  /// - Returns: `nil` for every other form, so that a stored time has exactly one spelling.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 24, bytes[10] == UInt8(ascii: "T"), bytes[23] == UInt8(ascii: "Z"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "."),
      let date = CivilDate(String(decoding: bytes[0..<10], as: UTF8.self)),
      let hour = decimal(bytes[11..<13]), let minute = decimal(bytes[14..<16]), let second = decimal(bytes[17..<19]),
      let fraction = decimal(bytes[20..<23]), hour < 24, minute < 60, second < 60
    else { return nil }
    let seconds = Int64(date.dayNumber) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    self.init(milliseconds: seconds * 1_000 + Int64(fraction))
  }

  /// The civil day in UTC that contains this instant.
  public var utcDate: CivilDate {
    CivilDate(dayNumber: Int(milliseconds.flooredDivision(by: Span.day.milliseconds)))
  }

  /// The form that the journal writes: `2027-01-04T09:00:00.000Z`.
  public var text: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    appendText(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends ``text`` to a buffer of UTF-8, without making a string.
  public func appendText(to bytes: inout [UInt8]) {
    let date = utcDate
    let inDay = Int(milliseconds - Int64(date.dayNumber) * Span.day.milliseconds)
    appendPadded(date.year, width: 4, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    appendPadded(date.month, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    appendPadded(date.day, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    appendPadded(inDay / 3_600_000, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    appendPadded(inDay / 60_000 % 60, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    appendPadded(inDay / 1_000 % 60, width: 2, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    appendPadded(inDay % 1_000, width: 3, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

  public static func + (instant: Instant, span: Span) -> Instant {
    Instant(milliseconds: instant.milliseconds &+ span.milliseconds)
  }

  /// The span from `right` to `left`; negative when `left` is earlier.
  public static func - (left: Instant, right: Instant) -> Span {
    Span(milliseconds: left.milliseconds &- right.milliseconds)
  }
}

extension Int64 {
  /// Division that rounds towards negative infinity, as calendars need before 1970.
  func flooredDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

/// Reads plain decimal digits; `nil` when there is anything else.
func decimal(_ digits: some Collection<UInt8>) -> Int? {
  guard !digits.isEmpty, digits.count < 18 else { return nil }
  var value = 0
  for digit in digits {
    guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
    value = value * 10 + Int(digit - UInt8(ascii: "0"))
  }
  return value
}

/// Appends a non-negative number with leading zeros.
func appendPadded(_ value: Int, width: Int, to bytes: inout [UInt8]) {
  var divisor = 1
  for _ in 1..<width { divisor *= 10 }
  while divisor > 0 {
    bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
    divisor /= 10
  }
}
