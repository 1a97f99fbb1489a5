import Engine
import Plans
import Quantities

/// The live screen of a run: how it stands, what it waits for and until when, what a person can do.
public enum RunScreen {
  /// One picture of the run.
  ///
  /// What is folded first when rows are short: hints and blank rows, targets that run well, the budget. Never: what
  /// needs a person, and the next wait.
  ///
  /// - Returns: at most `rows - 1` rows, none wider than `columns`.
  public static func frame(_ view: RunView, columns: Int, rows: Int, style: Style) -> Frame {
    let picture = Picture(view: view, columns: columns, style: style)
    let limit = max(1, rows - 1)
    var items: [Item] = []
    func add(_ importance: Int, _ texts: [String]) {
      for text in texts { items.append(Item(order: items.count, importance: importance, text: text)) }
    }
    add(0, [picture.header])
    add(1, picture.loud)
    add(2, [picture.place])
    add(3, picture.waveBar)
    add(4, picture.runBar)
    add(6, picture.budget)
    let signals = picture.signals
    if !signals.items.isEmpty { add(9, [""]) }
    add(3, signals.urgent)
    add(6, signals.calm)
    let known = items.count
    let attention = picture.attention
    let work = picture.work
    if !attention.isEmpty || !work.isEmpty { add(9, [""]) }
    let room = max(1, limit - known + (limit < known + 1 ? 1 : 0))
    add(3, folded(attention, to: room, what: "need you or failed", style: style))
    let left = max(0, limit - known - min(attention.count, room))
    add(7, left == 0 ? [] : folded(work, to: left, what: "at work", style: style))
    add(5, picture.waiting)
    if picture.view.state.outcome == nil {
      add(9, [""])
      add(8, [picture.hint])
    } else {
      add(5, [picture.end])
    }
    let kept = items.sorted { ($0.importance, $0.order) < ($1.importance, $1.order) }.prefix(limit)
    let texts = kept.sorted { $0.order < $1.order }.map { Width.truncate($0.text, to: columns) }
    return Frame(rows: texts.map(style.finish))
  }

  private struct Item {
    var order: Int
    var importance: Int
    var text: String
  }

  /// The first rows of a list, and a row that says how many more there are. Those that are not shown are not made:
  /// thousands may be at work, ten times a second.
  private static func folded(
    _ texts: some RandomAccessCollection<String>, to limit: Int, what: String, style: Style
  ) -> [String] {
    guard texts.count > limit else { return Array(texts) }
    let shown = max(0, limit - 1)
    return texts.prefix(shown) + [style.paint("   … \(texts.count - shown) more \(what)", .dim)]
  }
}

/// The parts of a frame.
private struct Picture {
  let view: RunView
  let columns: Int
  let style: Style
  let state: RunState
  let counts: WaveCounts
  let clock: LocalTime
  let word: StateWord
  private let nameWidth: Int

  init(view: RunView, columns: Int, style: Style) {
    self.view = view
    self.columns = columns
    self.style = style
    state = view.state
    counts = WaveCounts(view.state)
    clock = LocalTime(offset: view.offset, zone: Sanitize.line(view.zone))
    word = StateWord(view.state, isExecuted: view.isExecuted)
    nameWidth = min(24, view.state.units.map { Width.columns(view.state.name(of: $0.key)) }.max() ?? 8)
  }

  /// What is measured, condition by condition.
  var signals: SignalRows {
    SignalRows(
      items: state.watchItems, history: view.signals, now: view.now, clock: clock, columns: columns, style: style)
  }

  /// `── retail · r-12 ──────── ▶ running · 42 d 12 h · executor 3 ──`
  var header: String {
    let environment = Sanitize.line(view.environment)
    let left = " \(Sanitize.line(view.runbook)) · \(environment) · \(Sanitize.line(view.runName)) "
    let age = max(view.now - view.started, .zero).spoken
    let executor = view.isExecuted ? "executor \(Sanitize.line(view.executor))" : "no executor"
    let mark = style.state(word.mark, word.words)
    let right = columns >= 60 ? " \(mark) · \(age) · \(executor) ──" : " \(mark) ──"
    let room = max(0, columns - 2 - Width.columns(right))
    let cut = Width.truncate(left, to: room)
    return "──" + style.paint(cut, .bold) + String(repeating: "─", count: max(0, room - Width.columns(cut))) + right
  }

