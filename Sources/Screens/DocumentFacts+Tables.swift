public import Diagnostics
import Forecasting
import Planning
import Plans
import Quantities
public import Runbooks

extension DocumentFacts {
  /// A table by its name.
  func table(_ words: [String]) -> String? {
    if words.first == "trials" { return trials(words.dropFirst().joined(separator: " ")) }
    guard words.count == 1 else { return nil }
    let plan = report.plan
    switch words[0] {
    case "risks":
      // A word that means nothing here would leave a hole in a sentence.
      guard let coverage, coverage.rows.allSatisfy({ evidence(of: $0.risk).unknown.isEmpty }) else { return nil }
      return RisksScreen.markdown(coverage, evidence: { evidence(of: $0).text })
    case "findings":
      return PlanScreen.table(
        ["code", "where", "what", "instead"],
        findings.inReadingOrder.map { finding in
          let file = finding.location.file.split(separator: "/").last.map(String.init) ?? ""
          return [finding.code, "\(file):\(finding.location.line)", finding.message, finding.suggestion ?? ""]
        })
    case "phases":
      let facts = PlanFacts(plan, findings: findings, zones: zones)
      return PlanScreen.table(
        ["phase", "waves", "targets", "changes", "earliest", "latest", "can be undone"],
        facts.phases.map { phase in
          [
            phase.id, String(phase.waves), Words.grouped(phase.targets), Words.grouped(phase.changes),
            facts.written(phase.course).from ?? "–", facts.written(phase.course).to ?? "–", phase.undo,
          ]
        })
    case "asks":
      return PlanScreen.table(
        ["what", "units of a location", "locations", "granted today", "ask by", "first needed by"],
        plan.asks.map {
          [
            $0.what, Words.grouped($0.units), String($0.locations), Words.grouped($0.granted), $0.by?.text ?? "–",
            $0.wave,
          ]
        })
    case "estimates":
      return PlanScreen.table(
        ["number of the model", "as written"],
        report.model.estimates.filter(\.isOfModel).map { ["`\($0.path)`", $0.text] })
    default: return ForecastReportScreen.markdown(report, table: words[0])
    }
  }

  /// Trial plans, one row each: what was changed, when it ends, how that stands to the deadline, what it costs.
  ///
  /// - `written`: the changes of each row, rows apart by `;`. What a row does not change is as it is.
  private func trials(_ written: String) -> String? {
    let rows = written.split(separator: ";").map { $0.split(separator: " ").map(String.init) }.filter { !$0.isEmpty }
    var places: [String] = []
    var made: [(trial: PlanTrial, made: Planner.Answer)] = []
    for row in rows {
      guard let trial = try? PlanTrial(row), let plan = try? tried.plan(row) else { return nil }
      made.append((trial, plan))
      for change in trial.changes where !places.contains(change.place) { places.append(change.place) }
    }
    guard !made.isEmpty else { return nil }
    let currency = report.plan.currency ?? report.model.currency
    return PlanScreen.table(
      places.map { Self.title(of: $0) } + [
        "ends", "against the deadline", "likely to end", "done by then", "\(currency) until the end",
      ],
      made.map { trial, made in
        places.map { place in
          trial.changes.first { $0.place == place }.map { PlanTrial.words(of: $0, in: runbook) }
            ?? PlanTrial.value(at: place, in: runbook) ?? "–"
        } + [
          program("ends", made) ?? "–", program("standing", made) ?? "–", program("likely_end", made) ?? "–",
          program("stores_by_deadline", made) ?? "–", made.plan?.projections.last?.spent.grouped ?? "–",
        ]
      })
  }

  /// `full-scale.starts` as a title: `full-scale starts`.
  private static func title(of place: String) -> String {
    place.split(separator: ".").map(String.init).joined(separator: " ")
  }

  /// The keys in the evidence of risks that nothing belongs to.
  public var unknownEvidence: [Finding] {
    (runbook.register?.risks ?? []).flatMap { risk in
      evidence(of: risk).unknown.map { key in
        Finding(
          code: "G169", message: "nothing belongs to `[\(key)]` in the evidence of the risk `\(risk.id.value)`",
          location: risk.evidence?.location ?? risk.id.location,
          suggestion: reason(key) ?? "write a key of docs/documents.md, such as `[plan ends]`")
      }
    }
  }

  /// What the plan and its forecast say of a risk; and the keys in its text that nothing belongs to.
  public func evidence(of risk: Risk) -> (text: String, unknown: [String]) {
    var (text, unknown) = ("", [String]())
    var rest = (risk.evidence?.value ?? "")[...]
    while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
      let key = String(rest[rest.index(after: open)..<close])
      text += rest[..<open]
      // A risk is no evidence of itself.
      if !key.hasPrefix("risk "), let found = value(key), !found.contains("\n") {
        text += found
      } else {
        unknown.append(key)
      }
      rest = rest[rest.index(after: close)...]
    }
    return (text + rest, unknown)
  }
}
