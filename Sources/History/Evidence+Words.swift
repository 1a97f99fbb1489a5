public import Engine
public import Planning
import Quantities

extension Firing {
  /// What fired and why, in one line: `errors fired in eu: 2.3 % > 1 % for 2 m, 5 samples`.
  public func words(unit: String, plan: Plan) -> String {
    let place = series.isEmpty ? "" : " in \(series)"
    let newest = samples.last?.reading.words ?? "nothing"
    let trigger = plan.triggers.first { $0.id == self.trigger }
    let sign = trigger?.condition.comparison.rawValue ?? ">"
    let lasting =
      switch trigger?.persistence {
      case .share(let part, let whole): "in \(part) of \(whole)"
      default: "for \(lasted.spoken)"
      }
    let count = "\(samples.count) sample\(samples.count == 1 ? "" : "s")"
    return "\(self.trigger) fired\(place): \(newest)\(unit.isEmpty ? "" : " \(unit)") \(sign) \(limit.spoken)"
      + "\(unit.isEmpty ? "" : " \(unit)") \(lasting), \(count)"
  }
}

extension Exhibit {
  /// What decided, in one line: for a pass all conditions, else those that did not pass.
  public static func words(_ exhibits: [Exhibit], verdict: Verdict, plan: Plan) -> String {
    exhibits.filter { verdict == .pass || !$0.passes(in: plan) }.map { exhibit in
      let name = exhibit.condition.split(separator: " ").first.map(String.init) ?? exhibit.condition
      let unit = plan.signals.first { $0.name == name }?.unit ?? ""
      let isValue = if case .value = exhibit.reading { true } else { false }
      let limit = exhibit.condition.dropFirst(name.count)
      let place = exhibit.series.isEmpty ? "" : " in \(exhibit.series)"
      return "\(name)\(place) \(exhibit.reading.words)\(isValue && !unit.isEmpty ? " \(unit)" : "")\(limit)"
    }.joined(separator: ", ")
  }

  /// Whether the condition of a gate holds for what was found.
  private func passes(in plan: Plan) -> Bool {
    guard case .value(let value) = reading, let condition = Condition(condition), condition.reference == nil,
      let signal = plan.signals.first(where: { $0.name == condition.signal }),
      let limit = Fixed(condition.limit, in: signal.unit)
    else { return false }
    return condition.comparison.holds(value, limit)
  }
}
