import Diagnostics
import Forecasting
import Plans
import Quantities
import Runbooks

/// What the model says along the way of a plan.
struct PlannedCourse {
  /// A wave that changes who is live.
  struct Stop {
    var stage: Int
    var wave: Int
    /// The targets that are live then.
    var targets: Int
    /// When everybody who is live has taken it up: what triggers compare with.
    var full: Projection
    /// When everybody has taken it up, with the growth until the last day of the wave: what limits and asks go by.
    var sized: Projection
    /// On the last day of the wave, whatever weekday that is: two waves compare.
    var dated: Projection
    var day: CivilDate?
    /// Those who are live then, with the day since which they are.
    var live = LiveTargets.none
    /// The same when everybody has taken it up.
    var everybody = LiveTargets.none
    /// When it is over.
    var ends: Instant?
    /// When its first target starts.
    var begins: CivilDate?
    /// Whether it is a load test: nobody goes live, and the burst of everybody comes.
    var isTest = false
  }

  let forecaster: Forecaster
  /// Before the first target.
  let nobody: Projection
  /// Those who were live before, by earlier runs.
  let before: LiveTargets
  /// The inventory that brings the load, by its place in the plan; `nil` when no stage works on it.
  var inventory: Int?
  var stops: [Stop] = []
  /// The load tests of the plan: stages that send the whole burst, whoever is live.
  var tests: [Stop] = []
  /// The live targets in the end, each with its first day.
  var golive: [(row: Int, since: CivilDate?)] = []

  var model: ForecastModel { forecaster.model }

  /// The last stop; without any, the platform without a target.
  var end: Projection { stops.last?.full ?? nobody }

  /// Everything that something has to be in place for, in the order of the plan.
  var moments: [Stop] { (tests + stops).sorted { ($0.stage, $0.wave) < ($1.stage, $1.wave) } }

  /// The last stop with the growth until then.
  var sizedEnd: Projection { stops.last?.sized ?? nobody }
}

extension Planner {
  /// More waves than this are looked at in even steps.
  private static let mostStops = 200

  /// Puts what the model says into the plan, and says where its arithmetic does not work out.
  mutating func project(_ plan: inout Plan) {
    guard let course = course(of: plan) else { return }
    for index in plan.forecast.indices {
      guard let written = runbook.forecastQuantities.first(where: { $0.name.value == plan.forecast[index].name }),
        let figure = written.figure
      else { continue }
      plan.forecast[index].points = points(
        figure, unit: written.unit, course, plan.forecast[index].inventory != nil)
    }
    plan.currency = course.model.currency
    plan.projections = projections(course, from: plan.starts.flatMap { days.start(of: $0) })
    checkArithmetic(&plan, course)
  }

  /// The model along the waves of a plan; `nil` without a model, or when no stage works on its inventory.
  ///
  /// - `isDated`: whether what triggers compare with and money along the way are wanted, too.
  func course(of plan: Plan, isDated: Bool = true) -> PlannedCourse? {
    guard let model = runbook.model,
      let inventory = runbook.inventories.first(where: { $0.name.value == model.load.inventory.value })
    else { return nil }
    let forecaster = Forecaster(
      model: model, inventory: inventory, zone: runbook.zone.value, start: plan.starts,
      zones: times.remembering(zones))
    // What earlier runs have made live is there before the first target of this one.
    let standing = part?.live[inventory.name.value] ?? []
    var before = LiveTargets.none
    forecaster.add(standing.sorted().map(Int.init), since: nil, to: &before)
    var course = PlannedCourse(
      forecaster: forecaster, nobody: forecaster.projection(of: before, on: nil), before: before)
    guard let number = usedInventories.firstIndex(of: inventory.name.value) else { return course }
    course.inventory = number
    let waves = loading(number, plan, tests: Set(model.load.burst?.tests.map(\.value) ?? []))
    let last = waves.lastIndex { plan.stages[$0.stage].inventory == number }
    let every = max(1, (waves.count + Self.mostStops - 1) / Self.mostStops)
    var seen = [Bool](repeating: false, count: inventory.count)
    var (full, dated) = (before, before)
    // Of the waves since the stop before: where some are passed over, the first of them is what asks are in time for.
    var begins: CivilDate?
    var hasNew = false
    for (position, place) in waves.enumerated() {
      let wave = plan.stages[place.stage].waves[place.wave]
      guard plan.stages[place.stage].inventory == number else {
        course.addTest(place, on: isCompressed ? nil : wave.earliest, live: full)
        continue
      }
      let rows = wave.targets.map(Int.init).filter { !seen[$0] }
      for row in rows {
        seen[row] = true
        course.golive.append((row, wave.earliest))
      }
      let coming = rows.filter { !standing.contains(Int32($0)) }
      forecaster.add(coming, since: nil, to: &full)
      forecaster.add(coming, since: isCompressed ? nil : wave.earliest, to: &dated)
      begins = begins ?? wave.earliest
      hasNew = hasNew || !rows.isEmpty
      guard position % every == 0 || position == last, hasNew else { continue }
      hasNew = false
      let day = isCompressed ? nil : wave.latest
      let sized = forecaster.projection(of: full, on: day, hasWeekday: false)
      course.stops.append(
        PlannedCourse.Stop(
          stage: place.stage, wave: place.wave, targets: course.golive.count,
          full: isDated || position == last ? forecaster.projection(of: full, on: nil) : sized,
          sized: sized,
          dated: isDated ? forecaster.projection(of: dated, on: day, hasWeekday: false) : sized, day: day,
          live: dated, everybody: full,
          ends: isCompressed ? nil : wave.ends ?? wave.latest.flatMap { days.start(of: $0) },
          begins: isCompressed ? nil : begins))
      begins = nil
    }
    return course
  }

