import Foundation
import Testing

@Suite("A machine that is short of something")
struct ShortageTests {
  private static let book = """
    sanderling: 1
    runbook: many
    inventories: { t: t.csv }
    phases:
      - id: p
        stages:
          - id: s
            targets: t
            waves: { size: 150, concurrency: 150, tolerate: 150, admission: eager }
            steps: [ { id: one, uses: process, undo: none, with: { command: [ sh, -c, "cat > /dev/null; echo ${target.id} >> log" ], stdin: x } } ]
    """

  @Test("runs less at once and says why: everything is done once, and nothing fails", arguments: [48, 200])
  func files(limit: Int) throws {
    let program = try Program()
    try program.write("book.yaml", Self.book)
    try program.write("t.csv", "id\n" + (0..<150).map { "t\($0)\n" }.joined())
    let room = (limit - min(64, limit / 2)) / 5
    let sentence =
      "at most \(room) requests run at once on this machine, not the 150 of p/s: "
      + "this process may have \(limit) open files (`ulimit -Hn`)"
    let plan = "ulimit -n \(limit); '\(Program.binary)' plan book.yaml > plan 2>&1"
    #expect(try program.shell(plan) == 0)
    #expect(program.read("plan").contains("warning: \(sentence)\n"))
    let run = "ulimit -n \(limit); exec '\(Program.binary)' run book.yaml --journal j.sqlite --verbose > out 2>&1"
    #expect(try program.shell(run) == 0, "\(program.read("out").suffix(2_000))")
    #expect(program.read("out").contains(sentence))
    #expect(!program.read("out").contains("step_failed") && !program.read("out").contains("in_doubt"))
    let done = program.read("log").split(separator: "\n")
    #expect(done.count == 150 && Set(done).count == 150)
  }

  @Test("gives commands the limits that it was started with")
  func limits() throws {
    let program = try Program()
    try program.write(
      "book.yaml",
      """
      sanderling: 1
      runbook: limits
      phases:
        - { id: p, stages: [ { id: s, steps: [ { id: one, uses: process, undo: none,
              with: { command: [ sh, -c, "ulimit -Sn > soft; ulimit -Hn > hard" ] } } ] } ] }
      """)
    let run = "ulimit -Sn 100; ulimit -Hn 300; exec '\(Program.binary)' run book.yaml --journal j.sqlite > out 2>&1"
    #expect(try program.shell(run) == 0, "\(program.read("out"))")
    #expect(program.read("soft") == "100\n" && program.read("hard") == "300\n")
  }
}
