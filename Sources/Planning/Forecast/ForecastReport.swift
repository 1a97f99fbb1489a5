public import Forecasting
public import Plans
public import Quantities
public import Runbooks

/// Everything that the model of a runbook says about a moment of its plan, for people: what screens and pages show.
public struct ForecastReport: Sendable {
  /// For what moment of the programme.
  public enum Moment: Equatable, Sendable {
    /// All targets are live and have taken it up.
    case end
    /// After a wave, by its path.
    case wave(String)
    case day(CivilDate)
  }

  /// A component in a cell.
  public struct ComponentRow: Equatable, Sendable {
    /// Its name, such as `model in eu`.
    public var name: String
    /// One sentence for people.
    public var summary: String?
    /// What a location needs at its peak, in units.
    public var need: Double
    /// The units of a location.
    public var units: Double
    public var locations: Int
    /// The most units that a location may have.
    public var limit: Double?
    /// How many times the need the limit is.
    public var headroom: Double?
    /// The wait for a slot that 99 of 100 stay below, in seconds.
    public var wait: Double?
    /// The partitions that each of the units has, where there are any.
    public var partitions: Int?
  }

  /// Capacity bought ahead, beside what use costs.
  public struct BoughtRow: Equatable, Sendable {
    /// The component, and in which cell.
    public var name: String
    /// The units that the peak needs.
    public var need: Double
    /// The units to buy in each location.
    public var units: Int
    /// What they cost in a second.
    public var cost: Double
    /// What use alone costs in a second.
    public var byUse: Double
  }

  /// What a scenario makes of the moment.
  public struct ScenarioRow: Sendable {
    /// The scenario; `nil` for the model as it is.
    public var name: String?
    /// One sentence for people.
    public var summary: String?
    /// The mean of the fullest hour, in questions in a second.
    public var peak: Double
    public var callsPerDay: Double
    /// The time within which 95 of 100 are answered, in seconds.
    public var answer: Double
    /// The share of time in which it works for those whom it serves.
    public var availability: Double
    /// The share of users whom some cell serves.
    public var served: Double
    /// What it costs in a second; where it does not last, as long as it lasts, in the hours with most questions.
    public var cost: Double
    /// The same on empty caches, where it does not last.
    public var coldCost: Double?
    /// How long it lasts, in seconds; `nil` for good.
    public var lasts: Double?
    /// The component with the least headroom, and that.
    public var tightest: String?
    /// How many times its need the limit is.
    public var headroom: Double?
  }

  /// What moves the cost.
  public struct InfluenceRow: Equatable, Sendable {
    public var estimate: String
    public var written: String
    /// The cost of a month when it is low, and when it is high.
    public var low: Double
    /// See ``low``.
    public var high: Double
    /// By how many percent the cost changes for one percent of it.
    public var elasticity: Double
  }

  public var runbook: String
  public var environment: String
  /// The plan whose waves these are.
  public var plan: Plan
  public var moment: Moment
  /// The scenario, where one was asked for.
  public var scenario: String?
  public var model: ForecastModel
  /// The figures with their calculation.
  public var figures: [Figure]
  /// How many draws are behind the ranges of figures.
  public var draws: Int
  /// The waves on the platform as the steps that have run by then have built it; empty where that is the model's own.
  public var built: [PlannedProjection]
  /// The projection of the moment.
  public var projection: Projection
  /// By component and cell.
  public var components: [ComponentRow]
  /// What could be bought ahead.
  public var bought: [BoughtRow]
  /// What may come, the model as it is first.
  public var scenarios: [ScenarioRow]
  /// What moves the cost, the most first.
  public var influences: [InfluenceRow]
  /// A year from the start of the programme, one day for each week; empty without dates.
  public var year: [CourseDay]
}

/// What is asked of a forecast.
public struct ForecastOptions: Sendable {
  public var moment = ForecastReport.Moment.end
  public var scenario: ScenarioModel?
  /// How many draws.
  public var draws = 0
  /// Which chance.
  public var seed: UInt64 = 1
  /// Whether a year of days is wanted.
  public var year = false
  /// Whether what moves the cost is wanted.
  public var influences = true

  /// Makes options for the end of the programme.
  public init() {}
}

