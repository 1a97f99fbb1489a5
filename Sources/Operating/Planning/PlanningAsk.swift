internal import Adapters
internal import Diagnostics
internal import Foundation
internal import Planning
public import Plans
public import Quantities
public import Runbooks

/// A runbook that somebody wants planned.
public struct PlanningAsk: Equatable, Sendable {
  /// A directory with `runbook.yaml`, or one file.
  public var path: String
  /// The environment; `nil` where the runbook has one.
  public var environment: String?
  /// Parameters by name.
  public var given: [String: String]
  /// Which of its targets; all of them when it is empty.
  public var part = PartAsk()
  /// The command that asks, as refusals name it.
  public var purpose = Purpose.plan

  /// The commands that plan a runbook, as refusals name them.
  public enum Purpose: String, Sendable {
    case plan, run, forecast, risks, doctor

    var needs: String { "\(self == .forecast ? "a forecast" : "a plan") needs" }
  }

  /// An ask for a plan.
  public init(_ path: String, environment: String? = nil, given: [String: String] = [:]) {
    self.path = path
    self.environment = environment
    self.given = given
  }
}

/// What was read and planned.
public struct PlannedRunbook: Sendable {
  /// Where it was read, as the person wrote it.
  public var path: String
  /// The runbook, with whatever was changed in it.
  public var runbook: Runbook
  /// The environment that was chosen, or the only one.
  public var environment: Environment
  /// What would be executed.
  public var plan: Plan
  /// What was found on the way; no errors.
  public var found: Found
  /// The day on which the plan is likely to end, where bakes that wait for events move it (G327).
  public var likelyEnd: CivilDate?

  /// The parameters that were given beside the files.
  var given: [String: String] = [:]

  /// How commands name it, ready for a shell: with its environment, unless that stands in the same file, and with the
  /// parameters that were given. The value of one that looks like a secret is left for whoever types.
  var words: String {
    let environment = environment.id.value
    let settings = given.sorted { $0.key < $1.key }.map { name, value in
      " --set \(name)=" + (SecretReference.isPromised(by: name) ? "…" : shellWord(value))
    }
    return shellWord(path) + (environment == "inline" ? "" : " --env \(environment)") + settings.joined()
  }

  /// ``words``, with which of its targets the plan is for.
  public var wordsOfPart: String { words + (plan.part.map { " \($0.options)" } ?? "") }

  /// What the runbook asks for and this version does not execute.
  public var unexecuted: Found {
    Found(found.findings.filter { $0.code == "G302" }, sources: found.sources)
  }

  /// What stands in the plan, and so in every journal, and looks like a secret.
  public var exposed: Found {
    Found(found.findings.filter { $0.code == "G128" }, sources: found.sources)
  }

  /// The directory that relative paths start from, absolute.
  public var directory: String { Self.directory(of: path) }

  static func directory(of path: String) -> String {
    var isDirectory: ObjCBool = false
    let url = URL(filePath: path).standardizedFileURL
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    return (exists && isDirectory.boolValue ? url : url.deletingLastPathComponent()).path(percentEncoded: false)
  }
}

extension Surroundings {
  /// Reads a runbook, lets somebody change it, and plans it.
  ///
  /// - Parameters:
  ///   - ask: what is to be planned.
  ///   - read: the runbook, where it was read already.
  ///   - prefix: what a run has carried out already, for an amendment.
  ///   - desk: the journal with earlier runs, for a part of a runbook; `nil` where there is none.
  ///   - change: changes the runbook between reading and planning, for what-if.
  /// - Returns: the plan, and what it was made of.
  /// - Throws: ``Refusal``; of kind `files` with the findings when one of them is an error.
  public func plan(
    _ ask: PlanningAsk, read: LoadedRunbook? = nil, amending prefix: ExecutedPrefix? = nil, beside desk: Desk? = nil,
    changing change: (inout Runbook) throws -> Void = { _ in }
  ) throws(Refusal) -> PlannedRunbook {
    let loaded = read ?? RunbookFile.load(ask.path, environment: ask.environment)
    guard !loaded.findings.hasErrors, var runbook = loaded.runbook else { throw Refusal(loaded.found) }
    guard let environment = loaded.environment else {
      throw Refusal(
        .usage, "\(ask.purpose.needs) an environment",
        next: loaded.environmentNames.map { "sanderling \(ask.purpose.rawValue) \(shellWord(ask.path)) --env \($0)" })
    }
    let known = runbook.parameters.map(\.name.value)
    if let unknown = ask.given.keys.sorted().first(where: { !known.contains($0) }) {
      throw Refusal(
        .usage, "the runbook has no parameter `\(unknown)`",
        next: known.isEmpty ? ["it has none"] : ["it has \(known.joined(separator: ", "))"])
    }
    try refusing { try change(&runbook) }
    let now = self.now
    let offset = zones.offset(of: runbook.zone.value, at: now) ?? 0
    let today = (now + Span(milliseconds: Int64(offset) * 1_000)).utcDate
    func made(_ part: ChosenPart?) -> Planner.Answer {
      Planner.answer(
        runbook, in: environment, zones: zones, given: ask.given, part: part, amending: prefix, today: today)
    }
    var kept = prefix.flatMap { ChosenPart(keptBy: $0.plan) }
    if let old = prefix?.plan, kept != nil, let desk {
      kept?.live = try desk.earlierRuns(of: old.runbook, in: old.environment).live(in: old)
    }
    var answer = made(kept)
    if !ask.part.isEmpty, let whole = answer.plan {
      let earlier = try desk?.earlierRuns(of: whole.runbook, in: whole.environment)
      let chooser = PartChooser(ask: ask.part, plan: whole, runbook: runbook, earlier: earlier)
      try chooser.checkNames()
      answer = made(try chooser.chosen())
    }
    let plan = answer.plan
    let missing = plan.map { missingSecrets(of: $0, runbook, environment) } ?? []
    let programs =
      plan.map {
        Finding.missingPrograms(
          of: $0, in: environment, runbook: runbook, directory: PlannedRunbook.directory(of: ask.path))
      } ?? []
    let keys = plan.map { Finding.keyTimes(of: $0, runbook: runbook, now: now) } ?? []
    let all = loaded.findings + answer.findings + missing + programs + keys
    let found = Found(all.inReadingOrder, sources: loaded.sources)
    guard let plan, !keys.contains(where: { $0.severity == .error }) else { throw Refusal(found) }
    return PlannedRunbook(
      path: ask.path, runbook: runbook, environment: environment, plan: plan, found: found,
      likelyEnd: answer.likelyEnd, given: ask.given)
  }

  /// The secrets of a plan that cannot be read here, each where it is written first.
  private func missingSecrets(of plan: Plan, _ runbook: Runbook, _ environment: Environment) -> [Finding] {
    guard let secrets else { return [] }
    return MissingSecret.all(of: plan, in: secrets).map { missing in
      .missingSecret(
        missing, at: environment.place(of: missing.use.reference, in: runbook) ?? environment.location)
    }
  }
}

extension RunbookFile {
  /// Reads a runbook and all its files from the disk.
  public static func load(_ path: String, environment: String?) -> LoadedRunbook {
    load(
      path: path, adapters: AdapterRegistry.facts, environment: environment,
      reading: { path in Array(try Data(contentsOf: URL(filePath: path))) },
      listing: { path in ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() })
  }
}

extension LoadedRunbook {
  /// What was found, with the files.
  public var found: Found { Found(findings, sources: sources) }
}

extension Refusal {
  /// The files have errors; the findings say which.
  public init(_ found: Found) {
    self.init(.files, "the files have errors", found: found)
  }
}
