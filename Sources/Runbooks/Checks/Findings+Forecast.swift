internal import Diagnostics
internal import Quantities

// What is wrong in the performance model as it is written. What its arithmetic finds is planning's.

extension Finding {
  static func wrongDimension(
    _ text: Located<String>, is found: Dimension, wants: Dimension, of path: String
  ) -> Finding {
    Finding(
      code: "G166",
      message: "`\(path)` is \(spoken(found)), and has to be \(spoken(wants))", location: text.location,
      suggestion: "write \(example(wants))")
  }

  static func unitsDoNotFit(_ message: String, instead: String, at place: SourceSpan) -> Finding {
    Finding(code: "G166", message: message, location: place, suggestion: instead)
  }

  static func moreThanEverything(_ what: String, _ written: Located<String>) -> Finding {
    unitsDoNotFit(
      "`\(what)` is a share, and \(written.value) is more than everything",
      instead: "write it in percent, such as `99.9 %`", at: written.location)
  }

  static func impossible(_ estimate: Estimate, because why: String, instead: String) -> Finding {
    Finding(
      code: "G167", message: "`\(estimate.path)` cannot be `\(estimate.text)`: \(why)", location: estimate.location,
      suggestion: instead)
  }

  static func notDrawn(_ path: Located<String>, written: String) -> Finding {
    Finding(
      code: "G167",
      message: "`\(path.value)` is `\(written)`, and chance draws ranges of the model alone", location: path.location,
      suggestion: "write a range, such as `1..2..3`, or remove it here")
  }

  static func drawnTwice(_ path: Located<String>) -> Finding {
    Finding(
      code: "G110", message: "`\(path.value)` stands twice under `with`: one chance decides it",
      location: path.location, suggestion: "name it once")
  }

  static func takenName(_ name: Located<String>, by what: String) -> Finding {
    Finding(
      code: "G110", message: "`\(name.value)` is the name of \(what)", location: name.location,
      suggestion: "give this one another name")
  }

  static func incompleteModel(_ what: String, needs: String, at place: SourceSpan) -> Finding {
    Finding(code: "G167", message: "\(what) is incomplete", location: place, suggestion: "it needs \(needs)")
  }

  static func oddSum(_ sum: Double, at place: SourceSpan) -> Finding {
    let written = sum == sum.rounded() && sum < 1e12 ? String(Int(sum)) : "\(sum)"
    return Finding(
      code: "G192", severity: .warning,
      message: "the 24 shares of the profile add up to \(written), and count as shares of that", location: place,
      suggestion: "write shares that add up to 100 or to 1, so that a slip of one of them is seen")
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }

  static func notBuilt(_ components: [String], at place: SourceSpan) -> Finding {
    Finding(
      code: "G418", severity: .warning,
      message: "the model counts on \(list(components)), and no step builds \(components.count == 1 ? "it" : "them")",
      location: place,
      suggestion:
        "name the step as `built_by`, or write `built_by: before` for what is there before the programme; until then "
        + "all numbers count \(components.count == 1 ? "it" : "them") as if there")
  }

  static func notBuilt(_ names: [String], stages: String, column: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G418", severity: .warning,
      message:
        "the model counts on \(list(names)), and no target of \(stages) has \(names.count == 1 ? "it" : "them") as "
        + "`\(column)`: nothing builds \(names.count == 1 ? "it" : "them")",
      location: place,
      suggestion:
        "let the stage build \(names.count == 1 ? "it" : "them"); until then the scenario `as-built` is what there is")
  }

  static func badEstimateColumn(
    _ name: Located<String>, value: String, line: Int, at place: SourceSpan?
  ) -> Finding {
    let number = Double(value)
    let isTooLarge = number.map { $0 > Inventory.greatest } ?? false
    let meant =
      number == nil
      ? WrittenNumbers.readings(of: value).filter { Double($0) != nil }
      : isTooLarge ? [] : WrittenNumbers.readings(of: value, isPadded: true)
    let what =
      isTooLarge
      ? "is more than there can be: at most a trillion"
      : number != nil && meant.count > 1 ? "can be read as two numbers" : "is no number"
    return Finding(
      code: "G167",
      message: "the column `\(name.value)` has `\(value)` in line \(line), which \(what)",
      location: place ?? name.location,
      suggestion: meant.isEmpty
        ? "name a column of numbers, or correct the inventory"
        : "write \(meant.map { "`\($0)`" }.joined(separator: " or ")) there")
  }

  private static func spoken(_ dimension: Dimension) -> String {
    switch (dimension.unit, dimension.isRate) {
    case ("", false): "a plain number"
    case ("", true): "a number in a time"
    case ("s", false): "a time"
    case ("bytes", false): "a size"
    default: "in \(dimension.text)"
    }
  }

  private static func example(_ dimension: Dimension) -> String {
    switch (dimension.unit, dimension.isRate) {
    case ("", false): "a number or a share, such as `4` or `40 %`"
    case ("", true): "a rate, such as `4 /day`"
    case ("s", false): "a time, such as `2.1 s`"
    case ("bytes", false): "a size, such as `6 kB`"
    case (let unit, true): "it as `1000 \(unit)/day`"
    case (let unit, false): "it as `1000 \(unit)`"
    }
  }
}
