import Runbooks

extension Forecaster {
  /// The figures of a projection, in the order of the model's names.
  public func figures(of projection: Projection, values: [Double]? = nil) -> [Double] {
    let values = values ?? model.values
    return model.figures.map { figure($0.name, of: projection, values: values) ?? 0 }
  }

  /// One figure by its name; `nil` for a name that is none.
  public func figure(_ name: String, of projection: Projection, values: [Double]? = nil) -> Double? {
    let values = values ?? model.values
    let load = model.load
    func value(_ number: ForecastModel.Number?, or standard: Double = 0) -> Double {
      number.map { values[$0] } ?? standard
    }
    switch name {
    case "targets": return projection.targets
    case "users": return projection.users
    case "cells": return Double(cellNames.count)
    case "questions_per_day": return projection.questionsPerDay / 86_400
    case "calls_per_day": return projection.callsPerDay / 86_400
    case "peak_rate": return projection.peakRate
    case "burst_rate": return burstRate(projection, values)
    case "logged_in": return projection.users * value(load.present)
    case "in_session":
      return Concurrency.inSession(
        rate: projection.peakRate, answer: projection.meanAnswer, thinking: value(load.thinking))
    case "in_flight": return Concurrency.inFlight(rate: projection.peakRate, time: projection.meanAnswer)
    case "burst_in_flight":
      return Concurrency.inFlight(rate: burstRate(projection, values), time: projection.meanAnswer)
    case "hits": return projection.hitShare
    case "answer_p50": return projection.answer.p50
    case "answer_p95": return projection.answer.p95
    case "answer_p99": return projection.answer.p99
    case "availability": return projection.availability
    case "cost_per_day", "cost_per_month": return projection.cost
    case "cost_per_user": return projection.users > 0 ? projection.cost / projection.users : 0
    case "cost_per_target": return projection.targets > 0 ? projection.cost / projection.targets : 0
    case "cost_per_question":
      let rate = projection.questionsPerDay / 86_400
      return rate > 0 ? projection.cost / rate : 0
    default: return named(name, of: projection, values: values)
    }
  }

  /// The burst of those who are live, or the minutes of the peak.
  private func burstRate(_ projection: Projection, _ values: [Double]) -> Double {
    model.load.burst.map { values[$0.rate] * values[model.load.surge] * part(of: projection.users, values: values) }
      ?? projection.peakRate * values[model.load.peak]
  }

  private func named(_ name: String, of projection: Projection, values: [Double]) -> Double? {
    if let stock = model.load.stocks.firstIndex(where: { $0.name.value == name }) { return projection.stocks[stock] }
    if name.hasPrefix("cost."), let index = model.components.firstIndex(where: { $0.id.value == name.dropFirst(5) }) {
      return projection.costs[index]
    }
    if let taking = model.taking(name) { return values[taking.number] * total(taking.of.value, of: projection) }
    for unit in model.chargedUnits {
      guard name == "\(unit)_per_call" || name == "\(unit)_per_day" else { continue }
      let each = charged(unit).reduce(0) { $0 + values[$1.number] }
      return name.hasSuffix("_per_call") ? each : each * projection.callsPerDay / 86_400
    }
    return nil
  }

  /// What calls take of a unit and the bill charges.
  func charged(_ unit: String) -> [Taking] {
    let names = model.components.flatMap(\.costs).map(\.of.value)
    return model.takes.filter {
      $0.of.value == "calls" && names.contains($0.name.value) && model.estimates[$0.number].dimension.unit == unit
    }
  }

  /// A flow as its mean over the day in a second, or a stock.
  private func total(_ name: String, of projection: Projection) -> Double {
    switch name {
    case "questions": projection.questionsPerDay / 86_400
    case "hits": (projection.questionsPerDay - projection.callsPerDay) / 86_400
    case "calls": projection.callsPerDay / 86_400
    case "users": projection.users
    case "targets": projection.targets
    default: model.load.stocks.firstIndex { $0.name.value == name }.map { projection.stocks[$0] } ?? 0
    }
  }
}
