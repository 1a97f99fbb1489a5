internal import Engine
internal import Plans
internal import Quantities

/// Whom to tell what: at least once and in order, and never in the way of the run.
///
/// Each notice has a queue of its own. What was told is recorded, so that a later executor tells what is missing; a
/// receiver that cannot be reached is tried again, at most a minute apart. A number of a notice never leaves its plan:
/// a telling has a number of its own, and the queues are moved by what they mean when another plan is in force.
struct Notices: Sendable {
  private struct Queue: Sendable {
    var notice: PlannedNotice
    var waiting: [Message] = []
    /// The telling that is on its way.
    var open: Int?
    var retryAt: Instant?
    var pause = Self.shortest

    static let shortest = Span(milliseconds: 1_000)
  }

  private static let longest: Int64 = 60_000

  /// By the place of the notice in the plan.
  private var queues: [Queue]
  private var nextNumber = 1

  init(_ plan: Plan) {
    queues = plan.notices.map { Queue(notice: $0) }
  }

  /// Whether something is to be told yet.
  var isBusy: Bool { queues.contains { !$0.waiting.isEmpty } }

  /// How many tellings are on their way.
  var openCount: Int { queues.count { $0.open != nil } }

  /// When a receiver is tried again.
  var nextDue: Instant? { queues.filter { $0.open == nil && !$0.waiting.isEmpty }.compactMap(\.retryAt).min() }

  /// Puts a message into the queue of each notice that wants its class, and that has not told it before.
  mutating func take(_ message: Message, unlessTold told: [Int: Int64] = [:]) {
    for place in queues.indices where queues[place].notice.classes.contains(message.kind) {
      if message.seq > told[place] ?? 0 { queues[place].waiting.append(message) }
    }
  }

  /// What can be told now.
  mutating func due(at now: Instant) -> [Order] {
    var orders: [Order] = []
    for place in queues.indices where queues[place].open == nil && queues[place].retryAt.map({ $0 <= now }) ?? true {
      guard let message = queues[place].waiting.first else { continue }
      queues[place].open = nextNumber
      queues[place].retryAt = nil
      orders.append(.tell(Telling(number: nextNumber, notice: queues[place].notice, message: message)))
      nextNumber += 1
    }
    return orders
  }

  /// Takes in what came of a telling.
  ///
  /// - Returns: what is to be recorded about it, in the numbers of the plan in force.
  mutating func answer(_ number: Int, _ delivery: Delivery, now: Instant) -> Event.Kind? {
    guard let place = queues.firstIndex(where: { $0.open == number }) else { return nil }
    queues[place].open = nil
    guard let message = queues[place].waiting.first else { preconditionFailure("an open telling has its message") }
    switch delivery {
    case .again:
      queues[place].retryAt = now + queues[place].pause
      queues[place].pause = Span(milliseconds: min(queues[place].pause.milliseconds * 2, Self.longest))
      return nil
    case .delivered:
      queues[place].waiting.removeFirst()
      queues[place].pause = Queue.shortest
      return .noticeDelivered(notice: place, seq: message.seq)
    case .never(let why):
      queues[place].waiting.removeFirst()
      return .noticeFailed(notice: place, seq: message.seq, reason: why)
    }
  }

  /// Another plan is in force. What is on its way goes on, if the plan still has its notice; the rest is for whoever
  /// goes on from the record.
  mutating func move(to plan: Plan) {
    var old = queues
    queues = plan.notices.map { notice in
      guard let place = old.firstIndex(where: { $0.notice == notice && $0.open != nil }) else {
        return Queue(notice: notice)
      }
      var queue = old.remove(at: place)
      queue.waiting.removeLast(queue.waiting.count - 1)
      return queue
    }
  }

  /// Nothing is told any more.
  mutating func stop() {
    for place in queues.indices { queues[place] = Queue(notice: queues[place].notice) }
  }
}
