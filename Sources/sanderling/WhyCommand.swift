import ArgumentParser
import Engine
import Journaling
import Operating
import Quantities
import Records
import Screens

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Say why something runs, waits or stopped, until when, and what to do.")

  @Argument(
    help: "A run such as r-12, or a path such as full-scale/stores/4/ams-001.", completion: Completions.runsAndPlaces)
  var first: String?

  @Argument(help: "A path, when the run comes first.", completion: Completions.places(Set(PlaceKind.allCases)))
  var second: String?

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() throws {
    let desk = try journal.desk(.read)
    if let first, second != nil, RunName(first) == nil {
      throw Refusal(
        .usage, "`why` takes one path, after the run if there is one", next: ["sanderling why r-1 \(first)"])
    }
    let isRun = first.map { RunName($0) != nil } ?? false
    let why = try desk.explanation(of: isRun ? first : nil, at: isRun ? second : first)
    if style.json {
      let answer = WhyScreen.json(
        state: why.state, runName: why.run.name, path: why.place, history: why.history, now: why.now,
        isExecuted: why.isExecuted, journal: Output.namedJournal, beside: why.beside)
      Output.standard.write(answer.canonicalText + "\n")
      return
    }
    Output.standard.tell(
      WhyScreen.text(
        state: why.state, runName: why.run.name, path: why.place, history: why.history,
        style: style.style(for: .standard), now: why.now, isExecuted: why.isExecuted, offset: reader.offset,
        zone: reader.label, columns: Output.standard.isTerminal ? Output.standard.size.columns : nil, beside: why.beside
      ))
    let queue = why.isExecuted ? [] : try desk.queue(of: why.run.name).commands
    guard why.place == nil, let first = queue.first else { return }
    let more = queue.count > 1 ? " and \(queue.count - 1) more wait" : " waits"
    let what = "\(first.name?.rawValue ?? "a command") of \(Sanitize.line(first.person))\(more) for an executor"
    Output.standard.tell("  queued    \(what):  sanderling commands \(why.run.name)\n")
  }
}
