import Forecasting
import History
import Quantities

/// A signal against what was demanded of it: samples, limits, what was pending, what fired, when gates held, and when
/// waves began. What was unknown is a gap.
struct SignalChart {
  var course: SignalCourse
  var times: LocalTimes

  /// What is drawn, by its form: colour is not alone.
  static let legend =
    "Dashed lines: limits. Band: a breach that lasted. Full line across, with its time: a trigger fired. "
    + "Bar below: a gate held. Dotted lines: a wave began. Gaps: unknown."

  private static let (width, height) = (720.0, 220.0)
  private static let (left, right, top, bottom) = (64.0, 16.0, 24.0, 40.0)

  /// How wide `fired 11:34:37` is, with room around it.
  private static let wordsWidth = 110.0

  var svg: HTML {
    let points = course.series.flatMap(\.points)
    let values = points.compactMap { $0.value?.approximate } + course.limits.map(\.value.approximate)
    let scale = Self.scale(values)
    let instants = points.map(\.at)
    let axis = TimeAxis(
      from: instants.min() ?? Instant(milliseconds: 0), to: instants.max() ?? Instant(milliseconds: 0),
      left: Self.left, right: Self.width - Self.right, times: times)
    let floor = Self.height - Self.bottom
    func y(_ value: Double) -> Double {
      floor - (floor - Self.top) * min(1, max(0, (value - scale.low) / (scale.high - scale.low)))
    }
    var parts = axis.drawing(top: Self.top, bottom: floor)
    for limit in course.limits { parts += breachSide(limit, y(limit.value.approximate), floor) }
    for mark in course.marks { parts += drawn(mark, axis, floor) }
    parts += firings(axis)
    for change in course.changes where change.at >= axis.from && change.at <= axis.to {
      parts.append(SVG.line(axis.x(change.at), Self.top, axis.x(change.at), floor, color: "var(--dim)", dash: "1 3"))
    }
    for tick in 0...2 {
      let value = scale.low + (scale.high - scale.low) * Double(tick) / 2
      parts.append(SVG.text(Spoken.number(value), x: Self.left - 8, y: y(value) + 4, anchor: "end"))
    }
    parts.append(SVG.text(course.unit, x: 4, y: 14))
    for (number, series) in course.series.enumerated() {
      parts.append(
        HTML.empty(
          "path",
          [
            ("d", path(series.points, axis, y)), ("fill", "none"),
            ("stroke", ForecastPage.colors[number % ForecastPage.colors.count]), ("stroke-width", "1.5"),
            ("stroke-dasharray", ForecastPage.dashes[number % ForecastPage.dashes.count]),
          ]))
    }
    let lines = course.limits.map { y($0.value.approximate) }
    var taken: [Double] = []
    for (limit, line) in zip(course.limits, lines) {
      parts.append(SVG.line(Self.left, line, Self.width - Self.right, line, color: "var(--red)", dash: "6 3"))
      // Above the line, or below: never on one, and never on other words.
      let places = stride(from: line - 4, through: 11, by: -13).map { $0 } + stride(from: line + 13, to: floor, by: 13)
      let isFree = { (place: Double) in
        !taken.contains { abs($0 - place) < 12 } && !lines.contains { $0 > place - 11 && $0 < place + 2 }
      }
      let place = places.first(where: isFree) ?? line - 4
      taken.append(place)
      parts.append(SVG.text(limit.words, x: Self.width - Self.right, y: place, anchor: "end"))
    }
    return SVG.drawing(
      width: Self.width, height: Self.height, title: "\(course.name) against its limits",
      desc: Self.legend, parts)
  }

  /// From 0, unless everything lies within a quarter of its size.
  private static func scale(_ values: [Double]) -> (low: Double, high: Double) {
    let known = values.filter(\.isFinite)
    guard let least = known.min(), let most = known.max() else { return (0, 1) }
    let margin = max((most - min(least, 0)) * 0.08, 1e-9)
    let isNarrow = least > 0 && most - least < most / 4 && most > least
    return (isNarrow ? least - margin : min(0, least), most + margin)
  }

  private func breachSide(_ limit: SignalCourse.Limit, _ line: Double, _ floor: Double) -> [HTML] {
    let (top, bottom) = limit.isHighBad ? (Self.top, line) : (line, floor)
    guard bottom - top > 1 else { return [] }
    return [
      SVG.box(
        Self.left, top, width: Self.width - Self.left - Self.right, height: bottom - top, fill: "var(--red)",
        opacity: "0.04")
    ]
  }

  /// When triggers fired. Of those that fire one after the other the first is named: words on top of each other say
  /// nothing.
  private func firings(_ axis: TimeAxis) -> [HTML] {
    var end = -Self.width
    return course.marks.filter { $0.kind == .fired }.compactMap { mark in
      let place = axis.x(mark.from)
      let isLate = place > Self.width - Self.wordsWidth - 10
      let start = isLate ? place - Self.wordsWidth : place
      guard start > end else { return nil }
      end = start + Self.wordsWidth
      return SVG.text(
        "fired \(times.second(mark.from).suffix(8))", x: isLate ? place - 4 : place + 4, y: Self.top + 10,
        anchor: isLate ? "end" : "start")
    }
  }

  private func drawn(_ mark: SignalCourse.Mark, _ axis: TimeAxis, _ floor: Double) -> [HTML] {
    let (start, end) = (axis.x(mark.from), axis.x(mark.to))
    let hint = "\(mark.words): \(mark.kind.rawValue), \(times.second(mark.from)) to \(times.second(mark.to))"
    switch mark.kind {
    case .pending:
      return [
        SVG.box(
          start, Self.top, width: end - start, height: floor - Self.top, fill: "var(--orange)", hint: hint,
          opacity: "0.18")
      ]
    case .fired:
      return [SVG.line(start, Self.top, start, floor, color: "var(--red)", width: 2)]
    case .holding:
      return [SVG.box(start, floor + 1, width: end - start, height: 4, fill: "var(--green)", hint: hint)]
    }
  }

  private func path(_ points: [SignalCourse.Point], _ axis: TimeAxis, _ y: (Double) -> Double) -> String {
    var text = ""
    var isJoined = false
    for point in points {
      guard let value = point.value?.approximate, value.isFinite else {
        isJoined = false
        continue
      }
      // A point alone is a dot: a line of no length with round ends would need a style of its own.
      text += "\(isJoined ? "L" : "M")\(SVG.short(axis.x(point.at))) \(SVG.short(y(value)))"
      if !isJoined { text += "h.5" }
      isJoined = true
    }
    return text
  }
}
