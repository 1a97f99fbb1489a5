public import Diagnostics
public import Quantities

/// The performance model of a programme: who asks how much, what that takes, what carries it, and what it costs.
///
/// Its numbers are in one list, and everything else names them by their place there. So a scenario, a draw of chance or
/// `--set` is another list of numbers for the same model.
public struct ForecastModel: Sendable {
  /// A number by its place in ``estimates``.
  public typealias Number = Int

  /// Where the model starts, for findings about the whole.
  public var location: SourceSpan
  /// The currency of all sums, such as `EUR`.
  public var currency: String
  /// All numbers.
  public var estimates: [Estimate]
  /// Who asks, and how much.
  public var load: LoadModel
  /// What each question, call or document takes.
  public var takes: [Taking]
  /// What answers before the work is done, in order.
  public var caches: [CacheModel]
  /// Into which parts the platform is cut.
  public var cells: CellModel
  /// What carries the load.
  public var components: [ComponentModel]
  /// What things cost.
  public var prices: [PriceModel]
  /// How much of ``currency`` one of another currency is.
  public var rates: [(currency: String, number: Number)]
  /// Where data may lie.
  public var residency: ResidencyModel?
  /// What shall be reached.
  public var goals: GoalModel
  /// What was there before: numbers by the name of a stock, `users` and `targets` among them.
  public var baseline: [(stock: Located<String>, number: Number)]
  /// What documents say, to be compared with the model.
  public var stated: [Statement]
  /// What may come.
  public var scenarios: [ScenarioModel]
  /// Whether a wave that exceeds a limit is an error.
  public var refuses: Bool
  /// Estimates that hang together: one chance decides all of a group.
  public var together: [Group] = []
  /// The cells that a scenario has lost.
  public var lost: [String] = []

  /// The most likely values of all numbers.
  public var values: [Double] { estimates.map(\.mid) }

  /// The place of a number by its path.
  public func number(_ path: String) -> Number? { estimates.firstIndex { $0.path == path } }

  /// The names of everything that is counted: flows, and stocks.
  public var counted: [String] { Counted.flows + ["users", "targets"] + load.stocks.map(\.name.value) }
}

/// What can be counted without being named by a model.
public enum Counted {
  /// Questions; those that a cache answered; and those that went on to what lies behind the caches.
  public static let flows = ["questions", "hits", "calls"]
}

/// Who asks, and how much.
public struct LoadModel: Sendable {
  /// The inventory whose live targets bring the load.
  public var inventory: Located<String>
  /// The column with the users of a target; `nil` when ``usersEach`` says it.
  public var usersColumn: Located<String>?
  /// The users of a target, where no column does.
  public var usersEach: ForecastModel.Number?
  /// Questions of a user in a second, averaged over the day.
  public var questions: ForecastModel.Number
  /// The shares of the local hours of a day; they add up to 1.
  public var profile: [Double]
  /// Factors of the days of the week, Monday first; their mean is 1.
  public var week: [Double]
  /// The share of users that are logged in at the peak.
  public var present: ForecastModel.Number?
  /// The time that somebody thinks between an answer and the next question.
  public var thinking: ForecastModel.Number?
  /// By how much minutes within the peak hour exceed its mean.
  public var peak: ForecastModel.Number
  /// A short burst of everybody.
  public var burst: Burst?
  /// What is asked in each cell by canaries and probes, in a second, without any target.
  public var steady: ForecastModel.Number?
  /// τ of the adoption curve 1 − e^(−t/τ), in seconds; `nil` when targets are there at once.
  public var adoption: ForecastModel.Number?
  /// The growth of use, in a second.
  public var growth: ForecastModel.Number?
  /// A factor on everything that is asked; 1 in normal times.
  public var surge: ForecastModel.Number
  /// What lies in targets: the sum of a column, or so many in each.
  public var stocks: [Stock]

  /// Many questions at once, on empty caches.
  public struct Burst: Sendable {
    /// Questions in a second, when everybody is live.
    public var rate: ForecastModel.Number
    /// How long it lasts, in seconds.
    public var lasts: ForecastModel.Number
    /// The stages that send it whole, whoever is live: load tests, as `phase/stage`.
    public var tests: [Located<String>]
  }

  /// Something that lies in targets, such as documents.
  public struct Stock: Sendable {
    public var name: Located<String>
    /// The column whose values add up.
    public var column: Located<String>?
    /// So many in each target, where no column does.
    public var each: ForecastModel.Number?
    /// For how many one of the column, or of each target, stands.
    public var times: ForecastModel.Number?
    /// The growth, in a second.
    public var growth: ForecastModel.Number?
  }
}

/// What one question, call, document or user takes.
public struct Taking: Sendable {
  /// What takes it: a flow or a stock.
  public var of: Located<String>
  /// The name, unique in the model.
  public var name: Located<String>
  /// How much.
  public var number: ForecastModel.Number
}

