public import Runbooks

extension Spoken {
  /// The one unit in which exports have a figure: that in which ``figure(_:_:)`` says it, and of times and sizes, which
  /// are said in many, the second and the byte.
  ///
  /// - Returns: the unit as it is written in files, and how many of it the base unit is.
  public static func unit(of name: FigureName) -> (text: String, factor: Double) {
    let dimension = name.dimension
    if isShare(name.name) { return ("%", 100) }
    switch (dimension.unit, dimension.isRate) {
    case ("bytes", true): return ("bytes/day", 86_400)
    case ("", true): return name.name.hasSuffix("_per_day") ? ("/day", 86_400) : ("/s", 1)
    case (let unit, false): return (unit, 1)
    case (let unit, true):
      let isMonthly = name.name.hasPrefix("cost") && name.name != "cost_per_day"
      return isMonthly ? ("\(unit)/month", WrittenUnit.month) : ("\(unit)/day", 86_400)
    }
  }

  /// A number for programs: nine digits that mean something; `nil` for what is no number, or has no bound.
  public static func finite(_ value: Double) -> String? { value.isFinite ? exact(value) : nil }
}
