package import Diagnostics
package import Plans
package import Quantities

/// What the screens and the review say about a plan, computed once and in one place.
package struct PlanFacts {
  let plan: Plan
  let findings: [Finding]
  /// For times in the zone of the programme.
  let zones: any ZoneTable

  /// A phase in numbers.
  package struct Phase {
    package var index: Int
    package var id: String
    package var stages: Int
    package var waves: Int
    package var targets: Int
    package var changes: Int
    package var course: PlannedTimes
    package var undo: String
    /// Whether a step of the phase cannot be taken back.
    package var hasWall: Bool
  }

  package init(_ plan: Plan, findings: [Finding], zones: any ZoneTable) {
    self.plan = plan
    self.findings = findings
    self.zones = zones
  }

  /// The phases in order.
  package var phases: [Phase] {
    plan.phases.indices.map { index in
      let stages = plan.stages.filter { $0.phase == index }
      let wall = stages.lazy.flatMap(\.steps).first { $0.undo == .impossible }
      return Phase(
        index: index, id: Sanitize.line(plan.phases[index].id), stages: stages.count,
        waves: stages.reduce(0) { $0 + $1.waves.count },
        targets: stages.reduce(0) { $0 + ($1.inventory == nil ? 0 : $1.targetCount) },
        changes: stages.reduce(0) { $0 + $1.steps.count * $1.targetCount },
        course: PlannedTimes(stages.flatMap(\.waves)),
        undo: wall.map { "only before step \(Sanitize.line($0.id))" } ?? "yes", hasWall: wall != nil)
    }
  }

  /// The path of the first step that cannot be taken back.
  package var firstWall: String? {
    for stage in plan.stages {
      guard !stage.waves.isEmpty, let step = stage.steps.first(where: { $0.undo == .impossible }) else { continue }
      return "\(plan.phases[stage.phase].id)/\(stage.id)/\(step.id)"
    }
    return nil
  }

  /// The name of a stage, `full-scale/stores`.
  package func name(_ stage: Int) -> String {
    Sanitize.line("\(plan.phases[plan.stages[stage].phase].id)/\(plan.stages[stage].id)")
  }

  /// `4 Jan to 26 Mar 2027, in Europe/Lisbon, 7 days before the deadline`
  package var dates: String? {
    let waves = plan.stages.flatMap(\.waves)
    guard let first = waves.compactMap(\.earliest).min(), let last = plan.lastDay else { return nil }
    let days = first == last ? Words.day(first) : "\(Words.day(first, beside: last)) to \(Words.day(last))"
    let span = "\(days), in \(Sanitize.line(plan.zone))"
    guard let standing = plan.standing else { return span }
    switch standing.daysLate {
    case 0: return "\(span), on the day of the deadline"
    case ..<0: return "\(span), \(Words.count(-standing.daysLate, "day")) before the deadline"
    default:
      return "\(span), \(Words.count(standing.daysLate, "day")) after the deadline \(Words.day(standing.deadline))"
    }
  }

  /// `611 = 200 documents.backfill · 11 other`
  package var changes: String {
    var counts: [(operation: String, count: Int)] = []
    for stage in plan.stages {
      for step in stage.steps {
        if let index = counts.firstIndex(where: { $0.operation == step.call.operation }) {
          counts[index].count += stage.targetCount
        } else {
          counts.append((step.call.operation, stage.targetCount))
        }
      }
    }
    let total = counts.reduce(0) { $0 + $1.count }
    // A stable order: by count, and by first appearance at one count.
    let ordered = counts.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(
      \.element)
    var parts = ordered.prefix(4).map { "\(Words.grouped($0.count)) \(Sanitize.line($0.operation))" }
    let other = ordered.dropFirst(4).reduce(0) { $0 + $1.count }
    if other > 0 { parts.append("\(Words.grouped(other)) other") }
    return parts.count < 2 ? parts.first ?? "none" : "\(Words.grouped(total)) = \(parts.joined(separator: " · "))"
  }

  /// At which failure each level stops, in integers.
  package var failures: String {
    func stop(_ limit: Int) -> String { "failure \(limit + 1)" }
    var parts: [String] = []
    let waves = plan.stages.flatMap(\.waves)
    let limited = waves.filter { $0.tolerate != nil }
    // One whose targets may all fail stops when nobody is left, and at no number.
    let limits = limited.filter(\.hasReachableLimit).compactMap(\.tolerate)
    let who = limited.count == waves.count ? "a wave" : "a wave with a limit"
    if let low = limits.min(), let high = limits.max() {
      let more = limits.count < limited.count ? " or when all fail" : ""
      let number = low == high ? stop(low) : "failure \(low + 1) to \(high + 1)"
      parts.append("\(who) stops at \(number)\(more)")
    } else if !limited.isEmpty {
      parts.append("\(who) stops when all fail")
    }
    for limit in attributeLimits { parts.append("a \(Sanitize.line(limit.attribute)) at \(limit.limit + 1)") }
    for phase in plan.phases {
      if let limit = phase.tolerate { parts.append("phase \(Sanitize.line(phase.id)) at \(limit + 1)") }
    }
    if let limit = plan.tolerateInRun { parts.append("the run at \(limit + 1)") }
    return parts.isEmpty ? "no limit: nothing stops after failures" : parts.joined(separator: ", ")
  }

  private var attributeLimits: [AttributeLimit] {
    var limits: [AttributeLimit] = []
    for limit in plan.stages.flatMap(\.tolerateByAttribute) where !limits.contains(limit) { limits.append(limit) }
    return limits
  }

  /// The most targets that are in flight in any wave of a stage.
  func effective(_ stage: Int) -> Int {
    let planned = plan.stages[stage]
    return planned.waves.indices.map { effective(stage, wave: $0) }.max() ?? planned.concurrency
  }

  /// The most targets that are in flight in a wave.
  package func effective(_ stage: Int, wave: Int) -> Int {
    let planned = plan.stages[stage]
    let most = planned.effectiveConcurrency(
      wave: wave, phaseLimit: plan.phases[planned.phase].tolerate, runLimit: plan.tolerateInRun)
    return min(most, planned.waves[wave].targets.count)
  }

  /// How many targets are at work at once, and where that is not what was asked for.
  var atOnce: (text: String, isBounded: Bool)? {
    let staged = plan.stages.indices.filter { plan.stages[$0].targetCount > 1 }
    guard let largest = staged.map(effective).max() else { return nil }
    let bounded = findings.filter { $0.code == "G309" }
    if let first = bounded.first {
      return (Sanitize.line(first.message) + (bounded.count > 1 ? " (and \(bounded.count - 1) more stages)" : ""), true)
    }
    return ("\(Words.count(largest, "target")) at most", false)
  }

  /// `2 gates, 3 triggers`
  package var guarded: String {
    let gates = plan.guards.count { $0.kind == .gate }
    let triggers = plan.guards.count { $0.kind == .trigger }
    guard gates + triggers > 0 else { return "by nothing: no gate, no trigger" }
    let comparisons = plan.stages.count { $0.gate?.comparison != nil }
    return "\(Words.count(gates, "gate")), \(Words.count(triggers, "trigger"))"
      + (comparisons > 0 ? ", \(Words.count(comparisons, "comparison")) with the rest" : "")
  }

  /// What must not be overlooked, as label and words.
  package var loud: [(label: String, text: String)] { plan.loud }

  /// What somebody has to give before or during the run.
  package var needs: [String] {
    plan.phases.indices.flatMap { number in
      let phase = plan.phases[number]
      let stages = plan.stages.filter { $0.phase == number && $0.approvalRule != nil }
      let rules = [(phase.id, phase.approvalRule)] + stages.map { ("\(phase.id)/\($0.id)", $0.approvalRule) }
      return rules.compactMap { path, rule in
        rule.map { "\(Sanitize.line($0.words)) before \(Sanitize.line(path))" }
      }
    }
  }

  /// The sizes of a stage's waves: `2, 6, 12` or `9 × 20`.
  func sizes(_ stage: Int) -> String {
    let sizes = plan.stages[stage].waves.map(\.targets.count)
    guard let first = sizes.first else { return "no waves" }
    let same = sizes.prefix { $0 == first }.count
    if sizes.count == 1 { return String(first) }
    if same == sizes.count { return "\(same) × \(first)" }
    if sizes.count <= 6 { return sizes.map(String.init).joined(separator: ", ") }
    if same == sizes.count - 1, let last = sizes.last { return "\(same) × \(first), \(last)" }
    return "\(sizes.prefix(4).map(String.init).joined(separator: ", ")), … \(sizes.last ?? 0)"
  }

  /// How often a healthy programme stops by chance; `--budgets` has the table.
  var odds: String? {
    let groups = BudgetOdds.groups(of: plan)
    guard groups.contains(where: { $0.targets > 1 }) else { return nil }
    return "if 1 % of targets fail by chance, some wave stops: \(BudgetScreen.someWaveStops(plan)); --budgets says more"
  }

  /// What the model projects from the first wave to the last, and whether something is short.
  package var load: (text: String, isShort: Bool)? {
    guard let first = plan.projections.first, let last = plan.projections.last else { return nil }
    let currency = Sanitize.line(plan.currency ?? "")
    let tight = plan.projections.filter { $0.headroom != nil }.min { ($0.headroom ?? .zero) < ($1.headroom ?? .zero) }
    let room = tight.flatMap { item in
      item.headroom.map { "\(Sanitize.line(item.tightest ?? "")) \($0.spoken) ×" }
    }
    return (
      "peak \(first.peak.spoken) → \(last.peak.spoken) /s · headroom \(room ?? "not limited") · "
        + "\(first.costPerDay.grouped) → \(last.costPerDay.grouped) \(currency)/day, \(last.spent.grouped) in all",
      (tight?.headroom).map { $0 < Fixed(millionths: 1_000_000) } ?? false
    )
  }

  /// What has to be asked for, and by when: what is due first comes first.
  package var asks: String? {
    guard !plan.asks.isEmpty else { return nil }
    var days: [(day: String, asks: [String])] = []
    for ask in plan.asks.sorted(by: { ($0.by?.dayNumber ?? 0) < ($1.by?.dayNumber ?? 0) }) {
      let day = ask.by.map { "by \($0.spoken) " } ?? ""
      let each = ask.locations > 1 ? "\(ask.locations) × " : ""
      let text = "\(each)\(Words.grouped(ask.units)) of \(Sanitize.line(ask.what))"
      if days.last?.day == day { days[days.count - 1].asks.append(text) } else { days.append((day, [text])) }
    }
    return days.map { $0.day + $0.asks.joined(separator: ", ") }.joined(separator: " · ")
  }

  /// Every limit and pause of a stage, in a few words.
  package func rules(_ stage: Int) -> String {
    let planned = plan.stages[stage]
    var parts: [String] = []
    if planned.targetCount > 1 { parts.append("\(effective(stage)) at once") }
    if let limit = planned.waves.compactMap(\.tolerate).max() { parts.append("tolerate \(limit)") }
    for limit in planned.tolerateByAttribute { parts.append("\(Sanitize.line(limit.attribute)) \(limit.limit)") }
    if let gate = planned.gate { parts.append("gate \(gate.hold.spoken)\(gate.isShadow ? " in shadow" : "")") }
    if planned.gate?.comparison != nil { parts.append("compared") }
    if planned.bake > .zero { parts.append("bake \(planned.bake.spoken)") }
    if let deadline = planned.bakeDeadline { parts.append("bake deadline \(deadline.spoken)") }
    if let pace = planned.pace { parts.append(pace.words) }
    for cap in planned.caps { parts.append("\(Sanitize.line(cap.attribute)) \(cap.pace.words)") }
    if !planned.isStrict { parts.append("eager admission") }
    if let window = planned.window { parts.append("window \(Sanitize.line(window.words))") }
    return parts.joined(separator: " · ")
  }
}

