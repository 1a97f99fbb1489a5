import Quantities

@testable import Engine

extension Simulation {
  /// E8: what was measured means the same in whatever order its series come, and nothing a second time.
  func judgeOrder(
    of samples: [Samples], _ event: Event, sequence: Int64, before: RunState
  ) -> [String] {
    var faults: [String] = []
    var other = before
    var turned = event
    turned.kind = .sampled(samples.map(\.reversed))
    other.fold(turned, sequence: sequence)
    faults += reader.differences(from: other).map { "E8 with the series in another order: \($0)" }
    other = reader
    other.fold(event, sequence: sequence)
    faults += reader.differences(from: other).map { "E8 the same samples a second time: \($0)" }
    return faults
  }
}

extension Samples {
  /// The same with the series the other way round.
  fileprivate var reversed: Samples {
    Samples(
      signal: signal, name: name, series: series.reversed(),
      rows: rows.map { $0.readings.count == series.count ? Row(at: $0.at, readings: $0.readings.reversed()) : $0 })
  }
}
