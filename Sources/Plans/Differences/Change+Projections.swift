internal import Quantities

extension Change where Value == [PlannedProjection] {
  /// The money, and what the platform carries, after the last wave. It says what follows and decides nothing.
  static let projections = Change(.same, review: { _, _, _ in }) { old, new, title, comparison in
    guard old != new else { return }
    guard let before = old.last, let after = new.last else {
      return comparison.note("\(title) \(old.isEmpty ? "added" : "removed")", .same)
    }
    let (from, to) = (comparison.old.currency ?? "", comparison.new.currency ?? "")
    let said: [(what: String, old: String, new: String)] = [
      ("cost until the end", "\(before.spent.spoken) \(from)", "\(after.spent.spoken) \(to)"),
      ("cost a day after the last wave", "\(before.costPerDay.spoken) \(from)", "\(after.costPerDay.spoken) \(to)"),
      ("peak after the last wave", "\(before.peak.spoken) /s", "\(after.peak.spoken) /s"),
      ("availability after the last wave", "\(before.availability.text) %", "\(after.availability.text) %"),
      ("least headroom", before.words(of: old), after.words(of: new)),
    ]
    let changed = said.filter { $0.old != $0.new }
    for item in changed { comparison.note("\(item.what) \(item.old) → \(item.new)", .same) }
    if changed.isEmpty { comparison.note("\(title) changed between the first wave and the last", .same) }
  }
}

extension PlannedProjection {
  fileprivate func words(of all: [PlannedProjection]) -> String {
    let least = all.filter { $0.headroom != nil }.min { ($0.headroom ?? .zero) < ($1.headroom ?? .zero) }
    return least.map { "\($0.headroom?.spoken ?? "") × of \($0.tightest ?? "")" } ?? "none"
  }
}

extension Change where Value == [PlannedAsk] {
  /// Each thing that has to be asked for, by its name.
  static let asks = Change(.same, review: { _, _, _ in }) { old, new, _, comparison in
    for (name, before, after) in inPairs(old, new, by: \.what) where before != after {
      let words = [before, after].map { ask in
        ask.map { "\($0.locations) × \($0.units)" + ($0.by.map { " by \($0.text)" } ?? "") } ?? "nothing"
      }
      comparison.note("to ask for of \(name): \(words[0]) → \(words[1])", .same)
    }
  }
}
