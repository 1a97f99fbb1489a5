public import Plans
public import Quantities

extension RunState {
  /// The version of the snapshot's form. A journal with snapshots of another form is folded from the start.
  public static let snapshotFormat = 2

  /// Whether the state can be kept as a snapshot: at a wave boundary, with nothing in flight.
  public var isAtBoundary: Bool {
    units.isEmpty && rollback == nil && pendingCommands.isEmpty && waveState == .notStarted && !isDraining
      && evidence.gate == nil && evidence.retreats.isEmpty
  }

  /// The state as canonical JSON. Only for a state at a boundary.
  public var snapshot: [UInt8] {
    var writer = CanonicalWriter(capacity: 1_024 + stages.reduce(0) { $0 + $1.status.count * 8 })
    writer.object {
      $0.member("aborting", isAborting)
      if let amendment { $0.member("amendment", amendment.json(index)) }
      if approvals != ApprovalState() { $0.member("approvals", approvals.json(index)) }
      $0.member("created", createdAt.milliseconds)
      $0.member("done", doneCount)
      $0.member("epoch", epoch)
      if isWatched { $0.member("evidence", evidence.json) }
      $0.member("failed_by_attribute", .dictionary(failures.attributes.map { ($0.key, .integer(Int64($0.value))) }))
      $0.member("failed_by_phase", .array(failures.phases.map { .integer(Int64($0)) }))
      $0.member("failed_in_run", failures.run)
      $0.member("failed_in_wave", failures.wave)
      $0.member(
        "held",
        .array(heldTargets.map { [$0.stage, Int($0.row)] }.sorted { $0.lexicographicallyPrecedes($1) }.map(Self.pair)))
      if let holds = standing.holds {
        $0.member("holds", .array(holds.all.map { .array([.string($0.decider.rawValue), $0.hold.json]) }))
      }
      $0.member("nonce", nonce)
      $0.member("now", now.milliseconds)
      $0.member("outcome", ifPresent: outcome?.rawValue)
      $0.member("paused", isPaused)
      $0.member("phase", startedPhase)
      $0.member("seq", lastSequence)
      $0.member("stage", stage)
      $0.key("stages")
      $0.array { for stage in stages { stage.encode(to: &$0) } }
      if !told.isEmpty {
        $0.member("told", .dictionary(told.map { (String($0.key), .integer($0.value)) }))
      }
      $0.member("wave", wave)
      $0.member("wave_cause", waveCause)
    }
    return writer.bytes
  }

  private static func pair(_ numbers: [Int]) -> JSON { .array(numbers.map { .integer(Int64($0)) }) }

  /// Reads a snapshot of a run of this plan; `nil` when the bytes are not one.
  public init?(snapshot bytes: [UInt8], plan: Plan, zones: any ZoneTable = NoZones()) {
    guard let json = try? JSON(parsing: bytes), let written = json["stages"]?.array, written.count == plan.stages.count,
      let created = json["created"]?.integer, let now = json["now"]?.integer, let epoch = json["epoch"]?.integer,
      let nonce = json["nonce"]?.string, let sequence = json["seq"]?.integer, let stage = json["stage"]?.integer,
      let wave = json["wave"]?.integer, let cause = json["wave_cause"]?.integer, let phase = json["phase"]?.integer,
      let phases = json["failed_by_phase"]?.array, phases.count == plan.phases.count
    else { return nil }
    self.init(plan, zones: zones)
    for number in stages.indices where !stages[number].decode(written[number]) { return nil }
    createdAt = Instant(milliseconds: created)
    self.now = Instant(milliseconds: now)
    (self.epoch, self.nonce, lastSequence, waveCause) = (epoch, nonce, sequence, cause)
    (self.stage, self.wave, startedPhase) = (Int(stage), Int(wave), Int(phase))
    guard (0...plan.stages.count).contains(self.stage), self.wave >= 0,
      self.stage == plan.stages.count || self.wave < plan.stages[self.stage].waves.count,
      startedPhase < plan.phases.count
    else { return nil }
    amendment = json["amendment"].flatMap { Amendment($0, index) }
    if let written = json["approvals"] { approvals.read(written, index) }
    if let written = json["evidence"] { evidence.read(written) }
    indexLive()
    for (notice, seq) in json["told"]?.members ?? [] {
      if let notice = Int(notice), let seq = seq.integer { told[notice] = seq }
    }
    guard let standing = Standing(snapshot: json) else { return nil }
    self.standing = standing
    doneCount = Int(json["done"]?.integer ?? 0)
    failures.run = Int(json["failed_in_run"]?.integer ?? 0)
    failures.wave = Int(json["failed_in_wave"]?.integer ?? 0)
    failures.phases = phases.map { Int($0.integer ?? 0) }
    for (key, value) in json["failed_by_attribute"]?.members ?? [] {
      failures.attributes[key] = Int(value.integer ?? 0)
    }
    for pair in json["held"]?.array ?? [] {
      let numbers = pair.array.compactMap { $0.integer.flatMap { Int32(exactly: $0) } }
      guard numbers.count == 2, stages.indices.contains(Int(numbers[0])),
        stages[Int(numbers[0])].status.indices.contains(Int(numbers[1]))
      else { return nil }
      heldTargets.insert(TargetKey(stage: Int(numbers[0]), row: numbers[1]))
    }
  }
}

