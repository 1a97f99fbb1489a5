extension ProcessAdapter {
  /// Ends the processes that still carry the attempt's mark: asks them, waits five seconds, kills them.
  public func reclaim(_ attempt: Attempt) async -> [String] {
    let orphans = Orphans.find(mark: attempt.mark)
    guard !orphans.isEmpty, await !Orphans.end(orphans) else { return [] }
    return orphans.map { "process \($0.pid)" }
  }
}
