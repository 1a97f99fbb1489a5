import Forecasting
import Plans
import Quantities
import Runbooks

/// What the steps of a plan have built before a stage begins.
private struct BuiltPlatform: Equatable {
  /// The locations that are there.
  var locations: Set<String>
  /// The components that are, by their place in the model.
  var components: [Bool]
}

extension Planner {
  /// The waves of a course on the platform as the steps that have run by then have built it: locations by the targets
  /// of the stages that build them, components by their steps. Empty where all that the model counts on is there from
  /// the first wave on.
  func projectionsAsBuilt(_ course: PlannedCourse, _ plan: Plan) -> [PlannedProjection] {
    let platforms = course.stops.map { platform(before: $0.stage, plan, course.model) }
    let all = Set(course.model.cells.places.flatMap { $0.locations.map(\.value) })
    guard let inventory = runbook.inventories.first(where: { $0.name.value == course.model.load.inventory.value }),
      platforms.contains(where: { $0.locations != all || $0.components.contains(false) })
    else { return [] }
    var known: [(platform: BuiltPlatform, forecaster: Forecaster)] = []
    var spans: [(seconds: Double, cost: Double)] = []
    var nobody: Double?
    let seconds = course.spans(from: plan.starts.flatMap { days.start(of: $0) }).map(\.seconds)
    return course.stops.indices.map { index in
      let (stop, platform) = (course.stops[index], platforms[index])
      if known.last?.platform != platform {
        let model = course.model.withLocations(platform.locations)
        known = [(platform, course.forecaster.with(model, inventory: inventory, zone: runbook.zone.value))]
      }
      let forecaster = known[0].forecaster
      let dated = forecaster.projection(of: stop.live, on: stop.day, hasWeekday: false)
      let sized = forecaster.projection(of: stop.everybody, on: stop.day, hasWeekday: false)
      let before = nobody ?? cost(forecaster.projection(of: course.before, on: nil), platform)
      nobody = before
      spans.append((seconds[index], cost(dated, platform)))
      let there = sized.components.filter { platform.components[$0.component] }
      let tightest = there.filter { $0.headroom != nil }.min { ($0.headroom ?? 0) < ($1.headroom ?? 0) }
      return PlannedProjection(
        stage: stop.stage, wave: stop.wave, targets: stop.targets, users: stop.full.users.whole,
        peak: dated.peakRate.shown(toMeaningful: 4),
        costPerDay: (cost(dated, platform) * 86_400).shown(toMeaningful: 5),
        spent: PlannedCourse.spent(spans, nobody: before).shown(toMeaningful: 5),
        availability: (works(platform, course.model) ? sized.working * 100 : 0).shown(toMeaningful: 6),
        tightest: tightest.map { course.name(of: $0) }, headroom: tightest?.headroom?.shown(toMeaningful: 3))
    }
  }

  private func platform(before stage: Int, _ plan: Plan, _ model: ForecastModel) -> BuiltPlatform {
    var locations = Set(model.cells.places.flatMap { $0.locations.map(\.value) })
    if let built = model.cells.built {
      let builders = plan.stages.indices.filter { index in
        index < stage && built.stages.contains { $0.value == plan.path(of: index) }
      }
      locations = []
      for builder in builders {
        let column = column(built.by.value, of: builder, plan) ?? []
        locations.formUnion(plan.stages[builder].waves.flatMap(\.targets).map { column[Int($0)] })
      }
    }
    return BuiltPlatform(
      locations: locations,
      components: model.components.map { component in
        guard let step = component.builder else { return true }
        return self.stage(ofStep: step.value, plan).map { $0 <= stage } ?? false
      })
  }

  /// What is there costs; the rest does not yet.
  private func cost(_ projection: Projection, _ platform: BuiltPlatform) -> Double {
    zip(projection.costs, platform.components).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
  }

  /// Whether all without which there is no answer is there.
  private func works(_ platform: BuiltPlatform, _ model: ForecastModel) -> Bool {
    zip(model.components, platform.components).allSatisfy { $0.isSoft || $1 }
  }
}

extension ForecastModel {
  /// The model with some of its locations alone; a cell without one is lost.
  fileprivate func withLocations(_ there: Set<String>) -> ForecastModel {
    var model = self
    for place in model.cells.places.indices {
      model.cells.places[place].locations.removeAll { !there.contains($0.value) }
    }
    model.lost += model.cells.places.filter(\.locations.isEmpty).map(\.name.value)
    return model
  }
}
