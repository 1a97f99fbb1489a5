import Foundation
import Testing

/// A gate that compares migrated stores with others, on a real database.
@Suite("A comparison at the command line")
struct ComparisonCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try FileManager.default.createDirectory(
      atPath: "\(program.directory)/book/environments", withIntermediateDirectories: true)
    let stores = (0..<16).map { "s\($0),R\($0 % 2)\n" }.joined()
    try write("book/stores.csv", "id,region\n" + stores)
    try write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: compared
      inventories: { stores: stores.csv }
      signals:
        till_time: { unit: s, query: tills, per: target, every: 1s, settle: 0s, window: 1s }
      gates: { quick: [ "till_time < 60 s" ] }
      phases:
        - id: one
          stages:
            - id: s
              targets: stores
              waves: { sizes: [8, 8], concurrency: 8, admission: eager, tolerate: 1 }
              steps: [ { id: a, uses: noop, undo: noop } ]
              gate:
                require: quick
                hold: 3s
                deadline: 12s
                compare: { signal: till_time, match: [region], margin: 0.3 s, before: 1m, looks: 1 }
      """)
    try write(
      "book/environments/real.yaml",
      """
      sanderling: 1
      environment: real
      providers: { tills: { adapter: sql, database: "\(program.directory)/tills.sqlite" } }
      operations:
        tills:
          provider: tills
          with:
            query: >-
              SELECT store AS series, seconds AS value, at FROM tills
              WHERE at > :from_ms - 2000 AND at <= :until_ms
      """)
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(program.directory)/\(name)"))
  }

  /// Two minutes of the past and two of the time to come: each till has a level of its own; those of the first eight
  /// stores are slower from now on.
  private func tills(slower: Double) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      """
      import sqlite3, sys, time
      now = int(time.time())
      c = sqlite3.connect(sys.argv[1])
      c.execute('CREATE TABLE tills (at INTEGER, store TEXT, seconds REAL)')
      c.executemany('INSERT INTO tills VALUES (?, ?, ?)', [
          ((now + s) * 1000, f's{n}', 1 + n / 7 + (n * 31 + s * 17) % 13 / 100 + (float(sys.argv[2]) if s >= 0 and n < 8 else 0))
          for s in range(-120, 120) for n in range(16)])
      c.commit()
      """, "\(program.directory)/tills.sqlite", String(slower),
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test("opens for stores that are a little slower than before, and takes them back when they are much slower")
  func compared() throws {
    try tills(slower: 0.1)
    let book = "\(program.directory)/book"
    let plan = try program.run(["plan", book, "--format", "markdown"])
    #expect(plan.out.contains("within 0.3 s of the rest"), "\(plan.out)\(plan.err)")
    let good = try program.run(["run", book, "--until-blocked"])
    // After the second wave no store is left to compare with, and it is not asked for.
    #expect(good.status == 0, "\(good.out)\(good.err)")
    let history = try program.run(["history"]).out
    #expect(
      history.contains("within the margin of 0.3 s: till_time 0.1") && history.contains("8 against 8"), "\(history)")
    #expect(history.contains("one › s › 1  ✓ gate opened"), "\(history)")
  }

  @Test("takes back stores that are much slower than before, without waiting for the deadline")
  func harm() throws {
    try tills(slower: 1)
    let run = try program.run(["run", "\(program.directory)/book", "--until-blocked"])
    #expect(run.status == 9, "\(run.out)\(run.err)")
    let history = try program.run(["history"]).out
    #expect(history.contains("more than the margin of 0.3 s") && history.contains("8 undone"), "\(history)")
  }
}
