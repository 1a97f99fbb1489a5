import ArgumentParser
import Engine
import Journaling
import Operating
import Records
import Screens

struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Show what a step printed, attempt by attempt.",
    discussion: """
      From the journal: what an attempt prints is kept when it ends, secrets blacked out. While it is at work its \
      newest line stands in the view of `run`.
      """)

  @Argument(help: "A step, or a target for all its steps.", completion: Completions.places([.target, .step]))
  var path: String

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run; it can be left out where only one is open that has the place.", valueName: "r-n"),
    completion: Completions.runs)
  var name: String?

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var journal: JournalOptions

  func run() throws {
    let asked = try journal.desk(.read).explanation(of: name, at: path)
    let text = LogsScreen.text(
      state: asked.state, place: asked.place, history: asked.history, offset: reader.offset)
    guard text.isEmpty else { return Output.standard.write(text) }
    let place = asked.place.map { asked.state.index.path(of: $0) } ?? path
    Output.error.tell("nothing that \(place) printed is kept yet\n  sanderling why \(asked.run.name) \(place)\n")
  }
}
