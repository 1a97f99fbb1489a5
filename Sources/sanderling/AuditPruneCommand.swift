import ArgumentParser
import Foundation
import Journaling
import Operating
import Quantities
import Records
import Screens

struct AuditPruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Take finished runs out of the journal, after a bundle has them.",
    discussion: """
      Bytes, payloads and plans of the runs go; the hash of each entry stays, so every later proof and checkpoint \
      still verifies, and an entry says what was taken out, by whom, why, and which bundle has it. The bundle (`audit \
      export`) is compared entry by entry first. Open runs stay, and so do runs whose emergency waits for a review, or \
      where a command waits. It cannot be undone: keep the bundle.
      """)

  @Argument(help: ArgumentHelp("Runs, such as r-3.", valueName: "run"), completion: Completions.runs)
  var runs: [String] = []

  @Option(help: ArgumentHelp("Runs whose last entry is older than this time, such as 2027-02-15.", valueName: "time"))
  var before: String?

  @Option(
    help: ArgumentHelp("The bundle that has them: its directory, or a tar of it.", valueName: "path"),
    completion: .file())
  var archive: String

  @Option(help: "Why. It is kept in the history.")
  var reason: String

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var journal: JournalOptions

  func run() async throws {
    let reason = try Reason(reason)
    let desk = try journal.desk(.write)
    let before = try reader.time(before, now: Host.surroundings.clock().instant)
    let prunable = try await desk.prunable(PruneAsk(runs: runs, before: before, archive: archive, reason: reason))
    for why in prunable.staying { Output.error.tell("note: \(Sanitize.line(why))\n") }
    try confirm(prunable.runs.map(\.name))
    let pruned = try desk.prune(prunable)
    let count = pruned.reduce(0) { $0 + Int($1.count) }
    Output.standard.write(
      "pruned: \(pruned.map(\.name).joined(separator: ", ")), \(count.counted("entry", "entries")). Their hashes stay, "
        + "and the log says so.\nkeep \(archive): nothing else has what they said\n")
  }

  private func confirm(_ names: [String]) throws {
    if yes { return }
    let those = names.joined(separator: " ")
    guard isatty(STDIN_FILENO) == 1 else {
      throw Refusal(.usage, "pruning needs a yes: it cannot be undone", next: ["say --yes to take out \(those)"])
    }
    Output.error.tell("type yes to take \(those) out of \(journal.path): ")
    guard readLine() == "yes" else { throw Refusal(.usage, "nothing was changed") }
  }
}
