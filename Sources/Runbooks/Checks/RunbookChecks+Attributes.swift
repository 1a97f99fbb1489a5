internal import Diagnostics

// Whether the values of attributes can be told apart as they are meant: freezes, caps, budgets, filters and signals all
// ask which targets have the same one.

extension RunbookChecks {
  mutating func checkAttributes() {
    let matched = matchedAttributes
    for inventory in runbook.inventories {
      for column in inventory.columns where column != "id" && column != "zone" {
        checkBlanks(of: column, in: inventory, isMatched: matched.contains(column))
      }
    }
    for column in matched { checkSpellings(of: column) }
    checkMissingValues()
  }

  /// The attributes whose values are compared with each other or with what a person wrote. Freezes know two of them.
  private var matchedAttributes: [String] {
    let stages = runbook.phases.flatMap(\.stages)
    let tolerances = stages.compactMap(\.waves.tolerate) + runbook.phases.compactMap(\.tolerate)
    var names = ["country", "region"]
    for stage in stages {
      names += stage.select.matching.map(\.attribute.value)
      names += stage.select.spread.map(\.value)
      names += stage.waves.caps.map(\.attribute.value)
      names += stage.gate?.compare?.match.map(\.value) ?? []
    }
    for tolerance in tolerances { names += tolerance.levels.map(\.name.value) }
    for signal in runbook.signals {
      if case .attribute(let name) = signal.extent { names.append(name) }
    }
    if let model = runbook.model {
      for cells in [model.cells] + model.scenarios.compactMap(\.cells) { names += cells.by.map { [$0.value] } ?? [] }
      let residencies = [model.residency].compactMap { $0 } + model.scenarios.compactMap(\.residency)
      names += residencies.map(\.by.value)
      for cache in model.caches { names += cache.by.map(\.value) }
    }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private mutating func checkBlanks(of column: String, in inventory: Inventory, isMatched: Bool) {
    var judged: Set<String> = []
    for (row, value) in (inventory.column(column) ?? []).enumerated() {
      guard value.hasSurroundingSpace, judged.insert(value).inserted else { continue }
      findings.append(
        .surroundingSpace(
          value, severity: isMatched ? .error : .warning, at: place(of: column, row: row, in: inventory)))
      if judged.count >= CSVReader.findingLimit { return }
    }
  }

  /// Each value of an attribute with how often it stands there, and where first.
  private struct Spelling {
    var text: String
    var count: Int
    var inventory: Int
    var row: Int
  }

  private mutating func checkSpellings(of column: String) {
    var spellings: [String: Spelling] = [:]
    for (number, inventory) in runbook.inventories.enumerated() {
      for (row, value) in (inventory.column(column) ?? []).enumerated() {
        spellings[value, default: Spelling(text: value, count: 0, inventory: number, row: row)].count += 1
      }
    }
    // What has blanks around it is a finding of its own.
    let groups = Dictionary(grouping: spellings.values.filter { !$0.text.hasSurroundingSpace }) { $0.text.lowercased() }
    for (_, group) in groups.filter({ $0.value.count > 1 }).sorted(by: { $0.key < $1.key }) {
      let sorted = group.sorted { ($1.count, $0.inventory, $0.row) < ($0.count, $1.inventory, $1.row) }
      for other in sorted.dropFirst() {
        findings.append(
          .spelledTwice(
            other.text, as: sorted[0].text, attribute: column,
            at: place(of: column, row: other.row, in: runbook.inventories[other.inventory])))
      }
    }
  }

  /// Targets without a value of an attribute by which freezes or signals find the others.
  private mutating func checkMissingValues() {
    let used = Set(runbook.phases.flatMap(\.stages).compactMap(\.targets?.value))
    let named = Set(runbook.calendarFiles.flatMap(\.freezes).flatMap(\.categories).map { $0.value.lowercased() })
    for inventory in runbook.inventories where used.contains(inventory.name.value) {
      for column in ["country", "region"] {
        let isNamed = inventory.column(column)?.contains { named.contains($0.lowercased()) } ?? false
        guard isNamed else { continue }
        checkMissing(column, in: inventory, "a freeze that names one never holds")
      }
      for signal in runbook.signals {
        guard case .attribute(let column) = signal.extent else { continue }
        checkMissing(
          column, in: inventory, "`\(signal.name.value)`, which is measured for each, says nothing about")
      }
    }
  }

  private mutating func checkMissing(_ column: String, in inventory: Inventory, _ consequence: String) {
    guard let values = inventory.column(column) else { return }
    let rows = values.indices.filter { values[$0].isEmpty }
    guard let first = rows.first, rows.count < values.count else { return }
    findings.append(
      .missingValue(
        of: column, targets: rows.map { inventory.ids[$0] }, in: inventory.name.value, consequence,
        at: place(of: "id", row: first, in: inventory)))
  }

  /// Where a value of an inventory stands.
  private func place(of column: String, row: Int, in inventory: Inventory) -> SourceSpan {
    guard let index = inventory.columns.firstIndex(of: column) else { return inventory.name.location }
    if !inventory.places.isEmpty { return inventory.places[index][row] }
    guard let file = inventory.file, let text = sources[file] else { return inventory.name.location }
    return CSVReader.span(in: Array(text.utf8), file: file, line: Int(inventory.lines[row]), column: index)
  }
}
