import Quantities
import Runbooks

/// Answers of some hours, put together from the ways that they go.
private struct Ways {
  var hits = 0.0
  var calls = 0.0
  var waits: [LatencyMixture.Way] = []

  func mixture(hit: (mean: Double, variation: Double), call: (mean: Double, variation: Double)) -> LatencyMixture? {
    let all =
      [
        LatencyMixture.Way(share: hits, mean: hit.mean, variation: hit.variation),
        LatencyMixture.Way(share: calls, mean: call.mean, variation: call.variation),
      ] + waits
    let sum = all.reduce(0) { $0 + $1.share }
    guard sum > 0 else { return nil }
    return LatencyMixture(all.map { .init(share: $0.share / sum, mean: $0.mean, variation: $0.variation) })
  }
}

/// The line before the slots of a load.
private struct SlotLine {
  /// The load, by its place among all.
  let index: Int
  /// What holds slots.
  let counts: Counter
  let carried: CellLoad
  /// Where it stands: in a cell, a zone, or nowhere alone.
  let cell: Int?
  let zone: String?
  let locations: Int
  /// In a location.
  let slots: Double
  /// See ``WaitingLine``.
  let service: Double
  /// See ``WaitingLine``.
  let variation: Double

  func waits(of rate: Double, locations: Int) -> WaitingLine {
    let servers = Int(max(0, min(1e9, slots * Double(locations))))
    return WaitingLine(rate: rate, service: service, servers: servers, variation: variation)
  }
}

extension Evaluation {
  /// Answer times: over the day, in the busiest hour of the week, and in the quietest hours of each cell. Each is a
  /// mixture of hits, calls that find a free slot, and calls that wait for one.
  mutating func time() {
    let always = time(of: .questions)
    let called = time(of: .calls)
    let hitTime = model.caches.compactMap { value($0.time) }.max() ?? 0
    let hit = (
      mean: always.mean + hitTime, variation: always.mean > 0 ? always.variation : AnswerTimes.variationOfHits
    )
    let call = (mean: always.mean + called.mean, variation: called.variation)
    result.coldAnswer =
      (wiring.times[.questions] ?? []).reduce(0) { $0 + values[$1.number] }
      + (wiring.times[.calls] ?? []).reduce(0) { $0 + values[$1.number] }
    var (whole, busiest, night) = (Ways(), Ways(), Ways())
    let lines = slotLines
    let fullest = result.busy.indices.max { result.busy[$0].questions < result.busy[$1].questions } ?? 0
    for index in result.cells.indices where !lost.contains(index) {
      let cell = result.cells[index]
      let order = cell.hours.indices.filter { cell.hours[$0].questions > 0 }.sorted {
        (cell.hours[$0].questions, $0) < (cell.hours[$1].questions, $1)
      }
      let quiet = Set(order.prefix(AnswerTimes.nightHours))
      for hour in 0..<24 {
        let ways = ways(in: index, cell.hours[hour], lines, call) { $0.hours[hour] }
        whole.add(ways)
        if quiet.contains(hour) { night.add(ways) }
      }
      busiest.add(ways(in: index, cell.busy[fullest], lines, call) { $0.busy[fullest] })
    }
    for line in lines { result.components[line.index].wait = wait(of: line) }
    let share = value(model.goals.percentile, or: 0.95)
    func times(_ ways: Ways) -> AnswerTimes? {
      ways.mixture(hit: hit, call: call).map { mixture in
        let times = mixture.percentiles([0.5, 0.95, 0.99, share])
        return AnswerTimes(mean: mixture.mean, p50: times[0], p95: times[1], p99: times[2], goal: times[3])
      }
    }
    result.answer = times(whole) ?? AnswerTimes()
    result.answerBusiest = times(busiest) ?? AnswerTimes()
    result.answerNight = times(night) ?? AnswerTimes()
    result.meanAnswer = result.answerBusiest.mean
  }

  /// The times that everything of a flow takes one after the other: mean, and squared coefficient of variation.
  private func time(of flow: Counter) -> (mean: Double, variation: Double) {
    var (mean, variance) = (0.0, 0.0)
    for time in wiring.times[flow] ?? [] {
      let each = amount(time.number)
      mean += each
      variance += value(time.variation, or: AnswerTimes.variationOfCalls) * each * each
    }
    return (mean, mean > 0 ? variance / (mean * mean) : 0)
  }

