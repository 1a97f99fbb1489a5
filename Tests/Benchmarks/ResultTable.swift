/// The figures of one run, each with what it is measured against.
struct ResultTable {
  private var rows: [[String]] = []
  private(set) var hasMisses = false

  /// Adds a figure.
  mutating func add(_ name: String, _ figure: String, against floor: String, wanted: String, holds: Bool) {
    rows.append([name, figure, floor, wanted, holds ? "ok" : "MISSED"])
    if !holds { hasMisses = true }
  }

  /// The table as text.
  var text: String {
    let all = [["what", "measured", "floor of this run", "wanted", ""]] + rows
    let widths = (0..<5).map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      row.enumerated().map { $0.element + String(repeating: " ", count: widths[$0.offset] - $0.element.count) }
        .joined(separator: "   ")
    }.joined(separator: "\n")
  }
}
