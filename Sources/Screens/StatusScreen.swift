public import Engine
public import History
import Plans
public import Quantities

/// One run in the list of runs.
public struct StatusRow: Equatable, Sendable {
  /// The run's name.
  public var name: String
  public var runbook: String
  public var environment: String
  /// How it stands.
  public var state: StateWord
  /// Where it is, `full-scale › stores › 4`.
  public var place: String
  /// The same as a path that commands take; `nil` behind the end.
  public var path: String?
  /// The targets that are done.
  public var done: Int
  /// All targets, each counted in each of its stages.
  public var total: Int
  /// How many targets these are, where some stand in several stages.
  public var targets: Int?
  /// What it waits for, in a few words; `nil` for nothing.
  public var waitsFor: String?
  /// Until when, where that is known.
  public var until: Instant?
  /// About when the wave that is at work will be over, by the times of the targets before; `nil` where nothing tells.
  public var usualEnd: Instant?
  /// Whether only a person can bring it on.
  public var needsYou: Bool
  /// Whether an executor owns it right now.
  public var isExecuted: Bool
  /// By how much its time is compressed; 1 in real time.
  public var scale: Int
  /// How many targets a person lets be at work at once, and how many the plan has; `nil` where nobody limits it.
  public var limit: Limit?
  /// The targets that failed, as paths, in the order of the plan.
  public var failed: [String]
  /// The targets that persons hold, as paths, in the order of the plan.
  public var held: [String]
  /// The receivers of notices that could not be told.
  public var notices: [FailedNotice]
  /// Emergencies that hold or wait for a review, in words.
  public var emergencies: [String]
  /// What evidence decided and what waits for the rollback that goes on, the next one first.
  public var decisions: [Decision]

  /// Fewer targets at once than the plan says.
  public struct Limit: Equatable, Sendable {
    public var atOnce: Int
    public var planned: Int
  }

  /// A decision of evidence that waits.
  public struct Decision: Equatable, Sendable {
    /// What decided.
    public var by: String
    /// What it takes back; empty for the run.
    public var path: String
    /// Since when it waits.
    public var since: Instant
  }

  /// The row of a run.
  ///
  /// - `now`: when it is looked at; the time of its newest event without.
  /// - `notices`: the receivers of notices that could not be told.
  public init(
    run name: String, state: RunState, isExecuted: Bool, now: Instant? = nil, notices: [FailedNotice] = []
  ) {
    self.name = name
    self.notices = notices
    runbook = state.plan.runbook
    environment = state.plan.environment
    self.state = StateWord(state, isExecuted: isExecuted)
    place = state.outcome == nil ? state.position : "-"
    path = state.outcome == nil ? state.positionPath : nil
    done = state.doneCount
    total = state.plan.targetCount
    targets = state.plan.targetsCountedTwice
    needsYou = state.needsPerson
    let wait = state.outcome == nil ? state.firstWait : nil
    // Where nobody executes the run, no answer of a provider and no free place brings it on.
    let needsExecutor =
      !isExecuted && state.outcome == nil && !state.needsPerson
      && [nil, .provider, .slot].contains(wait?.kind)
    waitsFor =
      needsExecutor ? "executor" : self.state == .running && !state.needsPerson ? nil : state.shortWait
    until = waitsFor == nil || needsExecutor ? nil : wait?.until
    usualEnd = isExecuted && waitsFor == nil ? state.expectedEnd(at: now ?? state.now) : nil
    self.isExecuted = isExecuted
    scale = state.plan.scale
    limit = state.outcome == nil ? state.atOnce.map { Limit(atOnce: $0, planned: state.mostAtOnce) } : nil
    failed = state.failedTargets.map { state.index.path(of: .target($0)) }
    held = state.openHeld.map { state.index.path(of: .target($0)) }
    emergencies = state.emergencyWords(at: state.now)
    decisions = state.waitingDecisions.map {
      Decision(by: $0.by, path: state.index.path(of: $0.place), since: $0.at)
    }
  }
}

/// All runs, one a line, and what to do about those that need somebody.
public enum StatusScreen {
  /// The runs as a table.
  ///
  /// - `offset`: seconds east of UTC at an instant, in the zone of the reader.
  /// - `zone`: the label of that zone.
  public static func text(
    _ rows: [StatusRow], style: Style, columns: Int, now: Instant, offset: @escaping (Instant) -> Int = { _ in 0 },
    zone: String = "UTC"
  ) -> String {
    guard !rows.isEmpty else { return "no runs yet: sanderling run RUNBOOK --env ENVIRONMENT starts one\n" }
    let time = LocalTime(offset: offset, zone: zone)
    var table = Table([
      .init(title: "RUN"), .init(title: "RUNBOOK", givesWay: true), .init(title: "ENV", givesWay: true),
      .init(title: "STATE"), .init(title: "WHERE", givesWay: true), .init(title: "DONE", isRight: true),
      .init(title: "WAITS FOR", givesWay: true), .init(title: "UNTIL", givesWay: true),
    ])
    table.rows = rows.map { row in
      [
        Sanitize.line(row.name), Sanitize.line(row.runbook), Sanitize.line(row.environment),
        style.state(row.state.mark, row.state.words), row.place, row.total == 0 ? "-" : "\(row.done)/\(row.total)",
        row.waitsFor ?? "-",
        row.until.map { time.moment($0, from: now) } ?? row.usualEnd.map { "about \(time.moment($0, from: now))" }
          ?? "-",
      ]
    }
    var lines = table.lines(columns: columns, style: style)
    let advice = advice(rows) { time.moment($0, from: now) }
    if !advice.isEmpty { lines += [""] + advice.map { Width.truncate($0, to: columns) } }
    return style.finish(lines.joined(separator: "\n") + "\n")
  }

