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
    case none, plan, scope, nonce, root, size, key, namespace, revoked, words, person, trust

    var refusal: String? {
      switch self {
      case .none: nil
      case .plan: "it approves the plan"
      case .scope: "it approves `other`, and was sent for `phase`"
      case .nonce: "its nonce is not the one that it was sent under"
      case .root, .size: "the journal that was seen when it was signed is not this one"
      case .key, .namespace, .revoked, .words: "the signature does not count"
      case .person: "`bob` is nobody in trust/people.yaml"
      case .trust: "the plan has no trust/allowed_signers"
      }
    }
  }

  private func plan(_ fault: Fault) throws -> Plan {
    var plan = Plans.sites(1, waves: [1], steps: ["move"])
    plan.people = [
      PlannedPerson(id: "ada", roles: ["manager"], accounts: ["ada-lovelace"], principals: ["ada@example.com"])
    ]
    plan.phases[0].approvalRule = PlannedApproval(count: 1, role: "manager")
    let key = try String(contentsOfFile: "\(directory)/ada.pub", encoding: .utf8)
    if fault != .trust {
      plan.keys = PlannedKeys(
        allowedSigners: "ada@example.com \(key)", revoked: fault == .revoked ? key : nil)
    }
    return plan
  }

  private func signature(of line: String, _ fault: Fault) throws -> String {
    switch fault {
    case .key: return try Signatures.sign(line, key: "\(directory)/mallory")
    case .words:
      return try Signatures.sign(line.replacing("looked at it", with: "looked away"), key: "\(directory)/ada")
    case .namespace:
      let file = "\(directory)/statement"
      try Data(line.utf8).write(to: URL(filePath: file))
      try Self.shell("ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", "\(directory)/ada", file)
      return try String(contentsOfFile: "\(file).sig", encoding: .utf8)
    default: return try Signatures.sign(line, key: "\(directory)/ada")
    }
  }

  @Test("lets a signed statement in when all of it is right, and says what is wrong", arguments: Fault.allCases)
  func statements(fault: Fault) throws {
    let stage = try Stage(try plan(fault))
    let journal = try stage.journal()
    let seen = try journal.checkpoint()
    let statement = Statement(
      plan: fault == .plan ? Digest(of: [1]) : stage.run.plan, scope: fault == .scope ? "other" : "phase",
      person: fault == .person ? "bob" : "ada", reason: "looked at it", issued: stage.clock.now, expires: nil,
      nonce: "n-1", size: seen.size + (fault == .size ? 1 : 0), root: fault == .root ? Digest(of: [1]) : seen.root)
    let sent = OperatorCommand(name: .approve, id: "n-1", reason: "as it was sent")
    let letter = Letter(
      id: fault == .nonce ? "n-2" : "n-1", run: stage.run.number, subject: "phase",
      command: CommandLetter(
        sent, plan: stage.run.plan,
        signed: CommandLetter.Signed(line: statement.line, signature: try signature(of: statement.line, fault))
      ).text,
      person: "whoever", auth: "os", sent: stage.clock.now)
    let door = Door(plan: stage.plan, digest: stage.run.plan, journal: journal)
    let command = try #require(try door.admit(letter))
    guard let refusal = fault.refusal else {
      #expect(command.flaw == nil && command.person == 0 && command.auth == "ssh:ada@example.com")
      #expect(command.reason == "looked at it")
      return
    }
    #expect(command.flaw?.contains(refusal) == true, "\(command.flaw ?? "no flaw")")
  }

  @Test("knows a person by the account, and takes no word about another plan")
  func accounts() throws {
    let stage = try Stage(try plan(.none))
    let door = Door(plan: stage.plan, digest: stage.run.plan, journal: try stage.journal())
    for (account, plan, person, flaw) in [
      ("ada-lovelace", stage.run.plan, 0, nil), ("eve", stage.run.plan, nil, nil),
      ("ada-lovelace", Digest(of: [1]), 0, "it speaks of another plan than the run executes"),
    ] as [(String, Digest, Int?, String?)] {
      let sent = OperatorCommand(name: .approve, id: "n-1", reason: "looked at it")
      let letter = Letter(
        id: "n-1", run: stage.run.number, subject: "phase", command: CommandLetter(sent, plan: plan).text,
        person: account,
        auth: "os", sent: stage.clock.now)
      let command = try #require(try door.admit(letter))
      #expect(command.person == person && command.flaw == flaw && command.auth == "os", "\(account)")
    }
  }

  @Test(
    "counts the time of an approval from when it was given, and not from when it is taken up", arguments: [true, false])
  func expiry(isSigned: Bool) throws {
    var plan = try plan(.none)
    plan.phases[0].approvalRule?.expires = .hour
    let stage = try Stage(plan)
    let seen = try stage.journal().checkpoint()
    let given = stage.clock.now + Span(milliseconds: -7_200_000)
    let door = Door(plan: stage.plan, digest: stage.run.plan, journal: try stage.journal())
    let sent = OperatorCommand(name: .approve, id: "n-1", reason: "looked at it")
    let statement = Statement(
      plan: stage.run.plan, scope: "phase", person: "ada", reason: "looked at it", issued: given,
      expires: stage.clock.now + .hour, nonce: "n-1", size: seen.size, root: seen.root)
    let signed = CommandLetter.Signed(line: statement.line, signature: try signature(of: statement.line, .none))
    let letter = Letter(
      id: "n-1", run: stage.run.number, subject: "phase",
      command: CommandLetter(sent, plan: stage.run.plan, signed: isSigned ? signed : nil).text,
      person: "ada-lovelace", auth: "os", sent: isSigned ? stage.clock.now : given)
    let command = try #require(try door.admit(letter))
    #expect(command.flaw == nil && command.until == given + .hour && command.given == given)
  }

  @Test("says nothing about a letter while the record cannot be asked: trouble of a disk makes no approval void")
  func deaf() throws {
    let stage = try Stage(try plan(.none))
    let seen = try stage.journal().checkpoint()
    let statement = Statement(
      plan: stage.run.plan, scope: "phase", person: "ada", reason: "looked at it", issued: stage.clock.now,
      expires: nil, nonce: "n-1", size: seen.size, root: seen.root)
    let sent = OperatorCommand(name: .approve, id: "n-1", reason: "looked at it")
    let letter = Letter(
      id: "n-1", run: stage.run.number, subject: "phase",
      command: CommandLetter(
        sent, plan: stage.run.plan, signed: CommandLetter.Signed(line: statement.line, signature: "any")
      ).text, person: "ada-lovelace", auth: "os", sent: stage.clock.now)
    let record = MemoryRecord(clock: stage.clock.read(), chance: SeededChance(seed: 1))
    let door = Door(plan: stage.plan, digest: stage.run.plan, journal: DeafRecord(record))
    #expect(throws: JournalError.self) { try door.look(at: letter) }
    let amend = OperatorCommand(name: .amend, id: "n-2", amendment: stage.run.plan)
    #expect(throws: JournalError.self) { try door.plan(named: amend) }
    #expect(try Door(plan: stage.plan, digest: stage.run.plan, journal: record).plan(named: amend) == nil)
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
