import Diagnostics
import Forecasting
import Plans
import Quantities
import Runbooks

extension Planner {
  /// Looks over the model as a good reviewer would, along the waves of the plan.
  mutating func checkArithmetic(_ plan: inout Plan, _ course: PlannedCourse) {
    for component in course.model.components.indices { checkLimit(of: component, &plan, course) }
    checkBurst(course)
    checkGoals(course)
    checkRetirements(plan, course)
    checkResidency(course)
    checkGuards(course)
    checkWindows(course)
    checkPrices(course)
    checkSizes(course)
    checkStatements(course)
  }

  /// A limit that a wave exceeds: more can be asked for in time, or it is in the way.
  private mutating func checkLimit(of index: Int, _ plan: inout Plan, _ course: PlannedCourse) {
    let component = course.model.components[index]
    let cells = component.isShared ? [nil] : course.forecaster.cellNames.indices.map { Optional($0) }
    for cell in cells {
      func load(_ stop: PlannedCourse.Stop) -> ComponentLoad? {
        stop.sized.components.first { $0.component == index && $0.cell == cell }
      }
      guard let last = course.stops.compactMap(load).max(by: { $0.need < $1.need }) else { continue }
      guard last.units < Self.most else {
        findings.append(PlanningFindings.unbounded(course.name(of: last), at: component.id.location))
        continue
      }
      // What is asked for and held against limits are whole units with the spare ones, in the steps they come in.
      ask(for: last, of: component, &plan, course) { load($0)?.units ?? 0 }
      guard let limit = last.limit, last.units > limit,
        let first = course.stops.first(where: { (load($0)?.units ?? 0) > limit })
      else { continue }
      let most = component.most.map { course.model.values[$0] } ?? .infinity
      findings.append(
        PlanningFindings.aboveLimit(
          course.name(of: last), needs: units(last.units), has: Spoken.number(limit),
          wave: plan.path(stage: first.stage, wave: first.wave), because: limitReason(component, last, course),
          instead: last.units > most
            ? "raise `most`, cut the platform into more cells, or use less"
            : "ask for more, and write how long that takes as `granted_in`",
          isError: course.model.refuses, at: component.id.location))
    }
  }

  /// Notes what has to be asked for, and says when it is too late for that.
  private mutating func ask(
    for last: ComponentLoad, of component: ComponentModel, _ plan: inout Plan, _ course: PlannedCourse,
    units provided: (PlannedCourse.Stop) -> Double
  ) {
    guard let granted = last.granted, last.units > granted, let lead = component.grantedIn,
      let first = course.stops.first(where: { provided($0) > granted })
    else { return }
    let wave = plan.path(stage: first.stage, wave: first.wave)
    // A day that has begun counts as one: better asked a day early.
    let days = (lead.milliseconds + Span.day.milliseconds - 1) / Span.day.milliseconds
    let by = first.begins?.adding(days: -Int(days))
    plan.asks.append(
      PlannedAsk(
        what: course.name(of: last), units: last.units.whole, locations: last.locations, granted: granted.whole,
        wave: wave, by: by))
    guard let by, let starts = plan.starts, by < starts else { return }
    findings.append(
      PlanningFindings.aboveLimit(
        course.name(of: last), needs: units(last.units), has: Spoken.number(granted), wave: wave,
        because: "more takes \(lead.spoken) to be granted, and \(by.text) is before the programme starts",
        instead: "ask at once, or start the wave later", isError: course.model.refuses, at: component.id.location))
  }

  /// A trillion units: nothing that anybody runs needs more, and a plan holds no larger number.
  private static let most = 1e12

  private func units(_ need: Double) -> String { "\(Spoken.number(need)) units" }

  /// The amounts behind a need, such as `8 000 questions in the peak hour at 3 800 tokens`.
  private func limitReason(_ component: ComponentModel, _ load: ComponentLoad, _ course: PlannedCourse) -> String {
    guard component.needs.indices.contains(load.decides) else { return "the peak is above the limit" }
    let model = course.model
    switch component.needs[load.decides] {
    case .carried(let takings, let each):
      let amount = takings.compactMap { model.taking($0.value) }.reduce(0) { $0 + model.values[$1.number] }
      let unit =
        takings.first.flatMap { model.taking($0.value) }.map { model.estimates[$0.number].dimension.unit } ?? ""
      let flow = takings.first.flatMap { model.taking($0.value)?.of.value } ?? "them"
      guard Counted.flows.contains(flow), amount > 0 else {
        return
          "each of \(flow) takes \(Spoken.number(amount)) \(unit), and a unit carries \(model.estimates[each].text)"
      }
      let rate = load.need * model.values[each] / amount * 60
      return
        "\(Spoken.number(rate)) \(flow) in a minute take \(Spoken.number(amount)) \(unit) each, and a unit carries "
        + model.estimates[each].text
    case .counted(let of, let each): return "a unit carries \(model.estimates[each].text) \(of.value)"
    case .slots(let of, let each, let holds, _, _):
      return
        "\(of.value) hold a slot for \(model.taking(holds.value).map { model.estimates[$0.number].text } ?? "a time"), "
        + "and a unit has \(model.estimates[each].text)"
    }
  }

