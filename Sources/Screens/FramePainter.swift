/// Keeps rows at the bottom of a terminal: what happened scrolls up above them.
///
/// After its window has changed nothing stands where it was written: rows that are too long are wrapped, others went
/// above the window or came back, and a program cannot see which. So all that can be seen is taken away then and
/// written anew.
public struct FramePainter: Sendable {
  /// So many lines are remembered: more than a window shows.
  private static let remembered = 300

  private var drawn: [String] = []
  private var printed: [String] = []
  private var size: (columns: Int, rows: Int)?
  /// Whether anything of ours may be above the window: before that, only rows of ours are touched.
  private var hasScrolled = false

  public init() {}

  /// Writes lines above the rows, and the rows anew.
  ///
  /// - Parameters:
  ///   - frame: the rows, none longer than the window is wide, and fewer than it is high.
  ///   - log: lines to be written above.
  ///   - columns: the width of the window.
  ///   - rows: the height of the window.
  /// - Returns: the text for the terminal; empty where nothing changes.
  public mutating func text(_ frame: [String], log: [String], columns: Int, rows: Int) -> String {
    let isResized = size.map { $0 != (columns, rows) } ?? false
    guard isResized || frame != drawn || !log.isEmpty else { return "" }
    var text = "\u{1B}[?2026h"
    var lines = log
    if isResized {
      text += erasing(columns: columns, rows: rows)
      lines = newest(rows - 1 - min(drawn.count, frame.count), columns: columns) + log
    } else {
      if !drawn.isEmpty { text += "\u{1B}[\(drawn.count)F" }
      // A long line wraps over rows of the old frame, so all of them go before anything is written above.
      if !log.isEmpty { text += "\u{1B}[0J" }
    }
    for line in lines { text += "\(line)\n" }
    for row in frame { text += "\u{1B}[2K\(row)\n" }
    printed = (printed + log).suffix(Self.remembered)
    (drawn, size) = (frame, (columns, rows))
    hasScrolled = hasScrolled || own(columns) > rows - 1
    return text + "\u{1B}[0J\u{1B}[?2026l"
  }

  /// The rows that a line covers.
  private func height(_ line: String, _ columns: Int) -> Int {
    max(1, (Width.columns(line) + columns - 1) / max(1, columns))
  }

  /// The rows that all that is ours covers.
  private func own(_ columns: Int) -> Int { (printed + drawn).reduce(0) { $0 + height($1, columns) } }

  /// The newest lines that fit into so many rows.
  private func newest(_ rows: Int, columns: Int) -> [String] {
    var room = hasScrolled ? rows : .max
    let fitting = printed.reversed().prefix { line in
      room -= height(line, columns)
      return room >= 0
    }
    return fitting.reversed()
  }

  /// Takes away what is ours, or all that can be seen where some of ours may be above: line by line, since a terminal
  /// keeps a copy above of what is cleared as a whole.
  private mutating func erasing(columns: Int, rows: Int) -> String {
    let own = own(columns)
    // Where lines wrap anew, rows go above even while there is room below.
    hasScrolled = hasScrolled || own > rows - 1 || columns < (size?.columns ?? 0)
    let count = hasScrolled ? rows : own + 1
    let back = hasScrolled ? "\u{1B}[H" : own > 0 ? "\u{1B}[\(own)F" : "\r"
    return back + Array(repeating: "\u{1B}[2K", count: count).joined(separator: "\u{1B}[1B") + back
  }
}
