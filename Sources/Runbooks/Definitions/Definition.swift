internal import Diagnostics
internal import Vocabularies

/// What a mapping of the language is: its keys, and the value that it is read as.
///
/// One list says both. Each part is bound to one field of the model, in the order of its memberwise initialiser, so a
/// field without a part does not compile. The checker, the messages and the JSON Schema read ``vocabulary``; the
/// builder reads with it. Defaults and forms stand here and nowhere else.
struct Definition<Model: Sendable>: Sendable {
  /// The keys, as everybody who only wants to know them sees them.
  let vocabulary: Vocabulary
  private let make: @Sendable (WrittenMapping, inout Reading) -> Model?

  /// Binds parts to an initialiser, which is named with all its labels; `remarks` are keys that are for readers of the
  /// file alone.
  init<each Value: Sendable>(
    _ name: String, _ doc: String, aliases: [String: String] = [:], remarks: [Vocabulary.Key] = [],
    others: WrittenShape? = nil, _ make: @escaping @Sendable (repeat each Value) -> Model,
    _ parts: repeat Part<each Value>
  ) {
    var keys: [Vocabulary.Key] = []
    for part in repeat each parts { keys += part.keys }
    vocabulary = Vocabulary(name, doc, keys: keys + remarks, others: others, aliases: aliases)
    self.make = { mapping, reading in
      // All are read before one that is missing ends it, so that nothing which is wrong stays unsaid.
      let entries = (repeat (each parts).read(mapping, &reading))
      do throws(Missing) {
        return make(repeat try (each entries).value())
      } catch {
        return nil
      }
    }
  }

  /// Reads a mapping whose shape was checked: what does not fit has a finding and reads as if it were not there.
  /// It is `nil` when a part is missing without which there is no value. `name` is the key that it stands under, where
  /// the file chooses it.
  func read(_ node: SyntaxNode, name: Located<String>? = nil, _ reading: inout Reading) -> Model? {
    make(WrittenMapping(node: node, name: name), &reading)
  }

  /// What holds when nothing is written.
  var empty: Model {
    var reading = Reading()
    let nothing = SyntaxNode(content: .mapping([]), location: SourceSpan(file: ""))
    guard let value = read(nothing, &reading) else {
      preconditionFailure("\(vocabulary.name) has keys that are required, so nothing is no value of it")
    }
    return value
  }
}

/// A mapping as it is written, with the name that it stands under.
struct WrittenMapping {
  let node: SyntaxNode
  let name: Located<String>?

  /// Where something about the whole is reported.
  var head: SourceSpan { name?.location ?? node.head }

  /// The value of a key; `nil` when it is absent or nothing.
  func value(_ key: String) -> SyntaxNode? { node[key].flatMap { $0.isNull ? nil : $0 } }
}

/// What is found while reading.
struct Reading {
  var findings: [Finding] = []
  var arguments = ArgumentsBuilder()

  /// All findings: those of arguments stand apart, because these are built with their own.
  var all: [Finding] { findings + arguments.findings }
}

/// What was read for one field.
enum Entry<Value: Sendable>: Sendable {
  case value(Value)
  /// A key is missing without which there is no value of the whole; it has a finding.
  case missing

  /// The value, or another one.
  func otherwise(_ other: Value) -> Value {
    if case .value(let value) = self { value } else { other }
  }

  fileprivate func value() throws(Missing) -> Value {
    switch self {
    case .value(let value): return value
    case .missing: throw Missing()
    }
  }
}

private struct Missing: Error {}

/// A field of a model: the keys that it comes from, mostly one, and how they are read.
struct Part<Value: Sendable>: Sendable {
  let keys: [Vocabulary.Key]
  let read: @Sendable (WrittenMapping, inout Reading) -> Entry<Value>

  init(keys: [Vocabulary.Key], read: @escaping @Sendable (WrittenMapping, inout Reading) -> Entry<Value>) {
    self.keys = keys
    self.read = read
  }

  /// A field that comes from several keys, or from one that says something more.
  init<each Piece: Sendable>(
    of pieces: repeat Part<each Piece>,
    join: @escaping @Sendable (WrittenMapping, inout Reading, repeat each Piece) -> Value
  ) {
    var keys: [Vocabulary.Key] = []
    for piece in repeat each pieces { keys += piece.keys }
    self.keys = keys
    read = { mapping, reading in
      let entries = (repeat (each pieces).read(mapping, &reading))
      do throws(Missing) {
        return .value(join(mapping, &reading, repeat try (each entries).value()))
      } catch {
        return .missing
      }
    }
  }
}

extension Part where Value == Located<String> {
  /// The key that the mapping stands under.
  static var name: Part { Part(keys: []) { mapping, _ in .value(mapping.name ?? Located("", at: mapping.head)) } }

  /// A text that others refer to; it is empty where it is missing.
  static func name(_ key: String, _ form: ScalarForm, _ doc: String) -> Part { name(key, Forms.text(form), doc) }

  /// A text that others refer to; it is empty where it is missing.
  static func name(_ key: String, _ form: WrittenForm<String>, _ doc: String) -> Part {
    let form = form.located
    return Part(keys: [Vocabulary.Key(key, form.shape, required: true, doc)]) { mapping, reading in
      .value(mapping.value(key).flatMap { form.read($0, &reading) } ?? Located("", at: mapping.head))
    }
  }
}

extension Part where Value == SourceSpan {
  /// Where the mapping starts.
  static var location: Part { Part(keys: []) { mapping, _ in .value(mapping.node.location) } }

  /// Where something about the whole is reported: its `id`, the key that it stands under, or its start.
  static var head: Part { Part(keys: []) { mapping, _ in .value(mapping.head) } }

  /// Where one of these keys is written, the first that is; else where the mapping starts.
  static func location(of keys: String...) -> Part {
    Part(keys: []) { mapping, _ in
      .value(keys.lazy.compactMap { mapping.node[$0]?.location }.first ?? mapping.node.location)
    }
  }
}
