public import Quantities

/// A measured quantity, resolved: what is asked of whom, how often, and what silence means.
public struct PlannedSignal: Hashable, Sendable {
  public var name: String
  /// The unit, such as `s` or `%`.
  public var unit: String
  /// Over what one value speaks.
  public var extent: SignalExtent
  /// The sampling interval: the signal is evaluated at its whole multiples since the epoch.
  public var every: Span
  /// How long after its time a sample is final.
  public var settle: Span
  /// How far back each value looks: the half-open window before its time.
  public var window: Span
  /// The fewest events under a ratio that make it count.
  public var minimumCount: Int?
  /// What missing data mean.
  public var noData: NoDataPolicy
  /// The operation that measures.
  public var operation: String
  /// The provider's name.
  public var provider: String
  /// The arguments; `${with.series}` and `${target.…}` are still open.
  public var arguments: ArgumentTemplate
  /// The longest time of one measurement.
  public var timeout: Span

  package init(
    name: String, unit: String, extent: SignalExtent, every: Span, settle: Span, window: Span,
    minimumCount: Int? = nil, noData: NoDataPolicy, operation: String, provider: String, arguments: ArgumentTemplate,
    timeout: Span
  ) {
    self.name = name
    self.unit = unit
    self.extent = extent
    self.every = every
    self.settle = settle
    self.window = window
    self.minimumCount = minimumCount
    self.noData = noData
    self.operation = operation
    self.provider = provider
    self.arguments = arguments
    self.timeout = timeout
  }

  /// Whether the provider is asked once for each series, because the arguments name it.
  public var isAskedBySeries: Bool {
    arguments.references.contains { reference in
      switch reference {
      case .target, .argument: true
      default: false
      }
    }
  }
}

/// Over what one value of a signal speaks. One value each is a *series*.
public enum SignalExtent: Hashable, Sendable {
  /// One value for everything; its series has the empty name.
  case global
  /// One value for each target, named by its identifier.
  case target
  /// One value for each value of an attribute, named by it.
  case attribute(String)

  /// The written form: `global`, `target`, or the attribute.
  public var text: String {
    switch self {
    case .global: "global"
    case .target: "target"
    case .attribute(let name): name
    }
  }

  /// Reads the written form.
  public init(_ text: String) {
    switch text {
    case "global": self = .global
    case "target": self = .target
    default: self = .attribute(text)
    }
  }
}

/// What missing data of a signal mean.
public enum NoDataPolicy: Hashable, Sendable {
  /// Nothing is known: gates wait, and the clocks of triggers and bakes stand still.
  case hold
  /// Absence is the fault.
  case breach
  /// All is well while another signal is there and 0: nobody is asking.
  case idle(signal: Int)
  /// The value is 0 while another signal is there and above 0: nothing happened.
  case zero(signal: Int)
  /// The last value holds for so long.
  case carry(Span)

  /// The other signal that decides.
  public var signal: Int? {
    switch self {
    case .idle(let signal), .zero(let signal): signal
    case .hold, .breach, .carry: nil
    }
  }
}

/// A comparison of a signal with a limit.
public struct PlannedCondition: Hashable, Sendable {
  /// The signal, by its place in the plan.
  public var signal: Int
  /// How it is compared.
  public var comparison: Condition.Comparison
  /// The limit in the signal's unit, or a percentage of ``quantity``.
  public var limit: Fixed
  /// The quantity of the forecast that the limit is a share of, by its place in the plan.
  public var quantity: Int?

  package init(signal: Int, comparison: Condition.Comparison, limit: Fixed, quantity: Int? = nil) {
    self.signal = signal
    self.comparison = comparison
    self.limit = limit
    self.quantity = quantity
  }
}

/// A number that the forecast projects, stored in the plan so that triggers compare with what was approved.
public struct PlannedQuantity: Hashable, Sendable {
  /// What is projected for a number of live targets.
  public struct Point: Hashable, Sendable {
    /// The number of live targets.
    public var targets: Int
    /// The projected value.
    public var value: Fixed

    package init(targets: Int, value: Fixed) {
      self.targets = targets
      self.value = value
    }
  }

