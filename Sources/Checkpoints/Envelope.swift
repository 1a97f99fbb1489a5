public import Quantities

extension SigningKey {
  /// Signs a payload in an envelope of DSSE: what is signed names the payload's type and length, so that nobody takes
  /// it for something else.
  ///
  /// - Parameters:
  ///   - payload: the payload.
  ///   - type: its type.
  /// - Returns: the envelope. Its `keyid` is the verifier key, which is a hint and proves nothing.
  /// - Throws: ``NoteError`` when libcrypto cannot sign.
  public func envelope(_ payload: [UInt8], type: String) throws(NoteError) -> JSON {
    let signature = try signature(of: Self.encoding(payload, type: type))
    return .dictionary([
      ("payload", .string(Base64.text(payload))), ("payloadType", .string(type)),
      (
        "signatures",
        .array([.dictionary([("keyid", .string(verifier.text)), ("sig", .string(Base64.text(signature)))])])
      ),
    ])
  }

  /// What an envelope's signature is about.
  static func encoding(_ payload: [UInt8], type: String) -> [UInt8] {
    Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
  }
}

extension VerifierKey {
  /// The payload of an envelope, when this key signed it.
  ///
  /// - Throws: ``NoteError`` when it did not, or it is no envelope of this type.
  public func payload(of envelope: JSON, type: String) throws(NoteError) -> [UInt8] {
    guard envelope["payloadType"]?.string == type,
      let payload = envelope["payload"]?.string.flatMap({ Base64.bytes($0.utf8) })
    else { throw NoteError("this is no envelope of \(type)") }
    let message = SigningKey.encoding(payload, type: type)
    let isSigned = (envelope["signatures"]?.array ?? []).contains { one in
      guard let signature = one["sig"]?.string.flatMap({ Base64.bytes($0.utf8) }) else { return false }
      return Ed25519.verify(message, signature: signature, publicKey: publicKey)
    }
    guard isSigned else { throw NoteError("\(name) did not sign it") }
    return payload
  }
}
