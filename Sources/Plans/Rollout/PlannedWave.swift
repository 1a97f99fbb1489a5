public import Quantities

/// A batch of targets.
public struct PlannedWave: Hashable, Sendable {
  /// The rows of the inventory, in the order of admission. A stage without an inventory has the one row 0.
  public var targets: [Int32]
  /// The failures that the wave tolerates; it stops at one more. `nil` for no limit.
  public var tolerate: Int?
  /// The day on which it starts at the earliest, in the zone of the programme.
  public var earliest: CivilDate?
  /// The last day on which it is still going on when it starts so early.
  public var latest: CivilDate?
  /// The earliest instants at which its first and its last target may start; `nil` without a calendar, and in plans of
  /// earlier versions where neither window nor freeze decides that.
  public var starts: WaveStarts?
  /// The earliest instant at which it is over, its gate and bake included; `nil` without a calendar.
  public var ends: Instant?

  package init(
    targets: [Int32], tolerate: Int? = nil, earliest: CivilDate? = nil, latest: CivilDate? = nil,
    starts: WaveStarts? = nil, ends: Instant? = nil
  ) {
    self.targets = targets
    self.tolerate = tolerate
    self.earliest = earliest
    self.latest = latest
    self.starts = starts
    self.ends = ends
  }
}

/// When the targets of a wave may start.
public struct WaveStarts: Hashable, Sendable {
  /// The first of them.
  public var first: Instant
  /// The last of them.
  public var last: Instant

  package init(first: Instant, last: Instant) {
    self.first = first
    self.last = last
  }
}

extension PlannedWave: Planned {
  static let fields = Fields(PlannedWave.init(targets:tolerate:earliest:latest:starts:ends:)) {
    Item("targets", { $0.targets }, .list(.integer(0...Int32.max)), .unsaid(isRisk: true))
    Item("tolerate", { $0.tolerate }, .optional(.count), .limit(none: "no limit"))
    Item("earliest", { $0.earliest }, .optional(.date), .floor(none: "open"))
    Item("latest", { $0.latest }, .optional(.date), .optional(isRisk: false, none: "open"))
    Item("starts", { $0.starts }, WaveStarts.fields.form.optional, .unsaid(isRisk: false))
    Item("ends", { $0.ends }, .optional(.instant), .unsaid(isRisk: false))
  }
}

extension WaveStarts: Planned {
  static let fields = Fields(WaveStarts.init(first:last:)) {
    Item("first", { $0.first }, .instant, .same)
    Item("last", { $0.last }, .instant, .same)
  }
}

extension PlannedWave {
  /// Whether a number of failures stops it: at most as many as it has targets.
  package var hasReachableLimit: Bool { tolerate.map { $0 < targets.count } ?? false }

  /// What its failure budget means, in words: a wave whose targets may all fail stops when nobody is left.
  package var limitWords: String {
    guard let tolerate else { return "no failure limit" }
    return hasReachableLimit ? "stops at failure \(tolerate + 1)" : "stops when all fail"
  }
}
