/// Marks of inline drawings.
enum SVG {
  static func drawing(width: Double, height: Double, title: String, desc: String, _ parts: [HTML]) -> HTML {
    HTML.element(
      "svg",
      [
        ("viewBox", "0 0 \(short(width)) \(short(height))"), ("role", "img"),
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
        ("x1", short(x1)), ("x2", short(x2)), ("y1", short(y1)), ("y2", short(y2)), ("stroke", color),
      ] + (width == 1 ? [] : [("stroke-width", short(width))]) + (dash.isEmpty ? [] : [("stroke-dasharray", dash)]))
  }

  static func box(
    _ x: Double, _ y: Double, width: Double, height: Double, fill: String, stroke: String? = nil, hint: String = "",
    opacity: String? = nil
  ) -> HTML {
    let attributes =
      [
        ("x", short(x)), ("y", short(y)), ("width", short(max(1, width))),
        ("height", short(height)), ("fill", fill),
      ] + (stroke.map { [("stroke", $0)] } ?? []) + (opacity.map { [("fill-opacity", $0)] } ?? [])
    return hint.isEmpty
      ? HTML.empty("rect", attributes)
      : HTML.element("rect", attributes, [HTML.element("title", [], [.text(hint)])])
  }

  /// Words in the colour of all words: those of marks can be told apart as areas, and not be read as letters.
  static func text(_ text: String, x: Double, y: Double, anchor: String = "start") -> HTML {
    HTML.element("text", [("x", short(x)), ("y", short(y)), ("text-anchor", anchor)], [.text(text)])
  }

  /// A coordinate with one decimal place.
  static func short(_ value: Double) -> String {
    let tenths = Int((value.isFinite ? max(-1e6, min(1e6, value)) * 10 : 0).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
  }
}
