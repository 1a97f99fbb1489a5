import Quantities
import Runbooks

/// The curves of the caches of a model with some numbers. Caches whose questions are as popular share one.
private struct CacheCurves {
  /// For each cache its curve; `nil` for one that does not keep answers.
  private(set) var places: [Int?] = []
  /// For each cache how long it keeps them, in seconds; 0 for one that does not.
  private(set) var lifetimes: [Double] = []
  var curves: [HitCurve] = []
  private var keys: [(items: Double, skew: Double)] = []

  init(_ caches: [CacheModel], _ values: [Double]) {
    for cache in caches {
      guard case .kept(let lifetime, let items, let skew) = cache.kind else {
        places.append(nil)
        lifetimes.append(0)
        continue
      }
      let key = (items: values[items], skew: values[skew])
      let place = keys.firstIndex { $0 == key } ?? keys.count
      if place == keys.count {
        keys.append(key)
        curves.append(HitCurve(Popularity(items: Int(min(1e9, max(1, key.items))), exponent: key.skew)))
      }
      places.append(place)
      lifetimes.append(values[lifetime])
    }
  }
}

/// The questions of a day by hour and class, each hour after the other: all that is asked, and what is left of it.
private struct PassingDay {
  var asked: [Double]
  var left: [Double]
  /// Classes in an hour.
  let classes: Int

  /// Where the hours begin.
  var hours: StrideTo<Int> { stride(from: 0, to: asked.count, by: max(1, classes)) }
}

extension Evaluation {
  /// - Parameters:
  ///   - rates: by class, questions in a second if all hours of a mean day were alike, times 24.
  ///   - servers: by class, the cell that serves it.
  mutating func ask(_ rates: [Double], of servers: [Int?]) {
    let shares = forecaster.shares(on: day ?? forecaster.start ?? CivilDate(dayNumber: 20_000))
    var caches = CacheCurves(model.caches, values)
    var saved = [Double](repeating: 0, count: model.caches.count)
    let mean = flows(rates, shares, servers, &caches, &saved)
    keep(saved, of: mean)
    // What caches save is a matter of the mean day: on others nobody asks.
    var none: [Double] = []
    let busiest = model.load.week.max() ?? 1
    let busy = busiest == 1 ? mean : flows(rates.map { $0 * busiest }, shares, servers, &caches, &none)
    let today = day.flatMap { hasWeekday ? model.load.week[$0.weekday - 1] : nil } ?? 1
    let hours =
      today == 1 ? mean : today == busiest ? busy : flows(rates.map { $0 * today }, shares, servers, &caches, &none)
    for cell in result.cells.indices {
      let part = cell * 24..<(cell + 1) * 24
      result.cells[cell].mean = Array(mean[part])
      result.cells[cell].busy = busiest == 1 ? result.cells[cell].mean : Array(busy[part])
      result.cells[cell].hours =
        today == 1 ? result.cells[cell].mean : today == busiest ? result.cells[cell].busy : Array(hours[part])
    }
    let cells = Double(result.cells.count - lost.count)
    result.weekday = hasWeekday ? day?.weekday : nil
    result.canaries = value(model.load.steady, or: 0) * cells
  }

  /// What is asked, what caches answer, and what goes on: the 24 hours of each cell, cell after cell. Shares are by
  /// zone and hour. For each cache, what it knows of the day's questions without answering them is added to `saved`,
  /// which is empty where nobody asks for that.
  private func flows(
    _ rates: [Double], _ shares: [Double], _ servers: [Int?], _ caches: inout CacheCurves, _ saved: inout [Double]
  ) -> [FlowRates] {
    let zones = forecaster.population.zoneOf
    let classes = rates.count
    var asked = [Double](repeating: 0, count: classes * 24)
    for index in 0..<classes where servers[index] != nil {
      let (rate, zone) = (rates[index], zones[index] * 24)
      for hour in 0..<24 { asked[hour * classes + index] = rate * shares[zone + hour] }
    }
    var day = PassingDay(asked: asked, left: asked, classes: classes)
    for number in model.caches.indices {
      if wiring.saves[number].isEmpty {
        pass(number, &day, &caches)
      } else if !saved.isEmpty {
        count(number, day, &caches, &saved[number])
      }
    }
    var cells = [FlowRates](repeating: FlowRates(), count: result.cells.count * 24)
    for index in 0..<classes {
      guard let cell = servers[index] else { continue }
      for hour in 0..<24 {
        let (all, left) = (day.asked[hour * classes + index], day.left[hour * classes + index])
        guard all > 0 else { continue }
        cells[cell * 24 + hour].questions += all
        cells[cell * 24 + hour].calls += left
        cells[cell * 24 + hour].hits += all - left
      }
    }
    // Canaries are there to measure what lies behind the caches.
    let steady = value(model.load.steady, or: 0)
    for cell in result.cells.indices where !lost.contains(cell) {
      for place in cell * 24..<(cell + 1) * 24 {
        cells[place].questions += steady
        cells[place].calls += steady
      }
    }
    return cells
  }

