import Diagnostics
import Forecasting
import Plans
import Quantities
import Runbooks

extension Planner {
  /// Looks over the model as a good reviewer would, along the waves of the plan: as it is, and under every scenario.
  mutating func checkArithmetic(_ plan: inout Plan, _ course: PlannedCourse) {
    checkNumbers(&plan, course)
    checkGuards(course)
    checkPrices(course)
    checkStatements(course)
    checkBuilding(plan, course.model)
    checkScenarios(plan, course.model)
  }

  /// What depends on how much is asked and on where the platform stands.
  private mutating func checkNumbers(_ plan: inout Plan, _ course: PlannedCourse) {
    checkLimits(&plan, course)
    checkBurst(course)
    checkGoals(course)
    checkFallbacks(course)
    checkRetirements(plan, course)
    checkResidency(course)
    checkWindows(course)
    checkSizes(course)
    checkFloors(course)
  }

  /// The same checks under every scenario, each finding with its name; what is as it was without it is not said again.
  /// Statements, prices and guards are about the model as it is.
  private mutating func checkScenarios(_ plan: Plan, _ model: ForecastModel) {
    let known = Set(findings.map(\.message))
    for scenario in model.scenarios {
      var other = self
      (other.findings, other.exceeded) = ([], [])
      other.runbook.model = model.under(scenario)
      // What may come refuses nothing.
      other.runbook.model?.refuses = false
      // What passes within hours is no cost of a month.
      if scenario.lasts != nil { other.runbook.model?.goals.cost = nil }
      guard let course = other.course(of: plan, isDated: false) else { continue }
      var copy = plan
      copy.asks = []
      other.checkNumbers(&copy, course)
      var found = other.findings.filter { !known.contains($0.message) }
      // Many limits at once are one finding about the scenario, and not one about each component.
      let more = other.exceeded.filter { !exceeded.contains($0) }
      if more.count > 1 {
        found.removeAll { $0.code == "G401" }
        found.append(PlanningFindings.aboveLimits(more, at: scenario.id.location))
      }
      findings += found.map { PlanningFindings.under(scenario.id.value, $0) }
    }
  }

  /// What has to be asked for along a course, and by when.
  func asks(_ plan: Plan, _ course: PlannedCourse) -> [PlannedAsk] {
    var (other, copy) = (self, plan)
    copy.asks = []
    other.checkLimits(&copy, course)
    return copy.asks
  }

  private mutating func checkLimits(_ plan: inout Plan, _ course: PlannedCourse) {
    let moments = course.moments
    for component in course.model.components.indices { checkLimit(of: component, moments, &plan, course) }
  }

  /// A limit that a wave exceeds: more can be asked for in time, or it is in the way.
  private mutating func checkLimit(
    of index: Int, _ moments: [PlannedCourse.Stop], _ plan: inout Plan, _ course: PlannedCourse
  ) {
    let component = course.model.components[index]
    for place in 0..<course.sizedEnd.loads(of: index).count {
      let loads = moments.indices.map { moment in
        let loads = moments[moment].sized.loads(of: index)
        return loads[loads.startIndex + place]
      }
      func first(_ isSuch: (ComponentLoad) -> Bool) -> PlannedCourse.Stop? {
        loads.firstIndex(where: isSuch).map { moments[$0] }
      }
      guard let last = loads.max(by: { $0.need < $1.need }) else { continue }
      guard last.units < Self.most else {
        findings.append(PlanningFindings.unbounded(course.name(of: last), at: component.id.location))
        continue
      }
      if let most = last.partitionLimit, let above = first({ $0.partitionNeed > most }) {
        checkPartitions(loads.last ?? last, since: above, component, plan, course)
      }
      // What is asked for and held against limits are whole units with the spare ones, in the steps they come in.
      if let granted = last.granted, let above = first({ $0.units > granted }) {
        ask(for: last, since: above, of: component, &plan, course)
      }
      guard let limit = last.limit, last.units > limit, let first = first({ $0.units > limit }) else { continue }
      exceeded.append(
        "`\(course.name(of: last))` \(Spoken.number(last.units)) of \(Spoken.number(limit)) units \(said(first, plan))")
      let most = component.most.map { course.model.estimates[$0].mid } ?? .infinity
      findings.append(
        PlanningFindings.aboveLimit(
          course.name(of: last), needs: units(last.units), has: Spoken.number(limit), wave: said(first, plan),
          because: limitReason(component, last, course),
          instead: last.units > most || last.units <= (last.granted ?? 0)
            ? "raise `most`, cut the platform into more cells, or use less"
            : "ask for more, and write how long that takes as `granted_in`",
          isError: course.model.refuses, at: component.id.location))
    }
  }

