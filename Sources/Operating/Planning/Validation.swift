public import Diagnostics
internal import Planning
internal import Runbooks

extension Surroundings {
  /// Everything that is wrong in a runbook, all at once: in its files, and in what each environment makes of it.
  ///
  /// - Parameters:
  ///   - path: a directory with `runbook.yaml`, or one file.
  ///   - environment: only this environment; all of them without.
  ///   - evidence: finds what is wrong in the evidence of risks, which is filled in from a plan; asked where some risk
  ///     has evidence.
  /// - Returns: the findings in reading order; no errors when the runbook is valid.
  public func validation(
    of path: String, environment: String? = nil, evidence: (PlannedRunbook) async -> [Finding] = { _ in [] }
  ) async -> Found {
    let loaded = RunbookFile.load(path, environment: environment)
    guard !loaded.findings.hasErrors, let runbook = loaded.runbook else { return loaded.found }
    let names = environment.map { [$0] } ?? loaded.environmentNames
    let hasEvidence = runbook.register?.risks.contains { $0.evidence != nil } ?? false
    let directory = PlannedRunbook.directory(of: path)
    var planned: [(name: String, findings: [Finding])] = []
    for name in names {
      // Reading again costs milliseconds, and each environment sees the same checked runbook.
      guard let bound = RunbookFile.load(path, environment: name).environment else { continue }
      var (plan, findings) = Planner.plan(runbook, in: bound, zones: zones)
      if let plan {
        findings += Finding.missingPrograms(of: plan, in: bound, runbook: runbook, directory: directory)
        findings += Finding.keyTimes(of: plan, runbook: runbook, now: now)
        let found = Found(findings, sources: loaded.sources)
        let made = PlannedRunbook(path: path, runbook: runbook, environment: bound, plan: plan, found: found)
        if hasEvidence { findings += await evidence(made) }
      }
      planned.append((name, findings))
    }
    var findings = loaded.findings
    findings += Self.together(planned).filter { !findings.contains($0) }
    return Found(findings.inReadingOrder, sources: loaded.sources)
  }

  /// What all environments have in common once, and the rest with where it is so.
  private static func together(_ planned: [(name: String, findings: [Finding])]) -> [Finding] {
    var seen: Set<Finding> = []
    return planned.flatMap(\.findings).filter { seen.insert($0).inserted }.map { finding in
      let names = planned.filter { $0.findings.contains(finding) }.map { "`\($0.name)`" }
      guard names.count < planned.count else { return finding }
      return finding.adding("in environment \(names.joined(separator: ", "))")
    }
  }
}