extension PlanFacts {
  /// In which waves a stage is compared with what is not migrated, and in which it cannot; `nil` without a comparison.
  package func comparison(_ stage: Int) -> String? {
    guard let comparison = plan.stages[stage].gate?.comparison else { return nil }
    let unit = Sanitize.line(plan.signals[comparison.signal].unit)
    let what =
      "\(Sanitize.line(plan.signals[comparison.signal].name)) within \(comparison.margin.spoken)"
      + "\(unit.isEmpty ? "" : " \(unit)") of the rest"
    let pairs = plan.pairs(of: comparison, in: stage)
    let few = pairs.indices.filter { pairs[$0] < comparison.leastPairs }.map { $0 + 1 }
    if few.count == pairs.count { return "\(name(stage)): \(what); no wave has enough targets to say, ever" }
    guard !few.isEmpty else { return "\(name(stage)): \(what), in every wave" }
    return "\(name(stage)): \(what); not in \(few.count == 1 ? "wave" : "waves") \(Words.ranges(few)), where too few "
      + "are migrated or left to compare with"
  }
}

extension Plan {
  /// What must not be overlooked, as label and words.
  var loud: [(label: String, text: String)] {
    var lines: [(label: String, text: String)] = []
    if let words = partWords { lines.append(("PART", Sanitize.line(words))) }
    if isCompressed {
      let day = Span.day.dividedUp(by: Int64(scale)).spoken
      let windows = ignored.contains { $0.part == .window } ? "; windows are ignored" : ""
      let evidence =
        evidenceScale > 1
        ? "; evidence \(Words.grouped(evidenceScale)) ×" : ""
      lines.append(("TIME", "compressed \(Words.grouped(scale)) ×: one day is \(day)\(windows)\(evidence)"))
    }
    if !ignored.isEmpty { lines.append(("LEFT OUT", Words.leftOut(ignored))) }
    if !unexecuted.isEmpty {
      lines.append(
        ("REFUSED", "`run` refuses this plan; not executed by this version: \(Words.leftOut(unexecuted))"))
    }
    return lines
  }
}

extension PlannedStep {
  /// `+` changes with an undo, `~` changes with nothing to take back, `!` cannot be undone.
  var sign: String {
    switch undo {
    case .call: "+"
    case .nothing: "~"
    case .impossible: "!"
    }
  }

  /// How it is taken back, in words.
  package var undoWords: String {
    switch undo {
    case .call(let call): "undo \(Sanitize.line(call.operation))"
    case .nothing: "nothing to undo"
    case .impossible: "cannot be undone"
    }
  }
}
