public import Quantities

/// What the model projects for the time after one wave, as the plan stores it: what is approved is what is compared.
public struct PlannedProjection: Hashable, Sendable {
  /// The stage, by its place in the plan.
  public var stage: Int
  /// The wave, by its place in the stage.
  public var wave: Int
  /// The targets that are live then.
  public var targets: Int
  /// Their users.
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

extension PlannedProjection {
  /// Writes the canonical form.
  func encode(to writer: inout CanonicalWriter) {
    writer.object { item in
      item.member("availability", availability.text)
      item.member("cost_per_day", costPerDay.text)
      item.member("headroom", ifPresent: headroom?.text)
      item.member("peak", peak.text)
      item.member("spent", spent.text)
      item.member("stage", stage)
      item.member("targets", targets)
      item.member("tightest", ifPresent: tightest)
      item.member("users", users)
      item.member("wave", wave)
    }
  }

  /// Reads the canonical form.
  init(_ reader: MemberReader) throws(PlanError) {
    self.init(
      stage: Int(try reader.integer("stage", in: 0...1_000_000)),
      wave: Int(try reader.integer("wave", in: 0...10_000_000)),
      targets: Int(try reader.integer("targets", in: 0...1_000_000_000)),
      users: Int(try reader.integer("users", in: 0...1_000_000_000_000)), peak: try reader.fixed("peak"),
      costPerDay: try reader.fixed("cost_per_day"), spent: try reader.fixed("spent"),
      availability: try reader.fixed("availability"), tightest: try reader.optionalText("tightest"),
      headroom: reader.value["headroom"] == nil ? nil : try reader.fixed("headroom"))
  }
}

extension PlannedAsk {
  /// Writes the canonical form.
  func encode(to writer: inout CanonicalWriter) {
    writer.object { item in
      item.member("by", ifPresent: by?.text)
      item.member("granted", granted)
      item.member("locations", locations)
      item.member("units", units)
      item.member("wave", wave)
      item.member("what", what)
    }
  }

  /// Reads the canonical form.
  init(_ reader: MemberReader) throws(PlanError) {
    self.init(
      what: try reader.text("what"), units: Int(try reader.integer("units", in: 0...1_000_000_000_000)),
      locations: Int(try reader.integer("locations", in: 1...1_000_000)),
      granted: Int(try reader.integer("granted", in: 0...1_000_000_000_000)), wave: try reader.text("wave"),
      by: reader.value["by"] == nil ? nil : try reader.date("by"))
  }
}