  /// What must not be overlooked: compressed time and parts that are left out.
  var loud: [String] {
    var words: [String] = []
    let plan = state.plan
    if let part = plan.part { words.append("PART \(plan.distinctTargetCount) of \(Words.count(part.whole, "target"))") }
    if plan.isCompressed { words.append("TIME compressed \(Words.grouped(plan.scale)) ×") }
    if let atOnce = state.atOnce { words.append("LIMIT \(atOnce) at once, not \(state.mostAtOnce)") }
    words += state.emergencyWords(at: view.now)
    if !plan.ignored.isEmpty { words.append("LEFT OUT \(Words.leftOut(plan.ignored))") }
    return words.isEmpty ? [] : [style.paint(" " + words.joined(separator: "   "), .warn)]
  }

  /// ` full-scale › stores › wave 4 of 9        then …`
  var place: String {
    var left = " \(state.position)"
    if state.rollback == nil, state.stage < state.plan.stages.count {
      left += " of \(state.plan.stages[state.stage].waves.count)"
    }
    return Width.spread(style.paint(left, .bold), next, to: columns)
  }

  /// What the run waits for first, and until when.
  private var next: String {
    if let outcome = state.outcome { return outcome == .done ? "all waves are finished" : word.words }
    if let rollback = state.rollback {
      return style.state(.undone, "\(rollback.undone) of \(rollback.total) undone")
    }
    guard let wait = state.firstWait else { return "" }
    // The limit of a step says nothing about when the wave is over.
    let limit = wait.kind == .provider ? "limit " : ""
    let until = wait.until.map { " · \(limit)\(clock.moment($0, from: view.now))" } ?? ""
    let isYours = [.person, .hold, .pause, .approval].contains(wait.kind)
    let size = max(10, columns * 2 / 3 - Width.columns(until))
    return style.paint(Width.truncate(Sanitize.line(wait.reason), to: size) + until, isYours ? .warn : nil)
  }

  var waveBar: [String] {
    guard counts.total > 0, state.outcome == nil else { return [] }
    var parts = ["\(counts.done) done", "\(counts.running) running", "\(counts.waiting) waiting"]
    // In a narrow window, what did not happen makes room for what did.
    let isNarrow = columns < 80
    if !isNarrow || counts.failed > 0 {
      parts.insert(style.paint("\(counts.failed) failed", counts.failed > 0 ? .bad : nil), at: isNarrow ? 0 : 3)
    }
    if !isNarrow || counts.inDoubt > 0 {
      parts.insert(style.paint("\(counts.inDoubt) in doubt", counts.inDoubt > 0 ? .warn : nil), at: isNarrow ? 0 : 4)
    }
    if counts.undone > 0 { parts.append("\(counts.undone) undone") }
    if counts.skipped > 0 { parts.append("\(counts.skipped) skipped") }
    let gap = columns >= 90 ? "   " : "  "
    let row = " wave  \(bar(counts.done, of: counts.total))  \(parts.joined(separator: gap))\(gap)of \(counts.total)"
    guard let end = state.expectedEnd(at: view.now) else { return [row] }
    let about = "\(gap)over in about \((end - view.now).spoken)"
    return Width.columns(row + about) <= columns ? [row + about] : [row]
  }

  var runBar: [String] {
    let total = state.plan.targetCount
    guard total > 0 else {
      let waves = state.plan.stages.map(\.waves.count)
      let all = waves.reduce(0, +)
      let past = min(all, waves.prefix(state.stage).reduce(0, +) + (state.stage < waves.count ? state.wave : 0))
      return [" run   \(bar(past, of: all))  \(past) of \(Words.count(all, "wave"))"]
    }
    return [
      " run   \(bar(state.doneCount, of: total))  \(Words.grouped(state.doneCount)) done  of \(Words.grouped(total))"
        + (state.plan.targetsCountedTwice.map { "  (\(Words.count($0, "target")), each in each of its stages)" } ?? "")
    ]
  }

