import Quantities

extension EvidenceState {
  /// What outlives a wave, as canonical JSON: gates and bakes are over at a boundary.
  var json: JSON {
    .dictionary([
      ("opened", opened.map { .array([.integer(Int64($0.stage)), .integer(Int64($0.wave)), time($0.at)]) } ?? .null),
      ("signals", .array(signals.map(\.json))), ("spans", .array(spans.map(\.json))),
      ("stages", .array(stages.values.sorted { $0.stage < $1.stage }.map(\.json))),
      ("triggers", .array(triggers.map { .dictionary($0.map { ($0.key, $0.value.json) }) })),
    ])
  }

  /// Reads what ``json`` wrote, for the same plan.
  mutating func read(_ json: JSON) {
    if let opened = json["opened"]?.array, opened.count == 3, let stage = opened[0].integer,
      let wave = opened[1].integer,
      let at = opened[2].integer
    {
      self.opened = OpenedGate(stage: Int(stage), wave: Int(wave), at: Instant(milliseconds: at))
    }
    for (number, value) in (json["signals"]?.array ?? []).prefix(signals.count).enumerated() {
      signals[number] = SignalState(value)
    }
    spans = (json["spans"]?.array ?? []).compactMap { ChangeSpan($0) }
    for span in (json["stages"]?.array ?? []).compactMap({ ChangeSpan($0) }) { stages[span.stage] = span }
    for (number, value) in (json["triggers"]?.array ?? []).prefix(triggers.count).enumerated() {
      for (series, progress) in value.members { triggers[number][series] = TriggerProgress(progress) }
    }
  }
}

private func time(_ instant: Instant?) -> JSON { instant.map { .integer($0.milliseconds) } ?? .null }

private func instant(_ json: JSON?) -> Instant? { json?.integer.map { Instant(milliseconds: $0) } }

extension ChangeSpan {
  fileprivate var json: JSON {
    .array([.integer(Int64(stage)), .integer(Int64(wave)), time(changedAt), time(finishedAt)])
  }

  fileprivate init?(_ json: JSON) {
    let parts = json.array
    guard parts.count == 4, let stage = parts[0].integer, let wave = parts[1].integer, let changed = instant(parts[2])
    else { return nil }
    self.init(stage: Int(stage), wave: Int(wave), changedAt: changed, finishedAt: instant(parts[3]))
  }
}

extension SignalState {
  fileprivate var json: JSON {
    .dictionary([
      ("series", .dictionary(series.map { ($0.key, $0.value.json) })), ("until", time(until)),
    ])
  }

  fileprivate init(_ json: JSON) {
    until = instant(json["until"])
    for (name, value) in json["series"]?.members ?? [] { series[name] = SeriesState(value) }
  }
}

extension SeriesState {
  fileprivate var json: JSON {
    .array([
      time(at), .string(reading.text), value.map { .string($0.text) } ?? .null, time(valueAt),
      .integer(Int64(missing)),
    ])
  }

  fileprivate init?(_ json: JSON) {
    let parts = json.array
    guard parts.count == 5, let at = instant(parts[0]), let reading = parts[1].string.flatMap({ Reading($0) }) else {
      return nil
    }
    self.init(
      at: at, reading: reading, value: parts[2].string.flatMap { Fixed($0) }, valueAt: instant(parts[3]),
      missing: Int(parts[4].integer ?? 0))
  }
}

extension TriggerProgress {
  fileprivate var json: JSON {
    .dictionary([
      ("announced", .bool(isAnnounced)), ("before", .string(before.rawValue)), ("breaches", .integer(Int64(breaches))),
      ("changes", .array(changes.map { time($0) })), ("judged", time(judgedAt)),
      ("lasted", .integer(lasted.milliseconds)),
      ("phase", .string(phase.rawValue)), ("recent", .array(recent.map(JSON.bool))),
      ("samples", .array(samples.map(\.json))), ("silences", .integer(Int64(silences))), ("since", time(since)),
    ])
  }

  fileprivate init?(_ json: JSON) {
    guard let phase = json["phase"]?.string.flatMap({ Phase(rawValue: $0) }) else { return nil }
    self.init()
    self.phase = phase
    isAnnounced = json["announced"]?.bool ?? true
    before = json["before"]?.string.flatMap { Before(rawValue: $0) } ?? .nothing
    breaches = Int(json["breaches"]?.integer ?? 0)
    changes = (json["changes"]?.array ?? []).compactMap { instant($0) }
    judgedAt = instant(json["judged"])
    lasted = Span(milliseconds: json["lasted"]?.integer ?? 0)
    recent = (json["recent"]?.array ?? []).compactMap(\.bool)
    samples = (json["samples"]?.array ?? []).compactMap { Sample($0) }
    silences = Int(json["silences"]?.integer ?? 0)
    since = instant(json["since"])
  }
}
