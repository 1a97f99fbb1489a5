import Conducting
import Engine
import Foundation
import Journaling
import Looping
import Plans
import Records

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
  case policy = 8
  case interrupted = 130

  /// What the code says.
  var meaning: String {
    switch self {
    case .done: "done"
    case .failed: "failed, rolled back or stopped"
    case .usage: "wrong usage"
    case .files: "the files have errors, or ask for what is not executed yet"
    case .waiting: "waiting: nothing can be done now (with --until-blocked)"
    case .stale: "the plan is stale: its inputs changed"
    case .busy: "another executor holds the run"
    case .integrity: "the record is damaged"
    case .policy: "the record is intact, but a policy was violated"
    case .interrupted: "interrupted from the keyboard"
    }
  }

  /// Ends the process.
  func leave() -> Never {
    exit(rawValue)
  }
}

/// Why a command does nothing: what happened, and what to do next.
struct Refusal: Error {
  var exit: Exit
  var message: String
  /// Commands or sentences that lead on.
  var next: [String] = []

  init(_ exit: Exit, _ message: String, next: [String] = []) {
    self.exit = exit
    self.message = message
    self.next = next
  }

  /// Sorts an error of a lower module by what the caller can do about it; `nil` for errors that are not ours.
  init?(_ error: any Error) {
    switch error {
    case let refusal as Refusal: self = refusal
    case let error as JournalError:
      switch error {
      case .busy: self.init(.busy, error.message)
      case .fenced: self.init(.busy, error.message)
      case .corrupt, .lost: self.init(.integrity, error.message)
      default: self.init(.failed, error.message)
      }
    case let error as RecoveryError: self.init(.integrity, error.message)
    case let error as LoopDefect: self.init(.integrity, error.message)
    case let defect as Defect:
      self.init(
        .integrity, "a defect in this program: \(defect.message); nothing was written",
        next: ["report it with the output of: sanderling history --events", "use another version of the program"])
    case let error as PlanError: self.init(.files, error.message)
    case let error as ProviderError: self.init(.files, error.message)
    default: return nil
    }
  }
}
