/// How values of one kind stand in canonical JSON: how they are written, read back within their range, and described.
///
/// Reading is strict. What is missing, of another kind or out of range is an error that says where; nothing is dropped
/// and nothing is replaced.
public struct Form<Value>: Sendable {
  /// Writes a value.
  public let write: @Sendable (Value, inout CanonicalWriter) -> Void
  /// The value as a tree: what is written, for whoever goes on with its parts.
  public let json: @Sendable (Value) -> JSON
  /// Reads a value.
  public let read: @Sendable (JSON) throws(FormError) -> Value
  /// The JSON Schema of the written form.
  public let schema: JSON
  /// Whether a member with this value is left out of its object.
  public let isLeftOut: @Sendable (Value) -> Bool
  /// What a member that is left out stands for; `nil` where it must be there.
  public let absent: (@Sendable () -> Value)?

  /// A form whose members must be there. Without `json` the tree is read from what is written.
  public init(
    schema: JSON, write: @escaping @Sendable (Value, inout CanonicalWriter) -> Void,
    json: (@Sendable (Value) -> JSON)? = nil, read: @escaping @Sendable (JSON) throws(FormError) -> Value
  ) {
    let written = { @Sendable (value: Value) -> JSON in
      var writer = CanonicalWriter()
      write(value, &writer)
      guard let json = try? JSON(canonical: writer.bytes) else {
        preconditionFailure("what a form writes is no canonical JSON: \(String(decoding: writer.bytes, as: UTF8.self))")
      }
      return json
    }
    self.init(
      schema: schema, write: write, json: json ?? written, read: read, isLeftOut: { _ in false }, absent: nil)
  }

  private init(
    schema: JSON, write: @escaping @Sendable (Value, inout CanonicalWriter) -> Void,
    json: @escaping @Sendable (Value) -> JSON, read: @escaping @Sendable (JSON) throws(FormError) -> Value,
    isLeftOut: @escaping @Sendable (Value) -> Bool,
    absent: (@Sendable () -> Value)?
  ) {
    self.schema = schema
    self.write = write
    self.json = json
    self.read = read
    self.isLeftOut = isLeftOut
    self.absent = absent
  }

  /// The same form; a member is left out where there is no value.
  public var optional: Form<Value?> {
    Form<Value?>(
      schema: schema,
      write: { value, writer in if let value { write(value, &writer) } }, json: { $0.map(json) ?? .null },
      read: { (json: JSON) throws(FormError) in try read(json) }, isLeftOut: { $0 == nil }, absent: { nil })
  }

  /// The same form; a member is left out where its value is the usual one.
  public func usually(_ usual: @autoclosure @escaping @Sendable () -> Value) -> Form where Value: Equatable & Sendable {
    Form(schema: schema, write: write, json: json, read: read, isLeftOut: { $0 == usual() }, absent: usual)
  }

  /// The same form; a member is always left out, and stands for `value`.
  func leftOut(as value: @escaping @Sendable () -> Value) -> Form {
    Form(schema: schema, write: write, json: json, read: read, isLeftOut: { _ in true }, absent: value)
  }

  /// The same form; where older versions wrote no such member, it is read as `former`. It is always written.
  public func orMissing(_ former: @autoclosure @escaping @Sendable () -> Value) -> Form {
    Form(schema: schema, write: write, json: json, read: read, isLeftOut: { _ in false }, absent: former)
  }

  /// A list of such values, in their order.
  public var list: Form<[Value]> {
    Form<[Value]>(
      schema: .dictionary([("items", schema), ("type", .string("array"))]),
      write: { values, writer in writer.array { for value in values { write(value, &$0) } } },
      json: { .array($0.map(json)) },
      read: { (json: JSON) throws(FormError) in
        guard case .array(let elements) = json else { throw FormError("is not a list") }
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for index in elements.indices {
          do throws(FormError) {
            values.append(try read(elements[index]))
          } catch {
            throw error.inside("[\(index)]")
          }
        }
        return values
      })
  }

  /// Another kind of value that is written as this one: `into` gives what is written, `back` what was meant. Where that
  /// is `nil`, reading fails with `wanted`, such as `is not a date`.
  public func mapped<Other>(
    or wanted: String, into: @escaping @Sendable (Other) -> Value, back: @escaping @Sendable (Value) -> Other?
  ) -> Form<Other> {
    Form<Other>(
      schema: schema, write: { other, writer in write(into(other), &writer) }, json: { json(into($0)) },
      read: { (json: JSON) throws(FormError) in
        guard let other = back(try read(json)) else { throw FormError(wanted) }
        return other
      })
  }
}

extension Form {
  /// ``optional``, where the type is known from the place.
  public static func optional<Wrapped>(_ form: Form<Wrapped>) -> Form where Value == Wrapped? { form.optional }

  /// ``list``, where the type is known from the place.
  public static func list<Element>(_ form: Form<Element>) -> Form where Value == [Element] { form.list }
}

/// Why some JSON is not what a form wants.
public struct FormError: Error, Equatable, Sendable {
  /// Where, from the value that was read: `stages[2].bake_ms`; empty for the value itself.
  public private(set) var path: String
  /// What is wrong, such as `is missing` or `is not a text`.
  public let problem: String

  /// Something is wrong with the value itself.
  public init(_ problem: String) {
    path = ""
    self.problem = problem
  }

  /// The same error, seen from the object or list that holds the value.
  public func inside(_ part: String) -> FormError {
    var error = self
    error.path = path.isEmpty ? part : path.hasPrefix("[") ? part + path : "\(part).\(path)"
    return error
  }
}
