import Testing

/// E11 in the worlds of the simulation, with amendments, crashes, emergencies and second executors in them.
@Suite("What why offers in a simulated run")
struct OfferedTests {
  @Test("is taken by the run, and is never nothing while it stands still", arguments: 0..<UInt64(4))
  func taken(part: UInt64) throws {
    for seed in stride(from: 3_000_001 + part, to: 3_000_061, by: 4) {
      var simulation = try Simulation(seed: seed)
      simulation.looksAtOffers = true
      _ = try simulation.play()
    }
  }
}
