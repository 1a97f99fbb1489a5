import Diagnostics
import Forecasting
public import Planning
import Plans
import Quantities
import Runbooks

extension ForecastPage {
  /// Load and cost after each wave.
  static func waves(_ report: ForecastReport) -> HTML? {
    let items = report.plan.projections
    guard items.count > 1 else { return nil }
    guard let cost = costChart(report), let room = headroomChart(report) else { return nil }
    let built = Dictionary(report.built.map { ([$0.stage, $0.wave], $0) }, uniquingKeysWith: { first, _ in first })
    let table = HTML.table(
      ["wave", "at the latest", "live", "peak /s", "tightest", "headroom", "a day", "so far", "available"]
        + (built.isEmpty ? [] : ["a day as built", "available"]),
      items.map { item in
        let batch = report.plan.stages[item.stage].waves[item.wave]
        return [
          report.plan.path(stage: item.stage, wave: item.wave), batch.latest?.text ?? "–",
          Spoken.number(Double(item.targets)), item.peak.spoken, item.tightest ?? "–",
          item.headroom.map { "\($0.spoken) ×" } ?? "–", Spoken.number(item.costPerDay.approximate),
          Spoken.number(item.spent.approximate), "\(item.availability.text) %",
        ]
          + (built.isEmpty
            ? []
            : built[[item.stage, item.wave]].map {
              [Spoken.number($0.costPerDay.approximate), "\($0.availability.text) %"]
            } ?? ["–", "–"])
      }, right: [2, 3, 5, 6, 7, 8, 9, 10])
    return Page.section("After each wave", [Page.wide(cost.svg), Page.figure(room.svg, table)])
  }

  static func costChart(_ report: ForecastReport) -> LineChart? {
    let items = report.plan.projections
    guard items.count > 1 else { return nil }
    let goal = report.model.goals.cost.map { report.model.values[$0] * 86_400 }
    return LineChart(
      title: "Cost in a day after each wave", desc: "By the number of live targets.",
      unit: "\(report.model.currency)/day", labels: items.map { Spoken.number(Double($0.targets)) },
      axis: "live \(report.model.load.inventory.value)",
      lines: [.init(name: "cost", values: items.map(\.costPerDay.approximate), color: "var(--blue)")],
      limit: goal.map { ($0, "goal \(Spoken.number($0))") }, isStepped: true)
  }

  static func headroomChart(_ report: ForecastReport) -> LineChart? {
    let items = report.plan.projections
    guard items.count > 1 else { return nil }
    return LineChart(
      title: "Headroom of the tightest component after each wave",
      desc: "How many times its need the limit is; below 1 it is not enough. More than 20 is shown as 20.",
      unit: "×; 20 is 20 or more",
      labels: items.map { Spoken.number(Double($0.targets)) },
      axis: "live \(report.model.load.inventory.value)",
      lines: [
        .init(
          name: "headroom", values: items.map { min(20, $0.headroom?.approximate ?? 20) }, color: "var(--orange)",
          dash: "7 3")
      ], limit: (1, "1 ×: nothing left"), isStepped: true)
  }

  /// A year from the start of the programme: adoption and growth included.
  static func year(_ report: ForecastReport) -> HTML? {
    guard let chart = yearChart(report) else { return nil }
    let days = report.year
    let table = HTML.table(
      ["week of", "live", "users", "peak /s", "\(report.model.currency) a day"],
      days.map { day in
        [
          day.day.text, Spoken.number(day.projection.targets), Spoken.number(day.projection.users),
          Spoken.number(day.projection.peakRate), Spoken.number(day.projection.cost * 86_400),
        ]
      }, right: [1, 2, 3, 4])
    return Page.section("A year from the start", [Page.figure(chart.svg, table)])
  }

  static func yearChart(_ report: ForecastReport) -> LineChart? {
    guard report.year.count > 30 else { return nil }
    let days = report.year
    return LineChart(
      title: "Peak hour over a year, week by week",
      desc: "The mean of the fullest hour of the busiest day of the week, adoption and growth included.",
      unit: "/s", labels: days.map { $0.day.spoken }, axis: "",
      lines: [.init(name: "peak hour", values: days.map(\.projection.peakRate), color: "var(--blue)")])
  }