  private func ways(
    in cell: Int, _ rates: FlowRates, _ lines: [SlotLine], _ call: (mean: Double, variation: Double),
    at hour: (CellLoad) -> FlowRates
  ) -> Ways {
    var ways = Ways()
    ways.hits = rates.hits
    let wait = waiting(in: cell, lines, at: hour)
    ways.calls = rates.calls * (1 - wait.share)
    guard wait.share > 1e-9, rates.calls > 0 else { return ways }
    // A wait and an answer after it: log-normal, with the mean and the variance of their sum.
    let sum = call.mean + wait.mean
    let variance = call.variation * call.mean * call.mean + wait.mean * wait.mean
    ways.waits = [
      .init(share: rates.calls * wait.share, mean: sum, variation: sum > 0 ? variance / (sum * sum) : 0)
    ]
    return ways
  }

  /// The lines before the slots of all loads.
  private var slotLines: [SlotLine] {
    wiring.slotted.flatMap { place -> [SlotLine] in
      let need = wiring.needs[place.component][place.need]
      guard let slots = need.slots else { return [] }
      return (result.offsets[place.component]..<result.offsets[place.component + 1]).map { index in
        let load = result.components[index]
        let units = min(load.units, load.limit ?? .infinity)
        return SlotLine(
          index: index, counts: need.counts, carried: carried(by: load), cell: load.cell, zone: load.zone,
          locations: load.locations, slots: units * values[need.each], service: values[slots.holds],
          variation: values[slots.variation])
      }
    }
  }

  /// The chance of a wait for a slot of a cell in the fullest minute of an hour, and the mean of those waits.
  private func waiting(
    in cell: Int, _ lines: [SlotLine], at hour: (CellLoad) -> FlowRates
  ) -> (share: Double, mean: Double) {
    var (free, total) = (1.0, 0.0)
    for line in lines where line.cell.map({ $0 == cell }) ?? carries(line.zone, cell) {
      let all = line.carried
      let count = counted(line.counts, at: hour(all), lying: all, factor: values[model.load.peak])
      let waits = line.waits(of: count, locations: line.locations)
      free *= 1 - waits.share
      total += waits.share > 0 ? waits.mean : 0
    }
    let share = 1 - free
    return (share, share > 0 ? total / share : 0)
  }

  /// The wait for a slot at the peak and in the burst, with its neighbour lost.
  private func wait(of line: SlotLine) -> Double? {
    let all = line.carried
    let peak = counted(line.counts, at: .fullest(all.busy), lying: all, factor: values[model.load.peak])
    return [peak, result.components[line.index].burstRate].map { rate in
      line.waits(of: rate, locations: max(1, line.locations - 1)).percentile(0.99)
    }.max()
  }

  private func carries(_ zone: String?, _ cell: Int) -> Bool {
    zone == nil || model.cells.places[cell].dataZone == zone
  }

  // MARK: - Availability

  /// Parts that are needed in series; locations of a cell in parallel with a common cause; cells weighted by questions.
  ///
  /// What stands in for a part counts once for the cell, and not once in each location: that part is taken out of the
  /// chain of a location. A twin in another location is the second location, and nothing else.
  mutating func settleAvailability() {
    var shared: [Double] = []
    var chain: [Double] = []
    var pools: [(own: Double, other: Double)] = []
    for component in model.components where !component.isSoft {
      guard let own = value(component.availability) else { continue }
      guard case .other(let number) = component.fallback else {
        if component.isShared { shared.append(own) } else { chain.append(own) }
        continue
      }
      if component.isShared {
        shared.append(Availability.withFallback(own, fallback: values[number]))
      } else {
        pools.append((own, values[number]))
      }
    }
    let location = Availability.series(chain)
    let common = value(model.cells.commonCause, or: 0)
    let gap = Availability.failoverGap(
      outages: value(model.cells.outages, or: 0) * 30 * 86_400, seconds: value(model.cells.moves, or: 0))
    var (sum, weight) = (0.0, 0.0)
    for cell in result.cells.indices {
      let count = locations(of: cell)
      func spread(_ part: Double) -> Double {
        Availability.spread([Double](repeating: part, count: count), commonCause: common)
      }
      let pooled = pools.map { Availability.withFallback(spread($0.own), fallback: $0.other) }
      let works =
        Availability.series(shared + pooled) * (count > 1 ? spread(location) * (1 - gap) : location)
      result.cells[cell].availability = lost.contains(cell) ? 0 : works
      guard !lost.contains(cell) else { continue }
      let asked = result.cells[cell].mean.reduce(0) { $0 + $1.questions }
      sum += asked * works
      weight += asked
    }
    let alone = Availability.series(
      shared + chain + pools.map { Availability.withFallback($0.own, fallback: $0.other) })
    result.availability = weight > 0 ? sum / weight : alone
  }
}

extension Ways {
  fileprivate mutating func add(_ other: Ways) {
    hits += other.hits
    calls += other.calls
    waits += other.waits
  }
}
