public import Quantities

/// A day of the programme with what the model says of it.
public struct CourseDay: Sendable {
  public var day: CivilDate
  public var projection: Projection
}

extension Forecaster {
  /// Every day of a stretch, with the targets that are live on it: load by the hour, cost and availability.
  ///
  /// - `first`: the first day.
  /// - `days`: how many.
  /// - `golive`: for each target that ever goes live, its row and its first day.
  /// - Complexity: O(days × (classes × 24 + groups)).
  public func course(from first: CivilDate, days: Int, golive: [(row: Int, day: CivilDate)]) -> [CourseDay] {
    let coming = golive.sorted { ($0.day.dayNumber, $0.row) < ($1.day.dayNumber, $1.row) }
    var live = nobody
    var next = 0
    return (0..<max(0, days)).map { offset in
      let day = first.adding(days: offset)
      while next < coming.count, coming[next].day <= day {
        add([coming[next].row], since: coming[next].day, to: &live)
        next += 1
      }
      return CourseDay(day: day, projection: projection(of: live, on: day))
    }
  }
}
