import Plans
import Quantities

extension Form where Value == Int64 {
  /// Any number that every reader of JSON gets whole.
  static let number = integer(-9_007_199_254_740_991...9_007_199_254_740_991)
}

extension Form where Value == Span {
  /// A length of time in milliseconds; negative where a clock went back.
  static let milliseconds = Form<Int64>.number.mapped(
    or: "is not a length of time", into: { $0.milliseconds }, back: { Span(milliseconds: $0) })
}

extension Form where Value == Bool {
  /// Whether trying again may help.
  static let transience = Form<String>.text.mapped(
    or: "is neither transient nor permanent", into: { $0 ? "transient" : "permanent" },
    back: { ["transient": true, "permanent": false][$0] })
}

extension Form where Value == [String: String] {
  /// Names and texts. Nothing when there are none.
  static let outputs = Form<JSON>.any.mapped(
    or: "is not a list of names and texts", into: { .dictionary($0.map { ($0.key, .string($0.value)) }) },
    back: { (json: JSON) -> [String: String]? in
      guard case .object(let object) = json else { return nil }
      var outputs: [String: String] = [:]
      for (name, value) in object.members {
        guard let text = value.string else { return nil }
        outputs[name] = text
      }
      return outputs
    }
  ).usually([:])
}

extension Form where Value == Verdict {
  /// `pass`, `breach`, or the cause of an unknown.
  static let verdict = Form<String>.text.mapped(
    or: "is not a verdict", into: { $0.code }, back: { Verdict(code: $0) })
}

extension Form where Value == Reading {
  /// A decimal number, or `!` and the cause.
  static let reading = Form<String>.text.mapped(or: "is not a reading", into: { $0.text }, back: { Reading($0) })
}

extension Form where Value == TriggerProgress.Sample {
  /// A time and a reading.
  static let sample = Layout(
    TriggerProgress.Sample.init(at:reading:), Member("at", { $0.at }, .instant),
    Member("value", { $0.reading }, .reading)
  ).form
}

extension Form where Value == Exhibit {
  /// What decided: a condition, and what was found.
  static let exhibit = Layout(
    Exhibit.init(condition:series:reading:at:), Member("condition", { $0.condition }, .text),
    Member("series", { $0.series }, .text), Member("value", { $0.reading }, .reading),
    Member("at", { $0.at }, .instant)
  ).form
}

extension Form where Value == Samples {
  /// The evaluations of one signal. The signal is written by its name, so its number is not known before
  /// ``Samples/resolved(in:)``.
  static let samples = Layout(
    { name, series, rows in Samples(signal: 0, name: name, series: series, rows: rows) },
    Member("signal", { (samples: Samples) in samples.name }, .text), Member("series", { $0.series }, .list(.text)),
    Member("samples", { $0.rows }, .list(row))
  ).form

  private static let row = Layout(
    Samples.Row.init(at:readings:), Member("at", { $0.at }, .instant),
    Member("values", { $0.readings }, .list(.reading))
  ).form
}

extension Samples {
  /// The same with the signal's place in the plan.
  func resolved(in index: PlanIndex) throws(FormError) -> Samples {
    guard let signal = index.plan.signals.firstIndex(where: { $0.name == name }) else {
      throw FormError("names the signal `\(name)`, which the plan has not")
    }
    guard rows.allSatisfy({ $0.readings.count == series.count }) else {
      throw FormError("has not one value for each series")
    }
    var samples = self
    samples.signal = signal
    return samples
  }
}

extension Verdict {
  /// One word for records: `pass`, `breach`, or the cause of an unknown.
  public var code: String {
    switch self {
    case .pass: "pass"
    case .breach: "breach"
    case .unknown(let cause): cause.rawValue
    }
  }

  init?(code: String) {
    switch code {
    case "pass": self = .pass
    case "breach": self = .breach
    default:
      guard let cause = Absence(rawValue: code) else { return nil }
      self = .unknown(cause)
    }
  }
}
