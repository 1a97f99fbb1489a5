import Auditing
import Foundation
import Journaling
import Quantities
import Records
import Testing

/// A record of which some entries are only hashes any more.
private struct PrunedRecord: WrappingRecord {
  var whole: LooseRecord
  var gone: Set<Int64>
  /// Under which run they are kept.
  var run: Int64

  func page(from seq: Int64, count: Int) throws -> StoredPage {
    var page = StoredPage()
    for line in whole.lines.filter({ $0.seq >= seq }).prefix(count) {
      if gone.contains(line.seq) {
        page.add(pruned: line.seq, run: run, leaf: Tree.leaf(line.body))
        continue
      }
      let type = line.type.withUnsafeBytes { page.add($0) }
      let subject = line.subject.withUnsafeBytes { page.add($0) }
      let copies = StoredPage.Copies(run: line.run, epoch: line.epoch, at: line.at, type: type, subject: subject)
      let (salt, payload) = (line.salt ?? [], line.payload ?? [])
      line.body.withUnsafeBytes { body in
        salt.withUnsafeBytes { salt in
          payload.withUnsafeBytes { payload in
            page.add(
              seq: line.seq, copies: copies, body: body, payload: line.payload == nil ? nil : (salt, payload))
          }
        }
      }
    }
    return page
  }
}

/// Whoever has the file can say that something was pruned. They cannot say it of a part of a run.
@Suite("An entry that claims a pruning")
struct ClaimedPruningTests {
  private let sample: SampleJournal
  private let journal: Journal
  private let clock = SampleJournal.clock

  init() throws {
    sample = try SampleJournal()
    journal = try Journal(path: sample.path, access: .write, clock: clock, chance: SeededChance(seed: 5))
  }

  /// What `verify` says when some entries are taken out, and an entry claims them.
  private func verify(
    taking gone: (LooseRecord.Line) -> Bool, of number: Int64? = 1, withPlan: Bool = false
  ) async throws -> Verification {
    var run = try #require(try journal.runs().last)
    let before = try LooseRecord(copy: journal)
    let numbers = before.lines.filter(gone).map(\.seq)
    run.outcome = "done"
    if let number { run.number = number }
    let claimed = number == nil ? [] : [Pruning.Run(run, numbers: numbers)]
    try journal.write(under: nil, clock: clock) { batch in
      try batch.note(outcome: "done", of: 1)
      let person = try batch.pseudonym(ofAccount: "dana")
      try batch.append(
        .entriesPruned(
          claimed, plans: withPlan ? [run.plan.hex] : [], archive: Digest(of: [1]), by: person, reason: "policy",
          at: clock.instant))
    }
    var whole = try LooseRecord(copy: journal)
    if withPlan { whole.plans[run.plan.hex] = nil }
    return await Verifier.verify(PrunedRecord(whole: whole, gone: Set(numbers), run: run.number))
  }

  /// A second run, with a chain of entries.
  private func second() throws -> ClosedRange<Int64> {
    let plan = KeptBlob(Array("{\"plan\":2}".utf8))
    let run = try #require(
      try journal.register(
        runbook: "book", environment: "local", plan: plan, directory: "/srv", after: nil, clock: clock))
    let first = try journal.checkpoint().size
    try journal.write(under: nil, clock: clock) { batch in
      for number in first...(first + 4) {
        try batch.append(
          Draft(
            run: 2, type: "tested", subject: "", at: clock.instant, cause: number == first ? 0 : number - 1,
            actor: .engine(rule: "test"), plan: run.plan, data: Array("{}".utf8), payload: nil))
      }
    }
    return first...(first + 4)
  }

  @Test("is damage when it takes entries of another run with it, or of before the run was entered")
  func smuggled() async throws {
    let chain = try second()
    let (first, last) = (chain.lowerBound, chain.upperBound)
    for place in first..<last {
      let tests = try ClaimedPruningTests()
      _ = try tests.second()
      let found = try await tests.verify(taking: { $0.run == 1 || $0.seq == place })
      #expect(found.flaws.contains { $0.what.contains("which led to entry \(place + 1)") }, "\(place): \(found.flaws)")
    }
    // Of the run of before it is known when it was entered.
    let found = try await verify(taking: { $0.run == 2 || $0.seq == 20 }, of: 2)
    #expect(found.flaws.contains { $0.what.contains("entry 20 is to have been one of r-2") }, "\(found.flaws)")
  }

  private func isOfRun(_ line: LooseRecord.Line) -> Bool { line.run == 1 }

  @Test("is believed of a whole run, with its plan", arguments: [false, true])
  func whole(withPlan: Bool) async throws {
    let found = try await verify(taking: isOfRun, withPlan: withPlan)
    #expect(found.flaws.isEmpty && found.prunedRuns.map(\.run) == [1], "\(found.flaws)")
  }

  @Test("is damage while an entry of that run is here", arguments: [false, true])
  func part(withPlan: Bool) async throws {
    let found = try await verify(taking: { [7, 8].contains($0.seq) }, withPlan: withPlan)
    #expect(found.verdict == .damaged)
    #expect(found.flaws.contains { $0.check == .entries && $0.what.contains("runs go as a whole") }, "\(found.flaws)")
    #expect(found.flaws.contains { $0.check == .plans && $0.what.contains("is missing") } == withPlan)
  }

  @Test("is damage when the last entry of the run is here, and when it is about the log itself or nothing")
  func others() async throws {
    let last = try #require(try LooseRecord(copy: journal).lines.last?.seq)
    #expect(try await verify(taking: { $0.run == 1 && $0.seq != last }).verdict == .damaged)
    #expect(try await ClaimedPruningTests().verify(taking: { $0.seq == 1 }, of: 0).verdict == .damaged)
    #expect(try await ClaimedPruningTests().verify(taking: { _ in false }).verdict == .damaged)
  }

  @Test("is damage when it names no run, with a plan or without", arguments: [false, true])
  func none(withPlan: Bool) async throws {
    let found = try await verify(taking: { _ in false }, of: nil, withPlan: withPlan)
    #expect(found.flaws.contains { $0.what.contains("prunes no run") }, "\(found.flaws)")
    #expect(found.flaws.contains { $0.check == .plans } == withPlan)
  }

  @Test("is damage when the plan that went is that of another run, too")
  func shared() async throws {
    let run = try #require(try journal.runs().first)
    let plan = KeptBlob(try #require(try journal.blob(run.plan)))
    _ = try journal.register(
      runbook: "book", environment: "local", plan: plan, directory: "/srv", after: nil, clock: clock)
    let found = try await verify(taking: isOfRun, withPlan: true)
    #expect(found.flaws.map(\.check) == [.plans], "\(found.flaws)")
  }
}
