public import Runbooks

/// Numbers of the forecast for people: three or four digits that mean something, and a unit that fits.
public enum Spoken {
  /// A number with a space between groups of three digits: `40 000`, `2.22`, `0.0116`.
  public static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : "without bound" }
    let size = abs(value)
    // Beyond ten millions nobody reads the last digits.
    if size >= 1e10 { return decimal(value / 1e9, places: 1) + " billion" }
    if size >= 1e7 { return decimal(value / 1e6, places: 1) + " million" }
    let places = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4
    return decimal(value, places: places)
  }

  /// A number with so many decimal places at most, without zeros at its end.
  public static func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return value.isFinite ? "\(value)" : number(value) }
    var factor = 1.0
    for _ in 0..<places { factor *= 10 }
    let scaled = (abs(value) * factor).rounded()
    let whole = Int((scaled / factor).rounded(.down))
    var fraction = String(Int(scaled - Double(whole) * factor))
    if places > 0 {
      fraction = String(repeating: "0", count: places - fraction.utf8.count) + fraction
      while fraction.last == "0" { fraction.removeLast() }
    }
    let text = grouped(whole) + (places == 0 || fraction.isEmpty ? "" : "." + fraction)
    return value < 0 && scaled > 0 ? "−" + text : text
  }

  /// A number for programs: nine digits that mean something, the same on every machine; empty for what is no number.
  public static func exact(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "" }
    let digits = 8 - Int(Elementary.log(abs(value)) / Elementary.log(10)).advanced(by: abs(value) < 1 ? -1 : 0)
    let scale = Elementary.power(10, Double(digits))
    let rounded = (value * scale).rounded() / scale
    guard rounded.isFinite else { return "\(value)" }
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : "\(rounded)"
  }

  /// A base to a power, for those who scale an estimate.
  public static func power(_ base: Double, _ exponent: Double) -> Double { Elementary.power(base, exponent) }

  /// A share: `36 %`, `99.962 %`.
  public static func share(_ value: Double) -> String {
    guard value.isFinite else { return number(value) }
    let percent = value * 100
    // Near 100 it is the distance that matters.
    let size = abs(percent)
    let places = size > 99 && size < 100 ? 3 : size >= 10 || size == 0 ? 0 : size >= 1 ? 1 : 2
    return decimal(percent, places: places) + " %"
  }

  /// A time: `60 ms`, `2.1 s`, `4.6 h`.
  public static func time(_ seconds: Double) -> String {
    guard seconds.isFinite else { return number(seconds) }
    return switch abs(seconds) {
    case ..<1: "\(decimal(seconds * 1_000, places: 0)) ms"
    case ..<120: "\(number(seconds)) s"
    case ..<7_200: "\(number(seconds / 60)) min"
    case ..<172_800: "\(number(seconds / 3_600)) h"
    default: "\(number(seconds / 86_400)) days"
    }
  }

  /// A size: `310 MB`.
  public static func size(_ bytes: Double) -> String {
    let units: [(name: String, factor: Double)] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
    for unit in units where abs(bytes) >= unit.factor { return "\(number(bytes / unit.factor)) \(unit.name)" }
    return "\(number(bytes)) B"
  }

  private static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    guard digits.count > 4 else { return String(number) }
    return digits.indices.reduce(into: "") { text, index in
      if index > 0, (digits.count - index) % 3 == 0 { text += " " }
      text.append(digits[index])
    }
  }

  /// A figure in the unit in which people read it.
  public static func figure(_ name: FigureName, _ value: Double) -> String {
    guard value.isFinite else { return number(value) }
    let dimension = name.dimension
    if isShare(name.name) { return share(value) }
    switch (dimension.unit, dimension.isRate) {
    case ("s", false): return time(value)
    case ("bytes", false): return size(value)
    case ("bytes", true): return size(value * 86_400) + " a day"
    case ("", false): return number(value)
    case ("", true):
      return name.name.hasSuffix("_per_day") ? number(value * 86_400) + " a day" : number(value) + " /s"
    case (let unit, false): return "\(number(value)) \(unit)"
    case (let unit, true):
      let isMonthly = name.name.hasPrefix("cost") && name.name != "cost_per_day"
      return isMonthly
        ? "\(number(value * WrittenUnit.month)) \(unit) a month" : "\(number(value * 86_400)) \(unit) a day"
    }
  }

  /// Whether a figure is said in percent.
  public static func isShare(_ name: String) -> Bool { ["hits", "availability", "served"].contains(name) }

  /// An estimate as it was written, without needless digits.
  public static func estimate(_ estimate: Estimate, _ value: Double) -> String {
    switch (estimate.dimension.unit, estimate.dimension.isRate) {
    case ("s", false): time(value)
    case ("bytes", false): size(value)
    case ("", false): estimate.unit == "%" ? share(value) : number(value)
    case ("", true):
      estimate.unit.hasSuffix("day")
        ? "\(number(value * 86_400)) a day"
        : estimate.unit.hasSuffix("month") ? "\(share(value * WrittenUnit.month)) a month" : "\(number(value)) /s"
    case (let unit, false): "\(number(value)) \(unit)"
    case (let unit, true):
      estimate.unit.hasSuffix("min") ? "\(number(value * 60)) \(unit)/min" : "\(number(value)) \(unit)/s"
    }
  }
}
