internal import Adapters
internal import Engine
internal import Quantities

/// Requests on their way to adapters.
enum Flights {
  /// Runs outside the actor: a task that is made inside it would run on it, one adapter after the other.
  static func fly(
    _ request: Request, call: Call, adapter: any Adapter, mailbox: Mailbox,
    watch: @escaping @Sendable (Conductor.Notice) -> Void
  ) -> Task<Void, Never> {
    Task {
      let outcome = await adapter.apply(call) { progress in
        switch progress {
        case .cursor(let cursor, let done, let total):
          mailbox.post(.cursor(request, cursor, done: done, total: total))
          if let done { watch(.progress(path: request.path, done: done, total: total)) }
        case .progress(let done, let total): watch(.progress(path: request.path, done: done, total: total))
        case .line(let text): watch(.line(path: request.path, text: text))
        }
      }
      mailbox.post(.applied(request, outcome))
    }
  }

  static func look(
    _ request: Request, call: Call, adapter: any Adapter, mailbox: Mailbox
  ) -> Task<Void, Never> {
    Task { mailbox.post(.probed(request, await adapter.probe(call))) }
  }
}

/// A request that a provider is at work on.
struct Flight {
  var task: Task<Void, Never>
  var deadline: Instant
  var isCancelled = false
}

extension Event.Kind {
  /// Whether the event changes what lists say about the run's end.
  var endsOrReopensRun: Bool {
    switch self {
    case .runFinished, .rollbackStarted: true
    default: false
    }
  }
}

extension ProbeOutcome {
  /// What an event keeps of it: the answer, a cursor, outputs, and what was printed.
  var parts: (ProbeAnswer, String?, [String: String], String?) {
    switch self {
    case .applied(let answer): (.applied, nil, answer.outputs, answer.log)
    case .notApplied: (.notApplied, nil, [:], nil)
    case .partial(let cursor): (.partial, cursor, [:], nil)
    case .unknown(let because): (.unknown, nil, [:], because)
    }
  }
}
