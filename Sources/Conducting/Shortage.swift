public import Adapters
public import Plans
internal import Vocabularies

/// What this machine has less of than a plan asks for.
public struct Shortage: Equatable, Sendable {
  /// The stage that asks for most, as `phase/stage`.
  public let stage: String
  /// How many targets at once it asks for.
  public let asked: Int
  /// How many there can be.
  public let room: Int
  /// What bounds them, in a few words.
  public let bound: String

  /// The sentence for people, without a full stop.
  public var sentence: String {
    "at most \(room) requests run at once on this machine, not the \(asked) of \(stage): \(bound)"
  }

  /// Compares a plan with this machine; `nil` where there is room.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - files: the limit of open files.
  ///   - processes: the limit of processes and threads of this user.
  public init?(
    of plan: Plan, files: UInt64 = FileLimits.current.soft, processes: UInt64 = Room.limitOfProcesses
  ) {
    // What bounds one request bounds all: an executor counts them together.
    let facts = AdapterRegistry.facts
    guard Providers.needRoom(plan.providers.lazy.map { provider in facts.first { $0.name == provider.adapter } }) else {
      return nil
    }
    let room = Room.commands(files: files, processes: processes)
    guard let most = plan.stages.max(by: { $0.mostAtOnce < $1.mostAtOnce }), most.mostAtOnce > room else { return nil }
    stage = "\(plan.phases[most.phase].id)/\(most.id)"
    asked = most.mostAtOnce
    self.room = room
    bound =
      Room.commands(files: files, processes: .max) == room
      ? "this process may have \(files) open files (`ulimit -Hn`)"
      : "this user may have \(processes) processes and threads (`ulimit -u`)"
  }
}

extension PlannedStage {
  /// How many of its targets can be at work at once.
  fileprivate var mostAtOnce: Int {
    waves.map { wave in
      let slots = min(concurrency, wave.targets.count)
      guard isStrict, let limit = wave.tolerate else { return slots }
      return min(slots, limit + 1)
    }.max() ?? 0
  }
}
