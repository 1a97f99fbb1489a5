public import Diagnostics
public import Plans
public import Quantities
public import Runbooks

/// A runbook with a few of its values changed, whose plan is compared with the one as it is.
///
/// Places are `starts`, `deadline`, `PHASE.starts`, `PHASE/STAGE.pace` and `parameters.NAME`; a pace is its number of
/// targets, in the period that is written.
public struct PlanTrial: Equatable, Sendable {
  /// A value, and where it stands.
  public struct Change: Equatable, Sendable {
    public var place: String
    public var value: String

    /// Says a value, and where it stands.
    public init(place: String, value: String) {
      (self.place, self.value) = (place, value)
    }
  }

  public var changes: [Change]

  /// Reads changes, `full-scale.starts=2027-02-22` each; `nil` when one has another form.
  public init?(_ words: [String]) {
    changes = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return nil }
      changes.append(Change(place: parts[0], value: parts[1]))
    }
  }

  /// The plan of a runbook with the changes, and what is found in it; `nil` when a place or a value is none.
  ///
  /// - `given`: values of parameters from outside.
  public func plan(
    of runbook: Runbook, in environment: Environment, zones: any ZoneTable, given: [String: String] = [:]
  ) -> (plan: Plan, findings: [Finding])? {
    var (changed, given) = (runbook, given)
    for change in changes {
      if change.place.hasPrefix("parameters.") {
        let name = String(change.place.dropFirst(11))
        guard runbook.parameters.contains(where: { $0.name.value == name }) else { return nil }
        given[name] = change.value
      } else {
        guard Self.set(change, in: &changed) else { return nil }
      }
    }
    let made = Planner.plan(changed, in: environment, zones: zones, given: given)
    return made.plan.map { ($0, made.findings) }
  }

  /// What stands at a place, as it is written in tables: `2027-03-01`, `20 per week`; `nil` for no such place.
  public static func value(at place: String, in runbook: Runbook) -> String? {
    switch Place(place, in: runbook) {
    case .starts: runbook.starts?.value.text
    case .deadline: runbook.deadline?.value.text
    case .phase(let phase): runbook.phases[phase].starts?.value.text
    case .pace(let phase, let stage):
      runbook.phases[phase].stages[stage].waves.pace.map { words(of: $0.value) }
    case nil: runbook.parameters.first { "parameters.\($0.name.value)" == place }?.standard
    }
  }

  /// A changed value as it is written in tables.
  public static func words(of change: Change, in runbook: Runbook) -> String {
    guard case .pace(let phase, let stage)? = Place(change.place, in: runbook), let count = Int(change.value),
      var pace = runbook.phases[phase].stages[stage].waves.pace?.value
    else { return change.value }
    pace.count = count
    return words(of: pace)
  }

  private static func words(of pace: Pace) -> String {
    "\(pace.count) per \(pace.period == .day ? "day" : "week")"
  }

  private static func set(_ change: Change, in runbook: inout Runbook) -> Bool {
    func put<Value>(_ value: Value?, _ place: inout Located<Value>?) -> Bool {
      guard let value else { return false }
      place = Located(value, at: place?.location ?? SourceSpan(file: "runbook.yaml"))
      return true
    }
    switch Place(change.place, in: runbook) {
    case .starts: return put(CivilMoment(change.value), &runbook.starts)
    case .deadline: return put(CivilDate(change.value), &runbook.deadline)
    case .phase(let phase): return put(CivilMoment(change.value), &runbook.phases[phase].starts)
    case .pace(let phase, let stage):
      guard let count = Int(change.value), count > 0, runbook.phases[phase].stages[stage].waves.pace != nil else {
        return false
      }
      runbook.phases[phase].stages[stage].waves.pace?.value.count = count
      return true
    case nil: return false
    }
  }

  private enum Place {
    case starts
    case deadline
    case phase(Int)
    case pace(phase: Int, stage: Int)

    init?(_ text: String, in runbook: Runbook) {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      switch (parts.count, parts.last) {
      case (1, "starts"): self = .starts
      case (1, "deadline"): self = .deadline
      case (2, "starts"):
        guard let phase = runbook.phases.firstIndex(where: { $0.id.value == parts[0] }) else { return nil }
        self = .phase(phase)
      case (2, "pace"):
        let path = parts[0].split(separator: "/").map(String.init)
        guard path.count == 2, let phase = runbook.phases.firstIndex(where: { $0.id.value == path[0] }),
          let stage = runbook.phases[phase].stages.firstIndex(where: { $0.id.value == path[1] })
        else { return nil }
        self = .pace(phase: phase, stage: stage)
      default: return nil
      }
    }
  }
}
