import Adapters
import ArgumentParser
import Diagnostics
import Foundation
import Operating

/// The program. It parses the command line, runs the command, and turns every ending into an exit code of ours.
@main
struct Main {
  static func main() async {
    ThisProcess.prepare()
    // A closed pipe (`| head`) is an ordinary end, not a crash.
    signal(SIGPIPE, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.isEmpty {
      Output.standard.write(Sanderling.welcome)
      Exit.done.leave()
    }
    if arguments == ["help", "exit-codes"] {
      for exit in Exit.listed { Output.standard.write("\(exit.code)\t\(exit.meaning)\n") }
      Exit.done.leave()
    }
    do {
      if arguments.count > 1, arguments[0] == "help" { try checkHelp(about: arguments[1]) }
      var command = try Sanderling.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      Exit.done.leave()
    } catch {
      leave(after: error, arguments: arguments)
    }
  }

  /// Help about nothing would be the help about everything, and look like an answer.
  private static func checkHelp(about word: String) throws {
    guard !word.hasPrefix("-"), !Sanderling.names.contains(word), word != "help" else { return }
    let nearest = Spelling.nearest(to: word, among: Sanderling.names + ["exit-codes"])
    throw Refusal(
      .usage, "there is no command `\(word)`", next: ["sanderling help\(nearest.map { " \($0)" } ?? "")"])
  }

  /// A message without the guess at an option that is far from what was written: no guess is better than a wrong one.
  private static func withoutFarWords(_ message: String) -> String {
    guard let guess = message.firstMatch(of: #/'(?<word>--?[^']+)'\. Did you mean '(?<other>[^']+)'\?/#),
      Spelling.nearest(to: String(guess.word), among: [String(guess.other)], most: guess.word.count > 7 ? 2 : 1) == nil
    else { return message }
    return message.replacing(" Did you mean '\(guess.other)'?", with: "")
  }

  private static func leave(after error: any Error, arguments: [String]) -> Never {
    if let refusal = error as? Refusal {
      let exit = Exit(refusal.kind)
      Output.error.tell("\(exit == .done ? "" : "error: ")\(refusal.message)\n")
      for line in refusal.next { Output.error.tell("  \(line)\n") }
      exit.leave()
    }
    if let exit = error as? Exit { exit.leave() }
    let code = Sanderling.exitCode(for: error)
    if code == .success {
      Output.standard.write(Sanderling.fullMessage(for: error) + "\n")
      Exit.done.leave()
    }
    Output.error.tell(withoutFarWords(Sanderling.fullMessage(for: error)) + "\n")
    if let word = arguments.first, !word.hasPrefix("-"), !Sanderling.names.contains(word),
      let nearest = Spelling.nearest(to: word, among: Sanderling.names, most: 1)
    {
      Output.error.tell("Did you mean `sanderling \(nearest)`?\n")
    }
    (code == .validationFailure ? Exit.usage : Exit.failed).leave()
  }
}
