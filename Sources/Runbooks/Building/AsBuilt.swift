internal import Diagnostics

/// The platform as the runbook builds it, beside the one that the model designs.
enum AsBuilt {
  /// The name of the scenario.
  static let name = "as-built"

  /// Adds the scenario in which there are only the locations that a stage builds, and says which ones none does.
  static func add(to runbook: inout Runbook) -> [Finding] {
    guard let model = runbook.model else { return [] }
    let unbuilt = unbuilt(model.components)
    guard let built = model.cells.built, let stage = built.stages.first else { return unbuilt }
    let places = model.cells.places
    if let own = model.scenarios.first(where: { $0.id.value == Self.name }) {
      return [.takenName(own.id, by: "the scenario of what `cells: built:` says")]
    }
    var there: Set<String> = []
    for stage in built.stages {
      guard let name = runbook.stage(at: stage.value)?.targets?.value,
        let locations = runbook.inventories.first(where: { $0.name.value == name })?.column(built.by.value)
      else { return unbuilt }
      there.formUnion(locations)
    }
    let missing = places.flatMap(\.locations).filter { !there.contains($0.value) }
    guard let first = missing.first else { return unbuilt }
    let stages = built.stages.map { "`\($0.value)`" }.joined(separator: " or ")
    var cells = model.cells
    cells.places = places.map { place in
      var place = place
      place.locations.removeAll { !there.contains($0.value) }
      return place
    }
    let lost = cells.places.filter(\.locations.isEmpty).map(\.name)
    let summary =
      "The platform as the runbook builds it: without the locations that no target of \(stages) has."
    runbook.model?.scenarios.append(
      ScenarioModel(
        id: Located(Self.name, at: stage.location), summary: summary, changes: [], lost: lost, cells: cells,
        residency: nil, lasts: nil))
    return unbuilt + [.notBuilt(missing.map(\.value), stages: stages, column: built.by.value, at: first.location)]
  }

  /// Components of which nobody says what builds them, where that is said of others.
  private static func unbuilt(_ components: [ComponentModel]) -> [Finding] {
    let missing = components.filter { $0.builtBy == nil }
    guard missing.count < components.count, let first = missing.first else { return [] }
    return [.notBuilt(missing.map(\.id.value), at: first.id.location)]
  }
}

extension ComponentModel {
  /// What is said of a component that no step has to build.
  static let before = "before"

  /// The step that builds it, where one has to.
  public var builder: Located<String>? { builtBy.flatMap { $0.value == Self.before ? nil : $0 } }
}
