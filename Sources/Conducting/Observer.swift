internal import Adapters
internal import Engine
internal import Looping
internal import Plans
internal import Quantities

/// Asks providers for what is to be measured.
struct Observer: Sendable {
  let providers: Providers
  let run: String
  let fence: Int64

  /// Asks all questions of a measurement.
  ///
  /// - Returns: the samples, and why a provider could not be asked, if one could not.
  func measure(_ measurement: Measurement) async -> (Samples, String?) {
    let (request, signal, questions) = (measurement.request, measurement.signal, measurement.questions)
    let began = ContinuousClock.now
    var measured: [MeasuredSample] = []
    var failed: [String: String] = [:]
    var remembers = true
    var warning: String?
    await withTaskGroup(of: Answer.self) { group in
      var waiting = questions[...]
      for _ in 0..<Self.atOnce {
        guard let question = waiting.popFirst() else { break }
        group.addTask { await observe(question, measurement) }
      }
      for await answer in group {
        remembers = remembers && answer.knowsPast
        switch answer.outcome {
        case .measured(let samples): measured += samples
        case .partly(let samples, let others, let because):
          measured += samples
          failed.merge(others) { first, _ in first }
          warning = warning ?? because
        case .failed(let because):
          for series in answer.series { failed[series] = because }
        }
        guard let question = waiting.popFirst() else { continue }
        group.addTask { await observe(question, measurement) }
      }
    }
    let took = Span(milliseconds: Int64((ContinuousClock.now - began) / .milliseconds(1)))
    let latest = measurement.at + signal.timeout + MeasuredTime.skew
    let readings = Readings(
      measured, failed: failed, for: request, signal: signal, remembers: remembers, asked: measurement.at,
      latest: latest)
    let slowness = Readings.slowness(took, of: signal, remembers: remembers)
    return (readings.samples, readings.problem ?? warning ?? slowness)
  }

  /// So many questions about single series are open at once.
  private static let atOnce = 16

  /// What came of one question.
  private struct Answer {
    var series: [String]
    var outcome: ObserveOutcome
    var knowsPast = true
  }

  private func observe(_ question: Measurement.Question, _ measurement: Measurement) async -> Answer {
    let (request, signal, now) = (measurement.request, measurement.signal, measurement.at)
    func failed(_ because: String) -> Answer { Answer(series: question.series, outcome: .failed(because: because)) }
    guard let arguments = question.arguments else { return failed("the query refers to something that has no value") }
    switch providers.call(signal, arguments: arguments, run: run, key: question.key, fence: fence, now: now) {
    case .failure(let error): return failed(error.message)
    case .success(let (adapter, call)):
      let observation = Observation(
        call: call, times: request.times, every: signal.every, window: signal.window, series: question.series, now: now)
      var outcome = await adapter.observe(observation)
      if signal.isAskedBySeries, let series = question.series.first { outcome = outcome.about(series) }
      return Answer(
        series: question.series, outcome: outcome.redacted(by: call.secrets), knowsPast: adapter.remembers(call))
    }
  }
}

extension ObserveOutcome {
  /// An answer to a question about one series speaks about that series, whatever it calls it, unless it names it among
  /// others.
  fileprivate func about(_ series: String) -> ObserveOutcome {
    func renamed(_ samples: [MeasuredSample]) -> [MeasuredSample] {
      let named = samples.filter { $0.series == series }
      return (named.isEmpty ? samples : named).map { sample in
        var sample = sample
        sample.series = series
        return sample
      }
    }
    return switch self {
    case .measured(let samples): .measured(renamed(samples))
    case .partly(let samples, let failed, let because):
      .partly(
        renamed(samples), failed: failed.values.min().map { [series: $0] } ?? [:], because: because)
    case .failed: self
    }
  }

  /// The same without secrets in anything that may be shown.
  fileprivate func redacted(by secrets: Redactor) -> ObserveOutcome {
    func redact(_ number: MeasuredNumber) -> MeasuredNumber {
      if case .unreadable(let text) = number { .unreadable(secrets.redact(text)) } else { number }
    }
    func redact(_ samples: [MeasuredSample]) -> [MeasuredSample] {
      samples.map { sample in
        var sample = sample
        sample.value = redact(sample.value)
        sample.count = sample.count.map { redact($0) }
        sample.origin = sample.origin.map { secrets.redact($0) }
        if case .unreadable(let text) = sample.at { sample.at = .unreadable(secrets.redact(text)) }
        return sample
      }
    }
    return switch self {
    case .measured(let samples): .measured(redact(samples))
    case .partly(let samples, let failed, let because):
      .partly(
        redact(samples), failed: failed.mapValues { secrets.redact($0) }, because: secrets.redact(because))
    case .failed(let because): .failed(because: secrets.redact(because))
    }
  }
}
