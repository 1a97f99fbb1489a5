internal import Conducting
internal import Diagnostics
internal import Plans
internal import Quantities
internal import Runbooks

// Whether the keys of those who have to approve last until they are needed.

extension Finding {
  /// The approvals for which too few persons have a key that counts when it is needed, each where it is asked for.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - runbook: what it was made of.
  ///   - now: nobody signs earlier.
  /// - Returns: errors where nobody can, warnings where nobody can any more when the last wave begins.
  static func keyTimes(of plan: Plan, runbook: Runbook, now: Instant) -> [Finding] {
    let times = plan.personTimes { Signatures.localTime($0) }
    var findings: [Finding] = []
    func look(_ rule: PlannedApproval?, at place: String, _ stages: [PlannedStage], _ written: Approval?) {
      guard let rule, let written else { return }
      let waves = stages.flatMap(\.waves)
      let first = waves.compactMap { $0.starts?.first ?? $0.earliest.map { Instant(utcMidnight: $0) } }.min()
      let last = waves.compactMap { $0.starts?.last ?? $0.latest.map { Instant(utcMidnight: $0) } }.max()
      let end = max(now, last ?? now)
      let allowed = plan.people.indices.filter {
        plan.people[$0].roles.contains(rule.role) && !(rule.excludesAuthors && plan.people[$0].isAuthor)
      }
      func able(from: Instant, to: Instant) -> [Int] {
        allowed.filter { times[$0].proof(from: from, to: to).isPossible }
      }
      let could = able(from: now, to: end)
      let proofs = allowed.map { (plan.people[$0].name, times[$0].proof(from: now, to: end)) }
      // Who never could is found without a clock.
      guard proofs.count(where: { $0.1 != .none }) >= rule.count else { return }
      guard could.count >= rule.count else {
        let why = proofs.compactMap { name, proof -> String? in
          switch proof {
          case .expired(let at): "the key of \(name) ran out at \(at.text)"
          case .early(let from): "the key of \(name) counts from \(from.text) on"
          case .account, .key, .none: nil
          }
        }
        findings.append(
          Finding(
            code: "G318",
            message:
              "`\(place)` needs \(rule.words), and only \(could.count) can sign: \(why.joined(separator: "; "))",
            location: written.location, suggestion: "give them new keys in `trust/allowed_signers`"))
        return
      }
      let later = able(from: end, to: end)
      guard later.count < rule.count else { return }
      let ends = proofs.compactMap { name, proof -> String? in
        guard case .key(let until?) = proof, until < end else { return nil }
        return "the key of \(name) ends at \(until.text)"
      }
      let begins = first.map { "is planned to begin at \($0.text), and its last wave" } ?? "is planned to begin"
      findings.append(
        Finding(
          code: "G319", severity: .warning,
          message:
            "keys run out before the plan does: \(ends.joined(separator: "; ")); `\(place)` \(begins) at \(end.text)",
          location: written.location, suggestion: "have it approved before, or give them keys that last longer"))
    }
    for (number, phase) in plan.phases.enumerated() {
      let written = runbook.phases.first { $0.id.value == phase.id }
      look(phase.approvalRule, at: phase.id, plan.stages.filter { $0.phase == number }, written?.approval)
      for stage in plan.stages where stage.phase == number {
        let approval = written?.stages.first { $0.id.value == stage.id }?.approval
        look(stage.approvalRule, at: "\(phase.id)/\(stage.id)", [stage], approval)
      }
    }
    return findings
  }
}
