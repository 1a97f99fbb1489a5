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
