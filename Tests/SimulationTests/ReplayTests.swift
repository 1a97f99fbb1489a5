import Auditing
import Engine
import Looping
import Plans
import Quantities
import Records
import Testing

/// Journals of whole lives, with crashes, amendments and clocks that are set, derived again from nothing but their plan
/// and what happened in the world.
@Suite("A simulated journal")
struct ReplayTests {
  private static func replay(_ simulation: Simulation, _ entries: [Entry]) throws -> Replay.Outcome {
    let first = try #require(entries.first?.plan)
    let record = simulation.record
    return try Replay.replay(from: first, zones: FixedZones()) { digest in
      try Plan(canonical: try record.blob(digest) ?? [])
    } entries: { visit in
      for entry in entries where try !visit(entry) { return }
    }
  }

  @Test("leads to the decisions that it has", arguments: 0..<UInt64(4))
  func same(part: UInt64) throws {
    for seed in UInt64(1)...40 where seed % 4 == part {
      var simulation = try Simulation(seed: 3_000_000 + seed)
      _ = try simulation.play()
      let entries = simulation.entries()
      let outcome = try Self.replay(simulation, entries)
      #expect(outcome.difference == nil, "seed \(3_000_000 + seed)")
      #expect(outcome.decisions == entries.count { $0.actor.kind == .engine })
      #expect(outcome.inputs == Self.intents(entries).count && outcome.withheldInputs == 0)
    }
  }

  private static func intents(_ entries: [Entry]) -> [Int] {
    entries.indices.filter { ["step_intended", "undo_intended"].contains(entries[$0].type) }
  }

  @Test("leads to another input where one was forged, however it is salted, and to none where it was erased")
  func inputs() throws {
    var simulation = try Simulation(seed: 3_000_001)
    _ = try simulation.play()
    let entries = simulation.entries()
    let intents = Self.intents(entries)
    #expect(intents.contains { entries[$0].payload?["salt"] == nil })
    for place in [intents[0], intents[intents.count / 2], intents[intents.count - 1]] {
      var changed = entries
      guard case .object(var data) = changed[place].data else { return }
      data["input"] = .string(Digest(of: Array("something else".utf8)).hex)
      changed[place].data = .object(data)
      let outcome = try Self.replay(simulation, changed)
      #expect(outcome.difference?.seq == entries[place].seq)
      #expect(outcome.difference?.recorded != outcome.difference?.derived)
    }
    // Whoever erases what salts them can be asked no more than before.
    var erased = entries
    let salted = ["executor_started", "step_intended", "undo_intended"]
    for place in erased.indices where salted.contains(erased[place].type) { erased[place].payload = nil }
    let outcome = try Self.replay(simulation, erased)
    #expect(outcome.difference == nil && outcome.inputs == 0 && outcome.withheldInputs == intents.count)
  }

  @Test("leads to another decision where one was left out, or changed")
  func forged() throws {
    var simulation = try Simulation(seed: 3_000_001)
    _ = try simulation.play()
    let entries = simulation.entries()
    let decisions = entries.indices.filter { entries[$0].actor.kind == .engine }
    for place in [decisions[0], decisions[decisions.count / 2]] {
      var changed = entries
      changed[place].actor.id = "another rule"
      #expect(try Self.replay(simulation, changed).difference?.seq == entries[place].seq)
      var shorter = entries
      shorter.remove(at: place)
      // What follows may not even fit any more; if it does, the difference is where the decision was.
      let outcome = try? Self.replay(simulation, shorter)
      if let outcome { #expect(outcome.difference != nil) }
    }
  }
}
