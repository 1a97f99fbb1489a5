public import Plans

/// Some of the targets of a plan, for whoever wants to see those alone. The plan stays as it is.
public struct TargetSelection: Equatable, Sendable {
  /// A target in one of its waves.
  public struct Place: Equatable, Sendable {
    public var stage: Int
    public var wave: Int
    public var row: Int32
  }

  /// In the order of the plan; a target stands in each of its stages.
  public var places: [Place]
}

extension Plan {
  /// The waves of one target.
  ///
  /// - Throws: ``Refusal`` when the plan has no such target, with some that there are.
  public func select(target id: String) throws(Refusal) -> TargetSelection {
    let found = places { plan, stage, row in plan.target(row, stage: stage) == id }
    guard found.places.isEmpty else { return found }
    let ids = inventories.flatMap { $0.column("id") ?? [] }
    throw Refusal(
      .usage, "the plan has no target `\(id)`",
      next: ids.isEmpty ? ["it has none"] : ["its targets: \(Self.some(of: ids))"])
  }

  /// The targets whose attributes have given values: `country=DE`. Several must all be so.
  ///
  /// - Throws: ``Refusal`` for what is no `FIELD=VALUE`, for an attribute that the plan does not keep, and when no
  ///   target has such values.
  public func select(where conditions: [String]) throws(Refusal) -> TargetSelection {
    var wanted: [(field: String, value: String)] = []
    for condition in conditions {
      let parts = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw Refusal(.usage, "--where takes FIELD=VALUE, and not `\(condition)`", next: ["--where country=DE"])
      }
      let known = Set(inventories.flatMap(\.columns)).sorted()
      guard known.contains(parts[0]) else {
        throw Refusal(
          .usage, "the plan keeps no attribute `\(parts[0])` of its targets",
          next: ["it keeps \(known.joined(separator: ", "))"])
      }
      wanted.append((parts[0], parts[1]))
    }
    let found = places { plan, stage, row in
      guard let inventory = plan.stages[stage].inventory else { return false }
      return wanted.allSatisfy { plan.inventories[inventory].value($0.field, of: Int(row)) == $0.value }
    }
    guard found.places.isEmpty else { return found }
    let values = wanted.first.map { first in inventories.flatMap { $0.column(first.field) ?? [] } } ?? []
    throw Refusal(
      .usage, "no target of the plan has \(conditions.joined(separator: " and "))",
      next: wanted.first.map { ["values of \($0.field): \(Self.some(of: Set(values).sorted()))"] } ?? [])
  }

  private func places(_ isWanted: (Plan, Int, Int32) -> Bool) -> TargetSelection {
    TargetSelection(
      places: stages.indices.filter { stages[$0].inventory != nil }.flatMap { stage in
        stages[stage].waves.indices.flatMap { wave in
          stages[stage].waves[wave].targets.filter { isWanted(self, stage, $0) }.map {
            TargetSelection.Place(stage: stage, wave: wave, row: $0)
          }
        }
      })
  }

  /// Some of many words, and how many are left.
  static func some(of values: [String]) -> String {
    values.prefix(12).joined(separator: ", ") + (values.count > 12 ? " and \(values.count - 12) more" : "")
  }
}
