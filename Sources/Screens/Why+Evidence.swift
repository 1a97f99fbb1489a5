import Engine
import Plans
import Quantities

extension Asker {
  /// What is measured now, one line for each condition: `pass`, `breach` or why it is not known.
  var evidence: [String] { state.watchItems.map { SignalLine.why($0, time: time, now: now) } }

  /// When a gate or a bake must be over, and what follows then. A pause does not stop these clocks.
  var deadlines: [String] {
    state.deadlines.map { deadline in
      let what =
        switch deadline.kind {
        case .gate(let onBreach, let onUnknown):
          "a breach then \(onBreach.words), and what is unknown \(onUnknown.words)"
        case .bake: "a wave that has not baked then holds the run"
        }
      return "deadline  \(time.moment(deadline.at, from: now)): \(what)"
        + (state.isPaused ? "; the pause does not stop it" : "")
    }
  }
}

extension GateAction {
  /// What it does, as words that follow what is the reason.
  fileprivate var words: String {
    switch self {
    case .hold: "holds the run"
    case .rollback: "takes the wave back"
    case .stop: "gives the run up"
    }
  }
}

/// One watched condition in words.
enum SignalLine {
  /// For `why`: `breach    error_rate in eu 2.3 % > 1 %, 12:30:05 by metrics, trigger errors pending since 12:29:35`.
  static func why(_ item: WatchItem, time: LocalTime, now: Instant) -> String {
    let verdict =
      switch item.verdict {
      case .pass: "pass"
      case .breach: "breach"
      case .unknown, nil: "unknown"
      }
    var text = "\(Width.pad(verdict, to: 9)) \(name(item)) \(value(item)) \(limit(item))"
    if let at = item.at { text += ", \(clock(at, time, now)) by \(Sanitize.line(item.provider))" }
    let since = item.since.map { clock($0, time, now) }
    switch item.watcher {
    case .gate: text += ", gate" + (since.map { ", no pass since \($0)" } ?? "")
    case .trigger(let id, let phase):
      text += ", trigger \(Sanitize.line(id)) \(phase.rawValue)" + (since.map { " since \($0)" } ?? "")
    }
    if let fires = item.firesAt { text += ", fires \(time.moment(fires, from: now))" }
    return text
  }

  /// The time of day, and the day where it is not today.
  private static func clock(_ at: Instant, _ time: LocalTime, _ now: Instant) -> String {
    time.date(at) == time.date(now) ? time.seconds(at) : time.day(at).drop { $0 == " " } + ""
  }

  /// The signal, and the series that is shown: `error_rate in eu`.
  static func name(_ item: WatchItem) -> String {
    Sanitize.line(item.series.isEmpty ? item.signal : "\(item.signal) in \(item.series)")
  }

  /// What was found: `2.3 %`, or why nothing was.
  static func value(_ item: WatchItem) -> String {
    switch item.reading {
    case .value(let value): unit("\(value.spoken)", item)
    case .missing(let cause): cause.words
    case nil: "not measured yet"
    }
  }

  /// How it is compared: `> 1 %`.
  static func limit(_ item: WatchItem) -> String { "\(item.comparison) \(unit(item.limit.spoken, item))" }

  private static func unit(_ number: String, _ item: WatchItem) -> String {
    item.unit.isEmpty ? number : "\(number) \(Sanitize.line(item.unit))"
  }
}
