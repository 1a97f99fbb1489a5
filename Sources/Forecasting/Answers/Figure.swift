import Quantities
public import Runbooks

/// One figure of the forecast, with the calculation beside it.
public struct Figure: Equatable, Sendable {
  /// The name, which documents and quantities use.
  public var name: FigureName
  /// What it is, for people.
  public var title: String
  /// The value, in base units.
  public var value: Double
  /// How it comes about, with the numbers.
  public var working: String
  /// Whether it is for tables that list everything only: what a flow takes, where nobody pays for it.
  public var isDetail: Bool
  /// What chance makes of it, where that was asked for.
  public var range: Percentiles?

  public init(
    name: FigureName, title: String, value: Double, working: String, isDetail: Bool = false, range: Percentiles? = nil
  ) {
    self.name = name
    self.title = title
    self.value = value
    self.working = working
    self.isDetail = isDetail
    self.range = range
  }

  /// The value in the unit in which people read it.
  public var text: String { Spoken.figure(name, value) }

  /// The range in that unit, `8 900 to 14 100`.
  public var rangeText: String? {
    range.map { range in
      let low = Spoken.figure(name, range.p10)
      let high = Spoken.figure(name, range.p90)
      func number(_ text: String) -> Substring { text.prefix { $0.isNumber || " .−".contains($0) }.trimmed }
      // `7 545 867 to 13.8 million tokens`, but `900 ms to 1.2 s` and `2.5 million to 1.2 billion EUR`.
      let isOneUnit = high.hasSuffix(low.dropFirst(number(low).count))
      return low == high ? "" : "\(isOneUnit ? number(low) : low[...]) to \(high)"
    }
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension Forecaster {
  /// All figures of a projection, in the order in which people read them.
  public func table(of projection: Projection, ranges: [Percentiles?] = []) -> [Figure] {
    let values = wiring.values
    return wiring.figures.enumerated().map { index, name in
      Figure(
        name: name, title: title(of: name.name), value: figure(name.name, of: projection, values: values) ?? 0,
        working: working(of: name.name, projection), isDetail: isDetail(name.name, projection),
        range: index < ranges.count ? ranges[index] : nil)
    }
  }

  private func isDetail(_ name: String, _ projection: Projection) -> Bool {
    switch name {
    case "served": return projection.unserved == 0
    case "canaries_per_day", "cost_of_canaries": return projection.canaries == 0
    default:
      guard let taking = wiring.takings[name], wiring.takers[taking].isFlow else { return false }
      return !wiring.isCharged.contains(name)
    }
  }

  /// What a figure is, for people.
  public func title(of name: String) -> String {
    let known = [
      "targets": "Live \(model.load.inventory.value)", "users": "Users", "cells": "Cells",
      "served": "Users who are served", "questions_per_day": "Questions a day", "canaries_per_day": "Of them canaries",
      "peak_rate": "Peak hour, mean", "peak_minute_rate": "Peak minute", "burst_rate": "Burst",
      "logged_in": "Concurrent: logged in", "in_session": "Concurrent: in a session",
      "in_flight": "Concurrent: in flight", "burst_in_flight": "In flight in the burst",
      "hits": "Answered by caches", "calls_per_day": "Calls a day", "answer_p50": "Answer, median",
      "answer_p95": "Answer, 95th percentile", "answer_p99": "Answer, 99th percentile",
      "answer_p95_busiest": "Answer, 95th, busiest hour", "answer_p95_night": "Answer, 95th, at night",
      "availability": "Availability", "cost_per_day": "Cost a day", "cost_per_month": "Cost a month",
      "cost_per_user": "Cost of a user", "cost_per_target": "Cost of each of the \(model.load.inventory.value)",
      "cost_per_question": "Cost of a question", "cost_of_canaries": "Of it for canaries",
    ]
    if let title = known[name] { return title }
    if name.hasPrefix("cost.") { return "Cost of \(name.dropFirst(5))" }
    if name.hasSuffix("_per_call") { return "\(name.dropLast(9).capitalizedFirst) of a call" }
    if name.hasSuffix("_per_day") { return "\(name.dropLast(8).capitalizedFirst) a day" }
    if let taking = model.taking(name) { return "\(name) of \(taking.of.value)" }
    return name.capitalizedFirst
  }
}
