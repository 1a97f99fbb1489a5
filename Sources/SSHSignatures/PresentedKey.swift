internal import Quantities

/// A key as it is presented: alone, or with the certificate that an authority signed.
public struct PresentedKey: Hashable, Sendable {
  public let key: PublicKey
  /// What an authority says about the key; `nil` for a key alone.
  public let certificate: Certificate?

  /// Reads the binary form.
  ///
  /// - Throws: ``SSHProblem`` for a kind of key that does not sign here, for what is damaged, and for a certificate
  ///   that its authority did not sign.
  public init(blob: [UInt8]) throws(SSHProblem) {
    var reader = WireReader(blob, of: "the key")
    let name = try reader.text()
    if let kind = PublicKey.Kind(rawValue: name) {
      key = try PublicKey(kind, from: &reader)
      certificate = nil
    } else if let kind = PublicKey.Kind.allCases.first(where: { $0.certificateName == name }) {
      _ = try reader.string()
      key = try PublicKey(kind, from: &reader)
      certificate = try Certificate(from: &reader, of: blob)
    } else {
      throw SSHProblem(
        "`\(name.prefix(60))` is no kind of key that can sign here",
        isOfPowerlessKey: name == "ssh-dss" || name == "ssh-dss-cert-v01@openssh.com")
    }
    try reader.finish()
  }

  /// Reads a line such as `ssh-ed25519 AAAA… comment`: the name has to be that of the key.
  ///
  /// - Throws: ``SSHProblem`` when it is not a key.
  public init(line: some Collection<UInt8>) throws(SSHProblem) {
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let words = line.split(maxSplits: 2, omittingEmptySubsequences: true, whereSeparator: isBlank)
    guard words.count >= 2, let name = String(validating: words[0], as: UTF8.self) else {
      throw SSHProblem("it is not a key")
    }
    guard let blob = Base64.bytes(withSpaces: words[1]) else { throw SSHProblem("the Base64 of the key is damaged") }
    self = try PresentedKey(blob: blob)
    guard name == typeName else { throw SSHProblem("it says `\(name.prefix(60))`, and the key is `\(typeName)`") }
  }

  /// The name of its kind in OpenSSH.
  public var typeName: String { certificate == nil ? key.kind.rawValue : key.kind.certificateName }
}

/// What an authority says about a key (PROTOCOL.certkeys).
public struct Certificate: Hashable, Sendable {
  /// The number that the authority gave it; 0 for none.
  public let serial: UInt64
  let isOfUser: Bool
  /// The name that the authority gave it.
  public let keyID: String
  /// Who the key belongs to.
  public let principals: [String]
  /// From this second on, and up to before that one, since 1970.
  let validAfter: UInt64
  let validBefore: UInt64
  /// What whoever relies on it has to understand, by name.
  let criticalOptions: [String]
  /// The key that signed it.
  public let authority: PublicKey

  private static let mostPrincipals = 256

  /// Reads what follows the key in a certificate, and makes sure that the authority signed all of it.
  init(from reader: inout WireReader, of blob: [UInt8]) throws(SSHProblem) {
    serial = try reader.number64()
    isOfUser = try reader.number32() == 1
    keyID = String(decoding: try reader.string(), as: UTF8.self)
    var names = WireReader(try reader.string(), of: "the list of the certificate's principals")
    var principals: [String] = []
    while !names.isAtEnd {
      guard principals.count < Self.mostPrincipals else { throw SSHProblem("the certificate has too many principals") }
      principals.append(try names.text())
    }
    self.principals = principals
    (validAfter, validBefore) = (try reader.number64(), try reader.number64())
    criticalOptions = try Self.options(in: try reader.string())
    _ = try Self.options(in: try reader.string())
    _ = try reader.string()
    let signer = try PresentedKey(blob: try reader.string())
    guard signer.certificate == nil else {
      throw SSHProblem("the authority of the certificate is itself a certificate")
    }
    authority = signer.key
    let signed = Array(blob.prefix(reader.count))
    do throws(SSHProblem) {
      try signer.key.verify(try reader.string(), over: signed)
    } catch {
      throw SSHProblem("the certificate was not signed by its authority: \(error.message)")
    }
  }

  private static func options(in bytes: [UInt8]) throws(SSHProblem) -> [String] {
    var reader = WireReader(bytes, of: "an option of the certificate")
    var names: [String] = []
    while !reader.isAtEnd {
      names.append(try reader.text())
      _ = try reader.string()
    }
    return names
  }

  /// Looks whether it speaks for a principal at a time.
  ///
  /// - Parameters:
  ///   - principal: who the key shall belong to.
  ///   - second: when, in seconds since 1970.
  /// - Returns: why it does not; `nil` when it does.
  func objection(to principal: String, at second: UInt64) -> String? {
    if !isOfUser { return "the certificate is not one of a user" }
    if second < validAfter { return "the certificate is not valid yet" }
    if second >= validBefore { return "the certificate has expired" }
    if principals.isEmpty { return "the certificate names no principal" }
    if !principals.contains(principal) { return "the certificate does not name \(principal)" }
    if let option = criticalOptions.first { return "the certificate has the critical option `\(option)`" }
    return nil
  }
}
