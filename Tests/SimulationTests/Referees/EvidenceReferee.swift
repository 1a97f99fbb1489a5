import Plans
import Quantities

@testable import Engine

/// Judges evidence by brute force: from every measurement on record, with nothing of the engine's bookkeeping.
///
/// It is written to be slow and obvious. Where a policy asks another signal it does not know which of its values the
/// engine saw, and allows for any.
struct EvidenceReferee {
  /// What an evaluation may count as.
  struct Verdicts: OptionSet {
    let rawValue: Int
    static let pass = Verdicts(rawValue: 1)
    static let breach = Verdicts(rawValue: 2)
    static let unknown = Verdicts(rawValue: 4)
  }

  struct Evaluation {
    var at: Instant
    var reading: Reading
  }

  struct Series: Hashable {
    var signal: Int
    var name: String
  }

  struct Watch: Hashable {
    var trigger: Int
    var series: String
  }

  var known: [Series: [Evaluation]] = [:]
  var until: [Int: Instant] = [:]
  /// Since when targets are live.
  var live: [TargetKey: Instant] = [:]
  /// The targets that were changed and not taken back.
  var changed: Set<TargetKey> = []
  /// The newest wave that was changed, and since when.
  var newest: (stage: Int, wave: Int, since: Instant)?
  /// The same for the events that a bake waits for: they count on under another plan.
  var counted: (stage: Int, wave: Int, since: Instant)?
  /// The waves that were changed, in the order of their first change.
  var changes: [Change] = []
  /// When an executor last began, or something was due.
  var wokenAt: Instant?
  /// The wave whose gate opened last, unless two persons forced it.
  var opened: (stage: Int, wave: Int)?
  /// Whether the plan has changed since in what decides: the gate is asked again before anything begins.
  var isOwed = false
  /// Whether the plan of the gate that is measured promises a comparison, and what the last one found.
  var promised = false
  var compared: Verdict?
  /// The wave that bakes.
  var baking: (stage: Int, wave: Int, since: Instant)?
  /// What happened last that may begin a trigger's clock anew.
  var disturbedAt = Instant(milliseconds: .min / 2)
  /// The triggers that have fired, and that nothing has armed again.
  var fired: Set<Watch> = []
  /// When those that had fired were armed again. What was pending went on.
  var armedAt: [Watch: Instant] = [:]
}

extension EvidenceReferee {
  /// Takes an event into account, and says what evidence did not allow.
  mutating func judge(_ event: Event, before: RunState, after: RunState) -> [String] {
    var faults: [String] = []
    switch (event.kind, event.subject) {
    case (.clockStepped(let span), _): step(by: span, to: event.at)
    case (.sampled(let all), _): for samples in all { take(samples) }
    case (.intended(.apply, _), .step(let address)): begin(address, at: after.now, in: after.plan)
    case (.succeeded(.apply, _, _, _), .step(let address)), (.settled(.apply, _, .succeeded, _, _), .step(let address)):
      if after.plan.stages[address.target.stage].steps[address.step].isCutover {
        live[address.target] = live[address.target] ?? after.now
      }
    case (.inDoubt(.apply, _, _), .step(let address)):
      // Who may be live is watched.
      if after.plan.stages[address.target.stage].steps[address.step].isCutover {
        live[address.target] = live[address.target] ?? after.now
      }
    case (.settled(.apply, _, .notApplied, _, _), .step(let address)),
      (.settled(.apply, _, .failed, _, _), .step(let address)):
      let steps = after.plan.stages[address.target.stage].steps
      if steps[address.step].isCutover, !steps.prefix(address.step).contains(where: \.isCutover) {
        live[address.target] = nil
        disturbedAt = after.now
      }
    case (.stepSkipped, .step(let address)) where before.unit(address.target)?.verb == .apply:
      // Whoever skips a cut-over has done it, as far as anybody knows.
      if after.plan.stages[address.target.stage].steps[address.step].isCutover {
        live[address.target] = live[address.target] ?? after.now
        disturbedAt = after.now
      }
    case (.targetUndone(complete: true), .target(let key)), (.targetSkipped, .target(let key)):
      live[key] = nil
      changed.remove(key)
      disturbedAt = after.now
    case (.executorStarted, _), (.timerDue, _): wokenAt = after.now
    case (.gateStarted, .wave(let stage, let wave)):
      compared = nil
      promised = after.plan.promisesComparison(at: stage, wave)
    case (.gateCompared(let result), _): compared = result.verdict
    case (.gateOpened(_, _, let isShadow), .wave(let stage, let wave)):
      faults += judgeGate(stage, wave, before, after)
      if promised, compared != .pass {
        faults.append("E3 a gate opened that had to compare, and found \(compared as Any)")
      }
      if !isShadow { (opened, isOwed) = ((stage, wave), false) }
    case (.triggerFired(let firing), let place):
      faults += judge(firing, in: after) + judgePlace(of: firing, at: place, in: before)
    case (.waveStarted, .wave(let stage, let wave)):
      // Of a wave that begins again something may be left: that is the newest change then.
      if exposed(stage, wave, in: before).allSatisfy({ live[$0] == nil }) {
        faults += judgeAge(in: before, now: after.now) + judgeOwed(in: before)
      }
      faults += judgeRead(in: before)
      leaveChanges(at: after.now)
      newest = nil
      // What is left of a wave that begins again was counted from its first change on.
      let isLeft = counted.map { ($0.stage, $0.wave) == (stage, wave) } ?? false
      if !isLeft || exposed(stage, wave, in: before).isEmpty { counted = nil }
    case (.gateForced, _): (opened, isOwed) = (nil, false)
    case (.planAmended, _): isOwed = isOwed || before.plan.decides(otherwiseThan: after.plan)
    case (.rollbackFinished, _): fallBack(in: after)
    case (.waveBaking, .wave(let stage, let wave)): baking = (stage, wave, after.now)
    case (.waveFinished, .wave(let stage, let wave)):
      faults += judgeBake(stage, wave, in: before, now: after.now)
      noteEnd(stage, wave, at: after.now)
      if let gate = opened, (gate.stage, gate.wave) != (stage, wave) { (opened, isOwed) = (nil, false) }
    case (.rollbackStarted, _): baking = nil
    default: break
    }
    if event.kind.beginsClocksAnew { disturbedAt = after.now }
    if event.kind.armsTriggers {
      for watch in fired { armedAt[watch] = after.now }
      fired = []
    }
    return faults
  }

