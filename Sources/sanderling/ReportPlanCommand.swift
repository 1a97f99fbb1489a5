import ArgumentParser
import Foundation
import Journaling
import Operating
import Planning
import Plans
import Reports
import Runbooks
import Screens

struct ReportPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Report what a plan would do: the page that a release manager signs.",
    discussion: """
      What is asked comes first, then what can go wrong and how far back. --diff puts the difference from the plan \
      that was approved last on the page, grown risk first. --ics writes one calendar event for each wave; written \
      again to the same file, events move and are not doubled.
      """)

  @Argument(
    help: "The runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String

  @OptionGroup var planning: PlanningOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var options: ReportOptions

  @Option(
    name: .customLong("diff"),
    help: ArgumentHelp("The kept plan that was approved last, or that of a run.", valueName: "file|r-n"),
    completion: Completions.runsAndFiles)
  var old: String?

  @Option(
    help: ArgumentHelp("Write the waves as a calendar.", valueName: "file"), completion: .file(extensions: ["ics"]))
  var ics: String?

  @Flag(help: "Write the phases as a Mermaid diagram.")
  var mermaid = false

  @OptionGroup var style: StyleOptions

  func run() async throws {
    if style.json {
      throw Refusal(
        .usage, "a report is a page, and no data",
        next: ["sanderling plan \(shellWord(runbook)) --json   # the plan as data"])
    }
    let forms = [options.html != nil, options.markdown, ics != nil, mermaid].count { $0 }
    guard forms <= 1 else { throw Refusal(.usage, "--html, --markdown, --ics and --mermaid are forms; choose one") }
    let (planned, objection) = try style.reporting {
      try part.plan(try planning.ask(runbook), journal: journal.place(of: runbook))
    }
    if let objection { Output.error.tell(PlanCommand.warning(of: objection)) }
    if mermaid { return Output.standard.write(PlanDiagram.mermaid(planned.plan)) }
    if let ics { return try write(planned.plan, to: ics) }
    let differences = try old.map { old in
      planned.plan.differences(from: try KeptPlan.read(old, or: try journal.desk(.read, of: runbook)))
    }
    let page = PlanPage(
      planned.plan, findings: planned.found.findings, coverage: RiskCoverage(of: planned.runbook),
      differences: differences, runbook: runbook, zones: SystemZones())
    try options.write(html: { page.html }, markdown: { page.markdown })
  }

  private func write(_ plan: Plan, to file: String) throws {
    let old = try? String(contentsOfFile: file, encoding: .utf8)
    try OutFile.write(PlanCalendar.text(plan, replacing: old).utf8, to: file, what: "the calendar")
    Output.error.tell("written: \(Sanitize.line(file))\n")
  }
}
