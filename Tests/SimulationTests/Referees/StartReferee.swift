import Plans
import Quantities

@testable import Engine

/// E6: judges by brute force whether a wave, or a target, may begin. It knows the plan and the events, and nothing that
/// the engine made of them.
struct StartReferee {
  private struct Approval {
    var id: String
    var person: Int
    var at: Instant
    var until: Instant?
  }

  /// What people said about one phase or stage.
  private struct Word {
    var given: [Approval] = []
    var rejectedAt: Instant?
    var emergencies: [(from: Instant, until: Instant)] = []
    /// When evidence decided against some of it, or a person took some of it back.
    var breachedAt: Instant?
  }

  /// By path: a plan that is amended moves places, and not what was said about them.
  private var words: [String: Word] = [:]
  /// By stage: when its waves began, and how many targets they had.
  private var begun: [String: [(at: Instant, targets: Int)]] = [:]
  private var planner: Int?
  private var executors: Set<Int> = []

  /// Takes an event into account, and says what may not have begun.
  mutating func judge(_ event: Event, before: RunState, after: RunState) -> [String] {
    let path = before.index.path(of: event.subject)
    switch event.kind {
    case .runCreated(_, let person): planner = person
    case .executorStarted(_, let person, _): if let person { executors.insert(person) }
    case .approvalCounted(let person, let until, _, let id):
      words[path, default: Word()].given.append(Approval(id: id, person: person, at: after.now, until: until))
      return judge(person, at: event.subject, path, in: after)
    case .approvalVoided(let id, _, _): words[path]?.given.removeAll { $0.id == id }
    case .approvalRejected: words[path, default: Word()].rejectedAt = after.now
    case .emergencyDeclared(_, let until):
      words[path, default: Word()].emergencies.append((after.now, until))
    case .triggerFired: breach(at: path, after.now)
    case .rollbackStarted(_, _, _, by: nil): breach(at: path, after.now)
    case .clockStepped(let span): step(by: span, in: after.plan)
    case .waveStarted(let targets, _):
      guard case .wave(let stage, let wave) = event.subject else { return ["E6 a wave began at no wave"] }
      return judgeWave(stage, wave, targets: targets, in: after)
    case .intended(.apply, _):
      guard case .step(let address) = event.subject, before.unit(address.target) == nil else { return [] }
      return judgeTarget(address.target, in: after)
    default: break
    }
    return []
  }

  /// What was said before about the same part of the plan does not count any more.
  private mutating func breach(at path: String, _ now: Instant) {
    let part = path.split(separator: "/").prefix(2)
    for other in words.keys {
      let said = other.split(separator: "/")
      if part.starts(with: said) || said.starts(with: part) { words[other]?.breachedAt = now }
    }
  }

  /// The clock was set: what lasts moves with it, dates do not.
  private mutating func step(by span: Span, in plan: Plan) {
    words = words.mapValues { old in
      var word = old
      word.rejectedAt = old.rejectedAt.map { $0 + span }
      word.breachedAt = old.breachedAt.map { $0 + span }
      for place in word.given.indices { word.given[place].at = word.given[place].at + span }
      word.emergencies = old.emergencies.map { ($0.from + span, $0.until) }
      return word
    }
    for stage in plan.stages where stage.pace?.every != nil {
      let path = "\(plan.phases[stage.phase].id)/\(stage.id)"
      begun[path] = begun[path]?.map { ($0.at + span, $0.targets) }
    }
  }

  /// Nobody approves who may not.
  private func judge(_ person: Int, at place: Place, _ path: String, in state: RunState) -> [String] {
    let rule: PlannedApproval?
    switch place {
    case .phase(let phase): rule = state.plan.phases[phase].approvalRule
    case .stage(let stage): rule = state.plan.stages[stage].approvalRule
    default: rule = nil
    }
    guard let rule else { return ["E6 an approval counted for \(path), which needs none"] }
    let who = state.plan.people[person]
    let isAuthor = who.isAuthor || planner == person
    if !who.roles.contains(rule.role) || rule.excludesAuthors && isAuthor
      || rule.excludesExecutors && executors.contains(person)
    {
      return ["E6 \(who.id) approved \(path), and may not"]
    }
    return []
  }

