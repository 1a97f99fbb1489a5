internal import Diagnostics
internal import Quantities

// Signals, gates and triggers.

extension RunbookChecks {
  func signal(_ name: String) -> Signal? { runbook.signals.first { $0.name.value == name } }

  private var signalNames: [String] { runbook.signals.map(\.name.value) }

  mutating func checkSignals() {
    var references: [String: String] = [:]
    for signal in runbook.signals {
      if case .attribute(let attribute) = signal.extent, inventoriesAreComplete, !allAttributes.contains(attribute) {
        findings.append(
          .unknownAttribute(attribute, inventory: nil, known: allAttributes, at: place(ofExtent: attribute, signal)))
      }
      guard let other = signal.noData?.reference else { continue }
      references[signal.name.value] = other
      checkPolicy(signal.noData, of: signal, at: signal.name.location)
    }
    for signal in runbook.signals {
      if let circle = Circle.through(signal.name.value, next: { references[$0].map { [$0] } ?? [] }),
        circle.min() == signal.name.value
      {
        findings.append(.cycle(circle, noun: "the signals", at: signal.name.location))
      }
    }
  }

  /// A signal keeps no place of its attribute: it is found again in the lines of the signal.
  private func place(ofExtent attribute: String, _ signal: Signal) -> SourceSpan {
    let start = signal.name.location
    guard let source = texts[start.file] else { return start }
    for line in start.line..<min(start.line + 12, source.lines.count + 1) {
      let whole = SourceSpan(
        file: start.file, line: line, column: 1, endColumn: source.lines[line - 1].count + 1)
      let found = place(of: "per: \(attribute)", in: whole)
      if found != whole {
        return SourceSpan(file: start.file, line: line, column: found.column + 5, endColumn: found.endColumn)
      }
    }
    return start
  }

  /// A policy that asks another signal is answered by the series of the same name, or by one number for everything.
  private mutating func checkPolicy(
    _ policy: Signal.NoData?, of signal: Signal, trigger: String? = nil, at place: SourceSpan
  ) {
    guard let policy, let name = policy.reference else { return }
    guard let other = self.signal(name) else {
      findings.append(.unknownSignal(name, known: signalNames, at: place))
      return
    }
    guard other.extent != signal.extent, other.extent != .global else { return }
    findings.append(.speechless(policy, of: signal, trigger: trigger, asks: other, at: place))
  }

  mutating func checkGates() {
    for gate in runbook.gates {
      for condition in gate.conditions {
        check(condition)
        checkRatio(condition.value.signal, in: gate)
      }
    }
  }

  /// A ratio of next to nothing passes as easily as it breaches. What a trigger watches too has an error already.
  private mutating func checkRatio(_ name: String, in gate: NamedGate) {
    guard let signal = signal(name), signal.unit == "%", signal.minimumCount == nil,
      !runbook.triggers.contains(where: { $0.when.value.signal == name })
    else { return }
    let finding = Finding.ratioWithoutCount(signal: signal, gate: gate.name.value)
    if !findings.contains(where: { $0.code == finding.code && $0.location == finding.location }) {
      findings.append(finding)
    }
  }

  mutating func checkTriggers() {
    for trigger in runbook.triggers {
      check(trigger.when)
      guard let signal = signal(trigger.when.value.signal) else { continue }
      checkPolicy(trigger.noData, of: signal, trigger: trigger.id.value, at: trigger.id.location)
      if trigger.noData == nil, signal.noData == nil {
        findings.append(
          .noMissingDataPolicy(trigger: trigger.id.value, signal: signal.name.value, at: trigger.id.location))
      }
      if signal.unit == "%", signal.minimumCount == nil {
        let finding = Finding.ratioWithoutCount(signal: signal, trigger: trigger.id.value)
        if !findings.contains(where: { $0.code == finding.code && $0.location == finding.location }) {
          findings.append(finding)
        }
      }
    }
  }

