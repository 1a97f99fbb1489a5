import Quantities

/// The targets of an inventory, by column.
public struct PlannedInventory: Hashable, Sendable {
  public var name: String
  /// The columns in canonical order of their names.
  public var columns: [String]
  /// The values of each column, all of one length.
  public var values: [[String]]

  package init(name: String, columns: [String], values: [[String]]) {
    self.name = name
    self.columns = columns
    self.values = values
  }

  /// The number of targets.
  public var count: Int { values.first?.count ?? 0 }

  /// The value of a column for a target.
  public func value(_ column: String, of row: Int) -> String? {
    guard let index = columns.firstIndex(of: column), row < values[index].count else { return nil }
    return values[index][row]
  }
}

extension PlannedInventory {
  /// What ``site(of:in:)`` reads, whether or not something refers to it.
  package static let siteColumns = ["country", "region", "zone"]

  /// Where a target stands, as windows and freezes see it: its zone, or the programme's; its country and region.
  public func site(of row: Int, in standard: String) -> StartSite {
    StartSite(
      zone: value("zone", of: row) ?? standard, country: value("country", of: row), region: value("region", of: row))
  }
}

extension PlannedInventory: Planned {
  static let fields = Fields(PlannedInventory.init(name:columns:values:)) {
    Item("name", { $0.name }, .text, .identity)
    Item("columns", { $0.columns }, .list(.text), .unsaid(isRisk: false))
    Item("values", { $0.values }, .list(.list(.text)), .unsaid(isRisk: true))
  }
}
