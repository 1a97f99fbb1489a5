internal import Adapters
internal import Diagnostics
internal import Plans
internal import Quantities
internal import Runbooks

// Whether the commands of a plan could begin on this machine.

extension Plan {
  /// What no text of a person holds: it stands for what is known only later.
  private static let open = "\u{0}"

  /// The operations whose program or directory is not here, each once with the reason.
  func missingPrograms(from directory: String) -> [(operation: String, because: String)] {
    var found: [(operation: String, because: String)] = []
    for call in stages.flatMap(\.steps).flatMap(\.asked)
    where !found.contains(where: { $0.operation == call.operation }) {
      guard let provider = providers.first(where: { $0.name == call.provider }), provider.adapter == "process",
        case .success(let configuration) = provider.configuration.fill({ _ in Self.open }),
        case .success(let arguments) = call.arguments.fill({ _ in Self.open }),
        let reason = ProcessAdapter().lacking(
          configuration: configuration, arguments: arguments, directory: directory,
          isOpen: { $0.contains(Self.open) })
      else { continue }
      found.append((call.operation, reason))
    }
    return found
  }
}

extension Finding {
  /// The programs of a plan that are not here, each where its operation is written.
  static func missingPrograms(
    of plan: Plan, in environment: Environment, runbook: Runbook, directory: String
  ) -> [Finding] {
    plan.missingPrograms(from: directory).map { missing in
      let operation = environment.operations.first { $0.name.value == missing.operation }?.name.location
      let step = runbook.phases.flatMap(\.stages).flatMap(\.steps).first { $0.uses.value == missing.operation }
      return Finding(
        code: "G317", severity: .warning, message: "\(missing.because), and `\(missing.operation)` needs it",
        location: operation ?? step?.uses.location ?? environment.location,
        suggestion: "write the name that it has, or have it where the run is executed")
    }
  }
}
