import Diagnostics
import Plans
import Quantities
import Runbooks

// What cannot protect, or cannot happen, with the two numbers that do not fit.

extension PlanningFindings {
  static func plainSecret(_ name: String, isGiven: Bool, at place: SourceSpan) -> Finding {
    Finding(
      code: "G128", severity: .warning,
      message: "the parameter `\(name)` looks like a secret, and its value stands in every plan and journal"
        + (isGiven ? ", and in the list of processes" : " and in the file"), location: place,
      suggestion: "write `{ secret: env:NAME }` where it is used")
  }

  static func neverFires(
    trigger: String, written: String, needed: Span, watched: Span, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G320", severity: .warning,
      message: "the trigger `\(trigger)` needs \(needed.text) of breaches (\(written)), and a change is sure to be "
        + "watched for \(watched.text) only: it may never fire",
      location: location,
      suggestion: "let the stages bake for \(needed.text) or longer, write `watch_after: \(needed.text)`, or shorten it"
    )
  }

  static func gateExpires(
    stage: String, deadline: Span, signal: Signal, hold: Span, first: Span, at location: SourceSpan
  ) -> Finding {
    let needs = [
      signal.window > .zero ? "a window of \(signal.window.text)" : nil,
      signal.settle > .zero ? "`settle: \(signal.settle.text)`" : nil, "`every: \(signal.every.text)`",
      "`hold: \(hold.text)`",
    ]
    return Finding(
      code: "G321", severity: .warning,
      message: "the gate of stage `\(stage)` can only expire: its deadline is \(deadline.text), and "
        + "`\(signal.name.value)` can pass after \(first.text) at the earliest "
        + "(\(needs.compactMap { $0 }.joined(separator: ", ")))",
      location: location, suggestion: "write `deadline: \(first.text)` or longer, or shorten what it waits for")
  }

  static func bakeExpires(stage: String, deadline: Span, least: Span, at location: SourceSpan) -> Finding {
    Finding(
      code: "G321", severity: .warning,
      message: "the bake of stage `\(stage)` can only expire: its deadline is \(deadline.text), and it lasts "
        + "\(least.text) at least",
      location: location, suggestion: "write a `deadline` that is longer than \(least.text), or a shorter bake")
  }

  static func watchedWithoutValue(
    trigger: String, signal: String, first: Span, watched: Span, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G322", severity: .warning,
      message:
        "the trigger `\(trigger)` has no value while it watches: the first one of `\(signal)` comes \(first.text) "
        + "after a change (window and settle), and a change is sure to be watched for \(watched.text) only",
      location: location,
      suggestion: "let the stages bake for longer than \(first.text), write `watch_after: \(first.text)`, or take a "
        + "signal with a shorter window")
  }

  static func contradiction(_ message: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G323", severity: .warning, message: message, location: location,
      suggestion: "change one of the two, so that some value meets both")
  }

  static func neverStops(_ what: String, tolerates limit: Int, of size: Int, at location: SourceSpan) -> Finding {
    Finding(
      code: "G324", severity: .warning,
      message: "\(what) never stops: it tolerates \(limit) failure\(limit == 1 ? "" : "s") and has "
        + "\(size) target\(size == 1 ? "" : "s") at most",
      location: location, suggestion: size == 1 ? "write 0" : "write \(size - 1) or less")
  }

  static func neverOpens(_ window: String, stage: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G325",
      message: "no target of stage `\(stage)` can ever start: its window is open \(window)", location: location,
      suggestion: "shorten `latest_start`, or widen the window")
  }

  static func neverStarts(count: Int, wave: Int, stage: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G325", severity: .warning,
      message: "\(count) target\(count == 1 ? "" : "s") of wave \(wave) of stage `\(stage)` cannot start within eleven "
        + "years: a freeze or window never lets \(count == 1 ? "it" : "them")",
      location: location, suggestion: "end the freeze, or take the targets out of the stage")
  }

  static func carriesNothing(_ span: Span, every: Span, at location: SourceSpan) -> Finding {
    Finding(
      code: "G326", severity: .warning,
      message: "`no_data: carry \(span.text)` carries nothing: the next evaluation comes after `every: \(every.text)`",
      location: location, suggestion: "write `carry \((every + every).text)` or longer, or `hold`")
  }
}

extension Finding {
  fileprivate static func lacks(_ signal: PlannedSignal) -> String {
    "`\(signal.name)` is measured for each \(signal.extent.text), which its targets have not"
  }

  static func saysNothing(_ signal: PlannedSignal, _ what: String, _ end: String, stage: Stage) -> Finding {
    Finding(
      code: "G328", message: "\(what) of stage `\(stage.id.value)` \(end): \(lacks(signal))",
      location: stage.id.location,
      suggestion: "give its targets that attribute, or ask a signal that speaks about them")
  }

  static func watchesNobody(_ signal: PlannedSignal, trigger: String, stage: Stage) -> Finding {
    Finding(
      code: "G328", severity: .warning,
      message: "the trigger `\(trigger)` watches nobody in stage `\(stage.id.value)`: \(lacks(signal))",
      location: stage.id.location,
      suggestion: "give its targets that attribute, or add a trigger on a signal that speaks about them")
  }
}
