import Plans
import Quantities
import Runbooks

extension Planner {
  /// Puts the rows of every inventory that the plan in force has into its order, with new ones behind them. A target
  /// that is gone from the file keeps its row and is chosen by no stage.
  mutating func keepRows(of prefix: ExecutedPrefix) {
    for (number, inventory) in runbook.inventories.enumerated() {
      guard let old = prefix.plan.inventories.first(where: { $0.name == inventory.name.value }),
        let known = old.column("id")
      else { continue }
      let rows = Dictionary(inventory.ids.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: min)
      let isKnown = Set(known)
      let added = inventory.ids.indices.filter { !isKnown.contains(inventory.ids[$0]) }
      let places = known.map { rows[$0] } + added.map { $0 }
      var kept = inventory
      kept.values = inventory.columns.enumerated().map { position, column in
        let before = old.column(column)
        return places.enumerated().map { row, place in
          place.map { inventory.values[position][$0] } ?? before?[row] ?? ""
        }
      }
      kept.lines = places.map { $0.map { inventory.lines[$0] } ?? 0 }
      runbook.inventories[number] = kept
      gone[inventory.name.value] = Set(places.indices.filter { places[$0] == nil }.map { Int32($0) })
    }
  }

  /// The waves of a stage that were begun, as the plan in force has them; `nil` for a stage that was not begun.
  func begunWaves(of stage: Stage, phase: Int) -> (waves: [PlannedWave], isOver: Bool)? {
    guard let amending,
      let old = amending.stage(phase: runbook.phases[phase].id.value, id: stage.id.value), amending.waves[old] > 0
    else { return nil }
    return (Array(amending.plan.stages[old].waves.prefix(amending.waves[old])), amending.isOver(old))
  }

  /// The persons in the places that the plan in force gave them. One who left keeps the place and loses every role.
  func keepPlaces(of people: [PlannedPerson]) -> [PlannedPerson] {
    guard let known = amending?.plan.people else { return people }
    // With another salt everybody would be somebody else: who created and executes the run could approve it. They keep
    // their places under the new pseudonyms, and the plan in force has a conflict with that.
    let kept = known.map { old in people.first { $0.isSame(as: old) } ?? old.withoutRoles }
    return kept + people.filter { person in !known.contains { person.isSame(as: $0) } }
  }
}
