import Diagnostics
import Forecasting
import Plans
import Quantities
import Runbooks

extension Planner {
  /// Goals on signals that no gate and no trigger has as its limit.
  mutating func checkGuards(_ course: PlannedCourse) {
    let gates = Set(runbook.phases.flatMap(\.stages).compactMap(\.gate).flatMap(\.require).map(\.value))
    let required = runbook.gates.filter { gates.contains($0.name.value) }.flatMap(\.conditions).map(\.value)
    for goal in course.model.goals.signals {
      let condition = goal.value
      guard let unit = runbook.signals.first(where: { $0.name.value == condition.signal })?.unit,
        let limit = try? Fixed(condition.limit, in: unit)
      else { continue }
      let isHighBad = [.less, .atMost].contains(condition.comparison)
      func isAsTight(_ other: Condition) -> Bool {
        guard other.signal == condition.signal, other.reference == nil, let found = try? Fixed(other.limit, in: unit)
        else {
          return false
        }
        return isHighBad ? found <= limit : found >= limit
      }
      let triggers = runbook.triggers.map(\.when.value).filter { $0.signal == condition.signal }
      guard !required.contains(where: isAsTight), !triggers.contains(where: isAsTight) else { continue }
      findings.append(
        PlanningFindings.unguarded(
          condition.text, looser: triggers.first.map { "the trigger says `\($0.text)`" }, at: goal.location))
    }
  }

  /// Shares in triggers whose window holds too little to say anything, or so little that chance decides.
  mutating func checkWindows(_ course: PlannedCourse) {
    guard !isIgnored(.triggers), let first = course.stops.first, let last = course.stops.last else { return }
    let healthy = course.model.goals.healthyErrors.map { course.model.estimates[$0].mid } ?? 0.001
    for trigger in runbook.triggers {
      guard let signal = runbook.signals.first(where: { $0.name.value == trigger.when.value.signal }),
        signal.unit == "%", let least = signal.minimumCount, let limit = try? Fixed(trigger.when.value.limit, in: "%")
      else { continue }
      let seconds = Double(signal.window.milliseconds) / 1_000
      let share = limit.approximate / 100
      let early = questions(first.full, signal, course) * seconds
      let late = questions(last.full, signal, course) * seconds
      let said = "the trigger `\(trigger.id.value)` looks at \(signal.window.spoken)"
      if Double(least) > early {
        let never = Double(least) > late
        findings.append(
          PlanningFindings.thinWindow(
            "\(said), which hold \(Spoken.number(early)) questions at the peak of the first wave"
              + (never ? " and \(Spoken.number(late)) of the last" : "")
              + ", and needs \(least): it can say nothing \(never ? "ever" : "then")",
            instead: "widen `window`, or measure over more (`per: global`)", at: trigger.id.location))
        continue
      }
      // More than everything never fails.
      guard share < 1 else { continue }
      let count = max(least, min(1_000_000_000, early.whole))
      let chance = BudgetOdds.stops(targets: count, tolerate: Int(share * Double(count)), rate: healthy)
      guard chance > 0.01 else { continue }
      let one = Spoken.share(1 / Double(count))
      findings.append(
        PlanningFindings.thinWindow(
          "\(said), which hold \(count) questions at the peak of the first wave: one failure is \(one), and a healthy "
            + "platform with \(Spoken.share(healthy)) of failures breaches \(trigger.when.value.limit.text) by chance "
            + "in \(Spoken.share(chance)) of the windows; after the last wave they hold \(Spoken.number(late))",
          instead: "add `min_count: \(enough(share, healthy))`, and widen `window` so that it is reached",
          at: trigger.id.location))
    }
  }

  /// Questions in a second in the fullest hour of a mean day, in what one value of a signal speaks over: the quietest
  /// cell, or everything.
  private func questions(_ projection: Projection, _ signal: Signal, _ course: PlannedCourse) -> Double {
    guard case .attribute(let name) = signal.extent, name == course.model.cells.by?.value else {
      if case .target = signal.extent { return projection.meanPeakRate / max(1, projection.targets) }
      return projection.meanPeakRate
    }
    return projection.cells.filter { $0.targets > 0 }.map(\.peakQuestions).min() ?? 0
  }

