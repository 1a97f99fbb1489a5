public import Quantities

/// When targets may start, in the wall-clock time of a zone.
///
/// On each of its days a window lasts from ``opens`` until ``closes``, exclusive. A wall-clock time that a change of
/// the clocks skips moves forward by what was skipped; of one that happens twice the first counts. A window that is
/// empty after that, because it closes in the skipped hour, does not open on that day.
public struct PlannedWindow: Hashable, Sendable {
  /// The days on which it opens, 1 for Monday to 7 for Sunday.
  public var days: [Int]
  /// The minutes from local midnight to the opening, 0 to 1439.
  public var opens: Int
  /// The minutes from local midnight to the close, 0 to 1440; not later than ``opens`` for a close on the next day.
  public var closes: Int
  /// The IANA zone; `nil` for the zone of each target.
  public var zone: String?
  /// A target must start more than this long before the close; zero lets it start until the close.
  ///
  /// Openings that follow each other without a break count as one: a window of whole days from Monday to Friday closes
  /// on Friday night.
  public var latestStart: Span

  public init(days: [Int], opens: Int, closes: Int, zone: String? = nil, latestStart: Span = .zero) {
    self.days = days
    self.opens = opens
    self.closes = closes
    self.zone = zone
    self.latestStart = latestStart
  }
}

extension PlannedWindow: Planned {
  static let fields = Fields(PlannedWindow.init(days:opens:closes:zone:latestStart:)) {
    Item("days", { $0.days }, .list(.integer(1...7)), .grew)
    Item("opens", { $0.opens }, .integer(0...1_439), .grew)
    Item("closes", { $0.closes }, .integer(0...1_440), .grew)
    Item("zone", { $0.zone }, .optional(.text), .optional(isRisk: true, none: "each target's"))
    Item("latest_start_ms", { $0.latestStart }, .span, as: "latest start", .less)
  }
}
