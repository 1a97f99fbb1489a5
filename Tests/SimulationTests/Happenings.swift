import Looping
import Quantities

/// What will happen in the world, in the order of its time; of two at one time the one that was planned first.
struct Happenings {
  /// One thing that will happen.
  enum Happening {
    /// The effect of a request takes place.
    case lands(Int64)
    /// An answer arrives.
    case news(News)
    /// A provider finds out whether something happened, and says so.
    case probed(Flight)
    /// A provider measures.
    case measured(Measurement)
    case looked(Int, before: Measurement?, after: Measurement)
  }

  private struct Item {
    var due: Int64
    var order: Int
    var happening: Happening
  }

  private var items: [Item] = []
  private var count = 0

  /// When the next thing happens.
  var next: Int64? { items.first?.due }

  mutating func add(_ happening: Happening, at due: Int64) {
    count += 1
    let place = items.firstIndex { $0.due > due } ?? items.count
    items.insert(Item(due: due, order: count, happening: happening), at: place)
  }

  /// Takes out what has happened by now.
  mutating func take(until now: Int64) -> [Happening] {
    let due = items.prefix { $0.due <= now }.map(\.happening)
    items.removeFirst(due.count)
    return due
  }

  /// Nobody listens to answers any more.
  mutating func removeAnswers() { items = [] }
}
