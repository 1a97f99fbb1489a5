import Adapters
import Quantities
import Testing

@Suite("The HTTP adapter", .enabled(if: TestServer.isAvailable, "there is no python3 to serve"))
struct HTTPAdapterTests {
  let server: TestServer
  let adapter = HTTPAdapter()

  init() throws { server = try TestServer() }

  private func call(_ arguments: String, _ configuration: String = "", secrets: [String] = []) throws -> Call {
    let more = configuration.isEmpty ? "" : ", \(configuration)"
    return try makeCall(
      arguments, configuration: "{\"base\": \"\(server.base)\"\(more)}", timeout: Span(milliseconds: 5_000),
      secrets: secrets)
  }

  private func apply(_ arguments: String) async throws -> ApplyOutcome {
    await adapter.apply(try call(arguments)) { _ in }
  }

  @Test("sends JSON with the idempotency key and the fence, and takes outputs by path")
  func request() async throws {
    let outcome = await adapter.apply(
      try call(
        #"""
        {"method": "PUT", "url": "echo?x=1", "body": {"b": 1, "a": [true]}, "headers": {"x-one": "mine"},
         "outputs": {"body": "$.body", "key": "$.headers['idempotency-key']", "fence": "$.headers.sanderling-fence",
           "type": "$.headers.content-type", "one": "$.headers.x-one", "two": "$.headers.x-two", "no": "$.no[3]"}}
        """#, #""headers": {"X-One": "theirs", "X-Two": "theirs"}"#)
    ) { _ in }
    #expect(outcome.isApplied)
    #expect(
      outcome.answer?.outputs == [
        "body": #"{"a":[true],"b":1}"#, "key": "5c1e", "fence": "7", "type": "application/json", "one": "mine",
        "two": "theirs",
      ])
  }

  @Test("sends no idempotency key with what changes nothing")
  func safe() async throws {
    let outcome = try await apply(#"{"url": "/echo", "outputs": {"key": "$.headers.idempotency-key"}}"#)
    #expect(outcome.answer?.outputs == [:])
  }

  @Test(
    "knows what a status says about the effect",
    arguments: [
      ("POST", "429?Retry-After=7", ApplyOutcome.Retryable.transient(after: Span(milliseconds: 7_000))),
      ("POST", "503", .transient(after: nil)),
      ("POST", "409?Retry-After=1", .transient(after: .second)),
      ("POST", "409", .permanent), ("POST", "400", .permanent), ("PUT", "422", .permanent),
      ("DELETE", "404", .permanent),
      ("GET", "500", .transient(after: nil)), ("GET", "408", .transient(after: nil)), ("GET", "302", .permanent),
      ("POST", "501", .permanent),
      ("POST", "500", nil), ("PUT", "502", nil), ("DELETE", "504", nil), ("POST", "408", nil), ("POST", "303", nil),
    ])
  func classes(method: String, status: String, retry: ApplyOutcome.Retryable?) async throws {
    let outcome = try await apply(#"{"method": "\#(method)", "url": "status/\#(status)"}"#)
    #expect(outcome.retry == retry)
    #expect(outcome.isUnknown == (retry == nil))
  }

  @Test("reads a date in Retry-After by the server's own clock")
  func retryDate() async throws {
    let url = "status/503?Retry-After=Fri,%2031%20Dec%202100%2023:59:59%20GMT"
    let outcome = try await apply(#"{"url": "\#(url)"}"#)
    // A year at most.
    #expect(outcome.retry == .transient(after: Span(milliseconds: 31_536_000_000)))
  }

  @Test("takes a Retry-After that is too large to read for a year, and says so")
  func retryForEver() async throws {
    let outcome = try await apply(#"{"url": "status/503?Retry-After=99999999999999999999"}"#)
    #expect(outcome.retry == .transient(after: Span(milliseconds: 31_536_000_000)))
    #expect(outcome.because?.hasSuffix("(it asks to be left alone for a year or longer: a year is believed)") == true)
    #expect(try await apply(#"{"url": "status/503?Retry-After=-5"}"#).retry == .transient(after: nil))
  }

  @Test(
    "says why there are no outputs",
    arguments: [
      ("status/200?body={\"a\":NaN}", "the body is no JSON: no JSON value starts like this, at byte 6"),
      ("status/200", "the body is no JSON: it is empty"),
      ("status/200?body=x&Content-Encoding=gzip", "the body is compressed (`gzip`), which nobody asked for"),
    ])
  func unread(url: String, reason: String) async throws {
    let text = JSON.string(url).canonicalText
    let answer = try await apply(#"{"url": \#(text), "outputs": {"a": "$.a"}}"#).answer
    #expect(answer?.unread == reason)
    #expect(answer?.log.hasPrefix("sanderling: \(reason)\n") == true)
    let other = try await apply(#"{"url": "status/200?body={\"b\":1}", "outputs": {"a": "$.a"}}"#).answer
    #expect(other?.unread == nil && other?.log.contains("the body has no `$.a`, so there is no output `a`") == true)
  }

  @Test(
    "sends nothing to an address that would be another one for whoever normalises it",
    arguments: ["..", "a/../b", "%2e%2E/b", "./b", "a/..", "a/%2e", "..%2Fb", "a\\..\\b", "a/..?x=1"])
  func dots(url: String) async throws {
    let text = JSON.string(url).canonicalText
    for base in [server.base, "\(server.base)/tenants/a"] {
      let call = try makeCall(#"{"method": "POST", "url": \#(text)}"#, configuration: #"{"base": "\#(base)"}"#)
      let outcome = await adapter.apply(call) { _ in }
      #expect(outcome.retry == .permanent && outcome.because?.contains("segment `.` or `..`") == true, "\(outcome)")
    }
    let whole = JSON.string("\(server.base)/\(url)").canonicalText
    #expect(await adapter.apply(try makeCall(#"{"method": "POST", "url": \#(whole)}"#)) { _ in }.retry == .permanent)
    let fine = try await apply(#"{"url": "status/200?body=../x&y=a/../b"}"#)
    #expect(fine.isApplied)
  }

  @Test("never shows who a request goes by")
  func user() async throws {
    let base = server.base.replacing("http://", with: "http://anna:hunter2@")
    let call = try makeCall(#"{"url": "status/200"}"#, configuration: #"{"base": "\#(base)"}"#)
    let outcome = await adapter.apply(call) { _ in }
    #expect(outcome.isApplied && !"\(outcome)".contains("hunter2"))
  }

  @Test("tells the first 200 characters of a refusal")
  func refusal() async throws {
    let body = String(repeating: "y", count: 300)
    let outcome = try await apply(#"{"method": "POST", "url": "status/422?body=quota%0A\#(body)"}"#)
    #expect(outcome.because == "status 422: quota " + String(repeating: "y", count: 194))
  }

  @Test("does not take a success for one that nobody expected")
  func unexpected() async throws {
    #expect(try await apply(#"{"method": "POST", "url": "status/202", "expect": [200, 201]}"#).isUnknown)
    #expect(try await apply(#"{"method": "DELETE", "url": "status/404", "expect": [204, 404]}"#).isApplied)
  }

  @Test("compares the body with what it must be")
  func check() async throws {
    let url = #""url": "status/200?body={\"region\":\"us\",\"n\":3}""#
    #expect(try await apply(#"{\#(url), "check": {"$.region": "us", "$.n": 3}}"#).isApplied)
    #expect(try await apply(#"{\#(url), "check": {"$.n": "3"}}"#).isApplied)
    let other = try await apply(#"{\#(url), "check": {"$.region": "eu"}}"#)
    #expect(other.because == "$.region is `us`, not `eu`")
    #expect(other.retry == .permanent)
    let numbers = #""url": "status/200?body={\"z\":1.0,\"e\":10e-1,\"l\":[1,{\"d\":2.50}],\"s\":\"1.0\"}""#
    for expected in [#""$.z": 1"#, #""$.z": "1""#, #""$.e": 1"#, #""$.l": [1.0, {"d": 2.5}]"#, #""$.s": "1.0""#] {
      #expect(try await apply(#"{\#(numbers), "check": {\#(expected)}}"#).isApplied, "\(expected)")
    }
    #expect(try await apply(#"{\#(numbers), "check": {"$.z": 2, "$.s": 1}}"#).retry == .permanent)
    let garbled = try await apply(#"{"method": "POST", "url": "status/200?body=%7B", "check": {"$.region": "eu"}}"#)
    #expect(garbled.isUnknown)
  }

  @Test("knows whether a lost request can have had an effect")
  func lost() async throws {
    #expect(try await apply(#"{"method": "POST", "url": "drop"}"#).isUnknown)
    #expect(try await apply(#"{"url": "drop"}"#).retry == .transient(after: nil))
    let nowhere = try makeCall(#"{"method": "POST", "url": "http://127.0.0.1:1/"}"#)
    #expect(await adapter.apply(nowhere) { _ in }.retry == .transient(after: nil))
  }

  @Test(
    "answers a probe",
    arguments: [
      (#""url": "status/404", "not_applied": [404]"#, "notApplied"), (#""url": "status/404""#, "unknown"),
      (#""url": "status/500", "not_applied": [404]"#, "unknown"),
      (#""url": "status/200", "applied": [200]"#, "applied"),
      (#""url": "status/201", "applied": [200]"#, "unknown"),
      (#""url": "status/200?body={\"route\":\"eu\"}", "applied_when": {"$.route": "eu"}"#, "applied"),
      (#""url": "status/200?body={\"route\":\"us\"}", "applied_when": {"$.route": "eu"}"#, "notApplied"),
      (#""url": "status/200?body=x", "applied_when": {"$.route": "eu"}"#, "unknown"), (#""url": "drop""#, "unknown"),
    ])
  func probe(arguments: String, name: String) async throws {
    let outcome = await adapter.probe(try call("{\(arguments)}"))
    let found =
      switch outcome {
      case .applied: "applied"
      case .notApplied: "notApplied"
      case .partial: "partial"
      case .unknown: "unknown"
      }
    #expect(found == name, "\(outcome)")
  }

  @Test("never shows a secret, even when the server sends it back")
  func secrets() async throws {
    let recorder = Recorder()
    let call = try call(
      #"{"method": "POST", "url": "echo?token=c4n4ry-s3cr3t", "outputs": {"t": "$.headers.authorization"}}"#,
      #""headers": {"Authorization": "Bearer c4n4ry-s3cr3t"}"#, secrets: ["c4n4ry-s3cr3t"])
    let outcome = await adapter.apply(call) { recorder.take($0) }
    #expect(outcome.answer?.outputs == ["t": "Bearer ‹secret›"])
    #expect(!"\(outcome) \(recorder.all)".contains("c4n4ry"))
  }

  @Test(
    "refuses what cannot be meant",
    arguments: [
      (#"{"url": "http://elsewhere/x"}"#, "`url` must be relative to `base`"),
      (#"{"body": {}}"#, "a GET request has no `body`"),
      (#"{"expect": ["ok"]}"#, "`expect` must be a list of HTTP statuses"),
      (#"{"outputs": {"a": "b.c"}}"#, "`b.c` in `outputs` is not a path such as `$.a.b[0]`"),
      (#"{"headers": ["a"]}"#, "`headers` must map names to values"),
      (#"{"headers": {"a b": "c"}}"#, "a header name is not a word"),
    ])
  func refused(arguments: String, because: String) async throws {
    #expect(try await apply(arguments) == .notApplied(because: because, retry: .permanent, answer: Answer()))
  }
}
