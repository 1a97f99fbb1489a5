internal import Quantities

/// JSON → samples.
enum ObservedJSON {
  /// The samples in a value: a number, `{series: number}`, `{series: {value, count?, at?}}`, or a list of
  /// `{series, value, count?, at?}`. `null` is no data; anything else that is no number stays, as what cannot be read.
  ///
  /// - Parameters:
  ///   - json: the value.
  ///   - series: the series of a number without a name; `nil` where it could be any of several.
  ///   - now: the time of samples that do not carry their own.
  /// - Returns: the samples; `nil` when the value has another form, or a number has no series.
  static func samples(_ json: JSON, series: String?, now: Instant) -> [MeasuredSample]? {
    switch json {
    case .null: return []
    case .integer, .decimal, .string:
      return series.map { [MeasuredSample(series: $0, at: .at(now), value: number(json))] }
    case .array(let elements):
      var samples: [MeasuredSample] = []
      for element in elements {
        guard case .object = element, let name = element["series"]?.plainText ?? series else { return nil }
        samples += sample(element, series: name, now: now).map { [$0] } ?? []
      }
      return samples
    case .object(let object):
      if object["value"] != nil {
        guard let name = object["series"]?.plainText ?? series else { return nil }
        return sample(json, series: name, now: now).map { [$0] } ?? []
      }
      return object.members.compactMap { sample($0.value, series: $0.key, now: now) }
    case .bool: return nil
    }
  }

  /// One sample; `nil` where there is none.
  private static func sample(_ json: JSON, series: String, now: Instant) -> MeasuredSample? {
    if json == .null || json["value"] == .null { return nil }
    guard case .object = json else { return MeasuredSample(series: series, at: .at(now), value: number(json)) }
    return MeasuredSample(
      series: series, at: json["at"].map { MeasuredTime($0, in: .milliseconds) } ?? .at(now),
      value: json["value"].map { number($0) } ?? .unreadable(json.canonicalText),
      count: json["count"].flatMap { $0 == .null ? nil : number($0) })
  }

  /// A number, or a text that spells one.
  static func number(_ json: JSON) -> MeasuredNumber {
    switch json {
    case .integer(let value): MeasuredNumber(String(value))
    case .decimal(let text), .string(let text): MeasuredNumber(text)
    case .null, .bool, .array, .object: .unreadable(json.canonicalText)
    }
  }
}
