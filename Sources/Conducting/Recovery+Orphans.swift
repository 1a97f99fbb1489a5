internal import Adapters
public import Engine
public import Looping
public import Records

extension Recovery {
  /// Makes sure that nothing which an earlier executor started is still at work.
  ///
  /// - Throws: ``RecoveryError`` when a process cannot be ended: a new attempt beside it could do things twice.
  public static func endOrphans(of run: RegisteredRun, state: RunState) async throws {
    for unit in state.units where unit.hasOpenRequest {
      let path = state.index.path(of: .step(unit.address))
      // The key is part of the mark: another journal may have a run of the same number.
      let key = state.idempotencyKey(of: unit.address, verb: unit.verb)
      let orphans = Orphans.find(mark: "\(run.name)|\(path)#\(unit.attempt)|\(key)")
      guard !orphans.isEmpty else { continue }
      let gone = await Orphans.end(orphans)
      guard gone else {
        let pids = orphans.map { String($0.pid) }.joined(separator: ", ")
        throw RecoveryError(
          message: "process \(pids) of \(path) is still at work and could not be ended; end it, then run again")
      }
    }
  }
}
