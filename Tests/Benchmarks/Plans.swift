import Foundation
import Plans
import Quantities

/// The plans that are measured. They are read from their written form, as a run reads its plan.
enum Plans {
  /// Targets that do nothing, in waves; and at the end, where asked for, a step that waits for a person.
  static func noop(
    targets: Int, waves: Int, steps: Int, concurrency: Int, endsWithPerson: Bool = false
  ) -> Plan {
    plan(
      noopText(
        targets: targets, waves: waves, steps: steps, concurrency: concurrency, endsWithPerson: endsWithPerson))
  }

  private static func noopText(
    targets: Int, waves: Int, steps: Int, concurrency: Int, endsWithPerson: Bool = false
  ) -> JSON {
    text(
      targets: targets, waves: waves, concurrency: concurrency, adapter: "noop", steps: (0..<steps).map { "s\($0)" },
      arguments: .dictionary([("members", .dictionary([]))]), endsWithPerson: endsWithPerson)
  }

  /// Targets that start a process that does nothing.
  static func process(targets: Int, concurrency: Int) -> Plan {
    plan(
      text(
        targets: targets, waves: 1, concurrency: concurrency, adapter: "process", steps: ["true"],
        arguments: .dictionary([("members", .dictionary([("command", .array([.string("/bin/true")]))]))])))
  }

  /// Targets in one wave, each with a signal of its own that a trigger watches while the wave bakes.
  static func watched(targets: Int, concurrency: Int? = nil) -> Plan {
    let json = noopText(targets: targets, waves: 1, steps: 1, concurrency: concurrency ?? targets)
    let none = JSON.dictionary([("members", .dictionary([]))])
    let signal = JSON.dictionary([
      ("arguments", none), ("every_ms", .integer(30_000)), ("name", .string("response")),
      ("no_data", .dictionary([("policy", .string("hold"))])), ("operation", .string("measure")),
      ("per", .string("target")), ("provider", .string("p")), ("settle_ms", .integer(0)),
      ("timeout_ms", .integer(1_000)), ("unit", .string("s")), ("window_ms", .integer(30_000)),
    ])
    let condition = JSON.dictionary([
      ("comparison", .string(">")), ("limit", .string("5")), ("signal", .integer(0)),
      ("text", .string("response > 5 s")),
    ])
    let trigger = JSON.dictionary([
      ("action", .string("rollback")), ("condition", condition), ("for_ms", .integer(300_000)), ("id", .string("slow")),
      ("mitigates", .array([])), ("no_data", .dictionary([("policy", .string("hold"))])), ("scope", .string("wave")),
      ("watch_after_ms", .integer(0)),
    ])
    var members = json.members.filter { !["signals", "triggers", "stages"].contains($0.key) }.map { ($0.key, $0.value) }
    let stages = (json["stages"]?.array ?? []).map { stage in
      JSON.dictionary(stage.members.map { ($0.key, $0.key == "bake_ms" ? .integer(86_400_000) : $0.value) })
    }
    members += [("signals", .array([signal])), ("triggers", .array([trigger])), ("stages", .array(stages))]
    return plan(.dictionary(members))
  }

