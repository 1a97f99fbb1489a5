public import Quantities

/// What the model projects for the time after one wave, as the plan stores it: what is approved is what is compared.
public struct PlannedProjection: Hashable, Sendable {
  /// The stage, by its place in the plan.
  public var stage: Int
  /// The wave, by its place in the stage.
  public var wave: Int
  /// The targets that are live then.
  public var targets: Int
  /// How many people work at those targets.
  public var users: Int
  /// The mean of the fullest hour, in questions in a second.
  public var peak: Fixed
  /// What everything costs in a day, in the currency of the model.
  public var costPerDay: Fixed
  /// What the programme has cost from its start until then.
  public var spent: Fixed
  /// The share of time in which the platform works, in percent.
  public var availability: Fixed
  /// The component with the least headroom, such as `model in eu`; `nil` when nothing has a limit.
  public var tightest: String?
  /// How many times what it needs its limit is.
  public var headroom: Fixed?

  package init(
    stage: Int, wave: Int, targets: Int, users: Int, peak: Fixed, costPerDay: Fixed, spent: Fixed,
    availability: Fixed, tightest: String? = nil, headroom: Fixed? = nil
  ) {
    self.stage = stage
    self.wave = wave
    self.targets = targets
    self.users = users
    self.peak = peak
    self.costPerDay = costPerDay
    self.spent = spent
    self.availability = availability
    self.tightest = tightest
    self.headroom = headroom
  }
}

/// More of something that has to be asked for before a wave.
public struct PlannedAsk: Hashable, Sendable {
  /// The component, and in which cell: `model in eu`.
  public var what: String
  /// The units of one location that are needed in the end.
  public var units: Int
  /// In how many locations so many are needed.
  public var locations: Int
  /// The units that are granted already.
  public var granted: Int
  /// The path of the first wave that needs more than those.
  public var wave: String
  /// The last day to ask; `nil` when the plan has no dates.
  public var by: CivilDate?

  package init(what: String, units: Int, locations: Int, granted: Int, wave: String, by: CivilDate? = nil) {
    self.what = what
    self.units = units
    self.locations = locations
    self.granted = granted
    self.wave = wave
    self.by = by
  }
}

extension PlannedProjection: Planned {
  static let fields = Fields(
    PlannedProjection.init(stage:wave:targets:users:peak:costPerDay:spent:availability:tightest:headroom:)
  ) {
    Item("stage", { $0.stage }, .place, .identity)
    Item("wave", { $0.wave }, .place, .identity)
    Item("targets", { $0.targets }, .count, .same)
    Item("users", { $0.users }, .count, .same)
    Item("peak", { $0.peak }, .decimal, .same)
    Item("cost_per_day", { $0.costPerDay }, .decimal, .same)
    Item("spent", { $0.spent }, .decimal, .same)
    Item("availability", { $0.availability }, .decimal, .same)
    Item("tightest", { $0.tightest }, .optional(.text), .optional(isRisk: false, none: "nothing"))
    Item("headroom", { $0.headroom }, .optional(.decimal), .optional(isRisk: false, none: "no limit"))
  }
}

extension PlannedAsk: Planned {
  static let fields = Fields(PlannedAsk.init(what:units:locations:granted:wave:by:)) {
    Item("what", { $0.what }, .text, .identity)
    Item("units", { $0.units }, .count, .same)
    Item("locations", { $0.locations }, .integer(1...1_000_000), .same)
    Item("granted", { $0.granted }, .count, .same)
    Item("wave", { $0.wave }, .text, .same)
    Item("by", { $0.by }, .optional(.date), .optional(isRisk: false, none: "no date"))
  }
}
