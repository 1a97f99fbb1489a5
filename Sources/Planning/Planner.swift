public import Diagnostics
public import Plans
public import Quantities
public import Runbooks

/// Resolves a checked runbook and an environment into a plan.
public struct Planner {
  var runbook: Runbook
  let environment: Environment
  let zones: any ZoneTable
  /// Values given from outside, which win over the environment's and the runbook's.
  let given: [String: String]
  var findings: [Finding] = []
  var operations: [String: OperationDeclaration] = [:]
  var parameters: [String: String] = [:]
  /// By inventory: the rows that earlier stages took.
  var taken: [String: Set<Int32>] = [:]
  /// By inventory: the rows of targets that only the plan in force has.
  var gone: [String: Set<Int32>] = [:]
  /// What a run has carried out of the plan that this one takes the place of.
  let amending: ExecutedPrefix?
  /// The day on which that happens.
  let today: CivilDate?
  var freezes: [PlannedFreeze] = []
  /// Which targets it is for; `nil` for all.
  var part: ChosenPart?
  /// Whether only its dates are looked at.
  var isTrial = false
  /// What needs more than it has, in a few words each: a scenario says all of it at once.
  var exceeded: [String] = []
  /// Whether its waves bake for as long as their events take by the forecast, and not for their time alone.
  var expectsEvents = false
  /// What its trials share with it.
  let times: SharedTimes
  var unexecuted: [LeftOutPart] = []
  var ignored: [LeftOutPart] = []

  /// A plan with what was found on the way.
  public struct Answer: Sendable {
    /// The plan, or `nil` when a finding is an error.
    public var plan: Plan?
    public var findings: [Finding]
    /// The day on which it is likely to end, bakes that wait for events counted (G327); `nil` where the plan's own is.
    public var likelyEnd: CivilDate?

    public init(plan: Plan?, findings: [Finding], likelyEnd: CivilDate? = nil) {
      (self.plan, self.findings, self.likelyEnd) = (plan, findings, likelyEnd)
    }
  }

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - runbook: a runbook without errors.
  ///   - environment: an environment without errors.
  ///   - zones: the zone data.
  ///   - given: parameter values from the command line.
  ///   - part: which targets it is for; `nil` for all.
  ///   - amending: what a run has carried out of its plan, when this one shall take that plan's place.
  ///   - today: the day on which that happens: what is left of the run is laid on the calendar from there on.
  /// - Returns: the plan, or `nil` when a finding is an error; and all findings.
  public static func plan(
    _ runbook: Runbook, in environment: Environment, zones: any ZoneTable, given: [String: String] = [:],
    part: ChosenPart? = nil, amending: ExecutedPrefix? = nil, today: CivilDate? = nil
  ) -> (plan: Plan?, findings: [Finding]) {
    let made = answer(
      runbook, in: environment, zones: zones, given: given, part: part, amending: amending, today: today)
    return (made.plan, made.findings)
  }

  /// The same with when the plan is likely to end.
  public static func answer(
    _ runbook: Runbook, in environment: Environment, zones: any ZoneTable, given: [String: String] = [:],
    part: ChosenPart? = nil, amending: ExecutedPrefix? = nil, today: CivilDate? = nil
  ) -> Answer {
    var planner = Planner(
      runbook: runbook, environment: environment, zones: zones, given: given, part: part, amending: amending,
      today: today)
    let plan = planner.resolve()
    planner.sayWhatFreezesCost(plan)
    let likelyEnd = planner.sayWhatEventsTake(plan)
    let findings = planner.findings.inReadingOrder
    return Answer(plan: findings.hasErrors ? nil : plan, findings: findings, likelyEnd: likelyEnd)
  }

  init(
    runbook: Runbook, environment: Environment, zones: any ZoneTable, given: [String: String],
    part: ChosenPart? = nil, amending: ExecutedPrefix?, today: CivilDate?, times: SharedTimes = SharedTimes()
  ) {
    self.part = part
    self.times = times
    self.amending = amending
    self.today = today
    self.runbook = runbook
    self.environment = environment
    self.zones = zones
    self.given = given
    for operation in environment.operations where operations[operation.name.value] == nil {
      operations[operation.name.value] = operation
    }
    if let amending { keepRows(of: amending) }
  }

