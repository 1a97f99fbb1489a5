import ArgumentParser
import Auditing
import Operating
import Quantities
import Records
import Screens

struct AuditReconcileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile", abstract: "Hold a provider's own log against the record: what was changed around it?",
    discussion: """
      FILE is what the provider keeps by itself: the activity log of Azure as JSON, or objects with time, who, what, \
      resource and, where there is one, correlation; one a line, or all in a list, or pages with all that belongs to \
      them. A request of the record explains a change that has its idempotency key as correlation, or that is about a \
      resource with its target's identifier in the name while the request was at work, five minutes for clocks.

      Exit 0: nothing is left unexplained. 8: something is, or could not be judged, because a run was pruned that was \
      at work then, or whose plan alone may have named the target. 7: the record is damaged.
      """)

  @Argument(help: ArgumentHelp("The provider's log.", valueName: "file"), completion: .file())
  var log: String

  @Option(help: ArgumentHelp("Only changes from this time on.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Only changes before this time.", valueName: "time"))
  var until: String?

  @Flag(help: "List what is explained, and what is about nothing of ours, too.")
  var all = false

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var options: AuditOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    let now = Host.surroundings.clock().instant
    let (first, last) = (try reader.time(since, now: now), try reader.time(until, now: now))
    try await options.answer { desk, _ in
      let found = try desk.reconcile(log, from: first, to: last)
      let columns = Output.standard.isTerminal ? Output.standard.size.columns : 160
      Output.standard.write(
        style.json
          ? ReconcileScreen.json(found)
          : ReconcileScreen.text(found, all: all, style: style.style(for: .standard), columns: columns))
      if style.json, let untold = ReconcileScreen.untold(found) { Output.error.tell("warning: \(untold)") }
      if !found.unexplained.isEmpty || !found.unjudged.isEmpty || !found.untold.isEmpty { throw Exit.unjudged }
    }
  }
}
