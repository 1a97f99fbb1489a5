internal import Adapters
internal import Engine
internal import Plans
internal import Quantities

/// What came of asking about the series of a signal → evaluations: which sample speaks for which time.
struct Readings {
  /// The evaluations.
  private(set) var samples: Samples
  /// What is to be said about a series that has no number, the first in their order; `nil` for nothing.
  private(set) var problem: String?

  /// The evaluations of a request.
  ///
  /// For each time the newest sample at or before it counts, if it is fresh. For the newest time a later sample counts
  /// too, unless that time has passed long ago: a provider without a history measures when it is asked. What cannot be
  /// told apart, cannot be read, or lies in the future stays what it is: a policy for missing data speaks only where a
  /// series is not in the answer.
  ///
  /// - Parameters:
  ///   - measured: what was measured.
  ///   - failed: by series that could not be asked about, the reason.
  ///   - request: what was asked for.
  ///   - signal: the signal.
  ///   - remembers: whether the provider knows the past; if not, times that passed are known to be unobserved.
  ///   - asked: when it was asked.
  ///   - latest: a sample of a later time lies in the future.
  init(
    _ measured: [MeasuredSample], failed: [String: String] = [:], for request: SampleRequest, signal: PlannedSignal,
    remembers: Bool, asked: Instant, latest: Instant
  ) {
    let bySeries = Dictionary(grouping: measured, by: \.series)
    let names = Names(bySeries.keys)
    let answers = request.series.map { series in
      Answer(
        bySeries[series] ?? [], failed: failed[series] ?? names.misnamed(series), signal: signal, latest: latest)
    }
    let rows = request.times.map { time in
      // After an outage times are asked for in portions, and the last of one may have passed long ago.
      let isNow = Freshness(of: signal).covers(asked, measuredAt: time + signal.settle)
      let isNewest = time == request.times.last && isNow
      return Samples.Row(
        at: time,
        readings: answers.map { $0.reading(at: time, isNewest: isNewest, isPastKnown: remembers) })
    }
    samples = Samples(signal: request.signal, name: signal.name, series: request.series, rows: rows)
    for (series, answer) in zip(request.series, answers) where problem == nil {
      guard let last = request.times.last, let why = answer.problem(at: last, asked: asked) else { continue }
      problem = series.isEmpty ? why : "\(series): \(why)"
    }
  }
}

extension Readings {
  /// Whether answers come too late for what they are to guard.
  ///
  /// - Parameters:
  ///   - took: from the question to the answer.
  ///   - signal: the signal.
  ///   - remembers: whether the provider knows the past: what was missed meanwhile is asked for then.
  /// - Returns: what is to be said; `nil` where they do not.
  static func slowness(_ took: Span, of signal: PlannedSignal, remembers: Bool) -> String? {
    let span = Freshness(of: signal).span
    guard !remembers, took > span else { return nil }
    return "the answer took longer than it counts (\(span.text)), so no breach is seen to last: sample it less often, "
      + "with an `every` of more than half of what an answer takes"
  }
}

/// The names of the series in an answer.
private struct Names {
  private let all: Set<String>
  /// By name without blanks and letter case.
  private let bare: [String: String]

  init(_ names: some Collection<String>) {
    all = Set(names)
    bare = Dictionary(names.map { (Self.bare($0), $0) }, uniquingKeysWith: min)
  }

  private static func bare(_ name: String) -> String { name.lowercased().filter { !$0.isWhitespace } }

  /// Why an answer without a series is no silence about it: what is there bears another name. `nil` where it is one.
  func misnamed(_ series: String) -> String? {
    guard !all.contains(series) else { return nil }
    if series.isEmpty, let other = all.min() {
      return "the answer has the series `\(other.prefix(80))`, and the signal is one number: leave the name out, or "
        + "say `per:` what it is measured"
    }
    return bare[Self.bare(series)].map { "the answer has `\($0.prefix(80))`, which is written in another way" }
  }
}

/// What came of asking about one series.
private struct Answer {
  /// With readable times, by rising time.
  private var timed: [(at: Instant, sample: MeasuredSample)] = []
  private var error: (cause: Absence, why: String)?
  private let signal: PlannedSignal
  private let freshness: Freshness

  init(_ samples: [MeasuredSample], failed: String?, signal: PlannedSignal, latest: Instant) {
    self.signal = signal
    freshness = Freshness(of: signal)
    if let failed { error = (.providerError, failed) }
    for sample in samples {
      switch sample.at {
      case .unreadable(let text):
        // It may be the newest one, or of any other time.
        error = error ?? (.unreadable, "the time `\(Self.shown(text))` is none")
      case .at(let instant) where instant > latest:
        error = error ?? (.future, "its sample is of \(instant.text), which lies in the future")
      case .at(let instant): timed.append((instant, sample))
      }
    }
    timed.sort { $0.at < $1.at }
  }

  /// The samples that speak for a time: those of the newest moment that counts, one where all is well.
  private func speaking(for time: Instant, isNewest: Bool) -> [MeasuredSample] {
    guard
      let last = timed.last(where: { ($0.at <= time || isNewest) && freshness.covers(time, measuredAt: $0.at) })
    else { return [] }
    return timed.filter { $0.at == last.at }.map(\.sample)
  }

  func reading(at time: Instant, isNewest: Bool, isPastKnown: Bool) -> Reading {
    if let error { return .missing(error.cause) }
    let speaking = speaking(for: time, isNewest: isNewest)
    guard let sample = speaking.first else {
      // One that knows the past says for each time what it has; of all others an old sample says that nobody measured.
      return .missing(isPastKnown || isNewest && timed.isEmpty ? .noData : .unobserved)
    }
    return speaking.count > 1 ? .missing(.ambiguous) : Reading(measured: sample.value, count: sample.count, of: signal)
  }

  /// Why there is no number at the newest time, in words; `nil` where there is one, or just nothing.
  func problem(at time: Instant, asked: Instant) -> String? {
    if let error { return error.why }
    let speaking = speaking(for: time, isNewest: true)
    guard let sample = speaking.first else {
      return timed.last.map { last in
        "its newest sample is of \(last.at.text), \(Self.age(asked - last.at)) ago: too old to count"
      }
    }
    if speaking.count > 1 {
      let names = Set(speaking.compactMap(\.origin)).sorted()
      return names.isEmpty
        ? "two values of one time: name their series, or put them together in the query"
        : "\(names.prefix(3).joined(separator: " and ")) are one series: sum or group them in the query"
    }
    if case .unreadable(let text) = sample.value { return "`\(Self.shown(text))` is no number" }
    if signal.minimumCount != nil, case .unreadable(let text)? = sample.count {
      return "the count `\(Self.shown(text))` is no number"
    }
    return nil
  }

  /// Roughly how long: a line that changes with every second would be said with every second.
  private static func age(_ span: Span) -> String {
    let units: [(String, Int64)] = [("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000)]
    let (name, length) = units.first { span.milliseconds >= $0.1 } ?? ("second", 1_000)
    return Int(span.milliseconds / length).counted(name)
  }

  private static func shown(_ text: String) -> String { String(text.prefix(80)) }
}