  /// The name, without `forecast.`.
  public var name: String
  /// That of every signal which is compared with it.
  public var unit: String
  /// The inventory whose live targets count, by its place in the plan; `nil` for a constant.
  public var inventory: Int?
  /// By rising numbers of targets, at least one.
  public var points: [Point]

  package init(name: String, unit: String, inventory: Int? = nil, points: [Point]) {
    self.name = name
    self.unit = unit
    self.inventory = inventory
    self.points = points
  }

  /// The projection for so many live targets: on the straight line between two points, to the
  /// nearest step of 10^-12, and at the last one beyond it.
  public func value(at targets: Int) -> Fixed {
    guard let first = points.first, let last = points.last else { return .zero }
    guard let upper = points.firstIndex(where: { $0.targets >= targets }) else { return last.value }
    guard upper > 0, points[upper].targets > targets else { return upper == 0 ? first.value : points[upper].value }
    let (low, high) = (points[upper - 1], points[upper])
    return low.value.toward(high.value, part: targets - low.targets, of: high.targets - low.targets)
  }

  /// The numbers of live targets, from 1 to a most, for which the projection is 0: each unbroken range of them. On the
  /// way to or from another value it is not 0.
  ///
  /// - Complexity: O(points).
  package func zeros(upTo most: Int) -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for (number, point) in points.enumerated() where point.value == .zero {
      let isPast = number > 0 && points[number - 1].value == .zero
      let low = max(1, number == 0 ? 1 : isPast ? points[number - 1].targets : point.targets)
      let high = min(most, number == points.count - 1 ? most : point.targets)
      guard low <= high else { continue }
      if let last = ranges.last, last.upperBound + 1 >= low {
        ranges[ranges.count - 1] = last.lowerBound...max(high, last.upperBound)
      } else {
        ranges.append(low...high)
      }
    }
    return ranges
  }
}

extension PlannedSignal: Planned {
  static let fields = Fields(
    PlannedSignal.init(name:unit:extent:every:settle:window:minimumCount:noData:operation:provider:arguments:timeout:)
  ) {
    Item("name", { $0.name }, .text, .identity)
    Item("unit", { $0.unit }, .text, .grew)
    Item("per", { $0.extent }, .extent, .extent)
    Item("every_ms", { $0.every }, .span, as: "every", .grew)
    Item("settle_ms", { $0.settle }, .span, as: "settle", .grew)
    Item("window_ms", { $0.window }, .span, as: "window", .grew)
    Item(
      "min_count", { $0.minimumCount }, .optional(.integer(1...1_000_000_000)), as: "min_count",
      .optional(isRisk: true, none: "none"))
    Item("no_data", { $0.noData }, .noData, as: "no_data", .noData)
    Item("operation", { $0.operation }, .text, as: "query", .grew)
    Item("provider", { $0.provider }, .text, .grew)
    Item("arguments", { $0.arguments }, .arguments, .arguments)
    Item("timeout_ms", { $0.timeout }, .span, as: "timeout", .grew)
  }
}

extension PlannedCondition: Planned {
  static let fields = Fields(PlannedCondition.init(signal:comparison:limit:quantity:)) {
    Item("signal", { $0.signal }, .place, .signal)
    Item("comparison", { $0.comparison }, .word, .grew)
    Item("limit", { $0.limit }, .decimal, .grew)
    Item("quantity", { $0.quantity }, .optional(.place), .unsaid(isRisk: true))
  }
}

extension PlannedQuantity: Planned {
  static let fields = Fields(PlannedQuantity.init(name:unit:inventory:points:)) {
    Item("name", { $0.name }, .text, .identity)
    Item("unit", { $0.unit }, .text, .grew)
    Item("inventory", { $0.inventory }, .optional(.place), .inventory)
    Item("points", { $0.points }, Point.fields.form.list, as: "numbers", .unsaid(isRisk: true))
  }
}

extension PlannedQuantity.Point: Planned {
  static let fields = Fields(PlannedQuantity.Point.init(targets:value:)) {
    Item("targets", { $0.targets }, .count, .grew)
    Item("value", { $0.value }, .decimal, .grew)
  }
}
