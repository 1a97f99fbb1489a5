internal import CCurl
internal import Synchronization
internal import Threads

/// Lets the one who waits tell the thread that nobody waits any more.
final class Ticket: Sendable {
  private let cancelled = Atomic<Bool>(false)

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// A request on its way to the thread.
struct Submission: Sendable {
  let request: HTTPRequest
  let ticket: Ticket
  let finish: @Sendable (Result<HTTPResponse, HTTPFailure>) -> Void
}

/// The thread that owns a curl multi handle. Only ``Inbox`` is shared with other threads.
final class TransferLoop: Sendable {
  private struct Inbox {
    var submissions: [Submission] = []
    var hasCancellations = false
    var isStopped = false
  }

  private let inbox = Mutex(Inbox())
  // `curl_multi_wakeup` is the one call on a multi handle that libcurl allows from any thread; all others are made by
  // the thread that runs `run()`.
  private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

  private init(multi: UnsafeMutableRawPointer) { self.multi = multi }

  /// libcurl's global state, set up once, before the first handle.
  private static let isReady = sanderling_global_init() == CURLE_OK

  /// A loop whose thread runs; `nil` when libcurl or the system refuses.
  static func started() -> TransferLoop? {
    guard isReady, let multi = curl_multi_init() else { return nil }
    let loop = TransferLoop(multi: multi)
    guard DedicatedThread.start({ loop.run() }) else {
      curl_multi_cleanup(multi)
      return nil
    }
    return loop
  }

  /// Hands over a request. The loop calls `finish` exactly once.
  func submit(_ submission: Submission) {
    inbox.withLock { $0.submissions.append(submission) }
    wake()
  }

  /// Aborts the transfer with this ticket, now or as soon as it is submitted.
  func cancel(_ ticket: Ticket) {
    ticket.cancel()
    inbox.withLock { $0.hasCancellations = true }
    wake()
  }

  /// Ends the thread. Nobody may submit after that.
  func stop() {
    inbox.withLock {
      $0.isStopped = true
      curl_multi_wakeup(multi)
    }
  }

  /// Under the lock, because the thread frees the handle once it has seen the flag; a cancellation can come later.
  private func wake() {
    inbox.withLock { if !$0.isStopped { curl_multi_wakeup(multi) } }
  }

  private func run() {
    var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    while true {
      let inbox = self.inbox.withLock { shared in
        let taken = shared
        shared.submissions = []
        shared.hasCancellations = false
        return taken
      }
      if inbox.isStopped { break }
      for submission in inbox.submissions { start(submission, &transfers) }
      if inbox.hasCancellations {
        for (handle, transfer) in transfers where transfer.ticket.isCancelled {
          transfers[handle] = nil
          curl_multi_remove_handle(multi, handle)
          transfer.finish(.failure(transfer.failure("the request was cancelled")))
        }
      }
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      collect(&transfers)
      curl_multi_poll(multi, nil, 0, 60_000, nil)
    }
    for (handle, transfer) in transfers {
      curl_multi_remove_handle(multi, handle)
      transfer.finish(.failure(transfer.failure("the client was closed")))
    }
    curl_multi_cleanup(multi)
  }

  private func start(_ submission: Submission, _ transfers: inout [UnsafeMutableRawPointer: Transfer]) {
    if submission.ticket.isCancelled {
      return submission.finish(.failure(.notSent("the request was cancelled before it was sent")))
    }
    guard let transfer = Transfer(submission) else {
      return submission.finish(.failure(.notSent("libcurl has no memory for a request")))
    }
    if let problem = transfer.configure() {
      return transfer.finish(.failure(.badRequest(problem)))
    }
    guard curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
      return transfer.finish(.failure(.notSent("libcurl takes no more requests")))
    }
    transfers[transfer.handle] = transfer
  }

  private func collect(_ transfers: inout [UnsafeMutableRawPointer: Transfer]) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
        let transfer = transfers.removeValue(forKey: handle)
      else { continue }
      let code = sanderling_message_result(message)
      curl_multi_remove_handle(multi, handle)
      transfer.finish(transfer.result(code))
    }
  }
}
