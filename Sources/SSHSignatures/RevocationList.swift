internal import Quantities

/// A revocation list in OpenSSH's binary form (PROTOCOL.krl).
public struct RevocationList: Sendable {
  private var blobs: Set<[UInt8]> = []
  private var sha1Digests: Set<[UInt8]> = []
  private var sha256Digests: Set<[UInt8]> = []
  private var certificates: [Certificates] = []

  /// The certificates of an authority that are revoked.
  private struct Certificates: Equatable {
    /// `nil` for any authority.
    var authority: PublicKey?
    var serials: [ClosedRange<UInt64>] = []
    var bitmaps: [Bitmap] = []
    var keyIDs: Set<[UInt8]> = []
  }

  /// Serial numbers from an offset on, one for each bit.
  private struct Bitmap: Equatable {
    var offset: UInt64
    var digits: [UInt8]
  }

  private static let magic = Array("SSHKRL\n".utf8) + [0]

  /// Whether some bytes are such a list, whole or not.
  public static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

  /// Reads the list.
  ///
  /// - Throws: ``SSHProblem`` when it is damaged, or has a part that this version does not know.
  init(_ bytes: [UInt8]) throws(SSHProblem) {
    var reader = WireReader(bytes, of: "the revocation list")
    _ = try reader.take(Self.magic.count)
    let version = try reader.number32()
    guard version == 1 else { throw SSHProblem("the revocation list is of format \(version), and 1 is what there is") }
    // Its number, its date and flags that nobody uses.
    for _ in 0..<3 { _ = try reader.number64() }
    // What is reserved, and a comment.
    for _ in 0..<2 { _ = try reader.string() }
    while !reader.isAtEnd {
      let kind = try reader.byte()
      var section = WireReader(try reader.string(), of: "a section of the revocation list")
      switch kind {
      case 1: certificates.append(try Self.certificates(in: &section))
      case 2:
        while !section.isAtEnd {
          // One that cannot sign here is kept as it is.
          let blob = try section.string()
          blobs.insert((try? PresentedKey(blob: blob))?.key.blob ?? blob)
        }
      case 3:
        while !section.isAtEnd { sha1Digests.insert(try Self.digest(of: 20, in: &section)) }
      case 5:
        while !section.isAtEnd { sha256Digests.insert(try Self.digest(of: 32, in: &section)) }
      case 4: throw SSHProblem("the revocation list is signed, which this version does not read")
      default: throw SSHProblem("the revocation list has a section \(kind), which this version does not know")
      }
    }
  }

  private static func digest(of count: Int, in section: inout WireReader) throws(SSHProblem) -> [UInt8] {
    let digest = try section.string()
    guard digest.count == count else { throw SSHProblem("the revocation list has a digest of \(digest.count) bytes") }
    return digest
  }

  private static func certificates(in section: inout WireReader) throws(SSHProblem) -> Certificates {
    let blob = try section.string()
    var found = Certificates(authority: blob.isEmpty ? nil : try PresentedKey(blob: blob).key)
    _ = try section.string()
    while !section.isAtEnd {
      let kind = try section.byte()
      var part = WireReader(try section.string(), of: "a section of the revocation list")
      switch kind {
      case 0x20:
        while !part.isAtEnd {
          let serial = try part.number64()
          found.serials.append(serial...serial)
        }
      case 0x21:
        let (low, high) = (try part.number64(), try part.number64())
        guard low <= high else { throw SSHProblem("the revocation list has a range that ends before it begins") }
        found.serials.append(low...high)
        try part.finish()
      case 0x22:
        found.bitmaps.append(Bitmap(offset: try part.number64(), digits: try part.magnitude()))
        try part.finish()
      case 0x23:
        while !part.isAtEnd { found.keyIDs.insert(try part.string()) }
      default: throw SSHProblem("the revocation list has a section \(kind), which this version does not know")
      }
    }
    return found
  }

  /// Whether it names everything that another list names.
  func covers(_ other: RevocationList) -> Bool {
    other.blobs.isSubset(of: blobs) && other.sha1Digests.isSubset(of: sha1Digests)
      && other.sha256Digests.isSubset(of: sha256Digests)
      && other.certificates.allSatisfy { theirs in
        certificates.contains { mine in
          (mine.authority == nil || mine.authority == theirs.authority) && theirs.keyIDs.isSubset(of: mine.keyIDs)
            && theirs.bitmaps.allSatisfy(mine.bitmaps.contains)
            && theirs.serials.allSatisfy { range in
              mine.serials.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
            }
        }
      }
  }

  /// Whether a key is revoked, whoever certified it.
  func revokes(_ key: PublicKey) -> Bool {
    blobs.contains(key.blob) || sha256Digests.contains(Digest(of: key.blob).bytes)
      || !sha1Digests.isEmpty && sha1Digests.contains(sha1(key.blob))
  }

  /// Whether a certificate is, by its number or its name. The number 0 stands for none.
  func revokes(_ certificate: Certificate) -> Bool {
    certificates.contains { found in
      guard found.authority == nil || found.authority == certificate.authority else { return false }
      if found.keyIDs.contains(Array(certificate.keyID.utf8)) { return true }
      let serial = certificate.serial
      guard serial != 0 else { return false }
      return found.serials.contains { $0.contains(serial) }
        || found.bitmaps.contains { bitmap in
          guard serial >= bitmap.offset else { return false }
          let bit = serial - bitmap.offset
          guard bit / 8 < UInt64(bitmap.digits.count) else { return false }
          return bitmap.digits[bitmap.digits.count - 1 - Int(bit / 8)] >> UInt8(bit % 8) & 1 == 1
        }
    }
  }
}
