import Adapters
import Conducting
import Foundation
import Journaling
import Operating
import Quantities
import Records

/// What this machine says about itself and the person at it.
enum Host {
  /// The login name of the person, as the system knows it.
  static var person: String { AccountProof.ownAccount }

  /// The name of this executor: `host:pid`.
  static var executor: String {
    "\(ProcessInfo.processInfo.hostName):\(ProcessInfo.processInfo.processIdentifier)"
  }

  /// A text that nobody else has.
  static var nonce: String { UUID().uuidString.lowercased() }

  /// What reads secrets on this machine.
  static var secrets: SecretResolver {
    SecretResolver(environment: ProcessInfo.processInfo.environment)
  }

  /// What the desk gets of this machine.
  static var surroundings: Surroundings {
    let clock = WallClock()
    var surroundings = Surroundings(
      person: person, executor: executor, clock: { clock.read() }, zones: SystemZones(), nonce: { nonce },
      secrets: secrets, host: ProcessInfo.processInfo.hostName, version: Sanderling.version)
    let environment = ProcessInfo.processInfo.environment
    surroundings.checkpoints = CheckpointFiles(
      key: environment["SANDERLING_JOURNAL_KEY"], anchors: environment["SANDERLING_ANCHORS"])
    return surroundings
  }
}
