/// What the model says for one day and the targets that are live on it.
public struct Projection: Equatable, Sendable {
  /// The live targets.
  public var targets = 0.0
  public var users = 0.0
  /// By stock of the model: how much there is.
  public var stocks: [Double] = []
  /// By cell of the model.
  public var cells: [CellLoad] = []
  /// Questions, hits and calls of the whole, by hour of the day in UTC, in a second: of the day that is asked about,
  /// or of a mean day of the week.
  public var hours: [FlowRates] = []
  /// The same on a mean day of the week, which money goes by.
  public var mean: [FlowRates] = []
  /// The same on the busiest day of the week, which sizes go by.
  public var busy: [FlowRates] = []
  /// By component and cell, in the order of the components.
  public var components: [ComponentLoad] = []
  /// For each component its first place in ``components``, and the end of all.
  var offsets: [Int] = [0]
  /// By number, the part of an amount that no cache saves; empty where none saves any.
  var kept: [Double] = []
  /// The share of questions that caches answer, over the day.
  public var hitShare = 0.0
  /// The mean time of an answer in the busiest hour, in seconds.
  public var meanAnswer = 0.0
  /// The mean time of an answer that no cache has and that waits for nothing, in seconds.
  public var coldAnswer = 0.0
  /// The times within which 50, 95, 99 % and the share of the goal are answered, over the whole day, in seconds.
  public var answer = AnswerTimes()
  /// The same in the fullest hour of the busiest day of the week, when caches are warm.
  public var answerBusiest = AnswerTimes()
  /// The same in the eight quietest hours of each cell, when caches are cold.
  public var answerNight = AnswerTimes()
  /// The share of time in which the platform works for those whom it serves.
  public var availability = 1.0
  /// Users whom no cell may serve, because the only lawful ones are lost.
  public var unserved = 0.0
  /// The burst of those who are live, or of everybody where a load test sends it, in questions in a second.
  public var burstRate = 0.0
  /// What canaries ask in a second, in all cells; no cache answers them.
  public var canaries = 0.0
  /// What canaries cost in a second, by what they use.
  public var canaryCost = 0.0
  /// By component: what it costs in a second over a mean week, in the model's currency.
  public var costs: [Double] = []
  /// The day of the week that is asked about, Monday 1; `nil` for a mean one.
  public var weekday: Int?
  /// What everything costs in a second on the day that is asked about.
  public var dayCost = 0.0

  /// The share of users that some cell serves.
  public var served: Double { users > 0 ? 1 - unserved / users : 1 }
  /// Whether there are users, and no cell serves any of them: nothing is answered, in no time.
  public var isLost: Bool { users > 0 && unserved >= users }
  /// The share of users times the share of time in which the platform works for them.
  public var working: Double { isLost ? 0 : availability * served }

  public var questionsPerDay: Double { hours.reduce(0) { $0 + $1.questions } * 3_600 }
  /// What is asked on a mean day of the week.
  public var meanQuestions: Double { mean.reduce(0) { $0 + $1.questions } * 3_600 }
  public var callsPerDay: Double { hours.reduce(0) { $0 + $1.calls } * 3_600 }
  /// The mean of the fullest hour of the whole on the busiest day of the week, in questions in a second.
  public var peakRate: Double { busy.map(\.questions).max() ?? 0 }
  /// The mean of the fullest hour of the whole on a mean day, in questions in a second.
  public var meanPeakRate: Double { mean.map(\.questions).max() ?? 0 }

  /// The loads of one component, by cell or zone.
  public func loads(of component: Int) -> ArraySlice<ComponentLoad> {
    components[offsets[component]..<offsets[component + 1]]
  }
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

  /// A day of nothing.
  static let none = [FlowRates](repeating: FlowRates(), count: 24)

  /// The rate of one of the flows; 0 for what is none.
  subscript(_ counter: Counter) -> Double {
    switch counter {
    case .questions: questions
    case .hits: hits
    case .calls: calls
    default: 0
    }
  }

