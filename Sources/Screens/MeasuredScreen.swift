public import Forecasting
public import History
public import Quantities
public import Runbooks

/// What a run measured against what its plan projected.
public enum MeasuredScreen {
  /// An estimate as it would have to be, if it alone were off.
  public struct Correction: Equatable, Sendable {
    /// The estimate.
    public var path: String
    public var written: String
    /// What it would be.
    public var corrected: String
    /// Whether that lies in the range that somebody thought possible.
    public var isPossible: Bool

    /// What each estimate would be if it alone explained a ratio, those in their range first.
    ///
    /// A figure that grows by e percent for one percent of an estimate explains a ratio r when the estimate is r^(1/e)
    /// times what it was.
    public static func corrections(
      of model: ForecastModel, influences: [Influence], ratio: Double
    ) -> [Correction] {
      influences.compactMap { influence -> Correction? in
        guard abs(influence.elasticity) >= 0.1, ratio > 0 else { return nil }
        let estimate = model.estimates[influence.number]
        let value = estimate.mid * Spoken.power(ratio, 1 / influence.elasticity)
        guard value.isFinite else { return nil }
        return Correction(
          path: estimate.path, written: estimate.text, corrected: Spoken.estimate(estimate, value),
          isPossible: value >= estimate.low && value <= estimate.high)
      }
      .enumerated().sorted { ($0.element.isPossible ? 0 : 1, $0.offset) < ($1.element.isPossible ? 0 : 1, $1.offset) }
      .map(\.element)
    }
  }

  /// More numbers of live targets than this are not shown one by one.
  private static let mostSteps = 20

  /// One table for each quantity, and what would explain it.
  public static func text(
    _ run: String, _ measured: [(found: Measured, corrections: [Correction])], style: Style, columns: Int
  ) -> String {
    var rows = [style.paint("Measured against projected  \(run)", .bold)]
    if measured.isEmpty {
      rows += ["", "the run has no sample of a signal that is compared with the forecast"]
    }
    for (found, corrections) in measured {
      let unit = Sanitize.line(found.unit)
      var table = Table(
        [
          .init(title: "live", isRight: true), .init(title: "samples", isRight: true),
          .init(title: "measured \(unit)", isRight: true), .init(title: "projected", isRight: true),
          .init(title: "measured ÷ projected", isRight: true),
        ], indent: " ")
      // While targets go live one by one there are few samples of each number: those that say most are shown.
      let most = found.steps.map(\.samples).sorted(by: >).prefix(Self.mostSteps).last ?? 0
      let shown = found.steps.count > Self.mostSteps ? found.steps.filter { $0.samples >= max(2, most) } : found.steps
      table.rows = shown.map { step in
        let share =
          step.projected > .zero
          ? Spoken.share(step.measured.approximate / step.projected.approximate) : "-"
        return [
          Words.grouped(step.targets), Words.grouped(step.samples), step.measured.spoken, step.projected.spoken, share,
        ]
      }
      rows += ["", "\(Sanitize.line(found.quantity)), by the signal \(Sanitize.line(found.signal))"]
      rows += table.lines(columns: columns, style: style)
      guard let ratio = found.ratio else { continue }
      rows.append(" altogether \(Spoken.share(ratio)) of what was projected")
      guard !corrections.isEmpty, abs(ratio - 1) > 0.02 else { continue }
      rows += ["", " if one estimate alone were off, it would be"]
      var causes = Table(
        [.init(title: "estimate"), .init(title: "written"), .init(title: "corrected"), .init(title: "")], indent: " ")
      causes.rows = corrections.prefix(6).map {
        [Sanitize.line($0.path), Sanitize.line($0.written), $0.corrected, $0.isPossible ? "within its range" : ""]
      }
      rows += causes.lines(columns: columns, style: style)
    }
    return style.finish(rows.map { Width.truncate($0, to: columns) + "\n" }.joined())
  }

  /// The same as data.
  public static func json(_ run: String, _ measured: [(found: Measured, corrections: [Correction])]) -> JSON {
    .dictionary([
      (
        "quantities",
        .array(
          measured.map { found, corrections in
            .dictionary([
              (
                "corrections",
                .array(
                  corrections.map {
                    .dictionary([
                      ("corrected", .string($0.corrected)), ("estimate", .string($0.path)),
                      ("possible", .bool($0.isPossible)), ("written", .string($0.written)),
                    ])
                  })
              ),
              ("name", .string(found.quantity)),
              ("ratio", found.ratio.flatMap { Fixed($0, places: 6) }.map { .string($0.text) } ?? .null),
              ("signal", .string(found.signal)),
              (
                "steps",
                .array(
                  found.steps.map {
                    .dictionary([
                      ("measured", .string($0.measured.text)), ("projected", .string($0.projected.text)),
                      ("samples", .integer(Int64($0.samples))), ("targets", .integer(Int64($0.targets))),
                    ])
                  })
              ),
              ("unit", .string(found.unit)),
            ])
          })
      ), ("run", .string(run)), ("version", .integer(1)),
    ])
  }
}
