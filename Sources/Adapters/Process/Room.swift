internal import CSpawn
internal import Synchronization

/// How much this machine lets one process do at once.
///
/// A shortage is nobody's failure: what cannot begin now waits until something that runs has ended, or somebody else
/// has given back what was short.
public final class Room: Sendable {
  /// The room of this process: the limits are those of the process, however many runs it executes.
  static let shared = Room()

  /// The files that a command needs while it runs: what it prints, what it reads, its end, and a way to wake its watch.
  static let filesPerCommand = 5
  /// The files that everything else needs: the journal, connections, commands that are just being started.
  static let filesForOthers = 64

  private struct State {
    var running = 0
    var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    var nextID: UInt64 = 0
  }

  private let state = Mutex(State())

  /// How many commands may run at once under some limits.
  ///
  /// - Parameters:
  ///   - files: the limit of open files.
  ///   - processes: the limit of processes and threads of this user.
  /// - Returns: one at least.
  public static func commands(files: UInt64, processes: UInt64 = limitOfProcesses) -> Int {
    let files = Int(min(files, 1 << 20))
    let byFiles = (files - min(filesForOthers, files / 2)) / filesPerCommand
    // A command is a process, with a thread of ours that watches it; it starts at least one more, mostly.
    let byProcesses = (Int(min(processes, 1 << 22)) - 32) / 3
    return max(1, min(byFiles, byProcesses))
  }

  /// How many processes and threads this user may have; the largest number where there is no limit.
  public static var limitOfProcesses: UInt64 { spawn_process_limit() }

  /// How many steps, undos and probes this process has room for at once.
  public static var requests: Int { commands(files: FileLimits.current.soft) }

  /// How many commands may run at once: a few more, for those who measure. A run whose steps take up all the room for
  /// hours is watched all the same.
  static var places: Int { requests + max(1, min(8, requests / 4)) }

  /// Whether whoever comes now has to wait.
  var isFull: Bool { state.withLock { $0.running >= Self.places } }

  /// Comes in, or waits for that.
  ///
  /// - Returns: whether it did: not when its task is cancelled.
  func enter() async -> Bool {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Bool? in
          if Task.isCancelled { return false }
          if state.running < Self.places {
            state.running += 1
            return true
          }
          state.waiting.append((id, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).continuation }
      }
      waiting?.resume(returning: false)
    }
  }

  /// Goes out, and lets the next one in.
  func leave() {
    let next = state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.running -= 1
        return CheckedContinuation<Bool, Never>?.none
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
