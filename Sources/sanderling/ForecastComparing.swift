import Forecasting
import Foundation
import History
import Journaling
import Operating
import Plans
import Quantities
import Records
import Runbooks
import Screens

/// What a run measured, against what was projected.
struct ForecastComparing {
  let journal: JournalOptions
  let style: StyleOptions

  /// - `run`: the name of the run.
  /// - `work`: the runbook with the model that would have to be corrected.
  func run(_ run: String, work: ForecastWork) async throws {
    let account = try journal.desk(.read).account(of: run)
    let registered = account.run
    let measured = Measured.read(account.history, zones: Host.surroundings.zones)
    var found: [(found: Measured, corrections: [MeasuredScreen.Correction])] = []
    for item in measured {
      let figure = work.runbook.forecastQuantities.first { $0.name.value == item.quantity }?.figure?.value
      let influences = figure.map { work.influences(on: $0) } ?? []
      found.append(
        (
          item,
          work.runbook.model.map {
            MeasuredScreen.Correction.corrections(of: $0, influences: influences, ratio: item.ratio ?? 1)
          } ?? []
        ))
    }
    if style.json {
      Output.standard.write(MeasuredScreen.json(registered.name, found).canonicalText + "\n")
    } else {
      Output.standard.write(
        MeasuredScreen.text(
          registered.name, found, style: style.style(for: .standard),
          columns: Output.standard.isTerminal ? Output.standard.size.columns : 100))
    }
  }
}
