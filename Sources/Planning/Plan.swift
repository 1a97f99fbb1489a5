public import Quantities

/// Who × what × when × limits: a runbook and an environment, resolved.
///
/// A plan is a value with one canonical form; its digest is what people approve and what a run executes. It holds step
/// templates and lists of targets, never targets × steps written out.
public struct Plan: Equatable, Sendable {
  /// The runbook's identifier.
  public var runbook: String
  /// The runbook's summary.
  public var summary: String?
  /// Who answers for the runbook.
  public var owner: String?
  /// The environment's identifier.
  public var environment: String
  /// The programme's IANA zone.
  public var zone: String
  /// The version of the zone data that instants were made from; `nil` when the plan holds none.
  public var zoneData: String?
  /// The first day.
  public var starts: CivilDate?
  /// The last day that was asked for.
  public var deadline: CivilDate?
  /// By how much bakes and pace shrink; 1 in real time.
  public var scale: Int
  /// By how much sampling, holds, deadlines and `for` shrink; 1 in real time.
  public var evidenceScale = 1
  /// Parts of the runbook that the environment leaves out, in words.
  public var ignored: [String]
  /// Parts of the runbook that this version does not execute, in words. A run refuses a plan that has any.
  public var unexecuted: [String]
  /// The files that the plan was made from.
  public var sources: [PlanSource]
  /// The parameters with their values.
  public var parameters: [NamedValue]
  /// The configured providers that steps use.
  public var providers: [PlannedProvider]
  /// The inventories that stages use, with the columns that the plan needs.
  public var inventories: [PlannedInventory]
  /// The digest of the plan whose place this one takes in the middle of a run; `nil` for one that a run begins with.
  public var amends: Digest?
  /// When targets may not start, whatever their window says.
  public var freezes: [PlannedFreeze] = []
  /// When targets may not be taken back: only what a calendar says in so many words.
  public var rollbackFreezes: [PlannedFreeze] = []
  /// How many targets are undone at once; `nil` for as many as any stage works on at once.
  public var undoConcurrency: Int?
  /// Who is told what.
  public var notices: [PlannedNotice] = []
  /// The persons who may approve.
  public var people: [PlannedPerson] = []
  /// The keys that they sign with; `nil` when identity is what the operating system says.
  public var keys: PlannedKeys?
  /// The numbers of the forecast that conditions compare with.
  public var forecast: [PlannedQuantity] = []
  /// What the model projects after each wave that changes who is live.
  public var projections: [PlannedProjection] = []
  /// What has to be asked for before a wave.
  public var asks: [PlannedAsk] = []
  /// The currency of the projections' sums; `nil` without a model.
  public var currency: String?
  /// What is measured.
  public var signals: [PlannedSignal] = []
  /// What must never become true while targets are exposed.
  public var triggers: [PlannedTrigger] = []
  /// The named conditions that gates and triggers watch, for people and for the digest.
  public var guards: [PlannedGuard]
  /// The phases in order.
  public var phases: [PlannedPhase]
  /// The stages of all phases in order.
  public var stages: [PlannedStage]
  /// The failures that the run tolerates; `nil` for no limit.
  public var tolerateInRun: Int?
}

/// What a plan was made from: two plans of the same inputs ask for the same, wherever their runs stand.
public struct PlanInputs: Hashable, Sendable {
  /// The files.
  public var sources: [PlanSource]
  /// The parameters.
  public var parameters: [NamedValue]
  /// The environment.
  public var environment: String
}

extension Plan {
  /// What it was made from.
  public var inputs: PlanInputs {
    PlanInputs(sources: sources.sorted { $0.path < $1.path }, parameters: parameters, environment: environment)
  }
}

/// A file that a plan was made from.
public struct PlanSource: Hashable, Sendable {
  /// The path, relative to the runbook.
  public var path: String
  /// The digest of its bytes.
  public var digest: Digest
}

/// A name and a value.
public struct NamedValue: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The value.
  public var value: String
}

/// A configured instance of an adapter.
public struct PlannedProvider: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The adapter.
  public var adapter: String
  /// The configuration; secrets as references.
  public var configuration: ArgumentTemplate
}

