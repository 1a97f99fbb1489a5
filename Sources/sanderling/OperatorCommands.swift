import ArgumentParser
import Engine
import Journaling
import Operating
import Plans
import Quantities
import Records

struct PauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Start nothing new until `resume`. Running steps finish.")
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try options.commanding()
    let receipt = try await commanding.send(.pause, reason: try options.requiredReason())
    receipt.tell(
      undo: commanding.state.rollback == nil
        ? "Take it back with: sanderling resume \(commanding.again)"
        : "The rollback goes on to its end; nothing begins after it.")
  }
}

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Lift a pause or a hold. Targets that a rollback took back are done again.")
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.resume) { "Stop again with: sanderling pause \($0)" }
  }
}

struct AbortCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "abort", abstract: "Give the run up where it stands. Nothing is taken back; `rollback` can follow.",
    discussion: "It is final: on a terminal it asks for the name of the run, and elsewhere it needs --yes.")
  @Flag(help: "Do not ask.") var yes = false
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let reason = try options.requiredReason()
    let commanding = try options.commanding()
    try commanding.check(.abort, reason: reason)
    let state = commanding.state
    let work = state.openRequests
    if !yes {
      Output.error.tell(
        "\(commanding.run.name): \(state.plan.progress(state.doneCount)), and they stay "
          + "so; \(work == 0 ? "nothing is" : "\(work.counted("step")) \(work == 1 ? "is" : "are")") at work; "
          + "nothing more begins\n")
    }
    try Confirmation.ask(to: "give it up", noun: "an abort", of: commanding.run, isGiven: yes)
    let receipt = try await commanding.send(.abort, reason: reason)
    receipt.tell(undo: "Take the work back with: sanderling rollback \(commanding.again)")
    if receipt.fate != .recorded { try sayWhatIsAtWork(in: commanding.run.name) }
  }

  /// An abort lets what is at work come to its end.
  private func sayWhatIsAtWork(in run: String) throws {
    let commanding = try options.commanding(named: run)
    let steps = commanding.atWork
    for step in steps.prefix(4) {
      let due = step.due.map { ", its answer due until \($0.text.prefix(19))Z" } ?? ""
      Output.error.tell(
        "it waits for \(step.path), at work\(due). End that with: sanderling cancel \(step.path) \(commanding.again)\n")
    }
    if steps.count > 4 { Output.error.tell("and for \(steps.count - 4) more: sanderling why \(run)\n") }
  }
}

struct RetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Try a failed, blocked or parked target again.")
  @Argument(help: "A target or step.", completion: Completions.places([.target, .step])) var path: String?
  @Flag(help: "All targets that failed in the wave that is at work.") var failed = false
  @OptionGroup var options: CommandOptions

  func run() async throws {
    guard (path == nil) == failed else {
      throw Refusal(.usage, "`retry` takes a target or step, or --failed for all that failed in the wave at work")
    }
    let reason = try options.requiredReason()
    let commanding = try options.commanding(having: path)
    defer { sayWhatIsLeft(of: commanding.run.name) }
    if let path { return try await retry(path, commanding, reason) }
    let state = commanding.ahead
    let open = state.failedTargets.filter { !state.isOver(waveOf: $0) }.map { state.index.path(of: .target($0)) }
    guard !open.isEmpty else {
      let earlier = state.failedTargets.isEmpty ? [] : [commanding.laterRepair]
      throw Refusal(
        .failed, "no target of the wave that is at work in \(commanding.run.name) has failed",
        next: earlier + ["sanderling why \(commanding.run.name)"])
    }
    // Each is a command of its own, so each is asked of the run as the one before has left it.
    for path in open { try await retry(path, try options.commanding(named: commanding.run.name), reason) }
  }

  /// A run that its budget holds goes on when a person says so, and not by itself when enough is tried again.
  private func sayWhatIsLeft(of run: String) {
    guard let commanding = try? options.commanding(named: run), commanding.ahead.hold != nil,
      commanding.ahead.exhaustedBudget == nil
    else { return }
    Output.error.tell("The run is held; it goes on with: sanderling resume \(commanding.again)\n")
  }

  private func retry(_ path: String, _ commanding: Commanding, _ reason: Reason) async throws {
    let receipt = try await commanding.send(.retry(path), reason: reason)
    receipt.tell(undo: "See it with: sanderling why \(commanding.run.name) \(path)")
  }
}

