internal import Adapters
internal import Engine
internal import Journaling
internal import Looping
internal import Plans
internal import Quantities
internal import Records

extension Commanding {
  /// What commands about one target are about, and what approvals are.
  private static let (workedOn, approved): (Set<PlaceKind>, Set<PlaceKind>) = ([.target, .step], [.phase, .stage])

  /// The command that an ask becomes, and what it is about.
  func draft(_ ask: Ask, reason: Reason) throws -> (command: OperatorCommand, place: Place) {
    let now = desk.surroundings.now
    func command(_ name: OperatorCommand.Name) -> OperatorCommand {
      OperatorCommand(name: name, id: desk.surroundings.nonce(), reason: reason.text)
    }
    switch ask {
    case .pause: return (command(.pause), .run)
    case .resume: return (command(.resume), .run)
    case .abort: return (command(.abort), .run)
    case .retry(let path): return (command(.retry), try state.place(named: path, in: run, among: Self.workedOn))
    case .skip(let path): return (command(.skip), try path.map(leftOut) ?? .run)
    case .hold(let path): return (command(.hold), try state.place(named: path, in: run, among: Self.workedOn))
    case .cancel(let path): return (command(.cancel), try state.place(named: path, in: run, among: Self.workedOn))
    case .limit(let count):
      var limit = command(.limit)
      limit.atOnce = count
      return (limit, .run)
    case .release(let path): return (command(.release), try state.place(named: path, in: run, among: Self.workedOn))
    case .review(let path): return (command(.review), try state.place(named: path, in: run, among: Self.approved))
    case .force(let path): return (command(.force), try state.place(named: path, in: run, among: [.wave]))
    case .rollback(let path): return (command(.rollback), try takenBack(path))
    case .resolve(let path, let settlement, let outputs):
      var resolve = command(.resolve)
      (resolve.settlement, resolve.outputs) = (settlement, outputs)
      return (resolve, try doubt(named: path, settlement, outputs))
    case .approve(let scope, let term):
      var approve = command(.approve)
      approve.amendment = try proposed(scope)
      approve.until = term.map { now + $0.span }
      approve.seen = try desk.journal.checkpoint().size
      return (approve, try place(scope))
    case .reject(let scope):
      var reject = command(.reject)
      reject.amendment = try proposed(scope)
      return (reject, try place(scope))
    case .emergency(let scope, let term):
      var emergency = command(.emergency)
      emergency.until = now + term.span
      return (emergency, try place(scope))
    case .amend(let plan):
      var amend = command(.amend)
      amend.amendment = try desk.journal.keep(blob: try plan.kept(), clock: desk.surroundings.clock())
      return (amend, .run)
    }
  }

  /// The digest of the plan that is spoken of, when it is not the one in force.
  func proposed(_ scope: Scope) throws(Refusal) -> Digest? {
    guard scope.isOfAmendment else { return nil }
    guard let proposed = ahead.amendment else {
      throw Refusal(.usage, "\(run.name) has no proposed amendment", next: ["sanderling why \(run.name)"])
    }
    return proposed.plan
  }

  /// What a person leaves out: what a decision that waits would take back, or else a target or step.
  private func leftOut(_ path: String) throws(Refusal) -> Place {
    let decided = state.index.place(path)
    let isDecision = ahead.waitingDecisions.contains { $0.place == decided }
    return try state.place(named: path, in: run, among: isDecision ? nil : Self.workedOn)
  }

  /// The phase or stage that is meant: the one that is named, or that the run waits for.
  func place(_ scope: Scope) throws(Refusal) -> Place {
    if let path = scope.path { return try state.place(named: path, in: run, among: Self.approved) }
    if scope.isOfAmendment, let proposed = ahead.amendment {
      return ahead.missingAmendmentApproval?.place ?? proposed.needs.first ?? .run
    }
    if let missing = ahead.missingApproval { return missing.place }
    throw Refusal(
      .usage, "\(run.name) waits for no approval now", next: ["name the phase or stage: sanderling approve PHASE"])
  }

  /// The step whose doubt is settled: a target stands for the step that it is at.
  private func doubt(
    named path: String, _ settlement: Settlement, _ outputs: [String: String]
  ) throws(Refusal) -> Place {
    var place = try state.place(named: path, in: run, among: Self.workedOn)
    if case .target(let key) = place, let unit = state.unit(key) { place = .step(unit.address) }
    // A manual step says which outputs it needs, and of which type.
    guard settlement == .succeeded, case .step(let address) = place, let unit = state.unit(address.target),
      unit.condition == .manual,
      case .success(let arguments) = state.arguments(
        of: state.plan.stages[address.target.stage].steps[address.step].call.arguments, for: address.target)
    else { return place }
    let problems = ManualAdapter.check(outputs: outputs, arguments: arguments)
    if !problems.isEmpty { throw Refusal(.usage, "the outputs do not fit the step", next: problems) }
    return place
  }
}
