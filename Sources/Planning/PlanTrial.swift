import Diagnostics
import Plans
public import Quantities
public import Runbooks

/// A runbook with a few of its values changed, whose plan is compared with the one as it is.
///
/// Places are `starts`, `deadline`, `PHASE.starts`, `PHASE/STAGE.pace` and `parameters.NAME`; a pace is its number of
/// targets, in the period that is written.
public struct PlanTrial: Hashable, Sendable {
  /// A value, and where it stands.
  public struct Change: Hashable, Sendable {
    public var place: String
    public var value: String

    /// Says a value, and where it stands.
    public init(place: String, value: String) {
      (self.place, self.value) = (place, value)
    }
  }

  public var changes: [Change]

  /// Why a plan cannot be tried.
  public struct Problem: Error, Sendable {
    /// One sentence for people.
    public var text: String
  }

  /// Reads changes, `full-scale.starts=2027-02-22` each.
  ///
  /// - Throws: ``Problem`` when there is none, or one has another form.
  public init(_ words: [String]) throws(Problem) {
    changes = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw Problem(text: "`\(word)` is no change, such as `starts=2027-02-22`") }
      changes.append(Change(place: parts[0], value: parts[1]))
    }
    if changes.isEmpty { throw Problem(text: "a plan that is tried has a change, such as `starts=2027-02-22`") }
    for (index, change) in changes.enumerated() where changes[..<index].contains(where: { $0.place == change.place }) {
      throw Problem(text: "`\(change.place)` is changed twice: write it once")
    }
  }

  /// The plan of a runbook with the changes.
  ///
  /// - `given`: values of parameters from outside.
  /// - Throws: ``Problem`` when a place or a value is none, or the plan that follows has errors.
  /// - Returns: the plan, which is there, with what is found in it and when it is likely to end.
  public func plan(
    of runbook: Runbook, in environment: Environment, zones: any ZoneTable, given: [String: String] = [:]
  ) throws(Problem) -> Planner.Answer {
    var (changed, given) = (runbook, given)
    // The start of the programme first: all other days are held against it, in whatever order they are written.
    for change in changes.filter({ $0.place == "starts" }) + changes.filter({ $0.place != "starts" }) {
      if change.place.hasPrefix("parameters.") {
        let name = String(change.place.dropFirst(11))
        guard runbook.parameters.contains(where: { $0.name.value == name }) else {
          throw Problem(text: "the runbook has no parameter `\(name)`")
        }
        given[name] = change.value
      } else {
        try Self.set(change, in: &changed)
      }
    }
    let made = Planner.answer(changed, in: environment, zones: zones, given: given)
    let errors = made.findings.filter { $0.severity == .error }
    guard let first = errors.first else { return made }
    throw Problem(
      text: "the plan that follows has \(errors.count == 1 ? "an error" : "\(errors.count) errors, the first"), "
        + "\(first.code) at \(first.location.text): \(first.message)" + (first.suggestion.map { "; \($0)" } ?? ""))
  }

  /// What stands at a place, as it is written in tables: `2027-03-01`, `20 per week`; `nil` for no such place.
  public static func value(at place: String, in runbook: Runbook) -> String? {
    switch Place(place, in: runbook) {
    case .starts: runbook.starts?.value.text
    case .deadline: runbook.deadline?.value.text
    case .phase(let phase): runbook.phases[phase].starts?.value.text
    case .pace(let phase, let stage):
      runbook.phases[phase].stages[stage].waves.pace?.value.words
    case nil: runbook.parameters.first { "parameters.\($0.name.value)" == place }?.standard
    }
  }

  /// A changed value as it is written in tables.
  public static func words(of change: Change, in runbook: Runbook) -> String {
    guard case .pace(let phase, let stage)? = Place(change.place, in: runbook), let count = Int(change.value),
      var pace = runbook.phases[phase].stages[stage].waves.pace?.value
    else { return change.value }
    pace.count = count
    return pace.words
  }

  /// More days than a programme and its plan go on: ten years.
  private static let mostDays = 3_653

  private static func set(_ change: Change, in runbook: inout Runbook) throws(Problem) {
    let starts = runbook.starts?.value.day
    func put<Value>(_ value: Value?, on day: CivilDate?, _ place: inout Located<Value>?) throws(Problem) {
      guard let value, let day else { throw Problem(text: "`\(change.value)` is no date, such as `2027-02-22`") }
      if let starts, abs(day.dayNumber - starts.dayNumber) > mostDays {
        throw Problem(text: "`\(change.value)` is more than ten years from the start of the programme, \(starts.text)")
      }
      place = Located(value, at: place?.location ?? SourceSpan(file: "runbook.yaml"))
    }
    let moment = CivilMoment(change.value)
    let day = CivilDate(change.value)
    switch Place(change.place, in: runbook) {
    case .starts: try put(moment, on: moment?.day, &runbook.starts)
    case .deadline: try put(day, on: day, &runbook.deadline)
    case .phase(let phase): try put(moment, on: moment?.day, &runbook.phases[phase].starts)
    case .pace(let phase, let stage):
      guard runbook.phases[phase].stages[stage].waves.pace != nil else {
        throw Problem(text: "`\(change.place)`: the stage has no pace that could change")
      }
      guard let count = Int(change.value), (1...1_000_000).contains(count) else {
        throw Problem(text: "`\(change.value)` is no number of targets, such as `24`")
      }
      runbook.phases[phase].stages[stage].waves.pace?.value.count = count
    case nil:
      throw Problem(
        text: "`\(change.place)` is no place of the runbook: write `starts`, `deadline`, `PHASE.starts`, "
          + "`PHASE/STAGE.pace` or `parameters.NAME`")
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
