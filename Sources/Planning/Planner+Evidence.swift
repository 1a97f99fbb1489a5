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
  func plannedSignals() -> [PlannedSignal] { usedSignals.map { planned(declared($0)) } }

  // A runbook is planned when its checks found no error. What they let pass although it means nothing would be a guard
  // that somebody wrote and that protects nobody: it stops the program instead of vanishing from the plan.

  private func declared(_ name: String) -> Signal {
    guard let signal = runbook.signals.first(where: { $0.name.value == name }) else {
      preconditionFailure("`\(name)` is watched, and the runbook has no such signal: its checks must refuse it")
    }
    return signal
  }

  /// The place of a signal in the plan.
  private func place(ofSignal name: String) -> Int {
    guard let place = usedSignals.firstIndex(of: name) else {
      preconditionFailure("`\(name)` is watched, and the plan measures no such signal")
    }
    return place
  }

  private func limit(_ amount: Amount, in unit: String) -> Fixed {
    guard let limit = try? Fixed(amount, in: unit) else {
      preconditionFailure("`\(amount.text)` is no number of `\(unit)`: the checks of the runbook must refuse it")
    }
    return limit
  }

  private func planned(_ signal: Signal) -> PlannedSignal {
    let window = signal.window.dividedUp(by: evidence)
    let every = signal.every.dividedUp(by: evidence)
    let handed: [String: ArgumentTemplate] = [
      "window": .text(Template(parts: [.literal(window.text)])),
      "every": .text(Template(parts: [.literal(every.text)])),
      "signal": .text(Template(parts: [.literal(signal.name.value)])),
    ]
    return PlannedSignal(
      name: signal.name.value, unit: signal.unit, extent: extent(of: signal), every: every,
      settle: signal.settle.dividedUp(by: evidence), window: window,
      minimumCount: signal.minimumCount.map { Int((Int64($0) + evidence - 1) / evidence) },
      noData: policy(signal.noData), operation: signal.query.value, provider: provider(of: signal.query.value),
      arguments: arguments(of: signal.query.value, with: handed), timeout: timeout(of: signal.query.value) ?? .minute)
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
    case .idle(let name): .idle(signal: place(ofSignal: name))
    case .zero(let name): .zero(signal: place(ofSignal: name))
    case .carry(let span): .carry(span.dividedUp(by: evidence))
    }
  }

  /// The triggers, resolved; none where the environment leaves them out.
  func plannedTriggers() -> [PlannedTrigger] {
    guard !isIgnored(.triggers) else { return [] }
    return runbook.triggers.map { trigger in
      let persistence: PlannedTrigger.Persistence =
        switch trigger.persistence {
        case .lasting(let span): .lasting(span.dividedUp(by: evidence))
        case .share(let part, let whole): .share(of: part, in: whole)
        }
      return PlannedTrigger(
        id: trigger.id.value, condition: planned(trigger.when.value), persistence: persistence,
        action: gateAction(trigger.action), scope: scope(trigger.scope),
        watchAfter: trigger.watchAfter.dividedUp(by: Int64(environment.time.scale)),
        noData: policy(trigger.noData ?? declared(trigger.when.value.signal).noData), mitigates: trigger.mitigates)
    }
  }

  private func planned(_ condition: Condition) -> PlannedCondition {
    let quantity = condition.reference.map { name -> Int in
      guard let place = usedQuantities.firstIndex(where: { $0.name.value == name }) else {
        preconditionFailure("a condition compares with `forecast.\(name)`, which the checks of the runbook must refuse")
      }
      return place
    }
    let unit = quantity == nil ? declared(condition.signal).unit : "%"
    return PlannedCondition(
      signal: place(ofSignal: condition.signal), comparison: condition.comparison,
      limit: limit(condition.limit, in: unit), quantity: quantity)
  }

  /// The gate of a stage, resolved; `nil` where there is none or the environment leaves gates out.
  func plannedGate(of stage: Stage) -> PlannedGate? {
    guard let gate = stage.gate, !isIgnored(.gates) else { return nil }
    let conditions = gate.require.flatMap { name -> [Located<Condition>] in
      guard let named = runbook.gates.first(where: { $0.name.value == name.value }) else {
        preconditionFailure("`\(name.value)` is required, and no such gate is declared: the checks must refuse it")
      }
      return named.conditions
    }
    let comparison = (isIgnored(.comparisons) ? nil : gate.compare).map { compare in
      // Where the gate asks for more than a limit, less is the harm.
      let isHarmAbove = !conditions.contains {
        $0.value.signal == compare.signal.value && [.more, .atLeast].contains($0.value.comparison)
      }
      return PlannedComparison(
        signal: place(ofSignal: compare.signal.value),
        margin: limit(compare.margin, in: declared(compare.signal.value).unit), isHarmAbove: isHarmAbove,
        match: compare.match.map(\.value), before: compare.before.dividedUp(by: evidence), looks: compare.looks,
        error: compare.error)
    }
    // A gate that only compares has nothing left where the environment leaves comparisons out.
    guard comparison != nil || !conditions.isEmpty else { return nil }
    return PlannedGate(
      names: gate.require.map(\.value), conditions: conditions.map { planned($0.value) },
      hold: gate.hold.dividedUp(by: evidence), deadline: gate.deadline?.dividedUp(by: evidence),
      onBreach: gateAction(gate.onBreach), onUnknown: gateAction(gate.onUnknown),
      validFor: gate.validFor.dividedUp(by: evidence), isShadow: gate.shadow, comparison: comparison)
  }

  /// Says where a share of the forecast is beyond the range of numbers, and where a trigger compares with nothing while
  /// something is exposed already.
  mutating func checkForecast(of plan: Plan) {
    let written = runbook.triggers.map(\.when) + runbook.gates.flatMap(\.conditions)
    for condition in written {
      guard let quantity = plan.forecast.first(where: { $0.name == condition.value.reference }),
        let share = try? Fixed(condition.value.limit, in: "%"),
        let point = quantity.points.first(where: { share.percent(of: $0.value) == nil })
      else { continue }
      findings.append(
        PlanningFindings.beyondRange(
          "`\(condition.value.limit.text)` of \(point.value.text) \(quantity.unit) is beyond 10^24",
          instead: "choose a larger unit for `\(quantity.name)` and its signal", at: condition.location))
    }
    noteZeroLimits(of: plan)
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

  /// Says for how many live targets a limit that is a share of the forecast is 0: any amount is a breach then, or none.
  private mutating func noteZeroLimits(of plan: Plan) {
    let triggers = isIgnored(.triggers) ? [] : runbook.triggers.map { ("the trigger `\($0.id.value)`", $0.when, true) }
    let gates = runbook.gates.flatMap { gate in gate.conditions.map { ("the gate `\(gate.name.value)`", $0, false) } }
    for (what, condition, isTrigger) in triggers + (isIgnored(.gates) ? [] : gates) {
      guard let quantity = plan.forecast.first(where: { $0.name == condition.value.reference }),
        let inventory = quantity.inventory, let most = plan.waveForecasts.compactMap({ $0.live[inventory] }).max()
      else { continue }
      let isHighBad = [.more, .atLeast].contains(condition.value.comparison) == isTrigger
      let follows =
        switch (isTrigger, isHighBad) {
        case (true, true): "any amount then is a breach"
        case (true, false): "it cannot fire then"
        case (false, true): "nothing passes it then"
        case (false, false): "any amount passes it then"
        }
      for range in quantity.zeros(upTo: most) {
        findings.append(
          PlanningFindings.zeroLimit(
            what, quantity: quantity.name, targets: plan.inventories[inventory].name, live: range, follows: follows,
            at: condition.location))
      }
    }
  }

  /// The events of a bake, resolved.
  func plannedEvents(of stage: Stage) -> PlannedEvents? {
    guard let bake = stage.bake, let count = bake.events, !isIgnored(.events) else { return nil }
    guard let counter = bake.countedBy?.value else {
      preconditionFailure("a bake waits for events that nothing counts: the checks of the runbook must refuse it")
    }
    let scale = environment.time.scale
    return PlannedEvents(count: (count + scale - 1) / scale, signal: place(ofSignal: counter))
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