  private mutating func judgeWave(_ stage: Int, _ wave: Int, targets: Int, in state: RunState) -> [String] {
    let (plan, now) = (state.plan, state.now)
    let planned = plan.stages[stage]
    let path = "\(plan.phases[planned.phase].id)/\(planned.id)"
    var faults = judgeApprovals(of: stage, in: state)
    if wave == 0, let date = planned.notBefore, now < date { faults.append("E6 \(path) began before its date") }
    if let pace = planned.pace {
      begun[path, default: []].append((now, targets))
      faults += judge(pace, begun[path] ?? [], path)
    }
    return faults
  }

  /// What a phase and a stage ask for is there now.
  private func judgeApprovals(of stage: Int, in state: RunState) -> [String] {
    let plan = state.plan
    let phase = plan.phases[plan.stages[stage].phase]
    let rules = [
      (phase.id, phase.approvalRule), ("\(phase.id)/\(plan.stages[stage].id)", plan.stages[stage].approvalRule),
    ]
    return rules.compactMap { path, rule in
      guard let rule else { return nil }
      let word = words[path] ?? Word()
      if word.emergencies.contains(where: { $0.from <= state.now && state.now < $0.until }) { return nil }
      let persons = word.given.filter { approval in
        (approval.until.map { state.now < $0 } ?? true) && (word.rejectedAt.map { $0 < approval.at } ?? true)
          && (word.breachedAt.map { $0 < approval.at } ?? true)
      }.map(\.person)
      let have = Set(persons).count
      return have < rule.count ? "E6 something of \(path) began with \(have) of \(rule.count) approvals" : nil
    }
  }

  /// In no period more targets began than it may take with what it carries; but one wave always can.
  private func judge(_ pace: PlannedPace, _ waves: [(at: Instant, targets: Int)], _ path: String) -> [String] {
    guard let first = waves.first?.at, let now = waves.last?.at else { return [] }
    let start: Instant
    if let every = pace.every {
      start = first + Span(milliseconds: (now - first).milliseconds / every.milliseconds * every.milliseconds)
    } else {
      let known = pace.boundaries.last { $0 <= now } ?? first
      // Behind the last period that the plan lays out they go on.
      let week = 7 * Span.day.milliseconds
      let passed = known == pace.boundaries.last ? (now - known).milliseconds / week * week : 0
      start = known + Span(milliseconds: passed)
    }
    let inside = waves.filter { $0.at >= start }
    let sum = inside.reduce(0) { $0 + $1.targets }
    return inside.count > 1 && sum > pace.count + pace.carry
      ? ["E6 \(sum) targets of \(path) began in a period of \(pace.count) and \(pace.carry) carried"] : []
  }

  private func judgeTarget(_ key: TargetKey, in state: RunState) -> [String] {
    let (plan, now) = (state.plan, state.now)
    let name = state.index.path(of: .target(key))
    var faults = judgeApprovals(of: key.stage, in: state)
    let table = plan.stages[key.stage].inventory.map { plan.inventories[$0] }
    func value(_ column: String) -> String? {
      table.flatMap { table in table.columns.firstIndex(of: column).map { table.values[$0][Int(key.row)] } }
    }
    for freeze in plan.freezes {
      let isMeant =
        freeze.categories.isEmpty
        || freeze.categories.contains { $0.lowercased() == value("country")?.lowercased() }
      let isOn = freeze.intervals.contains { interval in
        if case .instants(let from, let until) = interval { from <= now && now < until } else { false }
      }
      if isMeant, isOn { faults.append("E6 \(name) began in the freeze `\(freeze.summary)`") }
    }
    if let window = plan.stages[key.stage].window {
      let ahead = FixedZones().offset(of: value("zone") ?? plan.zone, at: now) ?? 0
      if !Self.isOpen(window, at: now.milliseconds + Int64(ahead) * 1_000) {
        faults.append("E6 \(name) began while its window is closed, or closes too soon")
      }
    }
    return faults
  }

  /// Whether a window that opens every day lets something start at a local time in milliseconds.
  private static func isOpen(_ window: PlannedWindow, at local: Int64) -> Bool {
    let day = Int64(86_400_000)
    let time = (local % day + day) % day
    let (opens, closes) = (Int64(window.opens) * 60_000, Int64(window.closes) * 60_000)
    let isOvernight = closes <= opens
    let left: Int64
    if isOvernight, time >= opens {
      left = closes + day - time
    } else if time < closes, isOvernight || time >= opens {
      left = closes - time
    } else {
      return false
    }
    return left > window.latestStart.milliseconds
  }
}
