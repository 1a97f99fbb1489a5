import Quantities

/// Reads members of an object and says which one is wrong.
struct MemberReader {
  let value: JSON
  let path: String

  func member(_ key: String) throws(PlanError) -> JSON {
    guard let member = value[key] else { throw PlanError(message: "this is not a plan: `\(path).\(key)` is missing") }
    return member
  }

  func text(_ key: String) throws(PlanError) -> String {
    guard let text = try member(key).string else { throw wrong(key, "a text") }
    return text
  }

  func optionalText(_ key: String) throws(PlanError) -> String? { value[key] == nil ? nil : try text(key) }

  func integer(_ key: String, in range: ClosedRange<Int64>) throws(PlanError) -> Int64 {
    guard let number = try member(key).integer, range.contains(number) else {
      let wanted = "between \(range.lowerBound) and \(range.upperBound)"
      throw wrong(key, range.upperBound == .max ? "a length of time" : wanted)
    }
    return number
  }

  func array(_ key: String) throws(PlanError) -> [JSON] {
    guard case .array(let elements) = try member(key) else { throw wrong(key, "a list") }
    return elements
  }

  func date(_ key: String) throws(PlanError) -> CivilDate {
    guard let date = CivilDate(try text(key)) else { throw wrong(key, "a date") }
    return date
  }

  func instant(_ key: String) throws(PlanError) -> Instant {
    guard let instant = Instant(try text(key)) else { throw wrong(key, "an instant") }
    return instant
  }

  func wrong(_ key: String, _ wanted: String) -> PlanError {
    PlanError(message: "this is not a plan: `\(path).\(key)` is not \(wanted)")
  }

  func optionalInteger(_ key: String, in range: ClosedRange<Int64>) throws(PlanError) -> Int64? {
    value[key] == nil ? nil : try integer(key, in: range)
  }

  func flag(_ key: String) throws(PlanError) -> Bool {
    guard let flag = try member(key).bool else { throw wrong(key, "true or false") }
    return flag
  }

  func span(_ key: String) throws(PlanError) -> Span {
    Span(milliseconds: try integer(key, in: 0...Span.longest.milliseconds))
  }

  func optionalSpan(_ key: String) throws(PlanError) -> Span? { value[key] == nil ? nil : try span(key) }

  func fixed(_ key: String) throws(PlanError) -> Fixed {
    guard let number = Fixed(try text(key)) else { throw wrong(key, "a decimal number") }
    return number
  }

  func choice<Value: RawRepresentable>(_ key: String, _ type: Value.Type = Value.self) throws(PlanError) -> Value
  where Value.RawValue == String {
    guard let value = Value(rawValue: try text(key)) else { throw wrong(key, "one of its words") }
    return value
  }

  /// Reads each element of a list with a reader of its own.
  func elements<Element>(
    _ key: String, _ read: (MemberReader) throws(PlanError) -> Element
  ) throws(PlanError) -> [Element] {
    var result: [Element] = []
    for (index, element) in try array(key).enumerated() {
      result.append(try read(MemberReader(value: element, path: "\(path).\(key)[\(index)]")))
    }
    return result
  }

  /// A reader of a member; `nil` when there is none.
  func nested(_ key: String) -> MemberReader? {
    value[key].map { MemberReader(value: $0, path: "\(path).\(key)") }
  }
}
