internal import Diagnostics
public import Engine
public import History
internal import Journaling
internal import Looping
internal import Plans
public import Quantities
public import Records

/// Which records of a history are wanted. Empty means all.
public struct HistoryFilter: Equatable, Sendable {
  /// The identifier of a target.
  public var target: String?
  /// The identifier of a step.
  public var step: String?
  /// Types of events, such as `step_failed`.
  public var types: [String]?
  /// A person, provider or executor by name, or an account.
  public var actor: String?
  /// From this time on.
  public var from: Instant?
  /// Before this time.
  public var to: Instant?

  /// A filter that lets everything through.
  public init() {}

  /// Whether it leaves something out.
  public var isEmpty: Bool { self == HistoryFilter() }
}

/// What happened in a run.
public struct Account: Sendable {
  /// Whose account it is.
  public var run: RegisteredRun
  /// The plan in force, indexed.
  public var index: PlanIndex
  /// Everything that happened, with the names of the people in it.
  public var history: RunHistory
  /// The records that the filter lets through.
  public var chosen: [HistoryRecord]
}

/// How much of a history is read.
enum HistoryPart {
  case whole
  /// Without what providers printed at length.
  case withoutLogs
  /// Without what happened as a matter of course to other targets than these.
  case about(Set<String>)
}

extension Desk {
  /// What happened in a run.
  ///
  /// - Parameters:
  ///   - name: the run; without it the only open one, or else the newest.
  ///   - filter: which records are wanted.
  /// - Returns: everything that happened, and what the filter lets through.
  /// - Throws: ``Refusal`` also for a filter that nothing can pass: a word that nothing can have must not be answered
  ///   with "nothing happened".
  /// - Complexity: O(events of the run).
  public func account(of name: String?, filter: HistoryFilter = HistoryFilter()) throws(Refusal) -> Account {
    try refusing {
      let (run, index) = try asked(name, filter)
      let history = try history(of: run, .withoutLogs)
      return Account(
        run: run, index: index, history: history, chosen: history.records.filter { filter.admits($0, index: index) })
    }
  }

  /// Goes over what happened in a run, one record after another, with what providers printed: a long log needs little
  /// memory so.
  ///
  /// - Parameters:
  ///   - name: the run; without it the only open one, or else the newest.
  ///   - filter: which records are wanted.
  ///   - visit: takes a record, with the index of the plan in force.
  /// - Throws: ``Refusal`` as ``account(of:filter:)`` does.
  public func records(
    of name: String?, filter: HistoryFilter = HistoryFilter(), _ visit: (HistoryRecord, PlanIndex) -> Void
  ) throws(Refusal) {
    try refusing {
      let (run, index) = try asked(name, filter)
      _ = try self.visit(run, .whole) { record in
        if filter.admits(record, index: index) { visit(record, index) }
      }
    }
  }

  /// One record of a run, with what a provider printed.
  func record(_ seq: Int64, of run: RegisteredRun) throws -> HistoryRecord? {
    let people = try journal.people()
    var found: HistoryRecord?
    try journal.entries(of: run.number, after: seq - 1) { entry in
      guard entry.seq == seq else { return false }
      let index = PlanIndex(try Recovery.plan(entry.plan ?? run.plan, of: run, in: journal))
      let event = try Recovery.event(entry, index: index)
      found = (seq, event, EventDetail(of: entry, event, people: people, in: index.plan))
      return false
    }
    return found
  }

  private func asked(_ name: String?, _ filter: HistoryFilter) throws -> (RegisteredRun, PlanIndex) {
    let run = try run(name)
    let index = PlanIndex(try Recovery.plan(of: run, in: journal))
    try check(filter, index: index)
    return (run, index)
  }

  /// The events of a run, each with what people wrote about it, and the plans that were in force.
  func history(of run: RegisteredRun, _ part: HistoryPart) throws -> RunHistory {
    var records: [HistoryRecord] = []
    var history = try visit(run, part) { records.append($0) }
    history.records = records
    return history
  }