  /// More partitions than there are: replicas do not help, as each of them has all that lies there.
  private mutating func checkPartitions(
    _ last: ComponentLoad, since first: PlannedCourse.Stop, _ component: ComponentModel, _ plan: Plan,
    _ course: PlannedCourse
  ) {
    guard let most = last.partitionLimit, last.partitionNeed > most else { return }
    findings.append(
      PlanningFindings.aboveLimit(
        course.name(of: last), needs: "\(Spoken.number(last.partitionNeed)) partitions",
        has: Spoken.number(most), wave: said(first, plan),
        because: "every replica has all that lies there, so more replicas do not help",
        instead: "take a larger size, or cut the platform into more cells", isError: course.model.refuses,
        at: component.id.location))
  }

  private func said(_ stop: PlannedCourse.Stop, _ plan: Plan) -> String {
    (stop.isTest ? "in " : "after ") + plan.path(stage: stop.stage, wave: stop.wave)
  }

  /// Notes what has to be asked for, and says when it is too late for that. A load test counts like a wave.
  private mutating func ask(
    for last: ComponentLoad, since first: PlannedCourse.Stop, of component: ComponentModel, _ plan: inout Plan,
    _ course: PlannedCourse
  ) {
    guard let granted = last.granted, last.units > granted, let lead = component.grantedIn else { return }
    // A day that has begun counts as one: better asked a day early.
    let days = (lead.milliseconds + Span.day.milliseconds - 1) / Span.day.milliseconds
    let by = first.begins?.adding(days: -Int(days))
    plan.asks.append(
      PlannedAsk(
        what: course.name(of: last), units: last.units.whole, locations: last.locations, granted: granted.whole,
        wave: plan.path(stage: first.stage, wave: first.wave), by: by))
    guard let by, let starts = plan.starts, by < starts else { return }
    findings.append(
      PlanningFindings.aboveLimit(
        course.name(of: last), needs: units(last.units), has: Spoken.number(granted), wave: said(first, plan),
        because: "more takes \(lead.spoken) to be granted, and \(by.text) is before the programme starts",
        instead: "ask at once, or start \(first.isTest ? "it" : "the wave") later", isError: course.model.refuses,
        at: component.id.location))
  }

  /// A trillion units: nothing that anybody runs needs more, and a plan holds no larger number.
  private static let most = 1e12

  private func units(_ need: Double) -> String { "\(Spoken.number(need)) units" }

  /// The amounts behind a need, such as `8 000 questions in the peak hour at 3 800 tokens`.
  private func limitReason(_ component: ComponentModel, _ load: ComponentLoad, _ course: PlannedCourse) -> String {
    guard component.needs.indices.contains(load.decides) else { return "the peak is above the limit" }
    let model = course.model
    let when = load.isBurst ? " in the burst" : ""
    func rate(_ each: ForecastModel.Number, _ amount: Double) -> String {
      // As the seller counts: by the minute, or by the second.
      let window = model.estimates[each].countedOver ?? 1
      let spoken = Spoken.number(load.need * model.estimates[each].mid / amount * window)
      return "\(spoken) %@ in a \(window == 60 ? "minute" : window == 1 ? "second" : "time of \(Spoken.time(window))")"
    }
    switch component.needs[load.decides] {
    case .carried(let takings, let each):
      let amount = takings.compactMap { model.taking($0.value) }.reduce(0) { $0 + model.estimates[$1.number].mid }
      let unit =
        takings.first.flatMap { model.taking($0.value) }.map { model.estimates[$0.number].dimension.unit } ?? ""
      let flow = takings.first.flatMap { model.taking($0.value)?.of.value } ?? "them"
      guard Counted.flows.contains(flow), amount > 0 else {
        return
          "each of \(flow) takes \(Spoken.number(amount)) \(unit), and a unit carries \(model.estimates[each].text)"
      }
      return rate(each, amount).replacing("%@", with: flow) + when
        + " take \(Spoken.number(amount)) \(unit) each, and a unit carries \(model.estimates[each].text)"
    case .counted(let of, let each):
      guard Counted.flows.contains(of.value) else {
        return "a unit carries \(model.estimates[each].text) \(of.value)"
      }
      return rate(each, 1).replacing("%@", with: of.value) + when + ", and a unit carries \(model.estimates[each].text)"
    case .slots(let of, let each, let holds, _, _):
      return
        "\(of.value)\(when) hold a slot for "
        + "\(model.taking(holds.value).map { model.estimates[$0.number].text } ?? "a time"), "
        + "and a unit has \(model.estimates[each].text)"
    }
  }
}
