public import Engine
public import History
import Plans
public import Quantities

/// Why a run, a wave, a target or a step stands as it does: the state, what it waits for and until when, the events
/// that led there, the rule, and what to do.
public enum WhyScreen {
  /// So many events are shown.
  private static let shown = 8

  /// The answer for one place; for the run as a whole without one.
  ///
  /// - `path`: the place that is asked about.
  /// - `history`: the events of the run, or the newest part of them.
  /// - `isExecuted`: whether an executor owns the run right now.
  /// - `offset`: seconds east of UTC at an instant, in the zone of the reader.
  /// - `zone`: the label of that zone.
  /// - `beside`: what is known beside state and record.
  /// - `columns`: how wide the rows may be: events are cut, sentences go on in the next row, commands do neither.
  public static func text(
    state: RunState, runName: String, path: Place?, history: [HistoryRecord], style: Style, now: Instant,
    isExecuted: Bool, offset: @escaping (Instant) -> Int = { _ in 0 }, zone: String = "UTC", columns: Int? = nil,
    beside: RunSurroundings = RunSurroundings()
  ) -> String {
    let time = LocalTime(offset: offset, zone: Sanitize.line(zone))
    let asker = Asker(
      state: state, run: Sanitize.line(runName), history: history, now: now, isExecuted: isExecuted, time: time,
      beside: beside)
    let answer = asker.answer(path ?? .run)
    let headline = broken(answer.headline, after: "", to: columns)
    var rows = [style.state(answer.mark, headline[0])] + headline.dropFirst()
    rows += answer.facts.flatMap { broken($0, after: "  ", to: columns) }
    rows += events(about: answer.about, upTo: answer.last, asker: asker, style: style)
      .map { row in columns.map { Width.truncate(row, to: $0) } ?? row }
    if let rule = answer.rule { rows += broken(rule, after: "  \(label("rule"))", to: columns) }
    for (position, action) in answer.actions.enumerated() {
      rows.append("  \(label(position == 0 ? "do" : ""))\(action)")
    }
    let plan = state.plan
    for words in state.emergencyWords(at: now) { rows.append(style.paint("  \(words)", .warn)) }
    if plan.isCompressed {
      rows.append(style.paint("  \(label("time"))compressed \(Words.grouped(plan.scale)) ×", .warn))
    }
    return style.finish(rows.map { $0 + "\n" }.joined())
  }

  /// A sentence in as many rows as it takes, the later ones a little farther in.
  private static func broken(_ text: String, after lead: String, to columns: Int?) -> [String] {
    let indent = max(2, Width.columns(lead)) + (lead.allSatisfy { $0 == " " } ? 2 : 0)
    guard let columns, Width.columns(lead + text) + 2 > columns, columns - indent > 20, !text.contains("\u{1B}") else {
      return [lead + text]
    }
    let rows = Width.broken(text, to: columns - indent)
    return rows.enumerated().map { ($0.offset == 0 ? lead : String(repeating: " ", count: indent)) + $0.element }
  }

  private static func label(_ text: String) -> String { Width.pad(text, to: 10) }

  private static func events(about place: Place, upTo last: Int64?, asker: Asker, style: Style) -> [String] {
    let relevant = asker.history.filter { $0.seq <= (last ?? .max) && asker.isRelevant($0.event, to: place) }.suffix(
      shown)
    let days = Set(relevant.map { asker.time.date($0.event.at) }.map(\.dayNumber))
    return relevant.map { record in
      let fields = EventLines.fields(record.event, index: asker.state.index, detail: record.detail)
        .filter { ($0.key != "path" || place == .run) && $0.key != "deadline" }
        .map { "\($0.key)=\(Sanitize.value($0.value.plainText))" }
      let clock = days.count > 1 ? asker.time.day(record.event.at) : asker.time.seconds(record.event.at)
      let words = ([record.event.kind.type] + fields).joined(separator: " ")
      return "  \(style.paint(clock, .dim))  \(words)"
    }
  }
}

