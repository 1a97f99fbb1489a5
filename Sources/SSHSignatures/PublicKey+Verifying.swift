internal import CCrypto
internal import Quantities

extension PublicKey {
  /// Makes sure that this key signed a message.
  ///
  /// - Parameters:
  ///   - signature: in OpenSSH's form: the name of the way it was made, and its bytes.
  ///   - message: what was signed.
  /// - Throws: ``SSHProblem`` when it did not. RSA with SHA-1 never counts.
  func verify(_ signature: [UInt8], over message: [UInt8]) throws(SSHProblem) {
    var reader = WireReader(signature, of: "the signature")
    let way = try reader.text()
    let bytes = try reader.string()
    var message = message
    if let application {
      let (flags, counter) = (try reader.byte(), try reader.take(4))
      message = Digest(of: application).bytes + [flags] + counter + Digest(of: message).bytes
    }
    try reader.finish()
    let holds: Bool
    switch material {
    case .ed25519(let key):
      guard way == kind.rawValue, bytes.count == 64 else { throw Self.foreign(way) }
      holds = Crypto.verify(bytes, over: message, by: DER.ed25519(key), hash: nil)
    case .point(let point):
      guard way == kind.rawValue, let curve = kind.curve else { throw Self.foreign(way) }
      var numbers = WireReader(bytes, of: "the signature")
      let pair = DER.sequence(DER.integer(try numbers.magnitude()) + DER.integer(try numbers.magnitude()))
      try numbers.finish()
      holds = Crypto.verify(pair, over: message, by: DER.ecdsa(point, curve), hash: curve.hash)
    case .rsa(let exponent, let modulus):
      let hash: Crypto.Hash
      switch way {
      case "rsa-sha2-256": hash = .sha256
      case "rsa-sha2-512": hash = .sha512
      case "ssh-rsa": throw SSHProblem("it was made with SHA-1, which does not count")
      default: throw Self.foreign(way)
      }
      guard bytes.count <= modulus.count else { throw SSHProblem("it is longer than its key") }
      let padded = [UInt8](repeating: 0, count: modulus.count - bytes.count) + bytes
      holds = Crypto.verify(padded, over: message, by: DER.rsa(exponent: exponent, modulus: modulus), hash: hash)
    }
    if !holds { throw SSHProblem("it is not that of these words and this key") }
  }

  private static func foreign(_ way: String) -> SSHProblem {
    SSHProblem("it was made in the way `\(way.prefix(60))`, which is not that of its key")
  }
}

extension PublicKey.Curve {
  fileprivate var hash: Crypto.Hash {
    switch self {
    case .p256: .sha256
    case .p384: .sha384
    case .p521: .sha512
    }
  }

  fileprivate var identifier: [UInt8] {
    switch self {
    case .p256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    case .p384: [0x2B, 0x81, 0x04, 0x00, 0x22]
    case .p521: [0x2B, 0x81, 0x04, 0x00, 0x23]
    }
  }
}

/// Public keys in the form that libcrypto reads (RFC 5280, SubjectPublicKeyInfo).
private enum DER {
  private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    var length: [UInt8] = []
    var rest = content.count
    repeat {
      length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
      rest >>= 8
    } while rest > 0
    let isShort = content.count < 0x80
    return [tag] + (isShort ? length : [0x80 | UInt8(length.count)] + length) + content
  }

  static func sequence(_ content: [UInt8]) -> [UInt8] { element(0x30, content) }

  /// A number that is not negative, from its magnitude without leading zeros.
  static func integer(_ digits: [UInt8]) -> [UInt8] {
    element(0x02, digits.first.map { $0 >= 0x80 } ?? true ? [0] + digits : digits)
  }

  private static func key(_ algorithm: [UInt8], _ bits: [UInt8]) -> [UInt8] {
    sequence(sequence(algorithm) + element(0x03, [0] + bits))
  }

  static func ed25519(_ key: [UInt8]) -> [UInt8] { Self.key(element(0x06, [0x2B, 0x65, 0x70]), key) }

  static func ecdsa(_ point: [UInt8], _ curve: PublicKey.Curve) -> [UInt8] {
    key(element(0x06, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]) + element(0x06, curve.identifier), point)
  }

  static func rsa(exponent: [UInt8], modulus: [UInt8]) -> [UInt8] {
    key(
      element(0x06, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]) + [0x05, 0x00],
      sequence(integer(modulus) + integer(exponent)))
  }
}

/// The part of libcrypto that looks at signatures.
private enum Crypto {
  enum Hash { case sha256, sha384, sha512 }

  /// Whether a signature holds; anything that libcrypto cannot read does not.
  static func verify(_ signature: [UInt8], over message: [UInt8], by key: [UInt8], hash: Hash?) -> Bool {
    defer { ERR_clear_error() }
    let parsed = key.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      return d2i_PUBKEY(nil, &start, bytes.count)
    }
    guard let parsed else { return false }
    defer { EVP_PKEY_free(parsed) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    let digest =
      switch hash {
      case .sha256: EVP_sha256()
      case .sha384: EVP_sha384()
      case .sha512: EVP_sha512()
      case nil: OpaquePointer?.none
      }
    guard EVP_DigestVerifyInit(context, nil, digest, nil, parsed) == 1 else { return false }
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

/// SHA-512 of some bytes.
func sha512(_ bytes: [UInt8]) -> [UInt8] {
  var result = [UInt8](repeating: 0, count: 64)
  _ = SHA512(bytes, bytes.count, &result)
  return result
}

/// SHA-1 of some bytes: revocation lists of OpenSSH may name keys by it.
func sha1(_ bytes: [UInt8]) -> [UInt8] {
  var result = [UInt8](repeating: 0, count: 20)
  _ = SHA1(bytes, bytes.count, &result)
  return result
}
