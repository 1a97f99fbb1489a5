import Engine
import Foundation
import Operating
import Plans
import Quantities
import Records
import Testing

/// What a plan of some targets is, and what a run of it does beside other runs.
@Suite("A part of a runbook")
struct PartTests {
  /// Four shops in two regions, in waves of two; before them a stage without targets.
  static let book = """
    sanderling: 1
    runbook: shops
    inventories: { shops: shops.csv }
    phases:
      - { id: ready, stages: [ { id: network, steps: [ { id: lay, uses: noop, undo: none } ] } ] }
      - id: go
        stages:
          - id: shops
            targets: shops
            waves: { sizes: [2], tolerate: 50 % }
            steps: [ { id: move, uses: noop, undo: none } ]
    """

  private func shelf() throws -> Shelf {
    let shelf = try Shelf(Self.book)
    try shelf.write("shops.csv", "id,region\na,eu\nb,us\nc,eu\nd,us")
    return shelf
  }

  private func ask(_ change: (inout PartAsk) -> Void) -> PartAsk {
    var ask = PartAsk()
    change(&ask)
    return ask
  }

  private func targets(_ plan: Plan) -> [String] {
    plan.stages.indices.flatMap { stage in
      plan.stages[stage].waves.flatMap(\.targets).map { plan.target($0, stage: stage) }
    }
  }

  @Test("has its own waves, budgets and digest, and says of how many it is")
  func smaller() throws {
    let shelf = try shelf()
    let whole = try shelf.planned().plan
    #expect(whole.part == nil && whole.distinctTargetCount == 4)
    let plan = try shelf.planned(ask { $0.only = ["d", "a", "b"] }).plan
    #expect(targets(plan) == ["a", "b", "d"])
    #expect(plan.stages[1].waves.map(\.targets.count) == [2, 1] && plan.stages[1].waves.map(\.tolerate) == [1, 0])
    #expect(plan.digest != whole.digest)
    #expect(plan.partWords == "3 of 4 targets: d, a, b; nothing of ready/network")
    #expect(try Plan(canonical: plan.canonicalBytes) == plan)
  }

  @Test("is not what is left, and is not begun again, where the run that may have done it was pruned")
  func pruned() async throws {
    let shelf = try shelf()
    let bundle = "\(shelf.directory)/bundle"
    func prune() async throws {
      try? FileManager.default.removeItem(atPath: bundle)
      try AuditDesk(shelf.journal, surroundings: shelf.surroundings()).export(to: bundle)
      let ask = PruneAsk(
        runs: [], before: Instant(milliseconds: 4_000_000_000_000), archive: bundle, reason: try Reason("kept for long")
      )
      let desk = try shelf.desk()
      _ = try desk.prune(try await desk.prunable(ask))
    }
    try await shelf.start(part: ask { $0.only = ["a"] })
    #expect(try await shelf.work().way == .finished(.done))
    try await prune()
    let rest = try await refusal { _ = try shelf.planned(ask { $0.rest = true }) }
    #expect(rest.kind == .failed && rest.what.contains("r-1 of this runbook is not here any more"), "\(rest)")
    #expect(rest.why?.contains("SHA256SUMS has the digest") == true && rest.next.contains { $0.contains("--bundle") })
    let failed = try await refusal { _ = try shelf.planned(ask { $0.failedOf = "r-1" }) }
    #expect(failed.kind == .failed && failed.what.contains("r-1 is not here any more"), "\(failed)")
    let again = try await refusal { try await shelf.start(part: ask { $0.only = ["a"] }) }
    #expect(again.kind == .needless, "the plan is known by its digest: \(again)")
    let other = try await refusal { try await shelf.start(part: ask { $0.only = ["a", "b"] }) }
    #expect(other.kind == .failed && other.message.contains("r-1 of this runbook is not here any more"), "\(other)")
    #expect(other.next.contains { $0.contains("--only a,b --new") }, "\(other.next)")
    // What came after it is known; all of it is begun as ever.
    try await shelf.start(another: true, part: ask { $0.only = ["a", "b"] })
    #expect(try await shelf.work().way == .finished(.done))
    let known = try await refusal { try await shelf.start(part: ask { $0.only = ["b"] }) }
    #expect(known.kind == .needless && known.message.contains("r-2 did all of this already"), "\(known)")
    try await prune()
    #expect(try await shelf.start().run.name == "r-3")
    #expect(try await shelf.work().way == .finished(.done))
    let done = try await refusal { _ = try shelf.planned(ask { $0.rest = true }) }
    #expect(done.kind == .needless, "\(done)")
  }

  @Test("is chosen by identifier, attribute, order and what earlier runs left; stages without targets by name")
  func choices() throws {
    let shelf = try shelf()
    let cases: [(PartAsk, [String])] = [
      (ask { $0.conditions = ["region=us"] }, ["b", "d"]),
      (ask { $0.first = 3 }, ["a", "b", "c"]),
      (ask { ($0.first, $0.conditions) = (1, ["region=us"]) }, ["b"]),
      (ask { ($0.only, $0.conditions) = (["a", "b"], ["region=us"]) }, ["b"]),
      (ask { ($0.only, $0.with) = (["a"], ["ready"]) }, ["-", "a"]),
      (ask { ($0.only, $0.with) = (["a"], ["ready/network"]) }, ["-", "a"]),
      (ask { $0.rest = true }, ["-", "a", "b", "c", "d"]),
    ]
    for (ask, expected) in cases {
      let plan = try shelf.planned(ask).plan
      #expect(targets(plan) == expected, "\(plan.partWords ?? "")")
    }
  }

