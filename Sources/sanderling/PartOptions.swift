import ArgumentParser
import Foundation
import Journaling
import Operating
import Plans

/// Which targets of a runbook a plan of its own is for.
struct PartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A smaller plan, of a digest of its own: these targets alone, by identifier.", valueName: "id,…"))
  var only: [String] = []

  @Option(
    name: .customLong("only-where"),
    help: ArgumentHelp(
      "A smaller plan: the targets with a value, such as region=eu; several must all hold.",
      valueName: "field=value"))
  var conditions: [String] = []

  @Option(
    name: .customLong("only-first"),
    help: ArgumentHelp(
      "A smaller plan: so many targets, in the order in which the whole plan begins them.",
      valueName: "number"))
  var first: Int?

  @Option(
    name: .customLong("only-failed-of"),
    help: ArgumentHelp("A smaller plan: what failed or was skipped in a run that is over.", valueName: "run"),
    completion: Completions.runs)
  var failedOf: String?

  @Flag(name: .customLong("only-rest"), help: "A smaller plan: what no earlier run has done.")
  var rest = false

  @Option(
    name: .customLong("with"),
    help: ArgumentHelp(
      "Beside what --only… chooses: a phase or stage as a whole, such as prepare/network.",
      valueName: "path"))
  var with: [String] = []

  func validate() throws {
    if only.contains(where: { $0.split(separator: ",", omittingEmptySubsequences: false).contains("") }) {
      throw ValidationError("--only takes identifiers with commas between them, and one of them is empty")
    }
    if let first, first < 1 { throw ValidationError("--only-first takes a number from 1 on") }
    if failedOf != nil, rest {
      throw ValidationError("--only-failed-of and --only-rest each say what is left; choose one")
    }
    if !with.isEmpty, only.isEmpty, conditions.isEmpty, first == nil, failedOf == nil, !rest {
      throw ValidationError("--with adds a phase or stage to what --only… chooses")
    }
  }

  /// What is asked for.
  var ask: PartAsk {
    var ask = PartAsk()
    var seen: Set<String> = []
    ask.only = only.flatMap { $0.split(separator: ",").map(String.init) }.filter { seen.insert($0).inserted }
    ask.conditions = conditions
    ask.first = first
    ask.failedOf = failedOf
    ask.rest = rest
    ask.with = with
    return ask
  }

  /// Plans a runbook or this part of it, beside what earlier runs in the journal have left.
  ///
  /// - Parameters:
  ///   - asked: the runbook.
  ///   - place: where the journal is, or would be made: only a part of a runbook is planned with a look at it.
  /// - Returns: the runbook and its plan; and what `run` would say no with to this part, as the journal is now: `nil`
  ///   where it would begin or go on, and for a whole runbook.
  /// - Throws: ``Refusal`` for files with errors, and for a part that there is not.
  func plan(
    _ asked: PlanningAsk, journal place: @autoclosure () -> JournalPlace
  ) throws -> (planned: PlannedRunbook, objection: Refusal?) {
    var asked = asked
    asked.part = ask
    let path = ask.isEmpty ? nil : place().path
    let desk = try path.flatMap { path in
      FileManager.default.fileExists(atPath: path)
        ? try Desk(journal: path, access: .read, surroundings: Host.surroundings) : nil
    }
    let planned = try Host.surroundings.plan(asked, beside: desk)
    return (planned, desk?.objection(to: planned))
  }
}