  private func bar(_ done: Int, of total: Int) -> String {
    let size = columns >= 90 ? 20 : columns >= 60 ? 10 : 5
    let filled = total == 0 ? 0 : min(size, max(0, done) * size / total)
    return style.paint(String(repeating: "▓", count: filled), .good)
      + style.paint(String(repeating: "░", count: size - filled), .dim)
  }

  /// How much of each failure budget is used, and what the next failure does.
  var budget: [String] {
    guard state.outcome == nil, state.stage < state.plan.stages.count, state.rollback == nil else { return [] }
    let stage = state.plan.stages[state.stage]
    var parts: [String] = []
    var isLast = false
    var isOver = false
    func level(_ name: String, _ used: Int, _ limit: Int?) {
      guard let limit else { return }
      parts.append("\(name) \(used) of \(limit)")
      isLast = isLast || used == limit
      isOver = isOver || used > limit
    }
    if stage.waves.indices.contains(state.wave) { level("wave", state.failures.wave, stage.waves[state.wave].tolerate) }
    for limit in stage.tolerateByAttribute {
      let worst = state.failures.attributes.filter { $0.key.hasPrefix("\(limit.attribute)=") && $0.value > 0 }
        .max { ($0.value, $1.key) < ($1.value, $0.key) }
      guard let worst else { continue }
      level(Sanitize.line(String(worst.key.dropFirst(limit.attribute.count + 1))), worst.value, limit.limit)
    }
    level("phase", state.failures.phases[stage.phase], state.plan.phases[stage.phase].tolerate)
    level("run", state.failures.run, state.plan.tolerateInRun)
    guard !parts.isEmpty else { return [] }
    let warning = isOver ? "exhausted: a person decides" : isLast ? "the next failure holds the run" : ""
    if warning.isEmpty { return [" failed  \(parts.joined(separator: " · "))"] }
    return [Width.spread(" failed  \(parts.joined(separator: " · "))", style.paint(warning, .warn), to: columns)]
  }

  /// Targets that need a person, are in doubt, or failed: these are never folded away silently.
  var attention: some RandomAccessCollection<String> {
    let units = state.units.filter(isInTrouble).sorted { ($0.needsPerson ? 0 : 1) < ($1.needsPerson ? 0 : 1) }
    return (units.map { Trouble.unit($0) } + failedTargets.map { .failed($0) }).lazy.map { trouble in
      switch trouble {
      case .unit(let unit): row(unit)
      case .failed(let key):
        " \(style.symbol(.failed)) \(Width.pad(state.name(of: key), to: nameWidth))  failed, undone"
      }
    }
  }

  private enum Trouble {
    case unit(Unit)
    case failed(TargetKey)
  }

  private func isInTrouble(_ unit: Unit) -> Bool { unit.needsPerson || unit.isInDoubt || isFailed(unit) }

  private func isFailed(_ unit: Unit) -> Bool {
    if case .failed = unit.condition { true } else { unit.isRetreatOfFailure }
  }

  private var failedTargets: [TargetKey] {
    guard state.outcome == nil, let place = WaveCounts.place(state), counts.failed > 0 else { return [] }
    return state.plan.stages[place.stage].waves[place.wave].targets.compactMap { row in
      let key = TargetKey(stage: place.stage, row: row)
      guard state.stages[place.stage].status[Int(row)] == .failed, state.unit(key) == nil else { return nil }
      return key
    }
  }

  /// Targets that are at work as they should.
  var work: some RandomAccessCollection<String> { state.units.filter { !isInTrouble($0) }.lazy.map(row) }

  private func row(_ unit: Unit) -> String {
    let step = state.plan.stages[unit.key.stage].steps[unit.step]
    let path = state.index.path(of: .step(unit.address))
    let operation = Sanitize.line((unit.verb == .undo ? "undo " : "") + step.id)
    var text =
      " \(style.symbol(unit.mark)) \(Width.pad(Width.truncate(state.name(of: unit.key), to: nameWidth), to: nameWidth))"
    text += "  \(Width.pad(operation, to: 18))  \(facts(of: unit, step: step))"
    if let progress = view.progress[path] {
      let total = progress.total.map { " of \(Words.grouped(Int(clamping: $0)))" } ?? ""
      text += "   \(Words.grouped(Int(clamping: progress.done)))\(total)"
    }
    if let line = view.lines[path], !line.isEmpty { text += "   " + style.paint(Sanitize.line(line), .dim) }
    return text
  }

