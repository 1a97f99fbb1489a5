internal import Diagnostics

/// The platform as the runbook builds it, beside the one that the model designs.
enum AsBuilt {
  /// The name of the scenario.
  static let name = "as-built"

  /// Adds the scenario in which there are only the locations that a stage builds, and says which ones none does.
  static func add(to runbook: inout Runbook) -> [Finding] {
    guard let model = runbook.model, let built = model.cells.built else { return [] }
    let places = model.cells.places
    if let own = model.scenarios.first(where: { $0.id.value == Self.name }) {
      return [.takenName(own.id, by: "the scenario of what `cells: built:` says")]
    }
    guard let name = runbook.stage(at: built.stage.value)?.targets?.value,
      let there = runbook.inventories.first(where: { $0.name.value == name })?.column(built.by.value).map(Set.init)
    else { return [] }
    let missing = places.flatMap(\.locations).filter { !there.contains($0.value) }
    guard !missing.isEmpty, let first = missing.first else { return [] }
    var cells = model.cells
    cells.places = places.map { place in
      var place = place
      place.locations.removeAll { !there.contains($0.value) }
      return place
    }
    let lost = cells.places.filter(\.locations.isEmpty).map(\.name)
    let summary =
      "The platform as the runbook builds it: without the locations that no target of `\(built.stage.value)` has."
    runbook.model?.scenarios.append(
      ScenarioModel(
        id: Located(Self.name, at: built.stage.location), summary: summary, changes: [], lost: lost, cells: cells,
        residency: nil, lasts: nil))
    return [
      .notBuilt(missing.map(\.value), stage: built.stage.value, column: built.by.value, at: first.location)
    ]
  }
}
