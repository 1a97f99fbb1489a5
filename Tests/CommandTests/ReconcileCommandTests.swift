import Foundation
import Testing

/// Changes that somebody made around the program, as the provider's own log has them.
@Suite("A provider's log at the command line")
struct ReconcileCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: reconciled
      inventories: { sites: [ { id: ams-1 }, { id: lis-1 } ] }
      phases:
        - id: one
          stages: [ { id: s, targets: sites, steps: [ { id: move, uses: noop, undo: none } ] } ]
      """)
    #expect(try program.run("run", "book").status == 0)
  }

  private func log(_ name: String, hoursAgo: Double = 0) -> String {
    let time = ISO8601DateFormatter().string(from: Date().addingTimeInterval(-3_600 * hoursAgo))
    return #"{"time":"\#(time)","who":"dana@example.com","what":"write","resource":"sites/\#(name)"}"#
  }

  @Test("names who changed a target by hand, when and what, and ends with 8; what a request did is explained")
  func unexplained() throws {
    try program.write("log", "\(log("ams-1"))\n\(log("other"))\n")
    let fine = try program.run("audit", "reconcile", "log")
    #expect(fine.status == 0 && fine.out.contains("2 changes: 1 explained by requests, 1 of nothing"), "\(fine.out)")
    try program.write("log", "\(log("ams-1"))\n\(log("lis-1", hoursAgo: 5))\n")
    let found = try program.run("audit", "reconcile", "log")
    #expect(found.status == 8 && found.out.contains("dana@example.com") && found.out.contains("sites/lis-1"))
    #expect(found.out.contains("1 that nothing explains") && !found.out.contains("sites/ams-1"), "\(found.out)")
    #expect(try program.run("audit", "reconcile", "log", "--all").out.contains("sites/ams-1"))
    #expect(try program.run("audit", "reconcile", "log", "--since", "1h").status == 0)
    let lines = try program.run("audit", "reconcile", "log", "--json").out.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains(#""standing":"unexplained""#) && lines[1].contains(#""entry":"#))
  }

  @Test("reads the activity log of Azure as it is handed out, and says which record is no change")
  func azure() throws {
    try program.write(
      "log",
      """
      [{"caller": "dana@example.com", "correlationId": "7c1d", "eventTimestamp": "2020-02-03T21:04:11.3821934Z",
        "operationName": {"value": "Microsoft.Web/sites/write", "localizedValue": "Update"},
        "resourceId": "/subscriptions/7/resourceGroups/rg/providers/Microsoft.Web/sites/ams-1",
        "status": {"value": "Succeeded"}, "properties": {"weight": 0.5}}]
      """)
    let found = try program.run("audit", "reconcile", "log")
    #expect(found.status == 8, "\(found.err)")
    #expect(found.out.contains("2020-02-03T21:04:11.382Z") && found.out.contains("Microsoft.Web/sites/write"))
    try program.write("log", #"{"value": [\#(log("other"))]}"#)
    #expect(try program.run("audit", "reconcile", "log").out.contains("1 change:"))
    for wrong in ["rubbish", "{\"time\":\"yesterday\",\"what\":\"x\",\"resource\":\"y\"}", "[7]"] {
      try program.write("log", wrong)
      let refused = try program.run("audit", "reconcile", "log")
      #expect(refused.status == 3 && refused.err.contains("record 1"), "\(wrong): \(refused.err)")
    }
    #expect(try program.run("audit", "reconcile", "nowhere").status == 2)
  }

  @Test("takes no answer without changes and no page without the next one for all; a change may have a value")
  func pages() throws {
    for empty in ["", "\n", "[]", #"{"value":[]}"#] {
      try program.write("log", empty)
      let refused = try program.run("audit", "reconcile", "log")
      #expect(refused.status == 2 && refused.err.contains("has no change in it"), "\(empty): \(refused.err)")
    }
    let more = #"{"value":[\#(log("other"))],"nextLink":"https://example.com/next"}"#
    try program.write("log", more)
    let first = try program.run("audit", "reconcile", "log")
    #expect(first.status == 3 && first.err.contains("nextLink"), "\(first.err)")
    let last = #"{"value":[\#(log("lis-1", hoursAgo: 5))],"nextLink":null}"#
    for pages in ["\(more)\n\(last)\n", "[\(more),\(last)]"] {
      try program.write("log", pages)
      #expect(try program.run("audit", "reconcile", "log").out.contains("2 changes:"), "\(pages)")
    }
    try program.write("log", log("lis-1", hoursAgo: 5).dropLast() + #","value":[]}"#)
    #expect(try program.run("audit", "reconcile", "log").status == 8)
  }

  @Test("does not call in order what only a pruned plan could explain, and says where it can be told")
  func pruned() throws {
    try program.write("log", log("other"))
    #expect(try program.run("audit", "reconcile", "log").status == 0)
    // The plan of the newest run stays.
    try program.write(
      "later/runbook.yaml",
      """
      sanderling: 1
      runbook: later
      inventories: { sites: [ { id: par-1 } ] }
      phases:
        - { id: one, stages: [ { id: s, targets: sites, steps: [ { id: move, uses: noop, undo: none } ] } ] }
      """)
    #expect(try program.run("run", "later").status == 0)
    #expect(try program.run("audit", "export", "bundle").status == 0)
    let pruned = try program.run(
      "audit", "prune", "r-1", "--archive", "bundle", "--reason", "kept for a year", "--yes")
    #expect(pruned.status == 0, "\(pruned.err)")
    try program.write("log", log("other", hoursAgo: 5))
    let found = try program.run("audit", "reconcile", "log")
    let told = "1 change of nothing may be about targets that only pruned plans named, those of r-1"
    #expect(found.status == 8 && found.out.contains(told), "\(found.status) \(found.out)\(found.err)")
    let json = try program.run("audit", "reconcile", "log", "--json")
    #expect(json.status == 8 && json.err.contains(told) && json.out.contains(#""standing":"untold""#), "\(json.err)")
    #expect(try program.run("schema", "reconciliation").out.contains(#""untold""#))
    #expect(try program.run("audit", "reconcile", "log", "--bundle", "bundle").status == 0)
  }

  @Test(
    "knows targets for which nothing was asked, and ends with 7 where the record is damaged",
    .enabled(if: Program.hasPython))
  func planned() throws {
    try program.write(
      "book/runbook.yaml",
      """
      sanderling: 1
      runbook: planned
      inventories: { sites: [ { id: par-1 }, { id: bcn-1 } ] }
      phases:
        - id: one
          approve: { count: 1, role: manager }
          stages: [ { id: s, targets: sites, steps: [ { id: move, uses: noop, undo: none } ] } ]
      """)
    try program.write(
      "book/trust/people.yaml",
      "sanderling: 1\npeople: { ola: { roles: [manager], accounts: [\"\(NSUserName())\"] } }\n")
    #expect(try program.run("run", "book", "--until-blocked").status == 9)
    try program.write("log", log("rg-par-1"))
    let found = try program.run("audit", "reconcile", "log")
    #expect(found.status == 8 && found.out.contains("1 that nothing explains"), "\(found.out)\(found.err)")
    let damage = "import sqlite3; d = sqlite3.connect('journal.sqlite'); d.execute('DELETE FROM payloads'); d.commit()"
    #expect(try program.shell("python3 -c \"\(damage)\"") == 0)
    let damaged = try program.run("audit", "reconcile", "log")
    #expect(damaged.status == 7 && damaged.out.contains("1 that nothing explains"), "\(damaged.status) \(damaged.err)")
  }
}
