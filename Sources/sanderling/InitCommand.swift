import ArgumentParser
import Foundation
import Operating
import Screens

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented runbook to start from.",
    discussion: "Writes runbook.yaml, an environment and an inventory into a new directory. They validate and run.")

  @Argument(help: "The directory to make.", completion: .directory)
  var directory: String

  func run() throws {
    // A variable that is not set would write into the root of the disk.
    guard !directory.allSatisfy(\.isWhitespace) else {
      throw Refusal(.usage, "the directory has no name; nothing was written", next: ["sanderling init my-migration"])
    }
    let name = URL(filePath: directory).standardizedFileURL.lastPathComponent
    let id = String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
      .trimmingCharacters(in: ["-"])
    let files = Starter.files(id: id.isEmpty ? "my-migration" : id)
    let manager = FileManager.default
    for (path, _) in files where manager.fileExists(atPath: "\(directory)/\(path)") {
      throw Refusal(
        .usage, "\(directory)/\(path) exists already; nothing was written", next: ["choose another directory"])
    }
    do {
      for (path, text) in files {
        let url = URL(filePath: "\(directory)/\(path)")
        try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url, options: .atomic)
        Output.error.tell("wrote \(directory)/\(path)\n")
      }
    } catch {
      throw Refusal(
        .failed, "the runbook cannot be written to \(directory)",
        next: ["choose a directory that this user may write, and of which every part is a directory"])
    }
    let word = FollowUp.quoted(directory)
    Output.error.tell(
      """
      next:
        sanderling validate \(word)
        sanderling plan \(word)
        sanderling run \(word)

      """)
  }
}
