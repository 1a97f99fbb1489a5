import ArgumentParser
import Engine
import Journaling
import Operating
import Records

struct PauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Start nothing new until `resume`. Running steps finish.")
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.pause) { "Take it back with: sanderling resume \($0)" }
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
    commandName: "abort", abstract: "Give the run up where it stands. Nothing is taken back; `rollback` can follow.")
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.abort) { "Take the work back with: sanderling rollback \($0)" }
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
      throw Refusal(
        .failed, "no target of the wave that is at work in \(commanding.run.name) has failed",
        next: ["sanderling why \(commanding.run.name)"])
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
      """)
  @Argument(
    help: "A target or step, or the place of a decision that waits.",
    completion: Completions.places(Set(PlaceKind.allCases)))
  var path: String?
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.skip(path)) { _ in "A skip is not taken back; it stands in the history." }
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
    try await options.send(.resolve(path, as: verdict.settlement, outputs: outputs)) {
      "It stands in the history under your name. Take the work back with: sanderling rollback \(path) \($0)"
    }
  }
}
