public import Engine
public import History
internal import Journaling
internal import Looping
public import Quantities
public import Records

/// How the runs of a journal stand.
public struct Standing: Sendable {
  /// A run that could be read.
  public struct Run: Sendable {
    /// What the list of runs says about it.
    public var run: RegisteredRun
    /// How it stands after its newest event.
    public var state: RunState
    /// Whether an executor owns it right now.
    public var isExecuted: Bool
    /// How many commands lie in its inbox that nobody has taken up.
    public var waitingLetters: Int
    /// The receivers of notices that could not be told.
    public var failedNotices: [FailedNotice]
  }

  /// The runs that could be read, the newest first.
  public internal(set) var runs: [Run] = []
  /// The runs that could not, each with a refusal that names it. They are never left out in silence: a run that cannot
  /// be read looks like no run.
  public internal(set) var unreadable: [(run: String, refusal: Refusal)] = []
  /// When it was read.
  public var now: Instant

  /// What a front end ends with: the gravest of what could not be read; `nil` when everything could.
  public var refusal: Refusal? {
    (unreadable.first { $0.refusal.kind == .integrity } ?? unreadable.first)?.refusal
  }
}

extension Desk {
  /// How the runs stand.
  ///
  /// - Parameters:
  ///   - name: one run; without it all that are open, or else the newest.
  ///   - includingFinished: whether finished runs are told of too.
  /// - Returns: the runs that could be read, and why the others could not.
  /// - Throws: ``Refusal`` when there is no such run, or the list of runs cannot be read. A run that cannot be read by
  ///   itself is part of the answer.
  public func standing(of name: String? = nil, includingFinished: Bool = false) throws(Refusal) -> Standing {
    let chosen: [RegisteredRun]
    if let name {
      chosen = [try run(name)]
    } else {
      // Of one that was pruned there is nothing to read; ``prunings()`` tells of it.
      chosen = try refusing { try RunList(journal: journal).runs().filter { $0.pruned == nil } }
    }
    let open = chosen.filter { includingFinished || name != nil || $0.outcome == nil }
    var standing = Standing(now: surroundings.now)
    for run in open.isEmpty ? Array(chosen.prefix(1)) : open {
      do throws(Refusal) {
        standing.runs.append(
          try refusing {
            let state = try recover(run).state
            return Standing.Run(
              run: run, state: state, isExecuted: isExecuted(run),
              waitingLetters: try journal.letters(to: run.number).count,
              failedNotices: try failedNotices(of: run, state))
          })
      } catch {
        let refusal = Refusal(error.kind, "\(run.name) cannot be read", because: error.message)
        standing.unreadable.append((run.name, refusal))
      }
    }
    return standing
  }
}