  /// Hands over the events of a run.
  ///
  /// - Returns: the plans that were in force, without a record.
  private func visit(
    _ run: RegisteredRun, _ part: HistoryPart, _ visit: (HistoryRecord) -> Void
  ) throws -> RunHistory {
    let people = try journal.people()
    var history = RunHistory(plan: try Recovery.plan(of: run, in: journal))
    var indices: [Digest: PlanIndex] = [run.plan: PlanIndex(history.plan)]
    var isFirst = true
    var kept = KeptTargets()
    let take = { (entry: Entry) in
      let digest = entry.plan ?? run.plan
      let index = try indices[digest] ?? PlanIndex(try Recovery.plan(digest, of: run, in: journal))
      indices[digest] = index
      if isFirst { history.plan = index.plan }
      isFirst = false
      let event = try Recovery.event(entry, index: index)
      var detail = EventDetail(of: entry, event, people: people, in: index.plan)
      kept.complete(&detail, of: event, at: entry.seq, in: index)
      visit((entry.seq, event, detail))
      return true
    }
    switch part {
    case .whole: try journal.entries(of: run.number, take)
    case .withoutLogs: try journal.entriesWithoutLogs(of: run.number, take)
    case .about(let targets):
      // By identifier: the path of a target may have been another one before an amendment.
      let isAbout = { (path: String) in
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 3 && targets.contains(String(parts[3]))
      }
      try journal.entries(of: run.number, without: Event.routineTypes, unlessAbout: isAbout, take)
    }
    history.plans = indices.mapValues(\.plan)
    return history
  }

  private func check(_ filter: HistoryFilter, index: PlanIndex) throws(Refusal) {
    for type in filter.types ?? [] where !Event.types.contains(type) {
      let nearest = Spelling.nearest(to: type, among: Event.types)
      throw Refusal(
        .usage, "there is no event type `\(type)`",
        next: [nearest.map { "write \($0)" } ?? "docs/audit.md lists the types"])
    }
    if let target = filter.target, !index.plan.stages.indices.contains(where: { index.row(target, stage: $0) != nil }) {
      throw Refusal(
        .usage, "the plan has no target `\(target)`", next: ["`plan RUNBOOK --wave PATH` lists the targets of a wave"])
    }
    let steps = index.plan.stages.flatMap(\.steps).map(\.id)
    if let step = filter.step, !steps.contains(step) {
      let nearest = Spelling.nearest(to: step, among: Set(steps).sorted())
      throw Refusal(.usage, "the plan has no step `\(step)`", next: nearest.map { ["write \($0)"] } ?? [])
    }
  }
}

extension HistoryFilter {
  fileprivate func admits(_ record: HistoryRecord, index: PlanIndex) -> Bool {
    let path = record.detail.path(of: record.event, in: index).split(separator: "/", omittingEmptySubsequences: false)
    return (target.map { path.count > 3 && path[3] == $0 } ?? true)
      && (step.map { path.count > 4 && path[4] == $0 } ?? true)
      && (types.map { $0.contains(record.event.kind.type) } ?? true)
      && (actor.map { record.detail.actor == $0 || record.detail.account == $0 } ?? true)
      && (from.map { record.event.at >= $0 } ?? true) && (to.map { record.event.at < $0 } ?? true)
  }
}

extension EventDetail {
  /// Who and why, of an entry. A person of the plan has the name of the plan, and anybody else that of the account,
  /// where the journal still knows it.
  fileprivate init(of entry: Entry, _ event: Event, people: [String: String], in plan: Plan) {
    let names = plan.people.map(\.name)
    var account: String?
    let actor: String?
    switch entry.actor.kind {
    case .engine: actor = nil
    case .executor, .provider: actor = entry.actor.id
    case .person:
      // A person of the plan stands there under the plan's own pseudonym; before that, and for anybody else, it is
      // that of the account.
      let known = people[entry.actor.id] ?? entry.actor.id
      let sender = event.kind.sender
      let person =
        sender?.person ?? plan.people.firstIndex { $0.id == entry.actor.id || $0.accounts.contains(known) }
      actor = person.flatMap { names.indices.contains($0) ? names[$0] : nil } ?? known
      let from =
        entry.payload?["account"]?.string ?? (person.map { plan.people[$0].name == known } ?? true ? nil : known)
      if sender?.isByAccount ?? true, from != actor { account = from }
    }
    self.init(
      actor: actor, account: account, reason: entry.payload?["reason"]?.string, log: entry.payload?["log"]?.string,
      path: entry.subject, people: names)
  }
}

/// Who left a target as it is, why, and at which step of it: the event that says so follows from the command that does.
private struct KeptTargets {
  private var skips: [Int64: EventDetail] = [:]
  private var blocked: [TargetKey: Int] = [:]

  /// Takes note of an event, and completes what is known of one that tells of a kept target.
  mutating func complete(_ detail: inout EventDetail, of event: Event, at seq: Int64, in index: PlanIndex) {
    switch (event.kind, event.subject) {
    case (.commandReceived(let command), _) where command.name == .skip: skips[seq] = detail
    case (.undoBlocked, .step(let address)): blocked[address.target] = address.step
    case (.targetUndone, .target(let key)): blocked[key] = nil
    case (.targetKept, .target(let key)):
      let said = event.cause.flatMap { skips[$0] }
      (detail.actor, detail.account, detail.reason) = (said?.actor, said?.account, said?.reason)
      detail.step = blocked[key].map { index.plan.stages[key.stage].steps[$0].id }
    default: break
    }
  }
}
