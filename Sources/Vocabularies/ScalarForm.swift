internal import Quantities

/// A form of written values: how a message names it, what it accepts, and how the JSON Schema describes it.
package struct ScalarForm: Sendable {
  /// For messages: `a duration`.
  package let name: String
  /// For messages: "such as `30s`, `5m`, `2h` or `7d`".
  package let example: String
  /// An ECMA regular expression for the schema.
  package let pattern: String?
  /// Whether a plain number is one of the accepted values, for the schema.
  package let takesNumbers: Bool
  /// Whether the text has the form.
  package let accepts: @Sendable (String) -> Bool
  /// What was probably meant.
  package let hint: @Sendable (String) -> String?
  /// Whether a text that has the form may be meant as another number: `2.000` as two thousand.
  package let isDoubtful: @Sendable (String) -> Bool

  package init(
    _ name: String, example: String, pattern: String? = nil, takesNumbers: Bool = false,
    accepts: @escaping @Sendable (String) -> Bool, hint: @escaping @Sendable (String) -> String? = { _ in nil },
    isDoubtful: @escaping @Sendable (String) -> Bool = { _ in false }
  ) {
    self.name = name
    self.example = example
    self.pattern = pattern
    self.takesNumbers = takesNumbers
    self.accepts = accepts
    self.hint = hint
    self.isDoubtful = isDoubtful
  }

  /// What was probably meant by a text that does not have the form, or that may be meant otherwise: no text where that
  /// is unknown, two where a point or a comma can mean two numbers.
  package func meant(by text: String) -> [String] {
    if !isDoubtful(text) {
      if let known = hint(text), accepts(known) { return [known] }
      if accepts(text) { return [] }
    }
    let readings = WrittenNumbers.readings(of: text)
    let isPadded = readings.contains(where: isDoubtful)
    return (isPadded ? WrittenNumbers.readings(of: text, isPadded: true) : readings)
      .compactMap { accepts($0) ? $0 : $0 == text ? nil : hint($0) }.filter(accepts)
  }
}

extension ScalarForm {
  /// Identifiers of runbooks, phases, stages and steps: they become parts of step paths.
  package static let identifier = ScalarForm(
    "an identifier", example: "of lower-case letters, digits and dashes, such as `full-scale`",
    pattern: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
    accepts: { text in
      let bytes = text.utf8
      return isMade(of: text, extra: "-", upper: false) && bytes.first != UInt8(ascii: "-")
        && bytes.last != UInt8(ascii: "-")
    },
    hint: { text in
      let lowered = text.lowercased().split { !isMade(of: String($0), extra: "", upper: false) }
      return lowered.isEmpty ? nil : lowered.joined(separator: "-")
    })

  /// Names of signals, gates, parameters and providers.
  package static let name = ScalarForm(
    "a name", example: "of letters, digits, `_` and `-`, such as `error_rate`", pattern: "^[A-Za-z0-9_-]+$",
    accepts: { isMade(of: $0, extra: "_-", upper: true) },
    hint: { text in
      let words = text.split { !isMade(of: String($0), extra: "_-", upper: true) }
      return words.isEmpty ? nil : words.joined(separator: "_")
    })

  /// Names of operations.
  package static let operation = ScalarForm(
    "the name of an operation",
    example: "of lower-case letters, digits, `.`, `_` and `-`, such as `documents.backfill`",
    pattern: "^[a-z0-9._-]+$", accepts: { isMade(of: $0, extra: "._-", upper: false) },
    hint: { text in
      let words = text.lowercased().split { !isMade(of: String($0), extra: "._-", upper: false) }
      return words.isEmpty ? nil : words.joined(separator: "-")
    })

  /// Identifiers of targets.
  package static let target = ScalarForm(
    "the id of a target",
    example: "of letters, digits, `.`, `_` and `-`, beginning with a letter or digit, such as `lis-004`",
    pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$",
    // Ids become parts of paths and commands: `..` would leave a directory, and `-rf` would be an option.
    accepts: { isMade(of: $0, extra: "._-", upper: true) && $0.first.map { $0.isLetter || $0.isNumber } == true })

  /// A value that is given as text whatever it is.
  package static let value = ScalarForm(
    "a value", example: "such as `assistant:2.4.0`", takesNumbers: true, accepts: { _ in true })

  /// A path inside the runbook's directory; where it leads is checked when it is read.
  package static let path = ScalarForm(
    "a path", example: "inside the runbook's directory, such as `stores.csv`", accepts: { !$0.isEmpty })
}

/// Whether a text is not empty and consists of ASCII letters, digits and some further characters.
package func isMade(of text: String, extra: StaticString, upper: Bool) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper
      default: extra.withUTF8Buffer { $0.contains(byte) }
      }
    }
}

extension ScalarForm {
  package static let duration = ScalarForm(
    "a duration", example: "such as `30s`, `5m`, `2h` or `7d`", pattern: "^([0-9]+(ms|s|m|h|d|w))+$",
    accepts: { Span($0) != nil }, hint: { spanHint($0) })

