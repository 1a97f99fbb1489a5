internal import HTTP
internal import Quantities

/// What a call of the HTTP adapter asks for, checked and complete.
struct HTTPCall: Sendable {
  /// What is sent.
  var request: HTTPRequest
  /// The statuses that mean success; `nil` for 200 to 299.
  var expect: [Int64]?
  /// Where the outputs stand in the body.
  var outputs: [(name: String, path: JSONPath)]
  /// What must be so in the body.
  var check: [Expectation]
  /// The statuses by which a probe finds it applied; `nil` for 200 to 299.
  var applied: [Int64]?
  /// The statuses by which a probe finds it not applied.
  var notApplied: [Int64]
  /// What must be so in the body for a probe to find it applied.
  var appliedWhen: [Expectation]

  /// A value that must stand at a path.
  struct Expectation: Sendable {
    let path: JSONPath
    let value: JSON

    /// What is wrong, in one sentence; `nil` when all is well. Numbers are compared by value, and a text also stands
    /// for the number or the boolean that it spells. What was found is shown without secrets.
    func problem(in body: JSON, secrets: Redactor) -> String? {
      guard let found = path.value(in: body) else { return "\(path.text) is missing, not `\(value.plainText)`" }
      if found.means(value) || value.string.map({ JSON.spelled($0).means(found) }) == true { return nil }
      return "\(path.text) is `\(secrets.excerpt(found.plainText, 200))`, not `\(value.plainText)`"
    }
  }

  /// Why there is no request, in one sentence without a full stop.
  struct Problem: Error {
    let sentence: String
  }

  /// Reads configuration and arguments.
  init(_ call: Call) throws(Problem) {
    let arguments = call.arguments
    let configuration = call.configuration
    let method = (try Self.text("method", arguments) ?? "GET").uppercased()
    let url = try RequestAddress.text(base: Self.text("base", configuration), url: Self.text("url", arguments))
    request = HTTPRequest(method: method, url: url)
    request.timeout = Int(clamping: max(1, min(call.timeout, try Self.timeout(configuration)).milliseconds))
    request.connectTimeout = min(request.timeout, 10_000)
    request.verifyTLS = configuration["verify"]?.flag ?? true
    request.caFile = try Self.text("ca_file", configuration).map { absolute($0, from: call.directory) }
    expect = try Self.statuses("expect", arguments)
    applied = try Self.statuses("applied", arguments)
    notApplied = try Self.statuses("not_applied", arguments) ?? []
    check = try Self.expectations("check", arguments)
    appliedWhen = try Self.expectations("applied_when", arguments)
    outputs = []
    for (name, path) in try Self.members("outputs", arguments) {
      outputs.append((name, try Self.path(path.plainText, "outputs")))
    }
    try setHeaders(call)
    try setBody(arguments["body"])
  }

  private mutating func setHeaders(_ call: Call) throws(Problem) {
    // A later header takes the place of an earlier one.
    for source in [call.configuration, call.arguments] {
      for (name, value) in try Self.members("headers", source) { set(name, value.plainText) }
    }
    let idempotency = try Self.text("idempotency_header", call.configuration) ?? "Idempotency-Key"
    if !request.isSafe, !idempotency.isEmpty { set(idempotency, call.idempotencyKey) }
    set("Sanderling-Fence", String(call.fence))
  }

  private mutating func set(_ name: String, _ value: String) {
    request.headers.removeAll { $0.name.lowercased() == name.lowercased() }
    request.headers.append((name, value))
  }

  private mutating func setBody(_ body: JSON?) throws(Problem) {
    guard let body, body != .null else { return }
    if request.isSafe { throw Problem(sentence: "a \(request.method) request has no `body`") }
    request.body = Array(body.plainText.utf8)
    let hasType = request.headers.contains { $0.name.lowercased() == "content-type" }
    guard body.string == nil, !hasType else { return }
    // The structured mode of CloudEvents over HTTP has a type of its own.
    let isEvent = ["specversion", "id", "source", "type"].allSatisfy { body[$0]?.string?.isEmpty == false }
    request.headers.append(("Content-Type", isEvent ? "application/cloudevents+json" : "application/json"))
  }

  private static func timeout(_ configuration: JSON) throws(Problem) -> Span {
    guard let value = configuration["timeout"], value != .null else { return Span(milliseconds: .max) }
    guard let span = Span(value.plainText), span > .zero else {
      throw Problem(sentence: "`timeout` must be a duration such as `30s`")
    }
    return span
  }

  private static func text(_ key: String, _ source: JSON) throws(Problem) -> String? {
    guard let value = source[key], value != .null else { return nil }
    guard let text = value.string else { throw Problem(sentence: "`\(key)` must be a text") }
    return text
  }

  private static func members(_ key: String, _ source: JSON) throws(Problem) -> [(key: String, value: JSON)] {
    guard let value = source[key], value != .null else { return [] }
    guard case .object(let object) = value else { throw Problem(sentence: "`\(key)` must map names to values") }
    return object.members
  }

  private static func statuses(_ key: String, _ source: JSON) throws(Problem) -> [Int64]? {
    guard let value = source[key], value != .null else { return nil }
    let codes = value.array.isEmpty ? [value.number].compactMap { $0 } : value.array.compactMap(\.number)
    guard codes.count == max(1, value.array.count), codes.allSatisfy({ (100...599).contains($0) }) else {
      throw Problem(sentence: "`\(key)` must be a list of HTTP statuses")
    }
    return codes
  }

  private static func expectations(_ key: String, _ source: JSON) throws(Problem) -> [Expectation] {
    var result: [Expectation] = []
    for (text, value) in try members(key, source) {
      result.append(Expectation(path: try path(text, key), value: value))
    }
    return result
  }

  private static func path(_ text: String, _ key: String) throws(Problem) -> JSONPath {
    guard let path = JSONPath(text) else {
      throw Problem(sentence: "`\(text)` in `\(key)` is not a path such as `$.a.b[0]`")
    }
    return path
  }
}
