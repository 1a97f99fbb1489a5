/// What the model says for one day and the targets that are live on it.
public struct Projection: Equatable, Sendable {
  /// The live targets.
  public var targets = 0.0
  public var users = 0.0
  /// By stock of the model: how much there is.
  public var stocks: [Double] = []
  /// By cell of the model.
  public var cells: [CellLoad] = []
  /// Questions, hits and calls of the whole, by hour of the day in UTC, in a second.
  public var hours: [FlowRates] = []
  /// By component and cell.
  public var components: [ComponentLoad] = []
  /// The share of questions that caches answer, over the day.
  public var hitShare = 0.0
  /// The mean time of an answer at the peak, in seconds.
  public var meanAnswer = 0.0
  /// The times within which 50, 95, 99 % and the share of the goal are answered at the peak, in seconds.
  public var answer = AnswerTimes()
  /// The share of time in which the platform works.
  public var availability = 1.0
  /// Users whom no cell may serve, because the only lawful ones are lost.
  public var unserved = 0.0
  /// By component: what it costs in a second, in the model's currency.
  public var costs: [Double] = []

  public var questionsPerDay: Double { hours.reduce(0) { $0 + $1.questions } * 3_600 }
  public var callsPerDay: Double { hours.reduce(0) { $0 + $1.calls } * 3_600 }
  /// The mean of the fullest hour of the whole, in questions in a second.
  public var peakRate: Double { hours.map(\.questions).max() ?? 0 }
  /// What everything costs in a second.
  public var cost: Double { costs.reduce(0, +) }
}

/// The rates of the three flows, in a second.
public struct FlowRates: Equatable, Sendable {
  /// Everything that is asked.
  public var questions = 0.0
  /// What caches answered.
  public var hits = 0.0
  /// What went on.
  public var calls = 0.0

  public init(questions: Double = 0, hits: Double = 0, calls: Double = 0) {
    self.questions = questions
    self.hits = hits
    self.calls = calls
  }

  static func + (left: FlowRates, right: FlowRates) -> FlowRates {
    FlowRates(
      questions: left.questions + right.questions, hits: left.hits + right.hits, calls: left.calls + right.calls)
  }
}

/// What one cell carries.
public struct CellLoad: Equatable, Sendable {
  /// Its name; empty when there is one.
  public var name: String
  /// Its live targets.
  public var targets = 0.0
  public var users = 0.0
  /// By stock of the model.
  public var stocks: [Double] = []
  /// By hour of the day in UTC.
  public var hours = [FlowRates](repeating: FlowRates(), count: 24)
  /// The share of time in which it works.
  public var availability = 1.0

  /// The hour with the most questions, and its rates.
  public var peak: (hour: Int, rates: FlowRates) {
    var best = 0
    for hour in hours.indices where hours[hour].questions > hours[best].questions { best = hour }
    return (best, hours[best])
  }

  /// The most calls of an hour, in a second.
  public var peakCalls: Double { hours.map(\.calls).max() ?? 0 }
}

/// Answer times, in seconds.
public struct AnswerTimes: Equatable, Sendable {
  /// Half of the questions.
  public var p50 = 0.0
  public var p95 = 0.0
  public var p99 = 0.0
  /// The share that the goal names.
  public var goal = 0.0
}

/// What one component needs in one cell, or for all cells.
public struct ComponentLoad: Equatable, Sendable {
  /// The component, by its place in the model.
  public var component: Int
  /// The cell; `nil` for all.
  public var cell: Int?
  /// The locations, each with its own units.
  public var locations = 1
  /// The units that a location needs at its peak, before rounding.
  public var need = 0.0
  /// The units of a location, as they are provided.
  public var units = 0.0
  /// The mean units of a location over the day that are paid.
  public var paid = 0.0
  /// The most units that a location can have; a quota counts where no more can be asked for.
  public var limit: Double?
  /// The units that are granted before anybody asks for more.
  public var granted: Double?
  /// Which of its needs is the largest.
  public var decides = 0
  /// The wait for a slot that 99 of 100 requests stay below at the peak, in seconds; `nil` without slots.
  public var wait: Double?

  /// Makes the load of a component in a cell that needs nothing.
  public init(component: Int, cell: Int?, locations: Int = 1) {
    self.component = component
    self.cell = cell
    self.locations = locations
  }

  /// How many times the need the limit is; `nil` without a limit or without a need.
  public var headroom: Double? {
    guard let limit, need > 0 else { return nil }
    return limit / need
  }
}
