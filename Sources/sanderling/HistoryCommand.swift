import ArgumentParser
import Engine
import History
import Journaling
import Operating
import Quantities
import Records
import Screens

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Tell what happened: who did what, when, why.",
    discussion: "Without filters it tells the run in one page; with a filter, or --events, one line for each record.")

  @Argument(help: "A run such as r-12; the newest without.", completion: Completions.runs)
  var name: String?

  @Flag(help: "Every record, one line each.")
  var events = false

  @Option(help: ArgumentHelp("Only this target.", valueName: "id"), completion: Completions.targets)
  var target: String?

  @Option(help: ArgumentHelp("Only this step.", valueName: "id"), completion: Completions.steps)
  var step: String?

  @Option(help: ArgumentHelp("Only events of this type, such as step_failed; several with commas.", valueName: "types"))
  var type: String?

  @Option(help: ArgumentHelp("Only what this person or provider did.", valueName: "name"))
  var actor: String?

  @Option(
    help: ArgumentHelp(
      "Only from this time on: 2027-02-15, '2027-02-15 21:00', with Z or +01:00, or 2h for two hours ago.",
      valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Only before this time.", valueName: "time"))
  var until: String?

  @Flag(help: "Write comma-separated values.")
  var csv = false

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() throws {
    if csv, style.json { throw Refusal(.usage, "--csv and --json are two forms; choose one") }
    let filter = try filter()
    let desk = try journal.desk(.read)
    // A history with a hole in it must not pass for a whole one, in whichever form.
    for note in try desk.losses() { Output.error.tell("note: \(Sanitize.line(note))\n") }
    if self.style.json { return try writeJSON(filter) }
    let account = try desk.account(of: name, filter: filter)
    let (chosen, index) = (account.chosen, account.index)
    let style = self.style.style(for: .standard)
    let columns = Output.standard.isTerminal ? Output.standard.size.columns : 120
    if csv {
      Output.standard.write(HistoryScreen.csv(chosen, index: index))
    } else if events || !filter.isEmpty {
      Output.standard.write(
        HistoryScreen.table(chosen, index: index, offset: reader.offset, zone: reader.label))
    } else {
      Output.standard.write(
        HistoryScreen.overview(
          Timeline.build(account.history), plan: index.plan, runName: account.run.name, style: style, columns: columns,
          offset: reader.offset, zone: reader.label))
    }
  }

  /// One object a line, as they are read.
  private func writeJSON(_ filter: HistoryFilter) throws {
    var text = ""
    try journal.desk(.read).records(of: name, filter: filter) { record, index in
      text += EventLines.json(record.seq, record.event, index: index, detail: record.detail).canonicalText + "\n"
      guard text.utf8.count >= 65_536 else { return }
      Output.standard.write(text)
      text = ""
    }
    Output.standard.write(text)
  }

  private func filter() throws -> HistoryFilter {
    var filter = HistoryFilter()
    filter.target = target
    filter.step = step
    filter.types = type?.split(separator: ",").map(String.init)
    filter.actor = actor
    let now = Host.surroundings.clock().instant
    filter.from = try reader.time(since, now: now)
    filter.to = try reader.time(until, now: now)
    return filter
  }
}
