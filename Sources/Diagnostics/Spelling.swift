/// Finds the word that was probably meant.
public enum Spelling {
  /// The nearest of the known words, when it is near enough: at most two edits, and at most a third of its length.
  ///
  /// - Parameters:
  ///   - word: what was written.
  ///   - known: what there is.
  ///   - most: fewer edits than two, where a word that is far off does something else.
  /// - Returns: `nil` when no known word is near, or when two are equally near.
  public static func nearest(to word: String, among known: some Sequence<String>, most: Int = 2) -> String? {
    var best: (word: String, distance: Int)?
    var tied = false
    for candidate in known {
      let distance = distance(Array(word.unicodeScalars), Array(candidate.unicodeScalars))
      guard distance <= most, distance * 3 <= max(candidate.unicodeScalars.count, 3) else { continue }
      if best?.word == candidate { continue }
      if let current = best, distance >= current.distance {
        tied = tied || distance == current.distance
      } else {
        best = (candidate, distance)
        tied = false
      }
    }
    return tied ? nil : best?.word
  }

  /// The number of insertions, deletions, replacements and swaps of neighbours between two words.
  static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let replaced = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
        var cost = min(replaced, previous[column] + 1, current[column - 1] + 1)
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          cost = min(cost, before[column - 2] + 1)
        }
        current.append(cost)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
