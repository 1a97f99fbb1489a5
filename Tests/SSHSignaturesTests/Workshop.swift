import CCrypto
import Foundation
import Quantities
import Testing

@testable import SSHSignatures

/// A directory in which the real `ssh-keygen` makes keys, certificates and signatures, and says what it thinks of them.
struct Workshop {
  static let isThere = ["/usr/bin", "/usr/local/bin", "/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/ssh-keygen")
  }

  let directory: String

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "ssh-\(UUID().uuidString)")
      .path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  func close() { try? FileManager.default.removeItem(atPath: directory) }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path(name)))) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path(name))) }

  /// Runs `ssh-keygen` in the directory.
  ///
  /// - Returns: how it ended, and what it said.
  @discardableResult
  func keygen(
    _ arguments: [String], input: [UInt8] = [], zone: String = "UTC"
  ) throws -> (status: Int32, words: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["ssh-keygen"] + arguments
    process.currentDirectoryURL = URL(filePath: directory)
    process.environment = ProcessInfo.processInfo.environment.merging(["TZ": zone]) { $1 }
    let (source, sink) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (source, sink, sink)
    try process.run()
    // A program that refuses its arguments reads nothing.
    signal(SIGPIPE, SIG_IGN)
    try? source.fileHandleForWriting.write(contentsOf: Data(input))
    try? source.fileHandleForWriting.close()
    let words = sink.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: words, as: UTF8.self))
  }

  private func must(_ arguments: [String]) throws {
    let result = try keygen(arguments)
    try #require(result.status == 0, "ssh-keygen \(arguments.joined(separator: " ")): \(result.words)")
  }

  func makeKey(_ name: String, _ kind: String = "ed25519", bits: String? = nil) throws {
    try must(["-q", "-t", kind, "-N", "", "-C", name, "-f", name] + (bits.map { ["-b", $0] } ?? []))
  }

  func certify(_ name: String, by authority: String, _ options: [String]) throws {
    try must(["-q", "-s", authority] + options + ["\(name).pub"])
  }

  func revoke(_ options: [String], to file: String = "krl") throws { try must(["-q", "-k", "-f", file] + options) }

  /// A signature over a message.
  func sign(_ message: String, key: String, namespace: String = "sanderling") throws -> String {
    try write("message", Array(message.utf8))
    try? FileManager.default.removeItem(atPath: path("message.sig"))
    try must(["-q", "-Y", "sign", "-n", namespace, "-f", key, "message"])
    return try text("message.sig")
  }
}

/// One question to both: does this signature count?
struct Question {
  var message = "the words"
  var signature: [UInt8]
  var signers: [UInt8]
  var principal = "mira@example.com"
  var namespace = "sanderling"
  var revoked: [UInt8]?
  /// `YYYYMMDDHHMMSS`, in UTC.
  var time = "20270601120000"
  var zone = "UTC"
  /// What is added to a time on the wall to get the real one.
  var offset: Int64 = 0

  init(_ signature: String, by signers: String) {
    (self.signature, self.signers) = (Array(signature.utf8), Array(signers.utf8))
  }

  /// What `ssh-keygen` says.
  func asked(in shop: Workshop) throws -> (holds: Bool, words: String) {
    try shop.write("signers", signers)
    try shop.write("signature", signature)
    var arguments = ["-Y", "verify", "-n", namespace, "-I", principal, "-f", "signers", "-s", "signature"]
    arguments += ["-O", "verify-time=\(time)Z"]
    if let revoked {
      try shop.write("revoked", revoked)
      arguments += ["-r", "revoked"]
    }
    let result = try shop.keygen(arguments, input: Array(message.utf8), zone: zone)
    return (result.status == 0, result.words)
  }

  /// What we say: `nil` when it counts.
  func answered() -> String? {
    let trust = Trust(allowedSigners: signers, revoked: revoked) { $0 + offset }
    do throws(SSHProblem) {
      let signed = try ArmouredSignature(armour: signature)
      try signed.verify(Array(message.utf8))
      guard signed.namespace == namespace else { return "it is for another namespace" }
      try trust.admit(signed.key, as: principal, for: namespace, at: instant)
    } catch {
      return error.message
    }
    return nil
  }

  private var instant: Instant {
    let numbers = time.utf8.map { Int($0) - 48 }
    func number(_ range: Range<Int>) -> Int { numbers[range].reduce(0) { $0 * 10 + $1 } }
    guard let date = CivilDate(year: number(0..<4), month: number(4..<6), day: number(6..<8)) else {
      preconditionFailure("\(time) is no time")
    }
    let seconds = date.dayNumber * 86_400 + number(8..<10) * 3_600 + number(10..<12) * 60 + number(12..<14)
    return Instant(milliseconds: Int64(seconds) * 1_000)
  }

