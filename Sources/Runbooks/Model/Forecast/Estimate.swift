public import Diagnostics
internal import Quantities

/// A number of the forecast that somebody has estimated: one value, or `low..mid..high`, with a unit.
public struct Estimate: Sendable {
  /// Where it stands in the model, such as `load.questions`: what `--set` and scenarios call it.
  public var path: String
  /// The lowest value that is thought possible, in the base unit.
  public var low: Double
  /// The most likely value, in the base unit.
  public var mid: Double
  /// The highest value that is thought possible, in the base unit.
  public var high: Double
  /// What it measures, in base units.
  public var dimension: Dimension
  /// As it was written, such as `2400..3000..4200 tokens`.
  public var text: String
  /// Where it was written.
  public var location: SourceSpan

  /// The unit as it was written, such as `/day`.
  public var unit: String

  public var isRange: Bool { low < high }

  /// The time over which a rate is counted, in seconds, as it was written: 60 for `1000 tokens/min`; `nil` for no rate.
  ///
  /// A seller who sells by the minute counts by the minute: what comes at once is spread over it.
  public var countedOver: Double? {
    guard dimension.isRate, let time = unit.split(separator: "/").last else { return nil }
    return WrittenUnit.read(time.split(separator: " ").joined(separator: " "))?.factor
  }

  /// Why its values cannot be meant, and what to write; `nil` when they can.
  public var impossible: (why: String, instead: String)? {
    let parts = path.split(separator: ".")
    let name = parts.last.map(String.init) ?? ""
    if parts.first == "takes" { return nil }
    if isShare, high > 1 { return ("a share is at most everything", "write it in percent, such as `99.9 %`") }
    if name == "percentile", low <= 0 || high >= 1 {
      return ("within a time some are answered, and never all", "write a share between, such as `95 %`")
    }
    if name == "items", low < 1 { return ("somebody asks at least one question", "write 1 or more") }
    guard low <= 0 else { return nil }
    let more = "write more than 0"
    if parts.first == "rates" { return ("a currency is worth something", more) }
    if name == "most", parts.first == "components" { return ("a location has at least one unit", more) }
    if name == "lasts" { return ("what lasts no time does not happen", more) }
    if ["carries", "slots"].contains(name) { return ("a unit carries something", more) }
    return nil
  }

  /// Whether it is a part of a whole.
  var isShare: Bool {
    let parts = path.split(separator: ".")
    return dimension == .count && parts.first != "takes"
      && parts.last.map { Self.shares.contains(String($0)) } ?? false
  }

  private static let shares: Set<String> = [
    "availability", "billed_from", "common_cause", "fallback", "gets", "healthy_errors", "hits", "paraphrases",
    "percentile", "present", "recall", "waits",
  ]

  /// Whether the model is made of it: what documents say, goals and scenarios are only held against it.
  public var isOfModel: Bool {
    !["stated.", "scenarios.", "goals.", "baseline."].contains { path.hasPrefix($0) }
  }
}

/// What a number measures: a thing, and whether it is a rate.
public struct Dimension: Hashable, Sendable {
  /// The base unit: `s`, `bytes`, `tokens`, a currency, or any other word; empty for a count or a share.
  public var unit: String
  /// Whether it is for each second.
  public var isRate: Bool

  public init(_ unit: String, isRate: Bool = false) {
    self.unit = unit
    self.isRate = isRate
  }

  /// A plain number, or a share.
  public static let count = Dimension("")
  public static let time = Dimension("s")
  /// So many in a second.
  public static let rate = Dimension("", isRate: true)

  /// For messages: `tokens/s`.
  public var text: String { unit + (isRate ? "/s" : "") }
}

/// A written number with its unit: `3000 tokens`, `2400..3000..4200 tokens`, `40..60 %`, `100 /s`.
public struct WrittenEstimate: Equatable, Sendable {
  /// The lowest value, in the base unit.
  public var low: Double
  /// The most likely value; between two values the middle.
  public var mid: Double
  /// The highest value.
  public var high: Double
  /// What it measures.
  public var dimension: Dimension
  public var unit: String

  /// The mean of the triangular distribution over the three, from which draws are taken, too.
  public var mean: Double { (low + mid + high) / 3 }

  /// Reads one, two or three numbers in rising order with a unit; `nil` for another form.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    let digits = bytes.prefix { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E }
    let unit = String(decoding: bytes.dropFirst(digits.count), as: UTF8.self)
    guard let (factor, dimension) = WrittenUnit.read(unit.split(separator: " ").joined(separator: " ")) else {
      return nil
    }
    let parts = String(decoding: digits, as: UTF8.self).split(separator: "..", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part -> Double? in
      guard part.utf8.count <= 18, part.first?.isNumber == true, part.last?.isNumber == true else { return nil }
      return Double(part)
    }
    guard (1...3).contains(numbers.count), numbers.count == parts.count, numbers == numbers.sorted() else { return nil }
    low = numbers[0] * factor
    high = numbers[numbers.count - 1] * factor
    mid = numbers.count == 2 ? (low + high) / 2 : numbers[numbers.count / 2] * factor
    self.dimension = dimension
    self.unit = unit.split(separator: " ").joined(separator: " ")
  }

  /// The written form of its values in another unit's place: `3..4..6 /day`.
  static func text(low: Double, mid: Double, high: Double, unit: String) -> String {
    let factor = WrittenUnit.read(unit)?.factor ?? 1
    func short(_ value: Double) -> String {
      let rounded = (value / factor * 1e6).rounded() / 1e6
      return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : "\(rounded)"
    }
    let numbers = low == high ? short(mid) : "\(short(low))..\(short(mid))..\(short(high))"
    return unit.isEmpty ? numbers : "\(numbers) \(unit)"
  }
}

/// The units of the forecast.
public enum WrittenUnit {
  /// A month is a twelfth of a year of 365 days: 730 hours.
  public static let month = 730 * 3_600.0

  private static let times: [String: Double] = [
    "ms": 0.001, "s": 1, "min": 60, "m": 60, "h": 3_600, "hour": 3_600, "hours": 3_600,
    "d": 86_400, "day": 86_400, "days": 86_400,
    "week": 604_800, "weeks": 604_800, "month": month, "months": month, "year": 8_760 * 3_600, "years": 8_760 * 3_600,
  ]

  /// The factor to the base unit, and what is measured; `nil` for something that is no unit.
  public static func read(_ text: String) -> (factor: Double, dimension: Dimension)? {
    if text.isEmpty { return (1, .count) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map {
      String($0).split(separator: " ").joined(separator: " ")
    }
    // `RU/s` is a rate; the last part is the time.
    guard parts.count <= 2, let (factor, unit) = thing(parts[0]) else { return nil }
    guard parts.count == 2 else { return (factor, Dimension(unit)) }
    guard let time = times[parts[1]] else { return nil }
    return (factor / time, Dimension(unit, isRate: true))
  }

  private static func thing(_ word: String) -> (factor: Double, unit: String)? {
    if word.isEmpty { return (1, "") }
    if word == "%" { return (0.01, "") }
    if let time = times[word] { return (time, "s") }
    if let size = Units.sizes[word] { return (Double(size), "bytes") }
    let known = word.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "-" || $0 == "_") }
    return known && word.utf8.count <= 24 ? (1, word) : nil
  }
}
