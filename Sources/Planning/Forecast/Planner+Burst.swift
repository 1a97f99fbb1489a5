import Diagnostics
import Forecasting
import Plans
import Quantities
import Runbooks

extension Planner {
  /// A burst that is over before new units work, or that limits spread over minutes.
  mutating func checkBurst(_ course: PlannedCourse) {
    let model = course.model
    guard let burst = model.load.burst else { return }
    // The largest that comes: of those who are live in the end, or of everybody in a load test.
    let ends = course.sizedEnd
    let test = course.tests.map(\.sized).first { $0.burstRate > ends.burstRate }
    let comes = test ?? ends
    guard comes.burstRate > 0 else { return }
    let lasts = model.estimates[burst.lasts].mid
    let place = model.estimates[burst.rate].location
    let means = course.end.peakRate > 0 ? comes.burstRate / course.end.peakRate : 0
    let said =
      "the burst of \(Spoken.number(comes.burstRate)) /s for \(Spoken.time(lasts))"
      + "\(test == nil ? "" : " of a load test"), \(Spoken.number(means)) × the peak hour,"
    for (index, component) in model.components.enumerated() {
      for need in component.needs {
        guard case .carried(let takings, let each) = need,
          let finding = admission(said, component, comes.loads(of: index), takings, each, course, at: place)
        else { continue }
        findings.append(finding)
      }
      guard let ready = component.ready, model.estimates[ready].mid > lasts else { continue }
      // Each cell has its part of the burst; the one that is shortest of units speaks for all.
      let short = comes.loads(of: index).filter { $0.burst > Double(component.least) }
      guard let most = short.max(by: { $0.burst < $1.burst }) else { continue }
      findings.append(
        PlanningFindings.burst(
          "\(said) \(need(of: most, component, course)), and new units are ready after "
            + "\(Spoken.time(model.estimates[ready].mid)), when it is over",
          instead: "raise `least`, or let a queue take it and say how long people may wait", at: place))
    }
  }

  /// What a burst needs of a component, and what is always there: each location, with its neighbour lost.
  private func need(of load: ComponentLoad, _ component: ComponentModel, _ course: PlannedCourse) -> String {
    let model = course.model
    let lost = load.locations > 1 ? " in each location, with another one lost" : ""
    let name = course.name(of: load)
    guard load.burst.isFinite else { return "needs more units of `\(name)` than there can be" }
    for case .slots(_, let each, let holds, _, _) in component.needs {
      guard let taking = model.taking(holds.value) else { continue }
      let inFlight = load.burstRate * model.estimates[taking.number].mid / Double(max(1, load.locations - 1))
      let slots = Double(component.least) * model.estimates[each].mid
      return
        "has \(Spoken.number(inFlight)) in flight and needs \(Spoken.number(load.burst * model.estimates[each].mid)) "
        + "slots of `\(name)`\(lost); `least: \(component.least)` has \(Spoken.number(slots))"
    }
    return "needs \(Spoken.number(load.burst)) units of `\(name)`\(lost); `least` is \(component.least)"
  }

  /// The minutes that a burst waits for admission, when that is more than the one it falls into.
  private func admission(
    _ said: String, _ component: ComponentModel, _ loads: ArraySlice<ComponentLoad>, _ takings: [Located<String>],
    _ each: ForecastModel.Number, _ course: PlannedCourse, at place: SourceSpan
  ) -> Finding? {
    let model = course.model
    guard let burst = model.load.burst, let quota = component.quota, component.grantedIn == nil else { return nil }
    let amount = takings.compactMap { model.taking($0.value) }.reduce(0) { $0 + model.estimates[$1.number].mid }
    // Each cell admits its part of the burst, with a location lost; the one that takes longest speaks for all.
    let waits = loads.compactMap {
      load -> (load: ComponentLoad, asked: Double, perMinute: Double, windows: Int)? in
      let perMinute = Double(max(1, load.locations - 1)) * model.estimates[quota].mid * model.estimates[each].mid * 60
      let asked = load.burstRate * model.estimates[burst.lasts].mid
      return TokenLimit(tokens: perMinute).windows(backlog: asked.whole, tokensEach: amount)
        .map { (load, asked, perMinute, $0) }
    }
    guard let (load, asked, perMinute, windows) = waits.max(by: { $0.windows < $1.windows }), windows > 1 else {
      return nil
    }
    let limit = TokenLimit(tokens: perMinute)
    let backlog = asked.whole
    let drained = Spoken.number(limit.minutes(backlog: backlog, tokensEach: amount))
    let unit = takings.first.flatMap { model.taking($0.value) }.map { model.estimates[$0.number].dimension.unit } ?? ""
    return PlanningFindings.burst(
      "\(said) is \(Spoken.number(asked)) requests of \(Spoken.number(amount)) \(unit): "
        + "`\(course.name(of: load))` admits "
        + "\(Spoken.number(perMinute)) \(unit) in a minute, so the last one is admitted in minute \(windows), or after "
        + "\(drained) min where the limit refills all the time",
      instead: "size the quota by the burst and not by the mean, shed what cannot wait, or spread the burst", at: place)
  }
}
