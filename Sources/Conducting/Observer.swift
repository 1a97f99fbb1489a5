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
    var measured: [MeasuredSample] = []
    var remembers = true
    var problem: String?
    await withTaskGroup(of: (ObserveOutcome, Bool).self) { group in
      var waiting = questions[...]
      for _ in 0..<Self.atOnce {
        guard let question = waiting.popFirst() else { break }
        group.addTask { await observe(question, measurement) }
      }
      for await (outcome, knowsPast) in group {
        remembers = remembers && knowsPast
        switch outcome {
        case .measured(let samples): measured += samples
        case .failed(let because): problem = problem ?? because
        }
        guard let question = waiting.popFirst() else { continue }
        group.addTask { await observe(question, measurement) }
      }
    }
    let samples =
      measured.isEmpty && problem != nil
      ? Readings.failed(request, signal: signal)
      : Readings.samples(measured, for: request, signal: signal, remembers: remembers)
    return (samples, problem)
  }

  /// So many questions about single series are open at once.
  private static let atOnce = 16

  private func observe(
    _ question: Measurement.Question, _ measurement: Measurement
  ) async -> (ObserveOutcome, Bool) {
    let (request, signal, now) = (measurement.request, measurement.signal, measurement.at)
    guard let arguments = question.arguments else {
      return (.failed(because: "the query refers to something that has no value"), true)
    }
    switch providers.call(signal, arguments: arguments, run: run, fence: fence, now: now) {
    case .failure(let error): return (.failed(because: error.message), true)
    case .success(let (adapter, call)):
      let observation = Observation(
        call: call, times: request.times, every: signal.every, window: signal.window, series: question.series, now: now)
      var outcome = await adapter.observe(observation)
      // An answer to a question about one series speaks about that series, whatever it calls it.
      if case .measured(let samples) = outcome, signal.isAskedBySeries, let series = question.series.first {
        outcome = .measured(samples.map { MeasuredSample(series: series, at: $0.at, value: $0.value, count: $0.count) })
      }
      if case .failed(let because) = outcome { outcome = .failed(because: call.secrets.redact(because)) }
      return (outcome, adapter.remembers(call))
    }
  }
}