  /// A time in which something can happen: where none at all would make a guard void, or a step impossible.
  package static let positiveDuration = ScalarForm(
    "a duration above zero", example: "such as `30s`, `5m`, `2h` or `7d`", pattern: "^([0-9]+(ms|s|m|h|d|w))+$",
    accepts: { Span($0).map { $0 > .zero } ?? false }, hint: { spanHint($0) })

  package static let durationRange = ScalarForm(
    "a duration or a range", example: "such as `30s` or `30s..10m`",
    pattern: "^([0-9]+(ms|s|m|h|d|w))+(\\.\\.([0-9]+(ms|s|m|h|d|w))+)?$",
    accepts: { SpanRange($0) != nil },
    hint: { text in
      if let single = spanHint(text) { return single }
      let ends = text.replacing("..", with: "-").split(separator: "-").map(String.init)
      guard ends.count == 2 else { return nil }
      let spans = ends.compactMap { end in Span(end) ?? spanHint(end).flatMap { Span($0) } }.sorted()
      return spans.count == 2 ? "\(spans[0].text)..\(spans[1].text)" : nil
    })

  package static let date = ScalarForm(
    "a date", example: "such as `2027-01-04`", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    accepts: { CivilDate($0) != nil },
    hint: { text in
      let parts = text.split { "-/.".contains($0) }.compactMap { Int($0) }
      guard parts.count == 3, parts[0] > 31 else { return nil }
      return CivilDate(year: parts[0], month: parts[1], day: parts[2])?.text
    })

  package static let moment = ScalarForm(
    "a date or a time", example: "such as `2027-01-04` or `2027-01-04T21:00`",
    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$",
    accepts: { CivilMoment($0) != nil },
    hint: { text in
      let parts = text.split(maxSplits: 1) { "T ".contains($0) }
      guard parts.count == 2, let day = parts.first.map({ date.hint(String($0)) ?? String($0) }),
        // Seconds are of no use; an offset has a meaning, and what stands before it is another time.
        let clock = try? #/(\d{1,2}):(\d{2})(:00)?/#.wholeMatch(in: parts[1])
      else { return date.hint(text) }
      let hour = clock.1.count == 1 ? "0\(clock.1)" : String(clock.1)
      return CivilMoment("\(day)T\(hour):\(clock.2)")?.text
    })

  package static let number = ScalarForm(
    "a number", example: "such as `1100` or `5.5`", pattern: "^-?[0-9]+(\\.[0-9]{1,12})?$", takesNumbers: true,
    accepts: { Fixed(written: $0) != nil }, isDoubtful: { WrittenNumbers.isDoubtful($0) })

  package static let amount = ScalarForm(
    "a number with a unit", example: "such as `0.3 s` or `5 %`", takesNumbers: true,
    accepts: { Amount($0) != nil }, isDoubtful: { WrittenNumbers.isDoubtful($0) })

  package static let condition = ScalarForm(
    "a condition", example: "such as `response_time < 3 s` or `llm_cost > 150 % of forecast.llm_cost`",
    pattern: "^[A-Za-z0-9_-]+ +(<|<=|>|>=) +-?[0-9].*$",
    accepts: { Condition($0) != nil }, hint: { conditionHint($0) },
    isDoubtful: { WrittenNumbers.isDoubtful($0) })

  private static func spanHint(_ text: String) -> String? {
    let compact = text.lowercased().filter { $0 != " " }
    if Span(compact) != nil { return compact }
    let digits = compact.prefix { "0123456789".contains($0) }
    let units = [
      "": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m",
      "minutes": "m", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "w",
      "weeks": "w", "millis": "ms",
    ]
    guard !digits.isEmpty else { return nil }
    let rest = String(compact.dropFirst(digits.count))
    if let unit = units[rest] { return Span(digits + unit).map { _ in digits + unit } }
    // A part of a unit, `1.5h`, is so many of smaller ones.
    let decimals = rest.dropFirst().prefix { "0123456789".contains($0) }
    let name = String(rest.dropFirst(1 + decimals.count))
    guard rest.first == ".", (1...3).contains(decimals.count), let part = Int64(decimals), let whole = Int64(digits),
      let unit = Span("1" + (units[name] ?? name)), whole < 1_000_000
    else { return nil }
    let thousandths = (whole * 1_000 + part * (decimals.count == 1 ? 100 : decimals.count == 2 ? 10 : 1))
    let (product, isTooLong) = thousandths.multipliedReportingOverflow(by: unit.milliseconds)
    return isTooLong || product % 1_000 != 0 ? nil : Span(milliseconds: product / 1_000).text
  }

  private static func conditionHint(_ text: String) -> String? {
    var spaced = text.replacing("≤", with: "<=").replacing("≥", with: ">=")
    for sign in ["<", ">"] { spaced = spaced.replacing(sign, with: " \(sign) ") }
    spaced = spaced.replacing(" <  =", with: " <=").replacing(" >  =", with: " >=")
    spaced = spaced.replacing("< =", with: "<=").replacing("> =", with: ">=")
    let words = spaced.split(separator: " ").joined(separator: " ")
    return Condition(words)?.text
  }
}
