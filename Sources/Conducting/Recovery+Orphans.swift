internal import Adapters
public import Engine
public import Looping
public import Records

extension Recovery {
  /// Makes sure that nothing which an earlier executor started is still at work: asks the adapter of each open request
  /// that has something to reclaim.
  ///
  /// - Throws: ``RecoveryError`` when something cannot be ended: a new attempt beside it could do things twice.
  public static func endOrphans(of run: RegisteredRun, state: RunState, providers: Providers) async throws {
    for unit in state.units where unit.hasOpenRequest {
      let path = state.index.path(of: .step(unit.address))
      // The key is part of the name: another journal may have a run of the same number.
      let key = state.idempotencyKey(of: unit.address, verb: unit.verb)
      let attempt = Attempt(run: run.name, path: path, number: unit.attempt, key: key)
      let left = try await providers.reclaim(attempt, from: state.providers(of: unit))
      guard left.isEmpty else {
        throw RecoveryError(
          message: "\(left.joined(separator: ", ")) of \(path) is still at work and could not be ended; "
            + "end it, then run again")
      }
    }
  }
}
