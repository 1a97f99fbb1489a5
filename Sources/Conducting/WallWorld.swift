internal import Adapters
internal import Engine
internal import Looping
internal import Plans
internal import Quantities
internal import Synchronization
internal import Vocabularies

/// Carries out what a loop orders. What an adapter answers is translated here: behind the mailbox are plain values, and
/// none of them holds a secret of its call, also where an adapter forgot.
struct WallWorld: Sendable {
  let providers: Providers
  let run: String
  let fence: Int64
  let mailbox: Mailbox
  let watch: @Sendable (Conductor.Notice) -> Void
  let checkpoints: (any Checkpointing)?
  private let missing = Missing()

  /// What a run cannot go on without, where something is missing that only another start of this program can have.
  var missingSecret: String? { missing.words.withLock { $0 } }

  private final class Missing: Sendable {
    let words = Mutex<String?>(nil)
    let stay = Mutex(Stay.asLong)
  }

  init(
    providers: Providers, run: String, fence: Int64, mailbox: Mailbox, checkpoints: (any Checkpointing)?,
    watch: @escaping @Sendable (Conductor.Notice) -> Void
  ) {
    (self.providers, self.run, self.fence, self.checkpoints) = (providers, run, fence, checkpoints)
    (self.mailbox, self.watch) = (mailbox, watch)
  }

  /// Where something takes long, it is waited for a moment only: whoever started the executor does not want to wait.
  func hurry() { missing.stay.withLock { $0 = .briefly } }

  /// Nothing that has not begun is waited for any more.
  func leave() { missing.stay.withLock { $0 = .notAtAll } }

  /// How long is waited where something takes long.
  var stay: Stay { missing.stay.withLock { $0 } }

  /// Asks a provider to do something.
  func apply(_ request: Request) -> Task<Void, Never> {
    Task {
      if let failure = await refusal(request.verb == .apply, saying: { hold(request, for: $0, Redactor()) }) {
        return mailbox.post(.answered(request, .notApplied(failure, log: nil)))
      }
      // Secrets are read here, beside the loop: a vault that hangs must not stop a pause.
      let (adapter, call): (any Adapter, Call)
      switch providers.call(request, run: run, fence: fence) {
      case .failure(let error):
        // A secret that has gone says nothing about the target: it waits for it, and its attempts stay.
        let failure =
          error.secret == .none
          ? Failure(isTransient: false, reason: error.message)
          : Failure(isTransient: true, retryAfter: Self.secretPause, usesAttempt: false, reason: error.message)
        mailbox.post(.answered(request, .notApplied(failure, log: nil)))
        if error.secret == .startAgain { stop(for: error.message, neededBy: request.path) }
        return
      case .success(let found): (adapter, call) = found
      }
      let secrets = call.secrets
      let outcome = await adapter.apply(call) { progress in
        switch progress {
        case .cursor(let cursor, let done, let total):
          mailbox.post(.cursor(request, secrets.redact(cursor), done: done, total: total))
          if let done { watch(.progress(path: request.path, done: done, total: total)) }
        case .progress(let done, let total): watch(.progress(path: request.path, done: done, total: total))
        case .line(let text): watch(.line(path: request.path, text: secrets.redact(text)))
        case .waits(let what): hold(request, for: what, secrets)
        }
      }
      mailbox.post(.answered(request, outcome.reply(without: secrets)))
    }
  }

  /// So long a step waits for a secret before it looks again.
  private static let secretPause = Span(milliseconds: 300_000)

  /// Makes the executor leave: the run as a whole needs something, and none of its targets is to blame.
  private func stop(for message: String, neededBy user: String) {
    missing.words.withLock { $0 = $0 ?? "\(message), used by \(user)" }
    mailbox.post(.drain)
  }

  /// Tells the loop that a request has not begun yet, or does now; and whoever watches, why.
  private func hold(_ request: Request, for what: String?, _ secrets: Redactor) {
    mailbox.post(what == nil ? .begun(request) : .held(request))
    if let what { watch(.short(of: secrets.redact(what))) }
  }

  /// Asks a provider whether it happened.
  func probe(_ request: Request) -> Task<Void, Never> {
    Task {
      switch providers.call(request, run: run, fence: fence) {
      // Nobody was asked, so nothing is known: whoever goes on asks. "Unknown" would put the step before a person.
      case .failure(let error) where error.secret != .none:
        mailbox.post(.unasked(request))
        stop(for: error.message, neededBy: "the probe of \(request.path)")
      case .failure(let error): mailbox.post(.probed(request, ProbeReply(.unknown, log: error.message)))
      case .success(let (adapter, call)):
        mailbox.post(.probed(request, await adapter.probe(call).reply(without: call.secrets)))
      }
    }
  }