  /// The moment before which a stage may not begin: that of its phase, or of the programme. Where a part of the plan
  /// has nothing in the first stage, or in whole phases, it is that of the first one that has.
  private func start(ofStageAfter planned: [PlannedStage], before: [PlannedStage], phase: Int) -> CivilMoment? {
    let last = (before + planned).last { !$0.waves.isEmpty }?.phase
    let passed = last == phase ? [] : runbook.phases[(last.map { $0 + 1 } ?? 0)...phase].compactMap(\.starts?.value)
    let isFirst = phase == 0 || last == nil
    return passed.max { $0.isBefore($1) } ?? (isFirst ? runbook.starts?.value : nil)
  }

  mutating func resolve() -> Plan {
    resolveParameters()
    freezes = isCompressed || isIgnored(.calendars) ? [] : plannedFreezes(verb: "apply")
    var phases: [PlannedPhase] = []
    var stages: [PlannedStage] = []
    var timeline = beginning
    for (index, phase) in runbook.phases.enumerated() {
      timeline.enter(notBefore: phase.starts?.value)
      let total = phase.stages.reduce(0) { $0 + ($1.targets == nil ? 1 : 0) }
      var planned: [PlannedStage] = []
      for stage in phase.stages {
        let start = self.start(ofStageAfter: planned, before: stages, phase: index)
        planned.append(self.stage(stage, phase: index, notBefore: start, timeline: &timeline))
      }
      phases.append(
        PlannedPhase(
          id: phase.id.value, summary: phase.summary,
          tolerate: limit(
            .init("phase"), phase.tolerate, stages: phase.stages, size: planned.reduce(total) { $0 + $1.targetCount }),
          approvalRule: self.planned(phase.approval)))
      if phase.approval != nil, isIgnored(.approvals) { ignored.append(LeftOutPart(.approval, of: [phase.id.value])) }
      stages += planned
    }
    describeGuards()
    let signals = plannedSignals()
    let size = stages.reduce(0) { $0 + $1.targetCount }
    let usesZones = stages.contains { $0.notBefore != nil || $0.pace?.boundaries.isEmpty == false || $0.window != nil }
    var plan = Plan(
      runbook: runbook.id.value, summary: runbook.summary,
      owner: runbook.owner.map { SealedText($0, for: "owner", salts: salts) }, environment: environment.id.value,
      zone: runbook.zone.value, zoneData: usesZones || !freezes.isEmpty ? zones.version : nil,
      starts: runbook.starts?.value.day, deadline: runbook.deadline?.value, scale: environment.time.scale,
      evidenceScale: environment.time.evidence, ignored: ignored, unexecuted: unexecuted,
      sources: runbook.sources.map { PlanSource(path: $0.path, digest: $0.digest) },
      parameters: parameters.keys.sorted().map { NamedValue(name: $0, value: parameters[$0, default: ""]) },
      providers: [], inventories: [], part: part?.words, freezes: freezes, notices: plannedNotices,
      people: plannedPeople,
      keys: isIgnored(.approvals)
        ? nil
        : runbook.keys.map {
          PlannedKeys(
            allowedSigners: String(decoding: $0.allowedSigners, as: UTF8.self),
            revoked: $0.revoked.map { RevokedText.text(of: $0) }, salts: salts)
        },
      forecast: plannedForecast(), signals: signals, triggers: plannedTriggers(), phases: phases,
      stages: stages,
      tolerateInRun: limit(.init("run"), runbook.tolerate, stages: runbook.phases.flatMap(\.stages), size: size))
    plan.amends = amending?.plan.digest
    plan.rollbackFreezes = isCompressed || isIgnored(.calendars) ? [] : plannedFreezes(verb: "rollback")
    if !plan.rollbackFreezes.isEmpty { plan.zoneData = zones.version }
    plan.undoConcurrency = runbook.undoConcurrency
    plan.providers = providers(of: plan)
    plan.inventories = inventories(of: plan)
    checkConcurrency(of: plan)
    if !isTrial { project(&plan) }
    checkForecast(of: plan)
    checkDeadline(of: plan)
    if !isTrial { checkProtection(of: plan) }
    return plan
  }

