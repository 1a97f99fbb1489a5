import Conducting
import Engine
import Foundation
import History
import Journaling
import Looping
import Plans
import Quantities
import Records

/// Finds runs in the journal and reads them back.
enum Runs {
  /// The number in `r-12`; `nil` when the text is no run's name.
  static func number(_ text: String) -> Int64? {
    text.hasPrefix("r-") ? Int64(text.dropFirst(2)) : nil
  }

  /// The run of a name, or without one the newest that is open, or else the newest.
  static func find(_ name: String?, in journal: Journal) throws -> RegisteredRun {
    let runs = try journal.runs()
    if let name {
      guard let number = number(name) else {
        throw Refusal(.usage, "`\(name)` is no run; runs are named like r-12", next: ["sanderling status"])
      }
      guard let run = runs.first(where: { $0.number == number }) else {
        throw Refusal(.usage, "the journal has no run \(name)", next: ["sanderling status"])
      }
      return run
    }
    guard let run = runs.first(where: { $0.outcome == nil }) ?? runs.first else {
      throw Refusal(.usage, "the journal has no run yet", next: ["sanderling run RUNBOOK --env NAME"])
    }
    return run
  }

  /// Reads a run's state.
  static func recover(_ run: RegisteredRun, in journal: Journal) throws -> Recovered {
    try Recovery.state(of: run, in: journal, zones: SystemZones())
  }

  /// The place that a person names: a full path, a target's identifier alone, or a wave's number.
  static func place(_ text: String, state: RunState) throws -> Place {
    let index = state.index
    if number(text) != nil {
      throw Refusal(.usage, "`\(text)` is a run, and a place was expected", next: ["name the run with --run \(text)"])
    }
    if let place = index.place(text) { return place }
    var found: [Place] = []
    for stage in index.plan.stages.indices {
      guard let row = index.row(text, stage: stage), text != "-" else { continue }
      let place = Place.target(TargetKey(stage: stage, row: row))
      if index.place(index.path(of: place)) == place { found.append(place) }
    }
    if let active = found.first(where: { if case .target(let key) = $0 { state.unit(key) != nil } else { false } }) {
      return active
    }
    if found.count == 1 { return found[0] }
    throw Refusal(
      .usage, found.isEmpty ? "the plan has no `\(text)`" : "`\(text)` is the target of several stages",
      next: found.isEmpty
        ? ["paths are phase/stage/wave/target/step, such as \(index.path(of: .wave(stage: 0, wave: 0)))"]
        : found.map { index.path(of: $0) })
  }

  /// The events of a run, each with what people wrote about it, and the plans that were in force.
  static func history(of run: RegisteredRun, in journal: Journal) throws -> RunHistory {
    let people = try journal.people()
    var history = RunHistory(plan: try Recovery.plan(of: run, in: journal))
    var indices: [Digest: PlanIndex] = [run.plan: PlanIndex(history.plan)]
    var isFirst = true
    try journal.entries(of: run.number) { entry in
      let digest = entry.plan ?? run.plan
      let index = try indices[digest] ?? PlanIndex(try Recovery.plan(digest, of: run, in: journal))
      indices[digest] = index
      if isFirst { history.plan = index.plan }
      isFirst = false
      history.records.append((entry.seq, try Recovery.event(entry, index: index), detail(of: entry, people: people)))
      return true
    }
    history.plans = indices.mapValues(\.plan)
    return history
  }

  /// Who and why, of an entry.
  static func detail(of entry: Entry, people: [String: String]) -> EventDetail {
    let actor: String? =
      switch entry.actor.kind {
      case .engine: nil
      case .person: people[entry.actor.id] ?? entry.actor.id
      case .executor, .provider: entry.actor.id
      }
    return EventDetail(
      actor: actor, reason: entry.payload?["reason"]?.string, log: entry.payload?["log"]?.string, path: entry.subject)
  }
}
