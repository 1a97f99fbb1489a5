/// A programme that goes on with so many targets a week: when it is done, and what a deadline asks for.
public enum Ramp {
  /// The targets that are done at the end of a week, when `first` are done at the end of week `from`.
  public static func done(week: Int, first: Int, from: Int, perWeek: Int, of all: Int) -> Int {
    guard week >= from else { return 0 }
    return min(all, first + (week - from) * perWeek)
  }

  /// The week at whose end all are done; `nil` at no pace.
  public static func finish(first: Int, from: Int, perWeek: Int, of all: Int) -> Int? {
    guard all > first else { return from }
    guard perWeek > 0 else { return nil }
    return from + (all - first + perWeek - 1) / perWeek
  }

  /// The targets a week that have all done at the end of `week`; `nil` when no week is left.
  public static func needed(by week: Int, first: Int, from: Int, of all: Int) -> Int? {
    guard week > from else { return nil }
    return (all - first + week - from - 1) / (week - from)
  }

  /// How much of its use a target has after so many days: 1 − e^(−t / τ).
  public static func adoption(days: Double, scale: Double) -> Double {
    guard days >= 0 else { return 0 }
    return scale > 0 ? 1 - Elementary.exp(-days / scale) : 1
  }
}
