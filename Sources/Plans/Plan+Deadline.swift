public import Quantities

/// How a plan stands to its deadline: the one answer of header, findings, pages and documents.
///
/// The deadline is met when the last wave is over on its day or before, by the days of the programme's own zone. A
/// wave that may be over at midnight is over on the day before.
public struct DeadlineStanding: Equatable, Sendable {
  public let deadline: CivilDate
  /// The day on which the last wave is over at the earliest.
  public let ends: CivilDate

  /// Makes the standing of a programme that ends on a day.
  public init(deadline: CivilDate, ends: CivilDate) {
    (self.deadline, self.ends) = (deadline, ends)
  }

  /// By how many days the end is later than the deadline; negative when it is earlier.
  public var daysLate: Int { ends.dayNumber - deadline.dayNumber }

  /// Whether the plan ends in time.
  public var isMet: Bool { daysLate <= 0 }
}

extension Plan {
  /// The day on which the last wave is over at the earliest; `nil` without dates.
  public var lastDay: CivilDate? { stages.flatMap(\.waves).compactMap(\.latest).max() }

  /// How it stands to its deadline; `nil` without one, and without dates.
  public var standing: DeadlineStanding? {
    deadline.flatMap { deadline in lastDay.map { DeadlineStanding(deadline: deadline, ends: $0) } }
  }
}
