import Forecasting

/// Bars from a low to a high value around a middle: what moves a figure, the most first.
struct SpanChart {
  struct Bar {
    var name: String
    var low: Double
    var high: Double
  }

  var title: String
  var desc: String
  /// What the values are in; it stands once, beside the middle.
  var unit: String
  var middle: Double
  var bars: [Bar]

  private static let (width, row, left, right) = (720.0, 26.0, 200.0, 130.0)

  var svg: HTML {
    // What is not finite has no place on an axis.
    let bars = bars.filter { $0.low.isFinite && $0.high.isFinite }
    let middle = middle.isFinite ? middle : 0
    let ends = bars.flatMap { [$0.low, $0.high] } + [middle]
    let (least, most) = (ends.min() ?? 0, ends.max() ?? 1)
    let span = most > least ? most - least : 1
    func x(_ value: Double) -> Double { Self.left + (Self.width - Self.left - Self.right) * (value - least) / span }
    let height = Self.row * Double(bars.count) + 30
    var parts: [HTML] = []
    for (index, bar) in bars.enumerated() {
      let y = Self.row * Double(index) + 6
      let (start, end) = (min(x(bar.low), x(bar.high)), max(x(bar.low), x(bar.high)))
      parts.append(SVG.text(bar.name, x: Self.left - 10, y: y + 13, anchor: "end"))
      parts.append(rectangle(start, max(start, x(middle)), y, "var(--sky)"))
      parts.append(rectangle(min(end, x(middle)), end, y, "var(--orange)"))
      let (low, high) = (min(bar.low, bar.high), max(bar.low, bar.high))
      parts.append(
        SVG.text("\(Spoken.number(low)) to \(Spoken.number(high))", x: end + 6, y: y + 13))
    }
    parts.append(SVG.line(x(middle), 0, x(middle), height - 22, color: "var(--fg)"))
    parts.append(SVG.text("\(Spoken.number(middle)) \(unit)", x: x(middle), y: height - 6, anchor: "middle"))
    return SVG.drawing(width: Self.width, height: height, title: title, desc: desc, parts)
  }

  private func rectangle(_ start: Double, _ end: Double, _ y: Double, _ color: String) -> HTML {
    HTML.empty(
      "rect",
      [
        ("x", SVG.short(start)), ("y", SVG.short(y)), ("width", SVG.short(max(0, end - start))),
        ("height", "18"), ("fill", color),
      ])
  }
}
