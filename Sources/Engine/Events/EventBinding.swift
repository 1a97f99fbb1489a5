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

  /// The keys that each part has in a place, none where it has nothing there.
  private func places(in place: PartPlace) -> [[String]] {
    var places: [[String]] = []
    for part in repeat each list.parts { places.append(part.keys(in: place)) }
    return places
  }

  /// One name, or one for each direction.
  var names: [String] {
    var hasVerb = false
    for part in repeat each list.parts { hasVerb = hasVerb || part.place == .name }
    return hasVerb ? [Verb.apply, .undo].map { "\($0.noun)_\(name)" } : [name]
  }

  /// The keys of one place, sorted.
  func keys(in place: PartPlace) -> [String] {
    let keys = places(in: place).flatMap { $0 }.sorted()
    precondition(Set(keys).count == keys.count, "two parts of `\(name)` have one key: rename one of them")
    return keys
  }

  /// The keys that stood among its own fields once.
  private var formerKeys: [String] {
    var keys: [String] = []
    for part in repeat each list.parts { keys += part.formerKeys }
    return keys
  }

  func values(of kind: Event.Kind) -> (repeat each Value) {
    guard let values = take(kind) else { preconditionFailure("the entry of `\(name)` is used for \(kind)") }
    return values
  }

  /// What writes the members of one place, by rising key.
  func writer(of place: PartPlace) -> @Sendable (Event.Kind, inout CanonicalWriter) -> Void {
    let places = places(in: place)
    let order = places.indices.filter { !places[$0].isEmpty }
      .sorted { places[$0].first ?? "" < places[$1].first ?? "" }
    guard !order.isEmpty else { return { _, _ in } }
    return { [self] kind, writer in
      let values = values(of: kind)
      // A pack has no subscript. Each time through the parts writes as many as follow in the order of their keys: all
      // of them, where they are declared in that order.
      var next = 0
      while next < order.count {
        var position = 0
        for (part, value) in repeat (each list.parts, each values) {
          if next < order.count, position == order[next] {
            part.write(value, in: place, to: &writer)
            next += 1
          }
          position += 1
        }
      }
    }
  }

  /// What reads an event. A field that no part knows is an error: a newer version may have meant something by it.
  func reader() -> @Sendable (EventSource) throws(FormError) -> Event.Kind {
    let known = Set(keys(in: .data) + formerKeys)
    return { [self] (source: EventSource) throws(FormError) in
      if case .object(let object) = source.data, let stranger = object.firstKey(notIn: known) {
        throw FormError("is nothing that this version knows").inside(stranger)
      }
      return make(repeat try (each list.parts).read(source))
    }
  }

  /// The direction, where it is one of the parts.
  func verb(of kind: Event.Kind) -> Verb? {
    let values = values(of: kind)
    for (part, value) in repeat (each list.parts, each values) {
      if let verb = part.verb(value) { return verb }
    }
    return nil
  }

  /// The members as people are shown them, by rising key.
  func show(_ kind: Event.Kind, in context: EventContext) -> [(key: String, value: JSON)] {
    let values = values(of: kind)
    var members: [(key: String, value: JSON)] = []
    for (part, value) in repeat (each list.parts, each values) { members += part.show(value, context) }
    return members.sorted { $0.key < $1.key }
  }

  /// Why it happened, where one of the parts says so.
  func reason(of kind: Event.Kind) -> String? {
    let values = values(of: kind)
    for (part, value) in repeat (each list.parts, each values) {
      if let reason = part.reason(value) { return reason }
    }
    return nil
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