  /// A plan in its oldest written form, to which parts can be added.
  private static func text(
    targets: Int, waves: Int, concurrency: Int, adapter: String, steps: [String], arguments: JSON,
    endsWithPerson: Bool = false
  ) -> JSON {
    let size = (targets + waves - 1) / waves
    let cut = stride(from: 0, to: targets, by: size).map { start in
      JSON.dictionary([
        ("targets", .array((start..<min(start + size, targets)).map { .integer(Int64($0)) })),
        ("tolerate", .integer(Int64(concurrency))),
      ])
    }
    let stage = JSON.dictionary([
      ("bake_ms", .integer(0)), ("concurrency", .integer(Int64(concurrency))), ("id", .string("stage")),
      ("inventory", .integer(0)), ("phase", .integer(0)),
      (
        "steps",
        .array(
          steps.map { id in
            .dictionary([
              ("attempts", .integer(1)), ("call", call(provider: "p", arguments: arguments)), ("id", .string(id)),
              ("undo", .string("none")), ("wait", .string("1s")),
            ])
          })
      ),
      ("strict", .bool(true)), ("then", .string("hold")), ("tolerate_by_attribute", .array([])), ("waves", .array(cut)),
    ])
    let last = JSON.dictionary([
      ("bake_ms", .integer(0)), ("concurrency", .integer(1)), ("id", .string("person")), ("phase", .integer(0)),
      (
        "steps",
        .array([
          .dictionary([
            ("attempts", .integer(1)),
            (
              "call",
              call(
                provider: "person",
                arguments: .dictionary([("members", .dictionary([("instruction", .string("look"))]))]))
            ),
            ("id", .string("look")), ("undo", .string("none")), ("wait", .string("1s")),
          ])
        ])
      ),
      ("strict", .bool(true)), ("then", .string("hold")), ("tolerate_by_attribute", .array([])),
      ("waves", .array([.dictionary([("targets", .array([.integer(0)]))])])),
    ])
    return .dictionary([
      ("environment", .string("bench")), ("format", .integer(1)), ("freezes", .array([])), ("guards", .array([])),
      ("ignored", .array([])),
      (
        "inventories",
        .array([
          .dictionary([
            ("columns", .array([.string("id")])), ("name", .string("targets")),
            ("values", .array([.array((0..<targets).map { .string("t-\($0)") })])),
          ])
        ])
      ),
      ("parameters", .array([])), ("phases", .array([.dictionary([("id", .string("phase"))])])),
      (
        "providers",
        .array([
          .dictionary([
            ("adapter", .string(adapter)), ("configuration", .dictionary([("members", .dictionary([]))])),
            ("name", .string("p")),
          ]),
          .dictionary([
            ("adapter", .string("manual")), ("configuration", .dictionary([("members", .dictionary([]))])),
            ("name", .string("person")),
          ]),
        ])
      ),
      ("runbook", .string("bench")), ("scale", .integer(1)), ("sources", .array([])),
      ("stages", .array(endsWithPerson ? [stage, last] : [stage])),
      ("unexecuted", .array([])), ("zone", .string("UTC")),
    ])
  }

  private static func plan(_ text: JSON) -> Plan {
    do throws(PlanError) {
      // What was read in an older form is recorded in that alone.
      return try Plan(canonical: Plan(canonical: text.canonicalBytes).canonicalBytes)
    } catch {
      preconditionFailure("the benchmark's own plan is wrong: \(error.message)")
    }
  }

  private static func call(provider: String, arguments: JSON) -> JSON {
    .dictionary([
      ("arguments", arguments), ("idempotency", .string("natural")), ("operation", .string("do")),
      ("provider", .string(provider)), ("settle_ms", .integer(0)), ("timeout_ms", .integer(60_000)),
    ])
  }

  /// A runbook with so many targets, as files.
  static func writeRunbook(targets: Int, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var csv = "id,name,country,region,zone,users\n"
    let zones = ["Europe/Lisbon", "America/New_York", "Asia/Tokyo", "Australia/Sydney"]
    for number in 0..<targets {
      csv += "t-\(number),Target \(number),C\(number % 20),R\(number % 3),\(zones[number % 4]),\(25 + number % 60)\n"
    }
    try Data(csv.utf8).write(to: URL(filePath: "\(folder)/targets.csv"))
    let runbook = """
      sanderling: 1
      runbook: many
      starts: 2027-01-04
      inventories: { targets: targets.csv }
      phases:
        - id: all
          stages:
            - id: targets
              targets: targets
              select: { spread: [region, country], seed: 7 }
              waves: { pace: \(max(20, targets / 50)) per week, concurrency: 8, tolerate: 7 }
              steps:
                - { id: one, uses: noop, with: { outputs: { at: "${target.users}" } }, undo: none }
                - { id: two, uses: noop, undo: none }
      environment:
        providers: {}
        operations: {}
      """
    try Data(runbook.utf8).write(to: URL(filePath: "\(folder)/runbook.yaml"))
  }
}
