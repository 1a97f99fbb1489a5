internal import Quantities

/// What the arguments of a signal ask of `/metrics` pages.
struct PageQuery: Sendable {
  /// What is computed.
  enum Measure: Sendable {
    /// A gauge, put together over all that match.
    case value(Combination)
    /// A counter's running total, which never falls.
    case total
    /// By how much a counter grew within the window.
    case increase
    /// By how much a counter grew in a second.
    case rate
    /// The growth of one counter over the growth of another.
    case ratio(of: String, matching: [Matcher])
    /// A quantile of a histogram's growth.
    case quantile(Double)
  }

  /// How several gauges become one number.
  enum Combination: String, Sendable, CaseIterable { case sum, max, min, average }

  /// A label and its allowed values.
  struct Matcher: Sendable {
    var label: String
    var values: Set<String>

    func accepts(_ sample: PageSample) -> Bool { values.contains(sample.labels[label] ?? "") }
  }

  /// What is computed.
  var measure: Measure
  /// The metric; of a histogram its name without `_bucket`.
  var metric: String
  /// Which of its time series count.
  var matching: [Matcher]
  /// The label that names the series; without it there is one.
  var by: String?
  /// A factor: 100 for percent, 86400 for "per day".
  var factor: Double

  /// Why the arguments cannot be read, in one sentence without a full stop.
  struct Problem: Error {
    let sentence: String
  }

  static let kinds = ["value", "total", "increase", "rate", "ratio", "histogram"]

  /// Reads the arguments.
  init(_ arguments: JSON) throws(Problem) {
    let given = Self.kinds.filter { arguments[$0] != nil }
    guard given.count == 1, let kind = given.first else {
      throw Problem(sentence: "the query needs one of `value`, `total`, `increase`, `rate`, `ratio` and `histogram`")
    }
    guard let name = arguments[kind]?.string, !name.isEmpty else {
      throw Problem(sentence: "`\(kind)` must be the name of a metric")
    }
    metric = name
    matching = try Self.matchers("where", arguments)
    by = arguments["by"]?.string
    factor = 1
    if let times = arguments["times"] {
      guard let number = times.double, number.isFinite else { throw Problem(sentence: "`times` must be a number") }
      factor = number
    }
    switch kind {
    case "value":
      let word = arguments["combine"]?.string ?? "sum"
      guard let combination = Combination(rawValue: word) else {
        throw Problem(sentence: "`combine` must be sum, max, min or average")
      }
      measure = .value(combination)
    case "total": measure = .total
    case "increase": measure = .increase
    case "rate": measure = .rate
    case "ratio":
      guard let other = arguments["of"]?.string, !other.isEmpty else {
        throw Problem(sentence: "`ratio` needs `of`: the metric that it is a share of")
      }
      measure = .ratio(of: other, matching: try Self.matchers("where_of", arguments))
    default:
      guard let quantile = arguments["quantile"]?.double, (0...1).contains(quantile) else {
        throw Problem(sentence: "`histogram` needs `quantile`: a number from 0 to 1")
      }
      measure = .quantile(quantile)
    }
  }

  private static func matchers(_ key: String, _ arguments: JSON) throws(Problem) -> [Matcher] {
    guard let value = arguments[key], value != .null else { return [] }
    guard case .object(let object) = value else { throw Problem(sentence: "`\(key)` must map labels to values") }
    return object.members.map { label, wanted in
      let values = wanted.array.isEmpty ? [wanted.plainText] : wanted.array.map(\.plainText)
      return Matcher(label: label, values: Set(values))
    }
  }

  /// The names of the samples that the query reads.
  var names: [String] {
    switch measure {
    case .ratio(let other, _): [metric, other]
    case .quantile: [metric + "_bucket", metric + "_count"]
    default: [metric]
    }
  }
}
