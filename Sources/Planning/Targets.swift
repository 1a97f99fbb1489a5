import Quantities

/// Chooses and orders the targets of a stage: a pure function of the inventory, the selection and its seed.
struct TargetChooser {
  let columns: [String]
  let values: [[String]]
  let ids: [String]

  /// The rows that a stage takes, in the order in which waves are cut.
  ///
  /// Without `spread` and seed the order is the file's. With `spread` the rows are dealt out in turn from the groups of
  /// the first attribute, within each from the groups of the second, and so on; groups stand in the order of their
  /// names, and within the innermost group the seed decides.
  func choose(from rows: [Int32], spread: [String], seed: Int, count: Int?, first: [String]) -> [Int32] {
    var ordered = rows
    if !spread.isEmpty {
      ordered = deal(shuffled(rows, seed: seed), over: spread.compactMap { name in columns.firstIndex(of: name) }[...])
    } else if seed != 0 {
      ordered = shuffled(rows, seed: seed)
    }
    if !first.isEmpty {
      let place = Dictionary(first.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: min)
      let led = ordered.filter { place[ids[Int($0)]] != nil }
        .sorted { place[ids[Int($0)], default: 0] < place[ids[Int($1)], default: 0] }
      ordered = led + ordered.filter { place[ids[Int($0)]] == nil }
    }
    return count.map { Array(ordered.prefix($0)) } ?? ordered
  }

  /// An order that looks random and is the same on every machine: by the digest of seed and identifier.
  private func shuffled(_ rows: [Int32], seed: Int) -> [Int32] {
    let keys = rows.map { (Digest(of: Array("\(seed)|\(ids[Int($0)])".utf8)).leadingNumber, $0) }
    return keys.sorted { $0 < $1 }.map(\.1)
  }

  private func deal(_ rows: [Int32], over spread: ArraySlice<Int>) -> [Int32] {
    guard let column = spread.first else { return rows }
    var groups: [String: [Int32]] = [:]
    for row in rows { groups[values[column][Int(row)], default: []].append(row) }
    let names = groups.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let hands = names.map { deal(groups[$0, default: []], over: spread.dropFirst()) }
    var result: [Int32] = []
    result.reserveCapacity(rows.count)
    var live = Array(hands.indices)
    var turn = 0
    while !live.isEmpty {
      live.removeAll { hands[$0].count <= turn }
      for hand in live { result.append(hands[hand][turn]) }
      turn += 1
    }
    return result
  }
}
