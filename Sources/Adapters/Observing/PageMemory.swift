internal import Quantities

/// What one `/metrics` page said over time, as far as anybody asked.
struct PageMemory: Sendable {
  /// A metric with its labels: one time series.
  struct Key: Hashable, Sendable {
    var name: String
    var labels: [String: String]
  }

  /// One look at the page.
  struct Scrape: Sendable {
    var at: Instant
    var values: [Key: Double]
  }

  /// The looks, oldest first.
  private(set) var scrapes: [Scrape] = []
  /// The names that somebody asked for.
  private(set) var names: Set<String> = []
  /// By counter: what was counted before it began again at nothing.
  private var carried: [Key: Double] = [:]
  private var longestWindow = Span.zero

  /// So many looks are kept at most.
  static let limit = 4_096

  /// Notes what is asked for.
  mutating func want(_ query: PageQuery, window: Span) {
    names.formUnion(query.names)
    longestWindow = max(longestWindow, window)
  }

  /// Takes a look in, and forgets what no window reaches any more.
  mutating func take(_ samples: [PageSample], at: Instant) {
    var values: [Key: Double] = [:]
    for sample in samples { values[Key(name: sample.name, labels: sample.labels)] = sample.value }
    if let last = scrapes.last {
      for (key, value) in values {
        if let before = last.values[key], value < before { carried[key, default: 0] += before }
      }
    }
    scrapes.append(Scrape(at: at, values: values))
    let oldest = at + Span(milliseconds: -longestWindow.milliseconds)
    // One look at or before the edge of the window stays: growth is counted from there.
    while scrapes.count > 2, scrapes[1].at <= oldest { scrapes.removeFirst() }
    if scrapes.count > Self.limit { scrapes.removeFirst(scrapes.count - Self.limit) }
  }

  /// The running total of a counter, what it had before it began again included.
  func total(_ key: Key) -> Double? { scrapes.last?.values[key].map { $0 + (carried[key] ?? 0) } }

  /// The looks that a window covers: from the newest one at or before its edge, or else the oldest that is known.
  ///
  /// Growth is what was seen between these looks; nothing is extrapolated to the edges of the window. A window of
  /// which less than half was seen says nothing.
  private func covered(_ window: Span) -> ArraySlice<Scrape>? {
    guard let newest = scrapes.last, scrapes.count >= 2 else { return nil }
    let edge = newest.at + Span(milliseconds: -window.milliseconds)
    let first = scrapes.lastIndex { $0.at <= edge } ?? scrapes.startIndex
    guard (newest.at - scrapes[first].at).milliseconds * 2 >= window.milliseconds, first < scrapes.count - 1 else {
      return nil
    }
    return scrapes[first...]
  }

  /// By how much each time series of a metric grew within a window, and over which time; `nil` when too little is
  /// known.
  ///
  /// A counter that falls has begun again at nothing. One that was not there before begins at nothing too.
  func increases(of name: String, matching: [PageQuery.Matcher], window: Span) -> (growth: [Key: Double], over: Span)? {
    guard let covered = covered(window), let first = covered.first, let last = covered.last else { return nil }
    var growth: [Key: Double] = [:]
    for key in last.values.keys where key.name == name && matches(key, matching) {
      var before = first.values[key] ?? 0
      var sum = 0.0
      for scrape in covered.dropFirst() {
        guard let value = scrape.values[key] else { continue }
        sum += value < before ? value : value - before
        before = value
      }
      growth[key] = sum
    }
    return (growth, last.at - first.at)
  }

  /// The newest values of a metric.
  func values(of name: String, matching: [PageQuery.Matcher]) -> [Key: Double] {
    (scrapes.last?.values ?? [:]).filter { $0.key.name == name && matches($0.key, matching) }
  }

  private func matches(_ key: Key, _ matching: [PageQuery.Matcher]) -> Bool {
    matching.allSatisfy { $0.values.contains(key.labels[$0.label] ?? "") }
  }
}

/// Pages → the value of a query, series by series.
struct PageEvaluation {
  let query: PageQuery
  let window: Span
  /// The pages that answered.
  let pages: [PageMemory]

  /// A value and the events under it.
  struct Result: Equatable {
    var value: Double
    var count: Double?
  }

  /// By series: the value.
  var results: [String: Result] {
    switch query.measure {
    case .value(let combination): gauges(combination)
    case .total: sums { page in page.values(of: query.metric, matching: query.matching).compactMapKeys(page.total) }
    case .increase: sums { $0.increases(of: query.metric, matching: query.matching, window: window)?.growth }
    case .rate:
      sums { page in
        guard let found = page.increases(of: query.metric, matching: query.matching, window: window) else { return nil }
        return found.growth.mapValues { $0 * 1_000 / Double(found.over.milliseconds) }
      }
    case .ratio(let other, let matching): ratios(other, matching)
    case .quantile(let quantile): quantiles(quantile)
    }
  }

