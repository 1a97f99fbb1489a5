internal import Quantities

/// A public key as OpenSSH writes it, without a certificate.
public struct PublicKey: Hashable, Sendable {
  /// The kinds of keys that sign here, by their names in OpenSSH. DSA is none of them.
  public enum Kind: String, Sendable, CaseIterable {
    case ed25519 = "ssh-ed25519"
    case rsa = "ssh-rsa"
    case ecdsa256 = "ecdsa-sha2-nistp256"
    case ecdsa384 = "ecdsa-sha2-nistp384"
    case ecdsa521 = "ecdsa-sha2-nistp521"
    case hardwareEd25519 = "sk-ssh-ed25519@openssh.com"
    case hardwareECDSA256 = "sk-ecdsa-sha2-nistp256@openssh.com"

    /// The elliptic curve of an ECDSA key; `nil` for the others.
    var curve: Curve? {
      switch self {
      case .ecdsa256, .hardwareECDSA256: .p256
      case .ecdsa384: .p384
      case .ecdsa521: .p521
      case .ed25519, .rsa, .hardwareEd25519: nil
      }
    }

    /// What OpenSSH calls a key of this kind together with a certificate.
    var certificateName: String {
      rawValue.hasSuffix("@openssh.com")
        ? rawValue.replacing("@openssh.com", with: "-cert-v01@openssh.com") : "\(rawValue)-cert-v01@openssh.com"
    }
  }

  /// The curves of ECDSA keys.
  enum Curve: String { case p256 = "nistp256", p384 = "nistp384", p521 = "nistp521" }

  /// What the key is made of.
  enum Material: Hashable {
    case ed25519([UInt8])
    case rsa(exponent: [UInt8], modulus: [UInt8])
    case point([UInt8])
  }

  public let kind: Kind
  let material: Material
  /// For a key in a token: what it was made for, such as `ssh:`.
  let application: [UInt8]?
  /// The key as it is written, in the one way that there is: numbers without leading zeros.
  public let blob: [UInt8]

  /// Reads the parts of a key behind its name.
  init(_ kind: Kind, from reader: inout WireReader) throws(SSHProblem) {
    self.kind = kind
    material = try Self.material(of: kind, from: &reader)
    switch kind {
    case .hardwareEd25519, .hardwareECDSA256: application = try reader.string()
    case .ed25519, .rsa, .ecdsa256, .ecdsa384, .ecdsa521: application = nil
    }
    var writer = WireWriter()
    writer.string(Array(kind.rawValue.utf8))
    if let curve = kind.curve { writer.string(Array(curve.rawValue.utf8)) }
    switch material {
    case .ed25519(let bytes), .point(let bytes): writer.string(bytes)
    case .rsa(let exponent, let modulus):
      writer.magnitude(exponent)
      writer.magnitude(modulus)
    }
    if let application { writer.string(application) }
    blob = writer.bytes
  }

  private static func material(of kind: Kind, from reader: inout WireReader) throws(SSHProblem) -> Material {
    if let curve = kind.curve {
      guard try reader.text() == curve.rawValue else { throw SSHProblem("the key is of another curve than it says") }
      let point = try reader.string()
      guard point.first == 4, point.count == 1 + 2 * curve.width else {
        throw SSHProblem("the key has no whole point of its curve")
      }
      return .point(point)
    }
    if kind == .rsa {
      let (exponent, modulus) = (try reader.magnitude(), try reader.magnitude())
      let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
      guard bits >= shortestModulus else {
        throw SSHProblem(
          "the RSA key has \(bits) bits, and \(shortestModulus) are the least that count", isOfPowerlessKey: true)
      }
      guard !exponent.isEmpty else { throw SSHProblem("the RSA key has no exponent") }
      return .rsa(exponent: exponent, modulus: modulus)
    }
    let bytes = try reader.string()
    guard bytes.count == 32 else { throw SSHProblem("the Ed25519 key is not of 32 bytes") }
    return .ed25519(bytes)
  }

  /// The least bits of an RSA key, as in OpenSSH.
  private static let shortestModulus = 1_024

  /// The digest by which people compare keys: `SHA256:` and 43 digits of Base64, as `ssh-keygen -l` shows it.
  public var fingerprint: String {
    let digits = Base64.text(Digest(of: blob).bytes)
    return "SHA256:\(digits.prefix { $0 != "=" })"
  }
}

extension PublicKey.Curve {
  /// The bytes of a coordinate.
  var width: Int {
    switch self {
    case .p256: 32
    case .p384: 48
    case .p521: 66
    }
  }
}
