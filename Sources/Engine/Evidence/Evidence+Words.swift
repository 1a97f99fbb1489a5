import Plans
import Quantities

extension Firing {
  /// What fired and why, in one line: `errors fired in eu: 2.3 % > 1 % for 2 m, 5 samples`.
  func words(plan: Plan) -> String {
    let trigger = plan.triggers.first { $0.id == self.trigger }
    let unit = trigger.map { plan.signals[$0.condition.signal].unit } ?? ""
    let place = series.isEmpty ? "" : " in \(series)"
    let measure = unit.isEmpty ? "" : " \(unit)"
    let newest =
      switch samples.last?.reading {
      case .value(let value): "\(value.spoken)\(measure)"
      case .missing(let cause): cause.words
      case nil: "nothing"
      }
    let sign = trigger?.condition.comparison.rawValue ?? ">"
    let lasting =
      switch trigger?.persistence {
      case .share(let part, let whole): "in \(part) of \(whole)"
      case .lasting, nil: "for \(lasted.spoken)"
      }
    let count = "\(samples.count) sample\(samples.count == 1 ? "" : "s")"
    // What is missing is no number that could be compared.
    let isNumber = if case .value = samples.last?.reading { true } else { false }
    let against = isNumber ? "\(newest) \(sign) \(limit.spoken)\(measure)" : "\(newest), which is a breach,"
    return "\(self.trigger) fired\(place): \(against) \(lasting), \(count)"
  }
}

extension Exhibit {
  /// What decided, in one line: for a pass all conditions, else those that did not pass.
  static func words(_ exhibits: [Exhibit], verdict: Verdict, plan: Plan) -> String {
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
      let limit = try? Fixed(condition.limit, in: signal.unit)
    else { return false }
    return condition.comparison.holds(value, limit)
  }
}

extension ComparisonResult {
  /// What a look found, in words: `within the margin of 0.3 s: till_time 0.11 s worse (0.1 to 0.14 s), 8 against 30`.
  func words(for place: Place, plan: Plan) -> String {
    guard case .wave(let stage, _) = place, let comparison = plan.stages[stage].gate?.comparison else {
      return "compared"
    }
    let unit = plan.signals[comparison.signal].unit
    let measure = unit.isEmpty ? "" : " \(unit)"
    let name = plan.signals[comparison.signal].name
    let margin = "\(comparison.margin.spoken)\(measure)"
    let result =
      switch verdict {
      case .pass: "within the margin of \(margin)"
      case .breach: "more than the margin of \(margin)"
      case .unknown: "too few samples to tell it from the margin of \(margin)"
      }
    guard let harm else { return "\(result): no target could be compared in \(name)" }
    let direction = "\(harm.magnitude.spoken)\(measure) \(harm < .zero ? "better" : "worse")"
    let bounds = least.flatMap { least in greatest.map { " (\(least.spoken) to \($0.spoken)\(measure))" } } ?? ""
    return "\(result): \(name) \(direction)\(bounds), \(pairs) against \(controls)"
  }
}
