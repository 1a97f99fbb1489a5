public import Records

/// The system's chance.
public struct SystemChance: Chance {
  public init() {}

  /// So many bytes that nobody can foresee.
  public func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }
}
