public import Plans
public import Quantities

extension RunState {
  /// Whether the run has gone on to a later wave, so that a target of this one cannot begin any more.
  public func isOver(waveOf key: TargetKey) -> Bool {
    (key.stage, index.wave(of: key)) < (stage, wave)
  }

  /// The targets that evidence took back once too often: a person says of each what shall become of it.
  public var quarantined: [TargetKey] {
    plan.stages.indices.flatMap { stage in
      stages[stage].status.indices.filter { stages[stage].status[$0] == .quarantined }
        .map { TargetKey(stage: stage, row: Int32($0)) }
    }
  }

  /// The targets that failed, in the order of the plan.
  public var failedTargets: [TargetKey] {
    plan.stages.indices.flatMap { stage in
      stages[stage].status.indices.filter { stages[stage].status[$0] == .failed }
        .map { TargetKey(stage: stage, row: Int32($0)) }
    }
  }

  /// The bits of all steps of a stage.
  func allSteps(of stage: Int) -> UInt64 { (1 << UInt64(plan.stages[stage].steps.count)) - 1 }

  /// Puts a target into a status and keeps every count that depends on it.
  mutating func setStatus(_ status: TargetStatus, of key: TargetKey) {
    let old = stages[key.stage].status[Int(key.row)]
    guard old != status else { return }
    stages[key.stage].status[Int(key.row)] = status
    let isCurrent = key.stage == stage && index.wave(of: key) == wave && waveState != .notStarted
    if isCurrent, old.isAtRest != status.isAtRest { open += status.isAtRest ? -1 : 1 }
    if isCurrent, status == .waiting {
      // A target that is to be done again ends the gate and the bake of its wave, which start anew after it.
      waveState = .running
      dropHealth()
      for position in queues.indices { queues[position].head = 0 }
    }
    let counts = plan.stages[key.stage].inventory != nil
    if counts, old == .done { doneCount -= 1 }
    if counts, status == .done { doneCount += 1 }
    if old == .failed { charge(-1, to: key, isCurrent: isCurrent) }
    if status == .failed { charge(1, to: key, isCurrent: isCurrent) }
  }

  /// A failure is charged to all levels at once.
  private mutating func charge(_ count: Int, to key: TargetKey, isCurrent: Bool) {
    let stage = plan.stages[key.stage]
    failures.run += count
    failures.phases[stage.phase] += count
    if isCurrent { failures.wave += count }
    for limit in limitedAttributes(of: key.stage) {
      guard let value = attribute(limit, of: key) else { continue }
      failures.attributes["\(limit)=\(value)", default: 0] += count
    }
  }

  /// Failed targets at every level but the wave's, counted from the targets.
  var countedFailures: Failures {
    var counted = Failures(phases: plan.phases.count)
    for number in plan.stages.indices where stages[number].status.contains(.failed) {
      let limited = limitedAttributes(of: number)
      for (row, status) in stages[number].status.enumerated() where status == .failed {
        counted.run += 1
        counted.phases[plan.stages[number].phase] += 1
        for limit in limited {
          guard let value = attribute(limit, of: TargetKey(stage: number, row: Int32(row))) else { continue }
          counted.attributes["\(limit)=\(value)", default: 0] += 1
        }
      }
    }
    return counted
  }

  /// The attributes with a budget anywhere in the plan that the stage's inventory has.
  func limitedAttributes(of stage: Int) -> [String] {
    guard let inventory = plan.stages[stage].inventory else { return [] }
    var names: [String] = []
    for other in plan.stages where other.inventory == inventory {
      for limit in other.tolerateByAttribute where !names.contains(limit.attribute) { names.append(limit.attribute) }
    }
    return names
  }

  /// The value of an attribute of a target.
  public func attribute(_ name: String, of key: TargetKey) -> String? {
    guard let inventory = plan.stages[key.stage].inventory else { return nil }
    return plan.inventories[inventory].value(name, of: Int(key.row))
  }

  /// The steps of a target that an undo must visit.
  func touchedSteps(of key: TargetKey) -> UInt64 {
    if let unit = unit(key) { return unit.exposed }
    if let exception = stages[key.stage].touched[key.row] { return exception }
    return stages[key.stage].status[Int(key.row)] == .done ? allSteps(of: key.stage) : 0
  }

  /// The steps of a target that may have happened and were not taken back, by their place in the stage.
  public func standingSteps(of key: TargetKey) -> [Int] {
    let touched = touchedSteps(of: key)
    return plan.stages[key.stage].steps.indices.filter { touched & (1 << UInt64($0)) != 0 }
  }

  /// Takes a unit out of work and remembers what an undo would have to visit.
  mutating func retire(_ key: TargetKey, status: TargetStatus) {
    guard let position = unitIndex(key) else { return }
    let touched = units[position].touched
    let standard = status == .done ? allSteps(of: key.stage) : 0
    stages[key.stage].touched[key.row] = touched == standard ? nil : touched
    units.remove(at: position)
    setStatus(status, of: key)
  }

  /// The arguments of a call for one target, secrets as references.
  public func arguments(of template: ArgumentTemplate, for key: TargetKey) -> Result<JSON, MissingReference> {
    let outputs = stages[key.stage].outputs[key.row] ?? [:]
    let steps = plan.stages[key.stage].steps
    return template.fill { reference in
      switch reference {
      case .target(let name): attribute(name, of: key)
      case .output(let id, let name):
        steps.firstIndex { $0.id == id }.flatMap { outputs[$0]?[name] }
      case .parameter, .argument, .forecast: nil
      }
    }
  }

  /// The key under which a provider may recognise a request: the same for every attempt of one step in one round.
  public func idempotencyKey(of address: StepAddress, verb: Verb) -> String {
    let round = stages[address.target.stage].rounds[address.target.row] ?? 0
    let text = "\(nonce)|\(index.path(of: .step(address)))|\(verb.rawValue)|\(round)"
    return String(Digest(of: Array(text.utf8)).hex.prefix(32))
  }

  /// The providers that a unit asks in its direction, each once: for the work, and whether it happened.
  public func providers(of unit: Unit) -> [String] {
    guard let call = call(of: unit) else { return [] }
    guard let probe = call.probe, probe.provider != call.provider else { return [call.provider] }
    return [call.provider, probe.provider]
  }

  /// What a unit asks for in its direction; `nil` when there is nothing to take back.
  func call(of unit: Unit) -> PlannedCall? {
    let step = plan.stages[unit.key.stage].steps[unit.step]
    switch (unit.verb, step.undo) {
    case (.apply, _): return step.call
    case (.undo, .call(let call)): return call
    case (.undo, _): return nil
    }
  }
}