/// The targets of an inventory, by column.
public struct PlannedInventory: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The columns in canonical order of their names.
  public var columns: [String]
  /// The values of each column, all of one length.
  public var values: [[String]]

  /// The number of targets.
  public var count: Int { values.first?.count ?? 0 }

  /// The value of a column for a target.
  public func value(_ column: String, of row: Int) -> String? {
    guard let index = columns.firstIndex(of: column), row < values[index].count else { return nil }
    return values[index][row]
  }
}

extension PlannedInventory {
  /// Where a target stands, as windows and freezes see it: its zone, or the programme's; its country and region.
  public func site(of row: Int, in standard: String) -> StartSite {
    StartSite(
      zone: value("zone", of: row) ?? standard,
      categories: [value("country", of: row), value("region", of: row)].compactMap { $0 })
  }
}

/// A condition that a gate requires or that a trigger watches for.
public struct PlannedGuard: Hashable, Sendable {
  /// `gate` or `trigger`.
  public var kind: String
  /// The identifier.
  public var id: String
  /// What it says, in the words of the runbook.
  public var text: String
}

/// A chapter of the plan.
public struct PlannedPhase: Hashable, Sendable {
  /// The identifier.
  public var id: String
  /// One sentence for people.
  public var summary: String?
  /// The failures that the phase tolerates; `nil` for no limit.
  public var tolerate: Int?
  /// The approval that it needs, in words.
  public var approval: String?
  /// The approval that each of its waves needs.
  public var approvalRule: PlannedApproval?
}

/// One roll-out.
public struct PlannedStage: Hashable, Sendable {
  /// The index of its phase.
  public var phase: Int
  /// The identifier.
  public var id: String
  /// The index of its inventory; `nil` for a stage that is done once.
  public var inventory: Int?
  /// The step templates in order.
  public var steps: [PlannedStep]
  /// The waves in order.
  public var waves: [PlannedWave]
  /// The most targets at once, as asked for.
  public var concurrency: Int
  /// Whether targets in flight count against the budget.
  public var isStrict: Bool
  /// Limits by attribute value: no more than so many failures among targets with one value.
  public var tolerateByAttribute: [AttributeLimit]
  /// How long a wave bakes, in the time of the environment.
  public var bake: Span
  /// The events that a wave must see on each target while it bakes.
  public var bakeEvents: PlannedEvents?
  /// The whole local days that a wave must bake; 0 for none.
  public var bakeCycles = 0
  /// What must be true after each wave.
  public var gate: PlannedGate?
  /// The approval that each of its waves needs.
  public var approvalRule: PlannedApproval?
  /// How many targets a period may take.
  public var pace: PlannedPace?
  /// How many targets with one value of an attribute may start in a period.
  public var caps: [PlannedCap] = []
  /// The first instant at which the stage may start; `nil` at once.
  public var notBefore: Instant?
  /// When its targets may start; `nil` at any time.
  public var window: PlannedWindow?
  /// What happens after a rollback: `hold`, `stop` or `retry once`.
  public var then: String

  /// The most targets that are ever in flight: strict admission lets no more run than the budget can lose.
  public func effectiveConcurrency(wave: Int, phaseLimit: Int?, runLimit: Int?) -> Int {
    guard isStrict else { return concurrency }
    let limits = [waves[wave].tolerate, phaseLimit, runLimit].compactMap { $0 }
    return min(concurrency, (limits.min() ?? Int.max - 1) + 1)
  }
}

/// A limit for each value of an attribute.
public struct AttributeLimit: Hashable, Sendable {
  /// The attribute, such as `country`.
  public var attribute: String
  /// The failures that are tolerated among targets with one value.
  public var limit: Int
}

/// How many targets a period may take.
public struct PlannedPace: Hashable, Sendable {
  /// What the runbook says, such as `20 per week`.
  public var text: String
  /// The number of targets.
  public var count: Int
  /// How much unused quota the next period may use.
  public var carry: Int
  /// The length of a period in compressed time; `nil` in real time.
  public var every: Span?
  /// The starts of the calendar periods in real time; empty in compressed time.
  public var boundaries: [Instant]
}

/// How many targets with one value of an attribute may start in a period.
public struct PlannedCap: Hashable, Sendable {
  /// The attribute, such as `country`.
  public var attribute: String
  /// The number and the periods; nothing carries over.
  public var pace: PlannedPace
}

