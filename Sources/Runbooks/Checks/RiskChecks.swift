internal import Diagnostics

/// Checks that the names of a risk register are names of the runbook, and the other way round.
struct RiskChecks {
  let register: RiskRegister
  let runbook: Runbook
  private(set) var findings: [Finding] = []

  init(register: RiskRegister, runbook: Runbook) {
    self.register = register
    self.runbook = runbook
  }

  /// Runs all checks.
  mutating func run() -> [Finding] {
    let steps = runbook.phases.flatMap(\.stages).flatMap(\.steps)
    let actions = Set(steps.map(\.id.value) + steps.map(\.uses.value)).sorted()
    let scenarios = runbook.model?.scenarios.map(\.id.value) ?? []
    for risk in register.risks {
      expect(risk.steps, in: actions, "a step or an operation of this runbook")
      expect(risk.gates, in: runbook.gates.map(\.name.value), "a gate of this runbook")
      expect(risk.triggers, in: runbook.triggers.map(\.id.value), "a trigger of this runbook")
      expect(risk.scenarios, in: scenarios, "a scenario of the forecast")
      expect([risk.earlySign].compactMap { $0 }, in: runbook.signals.map(\.name.value), "a signal of this runbook")
    }
    for trigger in runbook.triggers {
      expect(
        trigger.mitigates.map { Located($0, at: trigger.id.location) }, in: register.risks.map(\.id.value),
        "a risk of the register")
    }
    return findings
  }

  private mutating func expect(_ names: [Located<String>], in known: [String], _ noun: String) {
    for name in names where !known.contains(name.value) {
      findings.append(.unknownInRegister(name, noun, known: known))
    }
  }
}
