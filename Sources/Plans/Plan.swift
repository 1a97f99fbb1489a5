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
  public var owner: SealedText?
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
  /// Parts of the runbook that the environment leaves out.
  public var ignored: [LeftOutPart]
  /// Parts of the runbook that this version does not execute. A run refuses a plan that has any.
  public var unexecuted: [LeftOutPart]
  /// The files that the plan was made from.
  public var sources: [PlanSource]
  /// The parameters with their values.
  public var parameters: [NamedValue]
  /// The configured providers that steps use.
  public var providers: [PlannedProvider]
  /// The inventories that stages use, with the columns that the plan needs.
  public var inventories: [PlannedInventory]
  /// Which of the runbook's targets it works on; `nil` for all of them.
  public var part: PlanPart?
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
  /// The phases in order.
  public var phases: [PlannedPhase]
  /// The stages of all phases in order.
  public var stages: [PlannedStage]
  /// The failures that the run tolerates; `nil` for no limit.
  public var tolerateInRun: Int?
  /// The digest under which an older format recorded it; `nil` for a plan of this format.
  var recordedDigest: Digest?

  package init(
    runbook: String, summary: String? = nil, owner: SealedText? = nil, environment: String, zone: String,
    zoneData: String? = nil, starts: CivilDate? = nil, deadline: CivilDate? = nil, scale: Int,
    evidenceScale: Int = 1, ignored: [LeftOutPart], unexecuted: [LeftOutPart], sources: [PlanSource],
    parameters: [NamedValue],
    providers: [PlannedProvider], inventories: [PlannedInventory], part: PlanPart? = nil, amends: Digest? = nil,
    freezes: [PlannedFreeze] = [], rollbackFreezes: [PlannedFreeze] = [], undoConcurrency: Int? = nil,
    notices: [PlannedNotice] = [], people: [PlannedPerson] = [], keys: PlannedKeys? = nil,
    forecast: [PlannedQuantity] = [], projections: [PlannedProjection] = [], asks: [PlannedAsk] = [],
    currency: String? = nil, signals: [PlannedSignal] = [], triggers: [PlannedTrigger] = [],
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
    self.part = part
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
    self.phases = phases
    self.stages = stages
    self.tolerateInRun = tolerateInRun
  }
}

/// What a plan was made from: two plans of the same inputs ask for the same, wherever their runs stand.
public struct PlanInputs: Hashable, Sendable {
  /// The files.
  public var sources: [PlanSource]
  /// As they were resolved: given, bound by the environment, or by default.
  public var parameters: [NamedValue]
  /// Its identifier; what it binds stands in the files.
  public var environment: String
  /// Which targets were asked for; which that are may change with what other runs have done.
  public var part: [PartChoice]?
}

