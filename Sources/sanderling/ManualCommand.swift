import ArgumentParser
import Foundation
import Operating
import Quantities
import Screens

struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Write the man pages, for packages and installers.",
    discussion: """
      They are made from what `--help` and the checker say. Read one without installing it: \
      man -l DIRECTORY/man1/sanderling-run.1
      """, shouldDisplay: false)

  @Argument(help: "Where man1/ and man5/ go, such as /usr/local/share/man.", completion: .directory)
  var directory: String

  /// The variables that the program reads.
  static let variables = [
    ("SANDERLING_JOURNAL", "The journal, where `--journal` names none."),
    ("SANDERLING_JOURNAL_KEY", "The key that checkpoints are signed with, where `--journal-key` names none."),
    ("SANDERLING_ANCHORS", "Where checkpoints go, where `--anchors` names nothing."),
    ("NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE", "Never and always colours, as https://no-color.org has it."),
  ]

  func run() throws {
    let help = try JSON(parsing: Array(Sanderling._dumpHelp().utf8))
    let version = "sanderling \(Sanderling.version)"
    let pages =
      Manual.commands(
        help: help, version: version, exits: Exit.listed.map { (Int($0.code), $0.meaning) },
        variables: Self.variables.map { (name: $0.0, does: $0.1) })
      + [Manual.runbook(version: version)]
    do {
      for page in pages {
        let url = URL(filePath: "\(directory)/\(page.path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(page.text.utf8).write(to: url)
      }
    } catch {
      throw Refusal(
        .failed, "the pages cannot be written to \(directory)", next: ["choose a directory that this user may write"])
    }
    Output.error.tell("wrote \(pages.count) pages to \(directory)\n")
  }
}
