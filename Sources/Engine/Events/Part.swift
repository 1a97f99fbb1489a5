import Quantities

/// One part of an event: where it stands on disk, and how it is written, read and shown.
///
/// A class, so that going through the parts of an event copies no closures.
final class Part<Value>: Sendable {
  /// Its keys: one, none for what the event's name says, several for a value that spreads over members.
  let keys: [String]
  let place: PartPlace
  /// The keys under which earlier versions wrote it among the event's own fields, as far as it has not got them now.
  let formerKeys: [String]
  /// What the event's own fields say of a part that can be erased.
  let summary: PartSummary<Value>?
  let write: @Sendable (Value, inout CanonicalWriter) -> Void
  let read: @Sendable (EventSource) throws(FormError) -> Value
  /// Its members as people are shown them.
  let show: @Sendable (Value, EventContext) -> [(key: String, value: JSON)]
  /// The direction, where the part is one.
  let verb: @Sendable (Value) -> Verb?
  /// Why the event happened, where the part says so.
  let reason: @Sendable (Value) -> String?

  /// A member of the event's own fields, or of what can be erased.
  ///
  /// - Parameters:
  ///   - key: its key.
  ///   - form: how it is written.
  ///   - place: where it stands.
  ///   - wasData: whether earlier versions wrote it among the event's own fields.
  ///   - formerKeys: more keys that earlier versions wrote there, and that are not read any more.
  ///   - summary: what the event's own fields say of it.
  convenience init(
    _ key: String, _ form: Form<Value>, in place: PartPlace = .data, wasData: Bool = false, formerKeys: [String] = [],
    summary: PartSummary<Value>? = nil
  ) {
    self.init(
      keys: [key], place: place, formerKeys: (wasData ? [key] : []) + formerKeys, summary: summary,
      write: { value, writer in
        guard !form.isLeftOut(value) else { return }
        writer.key(key)
        form.write(value, &writer)
      },
      read: { (source: EventSource) throws(FormError) in
        let isOld = wasData && source.data[key] != nil
        return try form.member(key, of: place == .data || isOld ? source.data : source.payload)
      },
      show: { value, _ in form.isLeftOut(value) ? [] : [(key, form.json(value))] })
  }

  private init(
    keys: [String], place: PartPlace, formerKeys: [String] = [], summary: PartSummary<Value>? = nil,
    write: @escaping @Sendable (Value, inout CanonicalWriter) -> Void,
    read: @escaping @Sendable (EventSource) throws(FormError) -> Value,
    show: @escaping @Sendable (Value, EventContext) -> [(key: String, value: JSON)],
    verb: @escaping @Sendable (Value) -> Verb? = { _ in nil },
    reason: @escaping @Sendable (Value) -> String? = { _ in nil }
  ) {
    self.keys = keys
    self.place = place
    self.formerKeys = formerKeys
    self.summary = summary
    self.write = write
    self.read = read
    self.show = show
    self.verb = verb
    self.reason = reason
  }

  /// The same part, read with the help of the plan: `resolve` puts the plan's numbers in place of names.
  func resolved(_ resolve: @escaping @Sendable (Value, PlanIndex) throws(FormError) -> Value) -> Part {
    let (key, plain) = (keys.first ?? "", read)
    return Part(
      keys: keys, place: place, formerKeys: formerKeys, summary: summary, write: write,
      read: { (source: EventSource) throws(FormError) in
        let value = try plain(source)
        do throws(FormError) {
          return try resolve(value, source.index)
        } catch {
          throw error.inside(key)
        }
      }, show: show, verb: verb, reason: reason)
  }

  /// The same part; where it was erased, and the event's own fields say that there was one, it is read as `value`.
  func whereErased(_ value: Value, _ isMarked: @escaping @Sendable (JSON) -> Bool) -> Part where Value: Sendable {
    let (keys, plain) = (keys, read)
    return Part(
      keys: keys, place: place, formerKeys: formerKeys, summary: summary, write: write,
      read: { (source: EventSource) throws(FormError) in
        let isGone = keys.allSatisfy { source.payload[$0] == nil } && isMarked(source.data)
        return isGone ? value : try plain(source)
      }, show: show, verb: verb, reason: reason)
  }

  /// The same part, shown in another way.
  func shown(_ words: @escaping @Sendable (Value, EventContext) -> JSON?) -> Part {
    let key = keys.first ?? ""
    return Part(
      keys: keys, place: place, formerKeys: formerKeys, summary: summary, write: write, read: read,
      show: { value, context in words(value, context).map { [(key, $0)] } ?? [] }, verb: verb, reason: reason)
  }

  /// The same part, which says why the event happened.
  func saysWhy(_ words: @escaping @Sendable (Value) -> String?) -> Part {
    Part(
      keys: keys, place: place, formerKeys: formerKeys, summary: summary, write: write, read: read, show: show,
      verb: verb, reason: words)
  }

  /// Empty where it has nothing there.
  func keys(in place: PartPlace) -> [String] {
    place == self.place ? keys : place == .data ? summary?.keys ?? [] : []
  }

