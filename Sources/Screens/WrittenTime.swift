public import Quantities

/// A time as people write it, in every form in which the screens show one.
public enum WrittenTime {
  /// Reads a time.
  ///
  /// `2027-02-15`, `2027-02-15 21:00`, `2027-02-15T21:00:00.000Z`, `…+01:00`; `15 Feb 21:00` and `21:00`, the newest
  /// that is over; and `1h`, so long ago. Without an offset they are times of the reader's zone.
  ///
  /// - Parameters:
  ///   - text: what was written.
  ///   - now: when it was written.
  ///   - offset: how far the reader's zone is ahead of UTC at an instant, in seconds.
  /// - Returns: the instant; `nil` for what is no time.
  public static func instant(_ text: String, now: Instant, offset: (Instant) -> Int) -> Instant? {
    if let span = Span(text) { return now + Span(milliseconds: -span.milliseconds) }
    let today = local(now, offset).utcDate
    var words = text.split(separator: " ").map(String.init)
    if words.count == 1, let separator = text.firstIndex(where: { $0 == "T" || $0 == "t" }) {
      words = [String(text[..<separator]), String(text[text.index(after: separator)...])]
    }
    if let first = words.first, first.contains(":"), words.count == 1 {
      guard let clock = Clock(first), clock.offset == nil else { return nil }
      let candidates = [today, CivilDate(dayNumber: today.dayNumber - 1)]
      return candidates.map { clock.on($0, offset) }.first { $0 <= now }
    }
    let clock = words.last.flatMap { $0.contains(":") ? Clock($0) : nil }
    if words.last?.contains(":") == true {
      guard clock != nil else { return nil }
      words.removeLast()
    }
    let dates: [CivilDate]
    if words.count == 1, let date = CivilDate(words[0]) {
      dates = [date]
    } else if words.count >= 2, words.count <= 3, let day = Int(words[0]), let month = month(words[1]) {
      let years = words.count == 3 ? Int(words[2]).map { [$0] } ?? [] : [today.year, today.year - 1]
      dates = years.compactMap { CivilDate(year: $0, month: month, day: day) }
      let instants = dates.map { (clock ?? .midnight).on($0, offset) }
      return words.count == 3 ? instants.first : instants.first { $0 <= now }
    } else {
      return nil
    }
    return dates.first.map { (clock ?? .midnight).on($0, offset) }
  }

  private static func local(_ instant: Instant, _ offset: (Instant) -> Int) -> Instant {
    instant + Span(milliseconds: Int64(offset(instant)) * 1_000)
  }

  private static func month(_ word: String) -> Int? {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    return names.firstIndex(of: word.lowercased()).map { $0 + 1 }
  }

  /// A time of day: `21:00`, `21:00:30`, `21:00:30.000Z`, `21:00+01:00`.
  private struct Clock {
    var milliseconds: Int64
    /// Seconds east of UTC, where it says so.
    var offset: Int?

    static let midnight = Clock(milliseconds: 0)

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    init?(_ text: String) {
      let match = text.wholeMatch(
        of: #/(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?/#)
      guard let match, let hour = Int64(match.1), let minute = Int64(match.2), hour < 24, minute < 60 else {
        return nil
      }
      let second = match.3.flatMap { Int64($0) } ?? 0
      let fraction =
        match.4.map { String($0) + String(repeating: "0", count: 3 - $0.count) }.flatMap { Int64($0) } ?? 0
      guard second < 60 else { return nil }
      milliseconds = ((hour * 60 + minute) * 60 + second) * 1_000 + fraction
      if match.5 != nil { offset = 0 }
      if let sign = match.6, let hours = match.7.flatMap({ Int($0) }), let minutes = match.8.flatMap({ Int($0) }) {
        guard hours <= 18, minutes < 60 else { return nil }
        offset = (sign == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60)
      }
    }

    /// The instant of this time on a day. One that a zone skips lies before the change; of two, the first is meant.
    func on(_ date: CivilDate, _ zone: (Instant) -> Int) -> Instant {
      let wall = Instant(utcMidnight: date) + Span(milliseconds: milliseconds)
      if let offset { return wall + Span(milliseconds: -Int64(offset) * 1_000) }
      let candidates = [-1, 1].map { wall + Span(milliseconds: $0 * Span.day.milliseconds) }.map { near in
        wall + Span(milliseconds: -Int64(zone(near)) * 1_000)
      }
      let right = candidates.filter { $0 + Span(milliseconds: Int64(zone($0)) * 1_000) == wall }
      return right.min() ?? candidates.min() ?? wall
    }
  }
}
