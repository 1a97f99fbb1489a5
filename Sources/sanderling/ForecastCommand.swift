import ArgumentParser
import Diagnostics
import Forecasting
import Operating
import Planning
import Plans
import Quantities
import Reports
import Runbooks
import Screens

struct ForecastCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Show load, capacity, cost and availability along the plan, with the calculation beside each number.",
    discussion: """
      The numbers come from the model in the file under `forecast:`. What conditions compare with is part of the plan: \
      what is approved is what triggers compare with. `--set load.questions=6/day` changes an estimate, `x2` \
      multiplies it; names without a dot are parameters of the runbook.
      """)

  /// What `--format` takes.
  enum Form: String, ExpressibleByArgument, CaseIterable { case text, markdown, csv, json, html }

  /// The forms that have a flag of their own; `--json` is one of all commands.
  enum Short: String, EnumerableFlag {
    case markdown, csv, html
  }

  /// The form that was asked for.
  private var form: Form { style.json ? .json : format ?? short.flatMap { Form(rawValue: $0.rawValue) } ?? .text }

  @Argument(
    help: "The runbook: a directory with runbook.yaml, or one file.", completion: .file(extensions: ["yaml", "yml"]))
  var runbook: String

  @OptionGroup var options: PlanningOptions

  @Option(help: ArgumentHelp("For the time after a wave, or for a day.", valueName: "wave|date"))
  var at: String?

  @Option(help: ArgumentHelp("Under a scenario of the forecast.", valueName: "name"))
  var scenario: String?

  @Option(help: "How many times estimates are drawn from their ranges; 0 for the most likely values alone.")
  var draws: Int = 200

  @Option(help: "Which chance the draws follow.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Compare with what a run measured: its name.", valueName: "run"), completion: Completions.runs)
  var compare: String?

  @OptionGroup var journal: JournalOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Write the numbers into the marked places of Markdown files, `<!--= figure cost_per_month -->`.",
      valueName: "file"), completion: .file(extensions: ["md"]))
  var fill: [String] = []

  @Flag(help: "With --fill: write nothing, and exit 1 when a file would change.")
  var check = false

  @Option(help: ArgumentHelp("Write one chart as SVG: day, cost, headroom, year or influences.", valueName: "name"))
  var chart: String?

  @Option(help: "The form: text, markdown, csv, json or html.")
  var format: Form?

  @Flag(help: "Short for --format.")
  var short: Short?

  @OptionGroup var style: StyleOptions

  func run() async throws {
    try style.refuse(format.map(\.rawValue), short: short?.rawValue)
    if check, fill.isEmpty {
      throw ValidationError("--check holds the numbers of documents against the forecast; name them with --fill")
    }
    var parameters = options
    // What has a dot is a number of the model: parameters have none.
    let isOfModel = { (text: String) in text.prefix { $0 != "=" }.contains(".") }
    parameters.assignments = options.assignments.filter { !isOfModel($0) }
    let changes = try Assignments.parse(options.assignments.filter(isOfModel), option: "--set")
    let work = try ForecastWork(
      runbook, options: parameters, changes: changes, scenario: scenario, style: style)
    if let compare { return try await ForecastComparing(journal: journal, style: style).run(compare, work: work) }
    let digest = work.plan.digest
    guard work.runbook.model != nil else {
      try refuseWithoutModel()
      return write(work.plan, digest: digest)
    }
    if !fill.isEmpty, scenario != nil || at != nil || !changes.isEmpty {
      throw Refusal(
        .usage, "documents are filled with the model as it is, for the whole plan",
        next: ["leave out --scenario, --at and the numbers of the model after --set"])
    }
    if !fill.isEmpty { return try await ForecastFilling(files: fill, isCheck: check, runbook: runbook).run(work) }
    var wanted = ForecastOptions()
    wanted.moment = try moment(in: work.plan)
    wanted.scenario = work.scenario
    wanted.draws = max(0, min(draws, 1_000_000))
    wanted.seed = seed
    wanted.year = form == .html || chart == "year"
    guard let report = await work.report(wanted) else {
      throw Refusal(.usage, "no stage of the plan works on the inventory that brings the load")
    }
    if let chart {
      guard let picture = ForecastPage.svg(report, chart: chart) else {
        let others = ForecastPage.charts.filter { $0 != chart }.joined(separator: ", ")
        throw Refusal(
          .usage, "there is no chart `\(chart)` of this forecast",
          because: ForecastPage.charts.contains(chart) ? "its model has no numbers for it" : nil,
          next: ["write one of \(others)"])
      }
      return Output.standard.write(picture)
    }
    write(report, digest: digest)
  }

  /// Charts, pages and documents are made of a model.
  private func refuseWithoutModel() throws {
    let asked = [
      (!fill.isEmpty, "--fill"), (chart != nil, "--chart"), (at != nil, "--at"), (form == .html, "--html"),
    ].filter(\.0).map(\.1)
    guard let first = asked.first else { return }
    throw Refusal(
      .usage, "\(first) needs a model, and the forecast of this runbook has none", next: ["add `load:` to it"])
  }

  private func write(_ report: ForecastReport, digest: Digest) {
    switch form {
    case .json:
      Output.standard.write(ForecastExport.json(report, digest: digest).canonicalText + "\n")
    case .markdown: Output.standard.write(ForecastReportScreen.markdown(report))
    case .csv: Output.standard.write(ForecastExport.csv(report))
    case .html: Output.standard.write(ForecastPage.html(report, digest: digest))
    case .text:
      Output.standard.write(
        ForecastReportScreen.text(
          report, digest: digest, style: style.style(for: .standard),
          columns: Output.standard.isTerminal ? Output.standard.size.columns : 120))
    }
  }

  /// A forecast without a model: its quantities by wave.
  private func write(_ plan: Plan, digest: Digest) {
    switch form {
    case .json: Output.standard.write(ForecastScreen.json(plan, digest: digest).canonicalText + "\n")
    case .markdown: Output.standard.write(ForecastScreen.markdown(plan))
    case .csv: Output.standard.write(ForecastScreen.csv(plan))
    case .text, .html:
      Output.standard.write(
        ForecastScreen.text(
          plan, digest: digest, style: style.style(for: .standard),
          columns: Output.standard.isTerminal ? Output.standard.size.columns : 100))
    }
  }

  private func moment(in plan: Plan) throws -> ForecastReport.Moment {
    guard let at else { return .end }
    if let day = CivilDate(at) {
      // Growth by the month is a guess that nobody carries on for longer.
      guard let starts = plan.starts, day > starts.adding(days: 3_653) else { return .day(day) }
      throw Refusal(
        .usage, "`\(at)` is more than ten years after the programme starts on \(starts.text)",
        because: "no growth can be carried on for so long",
        next: ["write a date until \(starts.adding(days: 3_653).text)"])
    }
    let known = plan.wavePaths
    guard known.contains(at) else {
      throw Refusal(
        .usage, "`\(at)` is no wave of the plan and no date",
        next: ["its waves: \(known.prefix(12).joined(separator: ", "))", "a date is written 2027-03-01"])
    }
    return .wave(at)
  }
}

