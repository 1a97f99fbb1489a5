public import Quantities

/// The Merkle tree of RFC 6962 over the log's entries: its right edge, from which the next root follows.
public struct Tree: Equatable, Sendable {
  /// The number of leaves.
  public private(set) var size: Int64 = 0
  /// Complete subtrees that are not part of a larger one yet, the largest first.
  private var edge: [Node] = []

  /// A complete subtree.
  public struct Node: Equatable, Sendable {
    /// Its height; a leaf has 0.
    public var level: Int
    /// Its place among the subtrees of that height.
    public var index: Int64
    public var hash: Digest

    public init(level: Int, index: Int64, hash: Digest) { (self.level, self.index, self.hash) = (level, index, hash) }

    /// An integer key that no other complete subtree has: the node's place in an in-order walk.
    public var id: Int64 { (2 * index + 1) << Int64(level) - 1 }
  }

  /// An empty tree.
  public init() {}

  /// Complete subtrees of this height and above are stored; what is below is hashed again from a few entries, which
  /// saves a write to another table with nearly every commit.
  public static let storedLevel = 4

  /// The tree of a given size, its edge read from storage; `nil` when a node or an entry of it is missing.
  ///
  /// - Parameters:
  ///   - size: the number of entries.
  ///   - stored: the hash of a stored subtree, by its id.
  ///   - leaf: the hash of an entry.
  public init?(
    size: Int64, stored: (Int64) throws -> Digest?, leaf: (Int64) throws -> Digest?
  ) rethrows {
    self.size = size
    var start: Int64 = 0
    for level in stride(from: 62, through: 0, by: -1) where size & (1 << Int64(level)) != 0 {
      let index = start >> Int64(level)
      var found = Node(level: level, index: index, hash: Digest(of: []))
      guard let hash = try Self.subtree(level: level, index: index, stored: stored, leaf: leaf) else { return nil }
      found.hash = hash
      edge.append(found)
      start += 1 << Int64(level)
    }
  }

  /// The hash of a complete subtree; `nil` when a node or an entry of it is missing.
  ///
  /// - Parameters:
  ///   - level: its height.
  ///   - index: its place among the subtrees of that height.
  ///   - stored: the hash of a stored subtree, by its id.
  ///   - leaf: the hash of an entry.
  /// - Returns: the hash.
  public static func subtree(
    level: Int, index: Int64, stored: (Int64) throws -> Digest?, leaf: (Int64) throws -> Digest?
  ) rethrows -> Digest? {
    let node = Node(level: level, index: index, hash: Digest(of: []))
    return level >= storedLevel ? try stored(node.id) : try hash(of: node, leaf: leaf)
  }

  /// The hash of a low subtree, from those of its entries.
  private static func hash(of node: Node, leaf: (Int64) throws -> Digest?) rethrows -> Digest? {
    guard node.level > 0 else { return try leaf(node.index) }
    let below = (0...1).map { Node(level: node.level - 1, index: node.index * 2 + $0, hash: node.hash) }
    guard let left = try hash(of: below[0], leaf: leaf), let right = try hash(of: below[1], leaf: leaf) else {
      return nil
    }
    return parent(left, right)
  }

  /// Adds an entry.
  ///
  /// - Returns: the subtrees that it completes, the leaf first: about two on average.
  public mutating func append(_ entry: [UInt8]) -> [Node] {
    var node = Node(level: 0, index: size, hash: Self.leaf(entry))
    var completed = [node]
    while let left = edge.last, left.level == node.level {
      edge.removeLast()
      node = Node(level: node.level + 1, index: node.index / 2, hash: Self.parent(left.hash, node.hash))
      completed.append(node)
    }
    edge.append(node)
    size += 1
    return completed
  }

  /// The root: SHA-256 of nothing for an empty tree.
  public var root: Digest {
    guard var hash = edge.last?.hash else { return Digest(of: []) }
    for node in edge.dropLast().reversed() { hash = Self.parent(node.hash, hash) }
    return hash
  }

  /// The hash of an entry: `SHA-256(0x00 ‖ bytes)`.
  public static func leaf(_ entry: [UInt8]) -> Digest { Digest(of: [0] + entry) }

  /// The hash of two subtrees: `SHA-256(0x01 ‖ left ‖ right)`.
  public static func parent(_ left: Digest, _ right: Digest) -> Digest { Digest(of: 1, left, right) }
}
