internal import Diagnostics
internal import Vocabularies

/// A table → an inventory, with what is wrong in it.
struct InventoryBuilder {
  private let bytes: [UInt8]
  private let file: String
  private(set) var findings: [Finding] = []

  /// Builds an inventory from the bytes of a CSV file, which are UTF-8.
  static func build(
    _ bytes: [UInt8], name: Located<String>, path: String, file: String
  ) -> (inventory: Inventory, findings: [Finding]) {
    let (table, malformed) = CSVReader.read(bytes, file: file)
    var builder = InventoryBuilder(bytes: bytes, file: file, findings: malformed)
    if let separator = CSVReader.foreignSeparator(bytes) {
      // Whatever else is wrong follows from that.
      builder.findings = [.foreignSeparator(separator, at: SourceSpan(file: file))]
    } else {
      builder.check(table)
    }
    var inventory = Inventory(
      name: name, path: path, columns: table.columns.map(\.value), values: table.values, lines: table.lines)
    inventory.file = file
    return (inventory, builder.findings)
  }

  private init(bytes: [UInt8], file: String, findings: [Finding]) {
    self.bytes = bytes
    self.file = file
    self.findings = findings
  }

  private mutating func check(_ table: CSVReader.Table) {
    var seen: Set<String> = []
    for column in table.columns {
      let name = column.value
      if name.isEmpty {
        findings.append(.malformedCSV("a column has no name", at: column.location))
      } else if name.hasSurroundingSpace {
        findings.append(.surroundingSpace(name, severity: .error, at: column.location))
      } else if !seen.insert(name).inserted {
        findings.append(.malformedCSV("the column `\(name)` stands twice", at: column.location))
      }
    }
    guard let ids = table.columns.firstIndex(where: { $0.value == "id" }) else {
      findings.append(
        .missingColumn("id", columns: table.columns, at: table.columns.first?.location ?? SourceSpan(file: file)))
      return
    }
    // Where quotes are broken the values are not what was meant.
    if findings.contains(where: { $0.code == "G130" }) { return }
    // A broken file has no rows for a reason that is reported already.
    if table.lines.isEmpty, findings.isEmpty { findings.append(.emptyInventory(at: SourceSpan(file: file))) }
    checkIDs(table, column: ids)
    if let zones = table.columns.firstIndex(where: { $0.value == "zone" }) { checkZones(table, column: zones) }
  }

  private mutating func checkIDs(_ table: CSVReader.Table, column: Int) {
    var lines: [String: Int32] = [:]
    lines.reserveCapacity(table.lines.count)
    for (row, id) in table.values[column].enumerated() {
      if let first = lines.updateValue(table.lines[row], forKey: id) {
        report(.duplicateTarget(id, first: Int(first), at: place(table, row: row, column: column)))
      } else if !ScalarForm.target.accepts(id) {
        let place = place(table, row: row, column: column)
        report(
          id.hasSurroundingSpace
            ? .surroundingSpace(id, severity: .error, at: place)
            : .badScalar(id, subject: "`id`", form: .target, at: place))
      }
      if isFull { return }
    }
  }

  private mutating func checkZones(_ table: CSVReader.Table, column: Int) {
    // Only a few values are distinct, and each is judged once.
    var judged: Set<String> = []
    for (row, value) in table.values[column].enumerated() where judged.insert(value).inserted {
      if value.hasSurroundingSpace {
        report(.surroundingSpace(value, severity: .error, at: place(table, row: row, column: column)))
      } else if !ZoneNames.contains(value) {
        report(.unknownZone(value, at: place(table, row: row, column: column)))
      }
      if isFull { return }
    }
  }

  private mutating func report(_ finding: Finding) { if !isFull { findings.append(finding) } }

  private var isFull: Bool { findings.count >= CSVReader.findingLimit }

  private func place(_ table: CSVReader.Table, row: Int, column: Int) -> SourceSpan {
    CSVReader.span(in: bytes, file: file, line: Int(table.lines[row]), column: column)
  }
}

extension InventoryBuilder {
  /// Builds an inventory that is written in the runbook itself.
  static func build(
    inline node: SyntaxNode, name: Located<String>, path: String
  ) -> (inventory: Inventory, findings: [Finding]) {
    var findings: [Finding] = []
    let targets = node.elements.filter(\.isMapping)
    var columns = ["id"]
    for member in targets.flatMap(\.members) where !columns.contains(member.key.value) {
      columns.append(member.key.value)
      if member.key.value.hasSurroundingSpace {
        findings.append(.surroundingSpace(member.key.value, severity: .error, at: member.key.location))
      }
    }
    var values: [[String]] = Array(repeating: [], count: columns.count)
    var places: [[SourceSpan]] = Array(repeating: [], count: columns.count)
    var lines: [String: Int] = [:]
    for target in targets {
      for (index, column) in columns.enumerated() {
        values[index].append(target.text(column) ?? "")
        places[index].append(target[column]?.location ?? target.location)
      }
      if let id = target.located("id") {
        if let first = lines.updateValue(id.location.line, forKey: id.value) {
          findings.append(.duplicateTarget(id.value, first: first, at: id.location))
        }
      }
      if let zone = target.located("zone"), !ZoneNames.contains(zone.value) {
        findings.append(.unknownZone(zone.value, at: zone.location))
      }
    }
    var inventory = Inventory(
      name: name, path: path, columns: columns, values: values, lines: targets.map { Int32(clamping: $0.location.line) }
    )
    inventory.places = places
    return (inventory, findings)
  }
}

extension String {
  /// Whether the text starts or ends with a blank: whatever takes place and leaves no ink, or is not seen at all.
  var hasSurroundingSpace: Bool {
    guard let first = utf8.first, let last = utf8.last else { return false }
    // Most texts are ASCII, and there are millions of them.
    if (0x21...0x7E).contains(first), (0x21...0x7E).contains(last) { return false }
    return unicodeScalars.first?.isBlank == true || unicodeScalars.last?.isBlank == true
  }

  /// The text without blanks around it.
  var withoutSurroundingSpace: String {
    let inner = unicodeScalars.drop(while: \.isBlank).reversed().drop(while: \.isBlank).reversed()
    return String(String.UnicodeScalarView(inner))
  }
}

extension Unicode.Scalar {
  fileprivate var isBlank: Bool {
    properties.isWhitespace || properties.isDefaultIgnorableCodePoint || properties.generalCategory == .control
  }
}
