import Foundation

extension Bench {
  /// What onlookers cost a run: the built program runs a plan alone and with them beside it, by turns.
  func beside(into table: inout ResultTable) throws {
    let folder = "\(directory)/beside"
    try Self.writeSteps(targets: 2_000, to: folder)
    let binary = try Self.binary()
    func run(_ name: String, beside others: String) throws -> Double {
      let journal = "\(folder)/\(name)-\(UUID().uuidString).sqlite"
      // Onlookers begin when there is something to see, and end with the run.
      let script = """
        \(binary) run \(folder) --yes --journal \(journal) > \(journal).out 2>&1 & run=$!
        while ! \(binary) status --journal \(journal) > \(journal).status 2>&1; do sleep 0.02; done
        \(others.replacing("JOURNAL", with: journal))
        wait $run; code=$?
        kill $(jobs -p) 2>/dev/null
        wait
        exit $code
        """
      return try Self.seconds { try Self.shell(script) }
    }
    // A status costs a program's start and a thousand events read at most: what asks every second wants a core.
    let loop = """
      for i in $(seq 50); do (
        sleep $(awk "BEGIN { print $i / 5 }")
        while kill -0 $run 2>/dev/null; do \(binary) status --json --journal JOURNAL; sleep 10; done
      ) > /dev/null 2>&1 & done
      """
    let watching = """
      script -qec "\(binary) watch --journal JOURNAL" /dev/null > /dev/null 2>&1 &
      \(binary) logs --follow --journal JOURNAL > /dev/null 2>&1 &
      """
    for (name, others, most) in [
      ("`watch` and `logs --follow` beside a run", watching, 1.02),
      ("50 loops of `status --json`, each every 10 s, beside it", loop, 1.1),
    ] {
      var ratios: [Double] = []
      for _ in 0..<3 {
        let alone = try run("alone", beside: "")
        ratios.append(try run("beside", beside: others) / alone)
      }
      let ratio = ratios.sorted()[1]
      table.add(name, "\(Self.round(ratio)) ×", against: "the run alone", wanted: "≤ \(most) ×", holds: ratio <= most)
    }
  }

  /// A runbook of steps that wait a little, as steps do that ask others to work.
  private static func writeSteps(targets: Int, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let stores = "id\n" + (0..<targets).map { "s-\($0)\n" }.joined()
    let runbook = """
      sanderling: 1
      runbook: beside
      inventories: { stores: stores.csv }
      phases:
        - id: p
          stages:
            - id: s
              targets: stores
              waves: { sizes: [100], concurrency: 8, tolerate: 20 }
              steps: [{ id: wait, uses: process, with: { command: [sleep, "0.03"] }, undo: none }]
      """
    for (name, text) in [("stores.csv", stores), ("runbook.yaml", runbook)] {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
  }
}
