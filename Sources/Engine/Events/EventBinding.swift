import Quantities

/// An event's parts, bound to what makes its case and to what gives the parts back.
///
/// A class: the closures that are made of it hold it, and every event is written through two of them.
final class EventBinding<each Value>: Sendable {
  let name: String
  let make: @Sendable (repeat each Value) -> Event.Kind
  let take: @Sendable (Event.Kind) -> (repeat each Value)?
  let list: PartList<repeat each Value>

  init(
    _ name: String, _ make: @escaping @Sendable (repeat each Value) -> Event.Kind,
    _ take: @escaping @Sendable (Event.Kind) -> (repeat each Value)?, _ list: PartList<repeat each Value>
  ) {
    self.name = name
    self.make = make
    self.take = take
    self.list = list
  }

  /// One name, or one for each direction.
  var names: [String] {
    list.parts.contains { $0.place == .name } ? [Verb.apply, .undo].map { "\($0.noun)_\(name)" } : [name]
  }

  /// The keys of one place, sorted.
  func keys(in place: PartPlace) -> [String] {
    let keys = list.parts.flatMap { $0.keys(in: place) }.sorted()
    precondition(Set(keys).count == keys.count, "two parts of `\(name)` have one key: rename one of them")
    return keys
  }

  func values(of kind: Event.Kind) -> (repeat each Value) {
    guard let values = take(kind) else { preconditionFailure("the entry of `\(name)` is used for \(kind)") }
    return values
  }

  /// What writes the members of one place, by rising key.
  func writer(of place: PartPlace) -> @Sendable (Event.Kind, inout CanonicalWriter) -> Void {
    let places = list.parts.map { $0.keys(in: place) }
    let order = places.indices.filter { !places[$0].isEmpty }
      .sorted { places[$0].first ?? "" < places[$1].first ?? "" }
    guard !order.isEmpty else { return { _, _ in } }
    return { [self] kind, writer in
      let values = values(of: kind)
      // A pack has no subscript. Each time through the values writes as many as follow in the order of their keys: all
      // of them, where they are declared in that order.
      var (next, position) = (0, 0)
      func write<Item>(_ value: Item) {
        if next < order.count, position == order[next] {
          list.part(position, of: Item.self).write(value, in: place, to: &writer)
          next += 1
        }
        position += 1
      }
      while next < order.count {
        position = 0
        repeat write(each values)
      }
    }
  }

  /// What reads an event. A field that no part knows is an error: a newer version may have meant something by it.
  func reader() -> @Sendable (EventSource) throws(FormError) -> Event.Kind {
    let known = Set(keys(in: .data) + list.parts.flatMap(\.formerKeys))
    return { [self] (source: EventSource) throws(FormError) in
      if case .object(let object) = source.data, let stranger = object.firstKey(notIn: known) {
        throw FormError("is nothing that this version knows").inside(stranger)
      }
      var position = 0
      func read<Item>(_: Item.Type) throws(FormError) -> Item {
        defer { position += 1 }
        return try list.part(position, of: Item.self).read(source)
      }
      return make(repeat try read((each Value).self))
    }
  }

  /// The direction, where it is one of the parts.
  func verb(of kind: Event.Kind) -> Verb? {
    var (verb, position): (Verb?, Int) = (nil, 0)
    func ask<Item>(_ value: Item) {
      verb = verb ?? list.part(position, of: Item.self).verb(value)
      position += 1
    }
    let values = values(of: kind)
    repeat ask(each values)
    return verb
  }

  /// The members as people are shown them, by rising key.
  func show(_ kind: Event.Kind, in context: EventContext) -> [(key: String, value: JSON)] {
    var members: [(key: String, value: JSON)] = []
    var position = 0
    func show<Item>(_ value: Item) {
      members += list.part(position, of: Item.self).show(value, context)
      position += 1
    }
    let values = values(of: kind)
    repeat show(each values)
    return members.sorted { $0.key < $1.key }
  }

  /// Why it happened, where one of the parts says so.
  func reason(of kind: Event.Kind) -> String? {
    var (reason, position): (String?, Int) = (nil, 0)
    func ask<Item>(_ value: Item) {
      reason = reason ?? list.part(position, of: Item.self).reason(value)
      position += 1
    }
    let values = values(of: kind)
    repeat ask(each values)
    return reason
  }

  /// Asks with the parts of an event.
  func asking<Answer>(
    _ body: @escaping @Sendable (repeat each Value) -> Answer
  ) -> @Sendable (Event.Kind) -> Answer {
    return { [self] kind in
      let values = values(of: kind)
      return body(repeat each values)
    }
  }

  /// Asks with the parts of an event, and where it is told.
  func telling<Answer>(
    _ body: @escaping @Sendable (EventContext, repeat each Value) -> Answer
  ) -> @Sendable (Event.Kind, EventContext) -> Answer {
    return { [self] kind, context in
      let values = values(of: kind)
      return body(context, repeat each values)
    }
  }
}
