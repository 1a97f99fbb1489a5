import Foundation
import Testing

/// Gates on what commands print, through the built program.
@Suite("Evidence at the command line")
struct EvidenceCommandTests {
  let program: Program

  init() throws { program = try Program() }

  /// A runbook of two shops in two regions and one gate.
  ///
  /// - `signals`: name → what the command prints, or a shell command behind `!`; `per` → over what they speak.
  private func write(
    _ signals: [(name: String, prints: String)], per: String = "global", conditions: String, gate: String = "",
    rest: String = ""
  ) throws {
    let declared = signals.map { "  \($0.name): { query: feed-\($0.name), per: \(per), every: 1s\(rest) }" }
    let operations = signals.map { signal in
      let script = signal.prints.hasPrefix("!") ? String(signal.prints.dropFirst()) : "echo \(signal.prints)"
      return
        "    feed-\(signal.name): { provider: p, with: { shell: true, command: '\(script)' }, idempotency: natural }"
    }
    let text = """
      sanderling: 1
      runbook: numbers
      inventories: { shops: [ { id: a1, region: eu }, { id: b1, region: us } ] }
      signals:
      \(declared.joined(separator: "\n"))
      gates: { fine: [ \(conditions) ] }
      phases:
        - id: p
          stages:
            - id: s
              targets: shops
              waves: { concurrency: 2, tolerate: 1 }
              gate: { require: fine\(gate) }
              steps: [ { id: a, uses: noop, undo: noop } ]
      environment:
        providers: { p: { adapter: process } }
        operations:
      \(operations.joined(separator: "\n"))
      """
    try Data(text.utf8).write(to: URL(filePath: "\(program.directory)/runbook.yaml"))
  }

  @Test("compares numbers of every size as they were written and printed")
  func exact() throws {
    try write(
      [("loss", "0.0000001"), ("free", "10000000000001"), ("used", "1e14"), ("near", "0.49999999999999999")],
      conditions: "loss < 0.0000005, free > 10000000000000, used >= 100000000000000, near < 0.5")
    let plan = try program.run("plan", ".", "--json")
    #expect(plan.status == 0 && plan.out.contains("\"0.0000005\"") && plan.out.contains("\"10000000000000\""))
    let out = "\(program.directory)/plan.json"
    #expect(try program.run("plan", ".", "--out", out).status == 0)
    #expect(try program.run("plan", ".", "--check", out).status == 0)
    let run = try program.run("run", ".", "--heartbeat", "0")
    #expect(run.status == 0, "\(run.err)")
    let history = try program.run("history", "--json", "--type", "signal_sampled")
    for value in ["0.0000001", "10000000000001", "100000000000000", "0.49999999999999999"] {
      #expect(history.out.contains("\"values\":[\"\(value)\"]"), "\(value)")
    }
  }

  @Test("refuses a limit that would have to be rounded or is beyond the range, with its place")
  func misfits() throws {
    for limit in ["0.0000000000001", "1000000000000000000000001"] {
      try write([("loss", "0")], conditions: "loss < \(limit)")
      let checked = try program.run("validate", ".")
      #expect(checked.status == 3 && (checked.err + checked.out).contains("runbook.yaml:"), "\(limit)")
    }
  }

  @Test(
    "opens no gate on what was not measured, whatever the policy for silence",
    arguments: [
      ("us", "!test ${with.series} = eu && echo 0", "!provider_error"), ("inf", "inf", "!infinite"),
      ("1e25", "1e25", "!out_of_range"), ("old", #"{\"value\":0,\"at\":\"2020-01-01T00:00:00.5\"}"#, "!unreadable"),
      ("ahead", #"{\"value\":0,\"at\":\"2099-01-01T00:00:00Z\"}"#, "!in_the_future"),
      ("twice", "0; echo 0", "!ambiguous"),
    ])
  func unknown(name: String, prints: String, cause: String) throws {
    // Asked about each region on its own.
    let script = prints.hasPrefix("!") ? prints : "!: ${with.series}; echo \(prints)"
    try write(
      [("errs", script), ("live", "!: ${with.series}; echo 7")], per: "region", conditions: "errs < 5",
      gate: ", deadline: 2s", rest: ", no_data: carry 1h")
    let run = try program.run("run", ".", "--until-blocked", "--heartbeat", "0")
    #expect(run.status == 9, "\(run.err)")
    let history = try program.run("history", "--json")
    #expect(!history.out.contains("\"gate_opened\"") && history.out.contains("\"gate_expired\""))
    #expect(history.out.contains(cause), "\(history.out)")
  }
}
