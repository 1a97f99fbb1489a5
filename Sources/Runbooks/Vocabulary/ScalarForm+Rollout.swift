internal import Quantities
internal import Vocabularies

// The small written forms of stages and signals. Each has one reader that the checker and the builder share.

/// The days of a window.
enum WrittenDays {
  static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// Reads `mon`, `mon-thu` or `fri-mon`; 1 is Monday.
  static func read(_ text: String) -> [Int]? {
    if text == "daily" { return Array(1...7) }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { names.firstIndex(of: String($0)) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
    let count = (last - first + 7) % 7
    return (0...count).map { (first + $0) % 7 + 1 }
  }

  static func hint(_ text: String) -> String? {
    let known = text.lowercased().filter { $0 != " " }.split(separator: "-").map { $0.prefix(3) }
    let result = known.joined(separator: "-")
    if ["every day", "all", "everyday"].contains(text.lowercased()) { return "daily" }
    if text.lowercased().hasPrefix("weekday") { return "mon-fri" }
    return read(result) == nil ? nil : result
  }
}

/// The hours of a window, `21:00-05:00`.
enum WrittenHours {
  static func read(_ text: String) -> Window.Hours? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { ClockTime(String($0)) }
    guard ends.count == 2, let opens = ends[0], let closes = ends[1], opens != closes else { return nil }
    return Window.Hours(opens: opens, closes: closes)
  }

  static func hint(_ text: String) -> String? {
    let ends = text.replacing("–", with: "-").split(separator: "-").map { end -> String in
      var clock = end.filter { $0 != " " }.replacing(".", with: ":")
      if !clock.contains(":") { clock += ":00" }
      return clock.count == 4 ? "0" + clock : clock == "24:00" ? "00:00" : clock
    }
    let result = ends.joined(separator: "-")
    return read(result) == nil ? nil : result
  }
}

/// A pace, `20 per week`.
enum WrittenPace {
  static func read(_ text: String) -> Pace? {
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 3, words[1] == "per", let count = Int(words[0]), (1...1_000_000).contains(count),
      let period = Pace.Period(rawValue: words[2])
    else { return nil }
    return Pace(count: count, period: period)
  }

  static func hint(_ text: String) -> String? {
    let words = text.replacing("/", with: " per ").split(separator: " ").map(String.init)
    guard words.count == 3, Int(words[0]) != nil else { return nil }
    let period = words[2].hasPrefix("week") ? "week" : words[2].hasPrefix("da") ? "day" : words[2]
    let result = "\(words[0]) per \(period)"
    return read(result) == nil ? nil : result
  }
}

/// Events of a bake, `200 per target`.
enum WrittenEvents {
  static func read(_ text: String) -> Int? {
    let words = text.split(separator: " ")
    guard words.count == 3, words[1] == "per", words[2] == "target", let count = Int(words[0]),
      (1...1_000_000_000).contains(count)
    else { return nil }
    return count
  }
}

/// A share of evaluations, `8/10`.
enum WrittenShare {
  static func read(_ text: String) -> (hits: Int, of: Int)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let hits = parts[0], let all = parts[1], hits >= 1, hits <= all, all <= 1_000 else {
      return nil
    }
    return (hits, all)
  }
}

/// A tolerance, `2` or `5 %`.
enum WrittenLimit {
  static func read(_ text: String) -> Tolerance.Limit? {
    if let count = Int(text), (0...1_000_000).contains(count) { return .count(count) }
    guard text.hasSuffix("%"), let percent = Int(text.dropLast().filter { $0 != " " }), (0...100).contains(percent)
    else { return nil }
    return .percent(percent)
  }
}

/// What missing data mean.
enum WrittenNoData {
  static func read(_ text: String) -> Signal.NoData? {
    let words = text.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("hold", 1): return .hold
    case ("breach", 1): return .breach
    case ("carry", 2): return Span(words[1]).flatMap { $0 > .zero ? .carry($0) : nil }
    case ("idle", 5) where words[1] == "when" && words[3] == "is" && words[4] == "0": return .idle(when: words[2])
    case ("zero", 5) where words[1] == "when" && words[3] == "is" && words[4] == "live": return .zero(when: words[2])
    default: return nil
    }
  }

  static func hint(_ text: String) -> String? {
    switch text.lowercased() {
    case "ok", "pass", "ignore", "unknown", "none": "hold"
    case "fail", "bad", "alert", "alerting": "breach"
    case "last", "carry", "keep": "carry 1h"
    default: nil
    }
  }
}

extension ScalarForm {
  static let days = ScalarForm(
    "days", example: "such as `mon-thu`, `sat` or `daily`",
    pattern: "^(daily|(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?)$",
    accepts: { WrittenDays.read($0) != nil }, hint: { WrittenDays.hint($0) })

  static let hours = ScalarForm(
    "a time range", example: "such as `\"21:00-05:00\"`", pattern: "^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$",
    accepts: { WrittenHours.read($0) != nil }, hint: { WrittenHours.hint($0) })

  static let pace = ScalarForm(
    "a pace", example: "such as `20 per week` or `4 per day`", pattern: "^[0-9]+ per (day|week|iso_week)$",
    accepts: { WrittenPace.read($0) != nil }, hint: { WrittenPace.hint($0) })

  static let events = ScalarForm(
    "a number of events", example: "such as `200 per target`", pattern: "^[0-9]+ per target$",
    accepts: { WrittenEvents.read($0) != nil },
    hint: { text in
      let digits = text.prefix { "0123456789".contains($0) }
      let isWhole = text.dropFirst(digits.count).first.map { !".,'’_".contains($0) } ?? true
      return digits.isEmpty || !isWhole ? nil : "\(digits) per target"
    })

  static let share = ScalarForm(
    "a share of evaluations", example: "such as `8/10`", pattern: "^[0-9]+/[0-9]+$",
    accepts: { WrittenShare.read($0) != nil },
    hint: { text in
      let words = text.replacing("of", with: "/").filter { $0 != " " }
      return WrittenShare.read(words) == nil ? nil : words
    })

  static let limit = ScalarForm(
    "a number of targets or whole percent", example: "such as `1` or `\"5 %\"`", pattern: "^[0-9]+( *%)?$",
    takesNumbers: true, accepts: { WrittenLimit.read($0) != nil })

  static let noData = ScalarForm(
    "a policy for missing data",
    example: "`hold`, `breach`, `carry 24h`, `idle when requests is 0` or `zero when requests is live`",
    pattern: "^(hold|breach|carry ([0-9]+(ms|s|m|h|d|w))+|idle when \\S+ is 0|zero when \\S+ is live)$",
    accepts: { WrittenNoData.read($0) != nil }, hint: { WrittenNoData.hint($0) })

  static let zone = ScalarForm(
    "a time zone", example: "such as `Europe/Amsterdam` or `UTC`", accepts: { ZoneNames.contains($0) },
    hint: { ZoneNames.nearest(to: $0) })

  static let zoneOrTarget = ScalarForm(
    "`target` or a time zone", example: "such as `Europe/Amsterdam`",
    accepts: { $0 == "target" || ZoneNames.contains($0) },
    hint: { ["targets", "local", "store"].contains($0) ? "target" : ZoneNames.nearest(to: $0) })
}
