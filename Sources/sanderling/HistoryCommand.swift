import ArgumentParser
import Conducting
import Diagnostics
import Engine
import History
import Journaling
import Looping
import Planning
import Plans
import Quantities
import Records
import Screens

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Tell what happened: who did what, when, why.",
    discussion: "Without filters it tells the run in one page; with a filter, or --events, one line for each record.")

  @Argument(help: "A run such as r-12; the newest without.")
  var name: String?

  @Flag(help: "Every record, one line each.")
  var events = false

  @Option(help: ArgumentHelp("Only this target.", valueName: "id"))
  var target: String?

  @Option(help: ArgumentHelp("Only this step.", valueName: "id"))
  var step: String?

  @Option(help: ArgumentHelp("Only events of this type, such as step_failed; several with commas.", valueName: "types"))
  var type: String?

  @Option(help: ArgumentHelp("Only what this person or provider did.", valueName: "name"))
  var actor: String?

  @Option(
    help: ArgumentHelp("Only from this time on, such as 2027-02-15 or 2027-02-15T21:00:00.000Z.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Only before this time.", valueName: "time"))
  var until: String?

  @Flag(help: "Write comma-separated values.")
  var csv = false

  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() throws {
    let journal = try self.journal.open(.read)
    let run = try Runs.find(name, in: journal)
    let index = PlanIndex(try Recovery.plan(of: run, in: journal))
    let history = try Runs.history(of: run, in: journal)
    let (from, to) = (try time(since), try time(until))
    let words = type?.split(separator: ",").map(String.init)
    try checkFilters(types: words ?? [], index: index)
    let chosen = history.records.filter { record in
      let path = record.detail.path(of: record.event, in: index).split(separator: "/", omittingEmptySubsequences: false)
      return (target.map { path.count > 3 && path[3] == $0 } ?? true)
        && (step.map { path.count > 4 && path[4] == $0 } ?? true)
        && (words.map { $0.contains(record.event.kind.type) } ?? true)
        && (actor.map { record.detail.actor == $0 } ?? true)
        && (from.map { record.event.at >= $0 } ?? true) && (to.map { record.event.at < $0 } ?? true)
    }
    let style = self.style.style(for: .standard)
    let columns = Output.standard.isTerminal ? Output.standard.size.columns : 120
    if csv {
      Output.standard.write(HistoryScreen.csv(chosen, index: index))
    } else if self.style.json {
      var text = ""
      for (seq, event, detail) in chosen {
        text += EventLines.json(seq, event, index: index, detail: detail).canonicalText + "\n"
      }
      Output.standard.write(text)
    } else if events || hasFilter {
      Output.standard.write(
        HistoryScreen.table(chosen, index: index, offset: Host.localOffset, zone: Host.localZone))
    } else {
      Output.standard.write(
        HistoryScreen.overview(
          Timeline.build(history), plan: index.plan, runName: run.name, style: style, columns: columns,
          offset: Host.localOffset, zone: Host.localZone))
    }
  }

  /// A word that nothing can have must not be answered with "nothing happened".
  private func checkFilters(types: [String], index: PlanIndex) throws {
    if csv, style.json { throw Refusal(.usage, "--csv and --json are two forms; choose one") }
    for type in types where !Event.types.contains(type) {
      let nearest = Spelling.nearest(to: type, among: Event.types)
      throw Refusal(
        .usage, "there is no event type `\(type)`",
        next: [nearest.map { "write \($0)" } ?? "docs/audit.md lists the types"])
    }
    if let target, !index.plan.stages.indices.contains(where: { index.row(target, stage: $0) != nil }) {
      throw Refusal(.usage, "the plan has no target `\(target)`", next: ["sanderling plan lists the targets of a wave"])
    }
    let steps = index.plan.stages.flatMap(\.steps).map(\.id)
    if let step, !steps.contains(step) {
      let nearest = Spelling.nearest(to: step, among: Set(steps).sorted())
      throw Refusal(.usage, "the plan has no step `\(step)`", next: nearest.map { ["write \($0)"] } ?? [])
    }
  }

  private var hasFilter: Bool {
    [target, step, type, actor, since, until].contains { $0 != nil }
  }

  private func time(_ text: String?) throws -> Instant? {
    guard let text else { return nil }
    if let instant = Instant(text) { return instant }
    if let date = CivilDate(text) { return Instant(utcMidnight: date) }
    throw Refusal(.usage, "`\(text)` is no time", next: ["write 2027-02-15, or 2027-02-15T21:00:00.000Z (UTC)"])
  }
}
