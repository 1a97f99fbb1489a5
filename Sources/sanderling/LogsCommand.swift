import ArgumentParser
import Engine
import Journaling
import Operating
import Records
import Screens

struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Show what a step printed, attempt by attempt, and what it prints.",
    discussion: """
      From the journal: what an attempt prints is kept when it ends, secrets blacked out; and what an attempt at work, \
      or one in doubt whose executor was killed, has printed so far. --follow goes on with what is printed now, as it \
      comes, and ends when the step or target is over or nobody executes the run any more. It only reads.
      """)

  @Argument(help: "A step, or a target for all its steps.", completion: Completions.places([.target, .step]))
  var path: String

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run; it can be left out where only one is open that has the place.", valueName: "r-n"),
    completion: Completions.runs)
  var name: String?

  @Flag(name: .shortAndLong, help: "Go on with what is printed now.")
  var follow = false

  @OptionGroup var reader: ReaderOptions
  @OptionGroup var journal: JournalOptions

  func run() async throws {
    let desk = try journal.desk(.read)
    let asked = try desk.explanation(of: name, at: path, whole: true)
    let text = LogsScreen.text(
      state: asked.state, place: asked.place, history: asked.history, offset: reader.offset)
    if !text.isEmpty { Output.standard.write(text) }
    if follow, let place = asked.place {
      var tail = LogsFollowing(
        try desk.observer(of: asked.run.name), place: place, reader: reader)
      return try await tail.follow()
    }
    let unrecorded = desk.unrecorded(of: asked.run, asked.state, at: asked.place ?? .run)
    for (number, printed) in unrecorded.enumerated() {
      let words = LogsFollowing.words(isInDoubt: printed.isInDoubt)
      let title = "── \(asked.state.index.path(of: .step(printed.step))), \(words)"
      Output.standard.write(
        (number > 0 || !text.isEmpty ? "\n" : "") + ([title] + printed.lines).map { Sanitize.line($0) + "\n" }.joined())
    }
    guard text.isEmpty, unrecorded.isEmpty else { return }
    let place = asked.place.map { asked.state.index.path(of: $0) } ?? path
    Output.error.tell(
      "nothing that \(place) printed is kept yet\n  sanderling logs \(place) --run \(asked.run.name) --follow\n"
        + "  sanderling why \(asked.run.name) \(place)\n")
  }
}

/// Goes on with what steps print, from the files of their executor and from the journal.
private struct LogsFollowing {
  private var observer: Observer
  private let place: Place
  private let reader: ReaderOptions
  /// The step that prints, and what it printed.
  private var step: StepAddress?
  private var tail: OutputTail?
  private var hasPrinted = false

  /// Between two looks.
  private static let pause = Duration.milliseconds(200)

  init(_ observer: Observer, place: Place, reader: ReaderOptions) {
    (self.observer, self.place, self.reader) = (observer, place, reader)
  }

  /// What is said of lines that are in no record yet.
  static func words(isInDoubt: Bool) -> String {
    isInDoubt ? "in doubt, and in no record: until its executor was gone" : "at work"
  }

  mutating func follow() async throws {
    while true {
      let events = try observer.look()
      try show()
      for (seq, event) in events { try end(seq, event) }
      if isOver { break }
      try await Task.sleep(for: Self.pause)
    }
  }

  /// The step of the place that is at work now.
  private var atWork: StepAddress? {
    observer.state.units.first { unit in
      guard unit.hasOpenRequest else { return false }
      if case .step(let asked) = place { return unit.address == asked }
      return observer.state.index.contains(place, unit.key)
    }?.address
  }

  private mutating func show() throws {
    if tail == nil, let address = atWork {
      if step != address { hasPrinted = false }
      step = address
      tail = observer.output(of: address)
      let words = Self.words(isInDoubt: observer.executor == nil)
      if tail != nil { Output.standard.write(title(.step(address), words)) }
    }
    write(tail?.more() ?? [])
  }

  private mutating func write(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    hasPrinted = true
    Output.standard.write(lines.map { Sanitize.line($0) + "\n" }.joined())
  }

  /// An attempt has ended: what it printed last is read, or all of it where it was quicker than a look.
  private mutating func end(_ seq: Int64, _ event: Event) throws {
    guard event.kind.answersAttempt, case .step(let address) = event.subject, isMeant(address) else { return }
    if step == address, tail != nil {
      write(tail?.more() ?? [])
    } else if !hasPrinted || step != address {
      let records = try observer.record(seq).map { [$0] } ?? []
      Output.standard.write(
        LogsScreen.text(state: observer.state, place: .step(address), history: records, offset: reader.offset))
    }
    if step == address { (tail, step, hasPrinted) = (nil, nil, false) }
  }

  private func isMeant(_ address: StepAddress) -> Bool {
    if case .step(let asked) = place { return asked == address }
    return observer.state.index.contains(place, address.target)
  }

  private func title(_ place: Place, _ words: String) -> String {
    Sanitize.line("── \(observer.state.index.path(of: place)), \(words)") + "\n"
  }

  /// Whether nothing more will be printed: the step or target is over, or nobody executes the run.
  private var isOver: Bool {
    let state = observer.state
    if state.outcome != nil || observer.executor == nil { return true }
    switch place {
    case .step(let address):
      guard let unit = state.unit(address.target) else {
        return state.stages[address.target.stage].status[Int(address.target.row)] != .waiting
      }
      return unit.verb == .apply && unit.step > address.step
    case .target(let key): return state.unit(key) == nil && state.stages[key.stage].status[Int(key.row)] != .waiting
    case .run, .phase, .stage, .wave: return false
    }
  }
}
