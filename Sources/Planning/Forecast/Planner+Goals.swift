import Diagnostics
import Forecasting
import Plans
import Quantities
import Runbooks

extension Planner {
  /// The goals that are about the platform as a whole.
  mutating func checkGoals(_ course: PlannedCourse) {
    // As the forecast shows it: everybody has taken it up, and nothing has grown.
    let (model, end) = (course.model, course.end)
    guard end.users > 0 else { return }
    if let goal = model.goals.availability, end.served < 1 {
      findings.append(
        PlanningFindings.unserved(
          goal: Spoken.share(model.estimates[goal].mid),
          served: end.isLost ? nil : (Spoken.share(end.served), Spoken.share(end.availability)),
          lost: model.lost.map { "`\($0)`" }.joined(separator: ", ") + (model.lost.count == 1 ? " is" : " are"),
          at: model.estimates[goal].location))
    }
    if let goal = model.goals.availability, end.availability < model.estimates[goal].mid {
      let parts = model.components.filter { !$0.isSoft && $0.availability != nil }
      func works(_ part: ComponentModel) -> Double {
        let own = part.availability.map { model.estimates[$0].mid } ?? 1
        guard case .other(let number) = part.fallback else { return own }
        return Availability.withFallback(own, fallback: model.estimates[number].mid)
      }
      let weakest = parts.min { works($0) < works($1) }
      findings.append(
        PlanningFindings.unavailable(
          goal: Spoken.share(model.estimates[goal].mid), found: Spoken.share(end.availability),
          down: "\(Spoken.number(Availability.minutesDown(end.availability))) min",
          allowed: "\(Spoken.number(Availability.minutesDown(model.estimates[goal].mid))) min",
          weakest: weakest.map { "`\($0.id.value)` (\(Spoken.share(works($0))))" }
            ?? "unknown",
          at: model.estimates[goal].location))
    }
    let times = [end.answer.goal, end.answerBusiest.goal, end.answerNight.goal]
    if let goal = model.goals.answer, times.contains(where: { $0 > model.estimates[goal].mid }) {
      let share = model.goals.percentile.map { model.estimates[$0].mid } ?? 0.95
      let said = times.map { Spoken.time($0) }
      findings.append(
        PlanningFindings.slow(
          goal: "\(Spoken.time(model.estimates[goal].mid)) for \(Spoken.share(share)) of the answers",
          found: Set(said).count == 1
            ? said[0] : "\(said[0]) over the day, \(said[1]) in the busiest hour and \(said[2]) at night",
          at: model.estimates[goal].location))
    }
    if let goal = model.goals.cost, end.cost > model.estimates[goal].mid {
      let dearest = end.costs.indices.max { end.costs[$0] < end.costs[$1] }
      findings.append(
        PlanningFindings.dear(
          goal: model.estimates[goal].text,
          found: "\(Spoken.number(end.cost * WrittenUnit.month)) \(model.currency)/month",
          most: dearest.map { "`\(model.components[$0].id.value)`" } ?? "unknown", at: model.estimates[goal].location))
    }
  }

  /// Components that fall back to another location where a cell has one.
  mutating func checkFallbacks(_ course: PlannedCourse) {
    let alone = course.model.cells.places.filter { $0.locations.count < 2 }.map(\.name.value)
    let isWhole = course.model.cells.by == nil
    guard !alone.isEmpty || isWhole else { return }
    for component in course.model.components {
      guard case .location = component.fallback else { continue }
      let names = alone.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
      let more = alone.count > 5 ? " and \(alone.count - 5) more" : ""
      findings.append(
        PlanningFindings.noFallback(
          component.id.value,
          where: isWhole
            ? "the platform has one"
            : "\(names)\(more) \(alone.count == 1 ? "has" : "have") one", at: component.id.location))
    }
  }

  /// What is billed for scaling by itself, against what is needed of it.
  mutating func checkFloors(_ course: PlannedCourse) {
    let model = course.model
    for (index, component) in model.components.enumerated() {
      guard let share = component.billedFrom, let most = component.most,
        let load = course.sizedEnd.loads(of: index).max(by: { $0.units < $1.units })
      else { continue }
      let floor = model.estimates[share].mid * model.estimates[most].mid
      guard floor > load.units else { continue }
      let enough = Spoken.number((load.units / max(1e-9, model.estimates[share].mid)).rounded(.down))
      findings.append(
        PlanningFindings.dearFloor(
          "`\(component.id.value)` is billed for \(Spoken.number(floor)) units of each location at least, "
            + "\(Spoken.share(model.estimates[share].mid)) of `most: \(model.estimates[most].text)`, and "
            + "`\(course.name(of: load))` needs \(Spoken.number(load.units))",
          instead: "lower `most`: up to \(enough) the floor costs no more than what is needed",
          at: model.estimates[most].location))
    }
  }

  /// What is taken away within the programme, or within two years after it: what is built now should last longer.
  mutating func checkRetirements(_ plan: Plan, _ course: PlannedCourse) {
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
