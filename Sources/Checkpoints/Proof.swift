public import Quantities
internal import Records

/// Proofs over the tree of RFC 6962: that an entry is in it, and that one log is the beginning of another.
public enum Proof {
  /// The hash of a complete subtree, by its height and its place among those of that height; `nil` when it is missing.
  public typealias Subtrees = (_ level: Int, _ index: Int64) throws -> Digest?

  /// The longest proof that a tree of 63 levels can need.
  public static let longest = 63

  /// The hashes that lead from an entry to the root.
  ///
  /// - Parameters:
  ///   - index: the entry's place.
  ///   - size: how many entries the tree has.
  ///   - subtrees: the hashes of complete subtrees.
  /// - Returns: the proof, from the leaf's neighbour up; `nil` when the entry is not in the tree, or a hash is missing.
  public static func inclusion(of index: Int64, in size: Int64, _ subtrees: Subtrees) rethrows -> [Digest]? {
    guard index >= 0, index < size else { return nil }
    var (low, high, proof): (Int64, Int64, [Digest]) = (0, size, [])
    while high - low > 1 {
      let middle = low + split(high - low)
      let other = index < middle ? (middle, high) : (low, middle)
      guard let hash = try root(from: other.0, to: other.1, subtrees) else { return nil }
      proof.append(hash)
      (low, high) = index < middle ? (low, middle) : (middle, high)
    }
    return proof.reversed()
  }

  /// The hashes that show that the tree of one size is the beginning of the one of another.
  ///
  /// - Returns: the proof, empty when nothing is to be shown; `nil` when the sizes do not fit, or a hash is missing.
  public static func consistency(from old: Int64, to size: Int64, _ subtrees: Subtrees) rethrows -> [Digest]? {
    guard old >= 0, old <= size else { return nil }
    guard old > 0, old < size else { return [] }
    var (low, high, proof, isWhole): (Int64, Int64, [Digest], Bool) = (0, size, [], true)
    while old != high {
      let middle = low + split(high - low)
      let other = old <= middle ? (middle, high) : (low, middle)
      guard let hash = try root(from: other.0, to: other.1, subtrees) else { return nil }
      proof.append(hash)
      if old <= middle { high = middle } else { (low, isWhole) = (middle, false) }
    }
    if !isWhole {
      guard let hash = try root(from: low, to: high, subtrees) else { return nil }
      proof.append(hash)
    }
    return proof.reversed()
  }

  /// The root over the entries from one place to before another, where the first begins a complete subtree.
  public static func root(from low: Int64, to high: Int64, _ subtrees: Subtrees) rethrows -> Digest? {
    let count = high - low
    guard count > 0 else { return count == 0 ? Digest(of: []) : nil }
    if count & (count - 1) == 0 { return try subtrees(count.trailingZeroBitCount, low / count) }
    let middle = low + split(count)
    guard let left = try root(from: low, to: middle, subtrees), let right = try root(from: middle, to: high, subtrees)
    else { return nil }
    return Tree.parent(left, right)
  }

  /// The largest power of two below a count of at least two.
  private static func split(_ count: Int64) -> Int64 { 1 << Int64(63 - (count - 1).leadingZeroBitCount) }

