import ArgumentParser
import Auditing
import Checkpoints
import Foundation
import Operating
import Quantities
import Records
import Screens

/// What an auditor asks: the verbs of `audit`.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Verify a journal or a bundle, list its changes, say why each happened; erase and prune.",
    discussion: "What is proved, and what is not: docs/audit.md.",
    subcommands: [
      AuditVerifyCommand.self, AuditListCommand.self, AuditWhyCommand.self, AuditSampleCommand.self,
      AuditReplayCommand.self, AuditExportCommand.self, AuditWitnessCommand.self, AuditEraseCommand.self,
      AuditPruneCommand.self, AuditIncarnateCommand.self, AuditReconcileCommand.self,
    ])
}

/// What is audited.
struct AuditOptions: ParsableArguments {
  @Option(
    name: .customLong("bundle"),
    help: ArgumentHelp("A bundle instead of a journal: its directory, or a tar of it.", valueName: "path"),
    completion: .file())
  var bundle: String?

  @OptionGroup var journal: JournalOptions

  /// The desk in front of it.
  func desk() throws -> AuditDesk { try AuditDesk(bundle ?? journal.path, surroundings: Host.surroundings) }

  /// Answers from the record. What a damaged one says must not pass for what a whole one does, nor what is left of one
  /// for all of it: that is told first, and the exit code says it, too.
  func answer(_ body: (AuditDesk, Verification) throws -> Void) async throws {
    let desk = try desk()
    let found = try await desk.verify(trust: nil, witness: nil)
    for note in found.losses + found.pruned { Output.error.tell("note: \(Sanitize.line(note))\n") }
    let isDamaged = found.verdict == .damaged
    if isDamaged {
      Output.error.tell(
        "error: \(Sanitize.line(found.name)) is \(Sanitize.line(found.sentence)); what follows is what it says all the "
          + "same\n  sanderling audit verify   # everything that is wrong\n")
    }
    do {
      try body(desk, found)
    } catch let exit as Exit {
      // What follows from a damaged record weighs less than that it is one.
      throw isDamaged ? Exit.integrity : exit
    }
    if isDamaged { throw Exit.integrity }
  }
}

struct AuditVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Look whether anything was changed, and say up to where that is known.",
    discussion: """
      Exit 0: nothing is wrong. 7: something is, from the entry that is named; also a signature that does not hold. \
      8: the record is whole, and a rule of its plans was not kept (four eyes, a review that is overdue), or something \
      could not be judged.

      DIR of --trust holds the verifier keys of the log and of witnesses, one a line, and your own copy of \
      allowed_signers, people.yaml and revoked: with it, signatures count by your keys and not by those that the plans \
      name. DIR of --witness holds checkpoints that left the machine: what a witness keeps, the file or the work tree \
      that is an anchor.
      """)

  @Argument(
    help: "A bundle (a directory, or a tar of it) or a journal; without it that of --journal.", completion: .file())
  var record: String?

  @Option(help: ArgumentHelp("Keys that you trust, from your own hands.", valueName: "dir"), completion: .directory)
  var trust: String?

  @Option(
    help: ArgumentHelp("Checkpoints that were kept outside of the machine.", valueName: "dir"), completion: .directory)
  var witness: String?

  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    let desk = try AuditDesk(record ?? journal.path, surroundings: Host.surroundings)
    let found = try await desk.verify(trust: trust, witness: witness)
    Output.standard.write(
      style.json ? AuditScreen.json(found) : AuditScreen.text(found, style: style.style(for: .standard)))
    switch found.verdict {
    case .intact: break
    case .damaged: throw Exit.integrity
    case .violated, .unjudged: throw Exit.unjudged
    }
  }
}

struct AuditListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all changes, one wave a line, from the entries alone.",
    discussion: "This is the population that samples are drawn from: it is whole because the log has no gap.")

  @Flag(help: "Write comma-separated values.")
  var csv = false

  @OptionGroup var options: AuditOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    if csv, style.json { throw Refusal(.usage, "--csv and --json are two forms; choose one") }
    try await options.answer { desk, _ in
      let changes = try desk.changes()
      if csv { return Output.standard.write(AuditScreen.csv(changes)) }
      if style.json { return Output.standard.write(AuditScreen.json(changes)) }
      let columns = Output.standard.isTerminal ? Output.standard.size.columns : 160
      Output.standard.write(AuditScreen.list(changes, style: style.style(for: .standard), columns: columns))
    }
  }
}

struct AuditWhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Follow an entry back to the persons, the plan and its author.")

  @Argument(help: ArgumentHelp("The number of an entry.", valueName: "seq"))
  var seq: Int64

  @OptionGroup var options: AuditOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    try await options.answer { desk, _ in
      let causes = try desk.causes(of: seq)
      Output.standard.write(style.json ? AuditScreen.json(causes) : AuditScreen.text(causes))
    }
  }
}