extension Planner {
  /// What the model of a runbook says; `nil` without a model, or when the plan has no such wave.
  ///
  /// - `runbook`: the runbook from which the plan was made, under the scenario if there is one.
  /// - `plan`: its plan.
  public static func forecast(
    _ runbook: Runbook, plan: Plan, in environment: Environment, zones: any ZoneTable, options: ForecastOptions
  ) async -> ForecastReport? {
    let planner = Planner(
      runbook: runbook, environment: environment, zones: zones, given: [:], amending: nil, today: nil)
    guard let course = planner.course(of: plan), let model = runbook.model,
      let inventory = runbook.inventories.first(where: { $0.name.value == model.load.inventory.value }),
      let (rows, day) = planner.live(at: options.moment, course, plan)
    else { return nil }
    let forecaster = course.forecaster
    var live = LiveTargets.none
    for (row, since) in rows { forecaster.add([row], since: since, to: &live) }
    let projection = forecaster.projection(of: live, on: day)
    let ranges = await forecaster.ranges(of: live, on: day, draws: options.draws, seed: options.seed)
    let start = plan.starts
    var plan = plan
    // The waves and asks of this model: a scenario answers the same questions as the plan.
    plan.projections = planner.projections(course, from: plan.starts.flatMap { planner.days.start(of: $0) })
    plan.asks = planner.asks(plan, course)
    let golive = course.golive.compactMap { item in item.since.map { (row: item.row, day: $0) } }
    let rollout = await planner.rollout(course, plan, options)
    return ForecastReport(
      runbook: plan.runbook, environment: plan.environment, plan: plan, moment: options.moment,
      scenario: options.scenario?.id.value, model: model,
      figures: forecaster.table(of: projection, ranges: ranges) + rollout,
      draws: options.draws, built: options.scenario == nil ? planner.projectionsAsBuilt(course, plan) : [],
      projection: projection, components: course.rows(of: projection),
      bought: forecaster.bought(for: projection).map { course.row(of: $0) },
      scenarios: options.scenario == nil
        ? forecaster.whatIfs(rows: rows, on: day, inventory: inventory, zone: runbook.zone.value).map { $0.row } : [],
      influences: options.influences
        ? forecaster.influences(on: "cost_per_month", of: live, on: day).map { course.row(of: $0) } : [],
      year: options.year && !planner.isCompressed
        ? start.map { forecaster.course(from: $0, days: 365, every: 7, golive: golive) } ?? [] : [])
  }

  /// What moves a figure of the model, the most first, when all targets of the plan are live.
  public static func influences(
    on figure: String, _ runbook: Runbook, plan: Plan, in environment: Environment, zones: any ZoneTable
  ) -> [Influence] {
    let planner = Planner(
      runbook: runbook, environment: environment, zones: zones, given: [:], amending: nil, today: nil)
    guard let course = planner.course(of: plan) else { return [] }
    var live = LiveTargets.none
    for (row, _) in course.golive { course.forecaster.add([row], since: nil, to: &live) }
    return course.forecaster.influences(on: figure, of: live, on: nil)
  }

  /// The targets that are live at a moment, each with its first day, and the day to look at; `nil` for no such wave.
  private func live(
    at moment: ForecastReport.Moment, _ course: PlannedCourse, _ plan: Plan
  ) -> (rows: [(row: Int, since: CivilDate?)], day: CivilDate?)? {
    switch moment {
    case .end: return (course.golive.map { ($0.row, nil) }, nil)
    case .day(let day): return (course.golive.filter { $0.since.map { $0 <= day } ?? true }, day)
    case .wave(let path):
      guard
        let place = plan.stages.indices.flatMap({ stage in
          plan.stages[stage].waves.indices.map { (stage: stage, wave: $0) }
        }).first(where: { plan.path(stage: $0.stage, wave: $0.wave) == path })
      else { return nil }
      let before = plan.stages.indices.flatMap { stage in plan.stages[stage].waves.indices.map { (stage, $0) } }
        .filter { $0 <= (place.stage, place.wave) && plan.stages[$0.0].inventory == course.inventory }
      let live = Set(before.flatMap { plan.stages[$0.0].waves[$0.1].targets.map(Int.init) })
      let day = isCompressed ? nil : plan.stages[place.stage].waves[place.wave].latest
      return (course.golive.filter { live.contains($0.row) }, day)
    }
  }
}

