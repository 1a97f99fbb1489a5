import Diagnostics
import Quantities
import Runbooks

/// The findings of planning: what is well written and still cannot be done, or not as asked.
public enum PlanningFindings {
  static func deadlineMissed(
    deadline: String, finish: String, daysLate: Int, done: String, remedy: String?, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G301", severity: .warning,
      message: "the deadline \(deadline) cannot be met: \(finish), \(daysLate.counted("day")) late; \(done)",
      location: location, suggestion: remedy)
  }

  /// What the runbook says and this version does not do yet. The plan can be read; a run refuses it.
  static func notExecuted(_ what: String, ignore: String?, at location: SourceSpan) -> Finding {
    Finding(
      code: "G302", severity: .warning,
      message: "\(what): this version plans it and does not execute it; `run` will refuse",
      location: location,
      suggestion: ignore.map { "write `\($0)` in the environment to leave it out, loudly" }
        ?? "take it out, or wait for the version that executes it")
  }

  static func tooFewTargets(wanted: Int, available: Int, stage: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G303",
      message: "stage `\(stage)` selects \(wanted.counted("target")), and only \(available) "
        + "\(available == 1 ? "is" : "are") left",
      location: location, suggestion: "write `\(available)` or fewer", replacement: String(available))
  }

  static func noTargets(stage: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G304", severity: .warning, message: "stage `\(stage)` has no targets: earlier stages took them all",
      location: location, suggestion: "write `select: { from: all }` to take targets again, or remove the stage")
  }

  static func paceBelowWave(wave: Int, pace: Int, at location: SourceSpan) -> Finding {
    Finding(
      code: "G306", message: "a wave of \(wave.counted("target")) never fits a pace of \(pace) per period",
      location: location,
      suggestion: "make the waves \(pace) or smaller, or the pace \(wave) or higher")
  }

  static func frozen(
    count: Int, wave: Int, stage: String, example: String, reason: String, until: String, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G310", severity: .warning,
      message:
        "\(count) target\(count == 1 ? "" : "s") of wave \(wave) of stage `\(stage)` cannot start in its first week"
        + " (\(example): \(reason)); the wave waits for \(count == 1 ? "it" : "them") until \(until)",
      location: location, suggestion: "move the start, or let `waves.order` put other targets into this wave")
  }

  static func comparesTooFew(targets: Int, least: Int, stage: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G312", severity: .warning,
      message:
        "the comparison of stage `\(stage)` can never say anything: it has \(targets.counted("target")) and needs "
        + "\(least)",
      location: location,
      suggestion: "with fewer, all of them better is chance often enough: rely on the gate's limits and the bake, "
        + "look less often (`looks: 1`), or accept more error")
  }

  static func zeroProjection(trigger: String, quantity: String, targets: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G313", severity: .warning,
      message:
        "the trigger `\(trigger)` compares with `forecast.\(quantity)`, which is 0 until the first of `\(targets)` is "
        + "live: any amount before that is a breach",
      location: location, suggestion: "write what it is without any at `targets: 0`")
  }

  static func zeroLimit(
    _ what: String, quantity: String, targets: String, live: ClosedRange<Int>, follows: String,
    at location: SourceSpan
  ) -> Finding {
    let count = live.count == 1 ? "\(live.lowerBound)" : "\(live.lowerBound) to \(live.upperBound)"
    return Finding(
      code: "G313", severity: .warning,
      message: "\(what) compares with `forecast.\(quantity)`, which is 0 while \(count) of `\(targets)` "
        + "\(live == 1...1 ? "is" : "are") live: \(follows)",
      location: location, suggestion: "give `\(quantity)` points above 0 for so few targets")
  }

  static func beyondRange(_ what: String, instead: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G315", message: "\(what), and nothing that guards is rounded or left out", location: location,
      suggestion: instead)
  }

  static func frozenDays(
    _ days: Int, from: String, to: String, deadline: String?, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G314", severity: .warning,
      message: "freezes move the end of the plan by \(days) day\(days == 1 ? "" : "s"), from \(from) to \(to)"
        + (deadline.map { "; \($0)" } ?? ""), location: location,
      suggestion: "let other targets go first (`waves.order`), or start the phase at another time")
  }

  static func waitsForEvents(
    stage: String, events: Int, takes: String, counted: String, end: String, expected: String, days: Int, late: Int,
    at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G327", severity: .warning,
      message: "waves of stage `\(stage)` wait for \(events) events of each target, which take up to \(takes) by the "
        + "forecast, and the dates count \(counted): the plan is likely to end on \(expected), \(days) "
        + "day\(days == 1 ? "" : "s") after \(end)" + (late > 0 ? " and \(late) after the deadline" : ""),
      location: location, suggestion: "lower the number for small targets, or plan with that date")
  }

  static func missingParameter(_ name: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G307", message: "the parameter `\(name)` has no value", location: location,
      suggestion: "give one with --set \(name)=VALUE, in the environment, or as `default`")
  }

  static func concurrencyBounded(asked: Int, effective: Int, limit: Int, stage: String, at location: SourceSpan)
    -> Finding
  {
    Finding(
      code: "G309", severity: .warning,
      message: "stage `\(stage)` works on \(effective) target\(effective == 1 ? "" : "s") at once, not \(asked): "
        + "`tolerate: \(limit)` admits no more",
      location: location, suggestion: "write `concurrency: \(effective)`, raise `tolerate`, or `admission: eager`",
      replacement: String(effective))
  }
}
