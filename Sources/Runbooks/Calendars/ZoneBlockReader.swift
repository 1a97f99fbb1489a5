internal import Diagnostics
internal import Quantities

/// A `VTIMEZONE` as it is written.
struct ZoneBlock {
  let location: SourceSpan
  /// Its `TZID`.
  var name: Located<String>?
  /// The properties of each `STANDARD` and `DAYLIGHT`, with its place.
  var observances: [(location: SourceSpan, properties: [ContentLine])] = []
}

/// A `VTIMEZONE` → the zone that it describes.
enum ZoneBlockReader {
  /// Why a description cannot be used.
  struct Broken: Error {
    let finding: Finding
  }

  /// Reads a description, or says what is wrong in it first.
  static func read(_ block: ZoneBlock, name: String) -> Result<ZoneDefinition, Broken> {
    func broken(_ because: String, at place: SourceSpan) -> Result<ZoneDefinition, Broken> {
      .failure(Broken(finding: .zoneDescription(name, because: because, at: place)))
    }
    if block.observances.isEmpty { return broken("it has neither `STANDARD` nor `DAYLIGHT`", at: block.location) }
    var observances: [ZoneDefinition.Observance] = []
    for (location, properties) in block.observances {
      func line(_ name: String) -> ContentLine? { properties.first { $0.name == name } }
      var offsets: [Int] = []
      for name in ["TZOFFSETFROM", "TZOFFSETTO"] {
        guard let written = line(name)?.value else { return broken("a part of it has no `\(name)`", at: location) }
        guard let offset = offset(written.value) else {
          return broken("`\(written.value)` is not an offset such as `+0100`", at: written.location)
        }
        offsets.append(offset)
      }
      guard let written = line("DTSTART") else { return broken("a part of it has no `DTSTART`", at: location) }
      let (before, after) = (offsets[0], offsets[1])
      guard let start = onset(written.value.value, before: before) else {
        return broken("`\(written.value.value)` is not a time", at: written.value.location)
      }
      var observance = ZoneDefinition.Observance(
        date: start.date, minutes: start.minutes, before: before, after: after)
      if let rule = line("RRULE") {
        let (recurrence, findings) = RecurrenceReader.read(rule, start: start) { until in
          if case .utc(let instant) = until { local(instant, ahead: before) } else { until }
        }
        guard let recurrence else {
          return broken(findings.first?.message ?? "its rule is wrong", at: findings.first?.location ?? location)
        }
        observance.rule = recurrence
      }
      observances.append(observance)
      for part in properties.filter({ $0.name == "RDATE" }).flatMap({ $0.parts(separator: ",") }) {
        guard let added = onset(part.value, before: before) else {
          return broken("`\(part.value)` is not a time", at: part.location)
        }
        observances.append(.init(date: added.date, minutes: added.minutes, before: before, after: after))
      }
    }
    return .success(ZoneDefinition(name: name, observances: observances))
  }

  /// A change on the clock before it.
  private static func onset(_ text: String, before: Int) -> Moment? {
    switch MomentReader.moment(text.uppercased(), zone: nil) {
    case .day(let date): .floating(date, minutes: 0)
    case .utc(let instant): local(instant, ahead: before)
    case .floating(let date, let minutes): .floating(date, minutes: minutes)
    case .local, nil: nil
    }
  }

  private static func local(_ instant: Instant, ahead seconds: Int) -> Moment {
    let local = Moment.utc(instant + Span(milliseconds: Int64(seconds) * 1_000))
    return .floating(local.date, minutes: local.minutes)
  }

  /// Seconds of `+0100`, `-053000`; `nil` for another text.
  private static func offset(_ text: String) -> Int? {
    let digits = Array(text.utf8.dropFirst().filter { $0 != UInt8(ascii: ":") })
    guard text.hasPrefix("+") || text.hasPrefix("-"), digits.count == 4 || digits.count == 6,
      let number = Int(String(decoding: digits, as: UTF8.self)), number >= 0
    else { return nil }
    let parts = digits.count == 4 ? number * 100 : number
    let (hours, minutes, seconds) = (parts / 10_000, parts / 100 % 100, parts % 100)
    guard hours < 24, minutes < 60, seconds < 60 else { return nil }
    return (hours * 3_600 + minutes * 60 + seconds) * (text.hasPrefix("-") ? -1 : 1)
  }
}
