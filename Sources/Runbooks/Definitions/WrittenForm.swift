internal import Diagnostics
internal import Quantities
internal import Vocabularies

/// A shape together with the value that it is read as.
struct WrittenForm<Value: Sendable>: Sendable {
  let shape: WrittenShape
  /// `nil` when the node has not the shape, which has a finding.
  let read: @Sendable (SyntaxNode, inout Reading) -> Value?

  init(_ shape: WrittenShape, read: @escaping @Sendable (SyntaxNode, inout Reading) -> Value?) {
    self.shape = shape
    self.read = read
  }

  /// A form of a scalar.
  init(_ shape: WrittenShape, text: @escaping @Sendable (String) -> Value?) {
    self.init(shape) { node, _ in node.isNull ? nil : node.text.flatMap(text) }
  }
}

extension WrittenForm {
  /// A key that may be absent; with `isNeeded` its absence is an error all the same.
  func optional(_ key: String, _ doc: String, isNeeded: Bool = false) -> Part<Value?> {
    Part(keys: [Vocabulary.Key(key, shape, required: isNeeded, doc)]) { mapping, reading in
      let value: Value? = mapping.value(key).flatMap { read($0, &reading) }
      return .value(value)
    }
  }

  /// A key with a default, written as in a file.
  func standard(_ key: String, _ written: String, _ doc: String) -> Part<Value> {
    var reading = Reading()
    // `""` is the empty text, as in a file.
    let content = SyntaxNode.Content.scalar(text: written == "\"\"" ? "" : written, plain: written != "\"\"")
    let node = SyntaxNode(content: content, location: SourceSpan(file: ""))
    guard let value = read(node, &reading), reading.all.isEmpty else {
      preconditionFailure("`\(written)` is the default of `\(key)`, and not a value of it")
    }
    return Part(keys: [Vocabulary.Key(key, shape, standard: written, doc)]) { mapping, reading in
      .value(mapping.value(key).flatMap { read($0, &reading) } ?? value)
    }
  }

  /// A key with a default, and the place of its value; a default stands where the mapping starts.
  func standardLocated(_ key: String, _ written: String, _ doc: String) -> Part<Located<Value>> {
    Part(of: standard(key, written, doc)) { (mapping: WrittenMapping, _: inout Reading, value: Value) in
      Located(value, at: mapping.value(key)?.location ?? mapping.head)
    }
  }

  /// A key whose absence stands for a value that is not written as one: nothing in a list, what another key says.
  func otherwise(
    _ key: String, standard: String? = nil, _ doc: String,
    _ other: @escaping @Sendable (WrittenMapping, inout Reading) -> Value
  ) -> Part<Value> {
    Part(keys: [Vocabulary.Key(key, shape, standard: standard, doc)]) { mapping, reading in
      .value(mapping.value(key).flatMap { read($0, &reading) } ?? other(mapping, &reading))
    }
  }

  /// A key without which there is no value.
  func required(_ key: String, _ doc: String) -> Part<Value> {
    Part(keys: [Vocabulary.Key(key, shape, required: true, doc)]) { mapping, reading in
      guard let value = mapping.value(key).flatMap({ read($0, &reading) }) else { return .missing }
      return .value(value)
    }
  }

  /// A required key. Where it is missing, which is an error, checks go on with another value.
  func required(_ key: String, _ doc: String, instead: Value) -> Part<Value> {
    Part(keys: [Vocabulary.Key(key, shape, required: true, doc)]) { mapping, reading in
      .value(mapping.value(key).flatMap { read($0, &reading) } ?? instead)
    }
  }

  /// The value with its place.
  var located: WrittenForm<Located<Value>> {
    WrittenForm<Located<Value>>(shape) { node, reading in read(node, &reading).map { Located($0, at: node.location) } }
  }

  /// A list of these; what cannot be read is left out.
  func list(minimum: Int = 0) -> WrittenForm<[Value]> {
    WrittenForm<[Value]>(.list(shape, minimum: minimum)) { node, reading in
      var values: [Value] = []
      for element in node.elements { read(element, &reading).map { values.append($0) } }
      return values
    }
  }

