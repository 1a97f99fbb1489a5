internal import Quantities

extension Change where Value == [PlannedWave] {
  /// Who moves when, and within which limits: told for all waves together.
  static let waves = Change(.inner) { waves, _, review in
    let limits = Set(waves.map { $0.tolerate.map(String.init) ?? "no limit" })
    review.add("waves", String(waves.count))
    review.add("tolerate in a wave", limits.sorted().joined(separator: ", "))
  } compare: { old, new, _, comparison in
    limits(old, new, &comparison)
    targets(old, new, &comparison)
    dates(old, new, &comparison)
  }

  /// Waves share one limit in most plans, so the first pair that differs each way stands for all.
  private static func limits(_ old: [PlannedWave], _ new: [PlannedWave], _ comparison: inout PlanComparison) {
    let limit = Change<Int?>.limit(none: "no limit")
    var seen: Set<Bool> = []
    for (before, after) in zip(old, new) where before.tolerate != after.tolerate {
      let isLower = (after.tolerate ?? .max) < (before.tolerate ?? .max)
      guard seen.insert(isLower).inserted else { continue }
      limit.compare(before.tolerate, after.tolerate, "tolerate in a wave", &comparison)
    }
    if new.count > old.count, let known = old.map({ $0.tolerate ?? .max }).max(),
      let highest = new.dropFirst(old.count).map({ $0.tolerate ?? .max }).max(), highest > known
    {
      comparison.note("tolerate in an added wave \(highest == .max ? "no limit" : String(highest))", .grew)
    }
    // As many failures in each of more and smaller waves are more failures.
    if let before = total(old), let after = total(new), after > before, new.count > old.count {
      comparison.note("tolerate in all waves together \(before) → \(after)", .grew)
    }
  }

  /// The most failures with which every wave still goes on; `nil` when one of them has no limit.
  private static func total(_ waves: [PlannedWave]) -> Int? {
    waves.reduce(0 as Int?) { sum, wave in sum.flatMap { sum in wave.tolerate.map { sum + $0 } } }
  }

  private static func targets(_ old: [PlannedWave], _ new: [PlannedWave], _ comparison: inout PlanComparison) {
    if old.count != new.count {
      comparison.note("waves \(old.count) → \(new.count)", new.count < old.count ? .grew : .shrank)
    }
    let (most, now) = (old.map(\.targets.count).max() ?? 0, new.map(\.targets.count).max() ?? 0)
    if most != now { comparison.note("largest wave \(most) → \(now.counted("target"))", now > most ? .grew : .shrank) }
    guard let stage = comparison.stage else { return }
    let earlier = Membership(comparison.old, stage.old)
    let later = Membership(comparison.new, stage.new)
    let added = later.order.filter { earlier.wave[$0] == nil }
    let removed = earlier.order.filter { later.wave[$0] == nil }
    let moved = later.order.filter { earlier.wave[$0] != nil && earlier.wave[$0] != later.wave[$0] }
    if !added.isEmpty { comparison.note("\(list(added)) added", .grew) }
    if !removed.isEmpty { comparison.note("\(list(removed)) removed", .shrank) }
    if !moved.isEmpty { comparison.note("\(list(moved)) moved to another wave", .same) }
    if added.isEmpty, removed.isEmpty, moved.isEmpty, earlier.order != later.order {
      comparison.note("targets are taken in another order", .same)
    }
    attributes(stage, &comparison)
  }

  /// Values of targets that both plans have, such as a zone that was corrected. A column that one plan alone has comes
  /// and goes with what refers to it, and that is said there; but where targets stand, windows and freezes find out by
  /// themselves.
  private static func attributes(_ stage: (old: Int, new: Int), _ comparison: inout PlanComparison) {
    let (old, new) = (comparison.old, comparison.new)
    guard let earlier = old.stages[stage.old].inventory.map({ old.inventories[$0] }),
      let later = new.stages[stage.new].inventory.map({ new.inventories[$0] })
    else { return }
    let rows = earlier.rowsByIdentifier
    let inBoth = later.columns.filter { $0 != "id" && earlier.columns.contains($0) }
    for column in Set(inBoth).union(PlannedInventory.siteColumns).sorted() {
      var changed: [String] = []
      for row in new.stages[stage.new].waves.flatMap(\.targets) {
        guard let id = later.value("id", of: Int(row)), let other = rows[id] else { continue }
        if later.value(column, of: Int(row)) != earlier.value(column, of: other) { changed.append(id) }
      }
      if !changed.isEmpty { comparison.note("`\(column)` of \(list(changed)) changed", .grew) }
    }
  }

  /// An earlier day than was signed is more risk; a later one follows from something that is said elsewhere.
  private static func dates(_ old: [PlannedWave], _ new: [PlannedWave], _ comparison: inout PlanComparison) {
    let floor = Change<CivilDate?>.floor(none: "open")
    let (first, last) = (old.compactMap(\.earliest).min(), old.compactMap(\.latest).max())
    floor.compare(first, new.compactMap(\.earliest).min(), "first day", &comparison)
    Change<CivilDate?>.optional(isRisk: false, none: "open")
      .compare(last, new.compactMap(\.latest).max(), "last day", &comparison)
    let changed = zip(old, new).filter {

      $0.earliest != $1.earliest || $0.latest != $1.latest || $0.starts != $1.starts || $0.ends != $1.ends
    }
    guard !changed.isEmpty else { return }
    let earlier = changed.count { before, after in
      if let new = after.starts, let old = before.starts { return new.first < old.first }
      guard let day = after.earliest else { return before.earliest != nil }
      return before.earliest.map { day < $0 } ?? false
    }
    let isEarlier = earlier == 0 ? "" : ", \(earlier) of them earlier"
    comparison.note(
      "other times for \(changed.count) of \(new.count) waves\(isEarlier)", earlier == 0 ? .same : .grew)
  }

  private static func list(_ ids: [String]) -> String {
    let shown = ids.prefix(3).joined(separator: ", ") + (ids.count > 3 ? ", …" : "")
    return "\(ids.count) target\(ids.count == 1 ? "" : "s") (\(shown))"
  }
}

/// Which target of a stage is in which wave.
private struct Membership {
  var order: [String] = []
  var wave: [String: Int] = [:]

  init(_ plan: Plan, _ stage: Int) {
    guard plan.stages[stage].inventory != nil else { return }
    for (number, batch) in plan.stages[stage].waves.enumerated() {
      for row in batch.targets {
        let id = plan.target(row, stage: stage)
        order.append(id)
        wave[id] = number
      }
    }
  }
}

extension PlannedInventory {
  /// The row of each identifier.
  var rowsByIdentifier: [String: Int] {
    Dictionary((column("id") ?? []).enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: min)
  }
}

extension Change where Value == [PlannedInventory] {
  /// Targets that a stage works on are compared there. The others may be controls, so what changed of them is said too.
  static let inventories = Change(.inner) { inventories, _, review in
    for inventory in inventories { review.add("inventory `\(inventory.name)`", inventory.count.counted("target")) }
  } compare: { old, new, _, comparison in
    let isMeasured = !comparison.new.signals.isEmpty
    for inventory in new {
      guard let before = old.first(where: { $0.name == inventory.name }) else {
        comparison.note("inventory `\(inventory.name)` added", .same)
        continue
      }
      guard before != inventory else { continue }
      comparison.note("inventory `\(inventory.name)` changed", isMeasured ? .grew : .same)
    }
    for inventory in old where !new.contains(where: { $0.name == inventory.name }) {
      comparison.note("inventory `\(inventory.name)` removed", .same)
    }
  }
}
