import Foundation
import Operating

/// The exit codes, the same for every command.
enum Exit: Int32, Error, CaseIterable {
  case done = 0
  case failed = 1
  case usage = 2
  case files = 3
  case waiting = 4
  case stale = 5
  case busy = 6
  case integrity = 7
  case unjudged = 8
  case person = 9
  case interrupted = 130

  /// What the code says.
  var meaning: String {
    switch self {
    case .done: "done"
    case .failed: "failed, rolled back or given up (`abort`, `stop`); a command was refused"
    case .usage: "wrong usage"
    case .files: "the files have errors, or ask for what is not executed yet"
    case .waiting:
      "waiting, and goes on by itself: nothing can be done now (with --until-blocked, `rollback`, `status --wait`)"
    case .stale: "the plan is stale: its inputs changed"
    case .busy: "another executor holds the run"
    case .integrity:
      "the record is damaged or lost, a run in it cannot be read, or what an earlier executor left running cannot be "
        + "ended"
    case .unjudged:
      "the record is whole, and a rule of its plans was not kept, or something could not be judged (audit); something "
        + "is missing (doctor)"
    case .person:
      "waiting for a person: held, paused, in doubt, done by hand, a blocked undo, an approval that is missing "
        + "(with --until-blocked, `rollback`, `status --wait`)"
    case .interrupted: "interrupted: left on request"
    }
  }

  /// Every code that a call can end with, and what it says: also that of a listing whose reader is gone.
  static var listed: [(code: Int32, meaning: String)] {
    allCases.map { ($0.rawValue, $0.meaning) } + [
      (141, "whoever read a listing is gone, as with `history | head`; an execution goes on without its reader")
    ]
  }

  /// The code of what the desk refuses.
  init(_ kind: Refusal.Kind) {
    self =
      switch kind {
      case .needless: .done
      case .failed: .failed
      case .usage: .usage
      case .files: .files
      case .stale: .stale
      case .busy: .busy
      case .integrity: .integrity
      }
  }

  /// Ends the process.
  func leave() -> Never {
    exit(rawValue)
  }
}
