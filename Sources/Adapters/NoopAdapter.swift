internal import Quantities

/// Does nothing, and says what it is told to say: for drills and for steps that only mark a point.
///
/// Arguments, all optional: `outputs: {name: value}`, `fail: REASON`, `fail_transient: REASON`, `doubt: true`.
public struct NoopAdapter: Adapter {
  public init() {}

  /// Says what the arguments say.
  public func apply(_ call: Call, report: @escaping @Sendable (Progress) -> Void) async -> ApplyOutcome {
    let answer = Answer(outputs: Answer.outputs(of: call.arguments["outputs"], redactor: call.secrets))
    let reason = { (key: String) in call.arguments[key].map { call.secrets.redact($0.plainText) } }
    if let reason = reason("fail") { return .notApplied(because: reason, retry: .permanent, answer: answer) }
    if let reason = reason("fail_transient") {
      return .notApplied(because: reason, retry: .transient(after: nil), answer: answer)
    }
    if call.arguments["doubt"]?.flag == true { return .unknown(because: "the runbook asks for doubt", answer: answer) }
    return .applied(answer)
  }

  /// Finds it applied, always.
  public func probe(_ call: Call) async -> ProbeOutcome {
    .applied(Answer(outputs: Answer.outputs(of: call.arguments["outputs"], redactor: call.secrets)))
  }
}
