internal import Diagnostics
internal import Quantities

// What is well formed and means something impossible, or something that nobody wants.

extension Finding {
  static func unitMismatch(
    _ condition: Condition, signal: Signal, at place: SourceSpan
  ) -> Finding {
    let written = condition.limit.unit.isEmpty ? "has no unit" : "is in `\(condition.limit.unit)`"
    // Another unit is another number: only where none was written is it clear which one was meant.
    let wanted = condition.limit.unit.isEmpty ? "\(condition.limit.number) \(signal.unit)" : nil
    return Finding(
      code: "G121",
      message: "the limit \(written), but the signal `\(signal.name.value)` is "
        + (signal.unit.isEmpty ? "a bare number" : "in `\(signal.unit)`"),
      location: place,
      suggestion: wanted.map { "write `\($0)`" }
        ?? (signal.unit.isEmpty ? "write the limit without a unit" : "write the limit in `\(signal.unit)`"),
      replacement: wanted)
  }

  static func shareWithoutPercent(_ condition: Condition, at place: SourceSpan) -> Finding {
    let wanted = condition.limit.unit.isEmpty ? "\(condition.limit.number) %" : nil
    return Finding(
      code: "G121", message: "a share of the forecast is a percentage, and `\(condition.limit.text)` is none",
      location: place, suggestion: wanted.map { "write `\($0)`" } ?? "write the share in `%`", replacement: wanted)
  }

  static func marginUnit(_ margin: Amount, signal: Signal, at place: SourceSpan) -> Finding {
    Finding(
      code: "G121", message: "the margin `\(margin.text)` does not fit the signal `\(signal.name.value)`",
      location: place,
      suggestion: margin.unit.isEmpty
        ? "write `margin: \(margin.number) \(signal.unit)`"
        : signal.unit.isEmpty ? "write the margin without a unit" : "write the margin in `\(signal.unit)`")
  }

  static func noNumber(_ amount: Amount, of unit: String, _ misfit: Misfit, at place: SourceSpan) -> Finding {
    let place = (place, unit.isEmpty ? "" : " in `\(unit)`")
    let (why, instead) =
      switch misfit {
      case .size: ("is beyond 10^24\(place.1)", "choose a larger unit for the signal")
      case .places:
        ("has no exact value\(place.1) with at most \(Fixed.mostPlaces) places", "write a number that has one")
      case .unit: ("is no number\(place.1)", "choose another unit")
      }
    return Finding(
      code: "G121", message: "`\(amount.text)` \(why), and nothing that guards is rounded", location: place.0,
      suggestion: instead)
  }

  static func noForecast(at place: SourceSpan) -> Finding {
    Finding(
      code: "G105", message: "the condition refers to the forecast, and the runbook has none", location: place,
      suggestion: "add `forecast: forecast.yaml`, or write the limit as a number")
  }

  static func cycle(_ names: [String], noun: String, at place: SourceSpan) -> Finding {
    let path = (names + [names.first ?? ""]).map { "`\($0)`" }.joined(separator: " → ")
    return Finding(
      code: "G122", message: "\(noun) refer to each other in a circle: \(path)", location: place,
      suggestion: "remove one of the references")
  }

