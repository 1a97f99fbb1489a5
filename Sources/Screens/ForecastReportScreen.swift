import Forecasting
public import Planning
import Plans
public import Quantities
import Runbooks

/// What a performance model says, on a terminal.
public enum ForecastReportScreen {
  /// Figures with their calculation, components, waves, scenarios, and what moves the cost.
  public static func text(_ report: ForecastReport, digest: Digest, style: Style, columns: Int) -> String {
    let title = "Forecast  \(Sanitize.line(report.runbook)) · \(Sanitize.line(report.environment))"
    var rows = [
      Width.spread(style.paint(title, .bold), style.paint("plan \(digest.short)", .dim), to: columns), moment(report),
    ]
    for section in sections(report) {
      rows += [""] + [style.paint(section.name, .bold)] + lines(of: section, style, columns)
      rows += section.notes.flatMap { Width.wrap($0, to: max(20, columns - 1)) }.map { style.paint(" " + $0, .dim) }
    }
    return style.finish(rows.map { Width.truncate($0, to: columns) + "\n" }.joined())
  }

  private static func lines(of section: Section, _ style: Style, _ columns: Int) -> [String] {
    let all = section.titles.enumerated().map { position, title in
      Table.Column(
        title: title, isRight: section.right.contains(position), givesWay: section.gives.contains(position))
    }
    var table = Table(all, indent: " ")
    table.rows = section.rows
    let widths = section.titles.indices.map { index in
      ([section.titles[index]] + section.rows.map { $0[index] }).map(Width.columns).max() ?? 0
    }
    guard let last = section.wraps else {
      var shown = Array(all.indices)
      for index in section.leaves where shown.reduce(1, { $0 + widths[$1] + 2 }) - 2 > columns {
        shown.removeAll { $0 == index }
      }
      table.columns = shown.map { all[$0] }
      table.rows = section.rows.map { row in shown.map { row[$0] } }
      return table.lines(columns: columns, style: style)
    }
    let room = columns - widths[..<last].reduce(0, +) - 2 * last - 2
    if room >= leastRoom {
      table.rows = section.rows.flatMap { row in
        Width.wrap(row[last], to: room).enumerated().map { line, text in
          line == 0 ? Array(row[..<last]) + [text] : [String](repeating: "", count: last) + [text]
        }
      }
      return table.lines(columns: columns, style: style)
    }
    // On a narrow terminal the calculation stands below its number, and what else has no room there.
    let beside = (1...last).last { widths[..<$0].reduce(1, { $0 + $1 + 2 }) - 2 <= columns } ?? 1
    table.columns = Array(all[..<beside])
    let found = table.lines(columns: columns, style: style)
    return Array(found.prefix(1))
      + zip(found.dropFirst(), section.rows).flatMap { line, row in
        let below = row[beside...].filter { !$0.isEmpty }.joined(separator: " · ")
        return [line] + Width.wrap(below, to: max(20, columns - 5)).map { style.paint("     " + $0, .dim) }
      }
  }

  /// A calculation in fewer columns cannot be read.
  private static let leastRoom = 30

  /// For what moment, and under which scenario.
  static func moment(_ report: ForecastReport) -> String {
    let when =
      switch report.moment {
      case .end: "all \(report.model.load.inventory.value) live, and everybody has taken it up"
      case .wave(let path): "after \(Sanitize.line(path))"
      case .day(let day): "on \(Words.day(day))"
      }
    return when + (report.scenario.map { " · scenario \(Sanitize.line($0))" } ?? "")
  }

  /// A table with its name.
  struct Section {
    var name: String
    var titles: [String]
    var rows: [[String]]
    /// Columns that stand right.
    var right: Set<Int> = []
    /// Columns that may be cut.
    var gives: Set<Int> = []
    /// Columns that are left out where there is no room, the first one first.
    var leaves: [Int] = []
    /// The last column, where it is prose.
    var wraps: Int?
    var notes: [String] = []
  }