  /// Measures a signal. Nothing that it does changes the world, so it needs no intent.
  func measure(_ measurement: Measurement) -> Task<Void, Never> {
    Task {
      let (samples, problem) = await observer.measure(measurement)
      if let problem { watch(.unmeasured(signal: samples.name, because: problem)) }
      mailbox.post(.sampled(samples))
    }
  }

  /// Measures what a planned look needs: the earlier period, then the time in question.
  func look(_ look: Int, before: Measurement?, after: Measurement) -> Task<Void, Never> {
    Task {
      var (earlier, problem): (Samples, String?) = (
        Samples(signal: after.request.signal, name: after.signal.name, series: after.request.series, rows: []), nil
      )
      if let before { (earlier, problem) = await observer.measure(before) }
      let (now, trouble) = await observer.measure(after)
      if let problem = problem ?? trouble { watch(.unmeasured(signal: now.name, because: problem)) }
      mailbox.post(.compared(look: look, before: earlier, after: now))
    }
  }

  private var observer: Observer { Observer(providers: providers, run: run, fence: fence) }

  /// Tells somebody something.
  func tell(_ telling: Telling) -> Task<Void, Never> {
    Task { mailbox.post(.told(telling.number, await deliver(telling))) }
  }

  private func deliver(_ telling: Telling) async -> Delivery {
    let notice = telling.notice
    guard case .success(let arguments) = notice.arguments.fill({ _ in nil }) else {
      return .never("the operation refers to something that a notice has not")
    }
    let body = telling.message.body(as: notice.form, run: run)
    guard let way = providers.notice(through: notice.provider) else {
      return .never("no notice goes through the provider `\(notice.provider)`")
    }
    switch providers.call(
      notice, arguments: way.arguments(arguments, telling: body), run: run, fence: fence,
      // One key for each receiver: a server that has two of them must not take the second for the first, told again.
      key: "\(run)-\(telling.message.seq)-\(notice.operation)", at: telling.message.at)
    {
    case .failure(let error): return error.secret == .wait ? .again : .never(error.message)
    case .success(let (adapter, call)):
      switch await adapter.apply(call, report: { _ in }) {
      case .applied: return .delivered
      case .notApplied(_, .transient, _), .unknown, .atWork: return .again
      case .notApplied(let because, .permanent, _): return .never(call.secrets.redact(because))
      case .awaitsPerson: return .never("a person cannot be told by a person")
      }
    }
  }

  /// Looks at a signature, with a program of its own.
  func verify(_ check: SignatureCheck) {
    Signatures.verdict(on: check) { verdict in mailbox.post(.verified(letter: check.letter, verdict)) }
  }
}

extension ApplyOutcome {
  /// The same without the adapter's types, and without secrets.
  fileprivate func reply(without secrets: Redactor) -> Reply {
    switch self {
    case .applied(let answer):
      return .applied(
        outputs: answer.outputs(without: secrets), unread: answer.unread.map(secrets.redact),
        log: answer.log(without: secrets))
    case .notApplied(let because, let retry, let answer):
      var failure = Failure(isTransient: false, reason: secrets.redact(because))
      if case .transient(let after) = retry { (failure.isTransient, failure.retryAfter) = (true, after) }
      return .notApplied(failure, log: secrets.redact(answer.log))
    case .unknown(let because, let answer):
      return .unknown(because: secrets.redact(because), log: secrets.redact(answer.log))
    case .atWork(let because, let answer):
      return .atWork(because: secrets.redact(because), log: secrets.redact(answer.log))
    case .awaitsPerson(let instruction): return .awaitsPerson(instruction: secrets.redact(instruction))
    }
  }
}

extension ProbeOutcome {
  /// The same without the adapter's types, and without secrets.
  fileprivate func reply(without secrets: Redactor) -> ProbeReply {
    switch self {
    case .applied(let answer):
      ProbeReply(.applied, outputs: answer.outputs(without: secrets), log: secrets.redact(answer.log))
    case .notApplied: ProbeReply(.notApplied)
    case .partial(let cursor): ProbeReply(.partial, cursor: cursor.map(secrets.redact))
    case .unknown(let because): ProbeReply(.unknown, log: secrets.redact(because))
    }
  }
}

extension Answer {
  fileprivate func outputs(without secrets: Redactor) -> [String: String] {
    secrets.isEmpty ? outputs : outputs.mapValues(secrets.redact)
  }

  /// What was printed or sent, and which outputs no later step can use since they held a secret.
  fileprivate func log(without secrets: Redactor) -> String {
    let held = outputs(without: secrets).filter { $0.value.contains(Redactor.mark) }.keys.sorted()
    let notes = held.map { "sanderling: the output `\($0)` holds a secret: it is blacked out, and no step can use it" }
    return ([secrets.redact(log)] + notes).filter { !$0.isEmpty }.joined(separator: "\n")
  }
}