  /// A figure by rising numbers of live targets; one point for a constant. A point that is no number of ours is a
  /// finding, and stays 0 in a plan that nobody gets.
  private mutating func points(
    _ figure: Located<String>, unit: String, _ course: PlannedCourse, _ grows: Bool
  ) -> [PlannedQuantity.Point] {
    let factor = WrittenUnit.read(unit)?.factor ?? 1
    let all = grows ? [(0, course.nobody)] + course.stops.map { ($0.targets, $0.full) } : [(0, course.end)]
    var misfit: Double?
    let points = all.map { targets, projection in
      let found = course.forecaster.figure(figure.value, of: projection) ?? 0
      // Where everything is lost nothing is answered: no number, and nobody to compare it with.
      let value = found.isNaN && projection.isLost ? 0 : found / factor
      // Elementary functions may differ in their last digit from machine to machine; a plan must not.
      let number = value.rounded(toMeaningful: 6)
      if number == nil || (number == .zero) != (value == 0) { misfit = value }
      return PlannedQuantity.Point(targets: targets, value: number ?? .zero)
    }
    if let misfit {
      findings.append(
        PlanningFindings.beyondRange(
          "the figure `\(figure.value)` comes to \(misfit) \(unit), which is no number between 10^-12 and 10^24",
          instead: "choose another unit for the quantity, or look at the estimates behind it", at: figure.location))
    }
    return points
  }

  /// The waves that bring load, in the order of the plan: those of an inventory, and load tests.
  private func loading(_ inventory: Int, _ plan: Plan, tests: Set<String>) -> [(stage: Int, wave: Int)] {
    plan.stages.indices.filter { index in
      let stage = plan.stages[index]
      return stage.inventory == inventory || tests.contains(plan.path(of: index))
    }.flatMap { stage in plan.stages[stage].waves.indices.map { (stage: stage, wave: $0) } }
  }

  /// What stands in the plan for each wave after which somebody is new.
  func projections(_ course: PlannedCourse, from start: Instant?) -> [PlannedProjection] {
    let spans = course.spans(from: start)
    return course.stops.indices.map { index in
      let stop = course.stops[index]
      let spent = PlannedCourse.spent(spans.prefix(index + 1), nobody: course.nobody.cost)
      let tightest = stop.sized.tightest
      return PlannedProjection(
        stage: stop.stage, wave: stop.wave, targets: stop.targets, users: stop.full.users.whole,
        peak: stop.dated.peakRate.shown(toMeaningful: 4),
        costPerDay: (stop.dated.cost * 86_400).shown(toMeaningful: 5),
        spent: spent.shown(toMeaningful: 5), availability: (stop.sized.working * 100).shown(toMeaningful: 6),
        tightest: tightest.map { course.name(of: $0.load) },
        headroom: tightest.map { $0.headroom.shown(toMeaningful: 3) })
    }
  }
}

extension PlannedCourse {
  /// Adds a load test, in which the burst of everybody comes to a platform with those who are live.
  mutating func addTest(_ place: (stage: Int, wave: Int), on day: CivilDate?, live: LiveTargets) {
    let tested = forecaster.projection(of: live, on: day, hasWeekday: false, isTest: true)
    tests.append(
      Stop(
        stage: place.stage, wave: place.wave, targets: golive.count, full: tested, sized: tested, dated: tested,
        day: day, begins: day, isTest: true))
  }

  /// The seconds from each stop to the next, the first from the start of the programme, with what the platform costs
  /// from then on; 0 where there are no dates.
  func spans(from start: Instant?) -> [(seconds: Double, cost: Double)] {
    var last = start
    return stops.map { stop in
      var seconds = 0.0
      if let from = last, let to = stop.ends { seconds = Double(max(0, (to - from).milliseconds)) / 1_000 }
      last = stop.ends ?? last
      return (seconds, stop.dated.cost)
    }
  }

  /// What has been spent at the end of some spans: between two waves the cost rises from the one to the other.
  ///
  /// - `spans`: for each wave the seconds until it, and what the platform costs in a second from then on.
  /// - `nobody`: what it costs in a second before the first target.
  static func spent(_ spans: some Sequence<(seconds: Double, cost: Double)>, nobody: Double) -> Double {
    var (sum, before) = (0.0, nobody)
    for (seconds, after) in spans {
      sum += seconds * (before + after) / 2
      before = after
    }
    return sum
  }

  /// What a component in a cell is called: `model in eu`.
  func name(of load: ComponentLoad) -> String { forecaster.name(of: load) }
}

extension Double {
  /// The nearest whole number, within what a plan can hold.
  var whole: Int { isNaN ? 0 : Int(Swift.max(-1e12, Swift.min(1e12, self)).rounded()) }

  /// The number with so many digits that mean something; `nil` when it is none of ours.
  func rounded(toMeaningful digits: Int) -> Fixed? { MeasuredNumber(self).number?.rounded(toMeaningful: digits) }

  /// The same for what only people read: what has no end is shown as the largest number that there is.
  func shown(toMeaningful digits: Int) -> Fixed { rounded(toMeaningful: digits) ?? (self > 0 ? .greatest : .zero) }
}
