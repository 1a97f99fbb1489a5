internal import CSpawn
internal import Glibc
internal import Synchronization
internal import Threads

/// The children that a thread of ours waits for, and all the others, which somebody must collect.
///
/// As the first process of a container, or as whoever adopts the orphans of its children, this process is the parent of
/// processes that it did not start. They stay in the system's table until their parent has looked at them.
final class OwnChildren: Sendable {
  static let shared = OwnChildren()

  private struct State {
    var nextTicket: UInt64 = 0
    /// Those being started: the child of one may have ended before it is known.
    var starting: Set<UInt64> = []
    var known: Set<pid_t> = []
    /// Unknown ones that have ended, with the first ticket that was free when they were seen.
    var seen: [pid_t: UInt64] = [:]
    var left: [LeftAtWork] = []
    var isAdopting = false
  }

  private let state = Mutex(State())

  /// A child is about to be started.
  func begin() -> UInt64 {
    state.withLock { state in
      state.nextTicket += 1
      state.starting.insert(state.nextTicket)
      return state.nextTicket
    }
  }

  /// It was, or it was not and the child is 0.
  func end(_ ticket: UInt64, child: pid_t) {
    state.withLock { state in
      if child > 0 { state.known.insert(child) }
      state.starting.remove(ticket)
    }
  }

  /// Collects a child of ours that has ended, or waits for its end.
  ///
  /// - Returns: its exit code and the signal that ended it, or an error number.
  func collect(_ child: pid_t) -> Result<(code: Int32, signal: Int32), CollectError> {
    var (code, signal): (Int32, Int32) = (0, 0)
    let error = spawn_collect(child, &code, &signal)
    state.withLock { _ = $0.known.remove(child) }
    return error == 0 ? .success((code, signal)) : .failure(CollectError(code: error))
  }

  struct CollectError: Error {
    let code: Int32
  }

  /// Takes in what could not be ended: it is collected when it ends by itself.
  func leave(_ work: LeftAtWork) {
    state.withLock { $0.left.append(work) }
  }

  /// What earlier attempts of a step left at work and could not be ended, in words.
  func leftAtWork(of step: String) -> [String] {
    state.withLock { state in
      state.left.removeAll { $0.isOver(&state.known) }
      return state.left.filter { $0.step == step }.flatMap(\.words)
    }
  }

  /// Adopts orphans from now on, and collects those that end, every second.
  func adopt() {
    let isFirst = state.withLock { state in
      defer { state.isAdopting = true }
      return !state.isAdopting
    }
    guard isFirst else { return }
    spawn_adopt_orphans()
    let hasThread = DedicatedThread.start {
      while true {
        usleep(1_000_000)
        self.sweep()
      }
    }
    if !hasThread { state.withLock { $0.isAdopting = false } }
  }

  /// Collects what has ended and nobody waits for.
  private func sweep() {
    state.withLock { state in
      state.left.removeAll { $0.isOver(&state.known) }
      let first = spawn_first_ended()
      guard first > 0 else {
        state.seen = [:]
        return
      }
      var ended = [first]
      // Behind one that a thread of ours is about to collect others may wait.
      if state.known.contains(first) {
        let own = getpid()
        ended = ProcessTable.pids().filter { pid in
          ProcessTable.entry(pid).map { $0.parent == own && $0.isDead } ?? false
        }
      }
      collectUnknown(ended.filter { !state.known.contains($0) }, &state)
    }
  }

  private func collectUnknown(_ ended: [pid_t], _ state: inout State) {
    state.seen = state.seen.filter { ended.contains($0.key) }
    for pid in ended {
      guard let ticket = state.seen[pid] else {
        state.seen[pid] = state.nextTicket
        continue
      }
      // Whoever was being started when it was seen is known by now: this one is nobody's.
      guard state.starting.allSatisfy({ $0 > ticket }) else { continue }
      var (code, signal): (Int32, Int32) = (0, 0)
      _ = spawn_collect(pid, &code, &signal)
      state.seen[pid] = nil
    }
  }
}

/// What a command left at work and could not be ended: another user's process, or one that hangs in the kernel.
struct LeftAtWork: Sendable {
  /// The step that it belongs to.
  let step: String
  /// The command itself, where it has not ended.
  let leader: pid_t?
  let processes: [ProcessTable.Entry.ID]
  /// Where it is written down.
  let place: Roster.Place?

  /// Those that still run, in words.
  var words: [String] { processes.filter(\.isRunning).map { ProcessTable.words($0.pid) } }

  /// Whether all of it has ended; collects it then.
  func isOver(_ known: inout Set<pid_t>) -> Bool {
    guard !processes.contains(where: \.isRunning) else { return false }
    if let leader {
      var (code, signal): (Int32, Int32) = (0, 0)
      _ = spawn_collect(leader, &code, &signal)
      known.remove(leader)
    }
    place?.clear()
    return true
  }
}
