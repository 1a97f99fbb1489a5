internal import Quantities

/// A signature as `ssh-keygen -Y sign` writes it (PROTOCOL.sshsig).
public struct ArmouredSignature: Equatable, Sendable {
  /// The key that it says made it.
  public let key: PresentedKey
  /// What it was made for.
  public let namespace: String
  private let hash: String
  private let signature: [UInt8]

  private static let preamble = Array("SSHSIG".utf8)
  private static let header = Array("-----BEGIN SSH SIGNATURE-----".utf8)
  private static let footer = Array("-----END SSH SIGNATURE-----".utf8)

  /// Reads the armour: Base64 between two lines. White space around it and the ends of lines do not matter.
  ///
  /// - Throws: ``SSHProblem`` when it is no signature, or one of another version.
  public init(armour: some Collection<UInt8>) throws(SSHProblem) {
    var text = ArraySlice(Array(armour))
    while let last = text.last, Base64.isSpace(last) { text.removeLast() }
    text = text.drop(while: Base64.isSpace)
    guard text.count <= Self.longest, text.starts(with: Self.header),
      text.suffix(Self.footer.count) == Self.footer[...],
      text.count >= Self.header.count + Self.footer.count
    else { throw SSHProblem("it is not a signature that `ssh-keygen -Y sign` wrote") }
    guard let blob = Base64.bytes(withSpaces: text.dropFirst(Self.header.count).dropLast(Self.footer.count)) else {
      throw SSHProblem("the Base64 of the signature is damaged")
    }
    var reader = WireReader(blob, of: "the signature")
    guard try reader.take(Self.preamble.count) == Self.preamble[...] else {
      throw SSHProblem("it is not a signature of SSH")
    }
    let version = try reader.number32()
    guard version == 1 else { throw SSHProblem("the signature is of version \(version), and 1 is what there is") }
    key = try PresentedKey(blob: try reader.string())
    namespace = try reader.text()
    _ = try reader.string()
    hash = try reader.text()
    signature = try reader.string()
    try reader.finish()
  }

  /// No signature with any certificate is as long.
  private static let longest = 262_144

  /// Makes sure that its key signed a message for its namespace.
  ///
  /// - Throws: ``SSHProblem`` when it did not.
  public func verify(_ message: [UInt8]) throws(SSHProblem) {
    let digest: [UInt8]
    switch hash {
    case "sha256": digest = Digest(of: message).bytes
    case "sha512": digest = sha512(message)
    default: throw SSHProblem("it hashes with `\(hash.prefix(20))`, which does not count")
    }
    var writer = WireWriter()
    writer.raw(Self.preamble)
    for part in [Array(namespace.utf8), [], Array(hash.utf8), digest] { writer.string(part) }
    try key.key.verify(signature, over: writer.bytes)
  }
}
