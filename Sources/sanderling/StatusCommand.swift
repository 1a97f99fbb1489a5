import ArgumentParser
import Engine
import Journaling
import Operating
import Quantities
import Records
import Screens

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the runs: what each does, waits for, and until when.",
    discussion: """
      --targets lists every target of one run, what needs somebody and what failed first. --wait returns when a run is \
      over or needs a person, with the exit codes of `run`: 0 done, 1 failed or taken back, 9 a person is needed, and \
      4 when --timeout has passed before. --watch shows the table anew whenever it changes, until ^C.
      """)

  @Argument(help: "One run, such as r-12.", completion: Completions.runs)
  var name: String?

  @Flag(help: "Finished runs too.")
  var all = false

  @Flag(help: "Every target of one run, failed ones first.")
  var targets = false

  @Flag(help: "With --targets: write comma-separated values.")
  var csv = false

  @Flag(help: "Wait until the run is over or needs a person.")
  var wait = false

  @Option(help: ArgumentHelp("With --wait: wait no longer, such as 10m; exit 4 then.", valueName: "duration"))
  var timeout: String?

  @Flag(help: "Show it again whenever it changes, until ^C.")
  var watch = false

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func validate() throws {
    if csv, !targets { throw ValidationError("--csv is a form of --targets") }
    if csv, style.json { throw ValidationError("--csv and --json are two forms; choose one") }
    if timeout != nil, !wait { throw ValidationError("--timeout belongs to --wait") }
    if [targets, wait, watch].count(where: { $0 }) > 1 {
      throw ValidationError("--targets, --wait and --watch are three ways to look; choose one")
    }
    if let timeout, Span(timeout).map({ $0 <= .zero }) ?? true {
      throw ValidationError("--timeout takes a duration such as 30s, 10m or 2h")
    }
  }

  func run() async throws {
    let desk = try journal.desk(.read)
    if targets { return try showTargets(desk) }
    if wait { return try await wait(desk) }
    if watch { return try await watch(desk) }
    let standing = try desk.standing(of: name, includingFinished: all)
    show(standing)
    for note in try desk.losses() + desk.prunings() { Output.error.tell("note: \(Sanitize.line(note))\n") }
    // One run that cannot be read must not hide the others, and they must not hide it.
    for (_, refusal) in standing.unreadable { Output.error.tell("error: \(refusal.message)\n") }
    if let refusal = standing.refusal { throw Exit(refusal.kind) }
  }

  private func showTargets(_ desk: Desk) throws {
    let why = try desk.explanation(of: name, whole: true)
    let rows = TargetRows.rows(why.state, history: why.history)
    if csv { return Output.standard.write(TargetRows.csv(rows, run: why.run.name)) }
    if style.json { return Output.standard.write(TargetRows.json(rows, run: why.run.name).canonicalText + "\n") }
    Output.standard.tell(
      TargetRows.text(rows, style: style.style(for: .standard), columns: columns, offset: reader.offset))
  }

  /// Between two looks.
  private static let pause = Duration.milliseconds(250)

  private func wait(_ desk: Desk) async throws {
    var observer = try desk.observer(of: name)
    let end = timeout.flatMap { Span($0) }.map { ContinuousClock.now + .milliseconds($0.milliseconds) }
    while true {
      let (state, run) = (observer.state, observer.run.name)
      if let outcome = state.outcome {
        Output.error.tell("\(run) \(outcome.words). sanderling history \(run)\n")
        throw Following.exit(of: outcome)
      }
      // While something is at work, it goes on for now.
      if state.needsPerson, observer.executor == nil || state.openRequests == 0 {
        Output.error.tell("\(run) needs you: \(state.waits.first?.reason ?? "a person"). sanderling why \(run)\n")
        throw Exit.person
      }
      if let end, ContinuousClock.now >= end {
        Output.error.tell("\(run) is not over yet. sanderling status \(run)\n")
        throw Exit.waiting
      }
      try await Task.sleep(for: Self.pause)
      _ = try observer.look()
    }
  }

  private func watch(_ desk: Desk) async throws {
    let isLive = Output.standard.isTerminal && !style.isPlain && !style.json
    let interruption = Interruption {}
    defer { interruption.stop() }
    var shown = ""
    while true {
      let standing = try desk.standing(of: name, includingFinished: all)
      let text = self.text(standing)
      if text != shown {
        let gap = shown.isEmpty || style.json ? "" : "\n"
        Output.standard.tell((isLive ? "\u{1B}[H\u{1B}[2J" : gap) + text)
        shown = text
      }
      if name != nil, standing.runs.allSatisfy({ $0.state.outcome != nil }) { return }
      try await Task.sleep(for: .seconds(1))
    }
  }

  private var columns: Int { Output.standard.isTerminal ? Output.standard.size.columns : 120 }

  private func show(_ standing: Operating.Standing) {
    // Without a row the screen says that there is no run yet.
    guard style.json || !standing.runs.isEmpty || standing.unreadable.isEmpty else { return }
    let text = text(standing)
    if style.json { Output.standard.write(text) } else { Output.standard.tell(text) }
  }

  private func text(_ standing: Operating.Standing) -> String {
    let rows = standing.runs.map {
      StatusRow(
        run: $0.run.name, state: $0.state, isExecuted: $0.isExecuted, now: standing.now, notices: $0.failedNotices)
    }
    if style.json {
      let unreadable = standing.unreadable.map { (run: $0.run, why: $0.refusal.why ?? $0.refusal.what) }
      return StatusScreen.json(rows, unreadable: unreadable).canonicalText + "\n"
    }
    var text = StatusScreen.text(
      rows, style: style.style(for: .standard), columns: columns, now: standing.now, offset: reader.offset,
      zone: reader.label)
    for waiting in standing.runs where waiting.waitingLetters > 0 && !waiting.isExecuted {
      let count = waiting.waitingLetters
      let who = count == 1 ? "1 command waits" : "\(count) commands wait"
      let name = waiting.run.name
      text += "\n\(who) for an executor of \(name):  sanderling commands \(name), then: sanderling run \(name)\n"
    }
    return text
  }
}