  /// A burst that is over before new units work, or that limits spread over minutes.
  private mutating func checkBurst(_ course: PlannedCourse) {
    let model = course.model
    guard let burst = model.load.burst, course.sizedEnd.users > 0 else { return }
    let rate = model.values[burst.rate] * model.values[model.load.surge]
    let lasts = model.values[burst.lasts]
    let place = model.estimates[burst.rate].location
    let means = course.sizedEnd.peakRate > 0 ? rate / course.sizedEnd.peakRate : 0
    let said =
      "the burst of \(Spoken.number(rate)) /s for \(Spoken.time(lasts)), \(Spoken.number(means)) × the peak hour,"
    for (index, component) in model.components.enumerated() {
      for need in component.needs {
        switch need {
        case .carried(let takings, let each):
          guard let finding = admission(said, component, index, takings, each, course, at: place) else { continue }
          findings.append(finding)
        case .slots(_, let each, let holds, _, let waiting):
          guard let ready = component.ready, model.values[ready] > lasts, let taking = model.taking(holds.value) else {
            continue
          }
          // Each cell has its part of the burst; the one that is shortest of slots speaks for all.
          let short = course.sizedEnd.components.filter { $0.component == index }.compactMap {
            load -> (load: ComponentLoad, inFlight: Double, needed: Int, slots: Double)? in
            let inFlight = rate * course.part(of: load) * model.values[taking.number]
            let slots = Double(component.least * load.locations) * model.values[each]
            guard let needed = Erlang.servers(load: inFlight, waitingAtMost: max(1e-9, model.values[waiting])),
              Double(needed) > slots
            else { return nil }
            return (load, inFlight, needed, slots)
          }
          guard let most = short.max(by: { Double($0.needed) - $0.slots < Double($1.needed) - $1.slots }) else {
            continue
          }
          findings.append(
            PlanningFindings.burst(
              "\(said) has \(Spoken.number(most.inFlight)) in flight and needs \(most.needed) slots of "
                + "`\(course.name(of: most.load))`; `least: \(component.least)` "
                + "has \(Spoken.number(most.slots)), and new units are ready after "
                + "\(Spoken.time(model.values[ready])), when it is over",
              instead: "raise `least`, or let a queue take it and say how long people may wait", at: place))
        case .counted: continue
        }
      }
    }
  }

  /// The minutes that a burst waits for admission, when that is more than the one it falls into.
  private func admission(
    _ said: String, _ component: ComponentModel, _ index: Int, _ takings: [Located<String>],
    _ each: ForecastModel.Number, _ course: PlannedCourse, at place: SourceSpan
  ) -> Finding? {
    let model = course.model
    guard let burst = model.load.burst, let quota = component.quota, component.grantedIn == nil else { return nil }
    let amount = takings.compactMap { model.taking($0.value) }.reduce(0) { $0 + model.values[$1.number] }
    let burstSize = model.values[burst.rate] * model.values[model.load.surge] * model.values[burst.lasts]
    // Each cell admits its part of the burst; the one that takes longest speaks for all.
    let waits = course.sizedEnd.components.filter { $0.component == index }.compactMap {
      load -> (load: ComponentLoad, asked: Double, perMinute: Double, windows: Int)? in
      let perMinute = Double(load.locations) * model.values[quota] * model.values[each] * 60
      let asked = burstSize * course.part(of: load)
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

  /// The goals that are about the platform as a whole.
  private mutating func checkGoals(_ course: PlannedCourse) {
    let (model, end) = (course.model, course.sizedEnd)
    guard end.users > 0 else { return }
    if let goal = model.goals.availability, end.availability < model.values[goal] {
      let parts = model.components.filter { !$0.isSoft && $0.availability != nil }
      func works(_ part: ComponentModel) -> Double {
        let own = part.availability.map { model.values[$0] } ?? 1
        return part.fallback.map { Availability.withFallback(own, fallback: model.values[$0]) } ?? own
      }
      let weakest = parts.min { works($0) < works($1) }
      findings.append(
        PlanningFindings.unavailable(
          goal: Spoken.share(model.values[goal]), found: Spoken.share(end.availability),
          down: "\(Spoken.number(Availability.minutesDown(end.availability))) min",
          allowed: "\(Spoken.number(Availability.minutesDown(model.values[goal]))) min",
          weakest: weakest.map { "`\($0.id.value)` (\(Spoken.share(works($0))))" }
            ?? "unknown",
          at: model.estimates[goal].location))
    }
    if let goal = model.goals.answer, end.answer.goal > model.values[goal] {
      let share = model.goals.percentile.map { model.values[$0] } ?? 0.95
      findings.append(
        PlanningFindings.slow(
          goal: "\(Spoken.time(model.values[goal])) for \(Spoken.share(share)) of the answers",
          found: Spoken.time(end.answer.goal), at: model.estimates[goal].location))
    }
    if let goal = model.goals.cost, end.cost > model.values[goal] {
      let dearest = end.costs.indices.max { end.costs[$0] < end.costs[$1] }
      findings.append(
        PlanningFindings.dear(
          goal: model.estimates[goal].text,
          found: "\(Spoken.number(end.cost * WrittenUnit.month)) \(model.currency)/month",
          most: dearest.map { "`\(model.components[$0].id.value)`" } ?? "unknown", at: model.estimates[goal].location))
    }
  }

  /// What is taken away within the programme, or within two years after it: what is built now should last longer.
  private mutating func checkRetirements(_ plan: Plan, _ course: PlannedCourse) {
    guard let ends = [plan.lastDay, plan.deadline].compactMap({ $0 }).max() else { return }
    for component in course.model.components {
      guard let retires = component.retires, retires.value <= ends.adding(days: 730) else { continue }
      findings.append(
        PlanningFindings.retires(
          component.id.value, on: retires.value.text, ends: ends.text,
          daysAfter: retires.value.dayNumber - ends.dayNumber, at: retires.location))
    }
  }
}
