public import Auditing
internal import Quantities

/// What came of deriving decisions again.
public enum ReplayScreen {
  /// By run, how many are the same and the first that is not, or why that cannot be told.
  public typealias Found = [(run: Int64, outcome: Result<Replay.Outcome, Unreplayed>)]

  /// Whether all of them are the same.
  public static func verdict(_ found: Found) -> Verification.Verdict {
    var verdict = Verification.Verdict.intact
    for (_, outcome) in found {
      switch outcome {
      case .success(let outcome):
        if outcome.difference != nil { return .damaged }
        if outcome.withheld > 0 { verdict = .unjudged }
      case .failure: verdict = .unjudged
      }
    }
    return verdict
  }

  /// One run a line, and the first difference.
  public static func text(_ found: Found) -> String {
    found.map { run, outcome in
      switch outcome {
      case .failure(let why): "r-\(run)  not derived: \(Sanitize.line(why.message))\n"
      case .success(let outcome):
        switch outcome.difference {
        case nil:
          "r-\(run)  \(outcome.decisions.counted("decision")) derived again, all the same\(inputs(outcome))"
            + "\(withheld(outcome))\n"
        case let difference?:
          """
          r-\(run)  differs at entry \(difference.seq), after \(outcome.decisions.counted("decision")) that are the same
            recorded  \(Sanitize.line(difference.recorded ?? "nothing"))
            derived   \(Sanitize.line(difference.derived ?? "nothing"))

          """
        }
      }
    }.joined()
  }

  private static func inputs(_ outcome: Replay.Outcome) -> String {
    let lost = outcome.withheldInputs
    return (outcome.inputs > 0 ? ", \(outcome.inputs) with their input" : "")
      + (lost > 0 ? "; of \(lost) the input was erased, or what it is made from" : "")
  }

  private static func withheld(_ outcome: Replay.Outcome) -> String {
    guard let first = outcome.firstWithheld else { return "" }
    return "; \(outcome.withheld.counted("decision")) from entry \(first) on withheld: what was measured for them was "
      + "erased"
  }

  /// The same for programs, one object a line.
  public static func json(_ found: Found) -> String {
    found.map { run, outcome in
      var object = JSONObject([("run", .integer(run))])
      switch outcome {
      case .failure(let why): object["unjudged"] = .string(why.message)
      case .success(let outcome):
        object["decisions"] = .integer(Int64(outcome.decisions))
        object["inputs"] = .integer(Int64(outcome.inputs))
        object["withheld"] = .integer(Int64(outcome.withheld))
        object["withheld_inputs"] = .integer(Int64(outcome.withheldInputs))
        object["difference"] = outcome.difference.map { difference in
          .dictionary([
            ("derived", difference.derived.map { .string($0) } ?? .null),
            ("recorded", difference.recorded.map { .string($0) } ?? .null), ("seq", .integer(difference.seq)),
          ])
        }
      }
      return JSON.object(object).canonicalText + "\n"
    }.joined()
  }
}