extension Plan {
  /// What it was made from.
  public var inputs: PlanInputs {
    PlanInputs(
      sources: sources.sorted { $0.path < $1.path }, parameters: parameters, environment: environment,
      part: part?.choices)
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
  public var name: String
  public var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A configured instance of an adapter.
public struct PlannedProvider: Hashable, Sendable {
  public var name: String
  /// Which code talks to it: `process`, `http`, `prometheus`, …
  public var adapter: String
  /// The configuration; secrets as references.
  public var configuration: ArgumentTemplate

  package init(name: String, adapter: String, configuration: ArgumentTemplate) {
    self.name = name
    self.adapter = adapter
    self.configuration = configuration
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
  /// The approval that each of its waves needs.
  public var approvalRule: PlannedApproval?

  package init(
    id: String, summary: String? = nil, tolerate: Int? = nil, approvalRule: PlannedApproval? = nil
  ) {
    self.id = id
    self.summary = summary
    self.tolerate = tolerate
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

extension Plan: Planned {
  static let fields = Fields(
    Plan.init(
      runbook:summary:owner:environment:zone:zoneData:starts:deadline:scale:evidenceScale:ignored:unexecuted:sources:
      parameters:providers:inventories:part:amends:freezes:rollbackFreezes:undoConcurrency:notices:people:keys:forecast:
      projections:asks:currency:signals:triggers:phases:stages:tolerateInRun:)
  ) {
    Item("runbook", { $0.runbook }, .text, .grew)
    Item("summary", { $0.summary }, .optional(.text), .optional(isRisk: false, none: "none"))
    Item("owner", { $0.owner }, .optional(.sealed), .sealed)
    Item("environment", { $0.environment }, .text, .grew)
    Item("zone", { $0.zone }, .text, .grew)
    Item("zone_data", { $0.zoneData }, .optional(.text), .optional(isRisk: false, none: "none"))
    Item("starts", { $0.starts }, .optional(.date), .floor(none: "at once"))
    Item("deadline", { $0.deadline }, .optional(.date), .limit(none: "none"))
    Item("scale", { $0.scale }, .integer(1...1_000_000_000), as: "time compressed ×", .more)
    Item("evidence_scale", { $0.evidenceScale }, .integer(1...1_000_000_000), as: "evidence compressed ×", .more)
    Item("ignored", { $0.ignored }, LeftOutPart.fields.form.list, as: "left out by the environment:", .leftOut)
    Item("unexecuted", { $0.unexecuted }, LeftOutPart.fields.form.list, as: "not executed by this version:", .leftOut)
    Item("sources", { $0.sources }, PlanSource.fields.form.list, .sources)
    Item(
      "parameters", { $0.parameters }, NamedValue.fields.form.list, .named("parameter", by: \.name, NamedValue.fields))
    Item(
      "providers", { $0.providers }, PlannedProvider.fields.form.list,
      .named("provider", by: \.name, PlannedProvider.fields)
    )
    Item("inventories", { $0.inventories }, PlannedInventory.fields.form.list, .inventories)
    Item(
      "part", { $0.part }, PlanPart.fields.form.optional,
      .inside(PlanPart.fields, added: .shrank, removed: .grew, words: { "(\($0.words))" }))
    Item("amends", { $0.amends }, .optional(.digest), .identity)
    Item("freezes", { $0.freezes }, PlannedFreeze.fields.form.list, as: "freeze", .freezes(isHarmMore: false))
    Item(
      "rollback_freezes", { $0.rollbackFreezes }, PlannedFreeze.fields.form.list.usually([]), as: "freeze of rollbacks",
      .freezes(isHarmMore: true))
    Item(
      "undo_concurrency", { $0.undoConcurrency }, .optional(.integer(1...1_000_000)), as: "rollback concurrency",
      .optional(isRisk: true, none: "as the stages"))
    Item("notices", { $0.notices }, PlannedNotice.fields.form.list.usually([]), .notices)
    Item("people", { $0.people }, PlannedPerson.fields.form.list.usually([]), .people)
    Item(
      "keys", { $0.keys }, PlannedKeys.fields.form.optional,
      .inside(PlannedKeys.fields, added: .grew, removed: .grew, words: { _ in "that people sign with" }))
    Item(
      "forecast", { $0.forecast }, PlannedQuantity.fields.form.list,
      .named("forecast of", by: \.name, PlannedQuantity.fields))
    Item(
      "projections", { $0.projections }, PlannedProjection.fields.form.list.usually([]), as: "what the model projects",
      .projections)
    Item("asks", { $0.asks }, PlannedAsk.fields.form.list.usually([]), as: "what is asked for", .asks)
    Item("currency", { $0.currency }, .optional(.text), .optional(isRisk: false, none: "none"))
    Item("signals", { $0.signals }, PlannedSignal.fields.form.list, .named("signal", by: \.name, PlannedSignal.fields))
    Item(
      "triggers", { $0.triggers }, PlannedTrigger.fields.form.list,
      .named("trigger", by: \.id, PlannedTrigger.fields, added: .shrank))
    Item("phases", { $0.phases }, PlannedPhase.fields.form.list, .phases)
    Item("stages", { $0.stages }, PlannedStage.fields.form.list, .stages)
    Item(
      "tolerate_in_run", { $0.tolerateInRun }, .optional(.count), as: "tolerate in the run", .limit(none: "no limit"))
  }
}

extension PlanSource: Planned {
  static let fields = Fields(PlanSource.init(path:digest:)) {
    Item("path", { $0.path }, .text, .identity)
    Item("digest", { $0.digest }, .digest, .unsaid(isRisk: false))
  }
}

extension NamedValue: Planned {
  static let fields = Fields(NamedValue.init(name:value:)) {
    Item("name", { $0.name }, .text, .identity)
    Item("value", { $0.value }, .text, .grew)
  }
}

extension PlannedProvider: Planned {
  static let fields = Fields(PlannedProvider.init(name:adapter:configuration:)) {
    Item("name", { $0.name }, .text, .identity)
    Item("adapter", { $0.adapter }, .text, .grew)
    Item("configuration", { $0.configuration }, .arguments, .arguments)
  }
}

extension PlannedPhase: Planned {
  static let fields = Fields(PlannedPhase.init(id:summary:tolerate:approvalRule:)) {
    Item("id", { $0.id }, .text, .identity)
    Item("summary", { $0.summary }, .optional(.text), .optional(isRisk: false, none: "none"))
    Item("tolerate", { $0.tolerate }, .optional(.count), .limit(none: "no limit"))
    Item("approval_rule", { $0.approvalRule }, PlannedApproval.fields.form.optional, as: "approval", .approval)
  }
}
