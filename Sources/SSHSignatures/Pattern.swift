/// Lists of patterns as OpenSSH matches them: divided by commas, `*` and `?` stand for others, `!` excludes.
struct PatternList: Hashable, Sendable {
  private let patterns: [(isNegated: Bool, pattern: [UInt8])]
  /// As it was written.
  let text: [UInt8]

  init(_ text: [UInt8]) {
    self.text = text
    patterns = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { part in
      let isNegated = part.first == UInt8(ascii: "!")
      return (isNegated, Array(isNegated ? part.dropFirst() : part))
    }
  }

  /// Whether something matches one of them and none that excludes it.
  func matches(_ name: String) -> Bool {
    let name = Array(name.utf8)
    var found = false
    for (isNegated, pattern) in patterns where Self.matches(name, pattern) {
      if isNegated { return false }
      found = true
    }
    return found
  }

  /// Greedy with one way back: no pattern of a stranger takes more than the product of both lengths.
  private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
    var (place, at) = (0, 0)
    var back: (place: Int, at: Int)?
    while place < name.count {
      if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
        back = (place, at)
        at += 1
      } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") || pattern[at] == name[place] {
        (place, at) = (place + 1, at + 1)
      } else if let last = back {
        (place, at) = (last.place + 1, last.at + 1)
        back = (last.place + 1, last.at)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  static func == (left: PatternList, right: PatternList) -> Bool { left.text == right.text }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
