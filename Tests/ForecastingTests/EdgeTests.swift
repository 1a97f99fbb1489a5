import Quantities
import Runbooks
import Testing

@testable import Forecasting

/// What is written rarely, and must neither trap, nor hang, nor count for somebody else.
@Suite("An odd model")
struct EdgeTests {
  @Test("comes to an end where hardly anything is asked: beyond 2^53 seconds there is nothing between two numbers")
  func slowest() {
    for rate in [1e-21, 1e-300] {
      let time = Ramp.time(until: 1, rate: rate, scale: 1e20)
      #expect(time >= 1 / rate || time.isInfinite)
    }
    #expect(Ramp.time(until: 100, rate: 2, scale: 0) == 50)
  }

  @Test("has every question answered before where no number says how many there were")
  func infinite() {
    var curve = HitCurve(Popularity(items: 2_000, exponent: 1))
    #expect(curve.share(asked: .infinity) == 1 && curve.share(asked: 0) == 0)
  }

  @Test("holds what a pool of one zone carries against that zone, and not everybody's")
  func zones() throws {
    // Nineteen stores in twenty are in one zone, and its units fit it.
    let stores =
      "id,region,country,zone,users,documents\n"
      + (0..<40).map { "s-\($0),\($0 < 38 ? "eu" : "us"),C,UTC,5000,250" }.joined(separator: "\n") + "\n"
    let cells =
      "cells:\n  by: region\n  places: { eu: { locations: [a], zone: z }, us: { locations: [b], zone: y } }"
    func waits(_ pool: String) throws -> (answer: Double, waits: [Double?]) {
      let shared =
        "  shared: { needs: [{ of: calls, slots: 1, holds: answer, waits: 1 % }], pool: \(pool), costs: [{ price: unit }] }"
      let book = try loaded(Case.model(rest: shared + "\n" + cells), prices: Case.prices, stores: stores)
      let forecaster = try forecaster(book).forecaster
      let all = forecaster.projection(of: forecaster.everybody, on: nil)
      return (all.answer.p95, all.components.suffix(2).map(\.wait))
    }
    let (zone, location) = (try waits("zone"), try waits("location"))
    #expect(zone.answer == location.answer && zone.waits == location.waits && zone.answer < 60, "\(zone) \(location)")
  }

  @Test(
    "has ranges whose ends are told apart where their units are",
    arguments: [
      (0.9, 1.2, "900 ms to 1.2 s"), (1.2, 1.4, "1.2 to 1.4 s"), (2, 2, ""),
    ] as [(Double, Double, String)])
  func units(low: Double, high: Double, text: String) {
    let figure = Figure(
      name: FigureName("answer_p95", .time), title: "", value: low, working: "",
      range: Percentiles([low, low, high, high]))
    #expect(figure.rangeText == text)
  }
}
