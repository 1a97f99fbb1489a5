import Plans
import Quantities

/// Numbers, dates and lists in the words of the screens.
enum Words {
  /// A count with its noun: `1 store`, `3 stores`.
  static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
    number.counted(noun, plural)
  }

  /// A number with a space between groups of three digits, from five digits on.
  static func grouped(_ number: Int) -> String { number.grouped }

  /// The first few of a list, and how many more there are.
  static func first(_ limit: Int, of items: [String]) -> String {
    let shown = items.prefix(limit).joined(separator: ", ")
    return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
  }

  /// Rising numbers, those in a row as one: `1, 3 to 5`.
  static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
      .joined(separator: ", ")
  }

  /// What a plan leaves out: `3 triggers: a, b, c`, and several of one kind as a count, `4 windows`.
  static func leftOut(_ parts: [LeftOutPart]) -> String {
    let groups = LeftOutPart.Part.allCases.map { part in parts.filter { $0.part == part } }.filter { !$0.isEmpty }
    return groups.map { group in
      guard group.count > 1, group[0].part != .described else {
        return Sanitize.line(group.map(\.words).joined(separator: " · "))
      }
      return count(group.count, group[0].part.rawValue.replacing("_", with: " "))
    }.joined(separator: " · ")
  }

  /// `Mon`
  static func weekday(_ date: CivilDate) -> String {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][date.weekday - 1]
  }

  /// A day with its year where that is not the year of another day.
  static func day(_ date: CivilDate, beside other: CivilDate? = nil) -> String {
    other?.year == date.year ? date.spoken : "\(date.spoken) \(date.year)"
  }
}

/// Clock times as the reader's zone shows them.
///
/// The offset comes from outside, since zone data is not part of what is pure.
struct LocalTime {
  /// Seconds east of UTC at an instant.
  var offset: (Instant) -> Int
  /// The label of the zone.
  var zone: String

  private func shifted(_ instant: Instant) -> Instant { instant + Span(milliseconds: Int64(offset(instant)) * 1_000) }

  /// The local day.
  func date(_ instant: Instant) -> CivilDate { shifted(instant).utcDate }

  /// `21:13`
  func minutes(_ instant: Instant) -> String { String(shifted(instant).text.dropFirst(11).prefix(5)) }

  /// `21:13:40`
  func seconds(_ instant: Instant) -> String { String(shifted(instant).text.dropFirst(11).prefix(8)) }

  /// `15 Feb 21:13`, as wide for every day of a month.
  func day(_ instant: Instant) -> String {
    let spoken = date(instant).spoken
    return (spoken.count < 6 ? " " : "") + spoken + " " + minutes(instant)
  }

  /// An instant for a person who waits for it: absolute and relative, `21:00 Lisbon, in 3 h 12 m`.
  func moment(_ instant: Instant, from now: Instant) -> String {
    let clock: String
    if date(instant) != date(now) {
      let year = date(instant).year == date(now).year ? "" : " \(date(instant).year)"
      clock = "\(date(instant).spoken)\(year) \(minutes(instant))"
    } else {
      clock = (instant - now).milliseconds.magnitude < 3_600_000 ? seconds(instant) : minutes(instant)
    }
    return instant > now
      ? "\(clock) \(zone), in \((instant - now).spoken)" : "\(clock) \(zone), \((now - instant).spoken) ago"
  }
}
