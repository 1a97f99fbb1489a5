import Quantities
import Testing

@testable import Engine

/// How long steps usually take, and when a wave will be over if they do.
@Suite("A usual time")
struct EstimateTests {
  private static func bench() -> Bench {
    Bench(Make.plan([Make.stage(waves: [[0, 1, 2, 3, 4, 5]], tolerate: 5, concurrency: 2)]))
  }

  private static func first(_ bench: inout Bench) {
    bench.now = bench.now + Make.seconds(60)
    bench.succeed("p/s/1/t0/a")
    bench.now = bench.now + Make.seconds(30)
    bench.succeed("p/s/1/t0/b")
  }

  @Test("is that of the targets before, and the end of a wave is what is left over as many as are at work at once")
  func end() {
    var bench = Self.bench()
    #expect(bench.state.usualTime(ofStep: 0, stage: 0) == nil && bench.state.usualEnd(at: bench.now) == nil)
    Self.first(&bench)
    #expect(bench.state.usualTime(ofStep: 0, stage: 0) == Make.seconds(60))
    #expect(bench.state.usualTime(ofStep: 1, stage: 0) == Make.seconds(30))
    // t1 is at its first step for longer than usual, t2 has just begun, and three wait: 30, 90 and 270 seconds.
    #expect(bench.state.usualEnd(at: bench.now) == bench.now + Make.seconds(195))
    bench.crash()
    #expect(bench.state.usualTime(ofStep: 1, stage: 0) == Make.seconds(30))
  }

  @Test("is the median of the newest fifteen: one that hung is not in it")
  func median() {
    var state = Self.bench().state
    var unit = state.units[0]
    unit.since = Make.start
    for seconds in [10_000, 1, 2, 3] as [Int64] {
      state.now = Make.start + Make.seconds(seconds)
      state.noteTime(of: unit)
    }
    #expect(state.usualTime(ofStep: 0, stage: 0) == Make.seconds(3))
    for _ in 0..<15 {
      state.now = Make.start + Make.seconds(7)
      state.noteTime(of: unit)
    }
    #expect(state.usualTime(ofStep: 0, stage: 0) == Make.seconds(7))
  }

  @Test("says nothing of the end of a wave in which nobody may be at work any more")
  func noSlots() {
    var bench = Self.bench()
    Self.first(&bench)
    var state = bench.state
    #expect(state.usualEnd(at: bench.now) != nil)
    state.failures.wave = 6
    #expect(state.slots == 0 && state.usualEnd(at: bench.now) == nil)
  }

  @Test("says nothing of the end of a wave where a person is in the way, or the run stands still")
  func unknown() {
    for command in [OperatorCommand.Name.pause, .hold] {
      var bench = Self.bench()
      Self.first(&bench)
      bench.command(command, command == .hold ? "p/s/1/t4" : "")
      #expect(bench.state.usualEnd(at: bench.now) == nil, "\(command)")
    }
  }
}