/// Something that answers before the work is done.
public struct CacheModel: Sendable {
  /// How its hits come about.
  public enum Kind: Sendable {
    /// A share that somebody has measured or decided.
    case fixed(ForecastModel.Number)
    /// Each answer is kept for a time, and so many different questions are asked with a Zipf popularity.
    case kept(lifetime: ForecastModel.Number, items: ForecastModel.Number, skew: ForecastModel.Number)
    /// The same question in other words: the share that is recognised, of the share that is a paraphrase.
    case similar(recall: ForecastModel.Number, paraphrases: ForecastModel.Number)
  }

  /// The name.
  public var id: Located<String>
  /// How its hits come about.
  public var kind: Kind
  /// The attributes whose values have a cache each, within their cell.
  public var by: [Located<String>]
  /// The time of a hit.
  public var time: ForecastModel.Number?
  /// The amounts of calls that a hit saves; where there are any, the question goes on.
  public var saves: [Located<String>] = []
}

/// Into which parts the platform is cut.
public struct CellModel: Sendable {
  /// The attribute of the targets that says in which cell they are; `nil` for one cell.
  public var by: Located<String>?
  /// The cells by name.
  public var places: [Place]
  /// The stages whose targets are the locations that get built, and their column that names them.
  public var built: (stages: [Located<String>], by: Located<String>)? = nil
  /// The share of failures that takes all locations of a cell.
  public var commonCause: ForecastModel.Number?
  /// The time until traffic has moved after an outage.
  public var moves: ForecastModel.Number?
  /// Outages of a location, in a second.
  public var outages: ForecastModel.Number?

  /// Where the users of one value of the attribute are served.
  public struct Place: Sendable {
    /// The value of the attribute.
    public var name: Located<String>
    /// The locations, such as `westeurope`; each can carry the cell when another one is lost.
    public var locations: [Located<String>]
    /// The zone in which its data lie.
    public var zone: Located<String>?

    /// That zone; a place that names none is one of its own.
    public var dataZone: String { zone?.value ?? name.value }
  }
}

/// Something that carries load.
public struct ComponentModel: Sendable {
  /// What limits it.
  public enum Need: Sendable {
    /// The amounts that are taken, against what one unit carries: a rate for flows, an amount for stocks.
    case carried(takings: [Located<String>], byEach: ForecastModel.Number)
    /// The requests of a flow in a second, or a stock, against what one unit carries.
    case counted(of: Located<String>, byEach: ForecastModel.Number)
    /// Requests that each hold a slot for a time, with a chance of having to wait.
    case slots(
      of: Located<String>, each: ForecastModel.Number, holds: Located<String>, variation: ForecastModel.Number,
      waiting: ForecastModel.Number)
  }

  /// A line of the bill.
  public struct Cost: Sendable {
    public var price: Located<String>
    /// What it is for: `units`, a flow, a stock, or a taking.
    public var of: Located<String>
    /// How long what a flow brings is kept, in seconds: it lies there for so long. `nil` for what is used up.
    public var keeps: ForecastModel.Number?
  }

  /// What stands in for a component that fails.
  public enum Fallback: Sendable {
    /// Something that fails by itself, with this availability.
    case other(ForecastModel.Number)
    /// The same component in another location of its cell: where there is one, it is the second location.
    case location
  }

  /// A second way in which a component grows: units are replicas times partitions.
  public struct Partitions: Sendable {
    /// What limits a partition: what lies there lies in all replicas.
    public var needs: [Need]
    /// The numbers of partitions that there are, rising.
    public var sizes: [Int]
    /// The most units, replicas times partitions; `nil` for any.
    public var mostUnits: Int?
  }

  /// What one quota is for.
  public enum Pool: String, Sendable, CaseIterable { case location, zone }

  /// Capacity that is bought ahead in units.
  public struct Provisioned: Sendable {
    /// Amounts that calls take, each with the weight with which it counts.
    public var counts: [(taking: Located<String>, weight: Double)]
    /// What one unit carries in a second.
    public var carries: ForecastModel.Number
    /// The fewest units that can be bought.
    public var least: Int
    /// Units are bought in multiples of this.
    public var step: Int
    /// The price of a unit.
    public var price: Located<String>
  }

  /// Where requests may be worked on.
  public enum Place: String, Sendable, CaseIterable { case location, zone, world }

