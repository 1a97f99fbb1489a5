public import Engine
public import History
public import Quantities

extension WhyScreen {
  /// The answer of ``text(state:runName:path:history:style:now:isExecuted:offset:zone:)`` as data: the same words.
  ///
  /// - `history`: the events of the run, or the newest part of them.
  /// - `isExecuted`: whether an executor owns the run right now.
  /// - `beside`: what is known beside state and record.
  /// - `journal`: the journal that commands have to name; `nil` where they find it by themselves.
  public static func json(
    state: RunState, runName: String, path: Place?, history: [HistoryRecord], now: Instant, isExecuted: Bool,
    journal: String? = nil, beside: RunSurroundings = RunSurroundings()
  ) -> JSON {
    let place = path ?? .run
    let asker = Asker(
      state: state, run: runName, history: history, now: now, isExecuted: isExecuted,
      time: LocalTime(offset: { _ in 0 }, zone: "UTC"), beside: beside)
    let answer = asker.answer(place)
    let waits = state.waits.filter { concerns($0, place, state: state) }
    return .dictionary([
      ("advice", .array(answer.actions.filter { !isCommand($0) }.map(JSON.string))),
      ("commands", .array(answer.actions.filter(isCommand).map { .string(FollowUp.naming(journal, in: $0)) })),
      ("facts", .array(answer.facts.map(JSON.string))),
      ("headline", .string(answer.headline)), ("path", .string(state.index.path(of: place))),
      ("rule", answer.rule.map(JSON.string) ?? .null), ("run", .string(runName)), ("version", .integer(1)),
      ("waits", .array(waits.map(json))),
    ])
  }

  /// Whether a line is to be typed, and no advice in words.
  private static func isCommand(_ action: String) -> Bool { action.hasPrefix("sanderling ") }

  /// Whether what is waited for keeps a place waiting: it is about a part of the place, or about something around it.
  private static func concerns(_ wait: Wait, _ place: Place, state: RunState) -> Bool {
    let (about, asked) = (wait.path.split(separator: "/"), state.index.path(of: place).split(separator: "/"))
    return zip(about, asked).allSatisfy { $0 == $1 }
  }

  private static func json(_ wait: Wait) -> JSON {
    .dictionary([
      ("kind", .string(wait.kind.rawValue)), ("path", .string(wait.path)), ("reason", .string(wait.reason)),
      ("until", wait.until.map { .string($0.text) } ?? .null),
    ])
  }
}
