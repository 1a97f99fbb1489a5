public import Plans
public import Quantities

/// What a plan projects, wave by wave, and the limits that follow from it.
public enum ForecastScreen {
  /// One row for each wave after which a number changes: when, how many targets are live, each quantity, each limit.
  public static func text(_ plan: Plan, digest: Digest, style: Style, columns: Int) -> String {
    let title = "Forecast  \(Sanitize.line(plan.runbook)) · \(Sanitize.line(plan.environment))"
    var rows = [Width.spread(style.paint(title, .bold), style.paint("plan \(digest.short)", .dim), to: columns)]
    guard !plan.forecast.isEmpty else {
      return rows[0] + "\n\nno condition of this runbook compares with a forecast\n"
    }
    let table = table(plan)
    var drawn = Table(
      table.titles.enumerated().map { position, title in
        .init(title: title, isRight: position > 1, givesWay: position == 0)
      }, indent: " ")
    drawn.rows = table.rows
    rows += [""] + drawn.lines(columns: columns, style: style) + [""]
    rows.append(
      style.paint(" after each wave, if all goes well; the numbers are part of the plan that is approved", .dim))
    return style.finish(rows.map { Width.truncate($0, to: columns) + "\n" }.joined())
  }

  /// The same rows as a table in Markdown.
  public static func markdown(_ plan: Plan) -> String {
    let table = table(plan)
    let lines =
      [table.titles, table.titles.indices.map { $0 > 1 ? "---:" : "---" }] + table.rows
    return lines.map { "| \($0.map(Markdown.text).joined(separator: " | ")) |\n" }.joined()
  }

  /// The same rows as CSV (RFC 4180).
  public static func csv(_ plan: Plan) -> String {
    let table = table(plan)
    return ([table.titles] + table.rows).map { CSV.row($0) }.joined()
  }

  /// Every wave as data, numbers as decimal texts.
  public static func json(_ plan: Plan, digest: Digest) -> JSON {
    .dictionary([
      ("environment", .string(plan.environment)), ("plan", .string(digest.hex)), ("runbook", .string(plan.runbook)),
      ("version", .integer(1)), ("waves", waves(plan)),
    ])
  }

  /// Every wave with its quantities, limits, and what the model says of it.
  static func waves(_ plan: Plan) -> JSON {
    let limits = plan.forecastLimits
    return .array(
      plan.waveForecasts.map { forecast in
        let batch = plan.stages[forecast.stage].waves[forecast.wave]
        let item = plan.projections.first { ($0.stage, $0.wave) == (forecast.stage, forecast.wave) }
        return .dictionary([
          ("earliest", batch.earliest.map { .string($0.text) } ?? .null),
          ("latest", batch.latest.map { .string($0.text) } ?? .null),
          (
            "limits",
            .array(
              limits.map { limit in
                .dictionary([
                  ("condition", .string(limit.text)), ("name", .string(limit.name)),
                  ("value", .string(limit.percent.percent(of: forecast.values[limit.quantity])?.text ?? "")),
                ])
              })
          ),
          ("live", .dictionary(zip(plan.inventories, forecast.live).map { ($0.name, .integer(Int64($1))) })),
          ("path", .string(plan.path(stage: forecast.stage, wave: forecast.wave))),
          ("projection", item.map { $0.shown(in: plan) } ?? .null),
          (
            "quantities",
            .dictionary(
              zip(plan.forecast, forecast.values).map { quantity, value in
                (quantity.name, .dictionary([("unit", .string(quantity.unit)), ("value", .string(value.text))]))
              })
          ),
        ])
      })
  }

  private static func table(_ plan: Plan) -> (titles: [String], rows: [[String]]) {
    let limits = plan.forecastLimits
    let counted = plan.inventories.indices.filter { index in plan.forecast.contains { $0.inventory == index } }
    let titles =
      ["after wave", "at the latest"] + counted.map { Sanitize.line(plan.inventories[$0].name) }
      + plan.forecast.map { "\(Sanitize.line($0.name)) \(Sanitize.line($0.unit))" }
      + limits.map { "\(Sanitize.line($0.name)): \($0.percent.spoken) %" }
    var rows: [[String]] = []
    var last: WaveForecast?
    for forecast in plan.waveForecasts {
      defer { last = forecast }
      // Waves that change no number say nothing, but for the first one.
      if let last, last.values == forecast.values, counted.allSatisfy({ last.live[$0] == forecast.live[$0] }) {
        continue
      }
      let batch = plan.stages[forecast.stage].waves[forecast.wave]
      rows.append(
        [Sanitize.line(plan.path(stage: forecast.stage, wave: forecast.wave)), batch.latest?.text ?? "-"]
          + counted.map { Words.grouped(forecast.live[$0]) } + forecast.values.map(\.spoken)
          + limits.map { $0.percent.percent(of: forecast.values[$0.quantity])?.spoken ?? "-" })
    }
    return (titles, rows)
  }
}

extension PlannedProjection {
  /// As data, with the path of its wave.
  func shown(in plan: Plan) -> JSON {
    .dictionary([
      ("path", .string(plan.path(stage: stage, wave: wave))),
      ("availability", .string(availability.text)), ("cost_per_day", .string(costPerDay.text)),
      ("headroom", headroom.map { .string($0.text) } ?? .null), ("peak_rate", .string(peak.text)),
      ("spent", .string(spent.text)), ("targets", .integer(Int64(targets))),
      ("tightest", tightest.map { .string($0) } ?? .null), ("users", .integer(Int64(users))),
    ])
  }
}