  /// The name.
  public var id: Located<String>
  /// One sentence for people.
  public var summary: String?
  /// Whether there is one for all cells.
  public var isShared: Bool
  /// What limits it; none for something that is there once.
  public var needs: [Need]
  /// The fewest units in a location.
  public var least: Int
  /// The most units that a location can have.
  public var most: ForecastModel.Number?
  /// Units beyond the need.
  public var spare: Int
  /// Units come in multiples of this.
  public var step: Int
  /// The units that are granted in a location, before anybody asks for more.
  public var quota: ForecastModel.Number?
  /// What the quota is for: each location, or one for everything that lies in a zone.
  public var pool: Pool
  /// The second way in which it grows.
  public var partitions: Partitions?
  /// The share of `most` that is billed at least: the floor of what scales by itself.
  public var billedFrom: ForecastModel.Number?
  /// How long before its use a higher quota has to be asked for.
  public var grantedIn: Span?
  /// The time until a new unit works.
  public var ready: ForecastModel.Number?
  /// Whether units follow the load by the hour, and only those are paid.
  public var scales: Bool
  /// The share of time in which it works.
  public var availability: ForecastModel.Number?
  /// What stands in for it.
  public var fallback: Fallback?
  /// The step that builds it, as `phase/stage/step`, or `before`; `nil` where nobody said it.
  public var builtBy: Located<String>?
  /// Whether there is an answer without it.
  public var isSoft: Bool
  /// Where its requests may be worked on.
  public var place: Place
  /// The day on which the maker takes it away.
  public var retires: Located<CivilDate>?
  /// The size that is asked for, and the largest that is offered: by name.
  public var size: [(name: Located<String>, asked: ForecastModel.Number, offered: ForecastModel.Number?)]
  /// The zone in which its data lie, where that is not the zone of its cell.
  public var zone: Located<String>?
  /// The bill.
  public var costs: [Cost]
  /// The same capacity bought ahead.
  public var provisioned: Provisioned?
}

/// What something costs.
public struct PriceModel: Sendable {
  /// The name.
  public var id: Located<String>
  /// The sum, in its own currency.
  public var number: ForecastModel.Number
  public var currency: String
  /// How much of what it buys, in base units; 1 where it buys time alone.
  public var per: Double
  /// What it buys: `tokens`, `bytes`; empty for counts and for time alone.
  public var unit: String
  /// The time that it buys, in seconds; `nil` for something that is used up.
  public var time: Double?
  /// The taking that it is for, where the seller's price list says so.
  public var use: Located<String>?
  /// The least amount of a request from which the price counts; below it ``otherwise`` is charged.
  public var from: Double?
  /// Above ``from`` it counts in steps of so much.
  public var steps: Double?
  /// The share of requests that get the price.
  public var gets: ForecastModel.Number?
  /// The price of what does not get this one.
  public var otherwise: Located<String>?
  /// The day of the price list.
  public var date: Located<CivilDate>?
  /// Where it was read.
  public var source: String?
}

/// Where data may lie.
public struct ResidencyModel: Sendable {
  /// The attribute of the targets that decides.
  public var by: Located<String>
  /// The zones that are allowed for each of its values.
  public var allowed: [(value: Located<String>, zones: [Located<String>])]
}

/// What shall be reached.
public struct GoalModel: Sendable {
  /// Conditions on signals that gates or triggers have to guard.
  public var signals: [Located<Condition>]
  /// The time within which the given share of questions is answered.
  public var answer: ForecastModel.Number? = nil
  /// The share, such as 0.95.
  public var percentile: ForecastModel.Number? = nil
  /// The share of time in which it works.
  public var availability: ForecastModel.Number? = nil
  /// The most that it may cost, in a second.
  public var cost: ForecastModel.Number? = nil
  /// True failure rates: what a healthy platform has, to judge triggers by.
  public var healthyErrors: ForecastModel.Number? = nil
}

/// Something that a document says.
public struct Statement: Sendable {
  /// The figure that it is about.
  public var figure: Located<String>
  public var number: ForecastModel.Number
  /// Where it says so.
  public var source: String
  /// How far it may be from the model, as a share.
  public var within: Double
}

/// Something that may come.
public struct ScenarioModel: Sendable {
  /// The name.
  public var id: Located<String>
  /// One sentence for people.
  public var summary: String?
  /// Numbers by their path: another estimate, or a factor.
  public var changes: [(path: Located<String>, change: EstimateChange)]
  /// Cells that are lost.
  public var lost: [Located<String>]
  /// Other cells.
  public var cells: CellModel?
  /// Other rules of where data may lie.
  public var residency: ResidencyModel?
  /// How long it lasts, in seconds; `nil` for good.
  public var lasts: ForecastModel.Number?
}

/// What becomes of an estimate.
public enum EstimateChange: Equatable, Sendable {
  /// It is multiplied.
  case times(Double)
  /// It is another one.
  case to(WrittenEstimate)

  /// Reads `x3`, or an estimate.
  public init?(_ text: String) {
    if text.hasPrefix("x") || text.hasPrefix("×") {
      guard let factor = WrittenEstimate(String(text.dropFirst())), factor.low == factor.high,
        factor.dimension == .count
      else { return nil }
      self = .times(factor.mid)
    } else {
      guard let written = WrittenEstimate(text) else { return nil }
      self = .to(written)
    }
  }
}
