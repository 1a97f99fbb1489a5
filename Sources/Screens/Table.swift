/// Rows of cells in aligned columns that fit into a width.
struct Table {
  /// How a column stands and what happens when room is short.
  struct Column {
    var title: String
    var isRight = false
    /// Whether the column may be cut when the table is too wide.
    var givesWay = false
    /// Whether its cells say by themselves what they are.
    var isName = false
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

  /// The rows in at most so many columns, with nothing cut: the last column goes on below itself. Where that leaves too
  /// little room for it, each row is a text of its own that names its cells.
  func wrapped(columns limit: Int, style: Style) -> [String] {
    let widths = columns.indices.map { index in
      rows.reduce(hasTitles ? Width.columns(columns[index].title) : 0) { widest, row in
        max(widest, index < row.count ? Width.columns(row[index]) : 0)
      }
    }
    let fixed = Width.columns(indent) + widths.dropLast().reduce(0, +) + 2 * (widths.count - 1)
    let needed = min(widths.last ?? 0, Self.leastForLast)
    guard fixed + needed <= limit else { return rows.flatMap { named($0, limit) } }
    let room = limit - fixed
    var lines = hasTitles ? [style.paint(line(columns.map(\.title), widths, limit), .dim)] : []
    for row in rows {
      let last = Width.broken(row.count == widths.count ? row[widths.count - 1] : "", to: room)
      lines.append(line(Array(row.prefix(widths.count - 1)) + [last.first ?? ""], widths.dropLast() + [room], limit))
      lines += last.dropFirst().map { String(repeating: " ", count: fixed) + $0 }
    }
    return lines
  }

  private static let leastForLast = 24

  /// `1 foundation: stages 1, waves 3, …`, on as many lines as it takes.
  private func named(_ cells: [String], _ limit: Int) -> [String] {
    let parts = zip(columns, cells).filter { !$0.1.isEmpty }.map { column, cell in
      column.title.isEmpty || column.isName ? cell : "\(column.title) \(cell)"
    }
    let names = zip(columns, cells).prefix { $0.0.title.isEmpty || $0.0.isName }.count
    let head = parts.prefix(names).joined(separator: " ")
    let text = head + (parts.count > names ? ": " : "") + parts.dropFirst(names).joined(separator: ", ")
    let lines = Width.broken(text, to: limit - Width.columns(indent) - 2)
    return lines.enumerated().map { indent + ($0.offset == 0 ? "" : "  ") + $0.element }
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
