import Engine
import History

/// Every target as a square, by country: where something is not done is seen at once.
struct TargetGrid {
  var targets: [TargetCourse]

  static let legend =
    "One square a target: a full one is done, an empty frame waits. ✗ failed, ↩ taken back, ! quarantined, "
    + "– skipped, … at work."

  private static let (width, side, left) = (720.0, 16.0, 110.0)

  /// What a square looks like: a colour, and a letter, since colour is not alone.
  private static func look(_ status: TargetStatus) -> (color: String, letter: String) {
    switch status {
    case .done: ("var(--blue)", "")
    case .failed: ("var(--red)", "✗")
    case .undone: ("var(--sky)", "↩")
    case .quarantined: ("var(--sky)", "!")
    case .skipped: ("var(--grey)", "–")
    case .running: ("var(--orange)", "…")
    case .waiting: ("none", "")
    }
  }

  var svg: HTML? {
    guard !targets.isEmpty else { return nil }
    let groups = Dictionary(grouping: targets) { $0.country.isEmpty ? $0.stage : $0.country }.sorted { $0.key < $1.key }
    let columns = Int((Self.width - Self.left) / (Self.side + 3))
    var parts: [HTML] = []
    var y = 4.0
    for group in groups {
      parts.append(SVG.text(String(group.key.suffix(16)), x: Self.left - 8, y: y + 12, anchor: "end"))
      for (number, target) in group.value.enumerated() {
        let look = Self.look(target.status)
        let x = Self.left + Double(number % columns) * (Self.side + 3)
        let top = y + Double(number / columns) * (Self.side + 3)
        parts.append(
          SVG.box(
            x, top, width: Self.side, height: Self.side, fill: look.color, stroke: "var(--dim)",
            hint: "\(target.id), \(target.stage) wave \(target.wave): \(target.status.words)"))
        if !look.letter.isEmpty {
          parts.append(SVG.text(look.letter, x: x + Self.side / 2, y: top + 12, anchor: "middle"))
        }
      }
      y += Double((group.value.count + columns - 1) / columns) * (Self.side + 3) + 5
    }
    return SVG.drawing(
      width: Self.width, height: y + 4, title: "Targets by country and state",
      desc: Self.legend, parts)
  }
}

extension TargetStatus {
  /// How it stands, in words.
  var words: String { "\(self)" }
}
