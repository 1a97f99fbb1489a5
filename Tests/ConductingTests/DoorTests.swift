import Conducting
import Engine
import Foundation
import Journaling
import Looping
import Quantities
import Records
import Testing

@testable import Plans

@Suite("The door for approvals")
struct DoorTests {
  let directory: String

  init() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "door-\(UUID().uuidString)")
      .path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    for name in ["ada", "mallory"] {
      try Self.shell("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", "\(place)/\(name)")
    }
    directory = place
  }

  private static func shell(_ words: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words)")
  }

  /// What may be wrong with a signed statement.
  enum Fault: String, CaseIterable {
    case none, lineFeed, carriageReturn, plan, scope, role, action, run, runNonce, origin, root, size, early, late,
      future
    case expired, key, namespace, revoked, words, person, trust, shared

    var refusal: String? {
      switch self {
      case .none, .lineFeed, .carriageReturn: nil
      case .plan: "it is about the plan"
      case .scope: "it is about `other`, and was sent for `phase`"
      case .role: "it is said as `king`, and the runbook asks for `manager`"
      case .action: "it says `reject`, and was sent as `approve`"
      case .run: "it is for r-7, and was brought to r-1"
      case .runNonce: "it is for another r-1 than the one of this journal"
      case .origin: "it was signed for the journal journal.local/other, and this one is journal.local/"
      case .root: "the journal that was seen when it was signed is not this one"
      case .size: "the journal that was seen when it was signed is not this one"
      case .early: "the journal that was seen when it was signed had no r-1 yet"
      case .late: "it was made before r-1 was"
      case .future: "which is not yet: set the clock of one of the machines"
      case .expired: "it expired at"
      case .key: "the signature does not count: the key SHA256:"
      case .namespace: "the signature does not count: it was made for `git`, and not for `sanderling`"
      case .revoked: "the signature does not count: the key is revoked"
      case .words: "the signature does not count: it is not that of these words and this key"
      case .person: "`bob` is nobody in trust/people.yaml"
      case .trust: "the plan has no trust/allowed_signers"
      case .shared: "can sign for eve, too: one key is one person"
      }
    }
  }

  private func plan(_ fault: Fault) throws -> Plan {
    var plan = Plans.sites(1, waves: [1], steps: ["move"])
    plan.people = [
      PlannedPerson(id: "ada", roles: ["manager"], accounts: ["ada-lovelace"], principals: ["ada@example.com"]),
      PlannedPerson(id: "eve", roles: ["manager"], principals: ["eve@example.com"]),
    ]
    plan.phases[0].approvalRule = PlannedApproval(count: 1, role: "manager")
    let key = try String(contentsOfFile: "\(directory)/ada.pub", encoding: .utf8)
    if fault != .trust {
      plan.keys = PlannedKeys(
        allowedSigners: "\(fault == .shared ? "*@example.com" : "ada@example.com") \(key)",
        revoked: fault == .revoked ? key : nil)
    }
    return plan
  }

  private func signature(of line: String, _ fault: Fault) throws -> String {
    switch fault {
    case .lineFeed: return try Signer.sign(line + "\n", key: "\(directory)/ada")
    case .carriageReturn:
      return try Signer.sign(line + "\r\n", key: "\(directory)/ada").replacing("\n", with: "\r\n") + "\n\n"
    case .key: return try Signer.sign(line, key: "\(directory)/mallory")
    case .words: return try Signer.sign(line.replacing("looked at it", with: "looked away"), key: "\(directory)/ada")
    case .namespace:
      let file = "\(directory)/statement"
      try Data(line.utf8).write(to: URL(filePath: file))
      try Self.shell("ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", "\(directory)/ada", file)
      return try String(contentsOfFile: "\(file).sig", encoding: .utf8)
    default: return try Signer.sign(line, key: "\(directory)/ada")
    }
  }

  /// A run that began, and a statement about it.
  private func opened(_ fault: Fault) throws -> (stage: Stage, state: RunState, statement: Statement) {
    let stage = try Stage(try plan(fault))
    let journal = try stage.journal()
    let seen = try journal.checkpoint()
    var state = RunState(stage.plan)
    state.fold(
      Event(.runCreated(nonce: "run-nonce"), at: stage.clock.now), sequence: fault == .early ? seen.size : 0)
    let statement = Statement(
      fault == .action ? .reject : .approve,
      run: Statement.Run(number: fault == .run ? 7 : 1, nonce: fault == .runNonce ? "other" : "run-nonce"),
      plan: fault == .plan ? Digest(of: [1]) : stage.run.plan, scope: fault == .scope ? "other" : "phase",
      person: fault == .person ? "bob" : "ada", role: fault == .role ? "king" : "manager", reason: "looked at it",
      issued: stage.clock.now + Self.offset(fault),
      expires: fault == .expired ? stage.clock.now + Span(milliseconds: -1_000) : nil, nonce: "n-1",
      seen: Statement.Checkpoint(
        origin: fault == .origin ? "journal.local/other" : try journal.origin(),
        size: seen.size + (fault == .size ? 1 : 0), root: fault == .root ? Digest(of: [1]) : seen.root))
    return (stage, state, statement)
  }

  private static func offset(_ fault: Fault) -> Span {
    switch fault {
    case .late: Span(milliseconds: -Door.drift.milliseconds - 1)
    case .future: Door.drift + Span(milliseconds: 1)
    case .expired: Span(milliseconds: -60_000)
    default: .zero
    }
  }

  @Test("lets a signed statement in when all of it is right, and says what is wrong", arguments: Fault.allCases)
  func statements(fault: Fault) throws {
    let (stage, state, statement) = try opened(fault)
    let armour = try signature(of: statement.line, fault)
    let sent = OperatorCommand(name: .approve, id: "l-1", reason: "as it was sent")
    let letter = Letter(
      id: "l-1", run: stage.run.number, subject: "phase",
      command: CommandLetter(
        sent, plan: stage.run.plan, signed: CommandLetter.Signed(line: statement.line, signature: armour)
      ).text,
      person: "whoever", auth: "os", sent: stage.clock.now)
    let door = Door(state, of: stage.run, at: stage.clock.now, journal: try stage.journal())
    let command = try #require(try door.admit(letter, at: stage.clock.now))
    guard let refusal = fault.refusal else {
      let key = try #require(command.proof?.key)
      #expect(key.hasPrefix("SHA256:") && command.auth == "ssh:\(key)")
      #expect(
        command.flaw == nil && command.person == 0 && command.identity == "n-1" && command.id == "l-1"
          && command.reason == "looked at it")
      // What was signed is kept to the byte: anybody can look at it again.
      let end = fault == .none ? "" : fault == .lineFeed ? "\n" : "\r\n"
      #expect(command.proof?.signed == statement.line + end && command.proof?.signature == armour)
      #expect(command.seen == statement.seen.size && command.proof?.run == "run-nonce")
      return
    }
    #expect(command.flaw?.contains(refusal) == true, "\(command.flaw ?? "no flaw")")
    #expect(command.proof == nil && command.auth != "ssh:")
  }

  @Test("knows a person by the account, and takes no word about another plan, without a reason or blind")
  func accounts() throws {
    let stage = try Stage(try plan(.none))
    let door = Door(RunState(stage.plan), of: stage.run, at: stage.clock.now, journal: try stage.journal())
    for (account, plan, person, reason, seen, flaw) in [
      ("ada-lovelace", stage.run.plan, 0, "looked at it", 1, nil), ("eve", stage.run.plan, nil, "looked at it", 1, nil),
      ("ada-lovelace", Digest(of: [1]), 0, "looked at it", 1, "it speaks of another plan than the run executes"),
      ("ada-lovelace", stage.run.plan, 0, " \u{200B} \n", 1, "it gives no reason"),
      ("ada-lovelace", stage.run.plan, 0, "looked at it", nil, "it does not say which journal was seen"),
    ] as [(String, Digest, Int?, String, Int64?, String?)] {
      let sent = OperatorCommand(name: .approve, id: "n-1", reason: reason, seen: seen)
      let letter = Letter(
        id: "n-1", run: stage.run.number, subject: "phase", command: CommandLetter(sent, plan: plan).text,
        person: account, auth: "os", sent: stage.clock.now)
      let command = try #require(try door.admit(letter, at: stage.clock.now))
      #expect(command.person == person && command.flaw == flaw && command.auth == "os", "\(account)")
    }
  }

  @Test(
    "counts the time of an approval from when it was given, and not from when it is taken up", arguments: [true, false])
  func expiry(isSigned: Bool) throws {
    var (stage, state, statement) = try opened(.none)
    let given = stage.clock.now + Span(milliseconds: -7_200_000)
    var plan = stage.plan
    plan.phases[0].approvalRule?.expires = .hour
    state = RunState(plan)
    state.fold(Event(.runCreated(nonce: "run-nonce"), at: given), sequence: 0)
    (statement.issued, statement.expires) = (given, stage.clock.now + .hour)
    let sent = OperatorCommand(name: .approve, id: "n-1", reason: "looked at it", seen: 1)
    let signed = CommandLetter.Signed(line: statement.line, signature: try signature(of: statement.line, .none))
    let letter = Letter(
      id: "n-1", run: stage.run.number, subject: "phase",
      command: CommandLetter(sent, plan: stage.run.plan, signed: isSigned ? signed : nil).text,
      person: "ada-lovelace", auth: "os", sent: isSigned ? stage.clock.now : given)
    let door = Door(state, of: stage.run, at: stage.clock.now, journal: try stage.journal())
    let command = try #require(try door.admit(letter, at: stage.clock.now))
    #expect(command.flaw == nil && command.until == given + .hour, "\(command.flaw ?? "")")
  }

  @Test("says nothing about a letter while the record cannot be asked: trouble of a disk makes no approval void")
  func deaf() throws {
    let (stage, state, statement) = try opened(.none)
    let sent = OperatorCommand(name: .approve, id: "n-1", reason: "looked at it")
    let letter = Letter(
      id: "n-1", run: stage.run.number, subject: "phase",
      command: CommandLetter(
        sent, plan: stage.run.plan, signed: CommandLetter.Signed(line: statement.line, signature: "any")
      ).text, person: "ada-lovelace", auth: "os", sent: stage.clock.now)
    let record = MemoryRecord(clock: stage.clock.read(), chance: SeededChance(seed: 1))
    let door = Door(state, of: stage.run, at: stage.clock.now, journal: DeafRecord(record))
    #expect(throws: JournalError.self) { try door.look(at: letter) }
    let amend = OperatorCommand(name: .amend, id: "n-2", amendment: stage.run.plan)
    #expect(throws: JournalError.self) { try door.plan(named: amend) }
    #expect(try Door(state, of: stage.run, at: stage.clock.now, journal: record).plan(named: amend) == nil)
  }

  @Test("names the key when a program that signs makes something else, and the agent when nobody can be asked")
  func signing() throws {
    let fake = "\(directory)/fake"
    try Data("#!/bin/sh\neval last=\\${$#}; echo garbage > $last.sig\n".utf8).write(to: URL(filePath: fake))
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: fake)
    #expect(throws: Signer.Problem.self) { try Signer.sign("line", key: "\(directory)/ada", program: fake) }
    try Self.shell("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret words", "-f", "\(directory)/locked")
    let problem = #expect(throws: Signer.Problem.self) { try Signer.sign("line", key: "\(directory)/locked") }
    #expect(problem?.message.contains("has a passphrase, and there is no terminal to ask for it") == true)
    #expect(problem?.next?.hasPrefix("put it into an agent with `ssh-add ") == true, "\(problem?.message ?? "")")
  }
}