  /// The value itself, or among the own fields of the event what they say of it.
  func write(_ value: Value, in place: PartPlace, to writer: inout CanonicalWriter) {
    if place == self.place { write(value, &writer) } else if place == .data { summary?.write(value, &writer) }
  }
}

/// What the event's own fields say of a part that can be erased.
struct PartSummary<Value>: Sendable {
  /// By rising key.
  let keys: [String]
  let write: @Sendable (Value, inout CanonicalWriter) -> Void
}

/// Where a part of an event stands: in its name, in its own fields, or in what can be erased without breaking the log.
enum PartPlace: Sendable { case name, data, payload }

/// What an event is read from.
struct EventSource: Sendable {
  let name: String
  let data: JSON
  /// `{}` when there is none, or none any more.
  let payload: JSON
  let index: PlanIndex
}

extension Part where Value == Verb {
  /// The direction of a step: it stands in the name, `step_…` or `undo_…`.
  static let verb = Part(
    keys: [], place: .name, write: { _, _ in },
    read: { (source: EventSource) throws(FormError) in source.name.hasPrefix(Verb.undo.noun) ? .undo : .apply },
    show: { _, _ in [] }, verb: { $0 })
}

extension Part where Value == String {
  /// Why, as free text of a person or a provider: it can be erased.
  static let reason = Part("reason", Form<String>.text.usually(""), in: .payload).saysWhy { $0 }
    .shown { _, _ in nil }
  /// Why, in words of ours: persons stand in them under their pseudonyms.
  static let why = Part("why", .text).saysWhy { $0 }.shown { why, context in .string(context.named(why)) }
  /// Why, in words of ours that may quote somebody: they can be erased.
  static let quotingWhy = Part("why", Form<String>.text.usually(""), in: .payload, wasData: true).saysWhy { $0 }
    .shown { why, context in why.isEmpty ? nil : .string(context.named(why)) }
  /// By which rule.
  static let rule = Part("rule", .text).saysWhy { $0 }
}

extension Part where Value == [String: String] {
  /// What a step gave to those after it: it can be erased.
  static let outputs = Part("outputs", .outputs, in: .payload).shown { _, _ in nil }
}

extension Part where Value == Int {
  /// A person, by the place among the plan's people; shown by name.
  static let person = Part("person", .place).shown { person, context in .string(context.name(of: person)) }
}

extension Part where Value == Int? {
  /// A person, where one is known.
  static let maybePerson = Part("person", Form<Int>.place.optional).shown { person, context in
    person.map { .string(context.name(of: $0)) }
  }
}

extension Part where Value == [Int] {
  /// Several persons.
  static let persons = Part("persons", Form<Int>.place.list).shown { persons, context in
    .array(persons.map { .string(context.name(of: $0)) })
  }
}

extension Part where Value == [Int64] {
  /// The entries that let something happen: approvals, emergencies, passes of gates.
  static let admittedBy = Part("admitted_by", Form<Int64>.sequence.list.usually([]))
}

extension Form where Value == ClockState {
  /// Whether the clock is kept in step, and its error.
  static let clockState = Layout(
    ClockState.init(isSynchronised:error:), Member("synchronised", { $0.isSynchronised }, .flag),
    Member("error_ms", { $0.error }, .integer(0...9_007_199_254_740_991))
  ).form
}

extension Part where Value == Hold {
  /// Why a run is held: a word, and what belongs to it.
  static let hold = Part(
    keys: ["by", "failed", "level", "limit", "path", "scope", "why"], place: .data,
    write: { hold, writer in for (key, value) in hold.json.members { writer.member(key, value) } },
    read: { (source: EventSource) throws(FormError) in
      try Hold(source.data)
    },
    show: { hold, _ in hold.json.members }
  ).saysWhy { $0.words }
}

/// What can be said of a part without the type of its value.
protocol AnyPart: AnyObject, Sendable {
  var place: PartPlace { get }
  var formerKeys: [String] { get }
  func keys(in place: PartPlace) -> [String]
}

extension Part: AnyPart {}

/// Parts, and the types of their values in the order of the constructor.
///
/// It keeps them without their types: to keep them with their types costs the runtime more, at each event that is read,
/// than all the rest of reading.
struct PartList<each Value>: Sendable {
  let parts: [any AnyPart]

  /// The part at a position, whose value is an `Item`.
  func part<Item>(_ position: Int, of _: Item.Type) -> Part<Item> {
    unsafeDowncast(parts[position], to: Part<Item>.self)
  }
}

/// Puts parts behind each other, one a line, so that each is type-checked for itself.
@resultBuilder
enum PartsBuilder {
  static func buildPartialBlock<Value>(first: Part<Value>) -> PartList<Value> { PartList(parts: [first]) }

  static func buildPartialBlock<each Value, Next>(
    accumulated: PartList<repeat each Value>, next: Part<Next>
  ) -> PartList<repeat each Value, Next> {
    PartList(parts: accumulated.parts + [next])
  }
}
