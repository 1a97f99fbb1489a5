/// What is said of secrets.
public enum Secret {
  /// What stands in place of one wherever people read.
  public static let mark = "‹secret›"
}

/// Where a secret is kept: `env:NAME`, `file:PATH` or `keyvault:...`. Never the secret itself.
public struct SecretReference: Hashable, Sendable {
  /// The kind of place.
  public let scheme: String
  /// The name in that place.
  public let name: String

  /// Reads `env:NAME`; `nil` without a known scheme or a name.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    scheme = String(text[..<colon])
    name = String(text[text.index(after: colon)...])
    guard Self.schemes.contains(scheme), !name.isEmpty else { return nil }
  }

  /// The schemes that the language knows.
  public static let schemes = ["env", "file", "keyvault"]

  public var text: String { "\(scheme):\(name)" }
}

extension SecretReference {
  /// Whether the name of a key promises a secret: `password`, `api_key`, `X-Auth-Token`, but not `token_file`.
  public static func isPromised(by key: String) -> Bool {
    let words = key.lowercased().split { "_-. ".contains($0) }.map(String.init)
    let whole: Set<String> = [
      "password", "passwd", "passphrase", "token", "secret", "authorization", "apikey", "credential", "credentials",
      "accesskey", "privatekey", "cookie",
    ]
    let harmless: Set<String> = ["file", "path", "url", "env", "name", "id", "ttl", "type", "limit", "count", "header"]
    if let last = words.last, harmless.contains(last) { return false }
    // As in `PGPASSWORD` and `MYSQL_PWD`.
    let ends = ["password", "passwd", "secret"]
    if words.contains(where: { word in whole.contains(word) || ends.contains { word.hasSuffix($0) } }) { return true }
    if words.contains(where: { $0.hasSuffix("pwd") && $0 != "pwd" }) { return true }
    return zip(words, words.dropFirst()).contains {
      ["api", "access", "private", "secret"].contains($0) && $1 == "key"
    }
  }
}
