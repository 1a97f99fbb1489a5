import ArgumentParser
import Diagnostics
import Operating
import Planning
import Quantities
import Runbooks
import Screens

struct RisksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risks", abstract: "Show the risk register, ranked, with what covers each risk and what nothing does.",
    discussion: """
      Ranked by mean chance × mean impact. A risk without a trigger, a scenario, an owner or an early sign says so, \
      and so does a trigger that serves no risk. With --env, or where there is one environment, each risk has what the \
      plan and its forecast say of it.
      """)

  /// The forms of a register.
  enum Form: String, ExpressibleByArgument, CaseIterable { case text, markdown, json }

  @Argument(
    help: "The runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String

  @Option(help: "How many risks to show whole.")
  var top: Int = 5

  @Option(help: "The form: text, markdown or json.")
  var format: Form?

  @OptionGroup var options: PlanningOptions

  @OptionGroup var style: StyleOptions

  func run() async throws {
    try style.refuse(format.map(\.rawValue))
    let loaded = RunbookFile.load(runbook, environment: options.environment)
    guard !loaded.findings.hasErrors, let read = loaded.runbook else {
      style.report(loaded.found)
      throw Exit.files
    }
    guard let coverage = RiskCoverage(of: read) else {
      throw Refusal(.usage, "the runbook has no risk register", next: ["write `risks: risks.yaml` in it"])
    }
    let hasEvidence = coverage.rows.contains { $0.risk.evidence != nil }
    let facts = hasEvidence && loaded.environment != nil ? try await facts(loaded) : nil
    let evidence = try evidence(of: coverage, facts)
    switch style.json ? .json : format ?? .text {
    case .json:
      Output.standard.write(RisksScreen.json(coverage, name: read.id.value, evidence: evidence).canonicalText + "\n")
    case .markdown:
      Output.standard.write(RisksScreen.markdown(coverage, evidence: facts == nil ? nil : evidence))
    case .text:
      Output.standard.write(
        RisksScreen.text(
          coverage, name: read.id.value, top: max(0, top), evidence: evidence, style: style.style(for: .standard),
          columns: Output.standard.isTerminal ? Output.standard.size.columns : 120))
      if hasEvidence, loaded.environment == nil, let name = loaded.environmentNames.first {
        Output.error.tell("what the plan says of each: sanderling risks \(shellWord(runbook)) --env \(name)\n")
      }
    }
  }

  /// What the plan and its forecast say; `nil` without a model.
  private func facts(_ loaded: LoadedRunbook) async throws -> DocumentFacts? {
    let ask = try options.ask(runbook, for: .risks)
    let made = try style.reporting { try Host.surroundings.plan(ask, read: loaded) }
    return try? await DocumentFacts.of(
      made.runbook, plan: made.plan, findings: made.found.findings, likelyEnd: made.likelyEnd, in: made.environment,
      zones: SystemZones(), given: ask.given)
  }

  /// The evidence of each risk, after a look at whether all its keys lead somewhere.
  private func evidence(of coverage: RiskCoverage, _ facts: DocumentFacts?) throws -> (Risk) -> String? {
    guard let facts else { return { _ in nil } }
    if let first = facts.unknownEvidence.first {
      throw Refusal(
        .usage, "\(first.location.text): \(first.message)", because: first.suggestion,
        next: ["sanderling forecast \(shellWord(runbook)) --json   # lists figures and waves"])
    }
    var texts: [String: String] = [:]
    for risk in coverage.rows.map(\.risk) where risk.evidence != nil {
      texts[risk.id.value] = facts.evidence(of: risk).text
    }
    return { texts[$0.id.value] }
  }
}