  static func nothingLeft(stage: String, taker: String, inventory: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G123",
      message: "the stage `\(stage)` gets no targets: `\(taker)` has taken all that are left of `\(inventory)`",
      location: place, suggestion: "add `select: { from: all }` to this stage, or `select: { count: … }` to `\(taker)`")
  }

  static func noMatch(_ value: Located<String>, attribute: String, inventory: String, nearest: String?) -> Finding {
    Finding(
      code: "G123", message: "no target of `\(inventory)` has the \(attribute) `\(value.value)`",
      location: value.location,
      suggestion: nearest.map { "write `\($0)`" } ?? "write a value that the inventory has", replacement: nearest)
  }

  static func tooMany(_ count: Located<Int>, inventory: Inventory) -> Finding {
    Finding(
      code: "G139",
      message: "`count` is \(count.value), but the inventory `\(inventory.name.value)` has "
        + inventory.count.counted("target"),
      location: count.location, suggestion: "write `\(inventory.count)` or less", replacement: String(inventory.count))
  }

  static func undoMissing(_ step: Step, environments: [String]) -> Finding {
    Finding(
      code: "G124", message: "the step `\(step.id.value)` does not say how it is taken back", location: step.location,
      suggestion: "add `undo: OPERATION`, `undo: none` or `irreversible: true`",
      notes: environments.isEmpty
        ? [] : ["its operation has no `undo` in: \(environments.map { "`\($0)`" }.joined(separator: ", "))"])
  }

  static func contradictoryUndo(at place: SourceSpan) -> Finding {
    Finding(
      code: "G124", message: "the step is irreversible and has an undo", location: place,
      suggestion: "keep one of `undo` and `irreversible`")
  }

  static func noMissingDataPolicy(trigger: String, signal: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G125", message: "the trigger `\(trigger)` does not say what missing data of `\(signal)` mean",
      location: place, suggestion: "add `no_data: breach` or `no_data: hold` to the signal or to the trigger")
  }

  static func ratioWithoutCount(signal: Signal, trigger: String) -> Finding {
    Finding(
      code: "G126",
      message: "`\(signal.name.value)` is a ratio in the trigger `\(trigger)`, and one failure of two events is 50 %",
      location: signal.name.location, suggestion: "add `min_count: 300` to the signal")
  }

  static func ratioWithoutCount(signal: Signal, gate: String) -> Finding {
    Finding(
      code: "G171", severity: .warning,
      message: "`\(signal.name.value)` is a ratio in the gate `\(gate)`, and two events without a failure open it",
      location: signal.name.location, suggestion: "add `min_count: 300` to the signal")
  }

  static func liesBeforeStart(_ date: String, starts: String, noun: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G127", message: "\(noun) \(date) lies before the start \(starts)", location: place,
      suggestion: "write \(starts) or a later date")
  }

  static func startsAfterDeadline(_ deadline: CivilDate, at place: SourceSpan) -> Finding {
    Finding(
      code: "G127", message: "the phase starts after the deadline \(deadline.text)", location: place,
      suggestion: "write a date before \(deadline.text)")
  }

  static func paceBelowSize(_ pace: Located<Pace>, size: Int) -> Finding {
    Finding(
      code: "G129",
      message: "a wave of \(size) does not fit into the pace of \(pace.value.words)",
      location: pace.location, suggestion: "write waves of at most \(pace.value.count), or a pace of at least \(size)")
  }

  static func sizeAndSizes(at place: SourceSpan) -> Finding {
    Finding(
      code: "G103", message: "the waves have both `size` and `sizes`", location: place,
      suggestion: "keep `sizes`; its last number repeats")
  }

  static func unused(_ name: Located<String>, noun: String, hint: String = "") -> Finding {
    Finding(
      code: "G138", severity: .warning, message: "the \(noun) `\(name.value)` is never used", location: name.location,
      suggestion: hint.isEmpty ? "remove it" : hint)
  }

  static func tooManySteps(_ count: Int, stage: Stage, limit: Int) -> Finding {
    Finding(
      code: "G141", message: "the stage `\(stage.id.value)` has \(count) steps, and at most \(limit) are allowed",
      location: stage.id.location, suggestion: "split the stage in two")
  }

  static func severalCutovers(_ steps: [Located<String>], stage: String) -> Finding {
    let names = steps.map { "at `\($0.value)`" }
    return Finding(
      code: "G189",
      message: "the stage `\(stage)` makes its targets live \(names.count == 2 ? "twice" : "\(names.count) times"), "
        + "\(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])",
      location: steps[1].location,
      suggestion: "write `cutover: true` at the step from which on people work with the target, and at no other")
  }

  static func noValue(_ parameter: Parameter, environment: Environment) -> Finding {
    Finding(
      code: "G142",
      message: "the parameter `\(parameter.name.value)` has no value in the environment `\(environment.id.value)`",
      location: environment.id.location,
      suggestion: "add `parameters: { \(parameter.name.value): … }` there, or `default:` to the parameter")
  }
}
