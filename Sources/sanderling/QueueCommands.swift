import ArgumentParser
import Engine
import Journaling
import Operating
import Quantities
import Records
import Screens

struct QueuedCommandsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commands", abstract: "List the commands that wait for an executor: whose, since when, and why.",
    discussion: "They take effect at the next `run` of their run, in this order. `withdraw` takes one back before that."
  )

  @Argument(help: "A run such as r-12; all open runs without it.", completion: Completions.runs)
  var name: String?

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() throws {
    let desk = try journal.desk(.read)
    let runs = try name.map { [$0] } ?? desk.runsWithQueues().map(\.name)
    let rows = try runs.flatMap { name in
      let (run, commands) = try desk.queue(of: name)
      return commands.map { command in
        QueueRow(
          id: command.id, run: run.name, command: command.name?.rawValue ?? "unreadable", path: command.path,
          person: command.person, reason: command.reason, sent: command.sent, isExecuted: desk.isExecuted(run))
      }
    }
    if style.json { return Output.standard.write(QueueScreen.json(rows).canonicalText + "\n") }
    Output.standard.tell(
      QueueScreen.text(
        rows, style: style.style(for: .standard),
        columns: Output.standard.isTerminal ? Output.standard.size.columns : 120,
        offset: reader.offset, zone: reader.label))
  }
}

struct WithdrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Take back a command of one's own that no executor has taken up yet.",
    discussion: """
      Nothing came of it, so the history knows nothing of it. What an executor has taken up is answered by another \
      command, such as `resume` after `pause`.
      """)

  @Argument(help: "The command, as `commands` lists it.") var id: String

  @Option(name: .customLong("run"), help: ArgumentHelp("The run.", valueName: "r-n"), completion: Completions.runs)
  var name: String?

  @OptionGroup var journal: JournalOptions

  func run() throws {
    let (run, command) = try journal.desk(.write).withdraw(id, from: name)
    let path = command.path.isEmpty ? "" : " \(Sanitize.line(command.path))"
    Output.error.tell("withdrawn: \(command.name?.rawValue ?? "a command") \(run.name)\(path)\n")
  }
}
