internal import Quantities
internal import Synchronization

/// Where bytes come from that nobody can foresee: salts, pseudonyms, the name of a log.
///
/// In the wall world the system's; in a simulation a seed's, so that the same seed gives the same record, byte for
/// byte.
public protocol Chance: Sendable {
  /// So many bytes.
  func bytes(_ count: Int) -> [UInt8]
}

extension Chance {
  /// What the commitment to a payload is salted with: 16 bytes.
  public func salt() -> [UInt8] { bytes(16) }

  /// The name of a new log: a random UUID in a name space of ours.
  public func origin() -> String { "journal.local/\(uuid())" }

  /// A random UUID of version 4, in lower case.
  public func uuid() -> String {
    var bytes = bytes(16)
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array(hexadecimal(bytes))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }
}

/// Chance that a seed gives, the same on every machine: SplitMix64.
public final class SeededChance: Chance {
  private let state: Mutex<UInt64>

  /// Begins with a seed.
  public init(seed: UInt64) {
    state = Mutex(seed)
  }

  /// The next bytes, eight of each number, the lowest first.
  public func bytes(_ count: Int) -> [UInt8] {
    state.withLock { state in
      var bytes: [UInt8] = []
      while bytes.count < count {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        for shift in 0..<8 where bytes.count < count { bytes.append(UInt8(truncatingIfNeeded: mixed >> (shift * 8))) }
      }
      return bytes
    }
  }
}
