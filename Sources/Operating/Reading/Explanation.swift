internal import Adapters
public import Engine
internal import Foundation
public import History
internal import Journaling
internal import Looping
internal import Plans
public import Quantities
public import Records

/// Why a run, or a place in it, stands as it does: everything that the answer is read from.
public struct Explanation: Sendable {
  /// The run that was meant.
  public var run: RegisteredRun
  /// How it stands after its newest event.
  public var state: RunState
  /// The place that was asked about; `nil` for the run as a whole.
  public var place: Place?
  /// The events of the run, with the names of the people in them: all of them, or those that tell something about the
  /// place.
  public var history: [HistoryRecord]
  /// Whether an executor owns the run right now.
  public var isExecuted: Bool
  /// When it was read.
  public var now: Instant
  /// What is known beside the record.
  public var beside = RunSurroundings()
}

extension Desk {
  /// Why something stands as it does.
  ///
  /// - Parameters:
  ///   - name: the run; without it the only open one, or else the newest.
  ///   - place: a path, or a target's identifier; `nil` for the run.
  ///   - whole: whether what happened to other steps as a matter of course is wanted, too. Without it a long run costs
  ///     little.
  /// - Returns: the state, the place and the events that an answer is read from.
  /// - Throws: ``Refusal`` when there is no such run or place, or the run cannot be read.
  /// - Complexity: O(events of the run).
  public func explanation(
    of name: String?, at place: String? = nil, whole: Bool = false
  ) throws(Refusal) -> Explanation {
    try refusing {
      let run = try run(name, having: place)
      let state = try recover(run).state
      let place = try place.map { try state.place(named: $0, in: run) }
      let wanted = whole ? HistoryPart.whole : .about(Set(state.attended(with: place)))
      return Explanation(
        run: run, state: state, place: place, history: try history(of: run, wanted).records,
        isExecuted: isExecuted(run), now: surroundings.now,
        beside: RunSurroundings(
          repair: try repair(of: run, state), work: work(of: run, state, at: place),
          notices: try failedNotices(of: run, state)))
    }
  }

  private func repair(of run: RegisteredRun, _ state: RunState) throws -> String? {
    guard !state.failedTargets.isEmpty || !state.quarantined.isEmpty, state.outcome != .rolledBack else { return nil }
    if state.outcome != nil {
      let earlier = try EarlierRuns(of: run.runbook, in: run.environment, at: self)
      if earlier.stillFailed(in: run.number).isEmpty { return nil }
    }
    return "sanderling run \(words(of: run, state.plan)) --only-failed-of \(run.name)"
  }

  /// How commands name the runbook of a run, as seen from where somebody stands: with its environment and parameters.
  func words(of run: RegisteredRun, _ plan: Plan) -> String {
    let here = URL(filePath: FileManager.default.currentDirectoryPath).standardizedFileURL.path(percentEncoded: false)
    let directory = URL(filePath: run.directory).standardizedFileURL.path(percentEncoded: false)
    func bare(_ path: String) -> String { path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }
    let (from, to) = (bare(here), bare(directory))
    var path = to == from ? "." : to.hasPrefix(from + "/") ? String(to.dropFirst(from.count + 1)) : to
    if let file = plan.sources.first?.path, file != "runbook.yaml" { path = path == "." ? file : "\(path)/\(file)" }
    let settings = plan.parameters.map { parameter in
      " --set \(parameter.name)=" + (SecretReference.isPromised(by: parameter.name) ? "…" : shellWord(parameter.value))
    }
    return shellWord(path) + (run.environment == "inline" ? "" : " --env \(run.environment)") + settings.joined()
  }

  private func work(of run: RegisteredRun, _ state: RunState, at place: Place?) -> [StepAddress: StepAtWork] {
    let asked = state.units.filter { $0.hasOpenRequest && state.index.contains(place ?? .run, $0.key) }
    guard !asked.isEmpty, isExecuted(run) else { return [:] }
    let processes = Roster.atWork("\(journal.path).\(run.name).roster")
    var work: [StepAddress: StepAtWork] = [:]
    for unit in asked {
      let path = state.index.path(of: .step(unit.address))
      let printed = OutputTail(journal: journal.path, run: run.name, path: path)?.more() ?? []
      work[unit.address] = StepAtWork(processes: processes[path] ?? [], line: printed.last { !$0.isEmpty })
    }
    return work
  }
}

extension RunState {
  /// The identifiers of the targets whose steps an answer about a place may be about: its own, and those at work.
  fileprivate func attended(with place: Place?) -> [String] {
    let asked: TargetKey? =
      switch place {
      case .target(let key): key
      case .step(let address): address.target
      case nil, .run, .phase, .stage, .wave: nil
      }
    return (units.map(\.key) + [asked].compactMap { $0 })
      .compactMap { index.path(of: .target($0)).split(separator: "/").last.map(String.init) }
  }
}
