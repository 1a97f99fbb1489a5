import Conducting
import Engine
import Foundation
import History
import Journaling
import Looping
import Operating
import Quantities
import Records
import Testing

@Suite("An answer of the desk")
struct ReadingTests {
  /// Writes an event into a run that nobody can read.
  private func spoil(_ run: RegisteredRun, of shelf: Shelf) throws {
    let journal = try Journal(path: shelf.journal, access: .write, clock: WallClock().read(), chance: SystemChance())
    let lease = try journal.takeOver(run: run.number, owner: "spoiler:1", clock: WallClock().read())
    try journal.write(under: lease, clock: WallClock().read()) { batch in
      _ = try batch.append(
        Draft(
          run: run.number, type: "wave_started", subject: "one/elsewhere/1", at: WallClock().read().instant, cause: nil,
          actor: .engine(rule: "start"), plan: run.plan, data: Array("{\"targets\":1}".utf8), payload: nil))
    }
  }

  @Test("about how runs stand tells of a run that cannot be read, and of the others")
  func brokenRun() async throws {
    let shelf = try Shelf()
    let broken = try await shelf.start().run
    try await shelf.work()
    try spoil(broken, of: shelf)
    let alone = try shelf.desk(access: .read).standing()
    #expect(alone.runs.isEmpty && alone.unreadable.map(\.run) == ["r-1"])
    let refusal = try #require(alone.refusal)
    #expect(refusal.kind == .integrity)
    #expect(refusal.message.hasPrefix("r-1 cannot be read: event "), "\(refusal.message)")
    #expect(refusal.message.contains("the plan has no `one/elsewhere"), "\(refusal.message)")
    try shelf.write("runbook.yaml", StartTests.short)
    try await shelf.start()
    let both = try shelf.desk(access: .read).standing()
    #expect(both.runs.map(\.run.name) == ["r-2"] && both.refusal?.kind == .integrity)
  }

  @Test("of any kind about a run that cannot be read is a refusal for its integrity")
  func brokenEverywhere() async throws {
    let shelf = try Shelf()
    let run = try await shelf.start().run
    try await shelf.work()
    try spoil(run, of: shelf)
    let asks: [(String, () async throws -> Void)] = [
      ("why", { _ = try shelf.desk().explanation(of: "r-1") }),
      ("history", { _ = try shelf.desk().account(of: "r-1") }),
      ("run", { try await shelf.work("r-1") }),
      ("pause", { try await shelf.send(.pause) }),
    ]
    for (name, ask) in asks {
      let refusal = try await refusal(ask)
      #expect(refusal.kind == .integrity && refusal.message.contains("cannot be read"), "\(name): \(refusal)")
    }
  }

  @Test("about an empty journal has no run, and nothing to refuse")
  func empty() throws {
    let standing = try Shelf().desk().standing()
    #expect(standing.runs.isEmpty && standing.refusal == nil)
  }

  @Test("about why has the state, the place, the events and whether somebody is at work")
  func why() async throws {
    let shelf = try Shelf()
    try await shelf.start()
    try await shelf.work()
    let whole = try shelf.desk(access: .read).explanation(of: nil)
    #expect(whole.run.name == "r-1" && whole.place == nil && !whole.isExecuted)
    #expect(whole.state.waits.first?.kind == .approval)
    #expect(whole.history.map(\.event.kind.type).first == "run_created")
    let target = try shelf.desk(access: .read).explanation(of: "r-1", at: "ams")
    #expect(target.place.map { target.state.index.path(of: $0) }?.hasSuffix("/ams") == true)
    // What others did as a matter of course is read where it is wanted.
    let steps = { (why: Explanation) in
      let done = why.history.filter { $0.event.kind.type == "step_succeeded" }
      return Set(done.map { why.state.index.path(of: $0.event.subject) })
    }
    let all = steps(try shelf.desk(access: .read).explanation(of: "r-1", whole: true))
    #expect(steps(whole).isEmpty && all.contains { !$0.contains("/ams/") })
    #expect(steps(target) == all.filter { $0.contains("/ams/") } && !steps(target).isEmpty)
    let journal = try Journal(path: shelf.journal, access: .write, clock: WallClock().read(), chance: SystemChance())
    let lease = try journal.takeOver(run: 1, owner: "another:2", clock: WallClock().read())
    #expect(try shelf.desk(access: .read).explanation(of: nil).isExecuted)
    withExtendedLifetime(lease) {}
    #expect(try await refusal { _ = try shelf.desk().explanation(of: nil, at: "r-1") }.kind == .usage)
  }

  @Test("about what happened lets through what the filter wants, and takes no filter that nothing can pass")
  func history() async throws {
    let shelf = try Shelf()
    try await shelf.start()
    try await shelf.work()
    let desk = try shelf.desk(access: .read)
    let all = try desk.account(of: nil)
    #expect(all.chosen.count == all.history.records.count && !all.chosen.isEmpty)
    var filter = HistoryFilter()
    filter.target = "ams"
    filter.types = ["step_succeeded"]
    #expect(!filter.isEmpty)
    #expect(try desk.account(of: nil, filter: filter).chosen.map(\.event.kind.type) == ["step_succeeded"])
    filter.to = Instant(milliseconds: 0)
    #expect(try desk.account(of: nil, filter: filter).chosen.isEmpty)
    for (word, next) in [("step_suceeded", "write step_succeeded")] {
      var wrong = HistoryFilter()
      wrong.types = [word]
      let refused = try await refusal { _ = try desk.account(of: nil, filter: wrong) }
      #expect(refused.kind == .usage && refused.next == [next])
    }
    var nobody = HistoryFilter()
    nobody.target = "ber"
    #expect(try await refusal { _ = try desk.account(of: nil, filter: nobody) }.what == "the plan has no target `ber`")
  }

  @Test("about what happened names a person as the plan does, and the account only where that proves who it was")
  func names() async throws {
    let shelf = try Shelf()
    try shelf.write(
      "trust/people.yaml",
      """
      sanderling: 1
      people:
        ola: { roles: [manager], accounts: [root] }
        ida: { roles: [manager], accounts: [ida] }
      """)
    try await shelf.start()
    try await shelf.work()
    _ = try? await shelf.send(.pause, as: "root")
    _ = try? await shelf.send(.reject(Scope("two")), as: "ida")
    _ = try? await shelf.send(.resume, as: "guest")
    try await shelf.work()
    let desk = try shelf.desk(access: .read)
    let commands = try desk.account(of: nil).history.records.filter { $0.event.kind.type == "command_received" }
    #expect(commands.map(\.detail.actor) == ["ola", "ida", "guest"])
    #expect(commands.map(\.detail.account) == ["root", nil, nil])
    for name in ["ola", "root"] {
      var filter = HistoryFilter()
      (filter.actor, filter.types) = (name, ["command_received"])
      #expect(try desk.account(of: nil, filter: filter).chosen.map(\.detail.actor) == ["ola"], "\(name)")
    }
  }

  @Test("about a journal that is not there says how to make one, and one that is no journal is left alone")
  func noJournal() async throws {
    let shelf = try Shelf()
    let missing = try await refusal { _ = try shelf.desk(access: .read) }
    #expect(missing.kind == .failed && missing.message.contains("`sanderling run` makes one"))
    try Data("not a database, but long enough to be read as one".utf8).write(to: URL(filePath: shelf.journal))
    #expect(try await refusal { _ = try shelf.desk(access: .write) }.kind == .integrity)
  }
}
