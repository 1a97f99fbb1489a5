import Plans
import Quantities

@testable import Engine

/// E6: judges by brute force whether a wave, or a target, may begin. It knows the plan and the events, and nothing that
/// the engine made of them.
struct StartReferee {
  private struct Approval {
    var id: String
    var person: Int
    var key: String?
    var number: Int
    var until: Instant?
  }

  /// What people said about one phase or stage.
  private struct Word {
    var given: [Approval] = []
    /// The number of the event with which somebody said no.
    var rejectedAt: Int?
    var emergencies: [(from: Instant, until: Instant)] = []
    /// The one with which evidence decided against some of it, or a person took some of it back.
    var breachedAt: Int?
  }

  /// By path: a plan that is amended moves places, and not what was said about them.
  private var words: [String: Word] = [:]
  /// By stage: when its waves began, and how many targets they had.
  private var begun: [String: (first: Instant, targets: [Instant])] = [:]
  private var planner: Int?
  private var executors: Set<Int> = []
  /// Whether nobody knows who the executor at work is.
  private var isUnknown = false
  private var amenders: Set<Int> = []
  private var amender: Int?
  /// Counts the events: what is newer is newer by its place in the log.
  private var number = 0

  /// Takes an event into account, and says what may not have begun.
  mutating func judge(_ event: Event, before: RunState, after: RunState) -> [String] {
    let path = before.index.path(of: event.subject)
    number += 1
    switch event.kind {
    case .runCreated(_, let person): planner = person
    case .executorStarted(_, let person, _):
      isUnknown = person == nil
      if let person { executors.insert(person) }
    case .amendmentProposed(_, let person, _): amender = person
    case .planAmended(_, let grew, _, _): if grew > 0, let amender { amenders.insert(amender) }
    case .approvalCounted(let person, let until, let auth, let id):
      let key = auth.hasPrefix("ssh:") ? auth : nil
      words[path, default: Word()].given.append(
        Approval(id: id, person: person, key: key, number: number, until: until))
      return judge(person, at: event.subject, path, in: after)
    case .approvalVoided(let id, _, _): words[path]?.given.removeAll { $0.id == id }
    case .approvalRejected: words[path, default: Word()].rejectedAt = number
    case .emergencyDeclared(let person, let until):
      words[path, default: Word()].emergencies.append((after.now, until))
      let role = rule(at: event.subject, in: after)?.emergencyRole
      if until - after.now > .day || !(role.map(after.plan.people[person].roles.contains) ?? false) {
        return ["E6 an emergency of \(path) that nobody may declare, or for longer than a day"]
      }
    case .triggerFired: breach(at: path)
    case .rollbackStarted(_, _, _, by: nil): breach(at: path)
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
  private mutating func breach(at path: String) {
    let part = path.split(separator: "/").prefix(2)
    for other in words.keys {
      let said = other.split(separator: "/")
      if part.starts(with: said) || said.starts(with: part) { words[other]?.breachedAt = number }
    }
  }

  /// The clock was set: what lasts moves with it, dates do not.
  private mutating func step(by span: Span, in plan: Plan) {
    words = words.mapValues { old in
      var word = old
      word.emergencies = old.emergencies.map { ($0.from + span, $0.until) }
      return word
    }
    for stage in plan.stages where stage.pace?.every != nil {
      let path = "\(plan.phases[stage.phase].id)/\(stage.id)"
      begun[path] = begun[path].map { ($0.first + span, $0.targets.map { $0 + span }) }
    }
  }

  /// Nobody approves who may not.
  private func judge(_ person: Int, at place: Place, _ path: String, in state: RunState) -> [String] {
    guard let rule = rule(at: place, in: state) else { return ["E6 an approval counted for \(path), which needs none"] }
    return mayApprove(person, rule, in: state)
      ? [] : ["E6 \(state.plan.people[person].id) approved \(path), and may not"]
  }

  private func rule(at place: Place, in state: RunState) -> PlannedApproval? {
    switch place {
    case .phase(let phase): state.plan.phases[phase].approvalRule
    case .stage(let stage): state.plan.stages[stage].approvalRule
    default: nil
    }
  }

  private func mayApprove(_ person: Int, _ rule: PlannedApproval, in state: RunState) -> Bool {
    let who = state.plan.people[person]
    let isAuthor = who.isAuthor || planner == person || amenders.contains(person)
    return who.roles.contains(rule.role) && !(rule.excludesAuthors && isAuthor)
      && !(rule.excludesExecutors && executors.contains(person))
  }

  private mutating func judgeWave(_ stage: Int, _ wave: Int, targets: Int, in state: RunState) -> [String] {
    let (plan, now) = (state.plan, state.now)
    let planned = plan.stages[stage]
    let path = "\(plan.phases[planned.phase].id)/\(planned.id)"
    var faults = judgeApprovals(of: stage, in: state)
    // Before that the wave before it is the newest change, and watched.
    let waiting = planned.waves[wave].targets.map { TargetKey(stage: stage, row: $0) }.filter {
      state.stages[stage].status[Int($0.row)] == .waiting
    }
    if !waiting.isEmpty, waiting.allSatisfy({ state.heldTargets.contains($0) || !closures(of: $0, in: state).isEmpty })
    {
      faults.append("E6 a wave of \(path) began although none of its targets may")
    }
    if wave == 0, let date = planned.notBefore, now < date { faults.append("E6 \(path) began before its date") }
    if let pace = planned.pace {
      let before = begun[path] ?? (now, [])
      begun[path] = before
      faults += judge(pace, before, targets, at: now, path)
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
      if rule.excludesExecutors, isUnknown { return "E6 something of \(path) began under an executor nobody knows" }
      // Of four eyes none belongs to somebody who executes, wrote or amended it: now, and not when it was approved.
      let counting = word.given.filter { approval in
        (approval.until.map { state.now < $0 } ?? true) && (word.rejectedAt.map { $0 < approval.number } ?? true)
          && (word.breachedAt.map { $0 < approval.number } ?? true) && mayApprove(approval.person, rule, in: state)
      }
      let keys = Set(counting.map { $0.key ?? "account \($0.person)" }).count
      let have = min(Set(counting.map(\.person)).count, keys)
      return have < rule.count ? "E6 something of \(path) began with \(have) of \(rule.count) approvals" : nil
    }
  }

  /// No wave begins but where its targets and those that began in the period, in whatever wave, are no more than it may
  /// take with what it carries; but one wave always can.
  private func judge(
    _ pace: PlannedPace, _ begun: (first: Instant, targets: [Instant]), _ targets: Int, at now: Instant, _ path: String
  ) -> [String] {
    let first = begun.first
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
    let inside = begun.targets.count { $0 >= start }
    return inside > 0 && inside + targets > pace.count + pace.carry
      ? ["E6 \(inside) and \(targets) targets of \(path) in a period of \(pace.count) and \(pace.carry) carried"] : []
  }

  private mutating func judgeTarget(_ key: TargetKey, in state: RunState) -> [String] {
    let (plan, now) = (state.plan, state.now)
    let planned = plan.stages[key.stage]
    if planned.pace != nil { begun["\(plan.phases[planned.phase].id)/\(planned.id)"]?.targets.append(now) }
    return judgeApprovals(of: key.stage, in: state) + closures(of: key, in: state)
  }

  /// What the calendar says against a target.
  private func closures(of key: TargetKey, in state: RunState) -> [String] {
    let (plan, now) = (state.plan, state.now)
    let name = state.index.path(of: .target(key))
    var faults: [String] = []
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