  private mutating func check(_ condition: Located<Condition>) {
    let value = condition.value
    guard let signal = signal(value.signal) else {
      findings.append(
        .unknownSignal(value.signal, known: signalNames, at: place(of: value.signal, in: condition.location)))
      return
    }
    let limit = place(ofLimit: value, in: condition.location)
    if let name = value.reference {
      switch misfit(value.limit, in: "%") {
      case .unit: findings.append(.shareWithoutPercent(value, at: limit))
      case let misfit?: findings.append(.noNumber(value.limit, of: "%", misfit, at: limit))
      case nil: break
      }
      checkForecast(name, in: condition, signal: signal)
      return
    }
    switch misfit(value.limit, in: signal.unit) {
    case .unit: findings.append(.unitMismatch(value, signal: signal, at: limit))
    case let misfit?: findings.append(.noNumber(value.limit, of: signal.unit, misfit, at: limit))
    case nil: break
    }
  }

  /// Why an amount is no number of a unit; `nil` when it is one, with all its digits.
  private func misfit(_ amount: Amount, in unit: String) -> Misfit? {
    do throws(Misfit) {
      _ = try Fixed(amount, in: unit)
      return nil
    } catch {
      return error
    }
  }

  private func place(ofLimit condition: Condition, in location: SourceSpan) -> SourceSpan {
    for text in [condition.limit.text, condition.limit.number + condition.limit.unit] {
      let found = place(of: text, in: location)
      if found != location { return found }
    }
    return location
  }

  mutating func check(_ gate: Gate, of stage: Stage) {
    let names = runbook.gates.map(\.name.value)
    for name in gate.require where !names.contains(name.value) {
      findings.append(.unknownGate(name, known: names))
    }
    guard let compare = gate.compare else { return }
    guard let signal = signal(compare.signal.value) else {
      findings.append(.unknownSignal(compare.signal.value, known: signalNames, at: compare.signal.location))
      return
    }
    switch misfit(compare.margin, in: signal.unit) {
    case .unit: findings.append(.marginUnit(compare.margin, signal: signal, at: compare.signal.location))
    case let misfit?:
      findings.append(.noNumber(compare.margin, of: signal.unit, misfit, at: compare.signal.location))
    case nil: break
    }
    if signal.extent != .target {
      findings.append(.wrongExtent(signal, use: "a comparison", at: compare.signal.location))
    }
    for attribute in compare.match where inventoriesAreComplete && !allAttributes.contains(attribute.value) {
      findings.append(
        .unknownAttribute(attribute.value, inventory: nil, known: allAttributes, at: attribute.location))
    }
    if stage.targets == nil {
      findings.append(.emptyComparison("the stage has no targets", instead: "leave it out", at: compare.location))
    } else if gate.hold < signal.every {
      findings.append(
        .emptyComparison(
          "the gate holds for \(gate.hold.text), and `\(signal.name.value)` is measured every \(signal.every.text)",
          instead: "write `hold: \(signal.every.text)` or longer", at: gate.location))
    } else if let deadline = gate.deadline, deadline < gate.hold + signal.window + signal.settle {
      let first = gate.hold + signal.window + signal.settle
      findings.append(
        .emptyComparison(
          "the deadline of \(deadline.text) comes before the first look, which is \(first.text) after the beginning",
          instead: "write `deadline: \(first.text)` or longer", at: gate.location))
    } else if compare.before > .zero, compare.before < gate.hold {
      findings.append(
        .emptyComparison(
          "the earlier period, \(compare.before.text) before, overlaps the \(gate.hold.text) that the gate holds",
          instead: "write `before: 7d`, which is the same hour of the same weekday, or `before: 0s` for none",
          at: compare.location))
    }
  }
}

extension Signal.Extent {
  /// As a runbook says it.
  var written: String {
    switch self {
    case .global: "global"
    case .target: "target"
    case .attribute(let name): name
    }
  }
}

extension Signal.NoData {
  /// As a runbook says it.
  var written: String {
    switch self {
    case .hold: "hold"
    case .breach: "breach"
    case .carry(let span): "carry \(span.text)"
    case .idle(let name): "idle when \(name) is 0"
    case .zero(let name): "zero when \(name) is live"
    }
  }

  /// The other signal that decides.
  var reference: String? {
    switch self {
    case .idle(let name), .zero(let name): name
    case .hold, .breach, .carry: nil
    }
  }
}
