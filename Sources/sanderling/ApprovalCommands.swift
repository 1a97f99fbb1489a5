import ArgumentParser
import Conducting
import Engine
import Foundation
import Journaling
import Looping
import Plans
import Quantities
import Records

/// What every command about an approval has.
struct ScopeArgument: ParsableArguments {
  @Argument(help: "The phase or stage; without it the one that the run waits for.")
  var scope: String?

  @Flag(help: "Speak of the proposed amendment, and not of the plan in force.")
  var amendment = false

  /// The digest of the plan that is spoken of, when it is not the one in force.
  func proposed(in commanding: Commanding) throws -> Digest? {
    guard amendment else { return nil }
    guard let proposed = commanding.ahead.amendment else {
      throw Refusal(
        .usage, "\(commanding.run.name) has no proposed amendment", next: ["sanderling why \(commanding.run.name)"])
    }
    return proposed.plan
  }

  /// The place that is meant.
  func place(in commanding: Commanding) throws -> Place {
    if let scope { return try commanding.place(scope) }
    if amendment, let proposed = commanding.ahead.amendment {
      return commanding.ahead.missingAmendmentApproval?.place ?? proposed.needs.first ?? .run
    }
    if let missing = commanding.ahead.missingApproval { return missing.place }
    throw Refusal(
      .usage, "\(commanding.run.name) waits for no approval now",
      next: ["name the phase or stage: sanderling approve PHASE"])
  }
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
    let commanding = try Commanding(options)
    let undo = "Take it back with: sanderling reject \(scope.scope ?? "SCOPE") \(commanding.again)"
    if let statement {
      return try await send(
        text: try read(statement), signature: try read(signature ?? statement + ".sig"), commanding, undo)
    }
    let proposed = try scope.proposed(in: commanding)
    let place = try scope.place(in: commanding)
    guard sign || print else {
      var command = OperatorCommand(name: .approve, id: Host.nonce, reason: try options.requiredReason())
      command.amendment = proposed
      command.until = try expiry()
      return try await commanding.send(
        command, text: command.letter(plan: commanding.run.plan), at: place, undo: undo)
    }
    let line = try made(commanding, place, plan: proposed ?? commanding.run.plan).line
    if print { return Output.standard.write(line + "\n") }
    try await send(text: line, signature: try signed(line), commanding, undo)
  }

  private func signed(_ line: String) throws -> String {
    do throws(Signatures.Problem) {
      return try Signatures.sign(line, key: NSString(string: key).expandingTildeInPath)
    } catch {
      throw Refusal(.failed, error.message, next: ["name another key with --key FILE"])
    }
  }

  private func expiry() throws -> Instant? {
    guard let expires else { return nil }
    guard let span = Span(expires), span > .zero else {
      throw Refusal(.usage, "`\(expires)` is not a duration", next: ["write it like 12h or 7d"])
    }
    return WallClock().read().instant + span
  }

  private func made(_ commanding: Commanding, _ place: Place, plan: Digest) throws -> Statement {
    let people = commanding.state.plan.people
    let known = people.first { $0.id == person } ?? people.first { $0.accounts.contains(Host.person) }
    guard let known, person == nil || known.id == person else {
      throw Refusal(
        .usage, "nobody in trust/people.yaml is `\(person ?? Host.person)`", next: ["say who you are with --as PERSON"])
    }
    let checkpoint = try commanding.journal.checkpoint()
    return Statement(
      plan: plan, scope: commanding.state.index.path(of: place), person: known.id,
      reason: try options.requiredReason(), issued: WallClock().read().instant, expires: try expiry(),
      nonce: Host.nonce,
      size: checkpoint.size, root: checkpoint.root)
  }

  private func read(_ path: String) throws -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw Refusal(.files, "`\(path)` cannot be read", next: ["name the file that ssh-keygen wrote"])
    }
    return text
  }

  private func send(text: String, signature: String, _ commanding: Commanding, _ undo: String) async throws {
    let line = text.trimmingCharacters(in: .newlines)
    guard let statement = Statement(line: line) else {
      throw Refusal(.files, "this is not a statement that `approve --print` wrote", next: ["print it again"])
    }
    let command = OperatorCommand(name: .approve, id: statement.nonce, reason: statement.reason)
    try await commanding.send(
      command, text: command.letter(plan: commanding.run.plan, statement: line, signature: signature),
      at: try commanding.place(statement.scope), undo: undo)
  }
}

struct RejectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Say that a phase or stage must not go on. Earlier approvals of it no longer count.")
  @OptionGroup var scope: ScopeArgument
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    var command = OperatorCommand(name: .reject, id: Host.nonce, reason: try options.requiredReason())
    command.amendment = try scope.proposed(in: commanding)
    try await commanding.send(
      command, text: command.letter(plan: commanding.run.plan), at: try scope.place(in: commanding),
      undo: "It takes new approvals to go on: sanderling approve \(commanding.again)")
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
    let commanding = try Commanding(options)
    guard let span = Span(span), span > .zero, span <= .day else {
      throw Refusal(.usage, "`\(self.span)` is not a time of a day at most", next: ["write it like --for 2h"])
    }
    var command = OperatorCommand(name: .emergency, id: Host.nonce, reason: try options.requiredReason())
    command.until = WallClock().read().instant + span
    try await commanding.send(
      command, text: command.letter(plan: commanding.run.plan), at: try scope.place(in: commanding),
      undo: "Another person reviews it with: sanderling review SCOPE \(commanding.again)")
  }
}

struct ReviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Review an emergency that another person declared.")
  @Argument(help: "The phase or stage.") var scope: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    let command = OperatorCommand(name: .review, id: Host.nonce, reason: try options.requiredReason())
    try await commanding.send(
      command, text: command.letter(plan: commanding.run.plan), at: try commanding.place(scope),
      undo: "It stands in the history for ever.")
  }
}

struct ForceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "force", abstract: "Open the gate of a wave against its evidence. Two persons must say so.",
    discussion: "It takes a reason and a second person, and every report of the run says that it was done.")
  @Argument(help: "The wave, such as full-scale/stores/4.") var wave: String
  @OptionGroup var options: CommandOptions

  func run() async throws {
    let commanding = try Commanding(options)
    let command = OperatorCommand(name: .force, id: Host.nonce, reason: try options.requiredReason())
    try await commanding.send(
      command, text: command.letter(plan: commanding.run.plan), at: try commanding.place(wave),
      undo: "A second person has to say it too: sanderling force \(wave) \(commanding.again)")
  }
}
