import Diagnostics
import Testing

@Suite("A burst in a plan")
struct BurstTests {
  private static let stores =
    "id,users,region\n"
    + (0..<10).map { "s-\($0),10,\($0 < 5 ? "eu" : "us")" }.joined(separator: "\n") + "\n"

  /// What is said of the burst of a runbook in which the stores of one region go live.
  private func said(tests: String = "", burst: String = "100 /s", of regions: String = "[eu]") throws -> [String] {
    let runbook = """
      sanderling: 1
      runbook: book
      starts: 2027-01-04
      inventories: { stores: stores.csv }
      forecast: forecast.yaml
      phases:
        - id: one
          stages:
            - { id: test, steps: [{ id: act, uses: manual, undo: none }] }
            - { id: s, targets: stores, select: { where: { region: \(regions) } },
                steps: [{ id: act, uses: manual, undo: none }] }
      """
    let forecast = """
      sanderling: 1
      load:
        of: stores
        users: users
        questions: 4 /day
        burst: { rate: \(burst), lasts: 10 s\(tests) }
      takes: { calls: { answer: 2 s, prompt: 1000 tokens } }
      cells: { by: region, places: { eu: { locations: a }, us: { locations: b } } }
      components:
        app: { needs: [{ of: calls, slots: 40, holds: answer }], least: 1, ready: 60 s }
        model: { needs: [{ takes: prompt, carries: 1000 tokens/min }], quota: 100 }
      """
    let (_, findings) = try planned(runbook, files: ["book/stores.csv": Self.stores, "book/forecast.yaml": forecast])
    return findings.filter { $0.code == "G402" }.map(\.message)
  }

  @Test("is that of those who are live, in what is said as in what is sized")
  func live() throws {
    let half = try said()
    #expect(half.count == 2 && half.allSatisfy { $0.hasPrefix("the burst of 50 /s for 10 s, ") }, "\(half)")
    #expect(half.contains { $0.contains("has 100 in flight and needs 125 slots of `app in eu`") }, "\(half)")
    #expect(half.contains { $0.contains(" is 500 requests of 1000 tokens: `model in eu` admits 100 000") }, "\(half)")
    // All of them bring all of it, half in each cell.
    let all = try said(of: "[eu, us]")
    #expect(all.count == 2 && all.allSatisfy { $0.hasPrefix("the burst of 100 /s for 10 s, ") }, "\(all)")
    #expect(all.contains { $0.contains("has 100 in flight and needs 125 slots of `app in ") }, "\(all)")
  }

  @Test("of a load test is that of everybody, whoever is live")
  func tested() throws {
    let found = try said(tests: ", tests: [one/test]")
    #expect(found.count == 2 && found.allSatisfy { $0.hasPrefix("the burst of 100 /s for 10 s of a load test, ") })
    #expect(found.contains { $0.contains("has 100 in flight and needs 125 slots of `app in ") }, "\(found)")
    #expect(found.contains { $0.contains(" is 500 requests of 1000 tokens: `model in ") }, "\(found)")
  }
}
