internal import CCurl
internal import Glibc

/// One request and what came back so far. Lives on the thread of its ``TransferLoop`` only.
final class Transfer {
  let handle: UnsafeMutableRawPointer
  let ticket: Ticket
  private let request: HTTPRequest
  private let answer: @Sendable (Result<HTTPResponse, HTTPFailure>) -> Void
  private var list: UnsafeMutablePointer<curl_slist>?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var headers: [(name: String, value: String)] = []
  private var body: [UInt8] = []
  private var isCut = false
  /// Whether a byte of the request may have left for the server. What a proxy is asked on the way does not count.
  private var mayHaveLeft = false

  init?(_ submission: Submission) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    ticket = submission.ticket
    request = submission.request
    answer = submission.finish
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(list)
    errorText.deallocate()
  }

  func finish(_ result: Result<HTTPResponse, HTTPFailure>) { answer(result) }

  /// Sets every option.
  ///
  /// - Returns: what libcurl refused, or `nil`.
  func configure() -> String? {
    var code = CURLE_OK
    let number = { [handle] (option: CURLoption, value: Int) in
      if code == CURLE_OK { code = sanderling_set_number(handle, option, value) }
    }
    let text = { [handle] (option: CURLoption, value: String) in
      if code == CURLE_OK { code = sanderling_set_text(handle, option, value) }
    }
    sanderling_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
    number(CURLOPT_NOSIGNAL, 1)
    text(CURLOPT_PROTOCOLS_STR, "http,https")
    text(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    text(CURLOPT_URL, request.url)
    // One request per connection at a time keeps "how much was sent" exact.
    number(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    // Zero would mean no limit at all, and libcurl takes 32 bits.
    number(CURLOPT_TIMEOUT_MS, min(max(1, request.timeout), Int(Int32.max)))
    number(CURLOPT_CONNECTTIMEOUT_MS, min(max(1, request.connectTimeout), Int(Int32.max)))
    number(CURLOPT_SSL_VERIFYPEER, request.verifyTLS ? 1 : 0)
    number(CURLOPT_SSL_VERIFYHOST, request.verifyTLS ? 2 : 0)
    if let file = request.caFile { text(CURLOPT_CAINFO, file) }
    if let proxy = Self.proxyInCapitals(for: request.url) { text(CURLOPT_PROXY, proxy) }
    number(CURLOPT_FOLLOWLOCATION, request.followRedirects ? 1 : 0)
    number(CURLOPT_MAXREDIRS, 10)
    // See `HTTPClient.send`: on a reused connection libcurl may send twice.
    if !request.isSafe { number(CURLOPT_FRESH_CONNECT, 1) }
    setBody(number)
    text(CURLOPT_CUSTOMREQUEST, request.method)
    if code == CURLE_OK, !setHeaders() { return "libcurl has no memory for the headers" }
    if code == CURLE_OK { code = setSinks() }
    return code == CURLE_OK ? nil : String(cString: curl_easy_strerror(code))
  }

  /// What `HTTP_PROXY` says for an address without TLS. libcurl reads that name in small letters only, since a web
  /// server makes a header of a client's into the one in capitals for its CGI programs: in one of those it does not
  /// count.
  private static func proxyInCapitals(for url: String) -> String? {
    guard url.lowercased().hasPrefix("http://"), getenv("http_proxy") == nil, getenv("REQUEST_METHOD") == nil,
      let proxy = getenv("HTTP_PROXY"), proxy.pointee != 0
    else { return nil }
    return String(cString: proxy)
  }

  private func setBody(_ number: (CURLoption, Int) -> Void) {
    if request.method == "HEAD" { return number(CURLOPT_NOBODY, 1) }
    guard request.body != nil || ["POST", "PUT", "PATCH"].contains(request.method) else { return }
    let bytes = request.body ?? []
    sanderling_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
    bytes.withUnsafeBytes { buffer in
      // libcurl copies at once; it only asks for a pointer that is not null.
      _ = withUnsafeBytes(of: UInt8(0)) { empty in
        sanderling_set_pointer(
          handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: buffer.baseAddress ?? empty.baseAddress))
      }
    }
  }

  private func setHeaders() -> Bool {
    var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    // Without these, libcurl waits a second before it sends a large body, and calls every body a form.
    lines.append("Expect:")
    if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) { lines.append("Content-Type:") }
    for line in lines {
      guard let longer = curl_slist_append(list, line) else { return false }
      list = longer
    }
    return sanderling_set_list(handle, CURLOPT_HTTPHEADER, list) == CURLE_OK
  }

  private func setSinks() -> CURLcode {
    // Unretained: the loop keeps this object for as long as libcurl knows the handle.
    let me = Unmanaged.passUnretained(self).toOpaque()
    sanderling_set_pointer(handle, CURLOPT_WRITEDATA, me)
    sanderling_set_pointer(handle, CURLOPT_HEADERDATA, me)
    sanderling_set_sink(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
      guard let bytes, let me else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(me).takeUnretainedValue()
      return transfer.takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    sanderling_set_sink(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
      guard let bytes, let me else { return 0 }
      Unmanaged<Transfer>.fromOpaque(me).takeUnretainedValue()
        .takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
      return size * count
    }
    sanderling_set_pointer(handle, CURLOPT_PREREQDATA, me)
    // Without it nobody could say that a request was not sent, so it is not sent at all then.
    return sanderling_set_prelude(handle) { me, _, _, _, _ in
      guard let me else { return CURL_PREREQFUNC_ABORT }
      Unmanaged<Transfer>.fromOpaque(me).takeUnretainedValue().mayHaveLeft = true
      return CURL_PREREQFUNC_OK
    }
  }

  /// Keeps what fits. A body that is too long ends the transfer: we have the status, and the rest may have no end.
  private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    let room = max(0, request.maxBodyBytes - body.count)
    body.append(contentsOf: bytes.prefix(room))
    if bytes.count > room { isCut = true }
    return isCut ? 0 : bytes.count
  }

  private func takeHeader(_ bytes: UnsafeRawBufferPointer) {
    let line = String(decoding: bytes, as: UTF8.self)
    // A new status line: what came before belongs to a redirect, a proxy or an interim response.
    if line.hasPrefix("HTTP/") { return headers = [] }
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
    headers.append((line[..<colon].lowercased(), trimmed(line[line.utf8.index(after: colon)...])))
  }

  /// What libcurl's outcome means.
  func result(_ code: CURLcode) -> Result<HTTPResponse, HTTPFailure> {
    var status = 0
    sanderling_get_number(handle, CURLINFO_RESPONSE_CODE, &status)
    switch code {
    case CURLE_OK:
      return .success(HTTPResponse(status: status, headers: headers, body: body, isCut: false))
    case CURLE_WRITE_ERROR where isCut:
      return .success(HTTPResponse(status: status, headers: headers, body: body, isCut: true))
    // The same errors come when an answer cannot be understood: then the request may have been obeyed.
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_SSL_CACERT_BADFILE:
      return .failure(mayHaveLeft ? .lost(reason(code)) : .badRequest(reason(code)))
    default:
      return .failure(failure(reason(code)))
    }
  }

  /// Whether the server can have seen the request decides what its end means, whatever the library calls it.
  func failure(_ reason: String) -> HTTPFailure { mayHaveLeft ? .lost(reason) : .notSent(reason) }

  private func reason(_ code: CURLcode) -> String {
    let detail = String(cString: errorText)
    return detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
  }
}

extension HTTPRequest {
  /// Whether the method promises to change nothing.
  public var isSafe: Bool { method == "GET" || method == "HEAD" }
}

/// A header's value without the white space around it.
private func trimmed(_ text: Substring) -> String {
  let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
  let front = text.utf8.drop(while: isSpace)
  let rest = front.reversed().drop(while: isSpace).reversed()
  return String(decoding: Array(rest), as: UTF8.self)
}
