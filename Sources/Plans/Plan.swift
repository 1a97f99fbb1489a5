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
  public var evidenceScale: Int
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
  public var freezes: [PlannedFreeze]
  /// When targets may not be taken back: only what a calendar says in so many words.
  public var rollbackFreezes: [PlannedFreeze]
  /// How many targets are undone at once; `nil` for as many as any stage works on at once.
  public var undoConcurrency: Int?
  /// Who is told what.
  public var notices: [PlannedNotice]
  /// The persons who may approve.
  public var people: [PlannedPerson]
  /// The keys that they sign with; `nil` when identity is what the operating system says.
  public var keys: PlannedKeys?
  /// The numbers of the forecast that conditions compare with.
  public var forecast: [PlannedQuantity]
  /// What the model projects after each wave that changes who is live.
  public var projections: [PlannedProjection]
  /// What has to be asked for before a wave.
  public var asks: [PlannedAsk]
  /// The currency of the projections' sums; `nil` without a model.
  public var currency: String?
  /// What is measured.
  public var signals: [PlannedSignal]
  /// What must never become true while targets are exposed.
  public var triggers: [PlannedTrigger]
  /// The named conditions that gates and triggers watch, for people and for the digest.
  public var guards: [PlannedGuard]
  /// The phases in order.
  public var phases: [PlannedPhase]
  /// The stages of all phases in order.
  public var stages: [PlannedStage]
  /// The failures that the run tolerates; `nil` for no limit.
  public var tolerateInRun: Int?

  package init(
    runbook: String, summary: String? = nil, owner: String? = nil, environment: String, zone: String,
    zoneData: String? = nil, starts: CivilDate? = nil, deadline: CivilDate? = nil, scale: Int,
    evidenceScale: Int = 1, ignored: [String], unexecuted: [String], sources: [PlanSource], parameters: [NamedValue],
    providers: [PlannedProvider], inventories: [PlannedInventory], amends: Digest? = nil,
    freezes: [PlannedFreeze] = [], rollbackFreezes: [PlannedFreeze] = [], undoConcurrency: Int? = nil,
    notices: [PlannedNotice] = [], people: [PlannedPerson] = [], keys: PlannedKeys? = nil,
    forecast: [PlannedQuantity] = [], projections: [PlannedProjection] = [], asks: [PlannedAsk] = [],
    currency: String? = nil, signals: [PlannedSignal] = [], triggers: [PlannedTrigger] = [], guards: [PlannedGuard],
    phases: [PlannedPhase], stages: [PlannedStage], tolerateInRun: Int? = nil
  ) {
    self.runbook = runbook
    self.summary = summary
    self.owner = owner
    self.environment = environment
    self.zone = zone
    self.zoneData = zoneData
    self.starts = starts
    self.deadline = deadline
    self.scale = scale
    self.evidenceScale = evidenceScale
    self.ignored = ignored
    self.unexecuted = unexecuted
    self.sources = sources
    self.parameters = parameters
    self.providers = providers
    self.inventories = inventories
    self.amends = amends
    self.freezes = freezes
    self.rollbackFreezes = rollbackFreezes
    self.undoConcurrency = undoConcurrency
    self.notices = notices
    self.people = people
    self.keys = keys
    self.forecast = forecast
    self.projections = projections
    self.asks = asks
    self.currency = currency
    self.signals = signals
    self.triggers = triggers
    self.guards = guards
    self.phases = phases
    self.stages = stages
    self.tolerateInRun = tolerateInRun
  }
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

  package init(path: String, digest: Digest) {
    self.path = path
    self.digest = digest
  }
}

/// A name and a value.
public struct NamedValue: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The value.
  public var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A configured instance of an adapter.
public struct PlannedProvider: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The adapter.
  public var adapter: String
  /// The configuration; secrets as references.
  public var configuration: ArgumentTemplate

  package init(name: String, adapter: String, configuration: ArgumentTemplate) {
    self.name = name
    self.adapter = adapter
    self.configuration = configuration
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

  package init(kind: String, id: String, text: String) {
    self.kind = kind
    self.id = id
    self.text = text
  }
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

  package init(
    id: String, summary: String? = nil, tolerate: Int? = nil, approval: String? = nil,
    approvalRule: PlannedApproval? = nil
  ) {
    self.id = id
    self.summary = summary
    self.tolerate = tolerate
    self.approval = approval
    self.approvalRule = approvalRule
  }
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
