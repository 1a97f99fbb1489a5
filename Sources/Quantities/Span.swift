/// A length of time in whole milliseconds.
///
/// Written `250ms`, `30s`, `5m`, `2h`, `7d`, `2w`, or as a sum such as `1h30m`. A day is 24 hours.
public struct Span: Hashable, Comparable, Sendable {
  /// The length in milliseconds; negative spans only arise from subtraction.
  public let milliseconds: Int64

  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  public static let zero = Span(milliseconds: 0)
  public static let second = Span(milliseconds: 1_000)
  public static let minute = Span(milliseconds: 60_000)
  public static let hour = Span(milliseconds: 3_600_000)
  /// Twenty-four hours.
  public static let day = Span(milliseconds: 86_400_000)
  /// Seven days.
  public static let week = Span(milliseconds: 604_800_000)

  /// The units of the written form, largest first.
  private static let units: [(name: String, length: Int64)] = [
    ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  /// Reads `30s`, `1h30m`, `0s`; `nil` when the text is not a duration or does not fit.
  public init?(_ text: String) {
    var total: Int64 = 0
    var rest = Array(text.utf8)[...]
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      let letters = rest.dropFirst(digits.count).prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
      guard let count = decimal(digits),
        let unit = Self.units.first(where: { $0.name.utf8.elementsEqual(letters) })
      else { return nil }
      let (product, overflow) = Int64(count).multipliedReportingOverflow(by: unit.length)
      let (sum, carry) = total.addingReportingOverflow(product)
      guard !overflow, !carry else { return nil }
      total = sum
      rest = rest.dropFirst(digits.count + letters.count)
    }
    guard total <= Self.longest.milliseconds else { return nil }
    self.init(milliseconds: total)
  }

  /// The longest span that is read: a hundred years. Sums of such spans and of instants never overflow.
  public static let longest = Span(milliseconds: 100 * 365 * 86_400_000)

  /// The shortest exact written form, such as `1h30m` or `2d`.
  public var text: String {
    guard milliseconds != 0 else { return "0s" }
    var rest = milliseconds.magnitude
    var result = milliseconds < 0 ? "-" : ""
    for unit in Self.units.dropFirst() where rest >= UInt64(unit.length) {
      result += "\(rest / UInt64(unit.length))\(unit.name)"
      rest %= UInt64(unit.length)
    }
    return result
  }

  /// A form for people: at most two units, `4 m 10 s`, `3 d 2 h`, `250 ms`.
  public var spoken: String {
    let size = milliseconds.magnitude
    let sign = milliseconds < 0 ? "-" : ""
    if size < 1_000 { return "\(sign)\(size) ms" }
    let seconds = size / 1_000
    switch seconds {
    case ..<60:
      let tenths = size / 100 % 10
      return seconds < 10 && tenths > 0 ? "\(sign)\(seconds).\(tenths) s" : "\(sign)\(seconds) s"
    case ..<3_600: return sign + Self.pair(seconds / 60, "m", seconds % 60, "s")
    case ..<172_800: return sign + Self.pair(seconds / 3_600, "h", seconds / 60 % 60, "m")
    default: return sign + Self.pair(seconds / 86_400, "d", seconds / 3_600 % 24, "h")
    }
  }

  private static func pair(_ large: UInt64, _ largeUnit: String, _ small: UInt64, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
  }

  public static func < (left: Span, right: Span) -> Bool { left.milliseconds < right.milliseconds }

  public static func + (left: Span, right: Span) -> Span {
    Span(milliseconds: left.milliseconds &+ right.milliseconds)
  }

  /// The span divided by a positive whole number, rounded up so that nothing becomes instantaneous.
  public func dividedUp(by divisor: Int64) -> Span {
    Span(milliseconds: (milliseconds + divisor - 1) / divisor)
  }
}

/// A range of spans, written `30s..10m`.
public struct SpanRange: Hashable, Sendable {
  public let low: Span
  /// The longest span; never shorter than ``low``.
  public let high: Span

  /// Makes a range; a `high` that is shorter than `low` becomes `low`.
  public init(low: Span, high: Span) {
    self.low = low
    self.high = max(low, high)
  }

  /// Reads `30s..10m`, or `30s` for a range of one value.
  public init?(_ text: String) {
    if let single = Span(text) {
      self.init(low: single, high: single)
      return
    }
    let bytes = Array(text.utf8)
    guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")), dot + 2 < bytes.count,
      bytes[dot + 1] == UInt8(ascii: "."),
      let low = Span(String(decoding: bytes[..<dot], as: UTF8.self)),
      let high = Span(String(decoding: bytes[(dot + 2)...], as: UTF8.self)), low <= high
    else { return nil }
    self.init(low: low, high: high)
  }

  public var text: String { low == high ? low.text : "\(low.text)..\(high.text)" }
}