  private static func advice(_ rows: [StatusRow], moment: (Instant) -> String) -> [String] {
    var lines: [String] = []
    let needy = rows.filter(\.needsYou).map { Sanitize.line($0.name) }
    if let first = needy.first {
      lines.append(
        "\(Words.count(needy.count, "run")) \(needy.count == 1 ? "needs" : "need") you:  sanderling why \(first)")
    }
    let idle = rows.filter { !$0.isExecuted && [.stopped, .held, .paused].contains($0.state) }.map {
      Sanitize.line($0.name)
    }
    if let first = idle.first {
      lines.append("nobody executes \(Words.first(3, of: idle)):  sanderling run \(first)")
    }
    for row in rows {
      if let targets = row.targets {
        lines.append(
          "\(Sanitize.line(row.name)): DONE counts its \(Words.count(targets, "target")) in each of their stages")
      }
      if let limit = row.limit {
        lines.append(
          "\(Sanitize.line(row.name)): at most \(limit.atOnce) at once, not the \(limit.planned) of the plan:  "
            + "sanderling why \(Sanitize.line(row.name))")
      }
      let name = Sanitize.line(row.name)
      if !row.failed.isEmpty { lines.append("\(name): failed: \(Self.names(of: row.failed)):  sanderling why \(name)") }
      if !row.held.isEmpty { lines.append("\(name): held: \(Self.names(of: row.held)):  sanderling why \(name)") }
      lines += row.notices.map { notice in
        "\(name): \(Sanitize.line(notice.operation)) was not told, \(moment(notice.at)): "
          + "\(Sanitize.line(notice.reason)):  sanderling history \(name) --events --type notice_failed"
      }
      lines += row.emergencies.map { "\(Sanitize.line(row.name)): \($0)" }
      lines += row.decisions.map { decision in
        let place = decision.path.isEmpty ? "the run" : Sanitize.line(decision.path)
        return "\(Sanitize.line(row.name)): \(Sanitize.line(decision.by)) takes \(place) back after this rollback, "
          + "decided \(moment(decision.since))"
      }
    }
    let fast = rows.filter { $0.scale > 1 }
    if !fast.isEmpty {
      lines.append(
        "compressed time: " + Words.first(3, of: fast.map { "\(Sanitize.line($0.name)) \(Words.grouped($0.scale)) ×" }))
    }
    return lines
  }

  /// Targets by their names, as many as a line has room for: `b2, b7 and 3 more`.
  private static func names(of paths: [String]) -> String {
    Words.first(
      4,
      of: paths.map { path in
        let parts = path.split(separator: "/")
        return Sanitize.line(String(parts.last == "-" ? parts.dropLast(2).last ?? "-" : parts.last ?? "-"))
      })
  }

  private static func json(_ decision: StatusRow.Decision) -> JSON {
    .dictionary([
      ("by", .string(decision.by)), ("path", .string(decision.path)), ("since", .string(decision.since.text)),
    ])
  }

  private static func json(_ notice: FailedNotice) -> JSON {
    .dictionary([
      ("at", .string(notice.at.text)), ("operation", .string(notice.operation)), ("reason", .string(notice.reason)),
    ])
  }

  /// The runs as data.
  ///
  /// - `unreadable`: the runs that cannot be read, each with why. A program that reads this must not take one of them
  ///   for no run.
  public static func json(_ rows: [StatusRow], unreadable: [(run: String, why: String)] = []) -> JSON {
    .dictionary([
      ("version", .integer(1)),
      (
        "unreadable",
        .array(unreadable.map { .dictionary([("run", .string($0.run)), ("why", .string($0.why))]) })
      ),
      (
        "runs",
        .array(
          rows.map { row in
            .dictionary([
              ("run", .string(row.name)), ("runbook", .string(row.runbook)), ("environment", .string(row.environment)),
              ("state", .string(row.state.rawValue)), ("path", row.path.map(JSON.string) ?? .null),
              ("done", .integer(Int64(row.done))), ("total", .integer(Int64(row.total))),
              ("waits_for", row.waitsFor.map(JSON.string) ?? .null),
              ("until", row.until.map { .string($0.text) } ?? .null), ("needs_you", .bool(row.needsYou)),
              ("usual_end", row.usualEnd.map { .string($0.text) } ?? .null),
              ("executed", .bool(row.isExecuted)),
              ("at_once", row.limit.map { .integer(Int64($0.atOnce)) } ?? .null), ("scale", .integer(Int64(row.scale))),
              ("failed", .array(row.failed.map(JSON.string))), ("held", .array(row.held.map(JSON.string))),
              ("failed_notices", .array(row.notices.map(json))),
              ("emergencies", .array(row.emergencies.map { .string($0) })),
              ("decisions", .array(row.decisions.map(json))),
            ])
          })
      ),
    ])
  }
}
