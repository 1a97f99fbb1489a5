internal import Diagnostics
internal import Quantities

// Signals that cannot carry what is built on them, and the numbers of the forecast.

extension Finding {
  /// A policy for missing data that asks a signal which has no value for what is missing.
  static func speechless(
    _ policy: Signal.NoData, of signal: Signal, trigger: String?, asks other: Signal, at place: SourceSpan
  ) -> Finding {
    func measured(_ signal: Signal) -> String {
      signal.extent == .global ? "of everything" : "for each \(signal.extent.written)"
    }
    let (mine, name) = (signal.name.value, other.name.value)
    let instead = signal.extent == .global ? "" : "`per: \(signal.extent.written)`, or with "
    return Finding(
      code: "G188", severity: .warning,
      message: "`no_data: \(policy.written)` of \(trigger.map { "the trigger `\($0)`" } ?? "`\(mine)`") never speaks: "
        + "`\(mine)` is measured \(measured(signal)), and `\(name)` \(measured(other))",
      location: place, suggestion: "measure `\(name)` with \(instead)`per: global`")
  }

  static func counterWithoutLiveness(signal: Signal, trigger: String) -> Finding {
    Finding(
      code: "G143",
      message:
        "`\(signal.name.value)` counts errors in the trigger `\(trigger)`, and a counter that nobody feeds is silent",
      location: signal.name.location,
      suggestion: "add `no_data: zero when SIGNAL is live` with a signal that is always there, or `no_data: breach`")
  }

  static func eventsWithoutCounter(stage: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G144", message: "the bake of `\(stage)` waits for events, and nothing says which signal counts them",
      location: place, suggestion: "add `counted_by: SIGNAL`; its value is a running total")
  }

  static func wrongExtent(_ signal: Signal, use: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G145", message: "\(use) needs one value for each target, and `\(signal.name.value)` has another extent",
      location: place, suggestion: "write `per: target` in the signal, or choose another signal")
  }

  static func emptyComparison(_ because: String, instead: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G149", message: "the comparison has nothing to compare: \(because)", location: place, suggestion: instead)
  }

  static func shadowWithoutTime(_ because: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G170", severity: .warning, message: "the gate in shadow can never open: \(because)", location: place,
      suggestion: "give the stage a `bake` that is longer than the gate's `hold`")
  }

  static func notHandedBySignal(
    _ reference: Template.Reference, signal: Signal, because: String, at place: SourceSpan
  ) -> Finding {
    Finding(
      code: "G146", message: "the query of `\(signal.name.value)` reads `${\(reference.text)}`, \(because)",
      location: place,
      suggestion: "a query reads `${with.window}`, `${with.every}`, `${with.signal}` and `${with.series}`")
  }

  static func badQuantity(_ name: String, because: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G147", message: "the quantity `\(name)` \(because)", location: place,
      suggestion: "write `value: 12`, or `by: stores` and `points:` by rising numbers of targets")
  }

  static func growingArgument(_ name: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G147", message: "`forecast.\(name)` grows with the live targets, and an argument is one number",
      location: place, suggestion: "refer to a constant quantity, or write the number")
  }

  static func forecastUnit(_ quantity: ForecastQuantity, signal: Signal, at place: SourceSpan) -> Finding {
    Finding(
      code: "G121",
      message:
        "`forecast.\(quantity.name.value)` is in `\(quantity.unit)`, but the signal `\(signal.name.value)` is in "
        + "`\(signal.unit)`", location: place, suggestion: "give both the same unit")
  }
}