  /// What caches save of amounts, by how many of a day's calls they know: canaries are calls that none knows.
  private mutating func keep(_ saved: [Double], of cells: [FlowRates]) {
    guard wiring.saves.contains(where: { !$0.isEmpty }) else { return }
    let calls = cells.reduce(0) { $0 + $1.calls }
    kept = [Double](repeating: 1, count: values.count)
    for (cache, numbers) in wiring.saves.enumerated() where calls > 0 {
      for number in numbers { kept[number] *= 1 - saved[cache] / calls }
    }
    result.kept = kept
  }

  /// Takes what a cache answers off the questions that are left.
  private func pass(_ number: Int, _ day: inout PassingDay, _ caches: inout CacheCurves) {
    let stays: Double
    switch model.caches[number].kind {
    case .fixed(let hits): stays = 1 - min(1, values[hits])
    // h' = h + recall (1 − h) paraphrases: of what is left, this share stays.
    case .similar(let recall, let paraphrases): stays = 1 - min(1, values[recall] * values[paraphrases])
    case .kept:
      guard let place = caches.places[number] else { return }
      return Self.pass(
        &day, &caches.curves[place], lifetime: caches.lifetimes[number],
        partitions: forecaster.population.partitionOf[number], count: forecaster.population.partitionCounts[number])
    }
    for index in day.left.indices { day.left[index] *= stays }
  }

  private static func pass(
    _ day: inout PassingDay, _ curve: inout HitCurve, lifetime: Double, partitions: [Int], count: Int
  ) {
    var shared = [Double](repeating: 0, count: count)
    for start in day.hours {
      for partition in 0..<count { shared[partition] = 0 }
      for index in 0..<day.classes { shared[partitions[index]] += day.left[start + index] }
      for partition in 0..<count { shared[partition] = 1 - curve.share(asked: shared[partition] * lifetime) }
      for index in 0..<day.classes { day.left[start + index] *= shared[partitions[index]] }
    }
  }

  /// Counts the questions that a cache knows which does not answer them, of those that are left by caches that do.
  ///
  /// What was asked before is known to both: one that keeps for longer knows what it would know alone, less what was
  /// answered, and one that keeps for less knows nothing more.
  private func count(_ number: Int, _ day: PassingDay, _ caches: inout CacheCurves, _ saved: inout Double) {
    let part: Double
    switch model.caches[number].kind {
    case .fixed(let hits): part = min(1, values[hits])
    case .similar(let recall, let paraphrases): part = min(1, values[recall] * values[paraphrases])
    case .kept:
      guard let place = caches.places[number] else { return }
      return Self.count(
        day, &caches.curves[place], lifetime: caches.lifetimes[number],
        partitions: forecaster.population.partitionOf[number], count: forecaster.population.partitionCounts[number],
        &saved)
    }
    for start in day.hours { saved += day.left[start..<start + day.classes].reduce(0, +) * part }
  }

  private static func count(
    _ day: PassingDay, _ curve: inout HitCurve, lifetime: Double, partitions: [Int], count: Int, _ saved: inout Double
  ) {
    var shared = [(asked: Double, left: Double)](repeating: (0, 0), count: count)
    for start in day.hours {
      for partition in 0..<count { shared[partition] = (0, 0) }
      for index in 0..<day.classes {
        shared[partitions[index]].asked += day.asked[start + index]
        shared[partitions[index]].left += day.left[start + index]
      }
      var known = 0.0
      for part in shared {
        let alone = part.asked * curve.share(asked: part.asked * lifetime)
        known += max(0, alone - (part.asked - part.left))
      }
      saved += known
    }
  }

  /// An amount, without what caches save of it.
  func amount(_ number: ForecastModel.Number) -> Double {
    kept.isEmpty ? values[number] : values[number] * kept[number]
  }
}
