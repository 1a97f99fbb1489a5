internal import Diagnostics

// What can be wrong with files and inventories.

extension Finding {
  static func unreadable(_ path: String, nearest: String?, existing: [String], at place: SourceSpan) -> Finding {
    let listed = existing.prefix(8).joined(separator: ", ")
    let name = path.split(separator: "/").last.map(String.init) ?? path
    // It is there and still cannot be read: another name would not help.
    let isThere = existing.contains(name)
    let nearest = isThere ? nil : nearest
    return Finding(
      code: "G111",
      message: isThere
        ? "`\(path)` is there and cannot be read: it is no file, or this user may not read it"
        : "there is no file `\(path)`",
      location: place,
      suggestion: isThere
        ? "make it a file that this user may read"
        : nearest.map { "write `\($0)`" } ?? "create the file, or correct the path", replacement: nearest,
      notes: listed.isEmpty ? [] : ["files there: \(listed)\(existing.count > 8 ? ", …" : "")"])
  }

  static func leavesDirectory(_ path: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G111", message: "the path `\(path)` leaves the runbook's directory", location: place,
      suggestion: "move the file beside the runbook and write its path relative to the runbook")
  }

  static func notUTF8(at place: SourceSpan) -> Finding {
    Finding(code: "G136", message: "the file is not UTF-8", location: place, suggestion: "save the file as UTF-8")
  }

  static func malformedCSV(_ problem: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G130", message: problem, location: place,
      suggestion: problem.contains("column")
        ? "give each column its own name" : "put the whole field in quotes, and double the quotes inside it")
  }

  static func foreignSeparator(_ separator: Character, at place: SourceSpan) -> Finding {
    Finding(
      code: "G130",
      message:
        "the columns are parted by \(separator == "\t" ? "tabs" : "`\(separator)`"), and an inventory by commas or "
        + "semicolons",
      location: place, suggestion: "save the file as CSV with commas")
  }

  static func surroundingSpace(_ value: String, severity: Severity, at place: SourceSpan) -> Finding {
    let clean = value.withoutSurroundingSpace
    return Finding(
      code: "G131", severity: severity, message: "a space stands around the value `\(value)`", location: place,
      suggestion: "write `\(clean)` without the space", replacement: clean)
  }

  /// A value of an attribute that stands there in another spelling, too.
  static func spelledTwice(_ value: String, as other: String, attribute: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G186",
      message: "`\(value)` and `\(other)` are one `\(attribute)` in two spellings: a freeze takes them for one, and "
        + "caps, budgets, filters and signals for two",
      location: place, suggestion: "write `\(other)`", replacement: other)
  }

  /// Targets that have no value of an attribute by which others are found.
  static func missingValue(
    of attribute: String, targets: [String], in inventory: String, _ consequence: String, at place: SourceSpan
  ) -> Finding {
    let isOne = targets.count == 1
    let names = targets.prefix(8).joined(separator: ", ") + (targets.count > 8 ? " and \(targets.count - 8) more" : "")
    return Finding(
      code: "G187", severity: .warning,
      message: "\(targets.count) target\(isOne ? "" : "s") of `\(inventory)` \(isOne ? "has" : "have") no "
        + "`\(attribute)`: \(consequence) \(isOne ? "it" : "them"): \(names)",
      location: place, suggestion: "give \(isOne ? "it" : "them") a `\(attribute)`")
  }

  static func duplicateTarget(_ id: String, first: Int, at place: SourceSpan) -> Finding {
    Finding(
      code: "G132", message: "the target `\(id)` stands twice in the inventory", location: place,
      suggestion: "remove one of the two, or give it another id", notes: ["the first one stands in line \(first)"])
  }

  static func missingColumn(_ column: String, columns: [Located<String>], at place: SourceSpan) -> Finding {
    let names = columns.map(\.value)
    let nearest =
      names.first { $0.lowercased().withoutSurroundingSpace == column } ?? Spelling.nearest(to: column, among: names)
    let location = columns.first { $0.value == nearest }?.location ?? place
    return Finding(
      code: "G133", message: "the inventory has no column `\(column)`", location: location,
      suggestion: nearest == nil ? "add a column `\(column)` to the first line" : "write `\(column)`",
      replacement: nearest.map { _ in column }, notes: ["columns: \(names.joined(separator: ", "))"])
  }

  static func unknownZone(_ zone: String, at place: SourceSpan) -> Finding {
    let nearest = ZoneNames.nearest(to: zone)
    return Finding(
      code: "G134", message: "`\(zone)` is not a time zone", location: place,
      suggestion: nearest.map { "write `\($0)`" } ?? "write an IANA name such as `Europe/Amsterdam`",
      replacement: nearest)
  }

  static func fieldCount(_ count: Int, wanted: Int, at place: SourceSpan) -> Finding {
    Finding(
      code: "G135",
      message: "this line has \(count) \(count == 1 ? "field" : "fields"), but the first line names \(wanted)",
      location: place,
      suggestion: count > wanted
        ? "put a value that contains a comma in quotes" : "add the missing values; write nothing between two commas")
  }

  static func emptyInventory(at place: SourceSpan) -> Finding {
    Finding(
      code: "G137", message: "the inventory has no targets", location: place, suggestion: "add a line for each target")
  }
}

extension Finding {
  static func environmentName(_ id: Located<String>, file: String) -> Finding {
    Finding(
      code: "G110", message: "the environment calls itself `\(id.value)`, but its file is `\(file).yaml`",
      location: id.location, suggestion: "write `\(file)`", replacement: file)
  }
}