struct SkipCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skip", abstract: "Leave out a target that waits or failed, or the step that a target stands at.",
    discussion: """
      During a rollback it leaves a target that has yet to go back as it is. Where evidence decided one rollback more, \
      the place of that decision ends it (without a place: the whole run); `why` shows both.

      It is final: on a terminal it asks for the name of the run, and elsewhere it needs --yes.
      """)
  @Argument(
    help: "A target or step, or the place of a decision that waits.",
    completion: Completions.places(Set(PlaceKind.allCases)))
  var path: String?
  @Flag(help: "Do not ask.") var yes = false
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let reason = try options.requiredReason()
    let commanding = try options.commanding(having: path)
    try commanding.check(.skip(path), reason: reason)
    let what = path.map { "leave \($0) out for good" } ?? "leave as it is what a decision would take back"
    try Confirmation.ask(to: what, noun: "a skip", of: commanding.run, isGiven: yes)
    let receipt = try await commanding.send(.skip(path), reason: reason)
    receipt.tell(undo: "A skip is not taken back; it stands in the history.")
  }
}

struct HoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Hold one target back; all others go on.")
  @Argument(help: "A target.", completion: Completions.places([.target])) var path: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.hold(path)) { "Take it back with: sanderling release \(path) \($0)" }
  }
}

struct ReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Let a held target go on.")
  @Argument(help: "A target.", completion: Completions.places([.target])) var path: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.release(path)) { "Hold it again with: sanderling hold \(path) \($0)" }
  }
}

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "End one attempt that is at work now. All others go on.",
    discussion: """
      The provider is told to end: a command gets SIGTERM and five seconds later SIGKILL. What came of the attempt is \
      in doubt then, and is settled as ever: by a probe, by the declared idempotency, or by a person. `pause` first, \
      if it must not be tried again.
      """)
  @Argument(help: "A step that is at work, or its target.", completion: Completions.places([.target, .step]))
  var path: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try options.commanding(having: path)
    let receipt = try await commanding.send(.cancel(path), reason: try options.requiredReason())
    receipt.tell(undo: "See what came of it with: sanderling why \(commanding.run.name) \(path)")
  }
}

struct LimitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit", abstract: "Let fewer targets be at work at once than the plan says, from now on.",
    discussion: """
      What is at work finishes its step, and as many go on as the number lets. It holds until it is lifted, also for \
      later executors; a rollback keeps the number of the plan. More at once than the plan has takes an amendment.
      """)

  /// A number, or that of the plan.
  enum Limit: ExpressibleByArgument {
    case count(Int)
    case plan

    init?(argument: String) {
      if argument == "plan" {
        self = .plan
      } else if let count = Int(argument), (1...1_000_000).contains(count) {
        self = .count(count)
      } else {
        return nil
      }
    }
  }

  @Option(
    help: ArgumentHelp("How many targets at most, from 1 on; `plan` lifts the limit.", valueName: "number|plan"))
  var atOnce: Limit
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let count: Int? = if case .count(let count) = atOnce { count } else { nil }
    try await options.send(.limit(atOnce: count)) { run in
      count == nil ? "See it with: sanderling status" : "Lift it with: sanderling limit --at-once plan \(run)"
    }
  }
}

struct ResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Say what happened to a step that is in doubt, or that you did by hand.",
    discussion: """
      Look first: the engine believes you. `succeeded` goes on as if the provider had said so, `not-applied` tries \
      again, `failed` takes the target back.
      """)

  /// How a doubt is settled.
  enum Verdict: String, ExpressibleByArgument, CaseIterable {
    case succeeded, failed
    case notApplied = "not-applied"

    var settlement: Settlement {
      switch self {
      case .succeeded: .succeeded
      case .failed: .failed
      case .notApplied: .notApplied
      }
    }
  }

  @Argument(
    help: "The step, such as full-scale/stores/4/ams-001/enable.", completion: Completions.places([.step]))
  var path: String
  @Option(name: .customLong("as"), help: "What happened: succeeded, not-applied or failed.") var verdict: Verdict
  @Option(name: .customLong("output"), help: ArgumentHelp("An output of the step.", valueName: "name=value"))
  var assignments: [String] = []
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let outputs = try Assignments.parse(assignments, option: "--output")
    let commanding = try options.commanding(having: path)
    let receipt = try await commanding.send(
      .resolve(path, as: verdict.settlement, outputs: outputs), reason: try options.requiredReason())
    let target = receipt.path.split(separator: "/").prefix(4).joined(separator: "/")
    receipt.tell(
      undo: "It stands in the history under your name. Take the target back with: sanderling rollback \(target) "
        + commanding.again)
  }
}
