/// Names that refer to names.
enum Circle {
  /// The circle through a name, starting with it; `nil` when no way leads back.
  static func through(_ start: String, next: (String) -> [String]) -> [String]? {
    var path: [String] = [start]
    var visited: Set<String> = []
    func walk(_ name: String) -> Bool {
      for other in next(name) {
        if other == start { return true }
        guard visited.insert(other).inserted else { continue }
        path.append(other)
        if walk(other) { return true }
        path.removeLast()
      }
      return false
    }
    return walk(start) ? path : nil
  }
}