  /// Whether a proof shows that a leaf is at a place of the tree with a root.
  ///
  /// - Parameters:
  ///   - proof: the hashes, from the leaf's neighbour up.
  ///   - leaf: the leaf's hash.
  ///   - index: its place.
  ///   - size: how many entries the tree has.
  ///   - root: its root.
  /// - Returns: whether it does.
  public static func shows(_ proof: [Digest], leaf: Digest, at index: Int64, in size: Int64, root: Digest) -> Bool {
    guard index >= 0, index < size, proof.count <= longest else { return false }
    var (place, last, hash) = (index, size - 1, leaf)
    for other in proof {
      guard last > 0 else { return false }
      if place & 1 == 1 || place == last {
        hash = Tree.parent(other, hash)
        while place & 1 == 0, place > 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        hash = Tree.parent(hash, other)
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return last == 0 && hash == root
  }

  /// Whether a proof shows that the tree with an old root is the beginning of the one with a new root.
  ///
  /// The empty tree is the beginning of every one, and needs no proof.
  public static func shows(
    _ proof: [Digest], from old: Int64, _ oldRoot: Digest, to size: Int64, _ root: Digest
  ) -> Bool {
    guard old >= 0, old <= size, proof.count <= longest else { return false }
    if old == 0 { return proof.isEmpty && oldRoot == Digest(of: []) }
    if old == size { return proof.isEmpty && oldRoot == root }
    var hashes = proof[...]
    let isWhole = old & (old - 1) == 0
    guard let first = isWhole ? oldRoot : hashes.popFirst() else { return false }
    var (place, last) = (old - 1, size - 1)
    while place & 1 == 1 { (place, last) = (place >> 1, last >> 1) }
    var (before, after) = (first, first)
    for other in hashes {
      guard last > 0 else { return false }
      if place & 1 == 1 || place == last {
        (before, after) = (Tree.parent(other, before), Tree.parent(other, after))
        while place & 1 == 0, place > 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        after = Tree.parent(after, other)
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return last == 0 && before == oldRoot && after == root
  }
}

/// An entry's proof in a file of its own (C2SP `tlog-proof`): whoever has the entry, the log's key and those of the
/// witnesses needs nothing else.
public struct LogProof: Equatable, Sendable {
  /// The entry's place.
  public var index: Int64
  /// The hashes that lead from it to the checkpoint's root.
  public var hashes: [Digest]
  /// What the hashes lead to, and who signed it.
  public var checkpoint: SignedCheckpoint

  public init(index: Int64, hashes: [Digest], checkpoint: SignedCheckpoint) {
    (self.index, self.hashes, self.checkpoint) = (index, hashes, checkpoint)
  }

  private static let header = "c2sp.org/tlog-proof@v1"

  /// The file.
  public var bytes: [UInt8] {
    let lines = [Self.header, "index \(index)"] + hashes.map { Base64.text($0.bytes) } + [""]
    return Array(lines.map { $0 + "\n" }.joined().utf8) + checkpoint.bytes
  }

  /// Reads a file. Nothing of it is verified.
  ///
  /// - Throws: ``NoteError`` for a file that is no proof.
  public init(_ bytes: [UInt8]) throws(NoteError) {
    var lines = Lines(bytes)
    guard lines.next()?.elementsEqual(Self.header.utf8) == true else { throw NoteError("this is no proof of an entry") }
    var line = lines.next()
    // What else an application put there authenticates nothing.
    if line?.starts(with: "extra ".utf8) == true { line = lines.next() }
    guard let line, line.starts(with: "index ".utf8), let index = Checkpoint.number(line.dropFirst(6)) else {
      throw NoteError("a proof says which entry it is for")
    }
    self.init(index: index, hashes: try lines.hashes(), checkpoint: try SignedCheckpoint(lines.rest))
  }

  /// Whether it shows that an entry with these bytes is in the log of its checkpoint, whoever signed that.
  public func shows(_ entry: [UInt8]) -> Bool {
    let checkpoint = checkpoint.checkpoint
    return Proof.shows(hashes, leaf: Tree.leaf(entry), at: index, in: checkpoint.size, root: checkpoint.root)
  }
}

/// Lines, each with its line break, and what stands behind them.
struct Lines {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next line without its line break; `nil` when there is none that ends.
  mutating func next() -> ArraySlice<UInt8>? {
    guard let end = bytes[place...].firstIndex(of: SignedNote.newline) else { return nil }
    defer { place = end + 1 }
    return bytes[place..<end]
  }

  /// Hashes, one a line, up to an empty line.
  mutating func hashes() throws(NoteError) -> [Digest] {
    var hashes: [Digest] = []
    while let line = next() {
      if line.isEmpty { return hashes }
      guard hashes.count < Proof.longest, let hash = Base64.bytes(line).flatMap({ Digest(bytes: $0) }) else {
        throw NoteError("a line of a proof is a hash of 32 bytes as base64, and there are at most \(Proof.longest)")
      }
      hashes.append(hash)
    }
    throw NoteError("an empty line must stand behind the proof")
  }

  /// What stands behind the lines that were taken.
  var rest: ArraySlice<UInt8> { bytes[place...] }
}
