import Adapters
import ArgumentParser
import Engine
import Journaling
import Planning
import Plans
import Quantities
import Records

struct PauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Start nothing new until `resume`. Running steps finish.")
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    try await commanding.send(.pause, undo: "Take it back with: sanderling resume \(commanding.again)")
  }
}

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Lift a pause or a hold. Targets that a rollback took back are done again.")
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    try await commanding.send(.resume, undo: "Stop again with: sanderling pause \(commanding.again)")
  }
}

struct AbortCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "abort", abstract: "Give the run up where it stands. Nothing is taken back; `rollback` can follow.")
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    try await commanding.send(.abort, undo: "Take the work back with: sanderling rollback \(commanding.again)")
  }
}

struct RetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Try a failed, blocked or parked target again.")
  @Argument(help: "A target or step.") var path: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    try await commanding.send(
      .retry, at: try commanding.place(path), undo: "See it with: sanderling why \(commanding.run.name) \(path)")
  }
}

struct SkipCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skip", abstract: "Leave out a target that waits or failed, or the step that a target stands at.")
  @Argument(help: "A target or step.") var path: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    try await commanding.send(
      .skip, at: try commanding.place(path), undo: "A skip is not taken back; it stands in the history.")
  }
}

struct HoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Hold one target back; all others go on.")
  @Argument(help: "A target.") var path: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    try await commanding.send(
      .hold, at: try commanding.place(path), undo: "Take it back with: sanderling release \(path) \(commanding.again)")
  }
}

struct ReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Let a held target go on.")
  @Argument(help: "A target.") var path: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    try await commanding.send(
      .release, at: try commanding.place(path), undo: "Hold it again with: sanderling hold \(path) \(commanding.again)")
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

  @Argument(help: "The step, such as full-scale/stores/4/ams-001/enable.") var path: String
  @Option(name: .customLong("as"), help: "What happened: succeeded, not-applied or failed.") var verdict: Verdict
  @Option(name: .customLong("output"), help: ArgumentHelp("An output of the step.", valueName: "name=value"))
  var assignments: [String] = []
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    var place = try commanding.place(path)
    if case .target(let key) = place, let unit = commanding.state.unit(key) { place = .step(unit.address) }
    let outputs = try Assignments.parse(assignments, option: "--output")
    if verdict == .succeeded { try check(outputs, of: place, in: commanding.state) }
    try await commanding.send(
      .resolve, at: place, as: verdict.settlement, outputs: outputs,
      undo: "It stands in the history under your name. Take the work back with: "
        + "sanderling rollback \(path) \(commanding.again)")
  }

  /// A manual step says which outputs it needs, and of which type.
  private func check(_ outputs: [String: String], of place: Place, in state: RunState) throws {
    guard case .step(let address) = place, let unit = state.unit(address.target), unit.condition == .manual else {
      return
    }
    let step = state.plan.stages[address.target.stage].steps[address.step]
    guard case .success(let arguments) = state.arguments(of: step.call.arguments, for: address.target) else { return }
    let problems = ManualAdapter.check(outputs: outputs, arguments: arguments)
    if !problems.isEmpty { throw Refusal(.usage, "the outputs do not fit the step", next: problems) }
  }
}
