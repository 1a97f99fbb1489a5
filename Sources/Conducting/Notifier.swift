internal import Adapters
internal import Engine
internal import Journaling
internal import Plans
internal import Quantities
internal import Synchronization

/// Tells people, at least once and in order, and never in the way of the run.
///
/// Each notice has a queue of its own. What was told is recorded, so that a later executor tells what is missing; a
/// receiver that cannot be reached is tried again, at most a minute apart.
actor Notifier {
  private let plan: Plan
  private let run: String
  private let fence: Int64
  private let providers: Providers
  private let mailbox: Mailbox
  private var queues: [Int: [Message]] = [:]
  private var workers: [Int: Task<Void, Never>] = [:]
  /// Messages that are on their way into the queues.
  private let arriving = Mutex(0)

  init(plan: Plan, run: String, fence: Int64, providers: Providers, mailbox: Mailbox) {
    self.plan = plan
    self.run = run
    self.fence = fence
    self.providers = providers
    self.mailbox = mailbox
  }

  /// Takes what is to be told.
  func take(_ notices: [Message]) {
    for notice in notices {
      queues[notice.notice, default: []].append(notice)
      guard workers[notice.notice] == nil else { continue }
      workers[notice.notice] = Task { await self.work(notice.notice) }
    }
  }

  /// Whether something is being told.
  var isBusy: Bool { !workers.isEmpty || arriving.withLock { $0 } > 0 }

  /// Tells about what is durable now, without waiting for it.
  nonisolated func tell(_ recorded: [(seq: Int64, event: Event)], state: RunState) {
    guard !state.plan.notices.isEmpty else { return }
    let messages = recorded.flatMap { Message.all(about: $0.event, seq: $0.seq, state: state, run: run) }
    guard !messages.isEmpty else { return }
    arriving.withLock { $0 += 1 }
    Task { await self.arrive(messages) }
  }

  private func arrive(_ messages: [Message]) {
    take(messages)
    arriving.withLock { $0 -= 1 }
  }

  /// What an earlier executor did not come to tell.
  static func untold(of run: RegisteredRun, state: RunState, in journal: Journal) throws -> [Message] {
    guard !state.plan.notices.isEmpty, state.lastSequence > 0 else { return [] }
    let oldest = state.plan.notices.indices.map { state.told[$0] ?? 0 }.min() ?? 0
    var messages: [Message] = []
    try journal.entries(of: run.number, after: oldest) { entry in
      let event = try Recovery.event(entry, index: state.index)
      messages += Message.all(about: event, seq: entry.seq, state: state, run: run.name)
        .filter { $0.seq > state.told[$0.notice] ?? 0 }
      return true
    }
    return messages
  }

  /// Waits until all is told, or for so long.
  func finish(within milliseconds: Int64) async {
    let alarm = Task {
      try? await Task.sleep(for: .milliseconds(milliseconds))
      self.stop()
    }
    while arriving.withLock({ $0 }) > 0 { await Task.yield() }
    for worker in workers.values { await worker.value }
    alarm.cancel()
  }

  private func stop() { for worker in workers.values { worker.cancel() } }

  private func work(_ number: Int) async {
    var pause: Int64 = 1_000
    while let notice = queues[number]?.first, !Task.isCancelled {
      switch await deliver(notice) {
      case nil:
        queues[number]?.removeFirst()
        pause = 1_000
        mailbox.post(.told(notice: number, seq: notice.seq, problem: nil))
      case .some(.again):
        try? await Task.sleep(for: .milliseconds(pause))
        pause = min(pause * 2, 60_000)
      case .some(.never(let why)):
        queues[number]?.removeFirst()
        mailbox.post(.told(notice: number, seq: notice.seq, problem: why))
      }
    }
    workers[number] = nil
  }

  private enum Trouble {
    case again
    case never(String)
  }

  /// Tells one thing; `nil` when it was told.
  private func deliver(_ notice: Message) async -> Trouble? {
    let planned = plan.notices[notice.notice]
    guard case .success(var arguments) = planned.arguments.fill({ _ in nil }) else {
      return .never("the operation refers to something that a notice has not")
    }
    let body = notice.body(as: planned.form, run: run)
    let adapter = plan.providers.first { $0.name == planned.provider }?.adapter
    var pairs = arguments.members.map { ($0.key, $0.value) }
    if adapter == "process" {
      pairs.append(("stdin", .string(body.plainText + "\n")))
    } else {
      if arguments["method"] == nil { pairs.append(("method", .string("POST"))) }
      pairs.append(("body", body))
    }
    arguments = .dictionary(pairs)
    switch providers.call(
      planned, arguments: arguments, run: run, fence: fence, key: "\(run)-\(notice.seq)", at: notice.at)
    {
    case .failure(let error): return .never(error.message)
    case .success(let (adapter, call)):
      switch await adapter.apply(call, report: { _ in }) {
      case .applied: return nil
      case .notApplied(_, .transient, _), .unknown: return .again
      // What stands in the record holds no secret of the call, also where an adapter forgot.
      case .notApplied(let because, .permanent, _): return .never(call.secrets.redact(because))
      case .awaitsPerson: return .never("a person cannot be told by a person")
      }
    }
  }
}
