import Plans
public import Quantities

/// What one planned look at migrated targets and their controls found.
public struct ComparisonResult: Equatable, Sendable {
  /// The number of the look, from 1.
  public var look: Int
  /// The migrated targets that could be compared.
  public var pairs: Int
  /// The controls that they were compared with.
  public var controls: Int
  /// How much worse the migrated targets are, as estimated; `nil` when none could be compared.
  public var harm: Fixed?
  /// The least harm that fits what was measured; `nil` when that cannot be said.
  public var least: Fixed?
  /// The greatest harm that fits what was measured.
  public var greatest: Fixed?
  /// What follows from it.
  public var verdict: Verdict
}

/// A migrated target and the targets that it is compared with: no control serves two of them, so the differences do not
/// depend on each other.
public struct MatchedTarget: Equatable, Sendable {
  /// The migrated target.
  public var id: String
  /// Since when it is live.
  public var since: Instant
  /// Targets that are not migrated and have the same attributes.
  public var controls: [String]
}

/// What a planned look needs to be measured: the same series in two stretches of time.
public struct LookRequest: Equatable, Sendable {
  /// The number of the look, from 1.
  public var look: Int
  /// The earlier period; `nil` when targets are not compared to themselves.
  public var before: SampleRequest?
  /// The time in question.
  public var after: SampleRequest
}

extension RunState {
  /// The most controls of one target.
  private static let controlsEach = 5
  /// The most instants of each period.
  private static let instants = 20

  /// The comparison that a gate asks for; `nil` when it asks for none, or when too few targets have controls to say
  /// anything.
  func comparison(of gate: GateState) -> PlannedComparison? {
    gate.matched.isEmpty ? nil : plan.stages[gate.stage].gate?.comparison
  }

  /// Whether a gate has used up its looks.
  func hasLookedOften(_ gate: GateState) -> Bool {
    comparison(of: gate).map { gate.looks >= $0.looks } ?? gate.lacksPairs
  }

  /// What the comparison of a gate says so far; a pass where it asks for none.
  func comparisonVerdict(of gate: GateState) -> Verdict {
    guard comparison(of: gate) != nil else { return gate.lacksPairs ? .unknown(.tooFew) : .pass }
    return gate.comparison?.verdict ?? .unknown(.noData)
  }

  /// The migrated targets of a stage that a wave is judged by: its own and those before it.
  private func migratedTargets(upTo wave: Int, of stage: Int) -> [TargetKey] {
    plan.stages[stage].waves.prefix(wave + 1).flatMap(\.targets).map { TargetKey(stage: stage, row: $0) }
      .filter { stages[stage].status[Int($0.row)] == .done }
  }

  /// Each migrated target with its controls. Controls are dealt out in turn among the targets of the same attributes.
  func matchedTargets(upTo wave: Int, of stage: Int, matching attributes: [String]) -> [MatchedTarget] {
    guard let number = plan.stages[stage].inventory else { return [] }
    let inventory = plan.inventories[number]
    func stratum(_ row: Int) -> [String] { attributes.map { inventory.value($0, of: row) ?? "" } }
    var isTouched = [Bool](repeating: false, count: inventory.count)
    var isPlanned = isTouched
    for other in plan.stages.indices where plan.stages[other].inventory == number {
      for row in isTouched.indices
      where stages[other].status[row] != .waiting || stages[other].live[Int32(row)] != nil {
        isTouched[row] = true
      }
      for row in plan.stages[other].waves.flatMap(\.targets) { isPlanned[Int(row)] = true }
    }
    var free: [[String]: [Int]] = [:]
    for row in isTouched.indices where !isTouched[row] && isPlanned[row] { free[stratum(row), default: []].append(row) }
    var places: [[String]: Int] = [:]
    let migrated = migratedTargets(upTo: wave, of: stage)
    let members = Dictionary(grouping: migrated) { stratum(Int($0.row)) }.mapValues(\.count)
    return migrated.map { key in
      let mine = stratum(Int(key.row))
      let place = places[mine, default: 0]
      places[mine] = place + 1
      let peers = free[mine] ?? []
      let controls = stride(from: place, to: peers.count, by: members[mine] ?? 1).prefix(Self.controlsEach)
      return MatchedTarget(
        id: plan.target(key.row, stage: stage), since: stages[stage].live[key.row] ?? now,
        controls: controls.map { plan.target(Int32(peers[$0]), stage: stage) })
    }
  }

