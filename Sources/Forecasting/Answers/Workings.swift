import Runbooks

extension Forecaster {
  /// How a figure comes about, with the numbers of the model.
  func working(of name: String, _ projection: Projection) -> String {
    let load = model.load
    let asked = Spoken.number(projection.questionsPerDay)
    switch name {
    case "targets": return "those that are live by then, of \(Spoken.number(Double(population.count)))"
    case "users":
      return load.usersColumn.map { "the sum of the column `\($0.value)`" }
        ?? "\(Spoken.number(projection.targets)) × \(spoken(load.usersEach))"
    case "cells": return model.cells.by.map { "one for each \($0.value)" } ?? "the platform is not cut"
    case "questions_per_day":
      let unserved = projection.unserved
      return questionsWorking(projection)
        + (unserved > 0 ? "; \(Spoken.number(unserved)) users are served by no cell" : "")
    case "peak_rate":
      let hour = projection.hours.indices.max { projection.hours[$0].questions < projection.hours[$1].questions } ?? 0
      return "the hour from \(hour):00 UTC: the local profiles of all zones, summed"
    case "burst_rate":
      return load.burst.map { "as given, for \(spoken($0.lasts))" } ?? "the peak hour × \(spoken(load.peak))"
    case "logged_in": return "\(Spoken.number(projection.users)) users × \(spoken(load.present))"
    case "in_session":
      return "\(Spoken.number(projection.peakRate)) /s × (\(Spoken.time(projection.meanAnswer)) for the answer + "
        + "\(spoken(load.thinking)) thinking)"
    case "in_flight":
      return "Little: \(Spoken.number(projection.peakRate)) /s × \(Spoken.time(projection.meanAnswer))"
    case "burst_in_flight":
      return "Little: the burst × \(Spoken.time(projection.meanAnswer))"
    case "hits":
      return model.caches.isEmpty ? "no cache" : model.caches.map { "`\($0.id.value)`" }.joined(separator: ", then ")
    case "calls_per_day": return "\(asked) × (1 − \(Spoken.share(projection.hitShare)))"
    case "answer_p50", "answer_p95", "answer_p99":
      return "\(Spoken.share(projection.hitShare)) from caches, the rest by calls and what they wait"
    case "availability": return availabilityWorking(projection)
    case "cost_per_day", "cost_per_month": return "the sum of what follows"
    case "cost_per_user": return "the whole ÷ \(Spoken.number(projection.users)) users"
    case "cost_per_target": return "the whole ÷ \(Spoken.number(projection.targets))"
    case "cost_per_question": return "the whole ÷ \(asked) a day"
    default: return named(name, projection)
    }
  }

  private func named(_ name: String, _ projection: Projection) -> String {
    if let stock = model.load.stocks.first(where: { $0.name.value == name }) {
      let grown = stock.growth.map { ", growing \(spoken($0))" } ?? ""
      return
        (stock.column.map { "the sum of the column `\($0.value)`" }
        ?? "\(Spoken.number(projection.targets)) × \(spoken(stock.each))") + grown
    }
    if name.hasPrefix("cost."), let index = model.components.firstIndex(where: { $0.id.value == name.dropFirst(5) }) {
      return model.components[index].costs.map { costWorking($0, component: index, projection) }
        .joined(separator: "; ")
    }
    if let taking = model.taking(name) { return "each of \(taking.of.value) × \(spoken(taking.number))" }
    for unit in model.chargedUnits where name.hasPrefix(unit) {
      let parts = charged(unit).map { "\(spoken($0.number)) \($0.name.value)" }.joined(separator: " + ")
      return name.hasSuffix("_per_day") ? "\(Spoken.number(projection.callsPerDay)) calls × (\(parts))" : parts
    }
    return ""
  }

  private func spoken(_ number: ForecastModel.Number?) -> String {
    number.map { Spoken.estimate(model.estimates[$0], model.values[$0]) } ?? "0"
  }

  private func questionsWorking(_ projection: Projection) -> String {
    let load = model.load
    var parts = ["\(Spoken.number(projection.users)) users × \(spoken(load.questions))"]
    if load.adoption != nil { parts.append("as far as they have taken it up") }
    if load.growth != nil { parts.append("growing \(spoken(load.growth))") }
    if model.values[load.surge] != 1 { parts.append("× \(spoken(load.surge))") }
    if let steady = load.steady {
      parts.append("and canaries, \(Spoken.number(model.values[steady] * 86_400 * Double(cellNames.count))) a day")
    }
    return parts.joined(separator: ", ")
  }

  private func availabilityWorking(_ projection: Projection) -> String {
    let needed = model.components.filter { !$0.isSoft && $0.availability != nil }
    let parts = needed.map { part in
      part.fallback == nil ? spoken(part.availability) : "\(spoken(part.availability)) with a fallback"
    }
    let minutes = Spoken.number(Availability.minutesDown(projection.availability))
    let most = model.cells.places.map(\.locations.count).max() ?? 1
    let spread = most > 1 ? "; \(most) locations in each cell" : ""
    return "in series " + parts.joined(separator: ", ") + spread + ": \(minutes) min in 30 days without it"
  }

  private func costWorking(_ line: ComponentModel.Cost, component: Int, _ projection: Projection) -> String {
    guard let price = model.prices.first(where: { $0.id.value == line.price.value }) else { return "" }
    let sum = "\(Spoken.number(model.values[price.number])) \(price.currency)"
    let time =
      price.time.map { " each \($0 == 3_600 ? "hour" : $0 == WrittenUnit.month ? "month" : Spoken.time($0))" } ?? ""
    let per = price.per == 1 && price.unit.isEmpty ? "" : " for \(spokenPer(price))"
    if line.of.value == "units" {
      let units = projection.components.filter { $0.component == component }.reduce(0) {
        $0 + $1.paid * Double($1.locations)
      }
      return "\(Spoken.number(units)) \(units == 1 ? "unit" : "units") × \(sum)\(time)"
    }
    let taking = model.taking(line.of.value)
    let what = taking.map { "\($0.of.value) × \(spoken($0.number))" } ?? line.of.value
    return "\(what) at \(sum)\(per)\(time)"
  }

  private func spokenPer(_ price: PriceModel) -> String {
    switch price.unit {
    case "bytes": Spoken.size(price.per)
    case "": Spoken.number(price.per)
    default: "\(Spoken.number(price.per)) \(price.unit)"
    }
  }
}
