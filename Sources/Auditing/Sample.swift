internal import Quantities

/// A selection that everybody can make again: of all changes, those with the smallest digests of seed and name.
public enum Sample {
  /// Draws changes.
  ///
  /// Whoever wants to check it hashes `SEED`, a line break and the name of each change with SHA-256, and takes the
  /// first so many in the order of the digests.
  ///
  /// - Parameters:
  ///   - count: how many; all of them when there are fewer.
  ///   - seed: any text.
  ///   - changes: those to draw from.
  /// - Returns: the drawn ones, in the order of their digests.
  public static func draw(_ count: Int, seed: String, from changes: [Change]) -> [Change] {
    let ranked = changes.map { ($0, Digest(of: Array("\(seed)\n\($0.id)".utf8))) }
    return ranked.sorted { ($0.1, $0.0.seq) < ($1.1, $1.0.seq) }.prefix(max(0, count)).map(\.0)
  }
}
