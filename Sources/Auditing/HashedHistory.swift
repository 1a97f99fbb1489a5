internal import Checkpoints
internal import Quantities
internal import Records

/// The hashes of a whole history: of each entry, and of the complete subtrees over them.
struct HashedHistory: Sendable {
  /// By page, the hashes of its entries.
  private var pages: [[Digest]] = []
  /// Complete subtrees that are high enough to be stored, by their identifiers.
  private(set) var nodes: [Int64: Digest] = [:]
  /// Complete pages and what lies above them, as a tree does it.
  private var edge: [Tree.Node] = []
  /// The number of entries up to the first gap, or all.
  private(set) var size: Int64 = 0
  /// Whether there is no gap.
  private(set) var isWhole = true

  /// Adds the page that begins at a place, in their order.
  mutating func add(_ page: PageFinding, from start: Int64) {
    guard isWhole, start == size, !page.isBroken else {
      if isWhole, start == size { take(page.leaves) }
      isWhole = false
      return
    }
    take(page.leaves)
    for node in page.nodes { nodes[node.id] = node.hash }
    guard page.leaves.count == PageFinding.count, let top = page.nodes.last else { return }
    var node = top
    while let left = edge.last, left.level == node.level {
      edge.removeLast()
      node = Tree.Node(level: node.level + 1, index: node.index / 2, hash: Tree.parent(left.hash, node.hash))
      nodes[node.id] = node.hash
    }
    edge.append(node)
  }

  private mutating func take(_ leaves: [Digest]) {
    pages.append(leaves)
    size += Int64(leaves.count)
  }

  /// The hash of a complete subtree; `nil` when not all of its entries are there.
  func subtree(_ level: Int, _ index: Int64) -> Digest? {
    guard level < 63, index >= 0, index < size >> Int64(level) else { return nil }
    let node = Tree.Node(level: level, index: index, hash: Digest(of: []))
    if let known = nodes[node.id] { return known }
    if level == 0 {
      let page = pages[Int(index) / PageFinding.count]
      return page[Int(index) % PageFinding.count]
    }
    guard let left = subtree(level - 1, index * 2), let right = subtree(level - 1, index * 2 + 1) else { return nil }
    return Tree.parent(left, right)
  }

  /// The root over the first so many entries; `nil` when there are fewer.
  func root(at size: Int64) -> Digest? {
    guard size >= 0, size <= self.size else { return nil }
    return Proof.root(from: 0, to: size, subtree)
  }
}

/// The subtrees that a journal keeps beside its entries, compared with the entries.
enum StoredTree {
  /// - Returns: what differs, as ranges of entries, the narrowest.
  static func compare(_ history: HashedHistory, with record: any StoredRecord) throws -> [Flaw] {
    let expected = history.nodes.sorted { $0.key < $1.key }
    var place = 0
    var wrong: [(range: ClosedRange<Int64>, what: String)] = []
    var beyond: Int64?
    func missing(_ id: Int64) { wrong.append((range(of: id), "the hash over these entries is missing")) }
    var next: Int64 = 0
    while true {
      let rows = try record.nodes(from: next, count: 4_096)
      guard let last = rows.last else { break }
      for row in rows {
        while place < expected.count, expected[place].key < row.id {
          missing(expected[place].key)
          place += 1
        }
        guard place < expected.count, expected[place].key == row.id else {
          beyond = min(beyond ?? .max, range(of: row.id).lowerBound)
          continue
        }
        if Digest(bytes: row.hash) != expected[place].value {
          wrong.append((range(of: row.id), "the stored hash over these entries is another one"))
        }
        place += 1
      }
      guard last.id < .max else { break }
      next = last.id + 1
    }
    while place < expected.count {
      missing(expected[place].key)
      place += 1
    }
    var flaws: [Flaw] = []
    for (range, what) in wrong.sorted(by: { $0.range.count < $1.range.count })
    where !flaws.contains(where: { ($0.first ?? 0) >= range.lowerBound && ($0.last ?? 0) <= range.upperBound }) {
      flaws.append(Flaw(.tree, first: range.lowerBound, last: range.upperBound, what))
      if flaws.count > 100 { break }
    }
    if let beyond {
      let first = max(beyond, history.size)
      flaws.append(Flaw(.tree, first: first, "hashes of entries are stored that are not there: the log was longer"))
    }
    return flaws
  }

  /// The entries below a subtree. Any number is taken: it comes from the file.
  private static func range(of id: Int64) -> ClosedRange<Int64> {
    guard id >= 0, id < .max else { return 0...0 }
    let level = (id + 1).trailingZeroBitCount
    let index = (id + 1) >> Int64(level + 1)
    let (start, overflow) = index.multipliedReportingOverflow(by: 1 << Int64(min(level, 62)))
    guard !overflow, level < 62, start < .max - (1 << Int64(level)) else { return 0...0 }
    return start...(start + (1 << Int64(level)) - 1)
  }
}
