import Forecasting
public import Planning
import Plans
public import Quantities
public import Runbooks

/// The risk register, ranked, with what covers each risk.
public enum RisksScreen {
  /// One row for each risk, what is missing, what delays the programme; `top` shows that many risks whole.
  ///
  /// - `evidence`: what the plan says of a risk; `nil` where nothing is known.
  public static func text(
    _ coverage: RiskCoverage, name: String, top: Int, evidence: (Risk) -> String? = { _ in nil }, style: Style,
    columns: Int
  ) -> String {
    let currency = Sanitize.line(coverage.currency)
    // Where there is no room for both, what is missing is worth more than what covers: below, each risk says it whole.
    let isWide = columns >= Self.wide
    var table = Table(
      [
        .init(title: "", isRight: true), .init(title: "risk", isName: true), .init(title: "chance", isRight: true),
        .init(title: "impact \(currency)", isRight: true), .init(title: "on average", isRight: true),
        .init(title: "delay", isRight: true),
      ] + (isWide ? [.init(title: "covered by", givesWay: true)] : []) + [.init(title: "missing")], indent: " ")
    table.rows = coverage.rows.enumerated().map { index, row in
      [
        String(index + 1), Sanitize.line(row.risk.id.value), Spoken.share(row.risk.likelihood.mean),
        Spoken.number(row.risk.impact.mean), Spoken.number(row.risk.exposure),
        row.risk.delay.map { Spoken.time($0.mean) } ?? "-",
      ] + (isWide ? [Sanitize.line(covers(row).joined(separator: ", "))] : []) + [row.gaps.joined(separator: ", ")]
    }
    var rows = [style.paint("Risks  \(Sanitize.line(name))", .bold), ""]
    rows += isWide ? table.lines(columns: columns, style: style) : table.wrapped(columns: columns, style: style)
    if !coverage.idleTriggers.isEmpty {
      rows += [
        "",
        style.paint(
          "Triggers that serve no risk: \(coverage.idleTriggers.map(Sanitize.line).joined(separator: ", "))", .warn),
      ]
    }
    for (index, row) in coverage.rows.prefix(top).enumerated() {
      rows +=
        [""]
        + whole(
          row, number: index + 1, currency: currency, evidence: evidence(row.risk), style: style, columns: columns)
    }
    return style.finish(rows.map { Width.truncate($0, to: columns) + "\n" }.joined())
  }

  private static let wide = 110

  private static func covers(_ row: RiskCoverage.Row) -> [String] {
    row.triggers + row.risk.gates.map { "gate \($0.value)" } + row.risk.steps.map(\.value)
  }

  private static func whole(
    _ row: RiskCoverage.Row, number: Int, currency: String, evidence: String?, style: Style, columns: Int
  ) -> [String] {
    let risk = row.risk
    let facts: [(String, String?)] = [
      ("cause", risk.cause), ("effect", risk.effect),
      (
        "chance",
        "\(range(risk.likelihood, Spoken.share)), impact \(range(risk.impact, Spoken.number)) \(currency)"
      ),
      ("owner", risk.owner), ("sign", risk.earlySign?.value),
      ("triggers", row.triggers.isEmpty ? nil : row.triggers.joined(separator: ", ")),
      ("gates", list(risk.gates)), ("steps", list(risk.steps)), ("scenarios", list(risk.scenarios)),
      ("also", risk.measures), ("uncovered", risk.uncovered), ("the plan", evidence),
    ]
    let title = "\(number) \(Sanitize.line(risk.id.value)): \(Sanitize.line(risk.title))"
    return Width.broken(title, to: columns).map { style.paint($0, .bold) }
      + facts.flatMap { label, text -> [String] in
        guard let text else { return [] }
        return Width.wrap(Sanitize.line(text), to: max(20, columns - 13)).enumerated().map {
          "  \(Width.pad($0.offset == 0 ? label : "", to: 10)) \($0.element)"
        }
      }
  }

  private static func list(_ names: [Located<String>]) -> String? {
    names.isEmpty ? nil : names.map(\.value).joined(separator: ", ")
  }

  /// The register as a table in Markdown, and each risk in words.
  ///
  /// - `evidence`: what the plan says of a risk.
  public static func markdown(_ coverage: RiskCoverage, evidence: ((Risk) -> String?)? = nil) -> String {
    var section = ForecastReportScreen.Section(
      name: "Risks",
      titles: [
        "", "risk", "chance", "impact \(coverage.currency)", "on average", "delay", "early sign", "covered by",
        "missing",
      ] + (evidence == nil ? [] : ["what the plan says"]),
      rows: coverage.rows.enumerated().map { index, row in
        [
          String(index + 1), row.risk.title, range(row.risk.likelihood, Spoken.share),
          range(row.risk.impact, Spoken.number), Spoken.number(row.risk.exposure),
          row.risk.delay.map { range($0, Spoken.time) } ?? "–", row.risk.earlySign?.value ?? "–",
          (covers(row) + row.risk.scenarios.map { "scenario \($0.value)" }).joined(separator: ", "),
          row.gaps.joined(separator: ", "),
        ] + (evidence.map { [$0(row.risk) ?? ""] } ?? [])
      })
    section.right = [0, 2, 3, 4, 5]
    return ForecastReportScreen.markdown(section)
  }

  /// The ends of an estimate, or its one value.
  static func range(_ estimate: WrittenEstimate, _ spoken: (Double) -> String) -> String {
    estimate.low == estimate.high ? spoken(estimate.mid) : "\(spoken(estimate.low)) to \(spoken(estimate.high))"
  }

  /// The register as data: each estimate with its ends, its most likely value and its mean.
  ///
  /// - `evidence`: what the plan says of a risk.
  public static func json(
    _ coverage: RiskCoverage, name: String, evidence: (Risk) -> String? = { _ in nil }
  ) -> JSON {
    .dictionary([
      ("currency", .string(coverage.currency)), ("idle_triggers", texts(coverage.idleTriggers)),
      ("risks", .array(coverage.rows.map { json($0, evidence: evidence($0.risk)) })), ("runbook", .string(name)),
      ("version", .integer(2)),
    ])
  }

  private static func json(_ row: RiskCoverage.Row, evidence: String?) -> JSON {
    let risk = row.risk
    let fields: [(String, JSON)] = [
      ("delay_days", risk.delay.map { json($0, in: 86_400) } ?? .null), ("early_sign", text(risk.earlySign?.value)),
      ("evidence", text(evidence)), ("exposure", number(risk.exposure)), ("gaps", texts(row.gaps)),
      ("gates", texts(risk.gates.map(\.value))), ("id", .string(risk.id.value)), ("impact", json(risk.impact)),
      ("likelihood", json(risk.likelihood)), ("owner", text(risk.owner)),
      ("scenarios", texts(risk.scenarios.map(\.value))), ("steps", texts(risk.steps.map(\.value))),
      ("title", .string(risk.title)), ("triggers", texts(row.triggers)), ("uncovered", text(risk.uncovered)),
    ]
    return .dictionary(fields)
  }

  private static func json(_ written: WrittenEstimate, in unit: Double = 1) -> JSON {
    .dictionary([
      ("high", number(written.high / unit)), ("low", number(written.low / unit)), ("mean", number(written.mean / unit)),
      ("mid", number(written.mid / unit)),
    ])
  }

  private static func number(_ value: Double) -> JSON { .string(Fixed(value, places: 6)?.text ?? "") }

  private static func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }

  private static func texts(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
}
