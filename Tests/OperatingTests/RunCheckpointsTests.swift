import Foundation
import Journaling
import Looping
import Quantities
import Records
import Synchronization
import Testing

@testable import Operating

@Suite("Checkpoints of a run")
struct RunCheckpointsTests {
  /// Hours since the start, as all clocks tell them.
  private final class Clock: Sendable {
    private let hours = Mutex<Int64>(0)

    func pass(_ count: Int64) { hours.withLock { $0 += count } }

    func read() -> ClockReading {
      let passed = hours.withLock { $0 } * 3_600_000
      return ClockReading(
        instant: Instant(milliseconds: 1_799_053_200_000 + passed), monotonic: passed, boot: "b", awake: passed)
    }
  }

  @Test("reach an anchor also when who brought them there was stopped meanwhile, as when the plan is amended")
  func again() async throws {
    let shelf = try Shelf()
    try Data("anchor wall file wall\n".utf8).write(to: URL(filePath: shelf.journal + ".anchors"))
    let surroundings = shelf.surroundings()
    let journal = try Desk(journal: shelf.journal, access: .create, surroundings: surroundings).journal
    let checkpoints = try RunCheckpoints(journal, surroundings)
    try await checkpoints.begin()
    func wall() throws -> Int {
      try String(contentsOfFile: "\(shelf.directory)/wall", encoding: .utf8).split(separator: "\n").count {
        $0.hasPrefix("— ")
      }
    }
    for count in 2...4 {
      _ = try journal.register(
        runbook: "a", environment: "\(count)", plan: KeptBlob([1]), directory: "/", after: nil,
        clock: surroundings.clock())
      let work = Task { await checkpoints.work(saying: { _ in }, stop: {}) }
      try checkpoints.sign(.wave)
      while try wall() < count { await Task.yield() }
      work.cancel()
      await work.value
    }
    #expect(try wall() == 4)
  }

  @Test("keep what a witness signed below them when an executor starts again and nothing was added")
  func kept() async throws {
    let shelf = try Shelf()
    let surroundings = shelf.surroundings()
    let journal = try Desk(journal: shelf.journal, access: .create, surroundings: surroundings).journal
    let checkpoints = try RunCheckpoints(journal, surroundings)
    try await checkpoints.begin()
    let size = try journal.checkpoint().size
    var more = try #require(try journal.keptCheckpoint(of: size))
    more.note += Array("— other.example AAAAAAAA\n".utf8)
    try journal.keep(checkpoint: more, isMore: true)
    try checkpoints.sign(.executor)
    #expect(try journal.keptCheckpoint(of: size) == more)
  }

  @Test("that reach nobody for longer than `max-lag` say so, and hold work where the file of anchors asks for it")
  func lag() async throws {
    for onUnreachable in ["warn", "hold"] {
      let shelf = try Shelf()
      let clock = Clock()
      try Data("anchor wall file wall/checkpoints\nmax-lag 2h\non-unreachable \(onUnreachable)\n".utf8)
        .write(to: URL(filePath: shelf.journal + ".anchors"))
      var surroundings = shelf.surroundings()
      surroundings.clock = { clock.read() }
      let journal = try Desk(journal: shelf.journal, access: .create, surroundings: surroundings).journal
      let checkpoints = try RunCheckpoints(journal, surroundings)
      try await checkpoints.begin()
      #expect(checkpoints.problems.count == 1 && checkpoints.obstacle == nil, "\(checkpoints.problems)")
      clock.pass(2)
      #expect(checkpoints.problems.count == 1 && checkpoints.obstacle == nil)
      clock.pass(1)
      #expect(
        checkpoints.problems.last
          == "no checkpoint has been anchored for 3 h, and 2 h is the most that the file of anchors allows")
      #expect((checkpoints.obstacle != nil) == (onUnreachable == "hold"))
      // Its disk is there again.
      try FileManager.default.createDirectory(
        atPath: "\(shelf.directory)/wall", withIntermediateDirectories: true)
      await checkpoints.anchor()
      #expect(checkpoints.problems == [] && checkpoints.obstacle == nil)
      clock.pass(9)
      #expect(checkpoints.problems == [] && checkpoints.obstacle == nil, "nothing new is to be anchored")
    }
  }
}
