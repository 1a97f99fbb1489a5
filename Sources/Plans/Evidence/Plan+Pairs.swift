extension Plan {
  /// By wave: how many of the targets that are migrated by then can have a control of their own among those that wait,
  /// if nothing fails.
  public func pairs(of comparison: PlannedComparison, in stage: Int) -> [Int] {
    guard let number = stages[stage].inventory else { return stages[stage].waves.map { _ in 0 } }
    let inventory = inventories[number]
    func stratum(_ row: Int32) -> [String] { comparison.match.map { inventory.value($0, of: Int(row)) ?? "" } }
    let same = stages.indices.filter { stages[$0].inventory == number }
    var touched = Set(same.filter { $0 < stage }.flatMap { stages[$0].waves.flatMap(\.targets) })
    let planned = Set(same.flatMap { stages[$0].waves.flatMap(\.targets) })
    var waiting: [[String]: Int] = [:]
    for row in planned where !touched.contains(row) { waiting[stratum(row), default: 0] += 1 }
    var migrated: [[String]: Int] = [:]
    return stages[stage].waves.map { wave in
      for row in wave.targets {
        migrated[stratum(row), default: 0] += 1
        if touched.insert(row).inserted { waiting[stratum(row), default: 0] -= 1 }
      }
      return migrated.reduce(0) { $0 + min($1.value, waiting[$1.key] ?? 0) }
    }
  }
}
