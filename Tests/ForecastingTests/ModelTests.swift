import Quantities
import Runbooks
import Testing

@testable import Forecasting

@Suite("A model")
struct ModelTests {
  private func figures(_ forecast: String, stores: String = Case.stores) throws -> (String) -> Double {
    let (forecaster, _) = try forecaster(try loaded(forecast, prices: Case.prices, stores: stores))
    let projection = forecaster.projection(of: forecaster.everybody, on: nil)
    return { forecaster.figure($0, of: projection) ?? .nan }
  }

  @Test("answers the client's questions: load, concurrency, tokens, cost")
  func answers() throws {
    let figure = try figures(Case.model())
    #expect(isClose(figure("users"), 10_000) && isClose(figure("documents"), 50_000))
    #expect(isClose(figure("questions_per_day") * 86_400, 40_000))
    #expect(isClose(figure("peak_rate"), 8_000.0 / 3_600))
    #expect(isClose(figure("logged_in"), 2_000))
    // The answer takes 2.1 s, and one in a hundred waits a little for a slot.
    #expect(isClose(figure("in_flight"), 4.666666667, within: 2e-3))
    #expect(isClose(figure("in_session"), 8_000.0 / 3_600 * 32.1, within: 2e-4))
    #expect(isClose(figure("tokens_per_day") * 86_400, 132_000_000))
    // 0.01155 USD a question, 462 a day, 13,860 in 30 days.
    #expect(isClose(figure("cost.model") * 86_400, 462) && isClose(figure("cost.model") * 86_400 * 30, 13_860))
    #expect(isClose(figure("text"), 1e9))
    #expect(isClose(figure("cost.store") * WrittenUnit.month, 0.25))
  }

  @Test("pays less for hits, and for a prompt that is reused")
  func cheaper() throws {
    let hits = try figures(Case.model(caches: "[{ id: all, hits: 45 % }]"))
    #expect(isClose(hits("cost.model") * 86_400 * 30, 7_623) && isClose(hits("hits"), 0.45))
    let reused = try figures(Case.model(reused: 1_000, prompt: 2_000))
    #expect(isClose(reused("cost.model") * 86_400 * 30, 12_210))
  }

