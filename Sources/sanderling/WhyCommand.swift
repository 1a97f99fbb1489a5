import ArgumentParser
import Conducting
import Engine
import History
import Journaling
import Looping
import Plans
import Quantities
import Records
import Screens

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Say why something runs, waits or stopped, until when, and what to do.")

  @Argument(help: "A run such as r-12, or a path such as full-scale/stores/4/ams-001.")
  var first: String?

  @Argument(help: "A path, when the run comes first.")
  var second: String?

  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() throws {
    let journal = try self.journal.open(.read)
    if let first, second != nil, Runs.number(first) == nil {
      throw Refusal(
        .usage, "`why` takes one path, after the run if there is one", next: ["sanderling why r-1 \(first)"])
    }
    let isRun = first.map { Runs.number($0) != nil } ?? false
    let run = try Runs.find(isRun ? first : nil, in: journal)
    let state = try Runs.recover(run, in: journal).state
    let place = try (isRun ? second : first).map { try Runs.place($0, state: state) }
    let executed = journal.isExecuted(run: run.number)
    let history = try Runs.history(of: run, in: journal).records
    let now = WallClock().read().instant
    if style.json {
      let answer = WhyScreen.json(
        state: state, runName: run.name, path: place, history: history, now: now, isExecuted: executed)
      Output.standard.write(answer.canonicalText + "\n")
      return
    }
    Output.standard.write(
      WhyScreen.text(
        state: state, runName: run.name, path: place,
        history: history, style: style.style(for: .standard), now: now,
        isExecuted: executed, offset: Host.localOffset, zone: Host.localZone))
  }
}
