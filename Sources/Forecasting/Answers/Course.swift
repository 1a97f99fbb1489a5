public import Quantities

/// A day of the programme with what the model says of it.
public struct CourseDay: Sendable {
  public var day: CivilDate
  public var projection: Projection
}

extension Forecaster {
  /// Days of a stretch, with the targets that are live on each: load by the hour, cost and availability. Each stands
  /// for its week: peaks are those of the busiest day of the week, and money is that of a mean one.
  ///
  /// - `first`: the first day.
  /// - `days`: how many.
  /// - `every`: so many days from one to the next.
  /// - `golive`: for each target that ever goes live, its row and its first day.
  /// - Complexity: O(days ÷ every × (classes × 24 + groups)).
  public func course(
    from first: CivilDate, days: Int, every: Int = 1, golive: [(row: Int, day: CivilDate)]
  ) -> [CourseDay] {
    let coming = golive.sorted { ($0.day.dayNumber, $0.row) < ($1.day.dayNumber, $1.row) }
    var live = LiveTargets.none
    var next = 0
    return stride(from: 0, to: max(0, days), by: max(1, every)).map { offset in
      let day = first.adding(days: offset)
      while next < coming.count, coming[next].day <= day {
        add([coming[next].row], since: coming[next].day, to: &live)
        next += 1
      }
      return CourseDay(day: day, projection: projection(of: live, on: day, hasWeekday: false))
    }
  }
}
