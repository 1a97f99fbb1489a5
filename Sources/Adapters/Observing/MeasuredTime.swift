public import Quantities

/// When a sample was taken, as its provider says.
public enum MeasuredTime: Hashable, Sendable {
  case at(Instant)
  /// What stands where a time should be, and is none.
  case unreadable(String)

  /// How far ahead of ours the clock of a provider may be.
  public static let skew = Span(milliseconds: 10_000)

  /// The unit of times that are numbers.
  enum Unit { case seconds, milliseconds }

  /// A time as RFC 3339 with any offset, or as a number since 1970-01-01T00:00:00Z, whole or with a fraction.
  init(_ json: JSON, in unit: Unit) {
    switch json {
    case .integer(let number): self.init(number: String(number), in: unit)
    case .decimal(let text): self.init(number: text, in: unit)
    case .string(let text): self.init(text, in: unit)
    case .null, .bool, .array, .object: self = .unreadable(json.canonicalText)
    }
  }

  /// The same of a text.
  init(_ text: String, in unit: Unit) {
    if case .number = MeasuredNumber(text) {
      self.init(number: text, in: unit)
    } else {
      self = Self.calendarTime(text).map { .at($0) } ?? .unreadable(text)
    }
  }

  private init(number text: String, in unit: Unit) {
    guard let number = MeasuredNumber(text).number,
      let milliseconds = unit == .milliseconds ? number : number.percent(of: Self.thousandfold),
      let instant = Self.sane(Instant(milliseconds: Int64(milliseconds.wholePart)))
    else {
      self = .unreadable(text)
      return
    }
    self = .at(instant)
  }

  /// 1000 times, in percent.
  private static let thousandfold = Fixed(millionths: 100_000_000_000)

  /// An instant that a clock may show: since 1970 and before the year 10000.
  private static func sane(_ instant: Instant) -> Instant? {
    instant.milliseconds >= 0 && instant.milliseconds < 253_402_300_800_000 ? instant : nil
  }

  /// Reads `2027-01-04T09:00:00Z`, `2027-01-04T10:00:00.25+01:00`: date, time, and how far from UTC (RFC 3339).
  private static func calendarTime(_ text: String) -> Instant? {
    var rest = Array(text.utf8)[...]
    guard rest.count >= 20, "Tt ".utf8.contains(rest[10]) else { return nil }
    var whole = String(decoding: rest.prefix(10), as: UTF8.self) + "T"
    let clock = String(decoding: rest.dropFirst(11).prefix(8), as: UTF8.self)
    // A leap second is the moment after the one before it.
    let isLeap = clock.hasSuffix(":60")
    whole += isLeap ? clock.dropLast(2) + "59" : clock
    rest = rest.dropFirst(19)
    var fraction = ""
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard !digits.isEmpty else { return nil }
      fraction = String(decoding: digits.prefix(3), as: UTF8.self)
      rest = rest.dropFirst(1 + digits.count)
    }
    while fraction.utf8.count < 3 { fraction += "0" }
    guard let local = Instant("\(whole).\(fraction)Z"), let east = offset(rest) else { return nil }
    return sane(local + Span(milliseconds: (isLeap ? 1_000 : 0) - east))
  }

  /// How many milliseconds east of UTC `Z` or `+02:00` is; `nil` for anything else.
  private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
    if bytes.count == 1, let letter = bytes.first, letter | 0x20 == UInt8(ascii: "z") { return 0 }
    let text = Array(bytes)
    guard text.count == 6, text[3] == UInt8(ascii: ":"), text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
      let hours = number(text[1...2]), let minutes = number(text[4...5]), hours < 24, minutes < 60
    else { return nil }
    let east = (hours * 60 + minutes) * 60_000
    return text[0] == UInt8(ascii: "-") ? -east : east
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    let isNumber = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isNumber ? Int64(String(decoding: digits, as: UTF8.self)) : nil
  }
}
