import HTTP
import Testing

@Suite("The HTTP client", .enabled(if: TestServer.isAvailable, "there is no python3 to serve"))
struct HTTPClientTests {
  let server: TestServer
  let client = HTTPClient()

  init() throws { server = try TestServer() }

  @Test("brings status, headers in lower case, and body")
  func response() async throws {
    let response = try await client.send(HTTPRequest(url: "\(server.base)/status/418?X-Kind=%20tea%20&body=short"))
    #expect(response.status == 418)
    #expect(response.header("x-kind") == "tea")
    #expect(response.body == Array("short".utf8))
    #expect(!response.isCut)
  }

  @Test("sends a body with any method", arguments: ["POST", "PUT", "PATCH", "DELETE"])
  func body(method: String) async throws {
    var request = HTTPRequest(method: method, url: "\(server.base)/echo", headers: [("X-A", "b")])
    request.body = Array("hi".utf8)
    let text = String(decoding: try await client.send(request).body, as: UTF8.self)
    #expect(text.contains(#""method": "\#(method)""#))
    #expect(text.contains(#""body": "hi""#))
    #expect(text.contains(#""x-a": "b""#))
    #expect(!text.contains("expect") && !text.contains("content-type"))
  }

  @Test("cuts a body at the limit")
  func limit() async throws {
    let response = try await client.send(HTTPRequest(url: "\(server.base)/big", maxBodyBytes: 1_000))
    #expect(response.body.count == 1_000)
    #expect(response.isCut)
    let whole = try await client.send(HTTPRequest(url: "\(server.base)/big"))
    #expect(whole.body.count == 1_000_000)
    #expect(!whole.isCut)
  }

  @Test("follows redirects only when asked to")
  func redirects() async throws {
    var request = HTTPRequest(url: "\(server.base)/redirect")
    #expect(try await client.send(request).status == 302)
    request.followRedirects = true
    let response = try await client.send(request)
    #expect(response.status == 200)
    #expect(response.header("location") == nil)
  }

  @Test("runs many requests at once")
  func many() async throws {
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<100 {
        group.addTask { [client, server] in
          try await client.send(HTTPRequest(url: "\(server.base)/status/\(200 + index)")).status
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(statuses.count == 100)
  }

  @Test("knows that a request did not leave")
  func notSent() async {
    for url in ["http://127.0.0.1:1/", "http://no-such-host.invalid/"] {
      let failure = await failure(of: HTTPRequest(url: url))
      guard case .notSent = failure else {
        Issue.record("\(url): \(String(describing: failure))")
        continue
      }
    }
  }

  @Test("calls a request lost that may have arrived, and sends it once")
  func lost() async throws {
    for path in ["hang", "drop"] {
      // A connection that is older makes libcurl try again, unless it is told not to.
      _ = try await client.send(HTTPRequest(url: "\(server.base)/status/200"))
      let request = HTTPRequest(method: "POST", url: "\(server.base)/\(path)", body: [1], timeout: 300)
      let failure = await failure(of: request)
      guard case .lost = failure else {
        Issue.record("\(path): \(String(describing: failure))")
        continue
      }
    }
    let seen = try await client.send(HTTPRequest(url: "\(server.base)/seen"))
    #expect(String(decoding: seen.body, as: UTF8.self).contains(#""drop": 1"#))
  }

  /// What is no HTTP answer, whatever libcurl calls it.
  static let strangeAnswers = [
    "hello, this is no status line\n", "ICY 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP/3 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 000 Zero\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "\u{80}\u{81}\u{ff}", "",
  ]

  @Test(
    "calls a request lost when what came back is no HTTP answer", arguments: strangeAnswers,
    ["GET", "POST"])
  func strange(answer: String, method: String) async {
    let hex = answer.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let url = "\(server.base)/raw/\(hex)"
    let failure = await failure(of: HTTPRequest(method: method, url: url))
    guard case .lost = failure else {
      Issue.record("\(method) \(answer.debugDescription): \(String(describing: failure))")
      return
    }
  }

  @Test("refuses what cannot be sent, and never quotes a value")
  func badRequest() async {
    for request in [
      HTTPRequest(url: "ftp://127.0.0.1/"), HTTPRequest(url: "file:///etc/passwd"), HTTPRequest(url: "http://a b/"),
      HTTPRequest(url: ""), HTTPRequest(method: "G ET", url: server.base), HTTPRequest(url: "http://[::1"),
      HTTPRequest(method: "CONNECT", url: server.base),
      HTTPRequest(url: server.base.replacing("http:", with: "https:"), caFile: "/no/such/file.pem"),
      HTTPRequest(url: server.base, headers: [("Authorization", "canary\r\nX: y")]),
    ] {
      let failure = await failure(of: request)
      guard case .badRequest(let reason) = failure else {
        Issue.record("\(request.url): \(String(describing: failure))")
        continue
      }
      #expect(!reason.contains("canary"))
    }
    #expect("\(HTTPRequest(url: "http://canary/", headers: [("A", "canary")]))" == "HTTPRequest(GET)")
  }

  @Test("aborts when its task is cancelled")
  func cancel() async throws {
    let task = Task { [client, server] in
      try await client.send(HTTPRequest(method: "POST", url: "\(server.base)/hang", body: [1], timeout: 3_600_000))
    }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    await #expect(throws: HTTPFailure.self) { try await task.value }
  }

  private func failure(of request: HTTPRequest) async -> HTTPFailure? {
    do throws(HTTPFailure) {
      _ = try await client.send(request)
      return nil
    } catch {
      return error
    }
  }
}
