public import Diagnostics
import Planning
public import Plans
public import Quantities

extension PlanScreen {
  /// The plan as data: a summary and every wave.
  public static func json(
    _ plan: Plan, findings: [Finding], digest: Digest, zones: any ZoneTable, now: Instant? = nil
  ) -> JSON {
    let facts = PlanFacts(plan, findings: findings, zones: zones)
    let phases = facts.phases.map { phase in
      JSON.dictionary([
        ("id", .string(phase.id)), ("stages", number(phase.stages)), ("waves", number(phase.waves)),
        ("targets", number(phase.targets)), ("changes", number(phase.changes)),
        ("earliest", date(phase.course.days.from)),
        ("latest", date(phase.course.days.to)), ("starts", instant(phase.course.starts)),
        ("ends", instant(phase.course.ends)), ("can_be_undone", .bool(!phase.hasWall)),
      ])
    }
    return .dictionary([
      ("version", .integer(1)), ("digest", .string(digest.hex)), ("runbook", .string(plan.runbook)),
      ("environment", .string(plan.environment)), ("summary", plan.summary.map(JSON.string) ?? .null),
      ("zone", .string(plan.zone)), ("scale", number(plan.scale)), ("starts", date(plan.starts)),
      ("deadline", date(plan.deadline)), ("targets", number(plan.targetCount)),
      ("earliest", date(facts.course.days.from)),
      ("latest", date(facts.course.days.to)),
      ("changes", number(facts.phases.reduce(0) { $0 + $1.changes })),
      ("tolerate_in_run", plan.tolerateInRun.map(number) ?? .null),
      ("no_way_back_after", facts.firstWall.map(JSON.string) ?? .null),
      ("ignored", .array(plan.ignored.map { .string($0.words) })),
      ("unexecuted", .array(plan.unexecuted.map { .string($0.words) })),
      ("projections", .array(plan.projections.map { $0.shown(in: plan) })), ("asks", .array(plan.asks.map(\.shown))),
      ("phases", .array(phases)), ("stages", .array(plan.stages.indices.map { stage($0, facts, now) })),
      ("plan", plan.canonical), ("waves", .array(waves(facts))), ("findings", FindingsScreen.list(findings)),
    ])
  }

  private static func waves(_ facts: PlanFacts) -> [JSON] {
    let plan = facts.plan
    return plan.stages.indices.flatMap { stage in
      plan.stages[stage].waves.indices.map { wave in
        let batch = plan.stages[stage].waves[wave]
        return JSON.dictionary([
          ("path", .string(plan.path(stage: stage, wave: wave))),
          ("targets", .array(batch.targets.map { .string(plan.target($0, stage: stage)) })),
          ("tolerate", batch.tolerate.map(number) ?? .null), ("at_once", number(facts.effective(stage, wave: wave))),
          ("earliest", date(batch.earliest)), ("latest", date(batch.latest)),
          (
            "starts",
            batch.starts.map { .dictionary([("first", instant($0.first)), ("last", instant($0.last))]) } ?? .null
          ), ("ends", instant(batch.ends)),
        ])
      }
    }
  }

  private static func number(_ value: Int) -> JSON { .integer(Int64(value)) }
  private static func instant(_ value: Instant?) -> JSON { value.map { .string($0.text) } ?? .null }
  private static func date(_ value: CivilDate?) -> JSON { value.map { .string($0.text) } ?? .null }

  /// What can make a stage wait, and what its steps ask of providers.
  private static func stage(_ stage: Int, _ facts: PlanFacts, _ now: Instant?) -> JSON {
    let plan = facts.plan
    let closed = now.flatMap { plan.closed(stage, at: $0, zones: facts.zones) }
    return .dictionary([
      ("path", .string(facts.name(stage))), ("limits", .string(facts.rules(stage))),
      ("window", plan.stages[stage].window.map { .string($0.words) } ?? .null),
      ("freezes", freezes(facts.freezesAhead(of: stage, from: now))),
      ("undo_freezes", freezes(facts.freezesAhead(of: stage, from: now, ofRollbacks: true))),
      ("compared", facts.comparison(stage).map { .string($0) } ?? .null),
      (
        "closed_now",
        closed.map {
          .dictionary([
            ("because", .string($0.reason.words)), ("until", instant($0.until)), ("targets", number($0.targets)),
          ])
        } ?? .null
      ),
      ("calls", .array(calls(of: stage, plan))),
    ])
  }

  private static func freezes(_ freezes: [FreezeAhead]) -> JSON {
    .array(
      freezes.map { freeze in
        .dictionary([
          ("name", .string(freeze.summary)), ("from", date(freeze.days.lowerBound)),
          ("to", date(freeze.days.upperBound)), ("targets", number(freeze.targets)),
        ])
      })
  }

  /// What each step asks of one target; of a stage once, or for each target where it differs.
  static func calls(of stage: Int, for row: Int32? = nil, _ plan: Plan) -> [JSON] {
    let planned = plan.stages[stage]
    return planned.steps.flatMap { step in
      step.asked.map { call in
        var members: [(String, JSON)] = [
          ("step", .string(step.id)), ("purpose", .string(call.purpose.rawValue.replacing(" ", with: "_"))),
          ("operation", .string(call.operation)), ("provider", .string(call.provider)),
          ("asks", plan.text(of: call, for: row, in: planned.inventory).json),
        ]
        if row == nil, let inventory = planned.inventory, plan.differsByTarget(call) {
          let targets = planned.waves.flatMap(\.targets).map { row in
            (plan.target(row, stage: stage), plan.text(of: call, for: row, in: inventory).json)
          }
          members.append(("targets", .dictionary(targets)))
        }
        return .dictionary(members)
      }
    }
  }
}

extension CallText {
  /// As data: the text, and what goes with it by name.
  fileprivate var json: JSON {
    .dictionary([
      ("text", .string(text)), ("with", .dictionary(details.map { ($0.name, .string($0.value)) })),
    ])
  }
}
