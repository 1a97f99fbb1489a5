public import Plans
public import Quantities

/// Which target of which stage: the key of everything that happens to one target.
public struct TargetKey: Hashable, Sendable {
  /// The index of the stage among all stages of the plan.
  public var stage: Int
  /// The row of the inventory; 0 in a stage without targets.
  public var row: Int32

  public init(stage: Int, row: Int32) {
    self.stage = stage
    self.row = row
  }
}

/// Which step of which target: a step path in numbers.
public struct StepAddress: Hashable, Sendable {
  public var target: TargetKey
  /// The index of the step in its stage.
  public var step: Int

  public init(target: TargetKey, step: Int) {
    self.target = target
    self.step = step
  }
}

/// A part of a run that a person or an event can name.
public enum Place: Hashable, Sendable {
  case run
  case phase(Int)
  case stage(Int)
  case wave(stage: Int, wave: Int)
  case target(TargetKey)
  case step(StepAddress)

  /// The level of the place, as in `rollback --scope`.
  public var scope: String {
    switch self {
    case .run: "run"
    case .phase: "phase"
    case .stage: "stage"
    case .wave: "wave"
    case .target: "target"
    case .step: "step"
    }
  }
}

/// What targets have in common that may begin at the same time.
struct TargetKind: Hashable, Sendable {
  /// The values of the attributes that have a budget, in the order of the stage's limits.
  var values: [String]
  /// The values of the attributes that have a cap, in the order of the stage's caps.
  var capped: [String] = []
  /// Where they stand, as windows and freezes see it.
  var site: StartSite
}

/// Translates between step paths and numbers, for one plan.
///
/// It never changes, and is a class so that whoever holds a state or reads an event shares it: a copy of the plan's
/// fields costs more than the rest of what is done for an event.
public final class PlanIndex: Sendable {
  public let plan: Plan
  /// By stage: the wave of each row, or -1.
  let waveOfRow: [[Int32]]
  private let rows: [[String: Int32]]
  /// By stage and row: which kind of target it is, among those that budgets, windows and freezes tell apart.
  let kindOfRow: [[Int32]]
  /// By stage: the kinds.
  let kinds: [[TargetKind]]
  /// By stage: when its targets may start; `nil` at any time.
  let calendars: [StartCalendar?]
  /// When targets may be taken back; `nil` at any time.
  let undoCalendar: StartCalendar?
  /// Zone data.
  let zones: any ZoneTable
  /// When each person can prove who it is.
  let personTimes: [PersonTimes]
  private let snapshots = SnapshotForm()

  /// Makes the index. O(targets).
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - zones: zone data, for whoever lets the engine decide; paths need none.
  public init(_ plan: Plan, zones: any ZoneTable = NoZones()) {
    self.plan = plan
    self.zones = zones
    personTimes = plan.personTimes()
    calendars = plan.stages.map { stage in
      guard stage.window != nil || !plan.freezes.isEmpty else { return nil }
      return StartCalendar(windows: [stage.window].compactMap { $0 }, freezes: plan.freezes, zones: zones)
    }
    undoCalendar =
      plan.rollbackFreezes.isEmpty
      ? nil : StartCalendar(windows: [], freezes: plan.rollbackFreezes, zones: zones)
    waveOfRow = plan.stages.map { stage in
      var waves = [Int32](repeating: -1, count: stage.inventory.map { plan.inventories[$0].count } ?? 1)
      for (number, wave) in stage.waves.enumerated() {
        for row in wave.targets where Int(row) < waves.count { waves[Int(row)] = Int32(number) }
      }
      return waves
    }
    let sorted = plan.stages.map { Self.kinds(of: $0, in: plan) }
    kindOfRow = sorted.map(\.rows)
    kinds = sorted.map(\.kinds)
    rows = plan.inventories.map { inventory in
      guard let column = inventory.columns.firstIndex(of: "id") else { return [:] }
      return Dictionary(
        inventory.values[column].enumerated().map { ($0.element, Int32($0.offset)) }, uniquingKeysWith: min)
    }
  }

