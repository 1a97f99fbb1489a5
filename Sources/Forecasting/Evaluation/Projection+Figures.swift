import Runbooks

extension Forecaster {
  /// The figures of a projection, in the order of the model's names.
  public func figures(of projection: Projection, values: [Double]? = nil) -> [Double] {
    let values = values ?? wiring.values
    return wiring.figures.map { figure($0.name, of: projection, values: values) ?? 0 }
  }

  /// One figure by its name; `nil` for a name that is none.
  public func figure(_ name: String, of projection: Projection, values: [Double]? = nil) -> Double? {
    let values = values ?? wiring.values
    let load = model.load
    let minute = projection.peakRate * values[load.peak]
    let burst = load.burst == nil ? minute : projection.burstRate
    func value(_ number: ForecastModel.Number?, or standard: Double = 0) -> Double {
      number.map { values[$0] } ?? standard
    }
    switch name {
    case "targets": return projection.targets
    case "users": return projection.users
    case "served": return projection.served
    case "cells": return Double(cellNames.count)
    case "questions_per_day": return projection.questionsPerDay / 86_400
    case "calls_per_day": return projection.callsPerDay / 86_400
    case "canaries_per_day": return projection.canaries
    case "peak_rate": return projection.peakRate
    case "peak_minute_rate": return minute
    case "burst_rate": return burst
    case "logged_in": return projection.users * value(load.present)
    case "in_session":
      return Concurrency.inSession(
        rate: minute, answer: projection.meanAnswer, thinking: value(load.thinking))
    case "in_flight": return Concurrency.inFlight(rate: minute, time: projection.meanAnswer)
    case "burst_in_flight":
      return Concurrency.inFlight(rate: burst, time: projection.coldAnswer)
    case "hits": return projection.hitShare
    case "answer_p50": return projection.answer.p50
    case "answer_p95": return projection.answer.p95
    case "answer_p99": return projection.answer.p99
    case "answer_p95_busiest": return projection.answerBusiest.p95
    case "answer_p95_night": return projection.answerNight.p95
    case "availability": return projection.availability
    case "cost_per_day": return projection.dayCost
    case "cost_per_month": return projection.cost
    case "cost_per_user": return projection.users > 0 ? projection.cost / projection.users : 0
    case "cost_per_target": return projection.targets > 0 ? projection.cost / projection.targets : 0
    case "cost_per_question":
      let rate = projection.meanQuestions / 86_400
      return rate > 0 ? projection.cost / rate : 0
    case "cost_of_canaries": return projection.canaryCost
    default: return named(name, of: projection, values: values)
    }
  }

  private func named(_ name: String, of projection: Projection, values: [Double]) -> Double? {
    if let stock = wiring.stocks[name] { return projection.stocks[stock] }
    if name.hasPrefix("cost."), let index = wiring.components[String(name.dropFirst(5))] {
      return projection.costs[index]
    }
    if let taking = wiring.takings[name] {
      return amount(taking, projection, values) * total(wiring.takers[taking], of: projection)
    }
    for (ending, isEach) in [("_per_call", true), ("_per_day", false)] where name.hasSuffix(ending) {
      guard let parts = wiring.charged[String(name.dropLast(ending.count))] else { continue }
      let each = parts.reduce(0) { $0 + amount($1, projection, values) }
      return isEach ? each : each * projection.callsPerDay / 86_400
    }
    return nil
  }

  /// What one of what takes it takes, without what caches save.
  func amount(_ taking: Int, _ projection: Projection, _ values: [Double]) -> Double {
    let number = model.takes[taking].number
    return values[number] * (projection.kept.isEmpty ? 1 : projection.kept[number])
  }

  /// What calls take of a unit and the bill charges.
  func charged(_ unit: String) -> [Taking] { (wiring.charged[unit] ?? []).map { model.takes[$0] } }

  /// A flow as its mean over the day in a second, or a stock.
  private func total(_ counter: Counter, of projection: Projection) -> Double {
    switch counter {
    case .questions: projection.questionsPerDay / 86_400
    case .hits: (projection.questionsPerDay - projection.callsPerDay) / 86_400
    case .calls: projection.callsPerDay / 86_400
    case .users: projection.users
    case .targets: projection.targets
    case .stock(let number): projection.stocks[number]
    case .nothing: 0
    }
  }
}
