import Adapters
import Conducting
import Diagnostics
import Foundation
import Journaling
import Planning
import Plans
import Quantities
import Records
import Runbooks
import Screens

/// Reads runbooks from the disk and says what is wrong with them.
enum Loading {
  /// Reads a runbook and all its files.
  static func load(_ path: String, environment: String?) -> LoadedRunbook {
    RunbookFile.load(
      path: path, adapters: AdapterRegistry.facts, environment: environment,
      reading: { path in Array(try Data(contentsOf: URL(filePath: path))) },
      listing: { path in ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() })
  }

  /// Reads a runbook and plans it.
  ///
  /// - Throws: ``Exit/files`` after writing the findings, when one of them is an error.
  static func plan(
    _ path: String, options: PlanningOptions, style: StyleOptions, amending prefix: ExecutedPrefix? = nil
  ) throws -> (plan: Plan, findings: [Finding], sources: [String: String]) {
    let made = try planned(path, options: options, style: style, amending: prefix)
    return (made.plan, made.findings, made.sources)
  }

  /// What was read and planned.
  struct Planned {
    var runbook: Runbook
    var environment: Environment
    var plan: Plan
    var findings: [Finding]
    var sources: [String: String]
  }

  /// Reads a runbook, lets somebody change it, and plans it.
  ///
  /// - Throws: ``Exit/files`` after writing the findings, when one of them is an error.
  static func planned(
    _ path: String, options: PlanningOptions, style: StyleOptions, amending prefix: ExecutedPrefix? = nil,
    changing: (inout Runbook) throws -> Void = { _ in }
  ) throws -> Planned {
    let loaded = load(path, environment: options.environment)
    guard !loaded.findings.hasErrors, var runbook = loaded.runbook else {
      report(loaded.findings, sources: loaded.sources, style: style)
      throw Exit.files
    }
    guard let environment = loaded.environment else {
      throw Refusal(
        .usage, "a plan needs an environment",
        next: loaded.environmentNames.map { "sanderling plan \(path) --env \($0)" })
    }
    let given = try options.given()
    let known = runbook.parameters.map(\.name.value)
    if let unknown = given.keys.sorted().first(where: { !known.contains($0) }) {
      throw Refusal(
        .usage, "the runbook has no parameter `\(unknown)`",
        next: known.isEmpty ? ["it has none"] : ["it has \(known.joined(separator: ", "))"])
    }
    try changing(&runbook)
    let zones = SystemZones()
    let now = WallClock().read().instant
    let offset = zones.offset(of: runbook.zone.value, at: now) ?? 0
    let (plan, findings) = Planner.plan(
      runbook, in: environment, zones: zones, given: given, amending: prefix,
      today: (now + Span(milliseconds: Int64(offset) * 1_000)).utcDate)
    let all = (loaded.findings + findings).inReadingOrder
    guard let plan else {
      report(all, sources: loaded.sources, style: style)
      throw Exit.files
    }
    return Planned(
      runbook: runbook, environment: environment, plan: plan, findings: all, sources: loaded.sources)
  }

  /// Writes findings in the form that fits the reader.
  static func report(_ findings: [Finding], sources: [String: String], style: StyleOptions) {
    if style.json {
      Output.standard.write(FindingsScreen.json(findings).canonicalText + "\n")
    } else if Output.error.isTerminal {
      Output.error.write(
        FindingsScreen.text(findings, sources: sources, style: style.style(for: .error), files: sources.count))
    } else {
      Output.error.write(FindingsScreen.lines(findings))
    }
  }

  /// The directory that a runbook's relative paths start from.
  static func directory(of path: String) -> String {
    var isDirectory: ObjCBool = false
    let url = URL(filePath: path).standardizedFileURL
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    return (exists && isDirectory.boolValue ? url : url.deletingLastPathComponent()).path(percentEncoded: false)
  }
}
