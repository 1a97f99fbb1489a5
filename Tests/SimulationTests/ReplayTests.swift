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
    for seed in stride(from: part + 1, through: min(SimulationTests.seeds, 40), by: 4) {
      var simulation = try Simulation(seed: 3_000_000 + seed)
      _ = try simulation.play()
      let entries = simulation.entries()
      let outcome = try Self.replay(simulation, entries)
      #expect(outcome.difference == nil, "seed \(3_000_000 + seed)")
      #expect(outcome.decisions == entries.count { $0.actor.kind == .engine })
    }
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
