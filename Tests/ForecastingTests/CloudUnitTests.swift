import Quantities
import Runbooks
import Testing

@testable import Forecasting

@Suite("Units as a cloud sells them")
struct CloudUnitTests {
  private func projection(_ rest: String, model: String = "", prices: String = Case.prices, load: String = "") throws
    -> (forecaster: Forecaster, projection: Projection)
  {
    let text = Case.model(load: load, rest: rest, model: model)
    let forecaster = try forecaster(try loaded(text, prices: prices, stores: Case.stores)).forecaster
    return (forecaster, forecaster.projection(of: forecaster.everybody, on: nil))
  }

  @Test("what scales by itself is billed from a share of its maximum")
  func floors() throws {
    func cost(_ most: Int) throws -> Double {
      let database =
        "  database: { needs: [{ takes: ru, carries: 100 RU/s }], most: \(most), billed_from: 10 %, scales: true, "
        + "costs: [{ price: unit }] }"
      let found = try projection(database)
      return try #require(found.forecaster.figure("cost.database", of: found.projection)) * 3_600
    }
    // The peak needs 1.1 units; one or two are paid by the hour, and ten where the maximum is a hundred.
    #expect(try cost(5) < 0.2 && isClose(cost(100), 1) && isClose(cost(1_000), 10))
  }

  @Test("replicas do not carry what lies there: every replica has all partitions, and their product has a limit")
  func partitions() throws {
    func search(_ carries: String) throws -> ComponentLoad {
      let search =
        "  search: { needs: [{ of: calls, carries: 1 /s }], least: 3, most: 12, partitions: { needs: "
        + "[{ takes: text, carries: \(carries) }], sizes: [1, 2, 3, 4, 6, 12], most_units: 36 }, costs: [{ price: unit }] }"
      return try #require(projection(search).projection.components.last)
    }
    // 1 GB of text; three replicas for 2.2 calls in a second.
    let one = try search("2 GB")
    #expect(one.units == 3 && one.partitions == 1 && one.limit == 12 && one.paid == 3)
    let five = try search("0.2 GB")
    #expect(five.partitions == 6 && five.paid == 18 && five.limit == 6 && isClose(five.partitionNeed, 5))
    // Twelve are the most, and more replicas would not help.
    let many = try search("0.05 GB")
    #expect(try many.partitionNeed > 12 && isClose(#require(many.headroom), 0.6))
  }

  @Test("one pool for a zone carries all of its cells once, wherever the locations lie")
  func pools() throws {
    let cells = """
      cells:
        by: region
        places: { eu: { locations: [a, b], zone: z }, us: { locations: [c, d], zone: z }, apac: { locations: [e], zone: y } }
      """
    let found = try projection(cells, model: "    pool: zone\n    quota: 100").projection
    let pools = found.loads(of: 0)
    #expect(pools.map(\.zone) == ["z", "y"] && pools.map(\.locations) == [1, 1])
    #expect(isClose(pools[pools.startIndex].need, 440 * 134 / 200))
    #expect(try projection(cells, model: "    quota: 100").projection.loads(of: 0).count == 3)
  }

  @Test("a price that counts from an amount on is for whole steps of it; the rest has another price")
  func discounts() throws {
    func each(_ reused: Int, gets: String = "") throws -> Double {
      let prices = Case.prices.replacing(
        "for: reused,", with: "for: reused, from: 1024 tokens, steps: 128 tokens, else: in,\(gets)")
      let text = Case.model(reused: reused)
      let forecaster = try forecaster(try loaded(text, prices: prices, stores: Case.stores)).forecaster
      let projection = forecaster.projection(of: forecaster.everybody, on: nil)
      return projection.costs[0] * 86_400 / 40_000 * 1e6 - 3_000 * 2.75 - 300 * 11
    }
    #expect(try isClose(each(1_000), 1_000 * 2.75) && isClose(each(1_024), 1_024 * 1.375))
    #expect(try isClose(each(1_200), 1_152 * 1.375 + 48 * 2.75))
    #expect(try isClose(each(1_024, gets: " gets: 75 %,"), 768 * 1.375 + 256 * 2.75))
  }

  @Test("what a flow brings and is kept lies there, in each location")
  func kept() throws {
    let text = """
        box: { costs: [{ price: disk, of: note, keeps: 30 days }] }
      cells: { by: region, places: { eu: { locations: [a, b] }, us: { locations: [c] }, apac: { locations: [d] } } }
      """
    let model = Case.model(rest: text).replacing(
      "questions: { ru: 50 RU }", with: "questions: { ru: 50 RU, note: 5 KB }")
    let forecaster = try forecaster(try loaded(model, prices: Case.prices, stores: Case.stores)).forecaster
    let projection = forecaster.projection(of: forecaster.everybody, on: nil)
    let cost = try #require(forecaster.figure("cost.box", of: projection)) * WrittenUnit.month
    // 40,000 notes a day for 30 days are 6 GB; of the first cell there are two copies.
    #expect(isClose(cost, 6 * 0.25 * (1 + 67 / 200.0)))
  }

