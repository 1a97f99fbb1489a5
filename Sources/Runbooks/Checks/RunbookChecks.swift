internal import Diagnostics
internal import Quantities
internal import Vocabularies

/// Checks what the shapes cannot tell: whether names refer to something, and whether the whole makes sense.
struct RunbookChecks {
  let runbook: Runbook
  /// The environments that could be read.
  let environments: [Environment]
  /// Whether the only environment is the empty one of a runbook that has none.
  let hasImplicitEnvironment: Bool
  /// Whether no environment was left out: only then is a parameter known to be unused.
  let hasAllEnvironments: Bool
  /// The names under `inventories:`, including those whose file could not be read.
  let inventoryNames: [String]
  /// Whether the forecast, if there is one, could be read.
  let forecastIsComplete: Bool
  /// The texts of the YAML files, to find an interpolation inside a scalar.
  let texts: [String: SourceText]
  /// The texts of all files, to find a value inside a table.
  let sources: [String: String]
  /// What the adapters declare that there are.
  let adapters: [AdapterFacts]
  var findings: [Finding] = []

  static let stepLimit = StepLimit.stage

  /// Runs all checks.
  mutating func run() -> [Finding] {
    checkDates()
    checkSignals()
    checkGates()
    checkTriggers()
    checkEvidence()
    checkPeople()
    checkDuplicates()
    checkStages()
    checkAttributes()
    checkCalendars()
    for environment in environments { checkEnvironment(environment) }
    checkSteps()
    checkAdapters()
    checkUnused()
    if let model = runbook.model, inventoriesAreComplete {
      var checks = ModelChecks(model: model, runbook: runbook, sources: sources)
      findings += checks.run()
    }
    if let register = runbook.register {
      var checks = RiskChecks(register: register, runbook: runbook)
      findings += checks.run()
    }
    return findings
  }

  var adapterNames: [String] { adapters.map(\.name) }

  /// The inventory of a name; `nil` when there is none or its file could not be read.
  func inventory(_ name: String?) -> Inventory? { runbook.inventories.first { $0.name.value == name } }

  /// The attributes of all inventories, once each.
  var allAttributes: [String] {
    var seen: Set<String> = []
    return runbook.inventories.flatMap(\.columns).filter { seen.insert($0).inserted }
  }

  /// Whether each inventory could be read, so that "no inventory has it" can be said.
  var inventoriesAreComplete: Bool { runbook.inventories.count == inventoryNames.count }

  private mutating func checkDates() {
    if let starts = runbook.starts, let deadline = runbook.deadline, deadline.value < starts.value.day {
      findings.append(
        .liesBeforeStart(
          deadline.value.text, starts: starts.value.day.text, noun: "the deadline", at: deadline.location))
    }
    for phase in runbook.phases {
      guard let starts = phase.starts else { continue }
      if let first = runbook.starts, starts.value.isBefore(first.value) {
        findings.append(
          .liesBeforeStart(
            starts.value.text, starts: first.value.text, noun: "the phase's start", at: starts.location))
      }
      if let deadline = runbook.deadline, starts.value.day > deadline.value {
        findings.append(.startsAfterDeadline(deadline.value, at: starts.location))
      }
    }
  }

  private mutating func checkDuplicates() {
    checkDuplicates(runbook.triggers.map(\.id), noun: "triggers")
    checkDuplicates(runbook.phases.map(\.id), noun: "phases")
    for phase in runbook.phases {
      checkDuplicates(phase.stages.map(\.id), noun: "stages of the phase")
      for stage in phase.stages { checkDuplicates(stage.steps.map(\.id), noun: "steps of the stage") }
    }
  }

  private mutating func checkDuplicates(_ ids: [Located<String>], noun: String) {
    var lines: [String: Int] = [:]
    for id in ids where !id.value.isEmpty {
      if let first = lines[id.value] {
        findings.append(.duplicateID(id, noun: noun, first: first))
      } else {
        lines[id.value] = id.location.line
      }
    }
  }

  /// The place of a part of a scalar's text.
  func place(of part: String, in location: SourceSpan) -> SourceSpan {
    guard let source = texts[location.file], location.line >= 1, location.line <= source.lines.count else {
      return location
    }
    let line = source.lines[location.line - 1]
    let wanted = Array(part.unicodeScalars)
    var index = location.column - 1
    while index >= 0, index + wanted.count <= min(location.endColumn - 1, line.count) {
      if line[index..<(index + wanted.count)].elementsEqual(wanted) {
        return SourceSpan(
          file: location.file, line: location.line, column: index + 1, endColumn: index + 1 + wanted.count)
      }
      index += 1
    }
    return location
  }
}