/// A record whose disk gives no answers.
private final class DeafRecord: Record {
  private let record: MemoryRecord

  init(_ record: MemoryRecord) { self.record = record }

  var path: String { record.path }
  private var trouble: JournalError { .failed(path: path, detail: "the disk did not answer") }

  func write<Result>(
    under lease: MemoryLease?, clock: ClockReading, _ body: (inout MemoryBatch) throws -> Result
  ) throws -> Result { throw trouble }
  func entries(of run: Int64, after seq: Int64, _ visit: (Entry) throws -> Bool) throws { throw trouble }
  func entries(typed types: [String], _ visit: (Entry) throws -> Void) throws { throw trouble }
  func register(
    runbook: String, environment: String, plan: KeptBlob, directory: String, after newest: Int64?, clock: ClockReading
  ) throws(JournalError) -> RegisteredRun? { throw trouble }
  func runs() throws(JournalError) -> [RegisteredRun] { throw trouble }
  func takeOver(run: Int64, owner: String, clock: ClockReading) throws(JournalError) -> MemoryLease { throw trouble }
  func blob(_ digest: Digest) throws(JournalError) -> [UInt8]? { throw trouble }
  func origin() throws(JournalError) -> String { throw trouble }
  func opening(_ commitment: Digest) throws(JournalError) -> Opening? { throw trouble }
  func snapshot(of run: Int64, format: Int) throws(JournalError) -> (seq: Int64, body: [UInt8])? { throw trouble }
  func send(_ letter: Letter) throws(JournalError) { throw trouble }
  func letters(to run: Int64) throws(JournalError) -> [Letter] { throw trouble }
  func event(ofCommand id: String) throws(JournalError) -> Int64? { throw trouble }
  func people() throws(JournalError) -> [String: String] { throw trouble }
  func root(at size: Int64) throws(JournalError) -> Digest? { throw trouble }
  func checkpoint() throws(JournalError) -> (size: Int64, root: Digest) { throw trouble }
}
