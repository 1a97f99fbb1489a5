import ArgumentParser
import Conducting
import Diagnostics
import Engine
import Foundation
import Journaling
import Looping
import Plans
import Quantities
import Records

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a runbook, or go on with a run.",
    discussion: """
      With a runbook: goes on with its open run in this environment, or starts one; a plan that was done already is
      not done again without --new. With a run such as r-12: goes on with that one, from its recorded plan.

      ^C once: nothing new starts and running steps finish; twice: leave now. Nothing is lost either way: the same
      command goes on.
      """)

  @Argument(help: "A runbook, or a run such as r-12.", completion: .file(extensions: ["yaml", "yml"]))
  var subject: String

  @OptionGroup var options: PlanningOptions

  @Option(
    name: .customLong("plan"), help: ArgumentHelp("Run exactly this kept plan.", valueName: "file"), completion: .file()
  )
  var kept: String?

  @Flag(name: .customLong("new"), help: "Start a new run although one is open.")
  var startsNew = false

  @OptionGroup var following: FollowOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    let opened: (run: RegisteredRun, journal: Journal)
    if Runs.number(subject) != nil {
      guard kept == nil, options.environment == nil, options.assignments.isEmpty, !startsNew else {
        throw Refusal(
          .usage, "\(subject) goes on with its recorded plan: --plan, --env, --set and --new do not apply",
          next: ["sanderling run \(subject)", "sanderling run RUNBOOK --new   # to start another run"])
      }
      let journal = try self.journal.open(.write)
      opened = (try Runs.find(subject, in: journal), journal)
    } else {
      opened = try runOfRunbook()
    }
    try await Execution(run: opened.run, journal: opened.journal, following: following, style: style).follow()
  }

  /// The open run of a runbook, or a new one.
  private func runOfRunbook() throws -> (RegisteredRun, Journal) {
    let (plan, findings, sources) = try Loading.plan(subject, options: options, style: style)
    if let kept { try compare(plan, with: kept) }
    if !plan.unexecuted.isEmpty {
      Loading.report(findings.filter { $0.code == "G302" }, sources: sources, style: style)
      throw Refusal(
        .files, "this version does not execute everything that the runbook asks for, so it does not start",
        next: ["leave it out, loudly, in the environment, as each line above says; or take it out of the runbook"])
    }
    let journal = try self.journal.open(.create)
    let runs = try journal.runs().filter { $0.runbook == plan.runbook && $0.environment == plan.environment }
    let open = runs.first { $0.outcome == nil }
    if open == nil, !startsNew, let done = runs.first, done.outcome == Outcome.done.rawValue,
      try executes(plan, done, journal)
    {
      // Whoever was killed at the very end and says `run` again must not do everything a second time.
      throw Refusal(
        .done, "\(done.name) did exactly this plan already; nothing was started",
        next: ["sanderling history \(done.name)", "sanderling run \(subject) --new   # to do it all again"])
    }
    if let open, !startsNew {
      guard try executes(plan, open, journal) else {
        let old = try Recovery.plan(of: open, in: journal)
        throw Refusal(
          .stale, "\(open.name) of this runbook is open, and its plan was made from other inputs",
          next: plan.differences(from: old).prefix(8).map(\.text) + [
            "sanderling run \(open.name)      # to go on with the recorded plan",
            "sanderling amend \(subject) --run \(open.name) --preview   # to go on with the changed one",
            "sanderling run \(subject) --new   # to start another run",
          ])
      }
      return (open, journal)
    }
    let run = try journal.register(
      runbook: plan.runbook, environment: plan.environment, plan: try plan.recordableBytes(),
      directory: Loading.directory(of: subject), unlessOpen: !startsNew, clock: WallClock().read())
    guard let run else {
      throw Refusal(.busy, "another process has just started this runbook", next: ["sanderling status"])
    }
    return (run, journal)
  }

  /// Whether a run executes what the files ask for. What an amendment planned around what was done cannot be planned
  /// again from files alone, so there the inputs decide.
  private func executes(_ plan: Plan, _ run: RegisteredRun, _ journal: Journal) throws -> Bool {
    if run.plan == plan.digest { return true }
    let recorded = try Recovery.plan(of: run, in: journal)
    return recorded.amends != nil && recorded.inputs == plan.inputs
  }

  /// A kept plan is executed only while its inputs are what they were.
  private func compare(_ plan: Plan, with path: String) throws {
    let kept = try PlanCommand.read(path)
    guard kept.digest != plan.digest else { return }
    let changed = plan.sources.filter { !kept.sources.contains($0) }.map { "changed: \($0.path)" }
    let gone = kept.sources.filter { source in !plan.sources.contains { $0.path == source.path } }.map {
      "gone: \($0.path)"
    }
    let reasons = changed + gone
    throw Refusal(
      .stale, "the plan in \(path) is stale: its inputs changed since it was made",
      next: (reasons.isEmpty ? plan.differences(from: kept).prefix(8).map(\.text) : reasons)
        + ["sanderling plan \(subject) --diff \(path)   # to see what that means"])
  }
}

/// How a command that executes a run behaves.
struct FollowOptions: ParsableArguments {
  @Flag(help: "Do what can be done now, then leave with exit 4 and say what the run waits for.")
  var untilBlocked = false

  @Flag(name: .shortAndLong, help: "Write every event.")
  var verbose = false

  @Option(help: ArgumentHelp("Minutes between signs of life when not on a terminal; 0 for none.", valueName: "minutes"))
  var heartbeat = 5

  func validate() throws {
    guard (0...10_000).contains(heartbeat) else { throw ValidationError("--heartbeat takes 0 to 10000 minutes") }
  }
}
