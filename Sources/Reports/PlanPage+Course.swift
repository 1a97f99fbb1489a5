import Diagnostics
import Forecasting
import History
import Planning
import Plans
import Quantities
import Runbooks
import Screens

extension PlanPage {
  /// So many targets are written out with their calls; the plan itself has all of them.
  private static let targetLimit = 1_000

  private var courses: [WaveCourse] {
    plan.stages.indices.flatMap { stage in
      plan.stages[stage].waves.indices.map { wave in
        let planned = plan.stages[stage].waves[wave]
        return WaveCourse(
          path: plan.path(stage: stage, wave: wave), planned: PlannedDays([planned]),
          stretches: [], tally: Tally(), limit: planned.limitWords, gate: nil)
      }
    }
  }

  var calendar: Document.Section? {
    let days = plan.stages.flatMap(\.waves).flatMap { [$0.earliest, $0.latest] }.compactMap { $0 }
    guard let first = days.min(), let last = days.max() else {
      return Document.Section(title: "Calendar", pieces: [.text("No wave has a date: the runbook says no start.")])
    }
    let chart = WaveChart(
      waves: courses, began: times.start(of: first), ended: times.start(of: last.adding(days: 1)), times: times,
      bands: plan.freezes.flatMap { freeze in
        freeze.days(within: first...last).map { days in
          (days, "\(freeze.summary): \(days.lowerBound.text) to \(days.upperBound.text)")
        }
      }, wall: wallDay.map { ($0, "no way back") })
    let rows = plan.freezes.map { freeze in
      [freeze.summary, freeze.categories.isEmpty ? "all targets" : freeze.categories.joined(separator: ", ")]
    }
    let waves = Document.Table(
      titles: ["wave", "begins", "is over"],
      rows: courses.map { wave in
        [wave.path, times.begin(of: wave.planned) ?? "–", times.end(of: wave.planned) ?? "–"]
      })
    return Document.Section(
      title: "Calendar",
      pieces: [
        .text(
          "Times in \(times.name(at: times.start(of: first))), the earliest ones: a wave waits for what it needs. "
            + "Shaded: days on which a freeze holds somebody."
        )
      ] + (chart.svg.map { [.figure($0, waves)] } ?? [.table(waves)])
        + (rows.isEmpty
          ? [] : [.folded("\(rows.count) freezes", .init(titles: ["freeze", "whom it concerns"], rows: rows))]))
  }

  var waves: Document.Section? {
    let rows = plan.stages.indices.flatMap { stage in
      plan.stages[stage].waves.indices.map { wave -> [String] in
        let planned = plan.stages[stage].waves[wave]
        let projected = plan.projections.first { $0.stage == stage && $0.wave == wave }
        return [
          plan.path(stage: stage, wave: wave), String(planned.targets.count), countries(of: planned, in: stage),
          planned.starts.map { $0.first == $0.last ? times.minute($0.first) : times.span($0.first, $0.last) }
            ?? planned.earliest?.text ?? "–",
          "\(facts.effective(stage, wave: wave))",
          planned.limitWords,
          projected.map { Spoken.number(Double($0.users)) } ?? "–",
          projected.map { $0.headroom.map { "\($0.spoken) ×" } ?? "not limited" } ?? "–",
          projected.map { "\($0.costPerDay.grouped) \(plan.currency ?? "")" } ?? "–",
        ]
      }
    }
    guard !rows.isEmpty else { return nil }
    return Document.Section(
      title: "Waves",
      pieces: [
        .table(
          .init(
            titles: ["wave", "targets", "where", "starts", "at once", "budget", "users after", "headroom", "a day"],
            rows: rows, right: [1, 4, 6, 7, 8]))
      ])
  }

