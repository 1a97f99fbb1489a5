import Engine
import Forecasting
import History
import Plans
import Quantities

extension RunPage {
  var phases: Document.Section {
    let rows = report.phases.map { phase in
      [
        phase.id, days(phase.planned), phase.began.map(times.minute) ?? "–",
        phase.ended.map(times.minute) ?? (phase.began == nil ? "–" : "goes on"),
      ] + counts(phase.tally)
    }
    return Document.Section(
      title: "Phases, planned and actual",
      pieces: [
        .table(
          .init(
            titles: ["phase", "planned", "began", "ended", "done", "failed", "skipped", "taken back"], rows: rows,
            right: [4, 5, 6, 7]))
      ])
  }

  var waves: Document.Section? {
    guard !report.waves.isEmpty else { return nil }
    let rows = report.waves.map { wave in
      [
        wave.path, days(wave.planned), wave.stretches.first.map { times.minute($0.from) } ?? "–",
        wave.stretches.last.map { times.minute($0.to) } ?? "–",
        WaveCourse.Stretch.Kind.allCases.compactMap { kind in took(kind, in: wave) }.joined(separator: ", "),
        wave.gate ?? "", wave.limit,
      ] + counts(wave.tally)
    }
    let table = Document.Table(
      titles: [
        "wave", "planned", "began", "ended", "how long", "gate", "budget", "done", "failed", "skipped", "taken back",
      ], rows: rows, right: [7, 8, 9, 10])
    let chart = WaveChart(waves: report.waves, began: report.began, ended: report.ended, times: times).svg
    return Document.Section(
      title: "Waves", pieces: chart.map { [.text(WaveChart.legend), .figure($0, table)] } ?? [.table(table)])
  }

  private func took(_ kind: WaveCourse.Stretch.Kind, in wave: WaveCourse) -> String? {
    let parts = wave.stretches.filter { $0.kind == kind }
    guard !parts.isEmpty else { return nil }
    let sum = parts.reduce(Int64(0)) { $0 + ($1.to - $1.from).milliseconds }
    return "\(kind.words) \(Span(milliseconds: sum).spoken)"
  }

  private func days(_ planned: PlannedDays) -> String {
    guard let from = times.begin(of: planned) else { return "no date" }
    return times.end(of: planned).map { $0 == from ? from : "\(from) to \($0)" } ?? from
  }

  private func counts(_ tally: Tally) -> [String] {
    ["\(tally.done) of \(tally.targets)", String(tally.failed), String(tally.skipped), String(tally.undone)]
  }

  var signals: Document.Section? {
    guard !report.signals.isEmpty else { return nil }
    let pieces = report.signals.flatMap { course -> [Document.Piece] in
      let more = course.seriesCount - course.series.count
      let rows = course.series.map { series in
        let values = series.points.compactMap(\.value)
        func said(_ value: Fixed?) -> String { value.map { "\($0.spoken) \(course.unit)" } ?? "unknown" }
        return [
          series.name.isEmpty ? course.name : series.name, said(values.min()), said(values.max()),
          String(series.points.count { $0.value == nil }),
        ]
      }
      let note =
        "\(course.name): \(course.sampleCount.counted("sample")) in \(course.seriesCount.counted("series", "series"))"
        + (more > 0 ? "; the worst \(course.series.count) are drawn" : "")
      return [
        .text(note),
        .figure(
          SignalChart(course: course, times: times).svg,
          .init(titles: ["series", "least", "most", "unknown"], rows: rows, right: [1, 2, 3])),
      ]
    }
    return Document.Section(title: "What was measured", pieces: [.text(SignalChart.legend)] + pieces)
  }

  var rollbacks: Document.Section? {
    guard !report.rollbacks.isEmpty else { return nil }
    let rows = report.rollbacks.map { rollback in
      [
        times.second(rollback.from), rollback.path.isEmpty ? "the run" : rollback.path, rollback.by,
        rollback.to.map { LocalTimes.took(rollback.from, $0) } ?? "goes on",
        "\(rollback.undone) of \(rollback.targets)",
        rollback.isBlocked ? "stopped before its end" : "",
      ]
    }
    return Document.Section(
      title: "What was taken back",
      pieces: [
        .table(.init(titles: ["from", "what", "decided by", "took", "targets", ""], rows: rows, right: [3, 4]))
      ])
  }

  var doubts: Document.Section? {
    guard !report.doubts.isEmpty else { return nil }
    let rows = report.doubts.map { doubt in
      [
        times.second(doubt.at), (doubt.verb == .undo ? "undo of " : "") + doubt.path, doubt.cause,
        doubt.settled.map { "\($0.how): \($0.rule)" } ?? "open",
        doubt.settled.map { LocalTimes.took(doubt.at, $0.at) } ?? "",
      ]
    }
    return Document.Section(
      title: "Steps that were in doubt",
      pieces: [.table(.init(titles: ["when", "step", "why", "settled", "after"], rows: rows, right: [4]))])
  }

  var measured: Document.Section? {
    guard !report.measured.isEmpty else { return nil }
    let rows = report.measured.flatMap { measured in
      measured.steps.map { step in
        [
          measured.quantity, measured.signal, Spoken.number(Double(step.targets)), String(step.samples),
          "\(step.projected.spoken) \(measured.unit)", "\(step.measured.spoken) \(measured.unit)",
        ]
      }
    }
    let ratios = report.measured.compactMap { part in
      part.ratio.map { "\(part.quantity): measured \(Spoken.number($0)) × what was projected" }
    }
    return Document.Section(
      title: "Forecast against actual",
      pieces: ratios.map { .text($0) } + [
        .table(
          .init(
            titles: ["quantity", "signal", "live targets", "samples", "projected", "measured"], rows: rows,
            right: [2, 3, 4, 5]))
      ])
  }

  var targets: Document.Section? {
    guard !report.targets.isEmpty else { return nil }
    let rows = report.targets.map { target in
      [
        target.id, target.country, "\(target.stage)/\(target.wave)", target.status.words, String(target.attempts),
        String(target.failures), String(target.doubts), String(target.undone),
        target.began.map(times.minute) ?? "–", target.ended.map(times.minute) ?? "–",
      ]
    }
    let table = Document.Table(
      titles: [
        "target", "country", "wave", "stands", "attempts", "failures", "doubts", "taken back", "began", "ended",
      ], rows: rows, right: [4, 5, 6, 7])
    return Document.Section(
      title: "Targets",
      pieces: TargetGrid(targets: report.targets).svg.map { [.text(TargetGrid.legend), .figure($0, table)] }
        ?? [.table(table)])
  }

  var events: Document.Section {
    Document.Section(
      title: "Events",
      pieces: [
        .folded(
          "How many of each kind",
          .init(
            titles: ["event", "count"], rows: report.counts.map { [$0.type, Spoken.number(Double($0.count))] },
            right: [1])), .command("sanderling history \(run) --events"),
      ])
  }

  /// What a reader must not take it for.
  var method: Document.Section {
    Document.Section(
      title: "What this page rests on",
      pieces: [
        .text(
          "Everything above is read from the journal; nothing is estimated but what stands under projected. Times are "
            + "those of the executor's clock. What a provider answered is what it said: whether it is so, its "
            + "own log can show. A journal in one file can be replaced by whoever has the file: what proves more is a "
            + "checkpoint that was kept elsewhere."),
        .command("root \(proof.root.hex) of \(proof.size) entries"),
      ])
  }
}
