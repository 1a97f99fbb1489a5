import Forecasting
public import Planning
import Plans
public import Quantities
import Runbooks

/// What a performance model says, for programs.
///
/// A name has one unit in all tables, and a number that there is not is nothing: never `nan`, never `inf`.
public enum ForecastExport {
  /// The units of what is no figure, by name; amounts of money in the currency.
  private static func units(_ currency: String) -> [(name: String, unit: String)] {
    [
      ("answer_p95", "s"), ("availability", "%"), ("by_use_per_month", "\(currency)/month"), ("calls_per_day", "/day"),
      ("cost_in_all", currency), ("cost_in_all_cold", currency), ("cost_per_day", "\(currency)/day"),
      ("cost_per_month", "\(currency)/month"),
      ("cost_per_month_high", "\(currency)/month"), ("cost_per_month_low", "\(currency)/month"), ("elasticity", "%"),
      ("headroom", "x"), ("lasts", "s"), ("limit", "units"), ("need", "units"),
      ("peak_rate", "/s"), ("served", "%"),
      ("spent", currency), ("to_buy", "units"), ("units", "units"), ("wait_p99", "s"),
    ]
  }

  // MARK: - CSV

  /// Everything as CSV (RFC 4180), one number in a row: the table, the item in it, the name of the number, the number,
  /// its unit, of figures the 10th, 50th and 90th percentile, and the calculation.
  public static func csv(_ report: ForecastReport) -> String {
    let units = Dictionary(uniqueKeysWithValues: units(report.model.currency).map { ($0.name, $0.unit) })
    var rows = [["table", "item", "name", "value", "unit", "p10", "p50", "p90", "how"]]
    func add(_ table: String, _ item: String, _ fields: [(String, String?)]) {
      for (name, value) in fields {
        guard let value else { continue }
        rows.append([table, item, name, value, units[name] ?? "", "", "", "", ""])
      }
    }
    for figure in report.figures {
      let unit = Spoken.unit(of: figure.name)
      func scaled(_ value: Double?) -> String { value.flatMap { Spoken.finite($0 * unit.factor) } ?? "" }
      rows.append([
        "figure", "", figure.name.name, scaled(figure.value), unit.text, scaled(figure.range?.p10),
        scaled(figure.range?.p50), scaled(figure.range?.p90), figure.working,
      ])
    }
    for row in report.components { add("capacity", row.name, fields(row)) }
    for row in report.bought { add("bought_ahead", row.name, fields(row)) }
    for item in report.plan.projections {
      let wave = report.plan.stages[item.stage].waves[item.wave]
      add(
        "wave", report.plan.path(stage: item.stage, wave: item.wave),
        [("earliest", wave.earliest?.text), ("latest", wave.latest?.text)] + fields(item))
    }
    for item in report.built {
      add("wave_as_built", report.plan.path(stage: item.stage, wave: item.wave), fields(item))
    }
    for ask in report.plan.asks {
      add(
        "ask", ask.what,
        [
          ("units", String(ask.units)), ("granted", String(ask.granted)), ("locations", String(ask.locations)),
          ("by", ask.by?.text), ("wave", ask.wave),
        ])
    }
    for row in report.scenarios { add("scenario", row.name ?? "as planned", fields(row)) }
    for row in report.influences { add("influence", row.estimate, [("written", row.written)] + fields(row)) }
    for estimate in report.model.estimates {
      let (low, mid, high) = numbers(of: estimate)
      for (name, value) in [("low", low), ("mid", mid), ("high", high)] {
        rows.append(["estimate", estimate.path, name, value ?? "", estimate.unit, "", "", "", ""])
      }
    }
    return rows.map { CSV.row($0, hasNumbers: true) }.joined()
  }

  // MARK: - JSON

