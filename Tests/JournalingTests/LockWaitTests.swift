import Foundation
import GRDB
import Records
import Synchronization
import Testing

@testable import Journaling

private let clock = RecordTests.clock

@Suite("A journal that another program has locked")
struct LockWaitTests {
  @Test("is waited for a moment before anybody is told")
  func patience() {
    let wait = LockWait(path: "/nowhere", moment: .seconds(5))
    let told = Mutex<[String]>([])
    // Nobody is told anything yet: it is tried for a moment only.
    #expect(wait.wait(tries: 0))
    wait.waitForEver { text in told.withLock { $0.append(text) } }
    for tries in 0..<3 { #expect(wait.wait(tries: tries)) }
    #expect(told.withLock { $0.isEmpty })
  }

  @Test("costs whoever may not give up nothing but time")
  func waits() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "lock-\(UUID().uuidString).sqlite")
      .path(percentEncoded: false)
    let journal = try Journal(
      path: path, access: .create, clock: clock, chance: SeededChance(seed: 1), moment: .milliseconds(50))
    let told = Mutex<[String]>([])
    let input = Pipe()
    // It is free again as soon as somebody was told.
    journal.waitForLocks { text in
      told.withLock { $0.append(text) }
      input.fileHandleForWriting.write(Data("\n".utf8))
    }
    // Another program, since locks of one process do not show.
    let other = Process()
    other.executableURL = URL(filePath: "/usr/bin/env")
    other.arguments = [
      "python3", "-c",
      """
      import sqlite3, sys
      c = sqlite3.connect(sys.argv[1], isolation_level=None)
      c.execute("BEGIN IMMEDIATE")
      print("locked", flush=True)
      sys.stdin.readline()
      c.execute("COMMIT")
      """, path,
    ]
    let output = Pipe()
    (other.standardInput, other.standardOutput) = (input, output)
    try other.run()
    #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("locked"))
    _ = try journal.register(
      runbook: "a", environment: "b", plan: KeptBlob([1]), directory: "/", after: nil, clock: clock)
    other.waitUntilExit()
    let lines = told.withLock { $0 }
    #expect(lines.count == 1 && lines.first?.contains("(process \(other.processIdentifier))") == true, "\(lines)")
    #expect(try journal.runs().count == 1)
  }
}