  static func capacity(_ report: ForecastReport) -> HTML? {
    guard !report.components.isEmpty else { return nil }
    return Page.section(
      "Capacity of each location, at the peak and in the burst, with its neighbour lost",
      [
        HTML.table(
          ["component", "needs", "has", "locations", "limit", "headroom", "99 % wait below"],
          report.components.map { row in
            [
              row.name, Spoken.number(row.need), row.has, String(row.locations),
              row.limit.map { Spoken.number($0) } ?? "–", row.headroom.map { "\(Spoken.number($0)) ×" } ?? "–",
              row.wait.map { Spoken.time($0) } ?? "–",
            ]
          }, right: [1, 2, 3, 4, 5, 6])
      ])
  }

  static func bought(_ report: ForecastReport) -> HTML? {
    guard !report.bought.isEmpty else { return nil }
    let month = WrittenUnit.month
    return Page.section(
      "Bought ahead instead of paid by use",
      [
        HTML.table(
          ["component", "needs", "to buy in each location", "\(report.model.currency) a month", "by use"],
          report.bought.map { row in
            [
              row.name, Spoken.number(row.need), Spoken.number(Double(row.units)), Spoken.number(row.cost * month),
              Spoken.number(row.byUse * month),
            ]
          }, right: [1, 2, 3, 4])
      ])
  }

  static func scenarios(_ report: ForecastReport) -> HTML? {
    guard report.scenarios.count > 1 else { return nil }
    return Page.section(
      "What if",
      [
        HTML.table(
          ["scenario", "peak /s", "calls a day", "p95", "available", "\(report.model.currency) a month", "tightest"],
          report.scenarios.map { row in
            [
              row.name.map { "\($0): \(row.summary ?? "")" } ?? "as planned", Spoken.number(row.peak),
              Spoken.number(row.callsPerDay), Spoken.time(row.answer), row.available, row.costText,
              row.tightest.map { "\($0) \(row.headroom.map { "\(Spoken.number($0)) ×" } ?? "")" } ?? "–",
            ]
          }, right: [1, 2, 3, 4, 5])
      ])
  }

  static func influences(_ report: ForecastReport) -> HTML? {
    guard let chart = influencesChart(report) else { return nil }
    let (moving, month) = (moving(report), WrittenUnit.month)
    return Page.section(
      "What moves the cost most",
      [
        Page.figure(
          chart.svg,
          HTML.table(
            ["estimate", "written", "\(report.model.currency) a month, low", "high", "for 1 % more"],
            moving.map {
              [
                $0.estimate, $0.written, Spoken.number($0.low * month), Spoken.number($0.high * month),
                "\(Spoken.number($0.elasticity)) %",
              ]
            }, right: [2, 3, 4]))
      ])
  }

  private static func moving(_ report: ForecastReport) -> [ForecastReport.InfluenceRow] {
    Array(report.influences.filter { $0.low != $0.high }.prefix(8))
  }

  static func influencesChart(_ report: ForecastReport) -> SpanChart? {
    let month = WrittenUnit.month
    let bars = moving(report).map { SpanChart.Bar(name: $0.estimate, low: $0.low * month, high: $0.high * month) }
    guard !bars.isEmpty else { return nil }
    return SpanChart(
      title: "What moves the cost of a month most",
      desc: "Each estimate from its low to its high value, all others at their most likely one.",
      unit: "\(report.model.currency) a month", middle: report.projection.cost * month, bars: bars)
  }

  /// Every estimate with its place, so that a reader can doubt it.
  static func assumptions(_ report: ForecastReport) -> HTML {
    let prices = report.model.prices.map { price in
      [
        "prices.\(price.id.value)", report.model.estimates[price.number].text, price.date?.value.text ?? "",
        price.source ?? "",
      ]
    }
    let others = report.model.estimates.filter { !$0.path.hasPrefix("prices.") && !$0.path.hasPrefix("scenarios.") }
      .map { [$0.path, $0.text, "", "\($0.location.file.split(separator: "/").last ?? ""):\($0.location.line)"] }
    return Page.section(
      "Assumptions and prices", [HTML.table(["number", "value", "of", "where"], others + prices)])
  }
}

extension ForecastPage {
  /// The charts that stand alone as well.
  public static let charts = ["day", "cost", "headroom", "year", "influences"]

  /// One chart as a file of its own; `nil` for a name that is none, or where there is nothing to draw.
  public static func svg(_ report: ForecastReport, chart: String) -> String? {
    let picture: HTML? =
      switch chart {
      case "day": dayChart(report)?.svg
      case "cost": costChart(report)?.svg
      case "headroom": headroomChart(report)?.svg
      case "year": yearChart(report)?.svg
      case "influences": influencesChart(report)?.svg
      default: nil
      }
    return picture.map { Page.picture($0) }
  }
}
