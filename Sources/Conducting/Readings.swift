internal import Adapters
internal import Engine
internal import Plans
internal import Quantities

/// Measured samples → evaluations: which sample speaks for which time.
enum Readings {
  /// The evaluations of a request.
  ///
  /// For each time the newest sample at or before it counts, if it is fresh. For the newest
  /// time a later sample counts too: a provider without a history measures when it is asked.
  ///
  /// - Parameters:
  ///   - samples: what was measured.
  ///   - request: what was asked for.
  ///   - signal: the signal.
  ///   - remembers: whether the provider knows the past; if not, times that passed are known to be unobserved.
  /// - Returns: one evaluation for each time, with one reading for each series.
  static func samples(
    _ samples: [MeasuredSample], for request: SampleRequest, signal: PlannedSignal, remembers: Bool
  ) -> Samples {
    var bySeries: [String: [MeasuredSample]] = [:]
    for sample in samples { bySeries[sample.series, default: []].append(sample) }
    for series in bySeries.keys { bySeries[series]?.sort { $0.at < $1.at } }
    let freshness = Freshness(of: signal)
    let rows = request.times.map { time in
      let isNewest = time == request.times.last
      return Samples.Row(
        at: time,
        readings: request.series.map { series in
          let known = bySeries[series] ?? []
          if let sample = known.last(where: {
            ($0.at <= time || isNewest) && freshness.covers(time, measuredAt: $0.at)
          }) {
            return Reading(measured: sample.value, count: sample.count, of: signal)
          }
          return .missing(isNewest || remembers ? .noData : .unobserved)
        })
    }
    return Samples(signal: request.signal, name: signal.name, series: request.series, rows: rows)
  }

  /// The evaluations of a request that could not be answered.
  static func failed(_ request: SampleRequest, signal: PlannedSignal) -> Samples {
    Samples(
      signal: request.signal, name: signal.name, series: request.series,
      rows: request.times.map { time in
        Samples.Row(at: time, readings: request.series.map { _ in .missing(.providerError) })
      })
  }
}
