internal import Quantities
internal import Records

/// Compares what is left of pruned entries with what the log says was pruned: nothing else may be missing.
enum PruningJudge {
  /// - Parameters:
  ///   - prunings: what the log says.
  ///   - left: by run, the entries of which only the hash is left.
  ///   - notes: what the entries that are there say of their runs.
  ///   - causes: by entry, what led to it; a negative number for nothing.
  /// - Returns: what is wrong.
  static func judge(
    _ prunings: [Pruning], left: [Int64: [Int64]], notes: [RunNote], causes: [Int64]
  ) -> [Flaw] {
    var flaws = left.isEmpty ? [] : orphans(of: left, causes)
    var (staying, entered): ([Int64: Int64], [Int64: Int64]) = ([:], [:])
    for note in notes {
      switch note.kind {
      case .epoch: staying[note.run] = min(note.seq, staying[note.run] ?? .max)
      case .registered: entered[note.run] = min(note.seq, entered[note.run] ?? .max)
      case .plan, .outcome: break
      }
    }
    var left = left
    for pruning in prunings {
      if pruning.runs.isEmpty {
        flaws.append(Flaw(.entries, first: pruning.seq, last: pruning.seq, "entry \(pruning.seq) prunes no run"))
      }
      for run in pruning.runs {
        if let flaw = objection(to: run, at: pruning.seq, staying: staying[run.number]) { flaws.append(flaw) }
        let numbers = left.removeValue(forKey: run.number) ?? []
        if let first = numbers.first, let entry = entered[run.number], first < entry {
          flaws.append(
            Flaw(.entries, first: first, "entry \(first) is to have been one of \(run.name), which was entered later"))
        }
        if Int64(numbers.count) != run.count || Pruning.Run.digest(of: numbers) != run.numbers {
          flaws.append(
            Flaw(
              .entries, first: numbers.first ?? run.first, last: numbers.last ?? run.last,
              "of \(run.name) \(numbers.count) entries were taken out, and entry \(pruning.seq) says that "
                + "\(run.count) were, from \(run.first) to \(run.last)"))
        } else if run.last >= pruning.seq {
          flaws.append(
            Flaw(.entries, first: pruning.seq, "entries of \(run.name) were taken out that came later than it says"))
        }
      }
    }
    for (run, numbers) in left.sorted(by: { $0.key < $1.key }) {
      flaws.append(
        Flaw(
          .entries, first: numbers.first, last: numbers.last,
          "\(numbers.count.counted("entry", "entries")) of r-\(run) \(numbers.count == 1 ? "is" : "are") gone, and "
            + "nothing says that they were pruned"))
    }
    return flaws
  }

  /// What leads to an entry is of the same run, or of the log itself: what is here has no cause in a run that is not.
  private static func orphans(of left: [Int64: [Int64]], _ causes: [Int64]) -> [Flaw] {
    let gone = Set(left.values.joined())
    return causes.enumerated().filter { gone.contains($0.element) }.map { seq, cause in
      Flaw(
        .entries, first: cause, last: Int64(seq),
        "entry \(cause), which led to entry \(seq), is to have been pruned with another run")
    }
  }

  /// Why a run cannot have been pruned, whatever is left of it: runs go as a whole, and the log itself never goes.
  private static func objection(to run: Pruning.Run, at seq: Int64, staying: Int64?) -> Flaw? {
    let first = min(run.first, staying ?? run.first)
    if run.number < 1 || run.count < 1 {
      return Flaw(.entries, first: first, last: seq, "entry \(seq) says that \(run.name) was pruned, which is no run")
    }
    guard let staying else { return nil }
    return Flaw(
      .entries, first: first, last: max(seq, staying),
      "entry \(seq) says that \(run.name) was pruned, and entry \(staying) of it is here: runs go as a whole")
  }
}
