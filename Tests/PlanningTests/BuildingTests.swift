import Diagnostics
import Testing

@Suite("Waves and what builds their cells")
struct BuildingTests {
  /// What is said of a runbook whose stages come in this order.
  private func said(_ stages: [String], places: String = "{ eu: { locations: a }, us: { locations: b } }") throws
    -> [String]
  {
    let steps = "steps: [{ id: act, uses: manual, undo: none }]"
    let all = [
      "eu": "{ id: eu, targets: stores, select: { where: { region: eu } }, \(steps) }",
      "us": "{ id: us, targets: stores, select: { where: { region: us } }, \(steps) }",
      "platform": "{ id: platform, targets: regions, waves: { size: 1 }, \(steps) }",
    ]
    let runbook = """
      sanderling: 1
      runbook: book
      inventories: { stores: stores.csv, regions: [{ id: one, location: a }, { id: two, location: b }] }
      forecast: forecast.yaml
      phases:
        - { id: main, stages: [\(stages.compactMap { all[$0] }.joined(separator: ", "))] }
      """
    let forecast = """
      sanderling: 1
      load: { of: stores, users: 10, questions: 4 /day }
      cells: { by: region, places: \(places), built: { stage: main/platform, by: location } }
      """
    let stores = "id,region\ns-1,eu\ns-2,eu\ns-3,us\n"
    let (_, findings) = try planned(runbook, files: ["book/stores.csv": stores, "book/forecast.yaml": forecast])
    return findings.filter { $0.code == "G418" }.map(\.message)
  }

  @Test("say which of them go live before a location of their cell is built")
  func order() throws {
    #expect(try said(["platform", "eu", "us"]) == [])
    #expect(
      try said(["eu", "platform", "us"]) == [
        "main/eu/1 brings targets of the cell `eu`, and `main/platform` builds the first of its locations, `a`, in "
          + "main/platform/1"
      ])
    #expect(try said(["us", "eu", "platform"]).map { $0.prefix(9) } == ["main/eu/1", "main/us/1"])
    // One location is enough for a cell to serve; one that nobody builds is another finding.
    #expect(try said(["platform", "eu", "us"], places: "{ eu: { locations: [c, a] }, us: { locations: b } }") == [])
  }
}