  private mutating func begin(_ address: StepAddress, at now: Instant, in plan: Plan) {
    let key = address.target
    let planned = plan.stages[key.stage]
    let wave = planned.waves.firstIndex { $0.targets.contains(key.row) } ?? 0
    // In a wave that begins again, what could not be taken back is changed already.
    if counted.map({ ($0.stage, $0.wave) != (key.stage, wave) }) ?? true { counted = (key.stage, wave, now) }
    let isAnew = !planned.waves[wave].targets.contains { changed.contains(TargetKey(stage: key.stage, row: $0)) }
    noteChange(key.stage, wave, at: now, isAnew: isAnew)
    guard changed.insert(key).inserted else { return }
    if !planned.steps.contains(where: \.isCutover) { live[key] = now }
    if newest.map({ ($0.stage, $0.wave) != (key.stage, wave) }) ?? true { newest = (key.stage, wave, now) }
    disturbedAt = now
  }

  private mutating func take(_ samples: Samples) {
    for row in samples.rows where row.readings.count == samples.series.count {
      guard row.at > until[samples.signal] ?? Instant(milliseconds: .min / 2) else { continue }
      until[samples.signal] = row.at
      for (name, reading) in zip(samples.series, row.readings) {
        known[Series(signal: samples.signal, name: name), default: []].append(Evaluation(at: row.at, reading: reading))
      }
    }
  }

  /// The clock was set: what lasts moves with it.
  private mutating func step(by span: Span, to now: Instant) {
    known = known.mapValues { $0.map { Evaluation(at: $0.at + span, reading: $0.reading) } }
    until = until.mapValues { $0 + span }
    live = live.mapValues { $0 + span }
    if let wave = newest { newest = (wave.stage, wave.wave, wave.since + span) }
    if let wave = counted { counted = (wave.stage, wave.wave, wave.since + span) }
    if let wave = baking { baking = (wave.stage, wave.wave, wave.since + span) }
    wokenAt = wokenAt.map { $0 + span }
    for place in changes.indices {
      changes[place].since = changes[place].since + span
      changes[place].finishedAt = changes[place].finishedAt.map { $0 + span }
      changes[place].leftAt = changes[place].leftAt.map { $0 + span }
    }
    disturbedAt = now
  }

  /// Stages have other places from now on.
  mutating func move(_ places: [Int: Int]) {
    live = live.reduce(into: [:]) { moved, pair in if let key = pair.key.moved(places) { moved[key] = pair.value } }
    changed = Set(changed.compactMap { $0.moved(places) })
    counted = counted.flatMap { counted in places[counted.stage].map { ($0, counted.wave, counted.since) } }
    opened = opened.flatMap { opened in places[opened.stage].map { ($0, opened.wave) } }
    changes = changes.compactMap { change in
      guard let stage = places[change.stage] else { return nil }
      var moved = change
      moved.stage = stage
      return moved
    }
    (newest, baking) = (nil, nil)
    // Triggers may have other places, too.
    (fired, armedAt) = ([], [:])
  }
}

extension Event.Kind {
  /// Whether the breach of a trigger may have to begin anew: another wave is watched, or something was taken back.
  fileprivate var beginsClocksAnew: Bool {
    switch self {
    case .waveStarted, .rollbackStarted, .rollbackFinished, .planAmended, .targetKept: true
    default: false
    }
  }

  /// Whether a trigger that has fired may fire again.
  fileprivate var armsTriggers: Bool {
    switch self {
    case .rollbackFinished, .runResumed, .runContinued: true
    default: false
    }
  }
}

extension Plan {
  /// Whether enough targets of a wave and those before it would have controls.
  fileprivate func promisesComparison(at stage: Int, _ wave: Int) -> Bool {
    guard let comparison = stages[stage].gate?.comparison else { return false }
    let pairs = pairs(of: comparison, in: stage)
    return pairs.indices.contains(wave) && pairs[wave] >= comparison.leastPairs
  }

  /// Whether another plan measures something else, or decides otherwise by it.
  fileprivate func decides(otherwiseThan other: Plan) -> Bool { signals != other.signals || triggers != other.triggers }
}
