import Diagnostics
import Plans
import Runbooks

extension Planner {
  /// Waves whose targets go live before a stage has built a location of their cell.
  mutating func checkBuilding(_ plan: Plan, _ model: ForecastModel) {
    for component in model.components {
      guard let step = component.builder, let builder = stage(ofStep: step.value, plan),
        let first = plan.stages.indices.first(where: {
          $0 < builder && plan.inventoryName(of: $0) == model.load.inventory.value && !plan.stages[$0].waves.isEmpty
        })
      else { continue }
      findings.append(
        PlanningFindings.builtLater(
          component.id.value, wave: plan.path(stage: first, wave: 0), by: step.value, at: step.location))
    }
    guard let built = model.cells.built, let by = model.cells.by,
      let builder = plan.stages.indices.first(where: { plan.path(of: $0) == built.stages.first?.value }),
      let locations = column(built.by.value, of: builder, plan)
    else { return }
    let waves = plan.stages[builder].waves
    var said: Set<String> = []
    for stage in plan.stages.indices where stage < builder {
      guard plan.inventoryName(of: stage) == model.load.inventory.value, let cells = column(by.value, of: stage, plan)
      else { continue }
      for (wave, batch) in plan.stages[stage].waves.enumerated() {
        for row in batch.targets where said.insert(cells[Int(row)]).inserted {
          guard let place = model.cells.places.first(where: { $0.name.value == cells[Int(row)] }),
            let (first, target) = firstBuilt(place, waves, locations)
          else { continue }
          findings.append(
            PlanningFindings.builtLater(
              place.name.value, wave: plan.path(stage: stage, wave: wave), by: plan.path(of: builder),
              location: locations[Int(target)], in: plan.path(stage: builder, wave: first), at: place.name.location))
        }
      }
    }
  }

  /// The first wave that builds a location of a place, and its target that does; `nil` where none does.
  private func firstBuilt(
    _ place: CellModel.Place, _ waves: [PlannedWave], _ locations: [String]
  ) -> (wave: Int, target: Int32)? {
    let own = Set(place.locations.map(\.value))
    for (index, wave) in waves.enumerated() {
      if let target = wave.targets.first(where: { own.contains(locations[Int($0)]) }) { return (index, target) }
    }
    return nil
  }

  /// The stage of a plan in which a step runs.
  func stage(ofStep path: String, _ plan: Plan) -> Int? {
    plan.stages.indices.first { stage in
      plan.stages[stage].steps.contains { "\(plan.path(of: stage))/\($0.id)" == path }
    }
  }

  /// The values of a column of the targets of a stage.
  func column(_ name: String, of stage: Int, _ plan: Plan) -> [String]? {
    guard let inventory = plan.inventoryName(of: stage) else { return nil }
    return runbook.inventories.first { $0.name.value == inventory }?.column(name)
  }
}
