public import Quantities

/// What the plan projects for the time after one wave.
public struct WaveForecast: Equatable, Sendable {
  /// The index of the stage.
  public var stage: Int
  /// The index of the wave in its stage.
  public var wave: Int
  /// By inventory: the targets that are live then, if all goes well.
  public var live: [Int]
  /// By quantity of the plan's forecast: its value then.
  public var values: [Fixed]
}

/// A trigger or gate that compares with a quantity of the forecast.
public struct ForecastLimit: Equatable, Sendable {
  /// What compares, such as `trigger llm-cost`.
  public var name: String
  /// The condition in the words of the runbook.
  public var text: String
  /// The quantity, by its place in the plan's forecast.
  public var quantity: Int
  /// The share of it, in percent.
  public var percent: Fixed

  package init(name: String, text: String, quantity: Int, percent: Fixed) {
    self.name = name
    self.text = text
    self.quantity = quantity
    self.percent = percent
  }
}

extension Plan {
  /// What is projected after each wave, in the order of the plan. A target counts once, however many stages work on it.
  public var waveForecasts: [WaveForecast] {
    var live = inventories.map { [Bool](repeating: false, count: $0.count) }
    var counts = inventories.map { _ in 0 }
    var forecasts: [WaveForecast] = []
    for (stage, planned) in stages.enumerated() {
      for (wave, batch) in planned.waves.enumerated() {
        if let inventory = planned.inventory {
          for row in batch.targets where !live[inventory][Int(row)] {
            live[inventory][Int(row)] = true
            counts[inventory] += 1
          }
        }
        forecasts.append(
          WaveForecast(
            stage: stage, wave: wave, live: counts,
            values: forecast.map { quantity in quantity.value(at: quantity.inventory.map { counts[$0] } ?? 0) }))
      }
    }
    return forecasts
  }

  /// Everything that compares with the forecast: triggers first, then the gates of the stages, each once.
  public var forecastLimits: [ForecastLimit] {
    var limits = triggers.compactMap { trigger in
      trigger.condition.quantity.map {
        ForecastLimit(
          name: "trigger \(trigger.id)", text: words(of: trigger.condition), quantity: $0,
          percent: trigger.condition.limit)
      }
    }
    for condition in stages.compactMap(\.gate).flatMap(\.conditions) {
      guard let quantity = condition.quantity, !limits.contains(where: { $0.text == words(of: condition) }) else {
        continue
      }
      limits.append(
        ForecastLimit(name: "gate", text: words(of: condition), quantity: quantity, percent: condition.limit))
    }
    return limits
  }
}
