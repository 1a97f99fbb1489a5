internal import Adapters
internal import Conducting
public import Diagnostics
internal import Foundation
internal import Plans
internal import Quantities

extension Examination {
  /// Whether this machine has what a runbook needs: valid files, secrets, programs, directories, room; and whether its
  /// `trust/` is its own.
  ///
  /// - Parameter ask: the runbook, its environment and parameters.
  /// - Returns: the checks; without a plan only what is wrong with the files.
  public func runbook(_ ask: PlanningAsk) -> [Check] {
    let planned: PlannedRunbook
    do throws(Refusal) {
      planned = try surroundings.plan(ask)
    } catch {
      let count = error.found.findings.filter { $0.severity == .error }.count
      return [
        Check(
          .runbook, "valid", .missing, count == 0 ? error.what : "\(ask.path) has \(count.counted("error"))",
          next: count == 0 ? error.next : ["sanderling validate \(shellWord(ask.path))"])
      ]
    }
    let plan = planned.plan
    var checks = [
      Check(.runbook, "valid", .fine, "\(plan.runbook) in environment \(plan.environment) can be planned")
    ]
    checks += secrets(of: plan) + programs(of: plan, in: planned.directory) + trust(planned.directory)
    if let shortage = Shortage(of: plan) {
      checks.append(Check(.runbook, "room", .warning, shortage.sentence))
    }
    return checks
  }

  private func secrets(of plan: Plan) -> [Check] {
    guard let resolver = surroundings.secrets, !plan.secrets.isEmpty else { return [] }
    let missing = MissingSecret.all(of: plan, in: resolver)
    guard !missing.isEmpty else {
      let count = plan.secrets.count
      return [Check(.runbook, "secrets", .fine, "\(count) \(count == 1 ? "secret" : "secrets"), all here")]
    }
    return missing.map { secret in
      Check(
        .runbook, "secrets", .missing, "\(secret.because), and \(secret.users) needs it",
        next: ["give it to this program: an executor does not start without it"])
    }
  }

  /// The programs and directories of everything that processes do, each once.
  private func programs(of plan: Plan, in directory: String) -> [Check] {
    var seen: Set<String> = []
    var missing: [Check] = []
    for call in plan.processCalls where seen.insert("\(call.program)\n\(call.directory)").inserted {
      let objection = ProcessAdapter().objection(
        to: call.program, in: call.directory, from: directory, path: variables["PATH"])
      guard let objection else { continue }
      missing.append(
        Check(
          .runbook, "programs", .missing, "\(objection), and \(call.user) needs it",
          next: ["install it, or correct `command` or `directory`"]))
    }
    guard missing.isEmpty, !seen.isEmpty else { return missing }
    return [Check(.runbook, "programs", .fine, "\(seen.count) \(seen.count == 1 ? "program" : "programs"), all here")]
  }

  /// Whoever can change these files decides who may approve.
  private func trust(_ directory: String) -> [Check] {
    let folder = "\(directory)/trust"
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    guard !names.isEmpty else { return [] }
    var checks: [Check] = []
    for path in [folder] + names.map({ "\(folder)/\($0)" }) {
      guard let facts = FileFacts(path) else { continue }
      if facts.mode & 0o022 != 0 {
        checks.append(
          Check(
            .runbook, "trust", .missing, "others can change \(path) (\(facts.octal)), and so who may approve",
            next: ["chmod go-w \(shellWord(path))"]))
      }
      if path.hasSuffix("/salt"), facts.mode & 0o004 != 0 {
        checks.append(
          Check(
            .runbook, "salt", .warning,
            "everybody can read \(path) (\(facts.octal)): with it, pseudonyms can be guessed",
            next: ["chmod o= \(shellWord(path))"]))
      }
    }
    return checks.isEmpty ? [Check(.runbook, "trust", .fine, "only its owner can change \(folder)")] : checks
  }
}

/// A program that a plan starts.
struct ProcessCall: Equatable {
  var program: String
  /// Where, relative to the runbook.
  var directory: String
  /// Who needs it: a step, an undo, a probe, a signal.
  var user: String
}

extension Plan {
  /// The programs that its steps, undos and probes start, as far as they stand in the plan: what is known only for
  /// each target is left out.
  var processCalls: [ProcessCall] {
    let processes = Dictionary(
      providers.filter { $0.adapter == "process" }.map { ($0.name, $0.configuration) }, uniquingKeysWith: { $1 })
    var calls: [ProcessCall] = []
    func add(_ provider: String, _ arguments: ArgumentTemplate, _ user: String) {
      guard let configuration = processes[provider] else { return }
      let member = { (name: String) in arguments.member(name) ?? configuration.member(name) }
      // Who sets a search path of their own knows where things are.
      let place = member("directory") ?? .constant(.string("."))
      guard configuration.member("set")?.member("PATH") == nil, let directory = place.plain else { return }
      let isText = member("shell")?.plain == "true"
      let program = isText && member("command")?.first == nil ? "/bin/sh" : member("command")?.first?.plain
      guard let program else { return }
      calls.append(ProcessCall(program: program, directory: directory, user: user))
    }
    for stage in stages {
      for step in stage.steps {
        let path = "\(phases[stage.phase].id)/\(stage.id)/\(step.id)"
        add(step.call.provider, step.call.arguments, path)
        if case .call(let undo) = step.undo { add(undo.provider, undo.arguments, "the undo of \(path)") }
        if let probe = step.call.probe { add(probe.provider, probe.arguments, "the probe of \(path)") }
      }
    }
    return calls
  }
}

extension ArgumentTemplate {
  /// The value of a member; `nil` for what has none of this name.
  fileprivate func member(_ name: String) -> ArgumentTemplate? {
    switch self {
    case .members(let members): members.first { $0.name == name }?.value
    case .constant(let value): value[name].map(ArgumentTemplate.constant)
    case .text, .address, .secret, .list: nil
    }
  }

  /// The first element of a list; `nil` for what is no list.
  fileprivate var first: ArgumentTemplate? {
    switch self {
    case .list(let elements): elements.first
    case .constant(let value): value.array.first.map(ArgumentTemplate.constant)
    case .text, .address, .secret, .members: nil
    }
  }

  /// The text that is the same for every target; `nil` where that is not known yet.
  fileprivate var plain: String? {
    guard references.isEmpty, case .success(let value) = fill({ _ in nil }) else { return nil }
    switch value {
    case .string, .bool, .integer: return value.plainText
    case .null, .decimal, .array, .object: return nil
    }
  }
}
