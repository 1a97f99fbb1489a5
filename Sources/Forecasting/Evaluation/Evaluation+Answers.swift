import Quantities
import Runbooks

extension Evaluation {
  /// Answer times at the peak of each cell: hits, calls that find a free slot, and calls that wait for one.
  mutating func time() {
    let hitTime = model.caches.compactMap { value($0.time) }.max() ?? 0
    var ways: [LatencyMixture.Way] = []
    for (index, cell) in result.cells.enumerated() {
      let peak = cell.peak.rates
      guard peak.questions > 0 else { continue }
      let always = time(of: "questions")
      let called = time(of: "calls")
      if peak.hits > 0 {
        ways.append(
          .init(share: peak.hits, mean: always.mean + hitTime, variation: always.mean > 0 ? always.variation : 0.1))
      }
      guard peak.calls > 0 else { continue }
      let mean = always.mean + called.mean
      let wait = waiting(in: index)
      ways.append(.init(share: peak.calls * (1 - wait.share), mean: mean, variation: called.variation))
      // A wait and an answer after it: log-normal, with the mean and the variance of their sum.
      let sum = mean + wait.mean
      let variance = called.variation * mean * mean + wait.mean * wait.mean
      ways.append(.init(share: peak.calls * wait.share, mean: sum, variation: sum > 0 ? variance / (sum * sum) : 0))
    }
    let all = ways.reduce(0) { $0 + $1.share }
    guard all > 0 else { return }
    let mixture = LatencyMixture(ways.map { .init(share: $0.share / all, mean: $0.mean, variation: $0.variation) })
    result.meanAnswer = mixture.mean
    result.answer = AnswerTimes(
      p50: mixture.percentile(0.5), p95: mixture.percentile(0.95), p99: mixture.percentile(0.99),
      goal: mixture.percentile(min(0.9999, max(0.01, value(model.goals.percentile, or: 0.95)))))
  }

  /// The times that everything of a flow takes one after the other: mean, and squared coefficient of variation.
  private func time(of flow: String) -> (mean: Double, variation: Double) {
    var (mean, variance) = (0.0, 0.0)
    for taking in model.takes where taking.of.value == flow {
      guard model.estimates[taking.number].dimension == .time else { continue }
      let each = values[taking.number]
      mean += each
      variance += variation(of: taking) * each * each
    }
    return (mean, mean > 0 ? variance / (mean * mean) : 0)
  }

  /// The variation of a time, where a slot is held for it; half of the exponential one elsewhere.
  private func variation(of taking: Taking) -> Double {
    for component in model.components {
      for case .slots(_, _, let holds, let variation, _) in component.needs where holds.value == taking.name.value {
        return values[variation]
      }
    }
    return 0.5
  }

  /// The chance of a wait for a slot in a cell at its peak, and the mean of those waits.
  private mutating func waiting(in cell: Int) -> (share: Double, mean: Double) {
    var (free, total) = (1.0, 0.0)
    for index in result.components.indices where result.components[index].cell ?? cell == cell {
      let load = result.components[index]
      let component = model.components[load.component]
      for case .slots(let of, let each, let holds, let variation, _) in component.needs {
        guard let hold = value(model.taking(holds.value)?.number) else { continue }
        // What all cells share carries all of their hours.
        let hours = load.cell == nil ? result.hours : result.cells[cell].hours
        let peak = hours.map { counted(of.value, at: $0, stocks: result.cells[cell], factor: 1) }.max() ?? 0
        let units = min(load.units, load.limit ?? .infinity)
        let servers = Int(max(0, min(1e6, units * values[each] * Double(load.locations))))
        let line = WaitingLine(
          rate: peak * values[model.load.peak], service: hold, servers: servers, variation: values[variation])
        result.components[index].wait = line.percentile(0.99)
        free *= 1 - line.share
        total += line.share > 0 ? line.mean : 0
      }
    }
    let share = 1 - free
    return (share, share > 0 ? total / share : 0)
  }

  // MARK: - Availability

  /// Parts that are needed in series; locations of a cell in parallel with a common cause; cells weighted by questions.
  mutating func settleAvailability() {
    var shared: [Double] = []
    var location: [Double] = []
    for component in model.components where !component.isSoft {
      guard let own = value(component.availability) else { continue }
      let part = value(component.fallback).map { Availability.withFallback(own, fallback: $0) } ?? own
      if component.isShared { shared.append(part) } else { location.append(part) }
    }
    let chain = Availability.series(location)
    let common = value(model.cells.commonCause, or: 0)
    let gap = Availability.failoverGap(
      outages: value(model.cells.outages, or: 0) * 30 * 86_400, seconds: value(model.cells.moves, or: 0))
    var (sum, weight) = (0.0, 0.0)
    for cell in result.cells.indices {
      let count = model.cells.by == nil ? 1 : max(1, model.cells.places[cell].locations.count)
      let spread = Availability.spread([Double](repeating: chain, count: count), commonCause: common)
      let works = Availability.series(shared) * (count > 1 ? spread * (1 - gap) : spread)
      result.cells[cell].availability = lost.contains(cell) ? 0 : works
      let asked = result.cells[cell].hours.reduce(0) { $0 + $1.questions }
      sum += asked * result.cells[cell].availability
      weight += asked
    }
    let works = weight > 0 ? sum / weight : Availability.series(shared + location)
    // Those whom nobody may serve have nothing that works.
    result.availability = result.users > 0 ? works * (1 - result.unserved / result.users) : works
  }
}
