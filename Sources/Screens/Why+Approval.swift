import Engine
import Plans
import Quantities

extension Asker {
  /// Why the run waits for people.
  func approval(_ missing: (place: Place, rule: PlannedApproval, have: Int)) -> Answer {
    let name = path(missing.place)
    let isEnough = missing.have >= missing.rule.count
    var answer = Answer(
      mark: .held,
      headline: isEnough
        ? "waiting: \(name) needs an executor whom people know"
        : "waiting: \(name) has \(missing.have) of \(missing.rule.words)", about: missing.place)
    let given = state.approvers(of: missing.place).map { Sanitize.line(plan.people[$0].name) }
    if !given.isEmpty { answer.facts.append("approved  by \(given.joined(separator: ", "))") }
    if isEnough {
      answer.rule = RunState.unknownExecutor
      answer.actions = ["sanderling run \(run)   # as somebody in trust/people.yaml"]
      return answer
    }
    let able = state.able(to: missing.rule, at: missing.place).map { Sanitize.line(plan.people[$0].name) }
    answer.facts.append(able.isEmpty ? "nobody    could approve it" : "can       \(able.joined(separator: ", "))")
    answer.facts += keys(for: missing.rule, at: missing.place)
    answer.facts += evidence
    answer.rule = "an approval holds for exactly this plan, until it expires or something newer speaks against it"
    answer.actions = offer(.approve, missing.place)
    if let overdue = state.overdueReview { answer.actions += offer(.review, overdue.place) }
    answer.actions += offer(.reject, missing.place)
    if able.isEmpty { answer.actions += offerRunbook("asks somebody else") + offer(.abort) }
    if !isExecuted { answer.actions.append("sanderling run \(run)   # since nobody executes the run") }
    return answer
  }

  /// Whose keys run out, or do not count now.
  private func keys(for rule: PlannedApproval, at place: Place) -> [String] {
    let able = state.able(to: rule, at: place).compactMap { person -> String? in
      guard case .key(let end?) = state.proof(of: person) else { return nil }
      return "the key of \(Sanitize.line(plan.people[person].name)) counts until \(time.moment(end, from: now))"
    }
    let unable = state.unable(to: rule, at: place).map { person, proof in
      let name = Sanitize.line(plan.people[person].name)
      return switch proof {
      case .expired(let end): "\(name) cannot: the key ran out \(time.moment(end, from: now))"
      case .early(let start): "\(name) cannot yet: the key counts from \(time.moment(start, from: now)) on"
      case .account, .key, .none: "\(name) cannot: there is no account and no key"
      }
    }
    return (able + unable).map { "keys      \($0)" }
  }

  /// Says what a proposed amendment waits for, beside everything else.
  func withAmendment(_ answer: Answer) -> Answer {
    guard let amendment = state.amendment else { return answer }
    var answer = answer
    guard let missing = state.missingAmendmentApproval else {
      answer.facts.append("amended   plan \(amendment.plan.short) takes effect when what is in flight is done")
      return answer
    }
    let given = state.amendmentApprovers(of: missing.place).map { Sanitize.line(plan.people[$0].name) }
    let able = state.ableToAmend(under: missing.rule, at: missing.place).map { Sanitize.line(plan.people[$0].name) }
    answer.facts.append(
      "amendment to plan \(amendment.plan.short): \(missing.have) of \(missing.rule.words) for \(path(missing.place))")
    if !given.isEmpty { answer.facts.append("approved  by \(given.joined(separator: ", "))") }
    answer.facts.append(able.isEmpty ? "nobody    could approve it" : "can       \(able.joined(separator: ", "))")
    answer.actions +=
      offerAmendment(.approve, at: missing.place) + offerAmendment(.reject, at: missing.place)
    return answer
  }
}