/// A runbook whose model was changed, and the plan that follows.
struct ForecastWork {
  let runbook: Runbook
  let environment: Environment
  let plan: Plan
  let findings: [Finding]
  /// When the plan is likely to end, where that is later than its own end.
  let likelyEnd: CivilDate?
  let scenario: ScenarioModel?
  /// Values of parameters from outside.
  let given: [String: String]

  /// Reads and plans a runbook under changes and a scenario.
  ///
  /// - `changes`: estimates by the path of the number.
  init(
    _ path: String, options: PlanningOptions, changes: [String: String], scenario name: String?, style: StyleOptions
  ) throws {
    var scenario: ScenarioModel?
    let made = try style.reporting {
      try Host.surroundings.plan(try options.ask(path, for: .forecast)) { runbook in
        guard let model = runbook.model else {
          if name == nil, changes.isEmpty { return }
          throw Refusal(.usage, "the forecast of this runbook has no model", next: ["add `load:` to it"])
        }
        // A forecast answers questions, also about what a plan would refuse.
        runbook.model?.refuses = false
        if let name {
          guard let known = model.scenarios.first(where: { $0.id.value == name }) else {
            let names = model.scenarios.map(\.id.value).joined(separator: ", ")
            throw Refusal(.usage, "the forecast has no scenario `\(name)`", next: ["it has \(names)"])
          }
          scenario = known
          runbook.model = runbook.model?.under(known)
        }
        for path in changes.keys.sorted() {
          let text = changes[path] ?? ""
          guard !EstimateChange.isDoubtful(text), let change = EstimateChange(text) else {
            let meant = EstimateChange.meant(by: text).map { "write --set '\(path)=\($0)'" }
            throw Refusal(
              .usage, "`\(text)` \(EstimateChange.isDoubtful(text) ? "can be read as two numbers" : "is no estimate")",
              next: meant.isEmpty
                ? ["write --set \(path)=3000, --set \(path)=2..3..4, with its unit, or --set \(path)=x2"] : meant)
          }
          // Of what the scenario and the changes before it have made of the model.
          if let refusal = runbook.model?.refusal(of: change, at: path) {
            throw Refusal(.usage, refusal.why, next: [refusal.instead])
          }
          runbook.model = runbook.model?.changed([(path, change)])
        }
      }
    }
    (runbook, environment, plan, findings) = (made.runbook, made.environment, made.plan, made.found.findings)
    likelyEnd = made.likelyEnd
    self.scenario = scenario
    given = try options.ask(path).given
  }

  /// What moves a figure, when all targets are live.
  func influences(on figure: String) -> [Influence] {
    Planner.influences(on: figure, runbook, plan: plan, in: environment, zones: SystemZones())
  }

  /// What the model says.
  func report(_ options: ForecastOptions) async -> ForecastReport? {
    await Planner.forecast(runbook, plan: plan, in: environment, zones: SystemZones(), options: options)
  }
}