  @Test("is refused for names that mean nothing, with what there is")
  func slips() async throws {
    let shelf = try shelf()
    let cases: [(PartAsk, String)] = [
      (ask { $0.only = ["e"] }, "no target `e`"),
      (ask { $0.conditions = ["land=eu"] }, "no inventory has an attribute"),
      (ask { $0.conditions = ["region"] }, "FIELD=VALUE"),
      (ask { $0.conditions = ["region=af"] }, "no target of the plan"),
      (ask { ($0.only, $0.with) = (["a"], ["red"]) }, "no phase or stage `red`"),
      (ask { $0.failedOf = "seven" }, "is no run"), (ask { $0.failedOf = "r-7" }, "the journal has no run r-7"),
    ]
    for (ask, words) in cases {
      let refused = try await refusal { _ = try shelf.planned(ask) }
      #expect(refused.kind == .usage && refused.message.contains(words), "\(refused.message)")
    }
  }

  @Test("is not done twice: neither by a part again, nor by the whole runbook; the rest is, and then nothing is left")
  func twice() async throws {
    let shelf = try shelf()
    let first = ask { $0.first = 2 }
    #expect(try await shelf.start(part: first).run.name == "r-1")
    #expect(try await shelf.start(part: first) == .goesOn(try shelf.desk().run("r-1")))
    let open = try await refusal { try await shelf.start() }
    #expect(open.kind == .stale && open.message.contains("r-1 of this runbook is open, and works on other targets"))
    #expect(try await shelf.work().way == .finished(.done))
    // The same plan, another choice of the same targets, more of them, and all of them.
    for part in [first, ask { $0.only = ["b"] }, ask { $0.only = ["b", "c"] }, PartAsk()] {
      let again = try await refusal { try await shelf.start(part: part) }
      let isAll = !again.message.contains(" of these ")
      // Where something is left to do, a script must not take it for done.
      #expect(again.kind == (isAll ? .needless : .failed), "\(again.message)")
    }
    let whole = try await refusal { try await shelf.start() }
    #expect(whole.message.contains("r-1 did 2 of these 5 already, such as a"), "\(whole.message)")
    #expect(whole.next.contains { $0.contains("--only-rest") } && whole.next.contains { $0.contains("--new") })
    let rest = ask { $0.rest = true }
    let plan = try shelf.planned(rest).plan
    #expect(targets(plan) == ["-", "c", "d"] && plan.partWords?.contains("; 2 live already") == true)
    #expect(try await shelf.start(part: rest).run.name == "r-2")
    #expect(try await shelf.work().way == .finished(.done))
    let nothing = try await refusal { _ = try shelf.planned(rest) }
    #expect(nothing.kind == .needless && nothing.message.contains("nothing is left"), "\(nothing.message)")
    #expect(try await shelf.start(another: true).run.name == "r-3")
  }

  @Test("begins anew what was skipped in a run that is over, once, and says of which run")
  func failedOf() async throws {
    let shelf = try shelf()
    try await shelf.start()
    for target in ["b", "c"] { try await shelf.send(.skip("go/shops/\(target == "b" ? 1 : 2)/\(target)")) }
    let repair = ask { $0.failedOf = "r-1" }
    let early = try await refusal { _ = try shelf.planned(repair) }
    #expect(early.kind == .failed && early.message.contains("is tried again in it"), "\(early.message)")
    #expect(try await shelf.work().way == .finished(.done))
    let plan = try shelf.planned(repair).plan
    #expect(targets(plan) == ["b", "c"])
    #expect(
      plan.partWords
        == "2 of 4 targets: those that failed or were skipped in r-1; nothing of ready/network; 2 live already")
    // As before: a run that did exactly the plan did it, whatever was skipped in it.
    #expect(try await refusal { try await shelf.start() }.message.contains("r-1 did exactly this plan already"))
    #expect(try await shelf.start(part: repair).run.name == "r-2")
    try await shelf.send(.skip("go/shops/1/c"))
    #expect(try await shelf.work().way == .finished(.done))
    #expect(targets(try shelf.planned(repair).plan) == ["c"], "b was done in r-2")
    #expect(try await shelf.start(part: repair).run.name == "r-3")
    #expect(try await shelf.work().way == .finished(.done))
    let done = try await refusal { _ = try shelf.planned(repair) }
    #expect(done.kind == .needless && done.message.contains("was done since"), "\(done.message)")
  }

  @Test("stays the part that it is when its runbook is amended")
  func amended() async throws {
    let shelf = try shelf()
    try shelf.write("runbook.yaml", Self.book.replacing("waves: {", with: "bake: 1h\n        waves: {"))
    try await shelf.start(part: ask { $0.only = ["a", "b", "c"] })
    #expect(try await shelf.work().way == .waits)
    try shelf.write("runbook.yaml", Self.book.replacing("waves: {", with: "bake: 2h\n        waves: {"))
    let answer = try shelf.desk().commanding(nil).amendment(PlanningAsk(shelf.book))
    #expect(targets(answer.plan) == ["a", "b", "c"] && answer.plan.part?.whole == 4)
    #expect(answer.plan.partWords == "3 of 4 targets: a, b, c; nothing of ready/network")
  }
}
