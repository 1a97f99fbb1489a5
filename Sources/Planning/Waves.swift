/// Cuts an ordered list of targets into waves.
enum WaveCutter {
  /// The sizes of the waves: those written, the last one repeated until everything has a wave.
  static func sizes(total: Int, written: [Int], paceCount: Int?) -> [Int] {
    guard total > 0 else { return [] }
    let sizes = written.isEmpty ? [paceCount ?? total] : written
    var result: [Int] = []
    var rest = total
    var index = 0
    while rest > 0 {
      let size = min(max(sizes[min(index, sizes.count - 1)], 1), rest)
      result.append(size)
      rest -= size
      index += 1
    }
    return result
  }

  /// The rows of each wave.
  static func cut(_ rows: [Int32], sizes: [Int]) -> [[Int32]] {
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return Array(rows[start..<(start + size)])
    }
  }
}