  /// A list of these, or one alone.
  func oneOrMore(minimum: Int = 0) -> WrittenForm<[Value]> {
    WrittenForm<[Value]>(.either([shape, .list(shape, minimum: minimum)])) { node, reading in
      var values: [Value] = []
      for element in node.oneOrMore { read(element, &reading).map { values.append($0) } }
      return values
    }
  }

  /// One of two forms, of different kinds.
  func or(_ other: WrittenForm) -> WrittenForm {
    WrittenForm(.either([shape, other.shape])) { node, reading in
      shape.fits(node) ? read(node, &reading) : other.read(node, &reading)
    }
  }
}

extension WrittenForm {
  /// A list that is empty where nothing is written.
  func list<Element>(_ key: String, _ doc: String, required: Bool = false) -> Part<[Element]>
  where Value == [Element] {
    Part(keys: [Vocabulary.Key(key, shape, required: required, doc)]) { mapping, reading in
      .value(mapping.value(key).flatMap { read($0, &reading) } ?? [])
    }
  }
}

/// The forms of the language.
enum Forms {
  static let anyText: WrittenForm<String> = WrittenForm(.text) { $0 }
  static let boolean: WrittenForm<Bool> = WrittenForm(.boolean) { $0 == "true" }
  static let duration: WrittenForm<Span> = WrittenForm(.form(.duration)) { Span($0) }
  static let positiveDuration: WrittenForm<Span> = WrittenForm(.form(.positiveDuration)) { Span($0) }
  static let durationRange: WrittenForm<SpanRange> = WrittenForm(.form(.durationRange)) { SpanRange($0) }
  static let date: WrittenForm<Located<CivilDate>> = WrittenForm(.form(.date)) { CivilDate($0) }.located
  static let moment: WrittenForm<Located<CivilMoment>> = WrittenForm(.form(.moment)) { CivilMoment($0) }.located
  static let condition: WrittenForm<Located<Condition>> = WrittenForm(.form(.condition)) { Condition($0) }.located
  static let amount: WrittenForm<Amount> = WrittenForm(.form(.amount)) { Amount($0) }
  static let noData: WrittenForm<Signal.NoData> = WrittenForm(.form(.noData)) { WrittenNoData.read($0) }
  static let limit: WrittenForm<Tolerance.Limit> = WrittenForm(.form(.limit)) { WrittenLimit.read($0) }

  static func text(_ form: ScalarForm) -> WrittenForm<String> { WrittenForm(.form(form)) { $0 } }

  static func integer(_ range: ClosedRange<Int>) -> WrittenForm<Int> { WrittenForm(.integer(range)) { Int($0) } }

  /// One of the words of a type.
  static func choice<Value: RawRepresentable & CaseIterable & Sendable>(_ type: Value.Type) -> WrittenForm<Value>
  where Value.RawValue == String {
    WrittenForm(.choice(type.allCases.map(\.rawValue))) { Value(rawValue: $0) }
  }

  /// A mapping with known keys.
  static func mapping<Model>(_ definition: Definition<Model>) -> WrittenForm<Model> {
    WrittenForm(.mapping(definition.vocabulary)) { node, reading in
      node.isMapping ? definition.read(node, &reading) : nil
    }
  }

  /// A mapping of free names to mappings with known keys, in the order of the file.
  static func named<Model>(_ name: ScalarForm, _ definition: Definition<Model>) -> WrittenForm<[Model]> {
    WrittenForm(.named(name, .mapping(definition.vocabulary))) { node, reading in
      var models: [Model] = []
      for member in node.members where member.value.isMapping {
        definition.read(member.value, name: member.key, &reading).map { models.append($0) }
      }
      return models
    }
  }

  /// What is handed to an adapter. Who hands over nothing does so where the mapping stands.
  static func arguments(_ key: String, _ doc: String) -> Part<Arguments> {
    Part(keys: [Vocabulary.Key(key, .named(.value, .anything), doc)]) { mapping, reading in
      .value(reading.arguments.members(of: mapping.node[key], owner: mapping.head))
    }
  }
}