  private func series(_ key: PageMemory.Key) -> String { query.by.map { key.labels[$0] ?? "" } ?? "" }

  private func grouped(_ values: (PageMemory) -> [PageMemory.Key: Double]?) -> [String: [Double]] {
    var groups: [String: [Double]] = [:]
    for page in pages {
      for (key, value) in values(page) ?? [:] { groups[series(key), default: []].append(value) }
    }
    return groups
  }

  private func sums(_ values: (PageMemory) -> [PageMemory.Key: Double]?) -> [String: Result] {
    grouped(values).mapValues { Result(value: $0.sorted().reduce(0, +) * query.factor) }
  }

  private func gauges(_ combination: PageQuery.Combination) -> [String: Result] {
    grouped { $0.values(of: query.metric, matching: query.matching) }.compactMapValues { values in
      let sum = values.sorted().reduce(0, +)
      let value: Double? =
        switch combination {
        case .sum: sum
        case .max: values.max()
        case .min: values.min()
        case .average: sum / Double(values.count)
        }
      return value.map { Result(value: $0 * query.factor) }
    }
  }

  private func ratios(_ other: String, _ matching: [PageQuery.Matcher]) -> [String: Result] {
    let parts = grouped { $0.increases(of: query.metric, matching: query.matching, window: window)?.growth }
    let wholes = grouped { $0.increases(of: other, matching: matching, window: window)?.growth }
    var results: [String: Result] = [:]
    for (series, values) in wholes {
      let whole = values.sorted().reduce(0, +)
      // A counter of failures that is not there yet has counted none.
      let part = (parts[series] ?? []).sorted().reduce(0, +)
      results[series] = Result(value: part / whole * query.factor, count: whole)
    }
    return results
  }

  private func quantiles(_ quantile: Double) -> [String: Result] {
    var buckets: [String: [Double: Double]] = [:]
    for page in pages {
      let found = page.increases(of: query.metric + "_bucket", matching: query.matching, window: window)
      for (key, value) in found?.growth ?? [:] {
        guard let bound = key.labels["le"].flatMap({ Double($0) }) else { continue }
        buckets[series(key), default: [:]][bound, default: 0] += value
      }
    }
    let counts = grouped {
      $0.increases(of: query.metric + "_count", matching: query.matching, window: window)?.growth
    }
    var results: [String: Result] = [:]
    for (series, bounds) in buckets {
      let count = counts[series]?.sorted().reduce(0, +) ?? bounds[.infinity]
      let value = Histogram.quantile(quantile, buckets: bounds.map { ($0.key, $0.value) })
      results[series] = Result(value: value * query.factor, count: count)
    }
    return results
  }
}

extension [PageMemory.Key: Double] {
  fileprivate func compactMapKeys(_ value: (PageMemory.Key) -> Double?) -> [PageMemory.Key: Double] {
    var result: [PageMemory.Key: Double] = [:]
    for key in keys { result[key] = value(key) }
    return result
  }
}

/// Quantiles of histograms, as Prometheus' `histogram_quantile` computes them.
enum Histogram {
  /// The quantile, by linear interpolation within its bucket; the first bucket begins at 0 when its bound is above it,
  /// and the last finite bound stands for everything above. Not a number when nothing was observed.
  ///
  /// - Parameters:
  ///   - quantile: from 0 to 1.
  ///   - buckets: upper bounds with cumulative counts, in any order; the one at infinity is needed.
  /// - Returns: the quantile.
  static func quantile(_ quantile: Double, buckets: [(bound: Double, count: Double)]) -> Double {
    var buckets = buckets.sorted { $0.bound < $1.bound }
    guard buckets.count >= 2, buckets.last?.bound == .infinity else { return .nan }
    // Counts that were read at different moments may fall a little; cumulative ones never do.
    for index in buckets.indices.dropFirst() {
      buckets[index].count = max(buckets[index].count, buckets[index - 1].count)
    }
    let total = buckets[buckets.count - 1].count
    guard total > 0 else { return .nan }
    let rank = quantile * total
    let found = buckets.firstIndex { $0.count >= rank } ?? buckets.count - 1
    if found == buckets.count - 1 { return buckets[found - 1].bound }
    if found == 0, buckets[0].bound <= 0 { return buckets[0].bound }
    let low = found == 0 ? 0 : buckets[found - 1].bound
    let below = found == 0 ? 0 : buckets[found - 1].count
    let inside = buckets[found].count - below
    guard inside > 0 else { return buckets[found].bound }
    return low + (buckets[found].bound - low) * (rank - below) / inside
  }
}
