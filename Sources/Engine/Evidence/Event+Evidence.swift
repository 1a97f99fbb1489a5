import Plans
import Quantities

extension Event.Kind {
  /// The name in the journal of an event of evidence; `nil` for all others.
  var evidenceType: String? {
    switch self {
    case .sampled: "signal_sampled"
    case .triggerPending: "trigger_became_pending"
    case .triggerCleared: "trigger_cleared"
    case .triggerFired: "trigger_fired"
    case .triggerUnstable: "trigger_became_unstable"
    case .gateStarted: "gate_started"
    case .gateHolding: "gate_hold_started"
    case .gateBroken: "gate_hold_broken"
    case .gateOpened: "gate_opened"
    case .gateExpired: "gate_expired"
    case .comparisonMeasured: "comparison_measured"
    case .gateCompared: "gate_compared"
    case .gateForceAsked: "gate_force_asked"
    case .gateForced: "gate_forced"
    case .bakeInterrupted: "bake_interrupted"
    case .bakeContinued: "bake_continued"
    default: nil
    }
  }

  static let evidenceTypes = [
    "signal_sampled", "trigger_became_pending", "trigger_cleared", "trigger_fired", "trigger_became_unstable",
    "gate_started", "gate_hold_started", "gate_hold_broken", "gate_opened", "gate_expired", "gate_force_asked",
    "comparison_measured", "gate_compared",
    "gate_forced", "bake_interrupted",
    "bake_continued",
  ]

  /// Writes the fields of an event of evidence.
  func writeEvidence(to writer: inout CanonicalWriter) {
    switch self {
    case .sampled(let samples):
      writer.key("measured")
      writer.array { for part in samples { part.write(to: &$0) } }
    case .triggerPending(let trigger, let series, let since):
      writer.member("series", series)
      writer.member("since", since.text)
      writer.member("trigger", trigger)
    case .triggerCleared(let trigger, let series):
      writer.member("series", series)
      writer.member("trigger", trigger)
    case .triggerFired(let firing): firing.write(to: &writer)
    case .triggerUnstable(let trigger, let series, let changes):
      writer.member("changes", changes)
      writer.member("series", series)
      writer.member("trigger", trigger)
    case .gateStarted(let deadline, let isShadow):
      writer.member("deadline", ifPresent: deadline?.text)
      writer.member("shadow", isShadow)
    case .gateHolding(let since): writer.member("since", since.text)
    case .gateOpened(let held, let exhibits, let isShadow):
      writer.member("evidence", exhibits.json)
      writer.member("held_ms", held.milliseconds)
      writer.member("shadow", isShadow)
    case .gateBroken(let verdict, let exhibits), .gateExpired(let verdict, let exhibits):
      writer.member("evidence", exhibits.json)
      writer.member("verdict", verdict.code)
    case .comparisonMeasured(let look, let before, let after):
      writer.member("look", look)
      writer.key("measured")
      writer.array { for part in [before, after] { part.write(to: &$0) } }
    case .gateCompared(let result): result.write(to: &writer)
    case .gateForceAsked(let person): writer.member("person", person)
    case .gateForced(let persons, let exhibits):
      writer.member("evidence", exhibits.json)
      writer.member("persons", .array(persons.map { .integer(Int64($0)) }))
    case .bakeInterrupted(let verdict): writer.member("verdict", verdict.code)
    default: break
    }
  }

  /// Reads an event of evidence; `nil` when it is none.
  init?(evidence record: RecordedEvent, index: PlanIndex) throws(EventError) {
    let data = record.data
    func missing(_ key: String) -> EventError {
      EventError(message: "event `\(record.type)` has no readable `\(key)`")
    }
    func text(_ key: String) throws(EventError) -> String {
      guard let text = data[key]?.string else { throw missing(key) }
      return text
    }
    func instant(_ key: String) throws(EventError) -> Instant {
      guard let instant = Instant(try text(key)) else { throw missing(key) }
      return instant
    }
    func verdict() throws(EventError) -> Verdict {
      guard let verdict = Verdict(code: try text("verdict")) else { throw missing("verdict") }
      return verdict
    }
    func exhibits() throws(EventError) -> [Exhibit] {
      guard let exhibits = [Exhibit](data["evidence"]) else { throw missing("evidence") }
      return exhibits
    }
    switch record.type {
    case "signal_sampled":
      var samples: [Samples] = []
      for part in data["measured"]?.array ?? [] {
        guard let part = Samples(part, index: index) else { throw missing("measured") }
        samples.append(part)
      }
      self = .sampled(samples)
    case "trigger_became_pending":
      self = .triggerPending(trigger: try text("trigger"), series: try text("series"), since: try instant("since"))
    case "trigger_cleared": self = .triggerCleared(trigger: try text("trigger"), series: try text("series"))
    case "trigger_fired":
      guard let firing = Firing(data) else { throw missing("samples") }
      self = .triggerFired(firing)
    case "trigger_became_unstable":
      self = .triggerUnstable(
        trigger: try text("trigger"), series: try text("series"), changes: Int(data["changes"]?.integer ?? 0))
    case "gate_started":
      self = .gateStarted(
        deadline: data["deadline"]?.string.flatMap { Instant($0) }, isShadow: data["shadow"]?.bool ?? false)
    case "gate_hold_started": self = .gateHolding(since: try instant("since"))
    case "gate_hold_broken": self = .gateBroken(try verdict(), exhibits: try exhibits())
    case "gate_opened":
      self = .gateOpened(
        held: Span(milliseconds: data["held_ms"]?.integer ?? 0), exhibits: try exhibits(),
        isShadow: data["shadow"]?.bool ?? false)
    case "gate_expired": self = .gateExpired(try verdict(), exhibits: try exhibits())
    case "comparison_measured":
      let parts = (data["measured"]?.array ?? []).compactMap { Samples($0, index: index) }
      guard parts.count == 2, let look = data["look"]?.integer else { throw missing("measured") }
      self = .comparisonMeasured(look: Int(look), before: parts[0], after: parts[1])
    case "gate_compared":
      guard let result = ComparisonResult(data) else { throw missing("verdict") }
      self = .gateCompared(result)
    case "gate_force_asked": self = .gateForceAsked(person: Int(data["person"]?.integer ?? -1))
    case "gate_forced":
      let persons = (data["persons"]?.array ?? []).compactMap { $0.integer.map { Int($0) } }
      self = .gateForced(by: persons, exhibits: try exhibits())
    case "bake_interrupted": self = .bakeInterrupted(try verdict())
    case "bake_continued": self = .bakeContinued
    default: return nil
    }
  }
}