  /// `NL 3, DE 2`: the countries of a wave, the most first.
  private func countries(of wave: PlannedWave, in stage: Int) -> String {
    guard let inventory = plan.stages[stage].inventory.map({ plan.inventories[$0] }) else { return "once" }
    var counts: [String: Int] = [:]
    for row in wave.targets { counts[inventory.value("country", of: Int(row)) ?? "", default: 0] += 1 }
    counts[""] = nil
    let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let shown = sorted.prefix(6).map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    return sorted.count > 6 ? "\(shown) and \(sorted.count - 6) more" : shown
  }

  var budgets: Document.Section? {
    let odds = BudgetOdds.groups(of: plan)
    guard !odds.isEmpty else { return nil }
    let rows = odds.map { group in
      ["\(group.waves) × \(group.targets)", "failure \(group.tolerate + 1)"]
        + BudgetOdds.rates.map { Spoken.share(group.stops(rate: $0)) }
    }
    return Document.Section(
      title: "What the budgets mean",
      pieces: [
        .text("The chance that a wave stops, by the true failure rate of a target."),
        .table(
          .init(
            titles: ["waves", "stops at"] + BudgetOdds.rates.map { Spoken.share($0) }, rows: rows,
            right: Set(2..<(2 + BudgetOdds.rates.count)))),
      ])
  }

  var load: Document.Section? {
    guard !plan.projections.isEmpty else { return nil }
    let currency = plan.currency ?? ""
    let labels = plan.projections.map { Spoken.number(Double($0.targets)) }
    let cost = LineChart(
      title: "Cost in a day after each wave", desc: "By the number of live targets.", unit: "\(currency)/day",
      labels: labels, axis: "live",
      lines: [.init(name: "cost", values: plan.projections.map(\.costPerDay.approximate), color: "var(--blue)")],
      isStepped: true)
    let room = LineChart(
      title: "Headroom of the tightest component after each wave",
      desc: "How many times its need the limit is; below 1 it is not enough. More than 20 is shown as 20.", unit: "×",
      labels: labels, axis: "live",
      lines: [
        .init(
          name: "headroom", values: plan.projections.map { min(20, $0.headroom?.approximate ?? 20) },
          color: "var(--orange)", dash: "7 3")
      ], limit: (1, "1 ×: nothing left"), isStepped: true)
    let table = Document.Table(
      titles: ["after", "live", "peak /s", "tightest", "headroom", "\(currency) a day", "so far", "available"],
      rows: plan.projections.map { item in
        [
          plan.path(stage: item.stage, wave: item.wave), Spoken.number(Double(item.targets)), item.peak.spoken,
          item.tightest ?? "–", item.headroom.map { "\($0.spoken) ×" } ?? "–", item.costPerDay.grouped,
          item.spent.grouped, "\(item.availability.text) %",
        ]
      }, right: [1, 2, 4, 5, 6, 7])
    let asks = plan.asks.map { ask in
      Document.Piece.box(
        "Ask for \(ask.amount)\(ask.by.map { " by \($0.text)" } ?? ""): \(ask.wave) needs it.", isWarning: true)
    }
    let charts: [Document.Piece] =
      plan.projections.count > 1 ? [.figure(cost.svg, table), .figure(room.svg, table)] : []
    return Document.Section(
      title: "Load, capacity and cost", pieces: asks + (charts.isEmpty ? [.table(table)] : charts))
  }

  var difference: Document.Section? {
    guard let differences else { return nil }
    let rows = differences.map { [$0.risk == .grew ? "GREW" : $0.risk.rawValue, $0.text] }
    let grew = differences.count { $0.risk == .grew }
    return Document.Section(
      title: "Difference from the last approved plan",
      pieces: rows.isEmpty
        ? [.text("None: this is that plan.")]
        : (grew > 0 ? [.box("The risk grew in \(grew) of \(rows.count) differences.", isWarning: true)] : [])
          + [.table(.init(titles: ["risk", "what"], rows: rows))])
  }

