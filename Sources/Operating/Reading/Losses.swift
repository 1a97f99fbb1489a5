internal import Journaling
internal import Quantities
internal import Records

extension Desk {
  /// What was taken out of the journal after it was exported: a sentence without a full stop for each time.
  public func prunings() throws(Refusal) -> [String] {
    try refusing {
      let people = try journal.people()
      var found: [String] = []
      try journal.entries(of: 0) { entry in
        if let one = Pruning(entry) { found.append(one.sentence { people[$0] ?? $0 }) }
        return true
      }
      return found
    }
  }

  /// What the journal lost and goes on without, by the word of two persons: a sentence without a full stop for each
  /// time. Whoever reads a history must not take it for a whole one.
  public func losses() throws(Refusal) -> [String] {
    try refusing {
      var former = ""
      var found: [Incarnation] = []
      try journal.entries(of: 0) { entry in
        if let one = Incarnation(entry, after: former) { found.append(one) }
        former = entry.data["origin"]?.string ?? former
        return true
      }
      if found.isEmpty { return [] }
      let people = try journal.people()
      return found.map { $0.sentence { people[$0] ?? $0 } }
    }
  }
}
