import Forecasting
import Quantities

/// What a document calculates by itself: its own numbers, and sums and products of those of its marks.
///
/// A sum has numbers, names of the document's own numbers, keys of other marks in brackets, `+ - * /` and parentheses,
/// and says what it is in: `as EUR`, `as %`, `as h`, or `as number`.
struct MarkedSums {
  private var own: [String: String] = [:]
  /// The names that stand for two numbers.
  private var twice: Set<String> = []
  private let value: (String) -> String?

  /// Takes up the numbers that a document has of its own.
  init(keys: [String], value: @escaping (String) -> String?) {
    self.value = value
    for key in keys {
      guard let (name, text) = Self.ownNumber(key) else { continue }
      if let known = own.updateValue(text, forKey: name), known != text { twice.insert(name) }
    }
  }

  /// What stands under a key of one of the two kinds; `nil` for other keys, and for a sum that cannot be calculated.
  func value(_ key: String) -> String? {
    if key.hasPrefix("let ") { return reason(key) == nil ? Self.ownNumber(key)?.text : nil }
    guard key.hasPrefix("sum "), let end = key.ranges(of: " as ").last, let sum = calculated(key, until: end) else {
      return nil
    }
    let unit = String(key[end.upperBound...])
    switch unit {
    case "%": return Spoken.share(sum)
    case "number": return Spoken.number(sum)
    default: return "\(Spoken.number(sum)) \(unit)"
    }
  }

  /// Why a key of one of the two kinds has no value; `nil` for other keys, and for one that has one.
  func reason(_ key: String) -> String? {
    if key.hasPrefix("let ") {
      guard let (name, text) = Self.ownNumber(key), Self.isName(name) else {
        return "a number of its own is written `let hours = 3 h`, with one word as its name"
      }
      if twice.contains(name) { return "`\(name)` stands for two numbers in this document" }
      return Self.number(of: text) == nil ? "`\(text)` does not begin with a number" : nil
    }
    guard key.hasPrefix("sum ") else { return nil }
    guard let end = key.ranges(of: " as ").last else {
      return "a sum says what it is in: `as EUR`, `as %`, `as number`"
    }
    var problem: String?
    return calculated(key, until: end) { problem = problem ?? $0 } == nil
      ? problem ?? "it is no sum of numbers, names, keys in brackets, `+ - * /` and parentheses" : nil
  }

  private func calculated(
    _ key: String, until end: Range<String.Index>, failing fail: (String) -> Void = { _ in }
  ) -> Double? {
    // What a name or a key stands for is asked for while the sum is read.
    withoutActuallyEscaping(fail) { fail in
      var reader = SumReader(Array(key[key.index(key.startIndex, offsetBy: 4)..<end.lowerBound])) { name in
        guard let text = name.isKey ? value(name.text) : own[name.text] else {
          fail("nothing belongs to `\(name.text)`")
          return nil
        }
        if name.isKey, Self.isScaled(text) {
          fail("`\(text)` would be another number in another unit, is two, or is a date")
          return nil
        }
        let number = Self.number(of: text)
        if number == nil { fail("`\(text)` does not begin with a number") }
        return number
      }
      return reader.whole()
    }
  }

  private static func ownNumber(_ key: String) -> (name: String, text: String)? {
    guard key.hasPrefix("let ") else { return nil }
    let rest = key.dropFirst(4)
    guard let sign = rest.firstRange(of: " = ") else { return nil }
    return (String(rest[..<sign.lowerBound]), String(rest[sign.upperBound...]))
  }

  /// Whether a sum can say it.
  private static func isName(_ text: String) -> Bool {
    text.first?.isLetter == true && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
  }

  /// Whether what a mark says would be another number in another unit, as `900 ms` and `1.2 s`, or is two, or a date: a
  /// sum would be wrong without a word.
  private static func isScaled(_ text: String) -> Bool {
    let words = text.split(separator: " ").map(String.init)
    let unit = words.first { !$0.allSatisfy { "0123456789.,−+-".contains($0) } } ?? ""
    return words.contains { $0 == "to" || CivilDate($0) != nil } || scaled.contains(unit)
  }

  private static let scaled: Set<String> = [
    "ms", "s", "min", "h", "day", "days", "week", "weeks", "month", "months", "year", "years", "B", "kB", "KB", "MB",
    "GB", "TB", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The number at the front of a text as people read it: `15 564 EUR a month`, `99.97 %`, `2.1 million tokens`.
  static func number(of text: String) -> Double? {
    var digits = ""
    var rest = text[...]
    if rest.first == "−" || rest.first == "-" || rest.first == "+" {
      if rest.first != "+" { digits = "-" }
      rest.removeFirst()
    }
    while let letter = rest.first {
      if letter.isASCII, letter.isNumber || letter == "." {
        digits.append(letter)
      } else if !(letter.isWhitespace && rest.dropFirst().first.map { $0.isASCII && $0.isNumber } == true) {
        break
      }
      rest.removeFirst()
    }
    guard let number = Double(digits) else { return nil }
    let unit = rest.drop(while: \.isWhitespace)
    // Points are what two shares differ by.
    if unit.hasPrefix("%") || unit.hasPrefix("point") { return number / 100 }
    return unit.hasPrefix("million") ? number * 1e6 : unit.hasPrefix("billion") ? number * 1e9 : number
  }
}

/// Reads a sum from left to right.
private struct SumReader {
  private var rest: ArraySlice<Character>
  private var depth = 0
  private let number: ((text: String, isKey: Bool)) -> Double?

  init(_ text: [Character], number: @escaping ((text: String, isKey: Bool)) -> Double?) {
    rest = text[...]
    self.number = number
  }

  mutating func whole() -> Double? {
    guard let sum = self.sum(), next == nil, sum.isFinite else { return nil }
    return sum
  }

  private var next: Character? {
    mutating get {
      rest = rest.drop(while: \.isWhitespace)
      return rest.first
    }
  }

  private mutating func sum() -> Double? {
    guard var sum = product() else { return nil }
    while let sign = next, sign == "+" || sign == "-" {
      rest.removeFirst()
      guard let other = product() else { return nil }
      sum += sign == "+" ? other : -other
    }
    return sum
  }

  private mutating func product() -> Double? {
    guard var product = factor() else { return nil }
    while let sign = next, sign == "*" || sign == "/" {
      rest.removeFirst()
      guard let other = factor() else { return nil }
      product = sign == "*" ? product * other : product / other
    }
    return product
  }

  private mutating func factor() -> Double? {
    guard let first = next else { return nil }
    switch first {
    case "(":
      depth += 1
      defer { depth -= 1 }
      // Nobody reads more; a stack has an end.
      guard depth <= 64 else { return nil }
      rest.removeFirst()
      guard let sum = self.sum(), next == ")" else { return nil }
      rest.removeFirst()
      return sum
    case "[":
      guard let end = rest.firstIndex(of: "]") else { return nil }
      let key = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
      return number((key, true))
    default:
      let word = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." })
      guard !word.isEmpty else { return nil }
      rest = rest.dropFirst(word.count)
      return first.isNumber ? Double(word) : number((word, false))
    }
  }
}
