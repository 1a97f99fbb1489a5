public import Engine
public import History
import Plans
public import Quantities

/// Events as plain lines and as JSON, for logs and for programs.
public enum EventLines {
  /// Whether an event is shown: all but timers when `verbose`, else what a person would want to be told.
  ///
  /// Steps that go well are not: 200 targets without a failure are three lines a wave. What was taken back is, and so
  /// are outputs that could not be read.
  public static func isShown(_ event: Event, verbose: Bool) -> Bool {
    switch event.kind.entry.lines {
    case .never: false
    case .verbose: verbose
    case .always: true
    case .usual:
      if verbose || event.kind.level != .info || event.kind.isOfNote {
        true
      } else if case .step = event.subject {
        false
      } else {
        true
      }
    }
  }

  /// One line: time, level, the event's type as it is on disk, and its fields as `key=value`.
  ///
  /// - Returns: `nil` for an event that says nothing by itself, such as a timer.
  public static func text(_ event: Event, index: PlanIndex, detail: EventDetail) -> String? {
    if case .never = event.kind.entry.lines { return nil }
    let fields = fields(event, index: index, detail: detail).map { "\($0.key)=\(Sanitize.value($0.value.plainText))" }
    return ([head(event.at, event.kind.level, event.kind.type)] + fields).joined(separator: " ")
  }

  /// The same fields as an object, with the sequence number; the level is `severity`. What was measured stands whole
  /// below `measured`: the signals, their series, and the samples.
  public static func json(_ seq: Int64, _ event: Event, index: PlanIndex, detail: EventDetail) -> JSON {
    let measured = event.kind.fields(in: detail.context(of: event, in: index)).first { $0.key == "measured" }
    var pairs: [(String, JSON)] = fields(event, index: index, detail: detail).map { key, value in
      (key, key == "measured" ? measured?.value ?? value : value)
    }
    // What every event has comes last, so that no field of an event can take its place.
    pairs += [
      ("seq", .integer(seq)), ("at", .string(event.at.text)), ("severity", .string(event.kind.level.rawValue)),
      ("type", .string(event.kind.type)),
    ]
    if let cause = event.cause { pairs.append(("cause", .integer(cause))) }
    if let log = detail.log { pairs.append(("log", .string(log))) }
    return .dictionary(pairs)
  }

  /// The line that says that a run is alive and how far it is.
  ///
  /// - `run`: the name of the run.
  /// - `now`: when it is written; the time of the newest event without one.
  public static func alive(state: RunState, run: String, now: Instant? = nil) -> String {
    let counts = WaveCounts(state)
    let wave = state.stage < state.plan.stages.count ? state.plan.path(stage: state.stage, wave: state.wave) : "-"
    return head(now ?? state.now, .info, "run.alive")
      + " run=\(Sanitize.value(run)) wave=\(Sanitize.value(wave)) done=\(state.doneCount) running=\(counts.running)"
      + " waiting=\(counts.waiting) failed=\(state.failures.run) in_doubt=\(counts.inDoubt)"
  }

  /// The line that says what a run waits for that only a person can change, and where to read on.
  ///
  /// - `run`: the name of the run.
  /// - `now`: when it is written.
  public static func waiting(_ wait: Wait, run: String, now: Instant) -> String {
    head(now, .warn, "run.waiting") + " run=\(Sanitize.value(run)) for=\(wait.kind.rawValue)"
      + (wait.path.isEmpty ? "" : " path=\(Sanitize.value(wait.path))") + " reason=\(Sanitize.value(wait.reason))"
      + " next=\(Sanitize.value("sanderling why \(run)"))"
  }

  /// The line that says why a signal could not be measured.
  public static func unmeasured(_ signal: String, because: String, now: Instant) -> String {
    head(now, .warn, "signal.unmeasured") + " signal=\(Sanitize.value(signal)) reason=\(Sanitize.value(because))"
  }

  /// The line that says what this machine is short of, so that less runs at once.
  public static func short(of what: String, now: Instant) -> String {
    head(now, .warn, "executor.short") + " reason=\(Sanitize.value(what))"
  }

  private static func head(_ at: Instant, _ level: EventEntry.Level, _ type: String) -> String {
    "\(at.text.prefix(19))Z \(Width.pad(level.rawValue, to: 5)) \(type)"
  }

  /// The fields of an event: the ones on disk that say something to people, and what is known beside it.
  static func fields(_ event: Event, index: PlanIndex, detail: EventDetail) -> [(key: String, value: JSON)] {
    var fields: [(key: String, value: JSON)] = []
    let path = detail.path(of: event, in: index)
    if !path.isEmpty { fields.append(("path", .string(path))) }
    if let step = detail.step { fields.append(("step", .string(step))) }
    let own = event.kind.fields(in: detail.context(of: event, in: index))
    for (key, value) in own where !hidden.contains(key) {
      if key == "measured" {
        fields.append((key, .string(value.array.map(measured).joined(separator: "; "))))
      } else if key == "samples" || key == "evidence" {
        fields.append((key, .string(Self.samples(value))))
      } else if key.hasSuffix("_ms"), let span = value.integer {
        fields.append((String(key.dropLast(3)), .string(Span(milliseconds: span).text)))
      } else if key != "person" || value.string != detail.actor {
        // Whoever sent it is named below.
        fields.append((key, value))
      }
      // What was over when it was recorded, as after a clock was set, is in nothing.
      if key == "until", let until = value.string.flatMap(Instant.init), until >= event.at {
        fields.append(("in", .string((until - event.at).text)))
      }
    }
    if let actor = detail.actor { fields.append(("actor", .string(actor))) }
    if let account = detail.account { fields.append(("account", .string(account))) }
    let isStated = own.contains { $0.key == "why" || $0.key == "rule" }
    if !isStated, let reason = detail.reason ?? event.reason(in: detail.context(of: event, in: index)) {
      fields.append(("reason", .string(reason)))
    }
    return fields
  }

  /// What was measured of a signal: its name, the series whose values follow, and its samples.
  private static func measured(_ value: JSON) -> String {
    let series = (value["series"]?.array ?? []).compactMap(\.string)
    let places = series.allSatisfy(\.isEmpty) ? "" : "[\(series.joined(separator: "/"))]"
    return "\(value["signal"]?.string ?? "")\(places) \(samples(value["samples"] ?? .null))"
  }

  /// Samples as `time value` pairs, and evidence as `condition: value` pairs.
  private static func samples(_ value: JSON) -> String {
    value.array.map { sample in
      let what = sample["condition"]?.string ?? sample["at"]?.string.map { String($0.dropFirst(11).prefix(8)) } ?? ""
      let values = sample["value"].map { [$0] } ?? sample["values"]?.array ?? []
      return "\(what) \(values.map(\.plainText).joined(separator: "/"))"
    }.joined(separator: ", ")
  }

  /// Fields that only machines compare.
  private static let hidden: Set<String> = ["input", "key", "nonce", "cursor", "id", "round"]
}

extension Event.Kind {
  /// Whether a step that went well is told all the same.
  fileprivate var isOfNote: Bool {
    guard case .succeeded(let verb, _, _, let unread) = self else { return false }
    return verb == .undo || unread != nil
  }
}
