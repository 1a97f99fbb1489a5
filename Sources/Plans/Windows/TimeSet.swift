/// A set of times: half-open stretches in milliseconds since the Unix epoch, in order, that never touch each other.
struct TimeSet: Sendable {
  /// The times from ``from`` until ``until``, exclusive.
  struct Stretch: Sendable {
    var from: Int64
    var until: Int64
  }

  /// The stretches, in order.
  let stretches: [Stretch]

  /// All times.
  static let always = TimeSet([Stretch(from: .min, until: .max)])

  /// Joins stretches, given in any order. Empty ones add nothing.
  init(_ unordered: [Stretch]) {
    var joined: [Stretch] = []
    for next in unordered.filter({ $0.from < $0.until }).sorted(by: { $0.from < $1.from }) {
      if let last = joined.last, next.from <= last.until {
        joined[joined.count - 1].until = max(last.until, next.until)
      } else {
        joined.append(next)
      }
    }
    stretches = joined
  }

  /// The times that are in none of the stretches.
  var complement: TimeSet {
    var gaps: [Stretch] = []
    var end = Int64.min
    for stretch in stretches {
      gaps.append(Stretch(from: end, until: stretch.from))
      end = stretch.until
    }
    gaps.append(Stretch(from: end, until: .max))
    return TimeSet(gaps)
  }

  /// The times that are in both.
  func intersection(_ other: TimeSet) -> TimeSet {
    var shared: [Stretch] = []
    var mine = 0
    var theirs = 0
    while mine < stretches.count, theirs < other.stretches.count {
      let left = stretches[mine]
      let right = other.stretches[theirs]
      shared.append(Stretch(from: max(left.from, right.from), until: min(left.until, right.until)))
      if left.until < right.until { mine += 1 } else { theirs += 1 }
    }
    return TimeSet(shared)
  }

  /// The stretch that contains a time, or else the first one after it.
  ///
  /// - Complexity: O(log n).
  func stretch(atOrAfter time: Int64) -> Stretch? {
    var low = 0
    var high = stretches.count
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].until <= time { low = middle + 1 } else { high = middle }
    }
    return low < stretches.count ? stretches[low] : nil
  }

  func contains(_ time: Int64) -> Bool { stretch(atOrAfter: time).map { $0.from <= time } ?? false }
}
