import ArgumentParser
import Engine
import Foundation
import Journaling
import Plans
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

  @Argument(help: "What to take back: a phase, stage, wave or target.")
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
    if !preview { _ = try options.requiredReason() }
    let commanding = try Commanding(options)
    let place = try path.map { try commanding.place($0) } ?? .run
    let forecast = commanding.state.rollbackPreview(of: place)
    if preview {
      show(forecast, of: place, commanding)
      return
    }
    Output.error.write(RollbackScreen.text(forecast, state: commanding.state, style: style.style(for: .error)))
    if forecast.targets.isEmpty {
      throw Refusal(.done, "nothing to undo", next: ["sanderling status \(commanding.run.name)"])
    }
    try confirm(commanding.run)
    try await commanding.send(.rollback, at: place, undo: "Watch it with: sanderling status", doesItNow: !queue)
    guard !queue, !commanding.journal.isExecuted(run: commanding.run.number) else { return }
    var following = self.following
    following.untilBlocked = true
    try await Execution(
      run: commanding.run, journal: commanding.journal, following: following, style: style
    ).follow()
  }

  private func show(_ forecast: RollbackPreview, of place: Place, _ commanding: Commanding) {
    let state = commanding.state
    Output.standard.write(
      style.json
        ? RollbackScreen.json(forecast, of: place, state: state, runName: commanding.run.name).canonicalText + "\n"
        : RollbackScreen.text(forecast, state: state, style: style.style(for: .standard)))
  }

  private func confirm(_ run: RegisteredRun) throws {
    if yes { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw Refusal(.usage, "a rollback needs a yes", next: ["say --yes, or look first with --preview"])
    }
    Output.error.write("type \(run.name) to roll back: ")
    guard readLine() == run.name else { throw Refusal(.usage, "nothing was changed") }
  }
}