extension Verdict {
  /// One word for records: `pass`, `breach`, or the cause of an unknown.
  public var code: String {
    switch self {
    case .pass: "pass"
    case .breach: "breach"
    case .unknown(let cause): cause.rawValue
    }
  }

  init?(code: String) {
    switch code {
    case "pass": self = .pass
    case "breach": self = .breach
    default:
      guard let cause = Absence(rawValue: code) else { return nil }
      self = .unknown(cause)
    }
  }
}

extension Samples {
  fileprivate func write(to writer: inout CanonicalWriter) {
    writer.object {
      $0.key("samples")
      $0.array {
        for row in rows {
          $0.object {
            $0.member("at", row.at.text)
            $0.member("values", strings: row.readings.map(\.text))
          }
        }
      }
      $0.member("series", strings: series)
      $0.member("signal", name)
    }
  }

  fileprivate init?(_ data: JSON, index: PlanIndex) {
    guard let name = data["signal"]?.string, let signal = index.plan.signals.firstIndex(where: { $0.name == name })
    else { return nil }
    let series = (data["series"]?.array ?? []).compactMap(\.string)
    var rows: [Row] = []
    for row in data["samples"]?.array ?? [] {
      let readings = (row["values"]?.array ?? []).compactMap { $0.string.flatMap { Reading($0) } }
      guard let at = row["at"]?.string.flatMap({ Instant($0) }), readings.count == series.count else { return nil }
      rows.append(Row(at: at, readings: readings))
    }
    self.init(signal: signal, name: name, series: series, rows: rows)
  }
}

extension TriggerProgress.Sample {
  var json: JSON { .dictionary([("at", .string(at.text)), ("value", .string(reading.text))]) }

  init?(_ json: JSON) {
    guard let at = json["at"]?.string.flatMap({ Instant($0) }),
      let reading = json["value"]?.string.flatMap({ Reading($0) })
    else { return nil }
    self.init(at: at, reading: reading)
  }
}

extension Firing {
  fileprivate func write(to writer: inout CanonicalWriter) {
    writer.member("lasted_ms", lasted.milliseconds)
    writer.member("limit", limit.text)
    writer.member("samples", .array(samples.map(\.json)))
    writer.member("series", series)
    writer.member("since", since.text)
    writer.member("trigger", trigger)
  }

  fileprivate init?(_ data: JSON) {
    guard let trigger = data["trigger"]?.string, let series = data["series"]?.string,
      let since = data["since"]?.string.flatMap({ Instant($0) }), let lasted = data["lasted_ms"]?.integer,
      let limit = data["limit"]?.string.flatMap({ Fixed($0) })
    else { return nil }
    self.init(
      trigger: trigger, series: series, since: since, lasted: Span(milliseconds: lasted), limit: limit,
      samples: (data["samples"]?.array ?? []).compactMap { TriggerProgress.Sample($0) })
  }
}

extension [Exhibit] {
  var json: JSON {
    .array(
      map {
        .dictionary([
          ("at", .string($0.at.text)), ("condition", .string($0.condition)), ("series", .string($0.series)),
          ("value", .string($0.reading.text)),
        ])
      })
  }

  init?(_ json: JSON?) {
    self = []
    for element in json?.array ?? [] {
      guard let condition = element["condition"]?.string, let series = element["series"]?.string,
        let reading = element["value"]?.string.flatMap({ Reading($0) }),
        let at = element["at"]?.string.flatMap({ Instant($0) })
      else { return nil }
      append(Exhibit(condition: condition, series: series, reading: reading, at: at))
    }
  }
}
