import ArgumentParser
import Diagnostics
import Foundation
import Operating
import Quantities
import Screens

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what this machine has and lacks for this program, a journal and a runbook.",
    discussion: """
      It changes nothing. With a runbook also what that one needs: programs, directories, secrets, its trust/. Exits \
      with 8 when something is missing; warnings alone are no fault.
      """)

  @Argument(
    help: "A runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String?

  @OptionGroup var options: PlanningOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let examination = Examination(
      journal: journal.place(of: runbook).path, surroundings: Host.surroundings, variables: environment)
    var checks = examination.machine() + terminal(environment) + examination.journalHealth()
    if let runbook { checks += examination.runbook(try options.ask(runbook, for: .doctor)) }
    Output.standard.write(
      style.json
        ? DoctorScreen.json(checks).canonicalText + "\n"
        : DoctorScreen.text(checks, style: style.style(for: .standard)))
    if checks.contains(where: { $0.state == .missing }) { throw Exit.unjudged }
  }

  /// What the terminal can show.
  private func terminal(_ environment: [String: String]) -> [Check] {
    let kind = environment["TERM"] ?? ""
    guard Output.standard.isTerminal else {
      return [Check(.terminal, "terminal", .fine, "the output is no terminal: plain lines")]
    }
    let size = Output.standard.size
    let style = self.style.style(for: .standard)
    let words = [
      kind.isEmpty ? "of no known kind" : kind, "\(size.columns) × \(size.rows)",
      style.colour ? "colours" : "no colours", style.ascii ? "ASCII only" : "UTF-8",
    ]
    var checks = [Check(.terminal, "terminal", .fine, words.joined(separator: ", "))]
    if size.columns < 80 || size.rows < 24 {
      checks.append(
        Check(.terminal, "size", .warning, "screens are made for 80 × 24 and more", next: ["make the window larger"]))
    }
    return checks
  }
}
