import Forecasting

/// Lines over a common axis, with a limit that is named at its end. Inline SVG, no script.
struct LineChart {
  struct Line {
    var name: String
    var values: [Double]
    var color: String
    /// Dashes, so that colour is not alone.
    var dash = ""
  }

  var title: String
  var desc: String
  var unit: String
  /// The labels along the axis, one for each value.
  var labels: [String]
  var axis: String
  var lines: [Line]
  /// A limit, and what it is called.
  var limit: (value: Double, name: String)?
  /// Whether values hold until the next one.
  var isStepped = false

  private static let (width, height) = (720.0, 240.0)
  private static let (left, right, top, bottom) = (64.0, 130.0, 30.0, 34.0)

  var svg: HTML {
    let scale = Self.round(above: max(lines.flatMap(\.values).max() ?? 0, limit?.value ?? 0))
    let count = max(2, labels.count)
    func x(_ index: Int) -> Double {
      Self.left + (Self.width - Self.left - Self.right) * Double(index) / Double(count - 1)
    }
    func y(_ value: Double) -> Double {
      Self.height - Self.bottom - (Self.height - Self.top - Self.bottom) * min(1, value / scale)
    }
    func rule(_ y: Double, color: String, dash: String = "") -> HTML {
      SVG.line(Self.left, y, Self.width - Self.right, y, color: color, dash: dash)
    }
    var parts: [HTML] = []
    for tick in 0...4 {
      let value = scale * Double(tick) / 4
      parts.append(rule(y(value), color: "var(--line)"))
      parts.append(SVG.text(Spoken.number(value), x: Self.left - 8, y: y(value) + 4, anchor: "end"))
    }
    let every = max(1, labels.count / 8)
    for (index, text) in labels.enumerated() where index % every == 0 || index == labels.count - 1 {
      if index != labels.count - 1, labels.count - 1 - index < every { continue }
      parts.append(SVG.text(text, x: x(index), y: Self.height - 10, anchor: "middle"))
    }
    parts.append(SVG.text(unit, x: 4, y: 14))
    parts.append(SVG.text(axis, x: Self.width - Self.right + 24, y: Self.height - 10))
    for line in lines {
      parts.append(
        HTML.empty(
          "path",
          [
            ("d", path(line.values, x, y)), ("fill", "none"), ("stroke", line.color), ("stroke-width", "2"),
            ("stroke-dasharray", line.dash),
          ]))
    }
    var taken: [Double] = []
    for line in lines {
      guard let last = line.values.last else { continue }
      var place = y(last) + 4
      while taken.contains(where: { abs($0 - place) < 13 }) { place -= 13 }
      taken.append(place)
      let start = x(line.values.count - 1) + 4
      // Of several lines each says which it is: its words may have moved away from its end.
      let sample = lines.count > 1 ? 12.0 : 0
      if sample > 0 {
        parts.append(
          SVG.line(start, place - 4, start + sample, place - 4, color: line.color, width: 2, dash: line.dash))
      }
      parts.append(SVG.text(line.name, x: start + sample + 3, y: place))
    }
    if let limit {
      parts.append(rule(y(limit.value), color: "var(--red)", dash: "6 3"))
      parts.append(SVG.text(limit.name, x: Self.left + 6, y: y(limit.value) - 5))
    }
    return SVG.drawing(width: Self.width, height: Self.height, title: title, desc: desc, parts)
  }

  /// The next number above that is four equal and easy steps from 0.
  private static func round(above value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    var power = 1.0
    while power * 10 <= value { power *= 10 }
    while power > value { power /= 10 }
    return [1, 1.2, 1.6, 2, 2.4, 3, 4, 6, 8, 10, 12].map { $0 * power }.first { $0 >= value * 1.02 } ?? value * 1.1
  }

  private func path(_ values: [Double], _ x: (Int) -> Double, _ y: (Double) -> Double) -> String {
    var text = ""
    for (index, value) in values.enumerated() {
      if index > 0, isStepped { text += " H\(SVG.short(x(index)))" }
      text += " \(index == 0 ? "M" : "L")\(SVG.short(x(index))) \(SVG.short(y(value)))"
    }
    return String(text.dropFirst())
  }
}