  /// The fewest events with which chance breaches a limit in less than one window of a hundred.
  private func enough(_ share: Double, _ healthy: Double) -> Int {
    stride(from: 50, through: 100_000, by: 50).first {
      BudgetOdds.stops(targets: $0, tolerate: Int(share * Double($0)), rate: healthy) <= 0.01
    } ?? 100_000
  }

  /// Data of live targets outside of the zones that are allowed for them.
  mutating func checkResidency(_ course: PlannedCourse) {
    let model = course.model
    guard let residency = model.residency,
      let inventory = runbook.inventories.first(where: { $0.name.value == model.load.inventory.value }),
      let values = inventory.column(residency.by.value)
    else { return }
    let ruled = Set(residency.allowed.map(\.value.value))
    let free = Set(values).subtracting(ruled).sorted()
    if !free.isEmpty, !ruled.isEmpty {
      findings.append(
        PlanningFindings.resides(
          "\(free.prefix(5).joined(separator: ", "))\(free.count > 5 ? " and \(free.count - 5) more" : "") of "
            + "`\(residency.by.value)` \(free.count == 1 ? "has" : "have") no rule: their data may lie anywhere",
          at: residency.by.location))
    }
    if let cells = model.cells.by.flatMap({ inventory.column($0.value) }) {
      checkPlaces(residency, inventory, values: values, cells: cells, model)
    }
    let live = Set(values)
    for component in model.components {
      if let zone = component.zone {
        let refusing = residency.allowed.filter {
          live.contains($0.value.value) && !$0.zones.map(\.value).contains(zone.value)
        }
        guard !refusing.isEmpty else { continue }
        findings.append(
          PlanningFindings.resides(
            "`\(component.id.value)` keeps its data in \(zone.value), which "
              + "\(refusing.map(\.value.value).joined(separator: ", ")) "
              + "\(refusing.count == 1 ? "does" : "do") not allow",
            at: zone.location))
      } else if component.place == .world, !ruled.isEmpty {
        let count = ruled.count
        findings.append(
          PlanningFindings.resides(
            "`\(component.id.value)` may work anywhere in the world, and \(count) "
              + "\(count == 1 ? "value" : "values") of `\(residency.by.value)` \(count == 1 ? "has" : "have") zones",
            at: component.id.location))
      }
    }
  }

  /// Targets whose cell lies outside of their zones, or in none that is named.
  private mutating func checkPlaces(
    _ residency: ResidencyModel, _ inventory: Inventory, values: [String], cells: [String], _ model: ForecastModel
  ) {
    struct Pair: Hashable {
      var value: String
      var cell: String
    }
    var counts: [Pair: Int] = [:]
    var pairs: [Pair] = []
    for row in values.indices {
      let pair = Pair(value: values[row], cell: cells[row])
      if counts[pair, default: 0] == 0 { pairs.append(pair) }
      counts[pair, default: 0] += 1
    }
    for pair in pairs {
      guard let rule = residency.allowed.first(where: { $0.value.value == pair.value }),
        let place = model.cells.places.first(where: { $0.name.value == pair.cell })
      else { continue }
      let zones = rule.zones.map(\.value)
      let allowed = zones.joined(separator: ", ")
      if let zone = place.zone?.value, !zones.contains(zone) {
        findings.append(
          PlanningFindings.resides(
            "\(counts[pair, default: 0]) of \(inventory.name.value) in \(pair.value) are served by the cell "
              + "`\(place.name.value)`, whose data lie in \(zone); allowed: \(allowed)", at: rule.value.location))
      }
      if place.zone == nil {
        findings.append(
          PlanningFindings.resides(
            "the cell `\(place.name.value)` names no zone, and \(pair.value) allows only \(allowed)",
            at: place.name.location))
      }
    }
  }
}
