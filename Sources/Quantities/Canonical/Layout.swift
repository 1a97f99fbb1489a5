/// The one description of how a value stands in canonical JSON: its members, bound to what makes the value.
///
/// A layout is made from the value's initialiser, named in full, and one member for each of its parameters. So a
/// property that is added to the value and forgotten here does not compile.
public struct Layout<Root: Sendable>: Sendable {
  private let parts: [MemberPart<Root>]
  private let make: @Sendable (JSON) throws(FormError) -> Root

  /// Describes a value.
  ///
  /// - Parameters:
  ///   - make: makes the value from its members, in their order.
  ///   - members: the members, in the order of `make`'s parameters. In JSON they stand in the order of their keys.
  public init<each Value>(
    _ make: @escaping @Sendable (repeat each Value) -> Root, _ members: repeat Member<Root, each Value>
  ) {
    var parts: [MemberPart<Root>] = []
    for member in repeat each members { parts.append(member.part) }
    self.init(make, MemberList<Root, repeat each Value>(parts: parts))
  }

  private init<each Value>(
    _ make: @escaping @Sendable (repeat each Value) -> Root, _ list: MemberList<Root, repeat each Value>
  ) {
    let parts = list.parts
    let known = Set(parts.map { $0.key })
    precondition(known.count == parts.count, "two members of \(Root.self) have one key: rename one of them")
    self.parts = parts.sorted { $0.key < $1.key }
    self.make = { (json: JSON) throws(FormError) in
      guard case .object(let object) = json else { throw FormError("is not an object") }
      if let stranger = object.firstKey(notIn: known) {
        throw FormError("is nothing that this version knows").inside(stranger)
      }
      var next = 0
      func read<Item>(_: Item.Type) throws(FormError) -> Item {
        defer { next += 1 }
        // The list has kept the types of its parts, in their order.
        return try unsafeDowncast(parts[next].reader, to: MemberReader<Item>.self).read(json)
      }
      return make(repeat try read((each Value).self))
    }
  }

  /// The members' keys, sorted.
  public var keys: [String] { parts.map(\.key) }

  /// Writes the members of a value into an object that is open.
  public func writeMembers(of root: Root, to writer: inout CanonicalWriter) {
    for part in parts { part.write(root, &writer) }
  }

  /// The form of such values.
  public var form: Form<Root> {
    Form(
      schema: .dictionary([
        ("additionalProperties", .bool(false)),
        ("properties", .dictionary(parts.map { ($0.key, $0.schema) })),
        ("required", .array(parts.filter(\.isRequired).map { .string($0.key) })), ("type", .string("object")),
      ]),
      write: { root, writer in writer.object { writeMembers(of: root, to: &$0) } },
      json: { root in .dictionary(parts.compactMap { part in part.json(root).map { (part.key, $0) } }) },
      read: { (json: JSON) throws(FormError) in try make(json) })
  }
}

/// One member of a ``Layout``: its key, where its value is, and how it is written.
public struct Member<Root: Sendable, Value>: Sendable {
  /// Where it stands in the object.
  public let key: String
  /// Finds the value.
  public let get: @Sendable (Root) -> Value
  let part: MemberPart<Root>

  /// Describes a member.
  public init(_ key: String, _ get: @escaping @Sendable (Root) -> Value, _ form: Form<Value>) {
    self.key = key
    self.get = get
    part = MemberPart(
      key: key, schema: form.schema, isRequired: form.absent == nil,
      write: { root, writer in
        let value = get(root)
        guard !form.isLeftOut(value) else { return }
        writer.key(key)
        form.write(value, &writer)
      },
      json: { root in
        let value = get(root)
        return form.isLeftOut(value) ? nil : form.json(value)
      }, reader: MemberReader(key: key, form: form))
  }
}

/// A member without the type of its value.
struct MemberPart<Root: Sendable>: Sendable {
  let key: String
  let schema: JSON
  let isRequired: Bool
  let write: @Sendable (Root, inout CanonicalWriter) -> Void
  let json: @Sendable (Root) -> JSON?
  /// A ``MemberReader`` of the type of its value.
  let reader: any AnyObject & Sendable
}

/// Reads a member. It is an object, so that a layout keeps its members without their types: to keep them with their
/// types costs the runtime more, at each value that is read, than all the rest of reading.
final class MemberReader<Value>: Sendable {
  private let key: String
  private let form: Form<Value>

  init(key: String, form: Form<Value>) {
    self.key = key
    self.form = form
  }

  func read(_ object: JSON) throws(FormError) -> Value {
    try form.member(key, of: object)
  }
}

extension Form {
  /// Reads a member of an object, or takes what a missing one stands for.
  public func member(_ key: String, of object: JSON) throws(FormError) -> Value {
    guard let json = object[key] else {
      guard let absent else { throw FormError("is missing").inside(key) }
      return absent()
    }
    do throws(FormError) {
      return try read(json)
    } catch {
      throw error.inside(key)
    }
  }
}

/// Members, and the types of their values in the order of the initialiser.
public struct MemberList<Root: Sendable, each Value>: Sendable {
  let parts: [MemberPart<Root>]
}

/// Puts members behind each other, one a line, so that each is type-checked for itself.
@resultBuilder
public enum MembersBuilder<Root: Sendable> {
  /// The first line.
  public static func buildPartialBlock<Value>(first: Member<Root, Value>) -> MemberList<Root, Value> {
    MemberList(parts: [first.part])
  }

  /// A line after others.
  public static func buildPartialBlock<each Value, Next>(
    accumulated: MemberList<Root, repeat each Value>, next: Member<Root, Next>
  ) -> MemberList<Root, repeat each Value, Next> {
    MemberList(parts: accumulated.parts + [next.part])
  }
}

extension Layout {
  /// Describes a value of many members: its initialiser, named in full, and a member a line.
  public init<each Value>(
    _ make: @escaping @Sendable (repeat each Value) -> Root,
    @MembersBuilder<Root> _ members: () -> MemberList<Root, repeat each Value>
  ) {
    self.init(make, members())
  }
}
