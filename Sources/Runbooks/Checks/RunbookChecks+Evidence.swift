internal import Diagnostics
internal import Quantities

// Whether signals can carry what gates, triggers, bakes and comparisons build on them.

extension RunbookChecks {
  mutating func checkEvidence() {
    checkQuantities()
    for trigger in runbook.triggers {
      guard let signal = signal(trigger.when.value.signal) else { continue }
      if trigger.scope == .target, signal.extent != .target {
        findings.append(
          .wrongExtent(signal, use: "a trigger with `scope: target`", at: trigger.when.location))
      }
      checkLiveness(of: signal, in: trigger)
    }
    for stage in runbook.phases.flatMap(\.stages) {
      checkBake(of: stage)
      checkShadow(of: stage)
    }
    for signal in runbook.signals {
      for environment in environments { checkQuery(of: signal, in: environment) }
    }
  }

  /// An error counter appears with the first error: its silence says nothing unless something else is known to live.
  private mutating func checkLiveness(of signal: Signal, in trigger: Trigger) {
    let name = signal.name.value.lowercased()
    let words = ["error", "fail", "exception", "dead_letter", "deadletter", "dlq", "reject"]
    guard signal.unit != "%", !Units.isTime(signal.unit), words.contains(where: { name.contains($0) })
    else {
      return
    }
    switch trigger.noData ?? signal.noData {
    case .zero, .breach, nil: break
    case .hold, .idle, .carry:
      findings.append(.counterWithoutLiveness(signal: signal, trigger: trigger.id.value))
    }
  }

  private mutating func checkBake(of stage: Stage) {
    guard let bake = stage.bake else { return }
    guard let counter = bake.countedBy else {
      if bake.events != nil {
        findings.append(.eventsWithoutCounter(stage: stage.id.value, at: bake.location))
      }
      return
    }
    if signal(counter.value) == nil {
      findings.append(.unknownSignal(counter.value, known: runbook.signals.map(\.name.value), at: counter.location))
    }
  }

  /// A gate in shadow is measured while the wave bakes, and no longer: it delays nothing.
  private mutating func checkShadow(of stage: Stage) {
    guard let gate = stage.gate, gate.shadow else { return }
    guard let bake = stage.bake else {
      findings.append(
        .shadowWithoutTime(
          "it is measured while a wave bakes, and `\(stage.id.value)` does not bake", at: gate.location))
      return
    }
    if bake.events == nil, bake.cycles == nil, bake.time <= gate.hold {
      findings.append(
        .shadowWithoutTime(
          "it holds for \(gate.hold.text), and the wave bakes for \(bake.time.text)", at: gate.location))
    }
  }

  /// What a query reads, a signal must be able to give.
  private mutating func checkQuery(of signal: Signal, in environment: Environment) {
    guard let operation = environment.operations.first(where: { $0.name.value == signal.query.value }) else { return }
    for (reference, _) in operation.with.references {
      switch reference {
      case .argument(let name) where !["window", "every", "signal", "series"].contains(name):
        findings.append(
          .notHandedBySignal(
            reference, signal: signal, because: "which a signal does not hand over", at: signal.query.location))
      case .target where signal.extent != .target:
        findings.append(
          .notHandedBySignal(
            reference, signal: signal, because: "and it has no single target", at: signal.query.location))
      case .output:
        break  // `outputInEnvironment` speaks where it is written.
      default: break
      }
    }
  }

  private mutating func checkQuantities() {
    for quantity in runbook.forecastQuantities {
      if let figure = quantity.figure, runbook.model == nil, forecastIsComplete {
        findings.append(
          .badQuantity(
            quantity.name.value, because: "comes from the model, and the forecast has none", at: figure.location))
      }
      guard let inventory = quantity.inventory else { continue }
      if !inventoryNames.contains(inventory.value) {
        findings.append(.unknownInventory(inventory, known: inventoryNames))
      }
      if !zip(quantity.points, quantity.points.dropFirst()).allSatisfy({ $0.targets < $1.targets }) {
        findings.append(
          .badQuantity(
            quantity.name.value, because: "has points that do not rise", at: quantity.name.location))
      }
    }
  }

  /// A condition that compares with the forecast.
  mutating func checkForecast(_ name: String, in condition: Located<Condition>, signal: Signal) {
    guard runbook.forecast != nil else {
      findings.append(.noForecast(at: condition.location))
      return
    }
    let place = place(of: "forecast.\(name)", in: condition.location)
    guard let quantity = runbook.forecastQuantities.first(where: { $0.name.value == name }) else {
      // A forecast that cannot be read has its own findings.
      if forecastIsComplete {
        findings.append(.unknownQuantity(name, known: runbook.forecastQuantities.map(\.name.value), at: place))
      }
      return
    }
    if quantity.unit != signal.unit {
      findings.append(.forecastUnit(quantity, signal: signal, at: place))
    }
  }

  /// An argument that reads a number of the forecast.
  mutating func checkForecastArgument(_ name: String, at place: SourceSpan) {
    guard let quantity = runbook.forecastQuantities.first(where: { $0.name.value == name }) else {
      if forecastIsComplete {
        findings.append(.unknownQuantity(name, known: runbook.forecastQuantities.map(\.name.value), at: place))
      }
      return
    }
    if quantity.inventory != nil { findings.append(.growingArgument(name, at: place)) }
  }
}
