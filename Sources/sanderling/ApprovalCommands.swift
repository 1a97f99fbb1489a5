import ArgumentParser
import Conducting
import Foundation
import Journaling
import Looping
import Operating
import Records

/// What every command about an approval has.
struct ScopeArgument: ParsableArguments {
  @Argument(
    help: "The phase or stage; without it the one that the run waits for.",
    completion: Completions.places([.phase, .stage]))
  var scope: String?

  @Flag(help: "Speak of the proposed amendment, and not of the plan in force.")
  var amendment = false

  /// What is spoken of.
  var asked: Scope { Scope(scope, isOfAmendment: amendment) }
}

/// How a person proves who it is: by the account, by a key, or by mail.
struct SigningOptions: ParsableArguments {
  @Flag(help: "Sign with an SSH key.") var sign = false
  @Option(help: ArgumentHelp("The key to sign with.", valueName: "file"), completion: .file())
  var key = "~/.ssh/id_ed25519"
  @Option(name: .customLong("as"), help: ArgumentHelp("Who you are in trust/people.yaml.", valueName: "person"))
  var person: String?
  @Flag(help: "Write the statement to sign, and send nothing.") var print = false

  /// Sends what is asked in the way that the options say, or prints what is to be signed.
  func send(_ ask: Ask, _ options: CommandOptions, undo: (_ again: String) -> String) async throws {
    let commanding = try options.commanding(having: ask.path)
    let reason = try options.requiredReason()
    guard sign || print else {
      return try await commanding.send(ask, reason: reason).tell(undo: undo(commanding.again))
    }
    let made = try commanding.statement(for: ask, as: person, reason: reason)
    if print { return Output.standard.write(made.line + "\n") }
    let receipt = try await commanding.send(try SignedStatement(signing: made, key: key))
    receipt.tell(undo: undo(commanding.again))
  }

  /// Reads what somebody signed, or the signature.
  static func read(_ path: String) throws -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw Refusal(.files, "`\(path)` cannot be read", next: ["name the file that ssh-keygen wrote"])
    }
    return text
  }
}

struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Say that a phase or stage of exactly this plan may go on.",
    discussion: """
      You are who your account says, or, with --sign, who your key says. By mail: --print writes the statement, \
      `ssh-keygen -Y sign -n sanderling -f KEY FILE` signs it, --statement and --signature bring both back. They bring \
      what `reject`, `emergency`, `review` and `force` printed, too.
      """)
  @OptionGroup var scope: ScopeArgument
  @Option(help: "How long it holds, such as 7d; the rule of the runbook may be shorter.") var expires: String?
  @OptionGroup var signing: SigningOptions
  @Option(help: ArgumentHelp("A statement that was printed.", valueName: "file"), completion: .file())
  var statement: String?
  @Option(help: ArgumentHelp("Its signature.", valueName: "file"), completion: .file()) var signature: String?
  @OptionGroup var options: CommandOptions

  func run() async throws {
    guard let statement else {
      let term = try expires.map { try Term($0) }
      return try await signing.send(.approve(scope.asked, for: term), options) { Self.undo(scope.scope, $0) }
    }
    let signed = try SignedStatement(
      try SigningOptions.read(statement), signature: try SigningOptions.read(signature ?? statement + ".sig"))
    var options = options
    // What is signed names its run.
    options.name = options.name ?? "r-\(signed.statement.run.number)"
    let commanding = try options.commanding()
    try await commanding.send(signed).tell(undo: Self.undo(signed.statement.scope, commanding.again))
  }

  private static func undo(_ scope: String?, _ again: String) -> String {
    "Take it back with: sanderling reject \(scope ?? "SCOPE") \(again)"
  }
}

struct RejectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Say that a phase or stage must not go on. Earlier approvals of it no longer count.")
  @OptionGroup var scope: ScopeArgument
  @OptionGroup var signing: SigningOptions
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await signing.send(.reject(scope.asked), options) {
      "It takes new approvals to go on: sanderling approve \($0)"
    }
  }
}

struct EmergencyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emergency",
    abstract: "Break glass: go on without approvals for a time. A second person must review it within a day.",
    discussion: """
      It takes the role that `approve: { emergency: ROLE }` names; without that nobody may. Only the count of \
      approvals is lifted: plan, evidence and journal stay. It is shown wherever the run is.
      """)
  @OptionGroup var scope: ScopeArgument
  @Option(name: .customLong("for"), help: "How long, such as 2h; a day at most.") var span: String
  @OptionGroup var signing: SigningOptions
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await signing.send(.emergency(scope.asked, for: try EmergencyTerm(span)), options) {
      "Another person reviews it with: sanderling review SCOPE \($0)"
    }
  }
}

struct ReviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Review an emergency that another person declared.")
  @Argument(help: "The phase or stage.", completion: Completions.places([.phase, .stage]))
  var scope: String
  @OptionGroup var signing: SigningOptions
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await signing.send(.review(scope), options) { _ in "It stands in the history for ever." }
  }
}

struct ForceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "force", abstract: "Open the gate of a wave against its evidence. Two persons must say so.",
    discussion: """
      Both must be persons whose approval the stage, or else its phase, would count. It takes a reason of each, and \
      every report of the run says that it was done.
      """)
  @Argument(help: "The wave, such as full-scale/stores/4.", completion: Completions.places([.wave])) var wave: String
  @OptionGroup var signing: SigningOptions
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await signing.send(.force(wave), options) {
      "The gate opens when two persons have said so: sanderling force \(wave) \($0)"
    }
  }
}
