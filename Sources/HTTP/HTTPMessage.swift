/// What to ask a server.
public struct HTTPRequest: Sendable, CustomStringConvertible {
  public var method: String
  /// The absolute address; only `http` and `https`.
  public var url: String
  /// The headers in the order in which they are sent. They may hold secrets, so nothing prints them.
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]?
  /// How long everything may take, in milliseconds.
  public var timeout: Int
  /// How long the connection may take to stand, in milliseconds.
  public var connectTimeout: Int
  /// Whether the server's certificate is checked.
  public var verifyTLS: Bool
  /// A file with the certificates to trust (PEM); without one, those of the system.
  public var caFile: String?
  /// Whether redirects are followed, at most ten.
  public var followRedirects: Bool
  /// The largest body that is read, in bytes; the rest is cut off.
  public var maxBodyBytes: Int

  public init(
    method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
    timeout: Int = 30_000, connectTimeout: Int = 10_000, verifyTLS: Bool = true, caFile: String? = nil,
    followRedirects: Bool = false, maxBodyBytes: Int = 4 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.connectTimeout = connectTimeout
    self.verifyTLS = verifyTLS
    self.caFile = caFile
    self.followRedirects = followRedirects
    self.maxBodyBytes = maxBodyBytes
  }

  /// The method alone: addresses, headers and bodies may hold secrets.
  public var description: String { "HTTPRequest(\(method))" }
}

/// What a server answered.
public struct HTTPResponse: Sendable {
  public var status: Int
  /// The headers in the order in which they came, names in lower case.
  public var headers: [(name: String, value: String)]
  /// The body, cut to the request's limit.
  public var body: [UInt8]
  /// Whether ``body`` was cut.
  public var isCut: Bool

  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], isCut: Bool = false) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isCut = isCut
  }

  /// The first header with this name, in lower case; `nil` when there is none.
  public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Why there is no response. The cases say whether the server can have seen the request.
public enum HTTPFailure: Error, Equatable, Sendable {
  /// Not a byte of the request left: no address, no connection, no trust.
  case notSent(String)
  /// The request, or a part of it, may have arrived, and no whole HTTP answer came.
  case lost(String)
  /// The request cannot be sent as it is; trying again cannot help.
  case badRequest(String)
}
