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
    case "served":
      return "\(Spoken.number(projection.users - projection.unserved)) of \(Spoken.number(projection.users)) users: "
        + "no cell may serve the others"
    case "questions_per_day": return questionsWorking(projection)
    case "canaries_per_day":
      let calls = projection.callsPerDay
      let part = calls > 0 ? projection.canaries * 86_400 / calls : 0
      return "\(spoken(load.steady)) in each cell; no cache answers them: \(Spoken.share(part)) of all calls"
    case "peak_rate": return peakWorking(projection)
    case "peak_minute_rate": return "\(Spoken.number(projection.peakRate)) /s × \(spoken(load.peak))"
    case "burst_rate":
      return load.burst.map { "as given, for \(spoken($0.lasts))" } ?? "the peak hour × \(spoken(load.peak))"
    case "logged_in": return "\(Spoken.number(projection.users)) users × \(spoken(load.present))"
    case "in_session":
      return "\(minute(projection)) × (\(Spoken.time(projection.meanAnswer)) for the answer + "
        + "\(spoken(load.thinking)) thinking)"
    case "in_flight":
      return "Little: \(minute(projection)) × \(Spoken.time(projection.meanAnswer)), the mean in the busiest hour"
    case "burst_in_flight":
      return "Little: the burst × \(Spoken.time(projection.coldAnswer)), on empty caches"
    case "hits":
      let answering = model.caches.filter(\.saves.isEmpty)
      return answering.isEmpty ? "no cache" : answering.map { "`\($0.id.value)`" }.joined(separator: ", then ")
    case "calls_per_day": return "\(asked) × (1 − \(Spoken.share(projection.hitShare)))"
    case "answer_p50", "answer_p95", "answer_p99":
      return "over the day: \(Spoken.share(projection.hitShare)) from caches, the rest by calls and what they wait; "
        + "their times vary by \(variation)"
    case "answer_p95_busiest": return "the fullest hour of the busiest day, when caches are warm"
    case "answer_p95_night": return "the \(AnswerTimes.nightHours) quietest hours of each cell, when caches are cold"
    case "availability": return availabilityWorking(projection)
    case "cost_per_month": return "the sum of what follows, over a mean week"
    case "cost_per_day": return projection.dayCost == projection.cost ? "the same" : "on this day of the week"
    case "cost_of_canaries": return "\(Spoken.number(projection.canaries * 86_400)) a day, by what each uses"
    case "cost_per_user": return "the whole ÷ \(Spoken.number(projection.users)) users"
    case "cost_per_target": return "the whole ÷ \(Spoken.number(projection.targets))"
    case "cost_per_question": return "the whole ÷ \(Spoken.number(projection.meanQuestions)) a day"
    default: return named(name, projection)
    }
  }

  private func named(_ name: String, _ projection: Projection) -> String {
    if let number = wiring.stocks[name] {
      let stock = model.load.stocks[number]
      let grown = stock.growth.map { ", growing \(spoken($0))" } ?? ""
      return
        (stock.column.map { "the sum of the column `\($0.value)`" }
        ?? "\(Spoken.number(projection.targets)) × \(spoken(stock.each))")
        + (stock.times.map { " × \(spoken($0))" } ?? "") + grown
    }
    if name.hasPrefix("cost."), let index = wiring.components[String(name.dropFirst(5))] {
      return model.components[index].costs.map { costWorking($0, component: index, projection) }
        .joined(separator: "; ")
    }
    if let taking = wiring.takings[name].map({ model.takes[$0] }) {
      return "each of \(taking.of.value) × \(spoken(taking.number))\(saved(taking, projection))"
    }
    for unit in [name.dropSuffix("_per_day"), name.dropSuffix("_per_call")] where wiring.charged[unit] != nil {
      let parts = charged(unit).map { "\(spoken($0.number)) \($0.name.value)\(saved($0, projection))" }
        .joined(separator: " + ")
      return name.hasSuffix("_per_day") ? "\(Spoken.number(projection.callsPerDay)) calls × (\(parts))" : parts
    }
    return ""
  }

  private func saved(_ taking: Taking, _ projection: Projection) -> String {
    let kept = projection.kept.isEmpty ? 1 : projection.kept[taking.number]
    return kept < 1 ? ", of which caches save \(Spoken.share(1 - kept))" : ""
  }

  private func spoken(_ number: ForecastModel.Number?) -> String {
    number.map { Spoken.estimate(model.estimates[$0], wiring.values[$0]) } ?? "0"
  }

  private func minute(_ projection: Projection) -> String {
    "\(Spoken.number(projection.peakRate * wiring.values[model.load.peak])) /s"
  }

  /// The squared variations of the times that calls take.
  private var variation: String {
    let all = (wiring.times[.calls] ?? []).map { time in
      time.variation.map { spoken($0) } ?? "\(Spoken.number(AnswerTimes.variationOfCalls)), as nothing is written"
    }
    return all.isEmpty ? "nothing" : all.joined(separator: " and ") + " (squared variation)"
  }

  private func peakWorking(_ projection: Projection) -> String {
    let busy = projection.busy
    let hour = busy.indices.max { busy[$0].questions < busy[$1].questions } ?? 0
    let week = model.load.week
    let fullest = week.indices.max { week[$0] < week[$1] } ?? 0
    let day = (week.max() ?? 1) > 1 ? " of \(Self.weekdays[fullest]), × \(Spoken.number(week[fullest]))" : ""
    return "the hour from \(hour):00 UTC\(day): the local profiles of all zones, summed"
  }

  private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  private func questionsWorking(_ projection: Projection) -> String {
    let load = model.load
    let served = projection.users - projection.unserved
    var parts = ["\(Spoken.number(served)) users × \(spoken(load.questions))"]
    if load.adoption != nil { parts.append("as far as they have taken it up") }
    if load.growth != nil { parts.append("growing \(spoken(load.growth))") }
    if wiring.values[load.surge] != 1 { parts.append("× \(spoken(load.surge))") }
    if let day = projection.weekday {
      parts.append("× \(Spoken.number(load.week[day - 1])) on a \(Self.weekdays[day - 1])")
    }
    if projection.canaries > 0 { parts.append("and canaries, \(Spoken.number(projection.canaries * 86_400)) a day") }
    return parts.joined(separator: ", ")
  }

  private func availabilityWorking(_ projection: Projection) -> String {
    let needed = model.components.filter { !$0.isSoft && $0.availability != nil }
    let parts = needed.map { part in
      if case .other(let number) = part.fallback { return "\(spoken(part.availability)) or \(spoken(number))" }
      return spoken(part.availability)
    }
    let minutes = Spoken.number(Availability.minutesDown(projection.availability))
    let counts = model.cells.places.map(\.locations.count)
    let (least, most) = (counts.min() ?? 1, counts.max() ?? 1)
    let spread =
      most > 1
      ? "; \(least < most ? "\(least) to \(most)" : "\(most)") locations in each cell, of which one is enough" : ""
    let served = projection.unserved > 0 ? ", for the \(Spoken.share(projection.served)) of users who are served" : ""
    return (parts.isEmpty ? "no part says how much" : "in series " + parts.joined(separator: ", ")) + spread
      + ": \(minutes) min in 30 days without it" + served
  }

  private func costWorking(_ line: ComponentModel.Cost, component: Int, _ projection: Projection) -> String {
    guard let place = wiring.prices[line.price.value] else { return "" }
    let price = model.prices[place]
    let sum = "\(Spoken.number(wiring.values[price.number])) \(price.currency)"
    let time =
      price.time.map { " each \($0 == 3_600 ? "hour" : $0 == WrittenUnit.month ? "month" : Spoken.time($0))" } ?? ""
    let per = price.per == 1 && price.unit.isEmpty ? "" : " for \(spokenPer(price))"
    if line.of.value == "units" {
      let units = projection.loads(of: component).reduce(0) { $0 + $1.paid * Double($1.locations) }
      return "\(Spoken.number(units)) \(units == 1 ? "unit" : "units") × \(sum)\(time)"
    }
    let taking = wiring.takings[line.of.value].map { model.takes[$0] }
    let kept = line.keeps.map { ", kept \(spoken($0))" } ?? ""
    let what = (taking.map { "\($0.of.value) × \(spoken($0.number))" } ?? line.of.value) + kept
    return "\(what) at \(sum)\(per)\(time)" + discount(price, taking)
  }

  /// What has to be so for a price, such as `, from 1024 tokens on and for 80 % of them`.
  private func discount(_ price: PriceModel, _ taking: Taking?) -> String {
    guard let other = price.otherwise else { return "" }
    let unit = price.unit.isEmpty ? "" : " \(price.unit)"
    if let from = price.from, let taking, wiring.values[taking.number] < from {
      return ", but only from \(Spoken.number(from))\(unit) on: all at `\(other.value)`"
    }
    let steps = price.steps.map { ", in steps of \(Spoken.number($0))\(unit)" } ?? ""
    let gets = price.gets.map { ", for \(spoken($0)) of them" } ?? ""
    return steps + gets + ", the rest at `\(other.value)`"
  }

  private func spokenPer(_ price: PriceModel) -> String {
    switch price.unit {
    case "bytes": Spoken.size(price.per)
    case "": Spoken.number(price.per)
    default: "\(Spoken.number(price.per)) \(price.unit)"
    }
  }
}

extension String {
  /// The text without an ending; itself where it has another one.
  fileprivate func dropSuffix(_ ending: String) -> String {
    hasSuffix(ending) ? String(dropLast(ending.count)) : self
  }
}
