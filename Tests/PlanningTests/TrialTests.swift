import Diagnostics
import Foundation
import Planning
import Plans
import Quantities
import Runbooks
import Testing

@Suite("A plan that is tried")
struct TrialTests {
  private static let text = """
    sanderling: 1
    runbook: test
    starts: 2027-01-04
    deadline: 2027-01-22
    zone: Europe/Lisbon
    inventories: { stores: stores.csv }
    parameters: { image: { type: string, default: one }, burst: { type: integer, default: 3 } }
    phases:
      - id: one
        stages: [ { id: first, bake: 24h, steps: [ { id: a, uses: noop, undo: none } ] } ]
      - id: two
        starts: 2027-01-11
        stages:
          - { id: s, targets: stores, waves: { pace: 5 per week }, steps: [ { id: a, uses: noop, undo: none } ] }
    """

  private static func runbook(_ text: String = text) throws -> (Runbook, Environment) {
    let files = ["book/runbook.yaml": text, "book/stores.csv": stores(20)]
    struct Missing: Error {}
    let loaded = RunbookFile.load(
      path: "book", adapters: ["noop"].map { .lenient($0) }, environment: nil,
      reading: { path in
        guard let text = files[path] else { throw Missing() }
        return Array(text.utf8)
      }, listing: { _ in [] })
    return (try #require(loaded.runbook), try #require(loaded.environment))
  }

  @Test(
    "is the plan of the runbook in which the same was written",
    arguments: [
      (["two.starts=2027-01-04"], [("starts: 2027-01-11", "starts: 2027-01-04")]),
      (["two/s.pace=10"], [("5 per week", "10 per week")]),
      (["starts=2027-01-05", "deadline=2027-02-01"], [("2027-01-04", "2027-01-05"), ("2027-01-22", "2027-02-01")]),
      (["two/s.pace=7", "two.starts=2027-01-18"], [("5 per", "7 per"), ("2027-01-11", "2027-01-18")]),
      (["parameters.image=two"], [("default: one", "default: two")]),
    ])
  func same(words: [String], edits: [(String, String)]) throws {
    let (runbook, environment) = try Self.runbook()
    let tried = try PlanTrial(words).plan(of: runbook, in: environment, zones: TestZones())
    let plan = try #require(tried.plan)
    let text = edits.reduce(Self.text) { $0.replacing($1.0, with: $1.1) }
    let (other, place) = try Self.runbook(text)
    let written = try #require(Planner.plan(other, in: place, zones: TestZones()).plan)
    #expect(plan.lastDay == written.lastDay && plan.standing == written.standing)
    #expect(plan.stages.flatMap(\.waves).map(\.starts) == written.stages.flatMap(\.waves).map(\.starts))
    #expect(plan.parameters == written.parameters)
    #expect(tried.findings.map(\.message) == Planner.plan(other, in: place, zones: TestZones()).findings.map(\.message))
  }

  @Test(
    "is none where a place or a value is none",
    arguments: [
      "two.start=2027-01-04", "three.starts=2027-01-04", "two.starts=soon", "two/s.pace=0", "one/first.pace=3",
      "parameters.size=3", "two/s.pace=ten",
    ])
  func none(word: String) throws {
    let (runbook, environment) = try Self.runbook()
    #expect(throws: PlanTrial.Problem.self) {
      try PlanTrial([word]).plan(of: runbook, in: environment, zones: TestZones())
    }
  }

  @Test("says what stands at a place, and what was changed, in the words of the runbook")
  func words() throws {
    let (runbook, _) = try Self.runbook()
    #expect(PlanTrial.value(at: "two/s.pace", in: runbook) == "5 per week")
    #expect(PlanTrial.value(at: "two.starts", in: runbook) == "2027-01-11")
    #expect(PlanTrial.words(of: .init(place: "two/s.pace", value: "7"), in: runbook) == "7 per week")
  }

  @Test(
    "is refused with what is wrong with it",
    arguments: [
      ([], "a plan that is tried has a change, such as `starts=2027-02-22`"),
      (["two/s.pace"], "`two/s.pace` is no change, such as `starts=2027-02-22`"),
      (["starts=9999-01-01"], "`9999-01-01` is more than ten years from the start of the programme, 2027-01-04"),
      (["two.starts=soon"], "`soon` is no date, such as `2027-02-22`"),
      (["two/s.pace=0"], "`0` is no number of targets, such as `24`"),
      (["one/first.pace=3"], "`one/first.pace`: the stage has no pace that could change"),
      (["parameters.size=3"], "the runbook has no parameter `size`"),
      (["starts=2027-02-01", "starts=2027-03-01"], "`starts` is changed twice: write it once"),
      (
        ["starts=2036-01-04", "two.starts=2047-01-04"],
        "`2047-01-04` is more than ten years from the start of the programme, 2036-01-04"
      ),
      (
        ["parameters.burst=many"],
        "the plan that follows has an error, G109 at book/runbook.yaml:7:54: `many` is not a value of the integer parameter "
          + "`burst`; write a whole number such as `20`"
      ),
    ])
  func refused(words: [String], why: String) throws {
    let (runbook, environment) = try Self.runbook()
    let problem = #expect(throws: PlanTrial.Problem.self) {
      try PlanTrial(words).plan(of: runbook, in: environment, zones: TestZones())
    }
    #expect(problem?.text == why)
  }

  @Test("holds days against the start that is tried, whichever is written first")
  func order() throws {
    let (runbook, environment) = try Self.runbook()
    let words = ["two.starts=2040-01-04", "starts=2036-01-04"]
    let plans = try [words, words.reversed()].map {
      try PlanTrial($0).plan(of: runbook, in: environment, zones: TestZones()).plan
    }
    #expect(plans[0] == plans[1] && plans[0]?.starts?.text == "2036-01-04")
  }
}
