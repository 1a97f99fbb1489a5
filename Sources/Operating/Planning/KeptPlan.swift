internal import Foundation
internal import Looping
public import Plans

/// Plans in files.
public enum KeptPlan {
  /// Reads a kept plan.
  ///
  /// - Throws: ``Refusal``, `usage` for a file that is not there, `files` for one that is no plan as it was written.
  public static func read(_ path: String) throws(Refusal) -> Plan {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Refusal(.usage, "the plan \(path) cannot be read", next: ["sanderling plan RUNBOOK --out \(path)"])
    }
    do throws(PlanError) {
      return try Plan(canonical: Array(data))
    } catch {
      throw Refusal(
        .files, path, because: error.message, next: ["make it again with --out; it must not be edited"])
    }
  }

  /// Writes a plan whole or not at all.
  ///
  /// - Parameters:
  ///   - bytes: its canonical bytes.
  ///   - path: the file.
  /// - Throws: ``Refusal`` when it cannot be written; what was there stays.
  public static func write(_ bytes: [UInt8], to path: String) throws(Refusal) {
    try OutFile.write(bytes, to: path, what: "the plan")
  }

  /// The plan that a person compares with: that of a run, by its name, or one in a file.
  ///
  /// - Parameters:
  ///   - name: `r-12`, or the path of a file.
  ///   - desk: the journal, where a run is meant.
  /// - Returns: the plan.
  /// - Throws: ``Refusal``, `usage` when there is no such run or file.
  public static func read(_ name: String, or desk: @autoclosure () throws -> Desk) throws -> Plan {
    guard RunName(name) != nil else { return try read(name) }
    return try desk().plan(of: name)
  }

  /// Makes sure that a runbook still gives the plan in a file.
  ///
  /// - Parameters:
  ///   - plan: what it gives now.
  ///   - runbook: where it was read, as the person wrote it.
  ///   - path: the file.
  /// - Throws: ``Refusal``, `stale` when it is another one.
  public static func expect(_ plan: Plan, of runbook: String, in path: String) throws(Refusal) {
    guard try read(path).digest != plan.digest else { return }
    throw Refusal(.stale, "the plan is not the one in \(path)", next: ["sanderling plan \(runbook) --diff \(path)"])
  }

  /// A kept plan is executed only while its inputs are what they were.
  static func check(_ planned: PlannedRunbook, against path: String) throws(Refusal) {
    let plan = planned.plan
    let kept = try read(path)
    guard kept.digest != plan.digest else { return }
    let changed = plan.sources.filter { !kept.sources.contains($0) }.map { "changed: \($0.path)" }
    let gone = kept.sources.filter { source in !plan.sources.contains { $0.path == source.path } }.map {
      "gone: \($0.path)"
    }
    let reasons = changed + gone
    throw Refusal(
      .stale, "the plan in \(path) is stale", because: "its inputs changed since it was made",
      next: (reasons.isEmpty ? plan.differences(from: kept).prefix(8).map(\.text) : reasons)
        + ["sanderling plan \(planned.path) --diff \(path)   # to see what that means"])
  }
}

extension Desk {
  /// The plan in force of a run.
  ///
  /// - Throws: ``Refusal``, `usage` when there is no such run.
  public func plan(of name: String) throws(Refusal) -> Plan {
    let run = try run(name)
    return try refusing { try Recovery.plan(of: run, in: journal) }
  }
}
