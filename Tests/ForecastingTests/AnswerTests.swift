import Quantities
import Runbooks
import Testing

@testable import Forecasting

@Suite("What a model is asked")
struct AnswerTests {
  private static let ranged = Case.model(
    load: "  surge: 0.8..1..1.4",
    rest: """
      scenarios:
        black-friday: { set: { load.surge: x10 }, lasts: 2 h }
        long: { set: { takes.calls.prompt: 9000 tokens } }
      """)

  @Test("draws give the same percentiles for the same seed, around the most likely value")
  func draws() async throws {
    let (forecaster, _) = try forecaster(try loaded(Self.ranged, prices: Case.prices, stores: Case.stores))
    let all = forecaster.everybody
    let one = await forecaster.ranges(of: all, on: nil, draws: 2_000, seed: 7)
    let two = await forecaster.ranges(of: all, on: nil, draws: 2_000, seed: 7)
    #expect(one == two)
    #expect(await forecaster.ranges(of: all, on: nil, draws: 2_000, seed: 8) != one)
    let index = try #require(forecaster.model.figures.firstIndex { $0.name == "questions_per_day" })
    let range = try #require(one[index])
    // Triangular between 0.8 and 1.4 with its peak at 1: the tenth percentile by the closed form.
    let low = 0.8 + (0.1 * 0.6 * 0.2).squareRoot()
    let high = 1.4 - (0.1 * 0.6 * 0.4).squareRoot()
    #expect(abs(range.p10 * 86_400 - 40_000 * low) < 400)
    #expect(abs(range.p90 * 86_400 - 40_000 * high) < 400)
    let certain = await forecaster.ranges(of: all, on: nil, draws: 0, seed: 7)
    #expect(certain.allSatisfy { $0 == nil })
  }

  @Test("what moves the cost most comes first, with its elasticity")
  func influences() throws {
    let (forecaster, _) = try forecaster(try loaded(Self.ranged, prices: Case.prices, stores: Case.stores))
    let found = forecaster.influences(on: "cost.model", of: forecaster.everybody, on: nil)
    #expect(forecaster.model.estimates[try #require(found.first).number].path == "load.surge")
    #expect(isClose(found[0].low * 86_400, 462 * 0.8) && isClose(found[0].high * 86_400, 462 * 1.4))
    #expect(isClose(found[0].elasticity, 1, within: 1e-6))
    let prompt = try #require(found.first { forecaster.model.estimates[$0.number].path == "takes.calls.prompt" })
    #expect(isClose(prompt.elasticity, 0.00825 / 0.01155, within: 1e-6))
  }

  @Test("a scenario changes numbers for as long as it lasts, and leaves the model as it was")
  func scenarios() throws {
    let runbook = try loaded(Self.ranged, prices: Case.prices, stores: Case.stores)
    let (forecaster, inventory) = try forecaster(runbook)
    let rows = (0..<200).map { (row: $0, since: CivilDate?.none) }
    let found = forecaster.whatIfs(rows: rows, on: nil, inventory: inventory, zone: "UTC")
    #expect(found.map { $0.scenario?.id.value } == [nil, "black-friday", "long"])
    #expect(isClose(found[1].projection.peakRate, found[0].projection.peakRate * 10))
    let each = (9_000 * 2.75 + 300 * 11) / 1e6
    #expect(isClose(found[2].projection.costs[0] * 86_400, 40_000 * each))
    #expect(isClose(found[0].projection.costs[0] * 86_400, 462))
  }

  @Test("a changed number must be of the model, and of its unit")
  func changes() throws {
    let model = try #require(try loaded(Self.ranged, prices: Case.prices, stores: Case.stores).model)
    let seconds = try #require(EstimateChange("3 s"))
    #expect(model.refusal(of: seconds, at: "takes.calls.prompt") != nil)
    #expect(model.refusal(of: seconds, at: "takes.calls.answer") == nil)
    #expect(model.refusal(of: seconds, at: "takes.calls.nothing") != nil)
    #expect(EstimateChange("x2") == .times(2) && EstimateChange("x") == nil && EstimateChange("two") == nil)
  }

  @Test(
    "numbers are spoken with the digits that mean something",
    arguments: [
      (40_000, "40 000"), (2.2222, "2.22"), (0.01155, "0.0116"), (12.34, "12.3"), (0, "0"), (999.6, "1000"),
      (132_000_000, "132 million"), (-3.5, "−3.5"), (1_234, "1234"),
    ])
  func spoken(value: Double, text: String) {
    #expect(Spoken.number(value) == text)
    #expect(Spoken.exact(2.4 / 86_400) == "2.77777778e-05" && Spoken.exact(1e-300) == "1e-300")
    #expect(Spoken.exact(40_000) == "40000" && Spoken.exact(-1.5) == "-1.5" && Spoken.exact(0) == "0")
    #expect(Spoken.share(0.9997) == "99.97 %" && Spoken.time(0.06) == "60 ms" && Spoken.size(1.5e9) == "1.5 GB")
  }
}
