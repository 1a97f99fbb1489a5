import Plans
import Quantities

@testable import Engine

extension EvidenceReferee {
  /// E3: a gate opens on passes alone, each of a window that began after the newest cut-over in its scope, for as long
  /// as its hold lasts.
  func judgeGate(_ stage: Int, _ wave: Int, _ before: RunState, _ after: RunState) -> [String] {
    let plan = after.plan
    guard let gate = plan.stages[stage].gate, let begun = before.evidence.gate?.startedAt else {
      return ["E3 a gate opened that was not measured"]
    }
    guard !gate.conditions.isEmpty else { return [] }
    let marks = marks(of: demands(of: gate, in: plan), on: stage, wave, since: begun, in: before)
    let path = plan.path(stage: stage, wave: wave)
    return canOpen(marks, gate, in: plan) ? [] : ["E3 the gate of \(path) opened on \(marks)"]
  }

  /// E3: what a gate has shown is no older than it may be when the next wave begins.
  func judgeAge(in state: RunState, now: Instant) -> [String] {
    guard let opened, let gate = state.plan.stages[opened.stage].gate, let age = gate.validFor,
      !gate.conditions.isEmpty,
      exposed(opened.stage, opened.wave, in: state).contains(where: { live[$0] != nil })
    else { return [] }
    let marks = marks(
      of: demands(of: gate, in: state.plan), on: opened.stage, opened.wave,
      // One that is exactly so old is not older.
      since: now + Span(milliseconds: -age.milliseconds - 1),
      in: state)
    // An evaluation speaks for some time after its own.
    let slowest = gate.conditions.map { state.plan.signals[$0.signal] }.map { $0.settle + $0.every + $0.every }.max()
    let isFresh = marks.contains { $0.verdicts.contains(.pass) } || (slowest ?? .zero) >= age
    return isFresh ? [] : ["E3 a wave begins on a gate that has shown nothing for \(age)"]
  }

  /// E3: a gate that passed under another plan is asked again before the next wave begins.
  func judgeOwed(in state: RunState) -> [String] {
    guard isOwed, let opened, let gate = state.plan.stages[opened.stage].gate, !gate.isShadow,
      exposed(opened.stage, opened.wave, in: state).contains(where: { live[$0] != nil })
    else { return [] }
    return ["E3 a wave begins on a gate that was passed under another plan"]
  }

  /// E3: a wave has baked for as long as it must, and in good health.
  mutating func judgeBake(_ stage: Int, _ wave: Int, in state: RunState, now: Instant) -> [String] {
    defer { baking = nil }
    let plan = state.plan
    guard let baking, (baking.stage, baking.wave) == (stage, wave) else { return [] }
    let path = plan.path(stage: stage, wave: wave)
    if now - baking.since < plan.stages[stage].bake { return ["E3 \(path) has baked for less than it must"] }
    guard state.evidence.bake != nil else { return [] }
    var all = plan.stages[stage].gate.map { $0.isShadow ? [] : demands(of: $0, in: plan) } ?? []
    all += plan.triggers.filter { trigger in
      exposed(stage, wave, in: state).contains {
        live[$0] != nil && series(of: $0, plan.signals[trigger.condition.signal].extent, in: state) != nil
      }
    }.map { Demand(condition: $0.condition, isBreach: true, policy: $0.noData) }
    guard !all.isEmpty else { return [] }
    let marks = marks(of: all, on: stage, wave, since: baking.since, in: state)
    if !sawEvents(on: stage, wave, in: state, all.count, marks) {
      return ["E3 \(path) was never in good health once it had the events that it waits for"]
    }
    let most = goodTime(marks, all.map { plan.signals[$0.condition.signal] }, since: baking.since)
    return most >= plan.stages[stage].bake
      ? [] : ["E3 \(path) has baked for \(most) in good health, and not for \(plan.stages[stage].bake)"]
  }

  /// The longest time in good health that these evaluations can mean. What came after it was over, and was recorded with
  /// it, does not count.
  private func goodTime(
    _ marks: [(at: Instant, condition: Int, verdicts: Verdicts)], _ signals: [PlannedSignal], since start: Instant
  ) -> Span {
    var (passed, most) = (Span.zero, Span.zero)
    var (goodUntil, unknown): (Instant?, Int?) = (start, nil)
    var passes = [Instant](repeating: start, count: signals.count)
    // What passed at an instant may have come before what did not: until then it was in good health.
    let inOrder = marks.sorted { one, other in
      (one.at, one.verdicts.contains(.pass) ? 0 : 1) < (other.at, other.verdicts.contains(.pass) ? 0 : 1)
    }
    for mark in inOrder {
      if mark.verdicts.contains(.pass) {
        passes[mark.condition] = mark.at
        // One that was read first spoke for all others that were fresh, before it was known that one of them is unknown.
        let isFirst = unknown.map { unknown in
          unknown != mark.condition
            && zip(passes, signals).allSatisfy { mark.at - ($0 + $1.settle + $1.every + $1.every) <= .zero }
        }
        if let goodUntil, isFirst ?? true { passed = passed + (mark.at - goodUntil) }
        (goodUntil, unknown) = (mark.at, nil)
      } else if mark.verdicts == .breach {
        (passed, goodUntil, unknown) = (.zero, nil, nil)
      } else {
        unknown = unknown ?? mark.condition
      }
      most = max(most, passed)
    }
    return most
  }

