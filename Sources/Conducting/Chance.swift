internal import Glibc
public import Records

/// The system's chance.
public struct SystemChance: Chance {
  public init() {}

  /// So many bytes that nobody can foresee, in one question to the kernel: every entry with a payload asks.
  public func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let isFilled = count <= 256 && getentropy(&bytes, count) == 0
    return isFilled ? bytes : bytes.map { _ in UInt8.random(in: 0...255) }
  }
}
