import Forecasting
public import Planning
import Plans
public import Quantities
import Runbooks

/// The forecast as one page: what it carries, what it costs, what may come.
public enum ForecastPage {
  /// The page. The same report gives the same bytes.
  public static func html(_ report: ForecastReport, digest: Digest) -> String {
    Page.document(
      title: "Forecast: \(report.runbook)",
      head(report) + [figures(report), day(report), waves(report)].compactMap { $0 }
        + [year(report), capacity(report), bought(report), scenarios(report), influences(report), assumptions(report)]
        .compactMap { $0 }
        + [
          HTML.element(
            "footer", [],
            [
              .text(
                "Plan \(digest.hex). Made by sanderling forecast; the same files give the same page. Numbers are "
                  + "estimates: a range is what somebody thinks possible.")
            ])
        ])
  }

  private static func value(_ name: String, _ report: ForecastReport) -> String {
    report.figures.first { $0.name.name == name }?.text ?? "–"
  }

  private static func head(_ report: ForecastReport) -> [HTML] {
    let moment =
      switch report.moment {
      case .end: "when all \(report.model.load.inventory.value) are live and everybody has taken it up"
      case .wave(let path): "after \(path)"
      case .day(let day): "on \(day.text)"
      }
    let scenario = report.scenario.map { ", under the scenario \($0)" } ?? ""
    func said(_ name: String) -> String { value(name, report) }
    let perDay = report.figures.first { $0.name.name == "questions_per_day" }?.value ?? 0
    let probes = report.figures.first { $0.name.name == "canaries_per_day" }?.value ?? 0
    let sentence =
      "\(said("users")) users ask \(Spoken.number((perDay - probes) * 86_400)) questions a day"
      + (probes > 0 ? ", and canaries \(Spoken.number(probes * 86_400))" : "")
      + ", \(said("peak_rate")) in the peak hour; caches answer \(said("hits")). The platform costs "
      + "\(said("cost_per_month")), answers 95 of 100 within \(said("answer_p95")), and works \(said("availability")) of the time."
    let short = report.components.filter { ($0.headroom ?? 2) < 1 }
    let warning = short.map { "\($0.name) has \(Spoken.number($0.headroom ?? 0)) of what it needs" }
    return [
      HTML.element("h1", [], [.text("Forecast: \(report.runbook)")]),
      HTML.element("p", [("class", "dim")], [.text("\(report.environment) · \(moment)\(scenario)")]),
      HTML.element("div", [("class", "box")], [HTML.element("p", [], [.text(sentence)])]),
    ]
      + (short.isEmpty && report.plan.asks.isEmpty
        ? []
        : [
          HTML.element(
            "div", [("class", "box warn")],
            (warning
              + report.plan.asks.map { ask in
                "Ask for \(ask.amount)\(ask.by.map { " by \($0.text)" } ?? ""); now \(ask.granted)"
              }).map { HTML.element("p", [], [.text($0)]) })
        ])
  }

  private static func figures(_ report: ForecastReport) -> HTML {
    let hasRanges = report.draws > 0
    return Page.section(
      "Figures",
      [
        HTML.table(
          ["", "value"] + (hasRanges ? ["8 of 10 draws between"] : []) + ["how"],
          report.figures.filter { !$0.isDetail }.map {
            [$0.title, $0.text] + (hasRanges ? [$0.rangeText ?? ""] : []) + [$0.working]
          },
          right: hasRanges ? [1, 2] : [1])
      ])
  }

  /// Questions of a day by the hour, cell by cell.
  private static func day(_ report: ForecastReport) -> HTML? {
    guard let chart = dayChart(report) else { return nil }
    return Page.section(
      "A day, by the hour in UTC",
      [
        Page.figure(
          chart.svg,
          HTML.table(
            ["hour"] + chart.lines.map(\.name),
            chart.labels.indices.map { hour in
              [chart.labels[hour]] + chart.lines.map { Spoken.number($0.values[hour]) }
            }, right: Set(1...max(1, chart.lines.count))))
      ])
  }

  static func dayChart(_ report: ForecastReport) -> LineChart? {
    let cells = report.projection.cells.filter { $0.users > 0 }
    guard !cells.isEmpty else { return nil }
    let hours = (0..<24).map { "\($0):00" }
    let shown = cells.sorted { $0.users > $1.users }.prefix(4)
    let rest = cells.sorted { $0.users > $1.users }.dropFirst(4)
    var lines = shown.enumerated().map { index, cell in
      LineChart.Line(
        name: cell.name.isEmpty ? "all" : cell.name, values: cell.hours.map(\.questions),
        color: colors[index % colors.count], dash: dashes[index % dashes.count])
    }
    if !rest.isEmpty {
      let sum = (0..<24).map { hour in rest.reduce(0) { $0 + $1.hours[hour].questions } }
      lines.append(LineChart.Line(name: "\(rest.count) others", values: sum, color: "var(--grey)", dash: "2 2"))
    }
    return LineChart(
      title: "Questions in a second by the hour of the day", desc: "One line for each cell; hours in UTC.", unit: "/s",
      labels: hours, axis: "UTC", lines: lines)
  }

  static let colors = ["var(--blue)", "var(--orange)", "var(--green)", "var(--sky)"]
  static let dashes = ["", "7 3", "2 3", "9 3 2 3"]
}
