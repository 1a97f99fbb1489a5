internal import Quantities

/// Why a note, a key, a checkpoint or a proof is not what it should be.
public struct NoteError: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String

  public init(_ message: String) { self.message = message }
}

/// A text with signatures below it, as C2SP's `signed-note` has it.
///
/// The text means nothing until somebody verified it: ``verified(by:)``.
public struct SignedNote: Equatable, Sendable {
  /// The text, with its last line break.
  public let text: String
  /// The signatures below it, in their order.
  public private(set) var signatures: [NoteSignature]

  /// So many bytes a note may have, and so many signatures: it comes from strangers.
  public static let (largest, mostSignatures) = (65_536, 64)

  /// Signs a text.
  ///
  /// - Throws: ``NoteError`` when the text cannot be one of a note.
  public init(signing text: String, with key: SigningKey) throws(NoteError) {
    try Self.check(text)
    self.text = text
    signatures = [try key.sign(text)]
  }

  /// Reads a note. Nothing of it is verified.
  ///
  /// - Throws: ``NoteError`` for bytes that are no note.
  public init(_ bytes: some Collection<UInt8>) throws(NoteError) {
    guard bytes.count <= Self.largest else { throw NoteError("the note has more than \(Self.largest) bytes") }
    let bytes = Array(bytes)
    guard String(validating: bytes, as: UTF8.self) != nil else { throw NoteError("the note is not UTF-8") }
    guard bytes.allSatisfy({ $0 >= 0x20 || $0 == Self.newline }) else {
      throw NoteError("the note has control characters in it")
    }
    guard bytes.last == Self.newline else { throw NoteError("the note does not end with a line break") }
    let blank = bytes.indices.dropLast().last { bytes[$0] == Self.newline && bytes[$0 + 1] == Self.newline }
    guard let blank, blank + 2 < bytes.count else { throw NoteError("the note has no signatures") }
    let text = String(decoding: bytes[...blank], as: UTF8.self)
    let lines = bytes[(blank + 2)...].dropLast().split(separator: Self.newline, omittingEmptySubsequences: false)
    guard lines.count <= Self.mostSignatures else {
      throw NoteError("the note has more than \(Self.mostSignatures) signatures")
    }
    var signatures: [NoteSignature] = []
    for line in lines { signatures.append(try NoteSignature(line: line)) }
    try Self.check(text)
    self.text = text
    self.signatures = signatures
  }

  static let newline = UInt8(ascii: "\n")

  private static func check(_ text: String) throws(NoteError) {
    guard text.utf8.last == newline, text.utf8.allSatisfy({ $0 >= 0x20 || $0 == newline }) else {
      throw NoteError("the text of a note has lines that end with line breaks, and no other control characters")
    }
  }

  /// The whole note.
  public var bytes: [UInt8] { Array((text + "\n" + signatures.map(\.line).joined()).utf8) }

  /// Adds a signature below the others, unless it is there already.
  public mutating func add(_ signature: NoteSignature) {
    if !signatures.contains(signature) { signatures.append(signature) }
  }

  /// Who of those who are known signed it.
  ///
  /// Lines of keys that are not known count for nothing, also when they have the name or the identifier of one that is.
  ///
  /// - Parameter keys: those that are known.
  /// - Returns: a verified signature for each line of a known key; never empty.
  /// - Throws: ``NoteError`` when no known key signed it, and when a line of a known key does not verify.
  public func verified(by keys: [VerifierKey]) throws(NoteError) -> [VerifiedSignature] {
    var verified: [VerifiedSignature] = []
    for signature in signatures {
      guard let key = keys.first(where: { signature.isOf($0) }) else { continue }
      guard let time = signature.verify(text, by: key) else {
        throw NoteError("the signature of \(key.name) does not fit the text")
      }
      verified.append(VerifiedSignature(key: key, time: key.kind == .cosignature ? time : nil))
    }
    guard !verified.isEmpty else { throw NoteError("no key that is known here signed it") }
    return verified
  }
}

/// One line below a note.
public struct NoteSignature: Equatable, Sendable {
  /// The key's name.
  public let name: String
  let identifier: [UInt8]
  let bytes: [UInt8]

  init(name: String, identifier: [UInt8], bytes: [UInt8]) {
    (self.name, self.identifier, self.bytes) = (name, identifier, bytes)
  }

  /// Reads a line without its line break.
  ///
  /// - Throws: ``NoteError`` for anything else.
  public init(line: some Collection<UInt8>) throws(NoteError) {
    let mark = Array("— ".utf8)
    let parts = line.dropFirst(mark.count).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard line.starts(with: mark), parts.count == 2, let name = String(validating: parts[0], as: UTF8.self),
      VerifierKey.isName(name), let content = Base64.bytes(parts[1]), content.count > 4
    else { throw NoteError("a signature line has the form `— name base64`") }
    self.init(name: name, identifier: Array(content.prefix(4)), bytes: Array(content.dropFirst(4)))
  }

  /// The line with its line break.
  public var line: String { "— \(name) \(Base64.text(identifier + bytes))\n" }

  func isOf(_ key: VerifierKey) -> Bool {
    name.utf8.elementsEqual(key.name.utf8) && identifier == key.identifier
  }

  /// The time that is signed with the text, 0 where there is none; `nil` when the signature does not fit.
  func verify(_ text: String, by key: VerifierKey) -> Int64? {
    switch key.kind {
    case .note:
      return Ed25519.verify(Array(text.utf8), signature: bytes, publicKey: key.publicKey) ? 0 : nil
    case .cosignature:
      guard let (time, signature) = Cosignature.parts(bytes) else { return nil }
      let message = Cosignature.message(text, at: time)
      return Ed25519.verify(message, signature: signature, publicKey: key.publicKey) ? time : nil
    }
  }

  public static func == (left: NoteSignature, right: NoteSignature) -> Bool {
    left.name.utf8.elementsEqual(right.name.utf8) && left.identifier == right.identifier && left.bytes == right.bytes
  }
}

/// A signature that fits its text.
public struct VerifiedSignature: Equatable, Sendable {
  /// Whose it is.
  public let key: VerifierKey
  /// When it was made, in seconds since 1970, as the witness says; `nil` for a signature without a time.
  public let time: Int64?
}
