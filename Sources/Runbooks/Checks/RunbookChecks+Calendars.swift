internal import Diagnostics

// Whether freezes concern anybody.

extension RunbookChecks {
  /// A category that no target has as country or region keeps nobody from starting.
  mutating func checkCalendars() {
    // What a file that cannot be read would have said, nobody knows.
    guard inventoriesAreComplete else { return }
    let used = Set(runbook.phases.flatMap(\.stages).compactMap(\.targets?.value))
    let inventories = runbook.inventories.filter { used.contains($0.name.value) }
    let countries = Self.values(of: "country", in: inventories)
    let all = countries + Self.values(of: "region", in: inventories)
    let known = Set(all.map { $0.lowercased() } + countries.map { "country:\($0.lowercased())" })
    for calendar in runbook.calendarFiles {
      var strange: [(category: Located<String>, count: Int, alone: Int)] = []
      var places: [String: Int] = [:]
      for freeze in calendar.freezes {
        let strangers = freeze.categories.filter { !known.contains($0.value.lowercased()) }
        for category in strangers {
          let lower = category.value.lowercased()
          let place = places[lower] ?? strange.count
          if places.updateValue(place, forKey: lower) == nil { strange.append((category, 0, 0)) }
          strange[place].count += 1
          strange[place].alone += strangers.count == freeze.categories.count ? 1 : 0
        }
      }
      for entry in strange.prefix(CalendarReader.findingLimit) {
        findings.append(
          .strangeCategory(
            entry.category, count: entry.count, alone: entry.alone, file: calendar.path, known: all))
      }
    }
  }

  /// The values of a column, once each, in the order of the files.
  private static func values(of column: String, in inventories: [Inventory]) -> [String] {
    var seen: Set<String> = []
    return inventories.flatMap { $0.column(column) ?? [] }.filter { !$0.isEmpty && seen.insert($0).inserted }
  }
}
