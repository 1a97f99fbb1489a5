public import Diagnostics
public import Quantities

/// What `doctor` says: every check with its mark, and what to do.
public enum DoctorScreen {
  /// The checks by area, and how many want something.
  ///
  /// - Returns: the lines, each with a line break.
  public static func text(_ checks: [Check], style: Style) -> String {
    var text = ""
    for area in Check.Area.allCases {
      let own = checks.filter { $0.area == area }
      guard !own.isEmpty else { continue }
      text += (text.isEmpty ? "" : "\n") + "\(area.rawValue)\n"
      for check in own {
        text += "  \(mark(check.state, style)) \(Sanitize.line(check.sentence))\n"
        for step in check.next { text += "      \(Sanitize.line(step))\n" }
      }
    }
    let missing = checks.filter { $0.state == .missing }.count
    let warnings = checks.filter { $0.state == .warning }.count
    let counts = [
      missing == 0 ? "nothing is missing" : missing == 1 ? "1 thing is missing" : "\(missing) things are missing",
      warnings == 0 ? "no warnings" : warnings.counted("warning"),
    ]
    return text + "\n\(counts.joined(separator: ", "))\n"
  }

  private static func mark(_ state: Check.State, _ style: Style) -> String {
    switch state {
    case .fine: style.paint(style.ascii ? "+" : "✓", .good)
    case .warning: style.paint("!", .warn)
    case .missing: style.paint(style.ascii ? "x" : "✗", .bad)
    }
  }

  /// The same for programs.
  public static func json(_ checks: [Check]) -> JSON {
    .dictionary([
      ("version", .integer(1)), ("healthy", .bool(!checks.contains { $0.state == .missing })),
      (
        "checks",
        .array(
          checks.map { check in
            .dictionary([
              ("area", .string(check.area.rawValue)), ("name", .string(check.name)),
              ("state", .string(check.state.rawValue)), ("sentence", .string(check.sentence)),
              ("next", .array(check.next.map(JSON.string))),
            ])
          })
      ),
    ])
  }
}
