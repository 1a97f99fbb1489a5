import Quantities

/// The time axis of a drawing: where an instant stands, and which instants are written below.
struct TimeAxis {
  let from: Instant
  let to: Instant
  let left: Double
  let right: Double
  let times: LocalTimes

  init(from: Instant, to: Instant, left: Double, right: Double, times: LocalTimes) {
    (self.from, self.to) = (from, max(to, from + .second))
    (self.left, self.right) = (left, right)
    self.times = times
  }

  func x(_ instant: Instant) -> Double {
    let share = Double((instant - from).milliseconds) / Double(max(1, (to - from).milliseconds))
    return left + (right - left) * min(1, max(0, share))
  }

  /// A handful of instants at even distances, each with its label, and how that stands to it.
  var ticks: [(at: Instant, label: String, anchor: String)] {
    let whole = to - from
    return (0...4).map { number in
      let at = from + Span(milliseconds: whole.milliseconds / 4 * Int64(number))
      let label =
        whole > Span(milliseconds: 3 * Span.day.milliseconds)
        ? times.day(at)
        : whole > .day
          ? "\(times.day(at)) \(times.clock(at))"
          : whole > Span(milliseconds: 10 * Span.minute.milliseconds)
            ? times.clock(at) : String(times.second(at).suffix(8))
      return (at, label, number == 0 ? "start" : number == 4 ? "end" : "middle")
    }
  }

  /// The ticks as lines through a drawing and text below it.
  func drawing(top: Double, bottom: Double) -> [HTML] {
    ticks.flatMap { tick in
      let place = x(tick.at)
      return [
        SVG.line(place, top, place, bottom, color: "var(--line)"),
        SVG.text(tick.label, x: place, y: bottom + 16, anchor: tick.anchor),
      ]
    }
  }
}

/// Marks of inline drawings.
enum SVG {
  static func drawing(width: Double, height: Double, title: String, desc: String, _ parts: [HTML]) -> HTML {
    HTML.element(
      "svg",
      [
        ("viewBox", "0 0 \(LineChart.short(width)) \(LineChart.short(height))"), ("role", "img"),
        ("aria-label", title),
      ],
      [HTML.element("title", [], [.text(title)]), HTML.element("desc", [], [.text(desc)])] + parts)
  }

  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String, width: Double = 1, dash: String = ""
  ) -> HTML {
    HTML.empty(
      "line",
      [
        ("x1", LineChart.short(x1)), ("y1", LineChart.short(y1)), ("x2", LineChart.short(x2)),
        ("y2", LineChart.short(y2)), ("stroke", color), ("stroke-width", LineChart.short(width)),
      ] + (dash.isEmpty ? [] : [("stroke-dasharray", dash)]))
  }

  static func box(
    _ x: Double, _ y: Double, width: Double, height: Double, fill: String, stroke: String? = nil, hint: String = "",
    opacity: String? = nil
  ) -> HTML {
    let attributes =
      [
        ("x", LineChart.short(x)), ("y", LineChart.short(y)), ("width", LineChart.short(max(1, width))),
        ("height", LineChart.short(height)), ("fill", fill),
      ] + (stroke.map { [("stroke", $0)] } ?? []) + (opacity.map { [("fill-opacity", $0)] } ?? [])
    return hint.isEmpty
      ? HTML.empty("rect", attributes)
      : HTML.element("rect", attributes, [HTML.element("title", [], [.text(hint)])])
  }

  static func text(_ text: String, x: Double, y: Double, anchor: String = "start", color: String? = nil) -> HTML {
    HTML.element(
      "text",
      [("x", LineChart.short(x)), ("y", LineChart.short(y)), ("text-anchor", anchor)]
        + (color.map { [("style", "fill:\($0)")] } ?? []), [.text(text)])
  }
}
