internal import Quantities

/// JSON → samples.
enum ObservedJSON {
  /// The samples in a value: a number, `{series: number}`, `{series: {value, count?, at?}}`, or a list of
  /// `{series, value, count?, at?}`. What has no number has no data.
  ///
  /// - Parameters:
  ///   - json: the value.
  ///   - series: the series of a bare number.
  ///   - now: the time of samples that do not carry their own.
  /// - Returns: the samples; `nil` when the value has another form.
  static func samples(_ json: JSON, series: String, now: Instant) -> [MeasuredSample]? {
    switch json {
    case .null: return []
    case .integer, .decimal, .string:
      return json.double.map { [MeasuredSample(series: series, at: now, value: $0)] }
    case .array(let elements):
      var samples: [MeasuredSample] = []
      for element in elements {
        guard case .object = element else { return nil }
        if let sample = sample(element, series: element["series"]?.plainText ?? series, now: now) {
          samples.append(sample)
        }
      }
      return samples
    case .object(let object):
      if object["value"] != nil {
        return sample(json, series: object["series"]?.plainText ?? series, now: now).map { [$0] } ?? []
      }
      return object.members.compactMap { sample($0.value, series: $0.key, now: now) }
    case .bool: return nil
    }
  }

  private static func sample(_ json: JSON, series: String, now: Instant) -> MeasuredSample? {
    if let value = json.double { return MeasuredSample(series: series, at: now, value: value) }
    guard let value = json["value"]?.double else { return nil }
    return MeasuredSample(
      series: series, at: json["at"].flatMap { instant($0) } ?? now, value: value, count: json["count"]?.double)
  }

  /// A time as text (RFC 3339, in UTC) or in milliseconds since the epoch.
  static func instant(_ json: JSON) -> Instant? {
    if let milliseconds = json.integer { return Instant(milliseconds: milliseconds) }
    guard let text = json.string else { return nil }
    if let milliseconds = Int64(text) { return Instant(milliseconds: milliseconds) }
    return instant(text)
  }

  /// Reads `2027-01-04T09:00:00Z` with or without a fraction of a second.
  static func instant(_ text: String) -> Instant? {
    guard text.hasSuffix("Z"), text.count >= 20 else { return nil }
    let whole = text.prefix(19).replacing(" ", with: "T")
    let fraction = text.dropFirst(19).dropLast()
    var digits = ""
    if !fraction.isEmpty {
      guard fraction.first == "." else { return nil }
      digits = String(fraction.dropFirst().prefix(3))
    }
    while digits.count < 3 { digits += "0" }
    return Instant("\(whole).\(digits)Z")
  }
}