  /// Both say the same.
  ///
  /// - Returns: whether it counts.
  @discardableResult
  func expectAgreement(
    in shop: Workshop, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Bool {
    let (theirs, words) = try asked(in: shop)
    let ours = answered()
    #expect(
      (ours == nil) == theirs, "\(what): ssh-keygen: \(words) we: \(ours ?? "holds")", sourceLocation: sourceLocation)
    return theirs
  }
}

/// Binary signatures in their armour.
func armour(_ blob: [UInt8]) -> String {
  "-----BEGIN SSH SIGNATURE-----\n\(Base64.text(blob))\n-----END SSH SIGNATURE-----\n"
}

func dearmour(_ text: String) throws -> [UInt8] {
  let lines = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }
  return try #require(Base64.bytes(withSpaces: Array(lines.joined().utf8)))
}

/// A key in a token that answers every touch: this machine has none.
struct Token {
  private let pair: OpaquePointer
  let isEd25519: Bool
  let application: String

  init(isEd25519: Bool, application: String = "ssh:") throws {
    let context = try #require(EVP_PKEY_CTX_new_from_name(nil, isEd25519 ? "ED25519" : "EC", nil))
    defer { EVP_PKEY_CTX_free(context) }
    try #require(EVP_PKEY_keygen_init(context) == 1)
    if !isEd25519 { try #require(EVP_PKEY_CTX_set_group_name(context, "P-256") == 1) }
    var made: OpaquePointer?
    try #require(EVP_PKEY_generate(context, &made) == 1)
    pair = try #require(made)
    (self.isEd25519, self.application) = (isEd25519, application)
  }

  func close() { EVP_PKEY_free(pair) }

  private var name: String { isEd25519 ? "sk-ssh-ed25519@openssh.com" : "sk-ecdsa-sha2-nistp256@openssh.com" }

  var blob: [UInt8] {
    var buffer: UnsafeMutablePointer<UInt8>?
    let length = Int(i2d_PUBKEY(pair, &buffer))
    defer { CRYPTO_free(buffer, #file, 0) }
    let encoded = Array(UnsafeBufferPointer(start: buffer, count: length))
    var writer = WireWriter()
    writer.string(Array(name.utf8))
    if !isEd25519 { writer.string(Array("nistp256".utf8)) }
    writer.string(Array(encoded.suffix(isEd25519 ? 32 : 65)))
    writer.string(Array(application.utf8))
    return writer.bytes
  }

  var line: String { "\(name) \(Base64.text(blob)) token" }

  /// Signs as a token does.
  func sign(_ message: String, flags: UInt8 = 1, counter: UInt32 = 7) throws -> String {
    var signed = WireWriter()
    signed.raw(Array("SSHSIG".utf8))
    for part in [Array("sanderling".utf8), [], Array("sha512".utf8), sha512(Array(message.utf8))] {
      signed.string(part)
    }
    var touched = WireWriter()
    touched.raw(Digest(of: Array(application.utf8)).bytes + [flags])
    touched.number32(counter)
    touched.raw(Digest(of: signed.bytes).bytes)
    var signature = WireWriter()
    signature.string(Array(name.utf8))
    signature.string(try raw(touched.bytes))
    signature.raw([flags])
    signature.number32(counter)
    var envelope = WireWriter()
    envelope.raw(Array("SSHSIG".utf8))
    envelope.number32(1)
    for part in [blob, Array("sanderling".utf8), [], Array("sha512".utf8), signature.bytes] { envelope.string(part) }
    return armour(envelope.bytes)
  }

  private func raw(_ message: [UInt8]) throws -> [UInt8] {
    let context = try #require(EVP_MD_CTX_new())
    defer { EVP_MD_CTX_free(context) }
    try #require(EVP_DigestSignInit(context, nil, isEd25519 ? nil : EVP_sha256(), nil, pair) == 1)
    var bytes = [UInt8](repeating: 0, count: 256)
    var length = bytes.count
    try #require(EVP_DigestSign(context, &bytes, &length, message, message.count) == 1)
    bytes = Array(bytes.prefix(length))
    if isEd25519 { return bytes }
    // DER: 30 len 02 len r 02 len s. The numbers are the same in both forms.
    var pair = WireWriter()
    var place = 2
    for _ in 0..<2 {
      let count = Int(bytes[place + 1])
      pair.string(Array(bytes[(place + 2)..<(place + 2 + count)]))
      place += 2 + count
    }
    return pair.bytes
  }
}