extension PlannedPace {
  /// The period that an instant lies in, where periods without a calendar begin at `anchor`: its start and its end.
  public func period(of instant: Instant, since anchor: Instant) -> (start: Instant, end: Instant?) {
    if let every, every > .zero {
      let passed = max(0, (instant - anchor).milliseconds) / every.milliseconds
      let start = anchor + Span(milliseconds: passed * every.milliseconds)
      return (start, start + every)
    }
    return (boundaries.last { $0 <= instant } ?? anchor, boundaries.first { $0 > instant })
  }
}

/// A batch of targets.
public struct PlannedWave: Hashable, Sendable {
  /// The rows of the inventory, in the order of admission. A stage without an inventory has the one row 0.
  public var targets: [Int32]
  /// The failures that the wave tolerates; it stops at one more. `nil` for no limit.
  public var tolerate: Int?
  /// The first day on which it can start, by the calendar of the plan.
  public var earliest: CivilDate?
  /// The last day on which it is still going on, by the calendar of the plan.
  public var latest: CivilDate?
  /// The instants at which its first and its last target may start, where windows or freezes decide that.
  public var starts: WaveStarts?
}

/// When the targets of a wave may start.
public struct WaveStarts: Hashable, Sendable {
  /// The first of them.
  public var first: Instant
  /// The last of them.
  public var last: Instant
}

/// One action on one target, as a template.
public struct PlannedStep: Hashable, Sendable {
  /// The identifier.
  public var id: String
  /// One sentence for people.
  public var summary: String?
  /// What it does.
  public var call: PlannedCall
  /// What takes it back.
  public var undo: PlannedUndo
  /// The number of attempts, the first one included.
  public var attempts: Int
  /// The wait between attempts.
  public var wait: SpanRange
  /// Whether its end makes the target live.
  public var isCutover = false
}

extension PlannedStep {
  /// What the step asks of providers: its call, and the one that takes it back.
  var calls: [PlannedCall] {
    if case .call(let undo) = undo { [call, undo] } else { [call] }
  }

  /// Everything that the step's arguments refer to: those of its call, its undo and their probes.
  public var references: [Template.Reference] {
    calls.flatMap { $0.arguments.references + ($0.probe?.arguments.references ?? []) }
  }

}

/// What takes a step back.
public enum PlannedUndo: Hashable, Sendable {
  case call(PlannedCall)
  case nothing
  case impossible
}

/// A request to a provider, as a template.
public struct PlannedCall: Hashable, Sendable {
  /// The operation's name, such as `documents.backfill`.
  public var operation: String
  /// The provider's name.
  public var provider: String
  /// The arguments.
  public var arguments: ArgumentTemplate
  /// What is known about doing it twice.
  public var idempotency: Idempotency
  /// The longest time of one attempt.
  public var timeout: Span
  /// How long "not applied" must hold before it counts.
  public var settle: Span
  /// How to look whether it happened.
  public var probe: PlannedProbe?
}

/// What is known about doing something twice.
public enum Idempotency: String, Hashable, Sendable, CaseIterable { case natural, key, none }

/// How to look whether a call took effect.
public struct PlannedProbe: Hashable, Sendable {
  /// The operation's name.
  public var operation: String
  /// The provider's name.
  public var provider: String
  /// The arguments.
  public var arguments: ArgumentTemplate
  /// The longest time of one look.
  public var timeout: Span
}

extension Plan {
  /// The path of a wave, such as `full-scale/stores/4`.
  public func path(stage: Int, wave: Int) -> String {
    "\(phases[stages[stage].phase].id)/\(stages[stage].id)/\(wave + 1)"
  }

  /// The identifier of a target of a stage; `-` for a stage without targets.
  public func target(_ row: Int32, stage: Int) -> String {
    guard let inventory = stages[stage].inventory else { return "-" }
    return inventories[inventory].value("id", of: Int(row)) ?? "-"
  }

  /// The name of the inventory of a stage; `nil` for a stage without targets.
  public func inventoryName(of stage: Int) -> String? { stages[stage].inventory.map { inventories[$0].name } }

  /// The number of targets that the run works on; a stage without targets counts none.
  public var targetCount: Int {
    stages.reduce(0) { $0 + ($1.inventory == nil ? 0 : $1.targetCount) }
  }

  /// Everything that the plan must say loudly about itself.
  public var isCompressed: Bool { scale > 1 }
}

extension PlannedStage {
  /// The number of targets in all waves.
  public var targetCount: Int { waves.reduce(0) { $0 + $1.targets.count } }
}