  @Test("a cache that does not answer saves amounts of those calls that it knows, but in a burst nothing")
  func saves() throws {
    func projection(_ caches: String) throws -> (Forecaster, Projection) {
      let text = Case.model(
        load: "  burst: { rate: 1 /s, lasts: 1 s }", caches: caches,
        rest: "  search: { needs: [{ takes: look, carries: 1 looks/s }], costs: [{ price: look, of: look }] }"
      ).replacing("answer: 2.1 s", with: "answer: 2.1 s, look: 1 looks")
      let prices = Case.prices + "\n  look: { price: 1 USD, per: 1 looks, date: 2026-08-11, source: test }\n"
      let forecaster = try forecaster(try loaded(text, prices: prices, stores: Case.stores)).forecaster
      return (forecaster, forecaster.projection(of: forecaster.everybody, on: nil))
    }
    let (plain, whole) = try projection("[]")
    let (_, half) = try projection("[{ id: known, hits: 50 %, saves: [look] }]")
    #expect(half.callsPerDay == whole.callsPerDay && half.hitShare == 0 && half.answer == whole.answer)
    #expect(
      isClose(half.costs[3], whole.costs[3] / 2) && isClose(half.components[3].need, whole.components[3].need / 2))
    #expect(half.components[3].burst == 1 && plain.figure("look", of: half) == half.costs[3])
    // One that keeps for less than one that answers knows nothing more; one that keeps for longer does.
    let answers = "{ id: exact, keeps: 30 min, items: 2000 }"
    let (_, answered) = try projection("[\(answers)]")
    func cost(_ keeps: String) throws -> Double {
      try projection("[\(answers), { id: known, keeps: \(keeps), items: 2000, saves: [look] }]").1.costs[3]
    }
    #expect(try isClose(cost("15 min"), answered.costs[3]) && cost("24 h") < answered.costs[3] * 0.8)
    let (lone, _) = try projection("[{ id: known, keeps: 30 min, items: 2000, saves: [look] }]")
    let alone = lone.projection(of: lone.everybody, on: nil)
    #expect(isClose(alone.costs[3] * (1 / whole.costs[3]), 1 - answered.hitShare, within: 1e-9))
    // On empty caches nothing is saved.
    #expect(
      isClose(
        lone.cost(during: 3_600, of: lone.everybody, on: nil).cold,
        plain.cost(during: 3_600, of: plain.everybody, on: nil).cold))
  }

  @Test("one of a column can stand for several")
  func times() throws {
    let text = Case.model().replacing("{ column: documents }", with: "{ column: documents, times: 10 }")
    let forecaster = try forecaster(try loaded(text, prices: Case.prices, stores: Case.stores)).forecaster
    let projection = forecaster.projection(of: forecaster.everybody, on: nil)
    #expect(forecaster.figure("documents", of: projection) == 500_000)
    #expect(isClose(try #require(forecaster.figure("text", of: projection)), 1e10))
  }

  @Test("what is bought ahead is bought for what caches leave, and once for a pool")
  func bought() throws {
    func offers(_ component: String, caches: String = "[]", rest: String = "") throws -> [Bought] {
      let offer = "    provisioned: { counts: { prompt: 1 }, carries: 2500 tokens/min, price: unit }\n\(component)"
      let text = Case.model(caches: caches, rest: rest, model: offer)
      let forecaster = try forecaster(try loaded(text, prices: Case.prices, stores: Case.stores)).forecaster
      return forecaster.bought(for: forecaster.projection(of: forecaster.everybody, on: nil))
    }
    let cells = """
      cells:
        by: region
        places: { eu: { locations: [a, b], zone: z }, us: { locations: [c, d], zone: z }, apac: { locations: [e], zone: y } }
      """
    // 8 000 questions in the peak hour, of 3 000 tokens.
    let whole = 8_000 / 60.0 * 3_000 / 2_500
    let half = try offers("", caches: "[{ id: known, hits: 50 %, saves: [prompt] }]")
    #expect(half.count == 1 && isClose(half[0].need, whole / 2))
    let each = try offers("", rest: cells)
    #expect(each.map(\.units) == [54, 54, 53] && isClose(each[0].cost * 3_600, 2 * 54 * 0.1))
    let pools = try offers("    pool: zone", rest: cells)
    #expect(pools.count == 2 && isClose(pools[0].need, whole * 134 / 200) && isClose(pools[1].need, whole * 66 / 200))
    #expect(isClose(pools[0].cost * 3_600, 108 * 0.1) && isClose(pools[0].byUse, each[0].byUse + each[1].byUse))
    let one = try offers("    per: all", rest: cells)
    #expect(one.count == 1 && isClose(one[0].need, whole))
  }
}
