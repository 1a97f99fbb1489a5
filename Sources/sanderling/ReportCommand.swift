import ArgumentParser
import Auditing
import Foundation
import History
import Journaling
import Operating
import Plans
import Records
import Reports
import Screens

/// Pages for people who sign and people who check.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a run, or a plan, as one page that stands alone.",
    discussion: """
      `report r-12 --html r-12.html` tells a run: what was out of the ordinary, who approved, waves planned and \
      actual, what was measured, every target. `report plan RUNBOOK --html plan.html` is what a release manager \
      signs. Both are one file without scripts and without anything from elsewhere, and come as Markdown too.
      """,
    subcommands: [ReportRunCommand.self, ReportPlanCommand.self], defaultSubcommand: ReportRunCommand.self)
}

/// In which form, and where to.
struct ReportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write one HTML page.", valueName: "file"), completion: .file(extensions: ["html"]))
  var html: String?

  @Flag(help: "Write Markdown, for a pull request.")
  var markdown = false

  /// Writes the page where it was asked for, and Markdown to standard output.
  func write(html page: () -> String, markdown text: () -> String) throws {
    if html != nil, markdown { throw Refusal(.usage, "--html and --markdown are two forms; choose one") }
    guard let html else { return Output.standard.write(text()) }
    try OutFile.write(page().utf8, to: html, what: "the page")
    Output.error.tell("written: \(Sanitize.line(html))\n")
  }
}

struct ReportRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Report what happened in a run. This is what `report` does without a word.")

  @Argument(help: "A run such as r-12; the newest without.", completion: Completions.runs)
  var name: String?

  @OptionGroup var options: ReportOptions
  @OptionGroup var journal: JournalOptions

  func run() async throws {
    let reported = try journal.desk(.read).report(of: name)
    let found = try await AuditDesk(journal.path, surroundings: Host.surroundings).verify(trust: nil, witness: nil)
    let proof = LogProof(
      words: "Log: \(found.sentence)", losses: found.losses, isIntact: found.verdict == .intact, size: found.size,
      root: found.root)
    let page = RunPage(
      reported.report, run: reported.run.name, digest: reported.report.plan.digest, proof: proof, zones: SystemZones())
    try options.write(html: { page.html }, markdown: { page.markdown })
    guard found.verdict == .damaged else { return }
    Output.error.tell("error: \(Sanitize.line(found.name)) is \(Sanitize.line(found.sentence)); the page says so\n")
    throw Exit.integrity
  }
}
