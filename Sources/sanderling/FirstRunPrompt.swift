import Foundation
import Journaling
import Operating
import Records
import Screens

/// What a person at a terminal is asked before a new run begins.
struct FirstRunPrompt {
  let ask: StartAsk
  /// Where the journal is, or would be made.
  let place: JournalPlace
  let surroundings: Surroundings
  let style: StyleOptions

  /// Shows what will happen and waits for a yes, where input and output are one terminal and a run would begin.
  ///
  /// - Throws: ``Refusal`` for every other answer; nothing was recorded then, and no journal made.
  func confirm() throws {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, try begins() else { return }
    Output.error.tell(
      BeginningScreen.text(
        ask.plan, zones: surroundings.zones, now: surroundings.clock().instant, style: style.style(for: .error),
        columns: Output.standard.size.columns))
    Output.error.tell("type yes to begin: ")
    guard readLine()?.trimmingCharacters(in: .whitespaces).lowercased() == "yes" else {
      throw Refusal(.usage, "nothing was started", next: ["--yes begins without a question"])
    }
  }

  /// A journal that is not there has no run to go on with, and none is made to find that out.
  private func begins() throws -> Bool {
    guard FileManager.default.fileExists(atPath: place.path) else { return true }
    return try Desk(journal: place.path, access: .read, surroundings: surroundings).begins(ask)
  }
}
