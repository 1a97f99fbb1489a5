internal import Adapters
internal import Engine
internal import Journaling
internal import Plans
internal import Quantities

/// Asks providers for what is to be measured. Nothing that it does changes the world, so it needs no intent.
struct Observer: Sendable {
  let providers: Providers
  let run: String
  let fence: Int64
  let mailbox: Mailbox

  /// Starts a measurement; its samples arrive in the mailbox, or the reason why there are none.
  ///
  /// Runs outside the conductor, like every adapter.
  func ask(_ request: SampleRequest, state: RunState, now: Instant) -> Task<Void, Never> {
    let signal = state.plan.signals[request.signal]
    let questions = Self.questions(request, signal: signal, state: state)
    return Task {
      let (samples, problem) = await measure(request, signal: signal, questions: questions, now: now)
      mailbox.post(.sampled(samples, problem: problem))
    }
  }

  /// Measures what a planned look needs: the earlier period, then the time in question.
  func look(_ request: LookRequest, state: RunState, now: Instant) -> Task<Void, Never> {
    let signal = state.plan.signals[request.after.signal]
    let questions = Self.questions(request.after, signal: signal, state: state)
    return Task {
      var (before, problem): (Samples, String?) = (
        Samples(signal: request.after.signal, name: signal.name, series: request.after.series, rows: []), nil
      )
      if let earlier = request.before {
        (before, problem) = await measure(earlier, signal: signal, questions: questions, now: now)
      }
      let after = await measure(request.after, signal: signal, questions: questions, now: now)
      mailbox.post(
        .compared(look: request.look, before: before, after: after.0, problem: problem ?? after.1))
    }
  }

  /// One question for all series, or one for each where the arguments name it.
  private static func questions(
    _ request: SampleRequest, signal: PlannedSignal, state: RunState
  ) -> [(series: [String], arguments: Result<JSON, MissingReference>)] {
    guard signal.isAskedBySeries else {
      return [(request.series, state.sampleArguments(of: request.signal, series: nil))]
    }
    return request.series.map { ([$0], state.sampleArguments(of: request.signal, series: $0)) }
  }

  private func measure(
    _ request: SampleRequest, signal: PlannedSignal,
    questions: [(series: [String], arguments: Result<JSON, MissingReference>)], now: Instant
  ) async -> (Samples, String?) {
    var measured: [MeasuredSample] = []
    var remembers = true
    var problem: String?
    await withTaskGroup(of: (ObserveOutcome, Bool).self) { group in
      var waiting = questions[...]
      for _ in 0..<Self.atOnce {
        guard let question = waiting.popFirst() else { break }
        group.addTask { await observe(question, request, signal: signal, now: now) }
      }
      for await (outcome, knowsPast) in group {
        remembers = remembers && knowsPast
        switch outcome {
        case .measured(let samples): measured += samples
        case .failed(let because): problem = problem ?? because
        }
        guard let question = waiting.popFirst() else { continue }
        group.addTask { await observe(question, request, signal: signal, now: now) }
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
    _ question: (series: [String], arguments: Result<JSON, MissingReference>), _ request: SampleRequest,
    signal: PlannedSignal, now: Instant
  ) async -> (ObserveOutcome, Bool) {
    guard case .success(let arguments) = question.arguments else {
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
      return (outcome, adapter.remembers(call))
    }
  }
}
