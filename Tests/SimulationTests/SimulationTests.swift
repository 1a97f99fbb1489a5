import Engine
import Foundation
import Records
import Testing

@Suite("A simulated run")
struct SimulationTests {
  /// The seeds that are run: `SANDERLING_SEEDS`, a number or two (`20001-40000`), or enough to find most faults in a few
  /// seconds.
  static var seeds: ClosedRange<UInt64> {
    let written = ProcessInfo.processInfo.environment["SANDERLING_SEEDS"] ?? ""
    let ends = written.split(separator: "-").compactMap { UInt64($0) }
    switch ends.count {
    case 1 where ends[0] > 0: return 1...ends[0]
    case 2 where ends[0] <= ends[1]: return ends[0]...ends[1]
    default: return 1...300
    }
  }

  @Test("keeps every invariant, whatever happens and whoever dies", arguments: 0..<UInt64(8))
  func invariants(part: UInt64) {
    var found = 0
    for seed in Self.seeds where seed % 8 == part {
      do {
        var simulation = try Simulation(seed: seed)
        _ = try simulation.play()
      } catch {
        found += 1
        if found <= 3 { Issue.record("\(error)") }
      }
    }
    if found > 3 { Issue.record("\(found) seeds fail in this part") }
  }

  /// `SANDERLING_SEED=n` looks at one seed, with its whole journal when `SANDERLING_JOURNAL` is set.
  @Test(
    "keeps every invariant with one seed",
    .enabled(if: ProcessInfo.processInfo.environment["SANDERLING_SEED"] != nil))
  func oneSeed() throws {
    let environment = ProcessInfo.processInfo.environment
    var simulation = try Simulation(seed: environment["SANDERLING_SEED"].flatMap { UInt64($0) } ?? 1)
    defer {
      if environment["SANDERLING_JOURNAL"] != nil {
        print(simulation.entries().map(\.whole).joined(separator: "\n"))
      }
    }
    #expect(Outcome.allCases.contains(try simulation.play()))
  }

  @Test("keeps the same journal a second time, byte for byte")
  func deterministic() throws {
    for seed in UInt64(1_000_001)...1_000_005 {
      let roots = try (0..<2).map { _ in
        var simulation = try Simulation(seed: seed)
        _ = try? simulation.play()
        return try simulation.record.checkpoint()
      }
      #expect(roots[0].size > 3 && roots[0].size == roots[1].size && roots[0].root == roots[1].root, "\(seed)")
    }
  }
}

/// For `Tests/Mutation/faults`: which seed is the first to find what is wrong.
@Suite("A search for a fault", .enabled(if: ProcessInfo.processInfo.environment["SANDERLING_SEARCH"] != nil))
struct FaultSearch {
  @Test("ends with the first seed that finds it", arguments: 0..<UInt64(2))
  func search(part: UInt64) throws {
    for seed in SimulationTests.seeds where seed % 2 == part {
      do {
        var simulation = try Simulation(seed: seed)
        _ = try simulation.play()
      } catch let broken as Broken {
        print("found by seed \(seed): \(broken.faults.joined(separator: "; "))")
        throw broken
      }
    }
  }
}
