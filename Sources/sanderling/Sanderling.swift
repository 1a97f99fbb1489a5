import ArgumentParser

/// The command and its sub-commands, grouped by what a person wants.
struct Sanderling: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "sanderling",
    abstract: "Plans, runs, takes back and proves migrations.",
    discussion: """
      runbook → plan → run → history. Exit codes: `sanderling help exit-codes`.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Prepare",
        subcommands: [
          InitCommand.self, ValidateCommand.self, PlanCommand.self, ForecastCommand.self, RisksCommand.self,
          SchemaCommand.self,
          ExplainCommand.self, DoctorCommand.self, ManualCommand.self,
        ]),
      CommandGroup(
        name: "Run",
        subcommands: [
          RunCommand.self, WatchCommand.self, StatusCommand.self, WhyCommand.self, LogsCommand.self, PauseCommand.self,
          ResumeCommand.self,
          LimitCommand.self, CancelCommand.self, RollbackCommand.self, AbortCommand.self,
        ]),
      CommandGroup(
        name: "Decide",
        subcommands: [
          ApproveCommand.self, RejectCommand.self, EmergencyCommand.self, ReviewCommand.self,
          ForceCommand.self, AmendCommand.self, QueuedCommandsCommand.self, WithdrawCommand.self,
          ResolveCommand.self, RetryCommand.self, SkipCommand.self, HoldCommand.self, ReleaseCommand.self,
        ]),
      CommandGroup(name: "Account", subcommands: [HistoryCommand.self, ReportCommand.self, AuditCommand.self]),
    ])

  /// The names of the sub-commands, for suggestions.
  static var names: [String] {
    // A key path to a static member of these types crashes the compiler of 6.3.1, so it is a loop.
    var names: [String] = []
    for command in configuration.subcommands {
      if let name = command.configuration.commandName { names.append(name) }
    }
    return names
  }

  /// What a call without arguments prints: the flow and four examples.
  static let welcome = """
    sanderling plans, runs, takes back and proves migrations.

      runbook → plan → run → history

      sanderling init my-migration                 write a commented runbook to start from
      sanderling validate my-migration             find everything that is wrong in it
      sanderling plan my-migration --env local     see who, what and when before anything happens
      sanderling run my-migration --env local      do it; ^C leaves safely, `run` again goes on

      sanderling status       what runs, and what it waits for
      sanderling why          why it waits, and what to do
      sanderling rollback     take it back
      sanderling --help       all commands

    """
}
