import Engine
import Plans
import Quantities
import Records
import Testing

@testable import Looping

/// What the loop adds when it records, so that the record answers what nobody thinks of while it is written.
@Suite("What the loop records")
struct RecordingTests {
  private static func entries(of bench: LoopBench, _ type: String) throws -> [Entry] {
    var entries: [Entry] = []
    try bench.record.entries(of: bench.number) { entry in
      if entry.type == type { entries.append(entry) }
      return true
    }
    return entries
  }

  @Test("of an executor is the engine's number, the place, and how well the clock is kept, also when that changes")
  func executor() throws {
    var bench = try LoopBench()
    let started = try #require(try Self.entries(of: bench, "executor_started").first)
    #expect(started.data["engine"]?.integer == Int64(Machine.version) && started.data["directory"] == nil)
    #expect(started.payload?["directory"]?.string == "/")
    bench.keeping = ClockKeeping(isSynchronised: true, error: 4)
    try bench.turn()
    bench.keeping = ClockKeeping(isSynchronised: false, error: 16_000)
    for _ in 0..<2 { try bench.turn() }
    let changed = try Self.entries(of: bench, "clock_state_changed")
    #expect(changed.map { $0.data["clock"]?["synchronised"]?.bool } == [false])
    #expect(changed.first?.data["clock"]?["error_ms"]?.integer == 16_000)
  }

  @Test("of a clock that was set between two executors is the step", arguments: [-600_000, 0, 600_000] as [Int64])
  func betweenExecutors(step: Int64) throws {
    var bench = try LoopBench()
    bench.time += 3_600_000
    bench.wall = step
    let next = try LoopBench(after: bench)
    let steps = try Self.entries(of: next, "clock_stepped").map { $0.data["by_ms"]?.integer }
    #expect(steps == (step == 0 ? [] : [step]))
  }

  @Test("of a command that cannot be read is how long it was, and all of it where it can be erased")
  func unread() throws {
    var bench = try LoopBench()
    let letters = [("odd", "{"), ("of mira@example.com", "{}"), (String(repeating: "x", count: 70_000), "{}")]
    for (id, text) in letters {
      try bench.record.send(
        Letter(id: id, run: bench.number, subject: "", command: text, person: "ola", auth: "os", sent: bench.now))
    }
    bench.time += 200
    try bench.turn()
    let unread = try Self.entries(of: bench, "command_not_read")
    #expect(unread.map { $0.data["size"]?.integer } == [1, 2, 2])
    #expect(unread.map { $0.payload?["id"]?.string?.count } == [3, 19, 128])
    #expect(unread.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains("mira") })
    for (id, _) in letters { #expect(try bench.record.event(ofCommand: id) != nil) }
    #expect(try bench.record.letters(to: bench.number).isEmpty)
  }

  @Test("of an intent is a digest of its arguments that nobody can guess, with what opens it beside the entry")
  func input() throws {
    let bench = try LoopBench()
    let intents = try Self.entries(of: bench, "step_intended")
    for intent in intents {
      let salt = try #require(intent.payload?["salt"]?.string)
      #expect(salt.count == 32 && intent.data["input"]?.string != Digest(of: JSON.null.canonicalBytes).hex)
    }
    let facts = ExecutorFacts(secret: "00ff")
    let other = try LoopBench(facts: facts)
    #expect(try Self.entries(of: other, "executor_started").first?.payload?["secret"]?.string == "00ff")
    for intent in try Self.entries(of: other, "step_intended") {
      let salt = try #require(facts.salt(of: intent.seq))
      let request = try other.request()
      #expect(intent.payload == nil && salt.count == 16)
      #expect(intent.data["input"]?.string == Digest(of: salt + request.arguments.canonicalBytes).hex)
    }
    #expect(facts.salt(of: 4) != facts.salt(of: 5) && ExecutorFacts().salt(of: 4) == nil)
    #expect(!intents.isEmpty && Set(intents.map { $0.payload?["salt"]?.string }).count == intents.count)
  }

  @Test("of who sends a command is what was found out, and not what the sender's row says")
  func auth() throws {
    var bench = try LoopBench()
    try bench.send(.pause)
    bench.time += 200
    try bench.turn()
    #expect(try Self.entries(of: bench, "command_received").map(\.actor.auth) == ["account"])
  }
}
