import ArgumentParser
import Foundation
import Journaling
import Operating
import Records

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a runbook, or go on with a run.",
    discussion: """
      With a runbook: goes on with its open run in this environment, or starts one; a plan that was done already is \
      not done again without --new. With a run such as r-12: goes on with that one, from its recorded plan.

      --only, --only-where, --only-first, --only-failed-of and --only-rest make a smaller plan, with waves, budgets, \
      approvals and a digest of its own; several must all hold. Stages without targets belong to it only with --with. \
      `plan` shows it with the same options. What earlier runs have done is not done again without --new.

      On a terminal a new run shows its plan in three lines and asks for a yes; --yes leaves that out, and elsewhere \
      nothing is asked.

      ^C once: nothing new starts and running steps finish; twice: leave now. Nothing is lost either way: the same \
      command goes on.
      """)

  @Argument(help: "A runbook, or a run such as r-12.", completion: Completions.runsAndRunbooks)
  var subject: String

  @OptionGroup var options: PlanningOptions
  @OptionGroup var part: PartOptions

  @Option(
    name: .customLong("plan"), help: ArgumentHelp("Run exactly this kept plan.", valueName: "file"), completion: .file()
  )
  var kept: String?

  @Flag(name: .customLong("new"), help: "Start a new run although one is open.")
  var startsNew = false

  @Option(
    help: ArgumentHelp(
      "What a new journal is called, such as journal.example.org/retail: chosen once, and made where it is left out.",
      valueName: "name"))
  var origin: String?

  @Flag(help: "Do not ask before a new run begins.")
  var yes = false

  @OptionGroup var following: FollowOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func validate() throws {
    guard let origin, Origin(origin) == nil else { return }
    throw ValidationError(
      "--origin takes 3 to 120 lower-case letters, digits, dots, hyphens and slashes: journal.example.org/retail"
    )
  }

  func run() async throws {
    let desk: Desk
    var surroundings = Host.surroundings
    checkpoints.apply(to: &surroundings)
    let run: RegisteredRun
    if RunName(subject) != nil {
      guard kept == nil, options.environment == nil, options.assignments.isEmpty, !startsNew, part.ask.isEmpty else {
        throw Refusal(
          .usage, "\(subject) goes on with its recorded plan: --plan, --env, --set, --only… and --new do not apply",
          next: ["sanderling run \(subject)", "sanderling run RUNBOOK --new   # to start another run"])
      }
      desk = try open(.write, at: journal.place(), surroundings)
      run = try desk.run(subject)
    } else {
      let place = journal.place(of: subject)
      try place.checkIsExpected()
      // A journal is made only for a plan that may start.
      let ask = try style.reporting {
        let planned = try part.plan(try options.ask(subject, for: .run), journal: place).planned
        if !planned.exposed.findings.isEmpty { style.report(planned.exposed) }
        return try StartAsk(planned, kept: kept, startsAnother: startsNew)
      }
      if !yes { try FirstRunPrompt(ask: ask, place: place, surroundings: surroundings, style: style).confirm() }
      let isNew = !FileManager.default.fileExists(atPath: place.path)
      desk = try open(.create, at: place, surroundings)
      if isNew { Output.error.tell("new journal: \(place.path)\n") }
      run = try await desk.start(ask).run
    }
    try await Following(desk: desk, run: run, options: following, style: style).follow()
  }

  private func open(_ access: Journal.Access, at place: JournalPlace, _ surroundings: Surroundings) throws -> Desk {
    try Desk(
      journal: place.path, access: access, surroundings: surroundings, origin: origin.flatMap(Origin.init))
  }
}

/// How a command that executes a run behaves.
struct FollowOptions: ParsableArguments {
  @Flag(
    help: "Do what can be done now, then leave with exit 4, or 9 where a person is needed, and say what it waits for.")
  var untilBlocked = false

  @Flag(name: .shortAndLong, help: "Write every event.")
  var verbose = false

  @Option(help: ArgumentHelp("Minutes between signs of life when not on a terminal; 0 for none.", valueName: "minutes"))
  var heartbeat = 5

  @OptionGroup var reader: ReaderOptions

  func validate() throws {
    guard (0...10_000).contains(heartbeat) else { throw ValidationError("--heartbeat takes 0 to 10000 minutes") }
  }
}

/// Where the key of a journal and its anchors are.
struct CheckpointOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The key that checkpoints are signed with, made at the first run; JOURNAL.key without it.", valueName: "file"),
    completion: .file())
  var journalKey: String?

  @Option(
    help: ArgumentHelp("Where checkpoints go; JOURNAL.anchors without it, if there is one.", valueName: "file"),
    completion: .file())
  var anchors: String?

  /// Options win over the environment.
  func apply(to surroundings: inout Surroundings) {
    if let journalKey { surroundings.checkpoints.key = journalKey }
    if let anchors { surroundings.checkpoints.anchors = anchors }
  }
}
