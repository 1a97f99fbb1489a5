import ArgumentParser
import Foundation
import Planning
import Quantities
import Screens

struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast", abstract: "Show what the plan projects after each wave, and the limits that follow.",
    discussion: """
      The numbers are those of the file under `forecast:` that conditions compare with, for the targets that are live \
      by then. They are part of the plan: what is approved is what triggers compare with.
      """)

  /// The forms of a forecast.
  enum Form: String, ExpressibleByArgument, CaseIterable { case text, markdown, csv, json }

  @Argument(
    help: "The runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String

  @OptionGroup var options: PlanningOptions

  @Option(help: "The form: text, markdown, csv or json.")
  var format: Form = .text

  @OptionGroup var style: StyleOptions

  func run() throws {
    let (plan, _, _) = try Loading.plan(runbook, options: options, style: style)
    switch style.json ? .json : format {
    case .json: Output.standard.write(ForecastScreen.json(plan, digest: plan.digest).canonicalText + "\n")
    case .markdown: Output.standard.write(ForecastScreen.markdown(plan))
    case .csv: Output.standard.write(ForecastScreen.csv(plan))
    case .text:
      Output.standard.write(
        ForecastScreen.text(
          plan, digest: plan.digest, style: style.style(for: .standard),
          columns: Output.standard.isTerminal ? Output.standard.size.columns : 100))
    }
  }
}
