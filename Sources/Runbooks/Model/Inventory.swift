internal import Diagnostics

/// Targets and their attributes, from a CSV file. Kept by column, so that a million targets fit.
public struct Inventory: Sendable {
  /// The name by which stages refer to it.
  public var name: Located<String>
  /// The file, relative to the runbook.
  public var path: String
  /// The file as messages call it; `nil` for one that is written in the runbook.
  public var file: String?
  /// The columns in the order of the file; one of them is `id`.
  public var columns: [String]
  /// The values of each column, all of one length, in the order of the file.
  public var values: [[String]]
  /// The line of each target in the file, for messages.
  public var lines: [Int32]
  /// Where each value stands, like ``values``, for one that is written in the runbook; empty for a file.
  var places: [[SourceSpan]] = []

  public init(name: Located<String>, path: String, columns: [String], values: [[String]], lines: [Int32]) {
    self.name = name
    self.path = path
    self.columns = columns
    self.values = values
    self.lines = lines
  }

  /// The largest number that a column may have: a trillion, more than anybody has of anything.
  static let greatest = 1e12

  /// The number of targets.
  public var count: Int { values.first?.count ?? 0 }

  /// The identifiers of the targets.
  public var ids: [String] { column("id") ?? [] }

  /// The values of a column; `nil` when there is no such column.
  public func column(_ name: String) -> [String]? {
    columns.firstIndex(of: name).map { values[$0] }
  }
}