struct AuditSampleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw changes that everybody can draw again, with the evidence of each.",
    discussion: """
      Drawn are those whose SHA-256 of the seed, a line break and the name of the change come first. So nobody picks \
      them, and whoever has the list can check that.
      """)

  @Argument(help: "How many.")
  var count: Int

  @Option(help: ArgumentHelp("Any text; the auditor's, not the operator's.", valueName: "text"))
  var seed: String

  @OptionGroup var options: AuditOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    guard count > 0 else { throw Refusal(.usage, "a sample has at least one change") }
    try await options.answer { desk, _ in
      let drawn = try desk.sample(count, seed: seed)
      if style.json { return Output.standard.write(AuditScreen.json(drawn.map(\.change))) }
      for (change, causes) in drawn { Output.standard.write(AuditScreen.text(change, causes: causes)) }
    }
  }
}

struct AuditReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Derive every decision again, and show the first that differs.",
    discussion: """
      Exit 0: every decision is the one that the plan and the events before it lead to. 7: one is not. 8: some could \
      not be derived, such as those of another version.
      """)

  @OptionGroup var options: AuditOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    try await options.answer { desk, _ in
      let found = try desk.replay()
      Output.standard.write(style.json ? ReplayScreen.json(found) : ReplayScreen.text(found))
      switch ReplayScreen.verdict(found) {
      case .intact: break
      case .damaged: throw Exit.integrity
      case .violated, .unjudged: throw Exit.unjudged
      }
    }
  }
}

struct AuditExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a bundle that is verified without the journal, or a form for other programs.",
    discussion: """
      Without --format: a directory with the stored bytes, payloads, plans, checkpoints, proofs and names, or with \
      --tar the same in one file. `sanderling audit verify` takes both. Of a damaged journal the bytes are written all \
      the same, the bundle says that it is of one, and the exit is 7.
      """)

  @Argument(help: ArgumentHelp("Where a bundle goes.", valueName: "dir"), completion: .directory)
  var directory: String?

  @Option(help: ArgumentHelp("A bundle in one file.", valueName: "file"), completion: .file())
  var tar: String?

  @Option(help: "Write to standard output as jsonl, csv, cloudevents, ocsf or in-toto.")
  var format: Exports.Form?

  @OptionGroup var options: AuditOptions

  func run() async throws {
    guard [directory != nil, tar != nil, format != nil].count(where: { $0 }) == 1 else {
      throw Refusal(
        .usage, "one of three is written",
        next: [
          "sanderling audit export DIRECTORY   # a bundle",
          "sanderling audit export --tar FILE   # a bundle in one file",
          "sanderling audit export --format jsonl",
        ])
    }
    try await options.answer { try export($0, $1) }
  }

  private func export(_ desk: AuditDesk, _ found: Verification) throws {
    if let directory {
      try desk.export(to: directory, as: found)
      return Output.error.tell("written: \(directory). Look at it with: sanderling audit verify \(directory)\n")
    }
    if let tar {
      try desk.export(toTar: tar, as: found)
      return Output.error.tell("written: \(tar). Look at it with: sanderling audit verify \(tar)\n")
    }
    guard let form = format else { return }
    if form == .csv { return Output.standard.write(AuditScreen.csv(try desk.changes())) }
    try desk.export(as: form, version: Sanderling.version) { bytes in
      Output.standard.write(String(decoding: bytes, as: UTF8.self))
    }
  }
}

struct AuditWitnessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "witness", abstract: "Cosign checkpoints, on the auditor's own machine.",
    discussion: """
      Reads one request of c2sp.org/tlog-witness from standard input and writes the status and the body of its answer. \
      As a forced command of SSH, in authorized_keys:

        command="sanderling audit witness --state /home/auditor/witness",restrict ssh-ed25519 AAAA…

      The file `logs` in the directory names the logs that it cosigns, by their verifier keys, one a line.
      """)

  @Option(help: ArgumentHelp("The witness's directory.", valueName: "dir"), completion: .directory)
  var state: String

  @Option(
    name: .customLong("init"), help: ArgumentHelp("Make the directory, and a key of this name.", valueName: "name"))
  var name: String?

  @Flag(name: .customLong("key"), help: "Write the key that verifies its signatures, and nothing else.")
  var showsKey = false

  func run() throws {
    if let name {
      return Output.standard.write("\(try WitnessDesk.make(state, name: name).text)\n")
    }
    let desk = try WitnessDesk(state)
    if showsKey { return Output.standard.write("\(desk.key.text)\n") }
    let answer = try desk.answer(try Self.request(), now: Host.surroundings.clock().instant)
    Output.standard.write("\(answer.status)\n\(answer.body)")
  }

  /// What stands on standard input, and no more than shows that it is too long: it comes from strangers.
  private static func request() throws -> [UInt8] {
    var bytes: [UInt8] = []
    let most = SignedNote.largest + 1
    while bytes.count < most, let more = try FileHandle.standardInput.read(upToCount: most - bytes.count), !more.isEmpty
    {
      bytes += more
    }
    return bytes
  }
}
