import ArgumentParser
import Engine
import Foundation
import Journaling
import Operating
import Quantities
import Records
import Screens

struct RollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Take work back: the newest target first, the last step first.",
    discussion: """
      Without a path the whole run. With a path that phase, stage, wave or target. --preview says what would be \
      undone, what would stay, and where it would stop. When no executor is at work, this command does it itself.
      """)

  @Argument(
    help: "What to take back: a phase, stage, wave or target; NAME/ is the phase where a target has its name, too.",
    completion: Completions.places([.phase, .stage, .wave, .target]))
  var path: String?

  @Flag(help: "Only say what would be undone.")
  var preview = false

  @Flag(help: "Only record the command; the next `run` does it.")
  var queue = false

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var options: CommandOptions
  @OptionGroup var following: FollowOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    let reason = preview ? nil : try options.requiredReason()
    let desk = try options.journal.desk(.write)
    let commanding = try desk.commanding(options.name, having: path)
    let answer = try commanding.rollback(of: path)
    guard let reason else { return show(answer, commanding) }
    Output.error.tell(RollbackScreen.text(answer.preview, state: commanding.state, style: style.style(for: .error)))
    if answer.preview.targets.isEmpty {
      let isWalled = !answer.preview.walls.isEmpty
      throw Refusal(
        isWalled ? .failed : .needless, isWalled ? "nothing was taken back: it cannot be" : "nothing to undo",
        next: ["sanderling status \(commanding.run.name)"])
    }
    try Confirmation.ask(
      to: "roll back", noun: "a rollback", of: commanding.run, isGiven: yes, look: "look first with --preview")
    let receipt = try await commanding.send(.rollback(path), reason: reason)
    // What only lies there is done now, unless it shall wait.
    let isLeft = queue || !desk.mayExecute(commanding.run)
    if isLeft || receipt.fate != .recorded { receipt.tell(undo: "Watch it with: sanderling status") }
    guard !isLeft, !desk.isExecuted(commanding.run) else { return }
    var following = self.following
    following.untilBlocked = true
    try await Following(desk: desk, run: commanding.run, options: following, style: style).follow()
  }

  private func show(_ answer: RollbackAnswer, _ commanding: Commanding) {
    let state = commanding.state
    Output.standard.write(
      style.json
        ? RollbackScreen.json(
          answer.preview, of: answer.place, state: state, runName: commanding.run.name
        ).canonicalText + "\n"
        : RollbackScreen.text(answer.preview, state: state, style: style.style(for: .standard)))
  }
}
