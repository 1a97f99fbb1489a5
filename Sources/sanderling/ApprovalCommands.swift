import ArgumentParser
import Conducting
import Foundation
import Journaling
import Looping
import Operating
import Records

/// What every command about an approval has.
struct ScopeArgument: ParsableArguments {
  @Argument(help: "The phase or stage; without it the one that the run waits for.")
  var scope: String?

  @Flag(help: "Speak of the proposed amendment, and not of the plan in force.")
  var amendment = false

  /// What is spoken of.
  var asked: Scope { Scope(scope, isOfAmendment: amendment) }
}

struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Say that a phase or stage of exactly this plan may go on.",
    discussion: """
      You are who the operating system says, or, with --sign, who your key says. By mail: --print writes the statement,
      `ssh-keygen -Y sign -n sanderling -f KEY FILE` signs it, --statement and --signature bring both back.
      """)
  @OptionGroup var scope: ScopeArgument
  @Option(help: "How long it holds, such as 7d; the rule of the runbook may be shorter.") var expires: String?
  @Flag(help: "Sign with an SSH key.") var sign = false
  @Option(help: ArgumentHelp("The key to sign with.", valueName: "file")) var key = "~/.ssh/id_ed25519"
  @Option(name: .customLong("as"), help: ArgumentHelp("Who you are in trust/people.yaml.", valueName: "person"))
  var person: String?
  @Flag(help: "Write the statement to sign, and send nothing.") var print = false
  @Option(help: ArgumentHelp("A statement that was printed.", valueName: "file")) var statement: String?
  @Option(help: ArgumentHelp("Its signature.", valueName: "file")) var signature: String?
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try options.commanding()
    if let statement {
      let signed = try SignedStatement(try read(statement), signature: try read(signature ?? statement + ".sig"))
      return tell(try await commanding.send(signed))
    }
    let term = try expires.map { try Term($0) }
    let reason = try options.requiredReason()
    guard sign || print else {
      return tell(try await commanding.send(.approve(scope.asked, for: term), reason: reason))
    }
    let made = try commanding.statement(for: scope.asked, term: term, as: person, reason: reason)
    if print { return Output.standard.write(made.line + "\n") }
    tell(try await commanding.send(try SignedStatement(signing: made, key: key)))
  }

  private func tell(_ receipt: Receipt) {
    receipt.tell(
      undo: "Take it back with: sanderling reject \(scope.scope ?? "SCOPE") --run \(receipt.run.name) --reason \"…\"")
  }

  private func read(_ path: String) throws -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw Refusal(.files, "`\(path)` cannot be read", next: ["name the file that ssh-keygen wrote"])
    }
    return text
  }
}

struct RejectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Say that a phase or stage must not go on. Earlier approvals of it no longer count.")
  @OptionGroup var scope: ScopeArgument
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.reject(scope.asked)) { "It takes new approvals to go on: sanderling approve \($0)" }
  }
}

struct EmergencyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emergency",
    abstract: "Break glass: go on without approvals for a time. A second person must review it within a day.",
    discussion:
      "Only the count of approvals is lifted: plan, evidence and journal stay. It is shown wherever the run is.")
  @OptionGroup var scope: ScopeArgument
  @Option(name: .customLong("for"), help: "How long, such as 2h; a day at most.") var span: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.emergency(scope.asked, for: try EmergencyTerm(span))) {
      "Another person reviews it with: sanderling review SCOPE \($0)"
    }
  }
}

struct ReviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Review an emergency that another person declared.")
  @Argument(help: "The phase or stage.") var scope: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.review(scope)) { _ in "It stands in the history for ever." }
  }
}

struct ForceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "force", abstract: "Open the gate of a wave against its evidence. Two persons must say so.",
    discussion: "It takes a reason and a second person, and every report of the run says that it was done.")
  @Argument(help: "The wave, such as full-scale/stores/4.") var wave: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    try await options.send(.force(wave)) { "A second person has to say it too: sanderling force \(wave) \($0)" }
  }
}
