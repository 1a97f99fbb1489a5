extension Form where Value == String {
  public static let text = Form(
    schema: .dictionary([("type", .string("string"))]), write: { $1.string($0) }, json: { .string($0) },
    read: { (json: JSON) throws(FormError) in
      guard let text = json.string else { throw FormError("is not a text") }
      return text
    })
}

extension Form where Value == Bool {
  /// True or false.
  public static let flag = Form(
    schema: .dictionary([("type", .string("boolean"))]), write: { $1.bool($0) }, json: { .bool($0) },
    read: { (json: JSON) throws(FormError) in
      guard let flag = json.bool else { throw FormError("is not true or false") }
      return flag
    })
}

extension Form where Value: FixedWidthInteger & Sendable {
  /// An integer within a range. At most 2⁵³ − 1 either way, so that every reader of JSON gets it whole.
  public static func integer(_ range: ClosedRange<Value>) -> Form {
    Form(
      schema: .dictionary([
        ("maximum", .integer(Int64(clamping: range.upperBound))),
        ("minimum", .integer(Int64(clamping: range.lowerBound))),
        ("type", .string("integer")),
      ]),
      write: { $1.integer(Int64($0)) }, json: { .integer(Int64($0)) },
      read: { (json: JSON) throws(FormError) in
        guard let number = json.integer.flatMap({ Value(exactly: $0) }), range.contains(number) else {
          throw FormError("is not an integer between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
      })
  }
}

extension Form where Value == Int {
  /// How many of something: 0 to 10¹².
  public static let count = integer(0...1_000_000_000_000)

  /// A place in a list: 0 to 10⁷.
  public static let place = integer(0...10_000_000)
}

extension Form where Value == Int64 {
  /// A sequence number.
  public static let sequence = integer(0...9_007_199_254_740_991)
}

extension Form where Value == Span {
  /// A length of time in milliseconds, not negative.
  public static let span = Form<Int64>.integer(0...Span.longest.milliseconds)
    .mapped(or: "is not a length of time", into: { $0.milliseconds }, back: { Span(milliseconds: $0) })
}

extension Form where Value == Instant {
  /// A time in UTC, with milliseconds.
  public static let instant = Form<String>.text.mapped(
    or: "is not a time such as 2027-01-04T08:00:00.000Z", into: { $0.text }, back: { Instant($0) })
}

extension Form where Value == CivilDate {
  /// A day: `2027-01-04`.
  public static let date = Form<String>.text.mapped(
    or: "is not a date such as 2027-01-04", into: { $0.text }, back: { CivilDate($0) })
}

extension Form where Value == Fixed {
  /// A decimal number as text, so that no reader rounds it.
  public static let decimal = Form<String>.text.mapped(
    or: "is not a decimal number", into: { $0.text }, back: { Fixed($0) })
}

extension Form where Value == Digest {
  /// A digest in hexadecimal.
  public static let digest = Form<String>.text.mapped(
    or: "is not a digest", into: { $0.hex }, back: { Digest(hex: $0) })
}

extension Form where Value == SpanRange {
  /// A range of lengths of time: `30s..10m`.
  public static let spans = Form<String>.text.mapped(
    or: "is not a range such as 30s..10m", into: { $0.text }, back: { SpanRange($0) })
}

extension Form where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  /// One word of a closed list.
  public static var word: Form {
    let words = Value.allCases.map(\.rawValue)
    return Form(
      schema: .dictionary([("enum", .array(words.map(JSON.string)))]), write: { $1.string($0.rawValue) },
      json: { .string($0.rawValue) },
      read: { (json: JSON) throws(FormError) in
        guard let value = json.string.flatMap({ Value(rawValue: $0) }) else {
          throw FormError("is none of \(words.joined(separator: ", "))")
        }
        return value
      })
  }
}

extension Form where Value == JSON {
  /// Any value.
  public static let any = Form(
    schema: .bool(true), write: { $1.value($0) }, json: { $0 },
    read: { (json: JSON) throws(FormError) in json })
}
