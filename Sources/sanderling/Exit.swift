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
    case .failed: "failed, rolled back or stopped"
    case .usage: "wrong usage"
    case .files: "the files have errors, or ask for what is not executed yet"
    case .waiting: "waiting, and goes on by itself: nothing can be done now (with --until-blocked)"
    case .stale: "the plan is stale: its inputs changed"
    case .busy: "another executor holds the run"
    case .integrity: "the record is damaged"
    case .unjudged: "the record is whole, and a rule of its plans was not kept, or something could not be judged"
    case .person: "waiting for a person: held, in doubt, done by hand, to be approved (with --until-blocked)"
    case .interrupted: "interrupted from the keyboard"
    }
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