  /// When the next look is due; `nil` when none is.
  var nextLookDue: Instant? {
    guard let gate = evidence.gate, !gate.isExpired, let comparison = comparison(of: gate),
      gate.looks < comparison.looks, gate.comparison?.verdict != .pass, let planned = plan.stages[gate.stage].gate
    else { return nil }
    // By then no window reaches back behind the beginning of the gate, and so behind no cut-over.
    let first = gate.startedAt + plan.signals[comparison.signal].window + planned.hold
    let room = gate.deadline.map { ($0 - first).milliseconds } ?? planned.hold.milliseconds * Int64(comparison.looks)
    let gap = max(0, room) / Int64(comparison.looks)
    return first + Span(milliseconds: gap * Int64(gate.looks)) + plan.signals[comparison.signal].settle
  }

  /// What a look needs that is due; `nil` when none is.
  public func lookDue(at instant: Instant) -> LookRequest? {
    guard outcome == nil, let due = nextLookDue, due <= instant, let gate = evidence.gate,
      let comparison = comparison(of: gate), let planned = plan.stages[gate.stage].gate
    else { return nil }
    let signal = plan.signals[comparison.signal]
    let every = max(1, signal.every.milliseconds)
    let newest = (instant.milliseconds - signal.settle.milliseconds) / every
    let count = max(1, planned.hold.milliseconds / every)
    let step = (count + Int64(Self.instants) - 1) / Int64(Self.instants)
    let after = stride(from: Int64(0), to: count, by: Int64.Stride(step)).map { newest - $0 }.reversed()
    let back = (comparison.before.milliseconds + every - 1) / every
    let series = Set(gate.matched.flatMap { [$0.id] + $0.controls }).sorted()
    func request(_ places: [Int64]) -> SampleRequest {
      SampleRequest(
        signal: comparison.signal, times: places.map { Instant(milliseconds: $0 * every) }, series: series)
    }
    return LookRequest(
      look: gate.looks + 1, before: back == 0 ? nil : request(after.map { $0 - back }), after: request(Array(after)))
  }

  /// Takes what a look measured into account.
  mutating func foldLook(_ look: Int, before: Samples, after: Samples) {
    guard var gate = evidence.gate, let comparison = comparison(of: gate), look == gate.looks + 1 else { return }
    let earlier = Averages(before)
    let later = Averages(after)
    let window = plan.signals[comparison.signal].window
    func change(_ id: String, since: Instant?) -> Fixed? {
      guard let now = later.mean(id, from: since.map { $0 + window }) else { return nil }
      guard !before.rows.isEmpty else { return now }
      return earlier.mean(id).flatMap { Fixed(steps: now.steps - $0.steps) }
    }
    var differences: [Fixed] = []
    var controls = 0
    for target in gate.matched {
      let others = target.controls.compactMap { change($0, since: nil) }
      guard let own = change(target.id, since: target.since), let norm = others.medianValue else { continue }
      let difference = own.steps - norm.steps
      // Beyond the range nothing is known; that target is not compared.
      guard let harm = Fixed(steps: comparison.isHarmAbove ? difference : -difference) else { continue }
      controls += others.count
      differences.append(harm)
    }
    let rank = SignedRank(differences, error: comparison.errorEach)
    var verdict = Verdict.unknown(.tooFew)
    if let upper = rank?.upper, upper < comparison.margin { verdict = .pass }
    if let lower = rank?.lower, lower > comparison.margin { verdict = .breach }
    gate.looks = look
    gate.isCompared = false
    gate.comparison = ComparisonResult(
      look: look, pairs: differences.count, controls: controls, harm: rank?.shift, least: rank?.lower,
      greatest: rank?.upper, verdict: verdict)
    evidence.gate = gate
  }
}

/// The mean of each series over some evaluations.
private struct Averages {
  private let samples: Samples
  private let place: [String: Int]

  init(_ samples: Samples) {
    self.samples = samples
    place = Dictionary(samples.series.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: min)
  }

  /// The mean of a series from an instant on; `nil` where less than four fifths of the evaluations have a value.
  func mean(_ series: String, from start: Instant? = nil) -> Fixed? {
    guard let place = place[series], !samples.rows.isEmpty else { return nil }
    var (sum, count): (Int128, Int128) = (0, 0)
    for row in samples.rows where start.map({ row.at >= $0 }) ?? true && place < row.readings.count {
      guard case .value(let value) = row.readings[place] else { continue }
      let (total, isTooLarge) = sum.addingReportingOverflow(value.steps)
      if isTooLarge { return nil }
      sum = total
      count += 1
    }
    return count * 5 >= Int128(samples.rows.count) * 4 ? Fixed(steps: sum / count) : nil
  }
}

extension [Fixed] {
  /// The middle value, or the mean of the two in the middle; `nil` of none.
  fileprivate var medianValue: Fixed? {
    guard !isEmpty else { return nil }
    let sorted = map(\.steps).sorted()
    let middle = sorted.count / 2
    return Fixed(steps: sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2)
  }
}
