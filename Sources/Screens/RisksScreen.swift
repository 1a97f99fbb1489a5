import Forecasting
public import Planning
import Plans
public import Quantities
import Runbooks

/// The risk register, ranked, with what covers each risk.
public enum RisksScreen {
  /// One row for each risk, what is missing, what delays the programme; `top` shows that many risks whole.
  public static func text(_ coverage: RiskCoverage, name: String, top: Int, style: Style, columns: Int) -> String {
    let currency = Sanitize.line(coverage.currency)
    var table = Table(
      [
        .init(title: "", isRight: true), .init(title: "risk", givesWay: true), .init(title: "chance", isRight: true),
        .init(title: "impact \(currency)", isRight: true), .init(title: "on average", isRight: true),
        .init(title: "delay", isRight: true), .init(title: "covered by", givesWay: true), .init(title: "missing"),
      ], indent: " ")
    table.rows = coverage.rows.enumerated().map { index, row in
      [
        String(index + 1), Sanitize.line(row.risk.id.value), Spoken.share(row.risk.likelihood.mid),
        Spoken.number(row.risk.impact.mid), Spoken.number(row.risk.exposure),
        row.risk.delay.map { Spoken.time($0.mid) } ?? "-", Sanitize.line(covers(row).joined(separator: ", ")),
        row.gaps.joined(separator: ", "),
      ]
    }
    var rows = [style.paint("Risks  \(Sanitize.line(name))", .bold), ""]
    rows += table.lines(columns: columns, style: style)
    if !coverage.idleTriggers.isEmpty {
      rows += [
        "",
        style.paint(
          "Triggers that serve no risk: \(coverage.idleTriggers.map(Sanitize.line).joined(separator: ", "))", .warn),
      ]
    }
    for (index, row) in coverage.rows.prefix(top).enumerated() {
      rows += [""] + whole(row, number: index + 1, currency: currency, style: style, columns: columns)
    }
    return style.finish(rows.map { Width.truncate($0, to: columns) + "\n" }.joined())
  }

  private static func covers(_ row: RiskCoverage.Row) -> [String] {
    row.triggers + row.risk.gates.map { "gate \($0.value)" } + row.risk.steps.map(\.value)
  }

  private static func whole(
    _ row: RiskCoverage.Row, number: Int, currency: String, style: Style, columns: Int
  ) -> [String] {
    let risk = row.risk
    let facts: [(String, String?)] = [
      ("cause", risk.cause), ("effect", risk.effect),
      (
        "chance",
        "\(Spoken.share(risk.likelihood.low)) to \(Spoken.share(risk.likelihood.high)), impact "
          + "\(Spoken.number(risk.impact.low)) to \(Spoken.number(risk.impact.high)) \(currency)"
      ),
      ("owner", risk.owner), ("sign", risk.earlySign?.value),
      ("triggers", row.triggers.isEmpty ? nil : row.triggers.joined(separator: ", ")),
      ("gates", list(risk.gates)), ("steps", list(risk.steps)), ("scenarios", list(risk.scenarios)),
      ("also", risk.measures), ("uncovered", risk.uncovered),
    ]
    return [style.paint("\(number) \(Sanitize.line(risk.id.value)): \(Sanitize.line(risk.title))", .bold)]
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
  public static func markdown(_ coverage: RiskCoverage) -> String {
    var section = ForecastReportScreen.Section(
      name: "Risks",
      titles: [
        "", "risk", "chance", "impact \(coverage.currency)", "on average", "delay", "early sign", "covered by",
        "missing",
      ],
      rows: coverage.rows.enumerated().map { index, row in
        [
          String(index + 1), row.risk.title, range(row.risk.likelihood, Spoken.share),
          range(row.risk.impact, Spoken.number), Spoken.number(row.risk.exposure),
          row.risk.delay.map { range($0, Spoken.time) } ?? "–", row.risk.earlySign?.value ?? "–",
          (covers(row) + row.risk.scenarios.map { "scenario \($0.value)" }).joined(separator: ", "),
          row.gaps.joined(separator: ", "),
        ]
      })
    section.right = [0, 2, 3, 4, 5]
    return ForecastReportScreen.markdown(section)
  }

  private static func range(_ estimate: WrittenEstimate, _ spoken: (Double) -> String) -> String {
    estimate.low == estimate.high ? spoken(estimate.mid) : "\(spoken(estimate.low)) to \(spoken(estimate.high))"
  }

  /// The register as data.
  public static func json(_ coverage: RiskCoverage, name: String) -> JSON {
    .dictionary([
      ("currency", .string(coverage.currency)),
      ("idle_triggers", .array(coverage.idleTriggers.map { .string($0) })),
      (
        "risks",
        .array(
          coverage.rows.map { row in
            .dictionary([
              (
                "delay_days",
                row.risk.delay.flatMap { Fixed($0.mid / 86_400, places: 6) }.map { .string($0.text) } ?? .null
              ),
              ("early_sign", row.risk.earlySign.map { .string($0.value) } ?? .null),
              ("exposure", .string(Fixed(row.risk.exposure, places: 6)?.text ?? "")),
              ("gaps", .array(row.gaps.map { .string($0) })),
              ("gates", .array(row.risk.gates.map { .string($0.value) })), ("id", .string(row.risk.id.value)),
              ("impact", .string(Fixed(row.risk.impact.mid, places: 6)?.text ?? "")),
              ("likelihood", .string(Fixed(row.risk.likelihood.mid, places: 6)?.text ?? "")),
              ("owner", row.risk.owner.map { .string($0) } ?? .null),
              ("scenarios", .array(row.risk.scenarios.map { .string($0.value) })),
              ("steps", .array(row.risk.steps.map { .string($0.value) })), ("title", .string(row.risk.title)),
              ("triggers", .array(row.triggers.map { .string($0) })),
              ("uncovered", row.risk.uncovered.map { .string($0) } ?? .null),
            ])
          })
      ), ("runbook", .string(name)), ("version", .integer(1)),
    ])
  }
}