  /// The fullest hour of each flow.
  static func fullest(_ hours: [FlowRates]) -> FlowRates {
    hours.reduce(into: FlowRates()) { most, hour in
      most.questions = max(most.questions, hour.questions)
      most.hits = max(most.hits, hour.hits)
      most.calls = max(most.calls, hour.calls)
    }
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
  /// By hour in UTC, on the day that is asked about.
  public var hours = FlowRates.none
  /// The same on a mean day of the week.
  public var mean = FlowRates.none
  /// The same on the busiest day of the week.
  public var busy = FlowRates.none
  /// The share of time in which it works.
  public var availability = 1.0

  /// The most questions of an hour on a mean day, in a second.
  public var peakQuestions: Double { mean.map(\.questions).max() ?? 0 }

  /// The most calls of an hour on the busiest day of the week, in a second.
  public var peakCalls: Double { busy.map(\.calls).max() ?? 0 }

  /// Adds another cell, as what all of them share carries both.
  mutating func add(_ other: CellLoad) {
    targets += other.targets
    users += other.users
    for stock in stocks.indices { stocks[stock] += other.stocks[stock] }
    for hour in 0..<24 {
      hours[hour] = hours[hour] + other.hours[hour]
      mean[hour] = mean[hour] + other.mean[hour]
      busy[hour] = busy[hour] + other.busy[hour]
    }
  }
}

/// Answer times, in seconds.
public struct AnswerTimes: Equatable, Sendable {
  /// The squared variation of calls whose times say none: that of exponential ones.
  static let variationOfCalls = 1.0
  /// The squared variation of the time of a hit.
  static let variationOfHits = 0.1
  /// So many of a cell's hours, the quietest, are its night.
  static let nightHours = 8

  public var mean = 0.0
  /// Half of the questions.
  public var p50 = 0.0
  public var p95 = 0.0
  public var p99 = 0.0
  /// The share that the goal names.
  public var goal = 0.0

  /// Where nothing is answered no time is one.
  static let none = AnswerTimes(mean: .nan, p50: .nan, p95: .nan, p99: .nan, goal: .nan)
}

/// What one component needs in one cell, or for all cells.
public struct ComponentLoad: Equatable, Sendable {
  /// The component, by its place in the model.
  public var component: Int
  /// The cell; `nil` for all.
  public var cell: Int?
  /// The zone whose cells share one pool; `nil` where each has its own.
  public var zone: String?
  /// The locations, each with its own units.
  public var locations = 1
  /// The units that a location needs at its peak or in a burst, before rounding; where it has partitions, its replicas.
  public var need = 0.0
  /// Its part of the burst, in questions in a second.
  public var burstRate = 0.0
  /// The units that the burst alone needs, before rounding.
  public var burst = 0.0
  /// Whether it is the burst that decides.
  public var isBurst = false
  /// The partitions that every replica has.
  public var partitions = 1.0
  /// The partitions that what lies there needs, before rounding, and the most that there are.
  public var partitionNeed = 0.0
  /// See ``partitionNeed``.
  public var partitionLimit: Double?
  /// The units of a location, as they are provided.
  public var units = 0.0
  /// The mean units of a location that are paid over a mean week, partitions included.
  public var paid = 0.0
  /// The most units that a location can have; a quota counts where no more can be asked for.
  public var limit: Double?
  /// The units that are granted before anybody asks for more.
  public var granted: Double?
  /// Which of its needs is the largest.
  public var decides = 0
  /// The wait for a slot that 99 of 100 requests stay below at the peak and in the burst, with its neighbour lost, in
  /// seconds; `nil` without slots.
  public var wait: Double?

  /// Makes the load of a component in a cell that needs nothing.
  public init(component: Int, cell: Int?, locations: Int = 1) {
    self.component = component
    self.cell = cell
    self.locations = locations
  }

  /// How many times the need the limit is; `nil` without a limit or without a need.
  public var headroom: Double? {
    let rooms = [(limit, need), (partitionLimit, partitionNeed)].compactMap { limit, need in
      need > 0 ? limit.map { $0 / need } : nil
    }
    return rooms.min()
  }
}
