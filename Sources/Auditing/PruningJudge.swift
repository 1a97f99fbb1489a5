internal import Quantities
internal import Records

/// Compares what is left of pruned entries with what the log says was pruned: nothing else may be missing.
enum PruningJudge {
  /// - Parameters:
  ///   - prunings: what the log says.
  ///   - left: by run, the entries of which only the hash is left.
  ///   - staying: by run, one of the entries that are there.
  /// - Returns: what is wrong.
  static func judge(_ prunings: [Pruning], left: [Int64: [Int64]], staying: [Int64: Int64]) -> [Flaw] {
    var flaws: [Flaw] = []
    var left = left
    for pruning in prunings {
      if pruning.runs.isEmpty {
        flaws.append(Flaw(.entries, first: pruning.seq, last: pruning.seq, "entry \(pruning.seq) prunes no run"))
      }
      for run in pruning.runs {
        if let flaw = objection(to: run, at: pruning.seq, staying: staying[run.number]) { flaws.append(flaw) }
        let numbers = left.removeValue(forKey: run.number) ?? []
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