  var found: Document.Section? {
    guard !findings.isEmpty else { return nil }
    let rows = findings.inReadingOrder.map { [$0.code, $0.location.text, $0.message, $0.suggestion ?? ""] }
    return Document.Section(
      title: "What the program found in it",
      pieces: [.table(.init(titles: ["code", "where", "what", "instead"], rows: rows))])
  }

  // MARK: - What is executed

  var calls: Document.Section {
    let rows = plan.stages.indices.flatMap { stage in
      plan.stages[stage].steps.map { step -> [String] in
        let undo = words(of: step, [.undo, .probeOfUndo])
        return [
          facts.name(stage), step.id, words(of: step, [.apply, .probe]), undo.isEmpty ? step.undoWords : undo,
          step.call.timeout.spoken, String(step.attempts), step.call.idempotency.rawValue,
        ]
      }
    }
    return Document.Section(
      title: "What is executed",
      pieces: [
        .text("Secrets stand as their references; ${…} is filled for each target."),
        .table(
          .init(
            titles: ["stage", "step", "does", "is taken back by", "within", "tries", "done twice"], rows: rows,
            right: [4, 5])),
      ])
  }

  /// What a step asks for some purposes: as it stands in the plan, or for one target.
  private func words(
    of step: PlannedStep, _ purposes: Set<StepCall.Purpose>, for row: Int32? = nil, in inventory: Int? = nil
  ) -> String {
    step.asked.filter { purposes.contains($0.purpose) }.map { call in
      let look = call.purpose == .probe || call.purpose == .probeOfUndo ? "looked for by " : ""
      return "\(look)\(call.operation): \(plan.text(of: call, for: row, in: inventory).line)"
    }.joined(separator: "; ")
  }

  var targets: Document.Section? {
    let staged = plan.stages.indices.filter { plan.stages[$0].inventory != nil }
    guard !staged.isEmpty else { return nil }
    var left = Self.targetLimit
    var pieces: [Document.Piece] = []
    for stage in staged {
      let planned = plan.stages[stage]
      var rows: [[String]] = []
      for wave in planned.waves.indices {
        for row in planned.waves[wave].targets where left > 0 {
          left -= 1
          let inventory = planned.inventory.map { plan.inventories[$0] }
          rows.append([
            inventory?.value("id", of: Int(row)) ?? String(row), String(wave + 1),
            inventory?.value("country", of: Int(row)) ?? "", inventory?.value("zone", of: Int(row)) ?? "",
            planned.steps.map { step in
              "\(step.id): "
                + words(of: step, Set(StepCall.Purpose.allCases), for: row, in: planned.inventory)
            }.joined(separator: " · "),
          ])
        }
      }
      pieces.append(
        .folded(
          "\(facts.name(stage)): \(planned.targetCount) targets",
          .init(titles: ["target", "wave", "country", "zone", "calls"], rows: rows, right: [1], onScreen: [4])))
    }
    pieces.append(
      .text(
        "On paper the calls stand once, for all targets, under `What is executed`; those of one target has "
          + "sanderling plan --target TARGET."))
    if left == 0 {
      pieces.append(.text("Only the first \(Self.targetLimit) are written out; sanderling plan --json has all."))
    }
    return Document.Section(title: "Every target", pieces: pieces)
  }

  var decisive: Document.Section {
    var place: String?
    let rows = plan.review.map { row in
      defer { place = row.place }
      return [row.place == place ? "" : row.place, row.title, row.text]
    }
    return Document.Section(
      title: "Everything that decides",
      pieces: [
        .folded("Each limit, gate, trigger, window, wait and notice", .init(titles: ["of", "what", "is"], rows: rows))
      ])
  }

  var provenance: Document.Section {
    Document.Section(
      title: "Made from",
      pieces: [
        .table(.init(titles: ["file", "digest"], rows: plan.sources.map { [$0.path, $0.digest.hex] }))
      ] + (plan.zoneData.map { [.text("Zone data \($0).")] } ?? []))
  }
}
