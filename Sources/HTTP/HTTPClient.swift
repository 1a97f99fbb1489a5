internal import CCurl
internal import Synchronization

/// A small HTTP client over the system's libcurl.
///
/// All transfers of a client run on one thread of their own and share its connections. Cancelling the task that waits
/// for a response aborts its transfer.
public final class HTTPClient: Sendable {
  // Started by the first request: most commands never send one.
  private let loop = Mutex<TransferLoop?>(nil)

  public init() {}

  /// The library behind it with what it was built with, such as `libcurl/7.88.1 OpenSSL/3.0.15`.
  public static var library: String { String(cString: curl_version()) }

  deinit { loop.withLock { $0?.stop() } }

  /// Sends a request and waits for its response, whatever the status.
  ///
  /// A request that changes something never shares an older connection: libcurl would silently send it a second time
  /// if the server closed that connection without an answer.
  ///
  /// - Throws: ``HTTPFailure``, also when the task is cancelled.
  public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    if let problem = request.problem { throw .badRequest(problem) }
    let started = loop.withLock { loop in
      if loop == nil { loop = TransferLoop.started() }
      return loop
    }
    guard let loop = started else { throw .notSent("there is no thread for HTTP") }
    let ticket = Ticket()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.submit(Submission(request: request, ticket: ticket, finish: { continuation.resume(returning: $0) }))
      }
    } onCancel: {
      loop.cancel(ticket)
    }
    return try result.get()
  }
}

extension HTTPRequest {
  /// Why libcurl must not see this request; `nil` when it may. Never quotes a value.
  var problem: String? {
    let isToken: (String) -> Bool = { text in
      !text.isEmpty
        && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("\"(),/:;<=>?@[\\]{}".utf8).contains($0) }
    }
    if !isToken(method) { return "the method is not a word" }
    if method == "CONNECT" { return "CONNECT is what proxies are asked" }
    if url.isEmpty || url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
      return "the address is empty or has spaces or control characters"
    }
    for (name, value) in headers {
      if !isToken(name) { return "a header name is not a word" }
      if value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
        return "header `\(name)` has control characters or line breaks"
      }
    }
    if caFile?.utf8.contains(0) == true { return "the name of the certificate file has a zero byte" }
    return nil
  }
}
