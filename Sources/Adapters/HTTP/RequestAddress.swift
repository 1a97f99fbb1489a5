/// Where a request goes: `url` behind `base`.
enum RequestAddress {
  /// Puts `url` behind `base`, and makes sure that what comes of it stays below `base`, whoever normalises it.
  ///
  /// - Throws: when it is no address, is not below `base`, or has a segment that leads elsewhere.
  static func text(base: String?, url: String?) throws(HTTPCall.Problem) -> String {
    guard let base, !base.isEmpty else {
      guard let url, let scheme = url.firstRange(of: "://") else {
        throw HTTPCall.Problem(sentence: "an http step needs a `base` or a whole `url`")
      }
      let server = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      try check(url[server.endIndex...])
      return url
    }
    if base.contains("?") || base.contains("#") {
      throw HTTPCall.Problem(sentence: "`base` has a query, which nothing can continue")
    }
    guard let url, !url.isEmpty else { return base }
    let front = base.hasSuffix("/") ? String(base.dropLast()) : base
    let rest = try relative(url, to: base)
    try check(rest[...])
    if rest.isEmpty { return base }
    return rest.hasPrefix("?") || rest.hasPrefix("/") || rest.hasPrefix("#") ? front + rest : "\(front)/\(rest)"
  }

  /// The address for people: user information, which may be a password, is blacked out.
  static func shown(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let server = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = server.lastIndex(of: "@") else { return url }
    return url[..<scheme.upperBound] + Redactor.mark + url[at...]
  }

  /// What of an address stands behind `base`: the headers of the configuration may hold secrets that are meant for it
  /// alone.
  private static func relative(_ url: String, to base: String) throws(HTTPCall.Problem) -> String {
    guard url.contains("://") else { return url }
    let root = base.hasSuffix("/") ? base : base + "/"
    if url == base { return "" }
    if url.hasPrefix(root) { return "/" + url.dropFirst(root.count) }
    guard let query = url.firstIndex(of: "?"), url[query...].contains("://"), !url[..<query].contains("://") else {
      throw HTTPCall.Problem(sentence: "`url` must be relative to `base`")
    }
    return url
  }

  /// Refuses a path that is another one once somebody has normalised it: libraries, proxies and servers take `.` and
  /// `..` out, some of them after they have decoded the segments.
  private static func check(_ rest: Substring) throws(HTTPCall.Problem) {
    let path = rest.prefix { $0 != "?" && $0 != "#" }
    let pieces = decoded(path).split(omittingEmptySubsequences: false) {
      $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
    }
    let dot = UInt8(ascii: ".")
    guard pieces.allSatisfy({ $0 != [dot] && $0 != [dot, dot] }) else {
      throw HTTPCall.Problem(sentence: "`url` has a segment `.` or `..`, which would lead out of its place; not sent")
    }
  }

  /// The bytes of a path, `%2e` and the like decoded once.
  private static func decoded(_ path: Substring) -> [UInt8] {
    let bytes = Array(path.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let value = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
      {
        result.append(value)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }
}