  /// Everything as data; numbers are decimal texts, in the unit that stands beside them or under `units`.
  ///
  /// `docs/schema/forecast-output.schema.json` describes it.
  public static func json(_ report: ForecastReport, digest: Digest) -> JSON {
    let figures = report.figures.map { figure -> JSON in
      let unit = Spoken.unit(of: figure.name)
      func scaled(_ value: Double) -> JSON { text(Spoken.finite(value * unit.factor)) }
      return .dictionary(
        [
          ("how", .string(figure.working)), ("name", .string(figure.name.name)), ("text", .string(figure.text)),
          ("title", .string(figure.title)), ("unit", .string(unit.text)), ("value", scaled(figure.value)),
        ] + (figure.range.map { [("p10", scaled($0.p10)), ("p50", scaled($0.p50)), ("p90", scaled($0.p90))] } ?? []))
    }
    let estimates = report.model.estimates.map { estimate -> JSON in
      let (low, mid, high) = numbers(of: estimate)
      return .dictionary([
        ("high", text(high)), ("low", text(low)), ("mid", text(mid)), ("name", .string(estimate.path)),
        ("unit", .string(estimate.unit)), ("written", .string(estimate.text)),
      ])
    }
    func rows<Row>(_ rows: [Row], _ name: (Row) -> (String, JSON), _ fields: (Row) -> [(String, String?)]) -> JSON {
      .array(rows.map { row in .dictionary([name(row)] + fields(row).map { ($0.0, text($0.1)) }) })
    }
    return .dictionary([
      ("asks", .array(report.plan.asks.map { $0.shown })),
      ("bought_ahead", rows(report.bought, { ("name", .string($0.name)) }, fields)),
      ("components", rows(report.components, { ("name", .string($0.name)) }, fields)),
      ("currency", .string(report.model.currency)), ("draws", .integer(Int64(report.draws))),
      ("environment", .string(report.environment)), ("estimates", .array(estimates)), ("figures", .array(figures)),
      (
        "influences",
        rows(report.influences, { ("estimate", .string($0.estimate)) }, { [("written", $0.written)] + fields($0) })
      ),
      ("moment", .string(ForecastReportScreen.moment(report))), ("plan", .string(digest.hex)),
      ("runbook", .string(report.runbook)),
      ("scenarios", rows(report.scenarios, { ("name", text($0.name)) }, fields)),
      ("units", .dictionary(units(report.model.currency).map { ($0.name, .string($0.unit)) })),
      ("version", .integer(2)), ("waves", ForecastScreen.waves(report.plan)),
      (
        "waves_as_built",
        rows(report.built, { ("wave", .string(report.plan.path(stage: $0.stage, wave: $0.wave))) }, fields)
      ),
    ])
  }

  private static func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }

  // MARK: - The fields of each table

  private static func fields(_ row: ForecastReport.ComponentRow) -> [(String, String?)] {
    [
      ("headroom", row.headroom.flatMap(Spoken.finite)), ("limit", row.limit.flatMap(Spoken.finite)),
      ("locations", String(row.locations)), ("partitions", row.partitions.map { String($0) }),
      ("need", Spoken.finite(row.need)), ("units", Spoken.finite(row.units)),
      ("wait_p99", row.wait.flatMap(Spoken.finite)),
    ]
  }

  private static func fields(_ row: ForecastReport.BoughtRow) -> [(String, String?)] {
    [
      ("by_use_per_month", Spoken.finite(row.byUse * WrittenUnit.month)),
      ("cost_per_month", Spoken.finite(row.cost * WrittenUnit.month)), ("need", Spoken.finite(row.need)),
      ("to_buy", String(row.units)),
    ]
  }

  private static func fields(_ row: ForecastReport.ScenarioRow) -> [(String, String?)] {
    [
      ("answer_p95", Spoken.finite(row.answer)), ("availability", Spoken.finite(row.availability * 100)),
      ("calls_per_day", Spoken.finite(row.callsPerDay)),
      // What lasts some hours has no cost of a month.
      ("cost_in_all", row.lasts.flatMap { Spoken.finite(row.cost * $0) }),
      ("cost_in_all_cold", row.lasts.flatMap { time in row.coldCost.flatMap { Spoken.finite($0 * time) } }),
      ("cost_per_month", row.lasts == nil ? Spoken.finite(row.cost * WrittenUnit.month) : nil),
      ("headroom", row.headroom.flatMap(Spoken.finite)), ("lasts", row.lasts.flatMap(Spoken.finite)),
      ("peak_rate", Spoken.finite(row.peak)), ("served", Spoken.finite(row.served * 100)), ("tightest", row.tightest),
    ]
  }

  private static func fields(_ row: ForecastReport.InfluenceRow) -> [(String, String?)] {
    [
      ("cost_per_month_high", Spoken.finite(row.high * WrittenUnit.month)),
      ("cost_per_month_low", Spoken.finite(row.low * WrittenUnit.month)),
      ("elasticity", Spoken.finite(row.elasticity)),
    ]
  }

  private static func fields(_ item: PlannedProjection) -> [(String, String?)] {
    [
      ("availability", item.availability.text), ("cost_per_day", item.costPerDay.text),
      ("headroom", item.headroom?.text), ("peak_rate", item.peak.text), ("spent", item.spent.text),
      ("targets", String(item.targets)), ("tightest", item.tightest), ("users", String(item.users)),
    ]
  }

  /// The values of an estimate in the unit in which it was written.
  private static func numbers(of estimate: Estimate) -> (low: String?, mid: String?, high: String?) {
    let factor = WrittenUnit.read(estimate.unit)?.factor ?? 1
    return (
      Spoken.finite(estimate.low / factor), Spoken.finite(estimate.mid / factor), Spoken.finite(estimate.high / factor)
    )
  }
}