extension Planner {
  /// What the programme costs from its start until its last wave, as a figure like the others.
  fileprivate func rollout(_ course: PlannedCourse, _ plan: Plan, _ options: ForecastOptions) async -> [Figure] {
    guard options.moment == .end, let starts = plan.starts.flatMap({ days.start(of: $0) }), !isCompressed,
      let last = course.stops.last, let ends = last.ends
    else { return [] }
    let forecaster = course.forecaster
    let name = FigureName("rollout_cost", Dimension(course.model.currency))
    let spans = course.spans(from: starts)
    let value = PlannedCourse.spent(spans, nobody: course.nobody.cost)
    // By how much a draw is dearer hardly changes from wave to wave: it is drawn at three of them.
    let picked = Set([0, spans.count / 2, spans.count - 1]).sorted()
    let (stops, nobody) = (picked.map { course.stops[$0] }, course.nobody.cost)
    let sums = await forecaster.drawn(min(options.draws, Self.mostRolloutDraws), seed: options.seed) { values in
      let factors = stops.map { stop -> Double in
        let usual = stop.dated.cost
        return usual > 0 ? forecaster.cost(of: stop.live, on: stop.day, values: values) / usual : 1
      }
      let drawn = spans.enumerated().map { index, span in
        (seconds: span.seconds, cost: span.cost * Self.between(picked, factors, at: index))
      }
      return PlannedCourse.spent(drawn, nobody: nobody * factors[0])
    }
    let length = Double((ends - starts).milliseconds) / 86_400_000
    return [
      Figure(
        name: name, title: "Cost until the last wave", value: value,
        working:
          "the \(Spoken.number(length)) days from \(plan.starts?.text ?? ""), as the cost of a day rises wave by wave",
        isDetail: false, range: sums.flatMap { Percentiles($0) })
    ]
  }
}

extension Planner {
  /// More draws say no more about ten and ninety of a hundred.
  private static let mostRolloutDraws = 2_000

  /// A number between those that are known at some places, in a straight line.
  private static func between(_ places: [Int], _ numbers: [Double], at place: Int) -> Double {
    guard let next = places.firstIndex(where: { $0 >= place }), next > 0 else { return numbers[0] }
    let part = Double(place - places[next - 1]) / Double(places[next] - places[next - 1])
    return numbers[next - 1] * (1 - part) + numbers[next] * part
  }
}

extension PlannedCourse {
  func rows(of projection: Projection) -> [ForecastReport.ComponentRow] {
    projection.components.filter { !model.components[$0.component].needs.isEmpty }.map { load in
      ForecastReport.ComponentRow(
        name: name(of: load), summary: model.components[load.component].summary, need: load.need, units: load.units,
        locations: load.locations, limit: load.limit, headroom: load.headroom, wait: load.wait,
        partitions: model.components[load.component].partitions == nil ? nil : load.partitions.whole)
    }
  }

  func row(of bought: Bought) -> ForecastReport.BoughtRow {
    ForecastReport.BoughtRow(
      name: name(of: bought.load), need: bought.need, units: bought.units, cost: bought.cost, byUse: bought.byUse)
  }

  func row(of influence: Influence) -> ForecastReport.InfluenceRow {
    let estimate = model.estimates[influence.number]
    return ForecastReport.InfluenceRow(
      estimate: estimate.path, written: estimate.text, low: influence.low, high: influence.high,
      elasticity: influence.elasticity)
  }
}

extension WhatIf {
  fileprivate var row: ForecastReport.ScenarioRow {
    let model = forecaster.model
    let lasts = scenario?.lasts.map { model.estimates[$0].mid }
    return ForecastReport.ScenarioRow(
      name: scenario?.id.value, summary: scenario?.summary, peak: projection.peakRate,
      callsPerDay: projection.callsPerDay, answer: projection.answer.p95, availability: projection.availability,
      served: projection.served,
      cost: lasts.flatMap { time in sum.map { $0.warm / time } } ?? projection.cost,
      coldCost: lasts.flatMap { time in sum.map { $0.cold / time } }, lasts: lasts,
      tightest: tightest.map { forecaster.name(of: $0.load) }, headroom: tightest?.headroom)
  }
}