  private mutating func resolveParameters() {
    for parameter in runbook.parameters {
      let name = parameter.name.value
      let bound = environment.parameters.first { $0.name.value == name }?.value
      if let value = given[name] ?? bound ?? parameter.standard {
        parameters[name] = value
        if let value = given[name], !parameter.kind.accepts(value) {
          findings.append(
            .parameterValue(value, name: name, kind: parameter.kind, at: parameter.name.location))
        }
        // A default was spoken of when the file was read.
        if given[name] != nil || bound != nil, !value.isEmpty, SecretReference.isPromised(by: name) {
          findings.append(
            PlanningFindings.plainSecret(name, isGiven: given[name] != nil, at: parameter.name.location))
        }
      } else {
        findings.append(PlanningFindings.missingParameter(name, at: parameter.name.location))
      }
    }
  }

  /// An approval as the plan stores it; `nil` where the environment leaves approvals out.
  func planned(_ approval: Approval?) -> PlannedApproval? {
    guard let approval, !isIgnored(.approvals) else { return nil }
    return PlannedApproval(
      count: approval.count, role: approval.role, excludesAuthors: approval.not.contains("author"),
      excludesExecutors: approval.not.contains("executor"), expires: approval.expires,
      emergencyRole: approval.emergency?.value)
  }

  private var plannedNotices: [PlannedNotice] {
    runbook.notify.map { notice in
      PlannedNotice(
        classes: notice.classes.map { noticeClass($0) }, form: form(notice.form), operation: notice.uses.value,
        provider: provider(of: notice.uses.value), arguments: arguments(of: notice.uses.value, with: [:]),
        timeout: timeout(of: notice.uses.value) ?? .minute)
    }
  }

  /// The persons that approvals count, where there are any.
  private var plannedPeople: [PlannedPerson] {
    guard !isIgnored(.approvals) else { return [] }
    let authors = Set(runbook.authors.map(\.value))
    return keepPlaces(
      of: runbook.people.map { person in
        PlannedPerson(
          name: person.id.value, roles: person.roles.map(\.value), accounts: person.accounts.map(\.value),
          principals: person.principals.map(\.value), isAuthor: authors.contains(person.id.value),
          salts: salts)
      })
  }

  /// What the salts of people and keys are made from.
  private var salts: SaltSource { runbook.salts ?? .none }

  /// Where the calendar of the plan begins; what is left of a run does not begin before today.
  private var beginning: Timeline {
    var timeline = Timeline(starts: runbook.starts?.value, days: days)
    timeline.goOn(from: amending == nil ? nil : today)
    return timeline
  }

  /// The days of the programme.
  var days: LocalDays { LocalDays(zone: runbook.zone.value, zones: zones) }

  /// In compressed time a day is seconds, so neither windows nor freezes mean anything.
  var isCompressed: Bool { environment.time.scale > 1 }

  /// Whether the environment leaves a part of the language out.
  func isIgnored(_ part: Ignorable) -> Bool { environment.ignore.contains { $0.value == part } }

  /// Notes a part of the language that is not executed: left out loudly where the environment says so, else in the way.
  mutating func leaveOut(_ part: Ignorable, _ what: LeftOutPart, at location: SourceSpan) {
    if isIgnored(part) {
      ignored.append(what)
    } else {
      unexecuted.append(what)
      findings.append(PlanningFindings.notExecuted(what.words, ignore: "ignore: [\(part.rawValue)]", at: location))
    }
  }

  private mutating func describeGuards() {
    if !runbook.triggers.isEmpty, isIgnored(.triggers) {
      ignored.append(LeftOutPart(.triggers, of: runbook.triggers.map(\.id.value)))
    }
    if let first = runbook.calendars.first, isCompressed || isIgnored(.calendars) {
      leaveOut(
        .calendars, LeftOutPart(.freezes, of: runbook.calendars.map(\.file.value)), at: first.file.location)
    }
  }
}

/// Where a tolerance counts: `wave`, `phase`, `run`, or an attribute.
struct ToleranceLevel {
  let name: String

  init(_ name: String) {
    self.name = name
  }
}
