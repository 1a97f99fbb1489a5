/// Rows of cells in aligned columns that fit into a width.
struct Table {
  /// How a column stands and what happens when room is short.
  struct Column {
    var title: String
    var isRight = false
    /// Whether the column may be cut when the table is too wide.
    var givesWay = false
  }

  var columns: [Column]
  var rows: [[String]] = []
  var indent = ""
  /// Whether a row with the titles comes first.
  var hasTitles = true

  /// Makes a table without rows.
  init(_ columns: [Column], indent: String = "", hasTitles: Bool = true) {
    self.columns = columns
    self.indent = indent
    self.hasTitles = hasTitles
  }

  /// The rows in at most so many columns.
  func lines(columns limit: Int, style: Style) -> [String] {
    var widths = columns.indices.map { index in
      rows.reduce(hasTitles ? Width.columns(columns[index].title) : 0) { widest, row in
        max(widest, index < row.count ? Width.columns(row[index]) : 0)
      }
    }
    var excess = Width.columns(indent) + widths.reduce(0, +) + 2 * max(0, widths.count - 1) - limit
    while excess > 0 {
      let candidates = widths.indices.filter { columns[$0].givesWay && widths[$0] > 6 }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    var lines: [String] = []
    if hasTitles { lines.append(style.paint(line(columns.map(\.title), widths, limit), .dim)) }
    return lines + rows.map { line($0, widths, limit) }
  }

  private func line(_ cells: [String], _ widths: [Int], _ limit: Int) -> String {
    var text = indent
    var pending = ""
    for (index, cell) in cells.enumerated() where index < widths.count {
      let cut = Width.truncate(cell, to: widths[index])
      let padded = columns[index].isRight ? Width.padLeft(cut, to: widths[index]) : Width.pad(cut, to: widths[index])
      text += pending + padded
      pending = "  "
    }
    while text.last == " " { text.removeLast() }
    return Width.truncate(text, to: limit)
  }
}
