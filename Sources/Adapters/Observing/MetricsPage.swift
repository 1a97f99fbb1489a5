internal import Quantities

/// One line of a `/metrics` page.
struct PageSample: Equatable, Sendable {
  var name: String
  var labels: [String: String]
  var value: Double
  /// The time that stands on the line; most have none, and are of the moment of looking.
  var at: MeasuredTime?

  init(name: String, labels: [String: String], value: Double, at: MeasuredTime? = nil) {
    (self.name, self.labels, self.value, self.at) = (name, labels, value, at)
  }
}

/// Reads the text format of Prometheus (0.0.4) and OpenMetrics as their own parsers do, as far as samples go: comments,
/// types and exemplars are passed over.
///
/// A line that may be about a wanted metric and cannot be read makes the page a failure. What is left out of a sum
/// without a word is a sum that is too small.
enum MetricsPage {
  /// Why a page cannot be read, in one sentence without a full stop.
  struct Problem: Error, Equatable {
    let sentence: String
  }

  /// The samples of some metrics, in the order of the page.
  ///
  /// - Parameters:
  ///   - bytes: the page.
  ///   - unit: the unit of times on it: seconds in OpenMetrics, else milliseconds.
  ///   - secrets: what must not be shown of a line.
  ///   - wanted: whether the samples of a name are wanted.
  /// - Returns: the samples.
  /// - Throws: ``Problem`` with the number of the line that cannot be read, or that says again what another one says.
  static func samples(
    _ bytes: [UInt8], times unit: MeasuredTime.Unit = .milliseconds, secrets: Redactor = Redactor(),
    wanted: (String) -> Bool
  ) throws(Problem) -> [PageSample] {
    var samples: [PageSample] = []
    var known: Set<PageMemory.Key> = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      var reader = LineReader(rest: line)
      do throws(LineReader.Fault) {
        guard let sample = try reader.sample(times: unit, wanted: wanted) else { continue }
        samples.append(sample)
        if !known.insert(PageMemory.Key(name: sample.name, labels: sample.labels)).inserted {
          throw LineReader.Fault(what: "says a second time what `\(sample.name)` is")
        }
      } catch {
        let text = secrets.excerpt(String(decoding: line, as: UTF8.self), 80)
        throw Problem(sentence: "line \(index + 1), `\(text)`, \(error.what)")
      }
    }
    return samples
  }
}

/// Takes one line of a page apart.
private struct LineReader {
  struct Fault: Error {
    let what: String
  }

  var rest: ArraySlice<UInt8>

  init(rest: ArraySlice<UInt8>) {
    self.rest = rest
  }

  /// The sample on the line; `nil` where there is none, or another metric's.
  mutating func sample(times unit: MeasuredTime.Unit, wanted: (String) -> Bool) throws(Fault) -> PageSample? {
    skipBlanks()
    guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
    var name: String?
    if first != UInt8(ascii: "{") {
      let word = take { !Self.isBlank($0) && $0 != UInt8(ascii: "{") }
      guard Self.isPlainName(word) else { throw Fault(what: "does not begin with the name of a metric") }
      let plain = String(decoding: word, as: UTF8.self)
      guard wanted(plain) else { return nil }
      name = plain
    }
    skipBlanks()
    var labels: [String: String] = [:]
    if rest.first == UInt8(ascii: "{") {
      rest.removeFirst()
      try readLabels(into: &labels, name: &name)
    }
    guard let name else { throw Fault(what: "names no metric") }
    guard wanted(name) else { return nil }
    let value = try number()
    let at = try time(unit)
    return PageSample(name: name, labels: labels, value: value, at: at)
  }

  /// Reads `name="value", …}`, where a quoted word without a value is the name of the metric.
  private mutating func readLabels(into labels: inout [String: String], name: inout String?) throws(Fault) {
    skipBlanks()
    // One comma may stand before the first label, as one may behind the last.
    if skip(UInt8(ascii: ",")) { skipBlanks() }
    while true {
      if skip(UInt8(ascii: "}")) { return }
      let isQuoted = rest.first == UInt8(ascii: "\"")
      let word = isQuoted ? try quoted() : try plainName()
      skipBlanks()
      if skip(UInt8(ascii: "=")) {
        skipBlanks()
        guard rest.first == UInt8(ascii: "\"") else { throw Fault(what: "has a label without quotes around its value") }
        let value = try quoted()
        guard labels.updateValue(value, forKey: word) == nil else { throw Fault(what: "has the label `\(word)` twice") }
      } else if isQuoted, name == nil {
        name = word
      } else {
        throw Fault(what: "has a label without a value")
      }
      skipBlanks()
      if skip(UInt8(ascii: ",")) {
        skipBlanks()
      } else if rest.first != UInt8(ascii: "}") {
        throw Fault(what: "has labels that do not end")
      }
    }
  }

  private mutating func plainName() throws(Fault) -> String {
    let word = take { Self.isNameByte($0) }
    guard Self.isPlainName(word) else { throw Fault(what: "has a label whose name cannot be read") }
    return String(decoding: word, as: UTF8.self)
  }

  /// A text in quotes, with `\\`, `\"` and `\n` in it; any other backslash is one.
  private mutating func quoted() throws(Fault) -> String {
    rest.removeFirst()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault(what: "is not UTF-8") }
        return text
      }
      guard byte == UInt8(ascii: "\\"), let escaped = rest.first else {
        bytes.append(byte)
        continue
      }
      switch escaped {
      case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes.append(escaped)
      default:
        bytes.append(byte)
        continue
      }
      rest.removeFirst()
    }
    throw Fault(what: "has a text that does not end")
  }

  private mutating func number() throws(Fault) -> Double {
    skipBlanks()
    let text = String(decoding: take { !Self.isBlank($0) }, as: UTF8.self)
    switch MeasuredNumber(text) {
    case .infinite: return text.hasPrefix("-") ? -.infinity : .infinity
    case .notANumber: return .nan
    case .number, .outOfRange: if let value = Double(text) { return value }
    case .unreadable: break
    }
    throw Fault(what: "has no number where its value should be")
  }

  /// A time behind the value, and nothing after it but an exemplar.
  private mutating func time(_ unit: MeasuredTime.Unit) throws(Fault) -> MeasuredTime? {
    skipBlanks()
    guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
    let text = String(decoding: take { !Self.isBlank($0) }, as: UTF8.self)
    guard case .number = MeasuredNumber(text) else { throw Fault(what: "has no time behind its value") }
    skipBlanks()
    guard rest.isEmpty || rest.first == UInt8(ascii: "#") else { throw Fault(what: "has more than a value and a time") }
    return MeasuredTime(text, in: unit)
  }

  private mutating func take(while isPart: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let word = rest.prefix(while: isPart)
    rest = rest[word.endIndex...]
    return word
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func skipBlanks() { rest = rest.drop(while: Self.isBlank) }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"): true
    default: false
    }
  }

  /// Whether a word can stand without quotes: letters, digits, `_` and `:`, and no digit first.
  private static func isPlainName(_ word: ArraySlice<UInt8>) -> Bool {
    guard let first = word.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return word.allSatisfy(isNameByte)
  }
}
