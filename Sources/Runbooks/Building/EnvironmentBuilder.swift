internal import Diagnostics
internal import Quantities

/// Checked nodes → an environment.
struct EnvironmentBuilder {
  /// Builds an environment; `name` holds when the file says none.
  static func build(_ node: SyntaxNode, name: String, file: String) -> (environment: Environment, findings: [Finding]) {
    var findings: [Finding] = []
    var arguments = ArgumentsBuilder()
    let top = SourceSpan(file: file, line: node.location.line, column: node.location.column)
    var environment = Environment(id: node.located("environment") ?? Located(name, at: top), location: top)
    if let version = node.locatedInteger("sanderling"), version.value != 1 {
      findings.append(.version(String(version.value), at: version.location))
    }
    environment.summary = node.text("summary")
    environment.time = TimePolicy(
      scale: max(node["time"]?.integer("scale") ?? 1, 1), evidence: max(node["time"]?.integer("evidence") ?? 1, 1),
      ignoresWindows: node["time"]?.text("windows") == "ignore")
    environment.ignore = node.texts("ignore").compactMap { text in
      Ignorable(rawValue: text.value).map { Located($0, at: text.location) }
    }
    environment.parameters =
      node["parameters"]?.members.compactMap { member in
        member.value.text.map { (name: member.key, value: $0) }
      } ?? []
    for member in node["providers"]?.members ?? [] where member.value.isMapping {
      environment.providers.append(
        ProviderDeclaration(
          name: member.key, adapter: member.value.located("adapter") ?? Located("", at: member.key.location),
          configuration: arguments.members(
            of: member.value, except: ["adapter"], owner: member.key.location)))
    }
    for member in node["operations"]?.members ?? [] where member.value.isMapping {
      let operation = member.value
      environment.operations.append(
        OperationDeclaration(
          name: member.key, summary: operation.text("summary"),
          provider: operation.located("provider") ?? Located("", at: member.key.location),
          with: arguments.members(of: operation["with"], owner: member.key.location),
          idempotency: operation.choice("idempotency") ?? .none,
          probe: operation.located("probe"), undo: operation.located("undo"), timeout: operation.span("timeout"),
          settle: operation.span("settle") ?? .zero, location: member.key.location))
    }
    return (environment, findings + arguments.findings)
  }
}