  private func facts(of unit: Unit, step: PlannedStep) -> String {
    let spent = view.now - unit.since
    let age = spent < .second ? "0 s" : spent.spoken
    let attempt = unit.attempt > 1 ? "   attempt \(unit.attempt)" : ""
    switch unit.condition {
    case .ready: return state.heldTargets.contains(unit.key) ? "held by a person" : "ready"
    case .running:
      let call = unit.verb == .apply ? step.call : step.undo.plannedCall ?? step.call
      let usual = state.usualWords(of: unit).map { "   \($0)" } ?? ""
      return "\(Width.pad(age, to: 5))\(usual)   limit \(call.timeout.spoken)\(attempt)"
    case .failed(let failure): return "failed: \(Sanitize.line(failure.reason))"
    case .waiting(let until): return "again \(clock.moment(until, from: view.now))\(attempt)"
    case .inDoubt(let cause, _): return "in doubt: \(cause.words)"
    case .probing: return "in doubt: looking whether it happened, \(age)"
    case .probed(let answer, _): return "in doubt: the probe says \(answer.words)"
    case .settling(let until): return "in doubt: second look \(clock.moment(until, from: view.now))"
    case .parked(let rule): return "in doubt: \(rule)"
    case .manual: return "a person does this, for \(age)"
    case .blocked: return "the undo failed for good"
    }
  }

  /// Targets of the wave that have not begun, and what they wait for.
  var waiting: [String] {
    let isWaveKeptBack = state.waveState == .notStarted && !state.waitingTargets.isEmpty
    guard state.outcome == nil, state.waveState == .running || isWaveKeptBack, counts.waiting > 0 else { return [] }
    let reasons: [String]
    if state.rollback != nil {
      reasons = ["a rollback is going on"]
    } else if state.isStopped {
      reasons = ["nothing new is started: the run is \(word.words)"]
    } else {
      reasons = WaitingRows.rows(state, time: clock, now: view.now)
    }
    let targets = Words.count(counts.waiting, "target")
    let first = " \(style.symbol(.waiting)) \(targets)   "
    let indent = String(repeating: " ", count: 5 + style.symbolWidth + Width.columns(targets))
    return reasons.isEmpty ? [first] : reasons.enumerated().map { ($0.offset == 0 ? first : indent) + $0.element }
  }

  /// How to leave, and what can be said from another window: as much of it as fits whole.
  var hint: String {
    let go = state.hold != nil || (state.isPaused && state.rollback == nil) ? "resume" : "pause"
    let leave = view.isLookedOn ? "the run goes on" : "the run waits"
    let name = Sanitize.line(view.runName)
    let all = "elsewhere: sanderling \(go) · rollback · why \(name)"
    let choices = [
      " ^C leaves: \(leave)\(view.isLookedOn ? "" : ", nothing is lost")   \(all)", " ^C leaves: \(leave)   \(all)",
      " ^C leaves: \(leave)   sanderling why \(name)", " ^C leaves: \(leave)", " ^C leaves",
    ]
    return style.paint(choices.first { Width.columns($0) <= columns } ?? choices[choices.count - 1], .dim)
  }

  var end: String { " \(style.state(word.mark, word.words))   sanderling history \(Sanitize.line(view.runName))" }
}

extension PlannedUndo {
  /// The call that takes a step back, if there is one.
  var plannedCall: PlannedCall? { if case .call(let call) = self { call } else { nil } }
}

extension Unit {
  /// The symbol of what is the matter with it.
  var mark: Mark {
    switch condition {
    case .failed, .blocked: .failed
    case .manual: .held
    case _ where isInDoubt: .inDoubt
    case .ready, .waiting: verb == .undo ? .undone : .waiting
    default: verb == .undo ? .undone : .running
    }
  }
}

extension Doubt.Cause {
  var words: String {
    switch self {
    case .timeout: "no answer by the deadline"
    case .noAnswer: "the provider gave no answer"
    case .executorLost: "the executor that asked is gone"
    case .atWork: "what was started still runs"
    }
  }
}
