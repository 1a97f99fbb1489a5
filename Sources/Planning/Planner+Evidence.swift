import Diagnostics
import Plans
import Quantities
import Runbooks

extension Planner {
  /// By how much the times of evidence shrink.
  private var evidence: Int64 { Int64(environment.time.evidence) }

  /// The signals that gates, triggers, bakes and policies of this plan use, in the order of the runbook.
  var usedSignals: [String] { runbook.usedSignals(in: environment) }

  /// The signals, resolved.
  func plannedSignals() -> [PlannedSignal] {
    usedSignals.compactMap { name in
      guard let signal = runbook.signals.first(where: { $0.name.value == name }) else { return nil }
      return planned(signal)
    }
  }

  private func planned(_ signal: Signal) -> PlannedSignal {
    let window = signal.window.dividedUp(by: evidence)
    let every = signal.every.dividedUp(by: evidence)
    let handed: [String: ArgumentTemplate] = [
      "window": .text(Template(parts: [.literal(window.text)])),
      "every": .text(Template(parts: [.literal(every.text)])),
      "signal": .text(Template(parts: [.literal(signal.name.value)])),
    ]
    let operation = operations[signal.query.value]
    let provider = operation?.provider.value ?? signal.query.value
    return PlannedSignal(
      name: signal.name.value, unit: signal.unit, extent: extent(of: signal), every: every,
      settle: signal.settle.dividedUp(by: evidence), window: window,
      minimumCount: signal.minimumCount.map { Int((Int64($0) + evidence - 1) / evidence) },
      noData: policy(signal.noData), operation: signal.query.value, provider: provider,
      arguments: operation.map { fill($0.with, with: handed) } ?? .none, timeout: operation?.timeout ?? .minute)
  }

  private func extent(of signal: Signal) -> SignalExtent {
    switch signal.extent {
    case .global: .global
    case .target: .target
    case .attribute(let name): .attribute(name)
    }
  }

  private func policy(_ policy: Signal.NoData?) -> NoDataPolicy {
    switch policy {
    case nil, .hold: .hold
    case .breach: .breach
    case .idle(let name): usedSignals.firstIndex(of: name).map { .idle(signal: $0) } ?? .hold
    case .zero(let name): usedSignals.firstIndex(of: name).map { .zero(signal: $0) } ?? .hold
    case .carry(let span): .carry(span.dividedUp(by: evidence))
    }
  }

  /// The triggers, resolved; none where the environment leaves them out.
  func plannedTriggers() -> [PlannedTrigger] {
    guard !isIgnored(.triggers) else { return [] }
    return runbook.triggers.compactMap { trigger in
      guard let condition = planned(trigger.when.value) else { return nil }
      let signal = runbook.signals.first { $0.name.value == trigger.when.value.signal }
      let persistence: PlannedTrigger.Persistence =
        switch trigger.persistence {
        case .lasting(let span): .lasting(span.dividedUp(by: evidence))
        case .share(let part, let whole): .share(of: part, in: whole)
        }
      return PlannedTrigger(
        id: trigger.id.value, condition: condition, persistence: persistence,
        action: gateAction(trigger.action),
        scope: scope(trigger.scope),
        watchAfter: trigger.watchAfter.dividedUp(by: Int64(environment.time.scale)),
        noData: policy(trigger.noData ?? signal?.noData), mitigates: trigger.mitigates)
    }
  }

  private func planned(_ condition: Condition) -> PlannedCondition? {
    guard let index = usedSignals.firstIndex(of: condition.signal),
      let signal = runbook.signals.first(where: { $0.name.value == condition.signal })
    else { return nil }
    let quantity = condition.reference.flatMap { name in usedQuantities.firstIndex { $0.name.value == name } }
    let unit = condition.reference == nil ? signal.unit : "%"
    guard let limit = Fixed(condition.limit, in: unit) else { return nil }
    return PlannedCondition(
      signal: index, comparison: condition.comparison, limit: limit, quantity: quantity)
  }

