extension Form {
  /// A value by key, as a list of pairs by rising key.
  public static func pairs<Key: Hashable & Comparable & SendableMetatype, Item: SendableMetatype>(
    _ key: Form<Key>, _ item: Form<Item>
  ) -> Form where Value == [Key: Item] {
    Form(
      schema: .dictionary([
        ("items", .dictionary([("prefixItems", .array([key.schema, item.schema])), ("type", .string("array"))])),
        ("type", .string("array")),
      ]),
      write: { values, writer in
        writer.array { writer in
          for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            writer.array {
              key.write(name, &$0)
              item.write(value, &$0)
            }
          }
        }
      },
      read: { (json: JSON) throws(FormError) in
        guard case .array(let pairs) = json else { throw FormError("is not a list of pairs") }
        var values: [Key: Item] = [:]
        values.reserveCapacity(pairs.count)
        var last: Key?
        for index in pairs.indices {
          do throws(FormError) {
            guard case .array(let pair) = pairs[index], pair.count == 2 else { throw FormError("is not a pair") }
            let name = try key.read(pair[0])
            guard last.map({ $0 < name }) ?? true else { throw FormError("is out of order") }
            last = name
            values[name] = try item.read(pair[1])
          } catch {
            throw error.inside("[\(index)]")
          }
        }
        return values
      })
  }

  /// A value that is not written, since it is known from elsewhere: `value` is what is read.
  public static func given(_ value: @autoclosure @escaping @Sendable () -> Value) -> Form {
    Form(
      schema: .bool(false), write: { _, _ in },
      read: { (_: JSON) throws(FormError) in throw FormError("is known from elsewhere") }
    ).leftOut(as: value)
  }

  /// One of several cases, as a list: the name of the case, and what belongs to it.
  ///
  /// - Parameters:
  ///   - read: by name, what makes the case from its parts.
  ///   - write: the case's name and its parts; an exhaustive `switch`.
  /// - Returns: the form of such values.
  public static func oneOf(
    read: [String: @Sendable (inout CaseReader) throws(FormError) -> Value],
    write: @escaping @Sendable (Value) -> CaseParts
  ) -> Form {
    Form(
      schema: .dictionary([
        ("prefixItems", .array([.dictionary([("enum", .array(read.keys.sorted().map(JSON.string)))])])),
        ("type", .string("array")),
      ]),
      write: { value, writer in
        let parts = write(value)
        writer.array {
          $0.string(parts.name)
          for part in parts.parts { $0.value(part) }
        }
      },
      read: { (json: JSON) throws(FormError) in
        guard case .array(let parts) = json, let name = parts.first?.string, let make = read[name] else {
          throw FormError("is none of \(read.keys.sorted().joined(separator: ", "))")
        }
        var reader = CaseReader(parts: parts.dropFirst())
        let value = try make(&reader)
        guard reader.parts.isEmpty else { throw FormError("has more than `\(name)` has") }
        return value
      })
  }
}

/// The name of a case and what belongs to it.
public struct CaseParts {
  let name: String
  let parts: [JSON]

  /// A case with so many parts.
  public init(_ name: String, _ parts: JSON...) {
    (self.name, self.parts) = (name, parts)
  }
}

/// Reads the parts of a case one after another.
public struct CaseReader {
  fileprivate var parts: ArraySlice<JSON>

  /// The next part.
  public mutating func next<Part>(_ form: Form<Part>) throws(FormError) -> Part {
    guard let part = parts.popFirst() else { throw FormError("has a part too few") }
    return try form.read(part)
  }
}

extension Form {
  /// One member of the layout of such values.
  public typealias Item<Part> = Member<Value, Part>
}
