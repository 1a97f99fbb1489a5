import ArgumentParser
import Journaling
import Operating
import Quantities
import Records
import Screens

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the runs: what each does, waits for, and until when.")

  @Argument(help: "One run, such as r-12.", completion: Completions.runs)
  var name: String?

  @Flag(help: "Finished runs too.")
  var all = false

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() throws {
    let desk = try journal.desk(.read)
    let standing = try desk.standing(of: name, includingFinished: all)
    show(standing)
    for note in try desk.losses() + desk.prunings() { Output.error.tell("note: \(Sanitize.line(note))\n") }
    // One run that cannot be read must not hide the others, and they must not hide it.
    for (_, refusal) in standing.unreadable { Output.error.tell("error: \(refusal.message)\n") }
    if let refusal = standing.refusal { throw Exit(refusal.kind) }
  }

  private func show(_ standing: Standing) {
    let rows = standing.runs.map { StatusRow(run: $0.run.name, state: $0.state, isExecuted: $0.isExecuted) }
    if style.json {
      let unreadable = standing.unreadable.map { (run: $0.run, why: $0.refusal.why ?? $0.refusal.what) }
      Output.standard.write(StatusScreen.json(rows, unreadable: unreadable).canonicalText + "\n")
      return
    }
    // Without a row the screen says that there is no run yet.
    guard !rows.isEmpty || standing.unreadable.isEmpty else { return }
    Output.standard.tell(
      StatusScreen.text(
        rows, style: style.style(for: .standard),
        columns: Output.standard.isTerminal ? Output.standard.size.columns : 120, now: standing.now,
        offset: reader.offset, zone: reader.label))
    for waiting in standing.runs where waiting.waitingLetters > 0 && !waiting.isExecuted {
      let count = waiting.waitingLetters
      let who = count == 1 ? "1 command waits" : "\(count) commands wait"
      let name = waiting.run.name
      Output.standard.tell("\n\(who) for an executor of \(name):  sanderling run \(name)\n")
    }
  }
}
