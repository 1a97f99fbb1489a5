import Diagnostics
import Quantities

// What the arithmetic of a model finds, in the words of a reviewer: the numbers, why they matter, and what to do.

extension PlanningFindings {
  static func aboveLimit(
    _ what: String, needs: String, has: String, wave: String, because: String, instead: String, isError: Bool,
    at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G401", severity: isError ? .error : .warning,
      message: "`\(what)` needs \(needs) \(wave), and has \(has): \(because)", location: location,
      suggestion: instead)
  }

  static func aboveLimits(_ all: [String], at location: SourceSpan) -> Finding {
    Finding(
      code: "G401", severity: .warning,
      message: "\(all.count) components need more than they have: \(all.joined(separator: ", "))", location: location,
      suggestion: "raise what limits them in time, or say what is left out first")
  }

  /// What is found only when a scenario comes true.
  static func under(_ scenario: String, _ finding: Finding) -> Finding {
    Finding(
      code: finding.code, severity: .warning, message: "under `\(scenario)`: \(finding.message)",
      location: finding.location, suggestion: finding.suggestion, notes: finding.notes)
  }

  /// - `served`: how many are, and how much of the time it works for them; `nil` where nobody is.
  static func unserved(
    goal: String, served: (share: String, works: String)?, lost: String, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G403", severity: .warning,
      message: (served.map { "\($0.share) of the users are" } ?? "nobody is")
        + " served while \(lost) lost, and the goal is \(goal) for all"
        + (served.map { ": for them the parts together give \($0.works)" } ?? ""),
      location: location,
      suggestion: "allow another zone to serve the others, or say how long a lost cell may take to come back")
  }

  static func noFallback(_ what: String, where place: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G403", severity: .warning,
      message: "`\(what)` falls back to another location of its cell, and \(place)", location: location,
      suggestion: "add a location there, or remove `fallback`: nothing stands in")
  }

  static func builtLater(_ component: String, wave: String, by step: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G418", severity: .warning,
      message: "\(wave) needs `\(component)`, and `\(step)` builds it later", location: place,
      suggestion: "let the step come first, or these targets later")
  }

  static func builtLater(
    _ cell: String, wave: String, by stage: String, location: String, in later: String, at place: SourceSpan
  ) -> Finding {
    Finding(
      code: "G418", severity: .warning,
      message: "\(wave) brings targets of the cell `\(cell)`, and `\(stage)` builds the first of its locations, "
        + "`\(location)`, in \(later)",
      location: place, suggestion: "let the stage come first, or these targets later")
  }

  static func dearFloor(_ message: String, instead: String, at location: SourceSpan) -> Finding {
    Finding(code: "G416", severity: .warning, message: message, location: location, suggestion: instead)
  }

  static func noDiscount(_ message: String, instead: String, at location: SourceSpan) -> Finding {
    Finding(code: "G417", severity: .warning, message: message, location: location, suggestion: instead)
  }

  static func futurePrice(_ what: String, date: String, starts: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G415", severity: .warning,
      message: "the price `\(what)` is of \(date), after the programme starts on \(starts)", location: location,
      suggestion: "write the day on which it was looked up")
  }

  static func unbounded(_ what: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G401", severity: .error, message: "no number of units of `\(what)` carries what the model asks of it",
      location: location,
      suggestion: "look at the amounts of its needs: one is far too large, or carries next to nothing")
  }

  static func burst(_ message: String, instead: String, at location: SourceSpan) -> Finding {
    Finding(code: "G402", severity: .warning, message: message, location: location, suggestion: instead)
  }

  static func unavailable(
    goal: String, found: String, down: String, allowed: String, weakest: String, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G403", severity: .warning,
      message:
        "the goal of \(goal) availability cannot be reached: the parts together give \(found), \(down) in 30 days "
        + "where \(allowed) are allowed; the weakest is \(weakest)",
      location: location,
      suggestion: "add a second location to each cell, or a `fallback` to the weakest part, or promise less")
  }

  static func retires(
    _ what: String, on day: String, ends: String, daysAfter: Int, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G404", severity: .warning,
      message: "`\(what)` is taken away by its maker on \(day), "
        + (daysAfter < 0
          ? "\(-daysAfter) days before the programme ends on \(ends)"
          : "\(daysAfter < 60 ? "\(daysAfter) days" : "\(daysAfter / 30) months") after the programme ends on \(ends)"),
      location: location, suggestion: "plan the move to its successor as a phase, or start with the successor")
  }

  static func resides(_ message: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G405", severity: .warning, message: message, location: location,
      suggestion:
        "put the cell into an allowed zone, use `place: zone` or `location`, or let the lawyers widen the rule")
  }

  static func unguarded(_ goal: String, looser: String?, at location: SourceSpan) -> Finding {
    Finding(
      code: "G406", severity: .warning,
      message: "nothing guards the goal `\(goal)`"
        + (looser.map { ": \($0), and whatever lies between the two trips nothing" } ?? ": no gate, no trigger"),
      location: location, suggestion: "require it in a gate, or add a trigger with `do: hold` at the goal")
  }

  static func thinWindow(_ message: String, instead: String, at location: SourceSpan) -> Finding {
    Finding(code: "G407", severity: .warning, message: message, location: location, suggestion: instead)
  }

  static func disagrees(_ figure: String, _ statements: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G408", severity: .warning, message: "the documents do not agree on `\(figure)`: \(statements)",
      location: location, suggestion: "decide on one, and write it into the model")
  }

  static func differs(
    _ figure: String, stated: String, source: String, found: String, working: String, at location: SourceSpan
  ) -> Finding {
    Finding(
      code: "G409", severity: .warning,
      message: "\(source) says \(stated) for `\(figure)`, and the model \(found) (\(working))", location: location,
      suggestion: "correct the statement, or the estimates that lead to the model's number")
  }

  static func concurrency(_ message: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G410", severity: .warning, message: message, location: location,
      suggestion: "say which is meant: `logged_in`, `in_session` or `in_flight`; platforms are sized by the last")
  }

  static func wrongPrice(_ message: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G411", severity: .warning, message: message, location: location,
      suggestion: "charge each amount at its own price")
  }

  static func notOffered(_ message: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G412", severity: .warning, message: message, location: location,
      suggestion: "take a size that is offered, or another plan of the maker")
  }

  static func slow(goal: String, found: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G413", severity: .warning, message: "the goal of \(goal) is not met: the model gives \(found)",
      location: location, suggestion: "shorten what a call takes, or promise another percentile")
  }

  static func dear(goal: String, found: String, most: String, at location: SourceSpan) -> Finding {
    Finding(
      code: "G414", severity: .warning, message: "the goal of \(goal) is exceeded: \(found); most of it is \(most)",
      location: location, suggestion: "`sanderling forecast` says what moves the cost most")
  }

  static func oldPrice(_ what: String, date: String, days: Int, at location: SourceSpan) -> Finding {
    Finding(
      code: "G415", severity: .warning,
      message: "the price `\(what)` is of \(date), \(days) days before the programme starts", location: location,
      suggestion: "look it up again and renew its line in the price list")
  }
}
