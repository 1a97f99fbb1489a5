internal import Quantities

/// A key that verifies lines of signed notes: its name, its identifier, what it signs with, and its public half.
public struct VerifierKey: Equatable, Sendable {
  /// What a key signs with: the byte that C2SP assigns to it.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// The text itself, as logs do.
    case note = 0x01
    /// The text and a time, as witnesses do.
    case cosignature = 0x04
  }

  /// The name; two names are one when their bytes are.
  public let name: String
  /// What it signs with.
  public let kind: Kind
  let publicKey: [UInt8]

  init?(name: String, kind: Kind, publicKey: [UInt8]) {
    guard Self.isName(name), publicKey.count == Ed25519.keySize else { return nil }
    (self.name, self.kind, self.publicKey) = (name, kind, publicKey)
  }

  /// Reads a verifier key: `<name>+<identifier>+<base64 of kind and public key>`.
  ///
  /// - Throws: ``NoteError`` that says what is wrong with it.
  public init(_ text: String) throws(NoteError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw NoteError("a verifier key has the form `name+identifier+key`") }
    let material = Base64.bytes(parts[2])
    guard let material, let first = material.first else { throw NoteError("the key of a verifier key is not base64") }
    guard let kind = Kind(rawValue: first), material.count == 1 + Ed25519.keySize else {
      throw NoteError("a verifier key of kind \(first) is not known here; 1 and 4 (Ed25519) are")
    }
    guard let name = String(validating: parts[0], as: UTF8.self),
      let key = Self(name: name, kind: kind, publicKey: Array(material.dropFirst()))
    else { throw NoteError("the name of a verifier key is empty, or has spaces in it") }
    guard key.identifierText.utf8.elementsEqual(parts[1]) else {
      throw NoteError("the identifier of the verifier key `\(name)` is not that of its key")
    }
    self = key
  }

  /// The first four bytes of SHA-256 over name, kind and key.
  var identifier: [UInt8] {
    Array(Digest(of: Array(name.utf8) + [0x0A, kind.rawValue] + publicKey).bytes.prefix(4))
  }

  private var identifierText: String { hexadecimal(identifier) }

  /// The written form, for configuration files.
  public var text: String { "\(name)+\(identifierText)+\(Base64.text([kind.rawValue] + publicKey))" }

  /// Not empty, and without Unicode spaces, control characters or `+`.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy { $0 != "+" && $0.value >= 0x20 && !$0.properties.isWhitespace }
  }

  public static func == (left: VerifierKey, right: VerifierKey) -> Bool {
    left.name.utf8.elementsEqual(right.name.utf8) && left.kind == right.kind && left.publicKey == right.publicKey
  }
}

/// A key that signs notes. Whoever has its text can sign: it never leaves its file.
public struct SigningKey: Sendable {
  /// The public half.
  public let verifier: VerifierKey
  private let seed: [UInt8]

  /// Makes a key from 32 random bytes; `nil` for any other count, or a name that no key can have.
  public init?(name: String, kind: VerifierKey.Kind, seed: [UInt8]) {
    guard let publicKey = Ed25519.publicKey(of: seed),
      let verifier = VerifierKey(name: name, kind: kind, publicKey: publicKey)
    else { return nil }
    (self.verifier, self.seed) = (verifier, seed)
  }

  /// Reads a signing key as Go's `note` package writes it: `PRIVATE+KEY+<name>+<identifier>+<base64 of kind and seed>`.
  ///
  /// - Throws: ``NoteError`` that says what is wrong with it, and nothing that was in it.
  public init(_ text: String) throws(NoteError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].elementsEqual("PRIVATE".utf8), parts[1].elementsEqual("KEY".utf8) else {
      throw NoteError("a signing key has the form `PRIVATE+KEY+name+identifier+key`")
    }
    guard let material = Base64.bytes(parts[4]), let kind = material.first.flatMap({ VerifierKey.Kind(rawValue: $0) }),
      let name = String(validating: parts[2], as: UTF8.self),
      let key = Self(name: name, kind: kind, seed: Array(material.dropFirst()))
    else { throw NoteError("the key or the name of a signing key cannot be read") }
    guard hexadecimal(key.verifier.identifier).utf8.elementsEqual(parts[3]) else {
      throw NoteError("the identifier of a signing key is not that of its key")
    }
    self = key
  }

  /// The written form.
  public var text: String {
    let identifier = hexadecimal(verifier.identifier)
    return "PRIVATE+KEY+\(verifier.name)+\(identifier)+\(Base64.text([verifier.kind.rawValue] + seed))"
  }

  /// Signs a text.
  ///
  /// - Parameters:
  ///   - text: the text of a note, with its last line break.
  ///   - time: seconds since 1970, for a cosignature; a plain signature has no time.
  /// - Returns: the line's content.
  /// - Throws: ``NoteError`` when libcrypto cannot sign.
  public func sign(_ text: String, at time: Int64 = 0) throws(NoteError) -> NoteSignature {
    let message = verifier.kind == .note ? Array(text.utf8) : Cosignature.message(text, at: time)
    let signature = try signature(of: message)
    let prefix = verifier.kind == .note ? [] : Cosignature.bytes(of: time)
    return NoteSignature(name: verifier.name, identifier: verifier.identifier, bytes: prefix + signature)
  }

  /// Signs bytes that cannot be taken for a note's text.
  func signature(of message: [UInt8]) throws(NoteError) -> [UInt8] {
    guard let signature = Ed25519.sign(message, seed: seed) else { throw NoteError("libcrypto could not sign") }
    return signature
  }
}
