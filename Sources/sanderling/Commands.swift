import ArgumentParser
import Engine
import Journaling
import Operating
import Records

/// What every command to a run has.
struct CommandOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Why. It is kept in the history under your name. Required.", valueName: "text"))
  var reason: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run; it can be left out where only one is open that has the place.", valueName: "r-n"),
    completion: Completions.runs)
  var name: String?

  @OptionGroup var journal: JournalOptions

  /// The reason, when it says something.
  func requiredReason() throws -> Reason { try Reason(reason) }

  /// The run that is spoken of.
  ///
  /// - Parameters:
  ///   - path: the place that a command is about; `nil` for the run as a whole.
  ///   - run: the run, where it is known already.
  /// - Returns: the run, as it stands now.
  /// - Throws: ``Refusal`` when there is no such run, or more than one could be meant.
  func commanding(having path: String? = nil, named run: String? = nil) throws -> Commanding {
    try journal.desk(.write).commanding(run ?? name, having: path)
  }

  /// Sends a command to a run and says what became of it.
  ///
  /// - `undo`: how it is taken back, given what to write behind a command to the same run.
  func send(_ ask: Ask, undo: (_ again: String) -> String) async throws {
    let commanding = try commanding(having: ask.path)
    let receipt = try await commanding.send(ask, reason: try requiredReason())
    receipt.tell(undo: undo(commanding.again))
  }
}

extension Commanding {
  /// What a command that follows needs beside its name and place.
  var again: String { "--run \(run.name) --reason \"…\"" }
}

extension Receipt {
  /// Says what became of a command.
  func tell(undo: String) {
    let what = path.isEmpty ? run.name : "\(run.name) \(path)"
    switch fate {
    case .recorded:
      Output.error.tell(
        "recorded: \(name.rawValue) \(what). No executor is at work; it takes effect with: sanderling run \(run.name)\n"
      )
    case .sent:
      Output.error.tell("sent: \(name.rawValue) \(what). The executor has not taken it up yet: sanderling status\n")
    case .decided: Output.error.tell("done: \(name.rawValue) \(what). \(undo)\n")
    }
  }
}
