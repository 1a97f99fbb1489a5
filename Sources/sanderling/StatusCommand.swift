import ArgumentParser
import Conducting
import Engine
import Journaling
import Looping
import Plans
import Quantities
import Records
import Screens

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the runs: what each does, waits for, and until when.")

  @Argument(help: "One run, such as r-12.")
  var name: String?

  @Flag(help: "Finished runs too.")
  var all = false

  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() throws {
    let journal = try self.journal.open(.read)
    let chosen = try name.map { [try Runs.find($0, in: journal)] } ?? journal.runs()
    let open = chosen.filter { all || name != nil || $0.outcome == nil }
    let runs = open.isEmpty ? Array(chosen.prefix(1)) : open
    var rows: [StatusRow] = []
    var unreadable: [Refusal] = []
    for run in runs {
      do {
        let state = try Runs.recover(run, in: journal).state
        rows.append(StatusRow(run: run.name, state: state, isExecuted: journal.isExecuted(run: run.number)))
      } catch {
        // One damaged run must not hide the others.
        unreadable.append(Refusal(error) ?? Refusal(.integrity, "\(run.name) cannot be read: \(error)"))
      }
    }
    defer { for refusal in unreadable { Output.error.write("error: \(refusal.message)\n") } }
    if style.json {
      Output.standard.write(StatusScreen.json(rows).canonicalText + "\n")
      return
    }
    Output.standard.write(
      StatusScreen.text(
        rows, style: style.style(for: .standard),
        columns: Output.standard.isTerminal ? Output.standard.size.columns : 120, now: WallClock().read().instant,
        offset: Host.localOffset, zone: Host.localZone))
    for run in runs {
      let count = try journal.letters(to: run.number).count
      guard count > 0, !journal.isExecuted(run: run.number) else { continue }
      let who = count == 1 ? "1 command waits" : "\(count) commands wait"
      Output.standard.write("\n\(who) for an executor of \(run.name):  sanderling run \(run.name)\n")
    }
  }
}