  static func sections(_ report: ForecastReport) -> [Section] {
    [figures(report), components(report), bought(report), waves(report), scenarios(report), influences(report)]
      .filter { !$0.rows.isEmpty }
  }

  private static func figures(_ report: ForecastReport) -> Section {
    let hasRanges = report.draws > 0
    let zeros = ["burst_rate", "burst_in_flight", "logged_in", "in_session", "hits"]
    let shown = report.figures.filter { !$0.isDetail && ($0.value != 0 || !zeros.contains($0.name.name)) }
    return Section(
      name: "Figures", titles: ["", "value"] + (hasRanges ? ["8 of 10 between"] : []) + ["how"],
      rows: shown.map { figure in
        [Sanitize.line(figure.title), figure.text] + (hasRanges ? [figure.rangeText ?? ""] : [])
          + [Sanitize.line(figure.working)]
      }, right: hasRanges ? [1, 2] : [1], wraps: hasRanges ? 3 : 2,
      notes: hasRanges
        ? [
          "8 of 10 of \(Words.grouped(report.draws)) draws lie between the two; each estimate is drawn by itself"
            + (report.model.together.isEmpty ? "" : ", but for those that hang together (`with:`)")
        ] : [])
  }

  private static func components(_ report: ForecastReport) -> Section {
    var section = Section(
      name: "Capacity of each location, at the peak and in the burst, with its neighbour lost",
      titles: ["component", "needs", "has", "locations", "limit", "headroom", "99 % wait below"],
      rows: report.components.map { row in
        [
          Sanitize.line(row.name), Spoken.number(row.need), row.has, String(row.locations),
          row.limit.map { Spoken.number($0) } ?? "-", headroom(row.headroom), row.wait.map { Spoken.time($0) } ?? "-",
        ]
      }, right: [1, 2, 3, 4, 5, 6], gives: [0])
    section.notes = report.plan.asks.map { ask in
      "ask for \(Sanitize.line(ask.amount))" + (ask.by.map { " by \(Words.day($0))" } ?? "")
        + ": \(Sanitize.line(ask.wave)) needs more than the \(Words.grouped(ask.granted)) that are granted"
    }
    return section
  }

  private static func bought(_ report: ForecastReport) -> Section {
    let currency = Sanitize.line(report.model.currency)
    return Section(
      name: "Bought ahead instead of paid by use",
      titles: ["component", "needs", "to buy in each location", "\(currency) a month", "by use", "÷"],
      rows: report.bought.map { row in
        [
          Sanitize.line(row.name), Spoken.number(row.need), Words.grouped(row.units),
          Spoken.number(row.cost * WrittenUnit.month), Spoken.number(row.byUse * WrittenUnit.month),
          row.byUse > 0 ? "\(Spoken.number(row.cost / row.byUse)) ×" : "-",
        ]
      }, right: [1, 2, 3, 4, 5], gives: [0])
  }

  static func headroom(_ value: Double?) -> String {
    value.map { "\(Spoken.number($0)) ×\($0 < 1 ? " ⚠" : "")" } ?? "-"
  }

