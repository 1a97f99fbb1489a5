import History
import Quantities

/// Waves over time: what was planned as an outline, what happened on top of it.
struct WaveChart {
  var waves: [WaveCourse]
  var began: Instant
  var ended: Instant
  var times: LocalTimes
  /// Stretches of days that are shaded: freezes.
  var bands: [(days: ClosedRange<CivilDate>, words: String)] = []
  /// From when on there is no way back.
  var wall: (at: CivilDate, words: String)?

  private static let (width, row, left, top) = (720.0, 22.0, 190.0, 8.0)

  /// The colour of a stretch, and how high it is within its row: colour is not alone.
  private static func look(_ kind: WaveCourse.Stretch.Kind) -> (color: String, top: Double, height: Double) {
    switch kind {
    case .apply: ("var(--blue)", 3, 14)
    case .gate: ("var(--orange)", 7, 6)
    case .bake: ("var(--green)", 9, 2.5)
    case .undo: ("var(--sky)", 5, 10)
    }
  }

  /// What the reader needs to understand it.
  static let legend =
    "Outline: as planned, at the earliest. High bar: targets are worked on. Half as high: the gate is measured. Thin "
    + "line: the wave bakes. Light bar with a dark end: it is taken back. ✗: so many targets failed."

  /// The shaded days, each once: stretches on top of each other would grow brighter than what lies on them.
  var shades: [(days: ClosedRange<CivilDate>, words: String)] {
    let edges = Set(bands.flatMap { [$0.days.lowerBound.dayNumber, $0.days.upperBound.dayNumber + 1] }).sorted()
    return zip(edges, edges.dropFirst()).compactMap { first, next in
      let days = CivilDate(dayNumber: first)...CivilDate(dayNumber: next - 1)
      let words = bands.filter { $0.days.overlaps(days) }.map(\.words)
      return words.isEmpty ? nil : (days, words.joined(separator: "; "))
    }
  }

  var svg: HTML? {
    guard !waves.isEmpty else { return nil }
    let planned = waves.compactMap { times.stretch(of: $0.planned) }
    let from = planned.reduce(began) { min($0, $1.from) }
    let to = planned.reduce(ended) { max($0, $1.to) }
    let axis = TimeAxis(from: from, to: to, left: Self.left, right: Self.width - 8, times: times)
    let bottom = Self.top + Self.row * Double(waves.count)
    var parts = shades.map { band in
      let start = axis.x(times.start(of: band.days.lowerBound))
      let end = axis.x(times.start(of: band.days.upperBound.adding(days: 1)))
      return SVG.box(
        start, Self.top, width: end - start, height: bottom - Self.top, fill: "var(--sky)", hint: band.words,
        opacity: "0.25")
    }
    parts += axis.drawing(top: Self.top, bottom: bottom)
    if let wall {
      let x = axis.x(times.start(of: wall.at))
      parts.append(SVG.line(x, Self.top, x, bottom, color: "var(--red)", width: 2, dash: "6 3"))
      parts.append(SVG.text(wall.words, x: x - 4, y: Self.top + 12, anchor: "end"))
    }
    for (number, wave) in waves.enumerated() {
      let y = Self.top + Self.row * Double(number)
      let failed = wave.tally.failed > 0 ? "✗\(wave.tally.failed) " : ""
      parts.append(SVG.text(failed + Self.name(wave.path), x: Self.left - 8, y: y + 15, anchor: "end"))
      if let stretch = times.stretch(of: wave.planned) {
        let (start, end) = (axis.x(stretch.from), axis.x(stretch.to))
        let words = [times.begin(of: wave.planned), times.end(of: wave.planned)].compactMap { $0 }
        parts.append(
          SVG.box(
            start, y + 1, width: end - start, height: 18, fill: "none", stroke: "var(--dim)",
            hint: "\(wave.path), planned \(words.joined(separator: " to "))"))
      }
      for stretch in wave.stretches {
        let look = Self.look(stretch.kind)
        let (start, end) = (axis.x(stretch.from), axis.x(stretch.to))
        let hint = "\(wave.path), \(stretch.kind.words): \(times.minute(stretch.from)) to \(times.minute(stretch.to))"
        parts.append(
          SVG.box(start, y + look.top, width: end - start, height: look.height, fill: look.color, hint: hint))
        if stretch.kind == .undo {
          parts.append(SVG.line(start, y + 4, start, y + 16, color: "var(--fg)", width: 2))
        }
      }
    }
    return SVG.drawing(
      width: Self.width, height: bottom + 26, title: "Waves, planned and actual", desc: Self.legend, parts)
  }

  /// A path, cut in the middle where it is long: its end tells waves apart.
  private static func name(_ path: String) -> String {
    path.count <= 26 ? path : "\(path.prefix(10))…\(path.suffix(15))"
  }
}

extension WaveCourse.Stretch.Kind {
  /// What goes on, in words.
  var words: String {
    switch self {
    case .apply: "work on its targets"
    case .gate: "gate"
    case .bake: "bake"
    case .undo: "taken back"
    }
  }
}