/// What `why` says about one place.
struct Answer {
  var mark: Mark
  var headline: String
  var facts: [String] = []
  var rule: String?
  var actions: [String] = []
  /// The place whose events led here.
  var about: Place
  /// The sequence number of the event that explains it: what came after it does not.
  var last: Int64?
}

/// Finds answers. Everything that it needs to know is in here.
struct Asker {
  let state: RunState
  let run: String
  let history: [HistoryRecord]
  let now: Instant
  let isExecuted: Bool
  let time: LocalTime
  var beside = RunSurroundings()

  var plan: Plan { state.plan }
  var word: StateWord { StateWord(state, isExecuted: isExecuted) }

  /// What keeps it from going on, and who can change that.
  func answer(_ place: Place) -> Answer {
    var answer =
      switch place {
      case .run: withNotices(withLimit(withHeld(withAmendment(aboutRun))))
      case .phase(let phase): aboutPart(place, stages: plan.stages.indices.filter { plan.stages[$0].phase == phase })
      case .stage(let stage): aboutPart(place, stages: [stage])
      case .wave(let stage, let wave): aboutWave(stage, wave)
      case .target(let key): state.unit(key).map { aboutUnit($0) } ?? aboutTarget(key)
      case .step(let address): aboutStep(address)
      }
    // A command is offered once, however many things it is good for: with the first of its notes.
    var commands: Set<Substring> = []
    let noted = answer.actions.filter { $0.contains("   # ") }.compactMap { $0.split(separator: "   # ").first }
    answer.actions = answer.actions.filter { action in
      guard let command = action.split(separator: "   # ").first else { return true }
      if command.count == action.count, noted.contains(command) { return false }
      return commands.insert(command).inserted
    }
    return answer
  }

  /// Whether an event belongs to the story of a place.
  func isRelevant(_ event: Event, to place: Place) -> Bool {
    if case .timerDue = event.kind { return false }
    if case .sampled = event.kind { return false }
    switch (place, event.subject) {
    case (.run, .run), (.run, .phase): return true
    case (.run, _):
      if case .settled = event.kind { return true }
      return event.kind.level != .info
    case (.step(let asked), .step(let address)): return asked == address
    case (.step(let asked), .target(let key)): return asked.target == key
    case (.target(let asked), .step(let address)):
      if case .cursorRecorded = event.kind { return false }
      return asked == address.target
    case (.wave(let stage, let wave), .step(let address)):
      return event.kind.level != .info
        && state.index.contains(.wave(stage: stage, wave: wave), address.target)
    case (_, .target(let key)): return state.index.contains(place, key)
    default: return place == event.subject
    }
  }

  func path(_ place: Place) -> String { Sanitize.line(state.index.path(of: place)) }

  /// When the newest event of a kind happened, as words to follow a state: ` since 14:02`.
  func since(_ isMeant: (Event) -> Bool) -> String {
    history.last { isMeant($0.event) }.map { " since \(time.day($0.event.at).drop { $0 == " " })" } ?? ""
  }

  /// ` until 03:32 Lisbon, in 2 h`
  func until(_ instant: Instant?) -> String { instant.map { " until \(time.moment($0, from: now))" } ?? "" }

  /// A command to this run, with a reason to fill in. Whether the run would take it now, ``offer(_:_:_:as:options:)``
  /// says.
  func command(_ words: String) -> String { "sanderling \(words) --run \(run) --reason \"…\"" }

  /// What stands in the way of going on, for everything that has not begun; `nil` when nothing does.
  var stop: (words: String, action: String)? {
    if let outcome = state.outcome { return ("the run is over: \(outcome.words)", "sanderling history \(run)") }
    if let hold = state.question { return ("the run is held: \(Sanitize.line(hold.words))", "sanderling why \(run)") }
    if state.rollback != nil { return ("a rollback is going on", "sanderling why \(run)") }
    if state.isPaused { return ("a person paused the run", goingOn().first ?? "sanderling why \(run)") }
    if state.isAborting { return ("the run is being given up", cancels.first ?? "sanderling status") }
    if !isExecuted { return ("nobody executes the run", "sanderling run \(run)") }
    if state.isDraining { return ("the executor is leaving", "sanderling run \(run)") }
    return nil
  }
}