  @Test("gives every figure that it names")
  func names() throws {
    let model = try #require(try loaded(Case.model(), prices: Case.prices, stores: Case.stores).model)
    let figure = try figures(Case.model())
    for name in model.figures { #expect(figure(name.name).isFinite, "\(name.name)") }
  }

  @Test("sizes slots by Erlang, tokens by what they carry, and stocks by what lies there")
  func sizes() throws {
    let (forecaster, _) = try forecaster(try loaded(Case.model(), prices: Case.prices, stores: Case.stores))
    let needs = forecaster.projection(of: forecaster.everybody, on: nil).components
    #expect(isClose(needs[0].need, 440) && needs[0].units == 440)
    #expect(needs[1].need == 11 && needs[1].units == 11)
    #expect(isClose(needs[2].need, 1))
  }

  @Test("sizes tokens by the burst of those who are live, with empty caches, and by what a surge makes of it")
  func bursts() throws {
    // 100 questions a second for 6 s are 600 in their minute: 3,300 tokens each, at 1,000 for a unit.
    func need(_ load: String, caches: String = "[]", stores: Int = 200) throws -> Double {
      let text = Case.model(load: "  burst: { rate: 100 /s, lasts: 6 s }\n" + load, caches: caches)
      let (forecaster, _) = try forecaster(try loaded(text, prices: Case.prices, stores: Case.stores))
      var live = LiveTargets.none
      forecaster.add(0..<stores, since: nil, to: &live)
      return forecaster.projection(of: live, on: nil).components[0].need
    }
    #expect(isClose(try need(""), 1_980))
    #expect(isClose(try need("", caches: "[{ id: all, hits: 45 % }]"), 1_980))
    #expect(isClose(try need("  surge: 2"), 3_960))
    #expect(isClose(try need("", stores: 50), 495))
  }

  @Test("sizes by the busiest day of the week where none is given")
  func busiest() throws {
    let text = Case.model(load: "  week: [2, 1, 1, 1, 1, 1, 0]")
    let (forecaster, _) = try forecaster(try loaded(text, prices: Case.prices, stores: Case.stores))
    let projection = forecaster.projection(of: forecaster.everybody, on: nil)
    #expect(isClose(projection.questionsPerDay, 40_000) && isClose(projection.components[0].need, 880))
  }

  @Test("sums local hours over zones: the peak of two continents is flatter than that of one")
  func zones() throws {
    let spread =
      "id,region,country,zone,users,documents\n"
      + (0..<200).map { "s-\($0),eu,C,\($0 % 2 == 0 ? "UTC" : "Asia/Kolkata"),50,250" }.joined(separator: "\n") + "\n"
    let figure = try figures(Case.model(), stores: spread)
    #expect(isClose(figure("questions_per_day") * 86_400, 40_000))
    // Half of the users have their hour five and a half hours before the others, who have 3 to 8 % then.
    #expect(figure("peak_rate") < 8_000.0 / 3_600 * 0.7 && figure("peak_rate") > 8_000.0 / 3_600 * 0.5)
  }

  @Test("cuts the platform into cells, each with its own load, caches and locations")
  func cells() throws {
    let rest = """
      cells:
        by: region
        places:
          eu: { locations: [a, b], zone: eu }
          us: { locations: [c], zone: us }
          apac: { locations: [d, e, f], zone: apac }
      """
    let (forecaster, _) = try forecaster(try loaded(Case.model(rest: rest), prices: Case.prices, stores: Case.stores))
    let projection = forecaster.projection(of: forecaster.everybody, on: nil)
    #expect(projection.cells.map(\.targets) == [67, 67, 66])
    let models = projection.components.filter { $0.component == 0 }
    #expect(models.map(\.locations) == [2, 1, 3])
    // Of two locations one carries all; of three two do.
    #expect(isClose(models[0].need, 440 * 67 / 200) && isClose(models[2].need, 440 * 66 / 200 / 2))
    // What lies there lies in each location.
    let copies = (67.0 * 2 + 67 + 66 * 3) / 200
    #expect(isClose(projection.costs[2] * WrittenUnit.month, 0.25 * copies))
    let lost = forecaster.projection(of: forecaster.everybody, on: nil, lost: [0])
    #expect(isClose(lost.questionsPerDay, 40_000) && lost.cells[0].users == 0 && lost.cells[1].users == 6_700)
  }

  @Test("serves nobody outside of the zones that are allowed, even when their cell is lost")
  func residency() throws {
    let rest = """
      cells: { by: region, places: { eu: { locations: a, zone: eu }, us: { locations: c, zone: us }, apac: { locations: d, zone: apac } } }
      residency: { by: region, zones: { eu: [eu], us: [us, eu], apac: [apac] } }
      """
    let (forecaster, _) = try forecaster(try loaded(Case.model(rest: rest), prices: Case.prices, stores: Case.stores))
    let lost = forecaster.projection(of: forecaster.everybody, on: nil, lost: [0])
    #expect(lost.unserved == 3_350 && isClose(lost.questionsPerDay, 40_000 * 133 / 200))
    let other = forecaster.projection(of: forecaster.everybody, on: nil, lost: [1])
    #expect(other.unserved == 0 && other.cells[0].users == 6_700)
  }

  @Test("counts adoption from the day on which each target goes live, growth from the start, and the day of the week")
  func days() throws {
    let load = """
        adoption: 5 days
        growth: 12 %/month
        week: [1, 1, 1, 1, 1, 1, 0]
      """
    let (forecaster, _) = try forecaster(try loaded(Case.model(load: load), prices: Case.prices, stores: Case.stores))
    let monday = try #require(CivilDate("2027-01-04"))
    var live = LiveTargets.none
    forecaster.add(0..<200, since: monday, to: &live)
    func asked(_ days: Int) -> Double { forecaster.projection(of: live, on: monday.adding(days: days)).questionsPerDay }
    #expect(asked(0) == 0)
    let grown = Elementary.power(1.12, 7 * 24 / 730.0)
    // Six of seven days are asked on: each has seven sixths of the mean day.
    #expect(isClose(asked(7), 40_000 * 7 / 6 * (1 - Elementary.exp(-7 / 5.0)) * grown))
    #expect(asked(6) == 0)
    // Without a day nobody is new, and nothing has grown.
    #expect(isClose(forecaster.projection(of: live, on: nil).questionsPerDay, 40_000))
  }

  @Test("follows the load by the hour where units scale, and pays for no more")
  func scales() throws {
    let fixed = try figures(Case.model())
    let scaled = try figures(
      Case.model().replacing(
        "least: 1, costs: [{ price: unit }] }", with: "least: 1, scales: true, costs: [{ price: unit }] }"))
    #expect(isClose(fixed("cost.app") * 3_600, 1.1))
    #expect(scaled("cost.app") < fixed("cost.app") * 0.6 && scaled("cost.app") * 3_600 > 0.1)
  }

  @Test("compares what is bought ahead with what is used: at least the fewest units, in each location")
  func bought() throws {
    let offer =
      "provisioned: { counts: { prompt: 1, completion: 3 }, carries: 2500 tokens/min, least: 15, step: 5, price: unit }"
    let (forecaster, _) = try forecaster(
      try loaded(Case.model(model: "    " + offer), prices: Case.prices, stores: Case.stores))
    let found = forecaster.bought(for: forecaster.projection(of: forecaster.everybody, on: nil))
    #expect(found.count == 1 && isClose(found[0].need, 208) && found[0].units == 210)
    // 0.1 USD for a unit and hour, against 462 USD a day.
    #expect(isClose(found[0].cost * 86_400, 210 * 0.1 * 24) && isClose(found[0].byUse * 86_400, 462))
  }

  @Test("pays units by the hour in every location: 10,000 RU/s in four regions are 2,304 in 30 days")
  func units() throws {
    let database = """
        database: { least: 100, costs: [{ price: ru }] }
      cells: { by: region, places: { eu: { locations: [a, b] }, us: { locations: [c] }, apac: { locations: [d] } } }
      """
    let prices = Case.prices + "\n  ru: { price: 0.008 USD, per: hour, date: 2026-08-11, source: test }\n"
    let (forecaster, _) = try forecaster(
      try loaded(Case.model(rest: database), prices: prices, stores: Case.stores))
    let projection = forecaster.projection(of: forecaster.everybody, on: nil)
    let cost = try #require(forecaster.figure("cost.database", of: projection))
    #expect(isClose(cost * 3_600 * 720, 2_304))
  }
}