  /// Whether a bake that waits for events was in good health at some time after these can have been there.
  private func sawEvents(
    on stage: Int, _ wave: Int, in state: RunState, _ conditions: Int,
    _ marks: [(at: Instant, condition: Int, verdicts: Verdicts)]
  ) -> Bool {
    guard let events = state.plan.stages[stage].bakeEvents, let counted, (counted.stage, counted.wave) == (stage, wave)
    else { return true }
    let extent = state.plan.signals[events.signal].extent
    let targets = exposed(stage, wave, in: state)
    // Whom one that failed still speaks for is not told here.
    guard targets.allSatisfy({ state.stages[stage].status[Int($0.row)] == .done }) else { return true }
    var wanted: [String: Int] = [:]
    for key in targets {
      if let name = series(of: key, extent, in: state) { wanted[name, default: 0] += events.count }
    }
    var complete = counted.since
    for (name, count) in wanted {
      guard let time = time(of: count, events.signal, name, since: counted.since) else { return false }
      complete = max(complete, time)
    }
    // What was known of each condition when the events were complete, and what came then.
    let before = (0..<conditions).map { number in marks.last { $0.condition == number && $0.at <= complete } }
    var verdicts = before.map { $0?.verdicts ?? .pass }
    if verdicts.allSatisfy({ $0.contains(.pass) }) { return true }
    for mark in marks where mark.at > complete {
      verdicts[mark.condition] = mark.verdicts
      if verdicts.allSatisfy({ $0.contains(.pass) }) { return true }
    }
    return false
  }

  /// When a running total had risen by so many since a time; one that begins again counts from nothing.
  private func time(of count: Int, _ signal: Int, _ name: String, since: Instant) -> Instant? {
    var (sum, last): (Int, Int?) = (0, nil)
    for evaluation in known[Series(signal: signal, name: name)] ?? [] where evaluation.at > since {
      guard case .value(let total) = evaluation.reading else { continue }
      if let last { sum += total.wholePart < last ? total.wholePart : total.wholePart - last }
      last = total.wholePart
      if sum >= count { return evaluation.at }
    }
    return nil
  }

  /// Whether a gate can be open with these evaluations, each at its best.
  private func canOpen(
    _ marks: [(at: Instant, condition: Int, verdicts: Verdicts)], _ gate: PlannedGate, in plan: Plan
  ) -> Bool {
    let slowest = gate.conditions.map { plan.signals[$0.signal].every }.max() ?? .zero
    let patience = Span(milliseconds: 2 * slowest.milliseconds)
    var newest: [Int: (at: Instant, verdicts: Verdicts)] = [:]
    var passedAt: [Int: Instant] = [:]
    var holdsSince: Instant?
    var unknownSince: Instant?
    var isOpen = false
    for (number, mark) in marks.enumerated() {
      newest[mark.condition] = (mark.at, mark.verdicts)
      if mark.verdicts == .breach {
        (holdsSince, isOpen) = (nil, false)
        continue
      }
      if mark.verdicts.contains(.pass) {
        // However seldom another one speaks, a signal that was silent for longer than its own time begins anew.
        let gap = passedAt[mark.condition].map { mark.at - $0 }
        let every = plan.signals[gate.conditions[mark.condition].signal].every
        if let gap, gap > Span(milliseconds: 4 * every.milliseconds) { (holdsSince, isOpen) = (nil, false) }
        passedAt[mark.condition] = mark.at
      }
      // Conditions on one signal are judged together, and others that speak for the same instant may be.
      if number + 1 < marks.count, marks[number + 1].at == mark.at, marks[number + 1].verdicts != .breach { continue }
      let passes = gate.conditions.indices.allSatisfy { number in
        guard let one = newest[number], one.verdicts.contains(.pass) else { return false }
        let signal = plan.signals[gate.conditions[number].signal]
        return mark.at - (one.at + signal.settle) <= Span(milliseconds: 2 * signal.every.milliseconds)
      }
      if passes {
        unknownSince = nil
        let since = holdsSince ?? mark.at
        holdsSince = since
        isOpen = isOpen || mark.at - since >= gate.hold
      } else {
        let since = unknownSince ?? mark.at
        unknownSince = since
        if mark.at - since > patience { (holdsSince, isOpen) = (nil, false) }
      }
    }
    return isOpen
  }
}
