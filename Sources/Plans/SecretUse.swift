public import Quantities

/// A secret that a plan needs, and by whom.
public struct SecretUse: Equatable, Sendable {
  public var reference: SecretReference
  /// Who needs it, in the order of the plan: `p/s/use`, `the undo of p/s/use`, `signal errors`, `notice chat`.
  public internal(set) var users: [String]
}

extension Plan {
  /// Every secret that a step, an undo, a probe, a query or a notice of the plan needs, each once, in the order of
  /// their first use. One in the configuration of a provider is needed by all who ask that provider.
  public var secrets: [SecretUse] {
    var uses: [SecretUse] = []
    func note(_ arguments: ArgumentTemplate, of provider: String, by user: String) {
      let configuration = providers.first { $0.name == provider }?.configuration ?? .none
      for reference in configuration.secrets + arguments.secrets {
        guard let known = uses.firstIndex(where: { $0.reference == reference }) else {
          uses.append(SecretUse(reference: reference, users: [user]))
          continue
        }
        if !uses[known].users.contains(user) { uses[known].users.append(user) }
      }
    }
    func note(_ call: PlannedCall, by user: String) {
      note(call.arguments, of: call.provider, by: user)
      if let probe = call.probe { note(probe.arguments, of: probe.provider, by: "the probe of \(user)") }
    }
    for stage in stages {
      for step in stage.steps {
        let user = "\(phases[stage.phase].id)/\(stage.id)/\(step.id)"
        note(step.call, by: user)
        if case .call(let undo) = step.undo { note(undo, by: "the undo of \(user)") }
      }
    }
    for signal in signals { note(signal.arguments, of: signal.provider, by: "signal \(signal.name)") }
    for notice in notices { note(notice.arguments, of: notice.provider, by: "notice \(notice.operation)") }
    return uses
  }
}

extension ArgumentTemplate {
  /// The secrets in the tree, in the order in which they stand.
  fileprivate var secrets: [SecretReference] {
    switch self {
    case .text, .address, .constant: []
    case .secret(let reference): [reference]
    case .list(let elements): elements.flatMap(\.secrets)
    case .members(let members): members.flatMap(\.value.secrets)
    }
  }
}
