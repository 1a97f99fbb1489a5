public import Plans
public import Quantities

extension RunState {
  /// The version of the snapshot's form. A journal with snapshots of another form is folded from the start.
  public static let snapshotFormat = 13

  /// The whole state as canonical JSON, wherever the run is.
  ///
  /// - Complexity: O(targets), a few bytes for each.
  public var snapshot: [UInt8] {
    var writer = CanonicalWriter(capacity: 2_048 + stages.reduce(0) { $0 + $1.status.count * 8 })
    index.snapshotForm.write(self, &writer)
    return writer.bytes
  }

  /// Reads a snapshot of a run of this plan.
  ///
  /// - Parameters:
  ///   - bytes: what ``snapshot`` wrote.
  ///   - plan: the plan that was in force then.
  ///   - zones: zone data, for whoever lets the engine decide.
  /// - Throws: ``FormError`` when they are not one. The plan that an amendment in it names is not learned.
  public init(snapshot bytes: [UInt8], plan: Plan, zones: any ZoneTable = NoZones()) throws(FormError) {
    self = try RunState(snapshot: bytes, index: PlanIndex(plan, zones: zones))
  }

  /// Reads a snapshot under the index of its plan.
  public init(snapshot bytes: [UInt8], index: PlanIndex) throws(FormError) {
    let json: JSON
    do {
      json = try JSON(parsing: bytes)
    } catch {
      throw FormError("is not JSON")
    }
    self = try index.snapshotForm.read(json)
    for (number, stage) in index.plan.stages.enumerated() where stages.indices.contains(number) {
      stages[number].wanted = Self.referencedOutputs(of: stage)
    }
    if let flaw = strangeness { throw FormError(flaw) }
    if waveState != .notStarted {
      queueTargets()
      open = openCount
    }
    indexLive()
  }

  /// What of a state that was read does not belong to the plan; `nil` when all of it does. What is said by path or
  /// within a range was found when it was read.
  private var strangeness: String? {
    guard stages.count == plan.stages.count, failures.phases.count == plan.phases.count,
      evidence.signals.count == plan.signals.count, evidence.triggers.count == plan.triggers.count
    else { return "is the state of another plan" }
    for (number, stage) in stages.enumerated() {
      let rows = 0..<Int32(plan.stages[number].inventory.map { plan.inventories[$0].count } ?? 1)
      let known = [stage.touched.keys.map { $0 }, stage.rounds.keys.map { $0 }, stage.retreats.keys.map { $0 }]
      guard stage.status.count == rows.count, stage.admitted.allSatisfy(rows.contains),
        known.allSatisfy({ $0.allSatisfy(rows.contains) }), stage.live.keys.allSatisfy(rows.contains),
        stage.outputs.keys.allSatisfy(rows.contains),
        stage.capped.keys.allSatisfy(plan.stages[number].caps.indices.contains)
      else { return "has targets that `\(index.path(of: .stage(number)))` has not" }
    }
    for unit in units where !plan.stages[unit.key.stage].steps.indices.contains(unit.step) {
      return "works on step \(unit.step) of \(index.path(of: .target(unit.key))), which there is not"
    }
    guard stage < plan.stages.count else {
      return wave == 0 && waveState == .notStarted ? nil : "is in a wave behind the last stage"
    }
    let boards = [evidence.gate?.board, evidence.bake?.board].compactMap { $0 }.flatMap(\.items)
    guard boards.allSatisfy({ knows($0.condition) && knows($0.policy) }) else {
      return "watches a signal that the plan has not"
    }
    return plan.stages[stage].waves.indices.contains(wave) ? nil : "is in a wave that the plan has not"
  }

  private func knows(_ condition: PlannedCondition) -> Bool {
    plan.signals.indices.contains(condition.signal)
      && condition.quantity.map { plan.forecast.indices.contains($0) } ?? true
  }

  private func knows(_ policy: NoDataPolicy) -> Bool { policy.signal.map { plan.signals.indices.contains($0) } ?? true }
}
