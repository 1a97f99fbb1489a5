import ArgumentParser
import Engine
import History
import Journaling
import Operating
import Records
import Screens

struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Show what steps printed, attempt by attempt, and what they print.",
    discussion: """
      From the journal: what an attempt prints is kept when it ends, secrets blacked out; and what an attempt at work, \
      or one in doubt whose executor was killed, has printed so far. --follow goes on with what is printed now, as it \
      comes, and ends when that place is over or nobody executes the run any more. Where several targets are at work, \
      each line has its step in front. It only reads.
      """)

  @Argument(
    help: "A step, or a target, wave, stage or phase for all its steps; without one the whole run.",
    completion: Completions.places(Set(PlaceKind.allCases)))
  var path: String?

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
    let place = asked.place ?? .run
    if follow {
      var following = LogsFollowing(try desk.observer(of: asked.run.name), place: place, reader: reader)
      following.show(asked.history)
      return try await following.follow()
    }
    let text = LogsScreen.text(
      state: asked.state, place: place, history: asked.history, offset: reader.offset)
    if !text.isEmpty { Output.standard.write(text) }
    let unrecorded = desk.unrecorded(of: asked.run, asked.state, at: place)
    for (number, printed) in unrecorded.enumerated() {
      let words = LogsFollowing.words(isInDoubt: printed.isInDoubt)
      let title = "── \(asked.state.index.path(of: .step(printed.step))), \(words)"
      Output.standard.write(
        (number > 0 || !text.isEmpty ? "\n" : "") + ([title] + printed.lines).map { Sanitize.line($0) + "\n" }.joined())
    }
    guard text.isEmpty, unrecorded.isEmpty else { return }
    let name = asked.state.index.path(of: place)
    let words = name.isEmpty ? "" : " \(name)"
    Output.error.tell(
      "nothing that \(name.isEmpty ? asked.run.name : name) printed is kept yet\n"
        + "  sanderling logs\(words) --run \(asked.run.name) --follow\n  sanderling why \(asked.run.name)\(words)\n")
  }
}

/// Goes on with what steps print, from the files of their executor and from the journal.
private struct LogsFollowing {
  private var observer: Observer
  private let place: Place
  private let reader: ReaderOptions
  /// The steps that print.
  private var tails: [StepAddress: OutputTail] = [:]
  /// Those whose lines were shown while they came.
  private var shown: Set<StepAddress> = []
  /// The longest name before a line so far.
  private var width = 0

  /// Between two looks.
  private static let pause = Duration.milliseconds(200)
  /// More are not followed at once: what the others print is shown when they end.
  private static let most = 256

  init(_ observer: Observer, place: Place, reader: ReaderOptions) {
    (self.observer, self.place, self.reader) = (observer, place, reader)
  }

  /// What is said of lines that are in no record yet.
  static func words(isInDoubt: Bool) -> String {
    isInDoubt ? "in doubt, and in no record: until its executor was gone" : "at work"
  }

  mutating func follow() async throws {
    while true {
      for (seq, event) in try observer.look() { try end(seq, event) }
      show()
      if observer.isOver(place) { break }
      try await Task.sleep(for: Self.pause)
    }
  }

  /// Whether lines of several targets can come at the same time: each then says whose it is.
  private var isMixed: Bool {
    switch place {
    case .target, .step: false
    case .run, .phase, .stage, .wave: true
    }
  }

  /// What was printed before.
  mutating func show(_ history: [HistoryRecord]) {
    guard isMixed else {
      return Output.standard.write(
        LogsScreen.text(state: observer.state, place: place, history: history, offset: reader.offset))
    }
    for record in history {
      guard case .step(let address) = record.event.subject, isMeant(address) else { continue }
      write(LogsScreen.lines(of: record), of: address)
      shown.remove(address)
    }
  }

  private mutating func show() {
    for unit in observer.state.units where unit.hasOpenRequest && isMeant(unit.address) {
      let address = unit.address
      if tails[address] == nil, tails.count < Self.most, let tail = observer.output(of: address) {
        tails[address] = tail
        if !isMixed { title(address, Self.words(isInDoubt: observer.executor == nil)) }
      }
      write(tails[address]?.more() ?? [], of: address)
    }
  }

  private mutating func write(_ lines: [String], of address: StepAddress) {
    guard !lines.isEmpty else { return }
    shown.insert(address)
    let name = isMixed ? name(of: address) : ""
    width = max(width, Width.columns(name))
    let prefix = isMixed ? "\(Width.pad(name, to: width)) | " : ""
    Output.standard.write(lines.map { prefix + Sanitize.line($0) + "\n" }.joined())
  }

  /// A step as it is called below the place.
  private func name(of address: StepAddress) -> String {
    let (path, above) = (observer.state.index.path(of: .step(address)), observer.state.index.path(of: place))
    return Sanitize.line(above.isEmpty ? path : String(path.dropFirst(above.count + 1)))
  }

  /// An attempt has ended: what it printed last is read, or all of it where it was quicker than a look.
  private mutating func end(_ seq: Int64, _ event: Event) throws {
    guard event.kind.answersAttempt, case .step(let address) = event.subject, isMeant(address) else { return }
    if let tail = tails.removeValue(forKey: address) {
      write(tail.more(), of: address)
    } else if !shown.contains(address), let record = try observer.record(seq) {
      if isMixed {
        write(LogsScreen.lines(of: record), of: address)
      } else {
        Output.standard.write(
          LogsScreen.text(state: observer.state, place: .step(address), history: [record], offset: reader.offset))
      }
    }
    shown.remove(address)
  }

  private func isMeant(_ address: StepAddress) -> Bool {
    LogsScreen.isMeant(address, in: place, observer.state.index)
  }

  private func title(_ address: StepAddress, _ words: String) {
    Output.standard.write(Sanitize.line("── \(observer.state.index.path(of: .step(address))), \(words)") + "\n")
  }
}