  static func waves(_ report: ForecastReport) -> Section {
    let currency = Sanitize.line(report.model.currency)
    let built = Dictionary(report.built.map { ([$0.stage, $0.wave], $0) }, uniquingKeysWith: { first, _ in first })
    return Section(
      name: "After each wave",
      titles: [
        "wave", "at the latest", Sanitize.line(report.model.load.inventory.value), "peak /s", "tightest", "headroom",
        "\(currency)/day", "\(currency) so far", "available",
      ] + (built.isEmpty ? [] : ["\(currency)/day as built", "available"]),
      rows: report.plan.projections.map { item in
        let batch = report.plan.stages[item.stage].waves[item.wave]
        return [
          Sanitize.line(report.plan.path(stage: item.stage, wave: item.wave)), batch.latest?.text ?? "-",
          Words.grouped(item.targets), item.peak.spoken, item.tightest.map(Sanitize.line) ?? "-",
          item.headroom.map { "\($0.spoken) ×\($0 < Fixed(millionths: 1_000_000) ? " ⚠" : "")" } ?? "-",
          item.costPerDay.grouped,
          item.spent.grouped,
          "\(item.availability.text) %",
        ]
          + (built.isEmpty
            ? []
            : built[[item.stage, item.wave]].map { [$0.costPerDay.grouped, "\($0.availability.text) %"] } ?? ["-", "-"])
      }, right: [2, 3, 5, 6, 7, 8, 9, 10], gives: [0, 4], leaves: [4, 3, 8, 10, 9],
      notes: built.isEmpty
        ? []
        : [
          "as built: with the locations and components that the steps before the wave have built; all else is as "
            + "designed"
        ])
  }

  private static func scenarios(_ report: ForecastReport) -> Section {
    let currency = Sanitize.line(report.model.currency)
    return Section(
      name: "What if",
      titles: ["scenario", "peak /s", "calls a day", "p95", "available", "\(currency) a month", "tightest"],
      rows: report.scenarios.count < 2
        ? []
        : report.scenarios.map { row in
          [
            Sanitize.line(row.name ?? "as planned"), Spoken.number(row.peak), Spoken.number(row.callsPerDay),
            Spoken.time(row.answer), row.available, row.costText,
            row.tightest.map { "\(Sanitize.line($0)) \(headroom(row.headroom))" } ?? "-",
          ]
        }, right: [1, 2, 3, 4, 5], gives: [6], leaves: [2],
      notes: report.scenarios.compactMap { row in
        row.name.map { "\(Sanitize.line($0)): \(Sanitize.line(row.summary ?? ""))" }
      })
  }

  private static func influences(_ report: ForecastReport) -> Section {
    let currency = Sanitize.line(report.model.currency)
    return Section(
      name: "What moves the cost most",
      titles: ["estimate", "written", "\(currency) a month, low", "high", "for 1 % more"],
      rows: report.influences.prefix(8).map { row in
        [
          Sanitize.line(row.estimate), Sanitize.line(row.written), Spoken.number(row.low * WrittenUnit.month),
          Spoken.number(row.high * WrittenUnit.month), "\(Spoken.number(row.elasticity)) %",
        ]
      }, right: [2, 3, 4], gives: [1], leaves: [4])
  }

  // MARK: - Other forms

  /// The same tables in Markdown.
  public static func markdown(_ report: ForecastReport) -> String {
    sections(report).map { section in
      "### \(section.name)\n\n" + markdown(section)
        + section.notes.map { "\n*\($0)*\n" }.joined()
    }.joined(separator: "\n")
  }

  /// One of the tables in Markdown, by its place: figures, capacity, bought, waves, scenarios, influences.
  public static func markdown(_ report: ForecastReport, table: String) -> String? {
    switch table {
    case "figures": markdown(figures(report))
    case "capacity": markdown(components(report))
    case "bought": markdown(bought(report))
    case "waves": markdown(waves(report))
    case "scenarios": markdown(scenarios(report))
    case "influences": markdown(influences(report))
    default: nil
    }
  }

  static func markdown(_ section: Section) -> String {
    let titles = section.titles
    let lines = [titles, titles.indices.map { section.right.contains($0) ? "---:" : "---" }] + section.rows
    return lines.map { "| \($0.map(Markdown.text).joined(separator: " | ")) |\n" }.joined()
  }
}

extension PlannedAsk {
  /// As data.
  var shown: JSON {
    .dictionary([
      ("by", by.map { .string($0.text) } ?? .null), ("granted", .integer(Int64(granted))),
      ("locations", .integer(Int64(locations))), ("units", .integer(Int64(units))), ("wave", .string(wave)),
      ("what", .string(what)),
    ])
  }
}