extension Standing {
  fileprivate init?(snapshot json: JSON) {
    self = .going
    for part in json["holds"]?.array ?? [] {
      guard part.array.count == 2, let decider = part.array[0].string.flatMap({ Held.Decider(rawValue: $0) }),
        let hold = Hold(part.array[1]), self.hold(Held(hold, by: decider))
      else { return nil }
    }
    if json["paused"]?.bool == true, !pause() { return nil }
    if json["aborting"]?.bool == true, !giveUp() { return nil }
    guard let text = json["outcome"]?.string else { return }
    guard let outcome = Outcome(rawValue: text), end(outcome) else { return nil }
  }
}

extension StageState {
  fileprivate func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.key("admitted")
      $0.array { for row in admitted { $0.integer(Int64(row)) } }
      if let begunAt {
        $0.member("begun", begunAt.milliseconds)
        $0.member(
          "capped",
          .dictionary(
            capped.map { number, uses in
              (
                String(number),
                .dictionary(
                  uses.map { value, use in
                    (value, .array([.integer(use.periodStart.milliseconds), .integer(Int64(use.used))]))
                  })
              )
            }))
      }
      if !live.isEmpty {
        $0.member("live", .dictionary(live.map { (String($0.key), .integer($0.value.milliseconds)) }))
      }
      $0.member(
        "outputs",
        .dictionary(
          outputs.map { row, steps in
            (
              String(row),
              .dictionary(
                steps.map { step, values in
                  (String(step), .dictionary(values.map { ($0.key, .string($0.value)) }))
                })
            )
          }))
      if let pace {
        $0.member(
          "pace",
          .array(
            [pace.anchor.milliseconds, pace.periodStart.milliseconds, Int64(pace.used), Int64(pace.allowance)].map(
              JSON.integer)))
      }
      if !retreats.isEmpty {
        $0.member("retreats", .dictionary(retreats.map { (String($0.key), .integer(Int64($0.value))) }))
      }
      $0.member("rounds", .dictionary(rounds.map { (String($0.key), .integer(Int64($0.value))) }))
      $0.member("status", String(decoding: status.map(\.letter), as: UTF8.self))
      $0.member("touched", .dictionary(touched.map { (String($0.key), .string(String($0.value))) }))
    }
  }

  fileprivate mutating func decode(_ json: JSON) -> Bool {
    guard let letters = json["status"]?.string else { return false }
    let read = letters.utf8.compactMap { TargetStatus(letter: $0) }
    guard read.count == status.count else { return false }
    status = read
    admitted = (json["admitted"]?.array ?? []).compactMap { $0.integer.flatMap { Int32(exactly: $0) } }
    guard admitted.allSatisfy({ status.indices.contains(Int($0)) }) else { return false }
    begunAt = json["begun"]?.integer.map { Instant(milliseconds: $0) }
    for (number, uses) in json["capped"]?.members ?? [] {
      guard let number = Int(number) else { continue }
      for (value, use) in uses.members {
        let parts = use.array.compactMap(\.integer)
        guard parts.count == 2 else { continue }
        capped[number, default: [:]][value] = CapUse(
          periodStart: Instant(milliseconds: parts[0]), used: Int(parts[1]))
      }
    }
    for (row, value) in json["rounds"]?.members ?? [] {
      if let row = Int32(row), let count = value.integer { rounds[row] = Int(count) }
    }
    for (row, value) in json["retreats"]?.members ?? [] {
      if let row = Int32(row), let count = value.integer { retreats[row] = Int(count) }
    }
    for (row, value) in json["live"]?.members ?? [] {
      guard let row = Int32(row), status.indices.contains(Int(row)), let at = value.integer else { continue }
      live[row] = Instant(milliseconds: at)
    }
    for (row, value) in json["touched"]?.members ?? [] {
      if let row = Int32(row), let bits = value.string.flatMap({ UInt64($0) }) { touched[row] = bits }
    }
    for (row, steps) in json["outputs"]?.members ?? [] {
      guard let row = Int32(row) else { continue }
      for (step, values) in steps.members {
        guard let step = Int(step) else { continue }
        for (name, value) in values.members { outputs[row, default: [:]][step, default: [:]][name] = value.plainText }
      }
    }
    let numbers = (json["pace"]?.array ?? []).compactMap(\.integer)
    if numbers.count == 4 {
      pace = PaceState(
        anchor: Instant(milliseconds: numbers[0]), periodStart: Instant(milliseconds: numbers[1]),
        used: Int(numbers[2]), allowance: Int(numbers[3]))
    }
    return true
  }
}

extension Hold {
  /// The fields under which a hold is written, in events and snapshots alike.
  var json: JSON {
    switch self {
    case .budget(let level, let failed, let limit):
      .dictionary([
        ("failed", .integer(Int64(failed))), ("level", .string(level)), ("limit", .integer(Int64(limit))),
        ("why", .string("budget")),
      ])
    case .rolledBack(let scope): .dictionary([("scope", .string(scope)), ("why", .string("rolled_back"))])
    case .blocked(let path): .dictionary([("path", .string(path)), ("why", .string("blocked"))])
    case .evidence(let by): .dictionary([("by", .string(by)), ("why", .string("evidence"))])
    }
  }

  /// Reads those fields.
  init?(_ json: JSON) {
    switch json["why"]?.string {
    case "budget":
      guard let level = json["level"]?.string, let failed = json["failed"]?.integer, let limit = json["limit"]?.integer
      else { return nil }
      self = .budget(level: level, failed: Int(failed), limit: Int(limit))
    case "rolled_back": self = .rolledBack(scope: json["scope"]?.string ?? "")
    case "blocked": self = .blocked(path: json["path"]?.string ?? "")
    case "evidence": self = .evidence(by: json["by"]?.string ?? "")
    default: return nil
    }
  }
}