  private static func kinds(of stage: PlannedStage, in plan: Plan) -> (rows: [Int32], kinds: [TargetKind]) {
    let hasCalendar = stage.window != nil || !plan.freezes.isEmpty
    // What is done once stands in the zone of the programme, and in no country.
    let once = TargetKind(values: [], site: StartSite(zone: plan.zone))
    guard let inventory = stage.inventory.map({ plan.inventories[$0] }) else { return ([0], [once]) }
    guard !stage.tolerateByAttribute.isEmpty || !stage.caps.isEmpty || hasCalendar else { return ([], [once]) }
    let columns = stage.tolerateByAttribute.map { limit in inventory.columns.firstIndex(of: limit.attribute) }
    let capColumns = stage.caps.map { cap in inventory.columns.firstIndex(of: cap.attribute) }
    var numbers: [TargetKind: Int32] = [:]
    var kinds: [TargetKind] = []
    let rows = (0..<inventory.count).map { row -> Int32 in
      let values = columns.map { $0.map { inventory.values[$0][row] } ?? "" }
      let kind = TargetKind(
        values: values, capped: capColumns.map { $0.map { inventory.values[$0][row] } ?? "" },
        site: hasCalendar ? inventory.site(of: row, in: plan.zone) : StartSite(zone: plan.zone))
      if let number = numbers[kind] { return number }
      let number = Int32(kinds.count)
      numbers[kind] = number
      kinds.append(kind)
      return number
    }
    return (rows, kinds)
  }

  /// How states under this plan are written.
  var snapshotForm: Form<RunState> { snapshots.form(under: self) }

  /// The wave of a target; 0 when it has none.
  public func wave(of target: TargetKey) -> Int { max(0, Int(waveOfRow[target.stage][Int(target.row)])) }

  /// The path of a place: empty for the run, then `phase/stage/wave/target/step`.
  public func path(of place: Place) -> String {
    switch place {
    case .run: ""
    case .phase(let phase): plan.phases[phase].id
    case .stage(let stage): "\(plan.phases[plan.stages[stage].phase].id)/\(plan.stages[stage].id)"
    case .wave(let stage, let wave): plan.path(stage: stage, wave: wave)
    case .target(let target):
      "\(plan.path(stage: target.stage, wave: wave(of: target)))/\(plan.target(target.row, stage: target.stage))"
    case .step(let address):
      "\(path(of: .target(address.target)))/\(plan.stages[address.target.stage].steps[address.step].id)"
    }
  }

  /// The place that a path names; `nil` when the plan has no such place.
  public func place(_ path: String) -> Place? {
    if path.isEmpty { return .run }
    var rest: Substring? = path[...]
    guard let name = Self.word(&rest), let phase = plan.phases.firstIndex(where: { $0.id == name }) else { return nil }
    guard let name = Self.word(&rest) else { return .phase(phase) }
    guard let stage = plan.stages.firstIndex(where: { $0.phase == phase && $0.id == name }) else { return nil }
    guard let name = Self.word(&rest) else { return .stage(stage) }
    guard let number = Int(name), plan.stages[stage].waves.indices.contains(number - 1) else { return nil }
    guard let name = Self.word(&rest) else { return .wave(stage: stage, wave: number - 1) }
    guard let row = row(String(name), stage: stage), waveOfRow[stage][Int(row)] == Int32(number - 1) else { return nil }
    let target = TargetKey(stage: stage, row: row)
    guard let name = Self.word(&rest) else { return .target(target) }
    guard let step = plan.stages[stage].steps.firstIndex(where: { $0.id == name }), Self.word(&rest) == nil else {
      return nil
    }
    return .step(StepAddress(target: target, step: step))
  }

  /// Takes the next word off a path; `nil` when none is left. It allocates nothing: each event is asked for its place.
  private static func word(_ rest: inout Substring?) -> Substring? {
    guard let path = rest else { return nil }
    guard let slash = path.utf8.firstIndex(of: UInt8(ascii: "/")) else {
      rest = nil
      return path
    }
    rest = path[path.utf8.index(after: slash)...]
    return path[..<slash]
  }

  /// The row of a target's identifier in the inventory of a stage.
  public func row(_ id: String, stage: Int) -> Int32? {
    guard let inventory = plan.stages[stage].inventory else { return id == "-" ? 0 : nil }
    return rows[inventory][id]
  }

  /// The stage of a place, the first of a phase; `nil` for the run.
  func stage(of place: Place) -> Int? {
    switch place {
    case .run: nil
    case .phase(let phase): plan.stages.firstIndex { $0.phase == phase }
    case .stage(let stage), .wave(let stage, _): stage
    case .target(let key): key.stage
    case .step(let address): address.target.stage
    }
  }

  /// Whether one place lies in another, or is the same.
  public func contains(_ outer: Place, _ target: TargetKey) -> Bool {
    switch outer {
    case .run: true
    case .phase(let phase): plan.stages[target.stage].phase == phase
    case .stage(let stage): target.stage == stage
    case .wave(let stage, let wave): target.stage == stage && self.wave(of: target) == wave
    case .target(let key): key == target
    case .step(let address): address.target == target
    }
  }
}
