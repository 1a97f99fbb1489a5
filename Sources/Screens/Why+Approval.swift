import Engine
import Planning
import Quantities

extension Asker {
  /// Why the run waits for people.
  func approval(_ missing: (place: Place, rule: PlannedApproval, have: Int)) -> Answer {
    let name = path(missing.place)
    var answer = Answer(
      mark: .held, headline: "waiting: \(name) has \(missing.have) of \(missing.rule.words)", about: missing.place)
    let given = state.approvers(of: missing.place).map { Sanitize.line(plan.people[$0].id) }
    if !given.isEmpty { answer.facts.append("approved  by \(given.joined(separator: ", "))") }
    let able = state.able(to: missing.rule, at: missing.place).map { Sanitize.line(plan.people[$0].id) }
    answer.facts.append(able.isEmpty ? "nobody    could approve it" : "can       \(able.joined(separator: ", "))")
    answer.facts += evidence
    answer.rule = "an approval holds for exactly this plan, until it expires or something newer speaks against it"
    answer.actions = [command("approve", name), command("reject", name)]
    if !isExecuted { answer.actions.append("sanderling run \(run)   since nobody executes the run") }
    return answer
  }
}