  /// The gate of a stage, resolved; `nil` where there is none or the environment leaves gates out.
  func plannedGate(of stage: Stage) -> PlannedGate? {
    guard let gate = stage.gate, !isIgnored(.gates) else { return nil }
    let conditions = gate.require.flatMap { name in
      runbook.gates.first { $0.name.value == name.value }?.conditions ?? []
    }
    let compare = isIgnored(.comparisons) ? nil : gate.compare
    let comparison = compare.flatMap { compare -> PlannedComparison? in
      guard let index = usedSignals.firstIndex(of: compare.signal.value),
        let margin = Fixed(
          compare.margin, in: runbook.signals.first { $0.name.value == compare.signal.value }?.unit ?? "")
      else { return nil }
      // Where the gate asks for more than a limit, less is the harm.
      let isHarmAbove = !conditions.contains {
        $0.value.signal == compare.signal.value && [.more, .atLeast].contains($0.value.comparison)
      }
      return PlannedComparison(
        signal: index, margin: margin, isHarmAbove: isHarmAbove, match: compare.match.map(\.value),
        before: compare.before.dividedUp(by: evidence), looks: compare.looks, error: compare.error)
    }
    return PlannedGate(
      names: gate.require.map(\.value), conditions: conditions.compactMap { planned($0.value) },
      hold: gate.hold.dividedUp(by: evidence), deadline: gate.deadline?.dividedUp(by: evidence),
      onBreach: gateAction(gate.onBreach),
      onUnknown: gateAction(gate.onUnknown),
      validFor: gate.validFor?.dividedUp(by: evidence), isShadow: gate.shadow, comparison: comparison)
  }

  /// Says where a trigger compares with nothing while something is exposed already.
  mutating func checkForecast(of plan: Plan) {
    guard let first = plan.waveForecasts.first else { return }
    for trigger in plan.triggers where [.more, .atLeast].contains(trigger.condition.comparison) {
      guard let index = trigger.condition.quantity, let inventory = plan.forecast[index].inventory,
        first.live[inventory] == 0, plan.forecast[index].value(at: 0) == .zero,
        let written = runbook.triggers.first(where: { $0.id.value == trigger.id })
      else { continue }
      findings.append(
        PlanningFindings.zeroProjection(
          trigger: trigger.id, quantity: plan.forecast[index].name, targets: plan.inventories[inventory].name,
          at: written.id.location))
    }
  }

  /// The events of a bake, resolved.
  func plannedEvents(of stage: Stage) -> PlannedEvents? {
    guard let bake = stage.bake, let count = bake.events, let counter = bake.countedBy?.value, !isIgnored(.events),
      let signal = usedSignals.firstIndex(of: counter)
    else { return nil }
    let scale = environment.time.scale
    return PlannedEvents(count: (count + scale - 1) / scale, signal: signal)
  }

  /// The whole local days of a bake; none in compressed time, where a day is less than one.
  func plannedCycles(of stage: Stage) -> Int { isIgnored(.cycles) || isCompressed ? 0 : stage.bake?.cycles ?? 0 }

  /// The quantities that conditions of the runbook compare with.
  private var usedQuantities: [ForecastQuantity] {
    let conditions = runbook.gates.flatMap(\.conditions).map(\.value) + runbook.triggers.map(\.when.value)
    let used = Set(conditions.compactMap(\.reference))
    return runbook.forecastQuantities.filter { used.contains($0.name.value) }
  }

  /// The numbers of the forecast that conditions compare with, as the plan stores them.
  func plannedForecast() -> [PlannedQuantity] {
    usedQuantities.map { quantity in
      PlannedQuantity(
        name: quantity.name.value, unit: quantity.unit,
        inventory: quantity.inventory.flatMap { usedInventories.firstIndex(of: $0.value) },
        points: quantity.points.map { PlannedQuantity.Point(targets: $0.targets, value: $0.value) })
    }
  }
}
