extension ProcessAdapter {
  /// Ends the processes that still carry the attempt's mark: asks them, waits five seconds, kills them. What works for
  /// the same attempt of another copy of the journal is not ended, but named.
  public func reclaim(_ attempt: Attempt) async -> [String] {
    let orphans = Orphans.find(mark: attempt.bareMark)
    // A version before 0.2 named no journal.
    let (ours, others) = orphans.reduce(into: ([Orphans.Orphan](), [Orphans.Orphan]())) { found, orphan in
      let isOurs = attempt.journal.isEmpty || orphan.mark == attempt.mark || orphan.mark == attempt.bareMark
      if isOurs { found.0.append(orphan) } else { found.1.append(orphan) }
    }
    return await Orphans.end(ours) + others.map { "\(ProcessTable.words($0.pid)), for another copy of this journal," }
  }
}
