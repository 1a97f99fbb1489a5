internal import Diagnostics

/// Checked nodes → the risk register.
enum RiskBuilder {
  static func build(_ node: SyntaxNode) -> (register: RiskRegister, findings: [Finding]) {
    let currency = node.text("currency") ?? "EUR"
    var findings: [Finding] = []
    func estimate(_ key: String, of node: SyntaxNode, wants: Dimension) -> WrittenEstimate? {
      guard let text = node.located(key), let written = WrittenEstimate(text.value) else { return nil }
      if written.dimension != wants {
        findings.append(.wrongDimension(text, is: written.dimension, wants: wants, of: key))
        return nil
      }
      return written
    }
    var risks: [Risk] = []
    for member in node["risks"]?.members ?? [] where member.value.isMapping {
      let value = member.value
      guard let likelihood = estimate("likelihood", of: value, wants: .count),
        let impact = estimate("impact", of: value, wants: Dimension(currency))
      else { continue }
      if likelihood.high > 1, let written = value["likelihood"]?.located {
        findings.append(.moreThanEverything("likelihood", written))
      }
      let mitigation = value["mitigation"]
      risks.append(
        Risk(
          id: member.key, title: value.text("title") ?? "", cause: value.text("cause") ?? "",
          effect: value.text("effect") ?? "", likelihood: likelihood, impact: impact,
          delay: estimate("delay", of: value, wants: .time), owner: value.text("owner"),
          earlySign: value.located("early_sign"), steps: mitigation?.texts("steps") ?? [],
          gates: mitigation?.texts("gates") ?? [], triggers: mitigation?.texts("triggers") ?? [],
          scenarios: mitigation?.texts("scenarios") ?? [], measures: mitigation?.text("text"),
          uncovered: value.text("uncovered"), evidence: value.located("evidence")))
    }
    return (RiskRegister(currency: currency, risks: risks), findings)
  }
}
