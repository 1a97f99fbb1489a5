internal import CCrypto

/// Signatures as in RFC 8032, by the system's libcrypto.
///
/// `SSHSignatures` looks at such signatures, too, by the one way that it has for keys of all kinds: it makes none, and
/// neither of the two modules needs the other. The curve itself is libcrypto's in both.
enum Ed25519 {
  /// The bytes of a key, private or public, and of a signature.
  static let (keySize, signatureSize) = (32, 64)

  /// The public key of a private one; `nil` when the seed has not 32 bytes.
  static func publicKey(of seed: [UInt8]) -> [UInt8]? {
    guard seed.count == keySize, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
      return nil
    }
    defer { EVP_PKEY_free(key) }
    var bytes = [UInt8](repeating: 0, count: keySize)
    var count = bytes.count
    guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == keySize else { return nil }
    return bytes
  }

  /// Signs a message; `nil` when the seed has not 32 bytes, or libcrypto has no memory.
  static func sign(_ message: [UInt8], seed: [UInt8]) -> [UInt8]? {
    guard seed.count == keySize, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count),
      let context = EVP_MD_CTX_new()
    else { return nil }
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(key)
    }
    var signature = [UInt8](repeating: 0, count: signatureSize)
    var count = signature.count
    guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
      EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signatureSize
    else { return nil }
    return signature
  }

  /// Whether somebody with the private half of a key signed a message so.
  static func verify(_ message: [UInt8], signature: [UInt8], publicKey: [UInt8]) -> Bool {
    guard signature.count == signatureSize, publicKey.count == keySize,
      let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count),
      let context = EVP_MD_CTX_new()
    else { return false }
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(key)
    }
    return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}
