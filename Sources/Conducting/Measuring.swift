internal import Adapters
internal import Engine
internal import Plans
internal import Quantities

/// What is measured while a run goes on: which questions are open, and which answers changed nothing.
///
/// A healthy run is measured every few seconds for weeks. Samples that change no decision are kept together and
/// recorded with the next turn, at the latest after ten minutes; whoever is killed before that asks for them again.
struct Measuring {
  /// The engine with the samples on top that are not recorded yet.
  private(set) var ahead: Machine
  private var quiet: [Samples] = []
  private var quietSince: Instant?
  private var readings = 0
  private var open: [Int: Task<Void, Never>] = [:]

  /// The longest time that samples wait to be recorded.
  static let patience = Span(milliseconds: 600_000)

  /// So many readings at most are recorded together: an event stays small enough to be read.
  static let mostReadings = 20_000

  init(_ machine: Machine) {
    ahead = machine
  }

  /// Whether a question is open.
  var isAsking: Bool { !open.isEmpty }

  /// How many questions are open.
  var openCount: Int { open.count }

  /// When something is to be measured or recorded; `nil` when nothing is.
  var nextDue: Instant? {
    let idle = ahead.state.nextSampleDue.flatMap { open.isEmpty ? $0 : nil }
    return [idle, quietSince.map { $0 + Self.patience }].compactMap { $0 }.min()
  }

  /// Asks for everything that is due and not asked for yet.
  ///
  /// - Returns: samples that need no question: nothing is exposed that they could speak about.
  mutating func ask(_ observer: Observer, now: Instant) -> [Samples] {
    var empty: [Samples] = []
    if open[Self.look] == nil, let request = ahead.state.lookDue(at: now) {
      open[Self.look] = observer.look(request, state: ahead.state, now: now)
    }
    for request in ahead.state.samplesDue(at: now) where open[request.signal] == nil {
      if request.series.isEmpty {
        let rows = request.times.map { Samples.Row(at: $0, readings: []) }
        let name = ahead.state.plan.signals[request.signal].name
        empty.append(Samples(signal: request.signal, name: name, series: [], rows: rows))
      } else {
        open[request.signal] = observer.ask(request, state: ahead.state, now: now)
      }
    }
    return empty
  }

  /// The place of a planned look among the open questions.
  private static let look = -1

  /// A question was answered.
  mutating func close(_ signal: Int) { open[signal] = nil }

  /// A planned look was answered.
  mutating func closeLook() { open[Self.look] = nil }

  /// Takes samples in.
  ///
  /// - Returns: whether they change something, so that everything kept must be recorded now.
  mutating func take(_ samples: Samples, now: Instant) -> Bool {
    var trial = ahead
    trial.fold(Event(.sampled([samples]), at: now), sequence: trial.state.lastSequence)
    keep(samples)
    quietSince = quietSince ?? now
    guard trial.decide(from: trial.state.lastSequence + 1).events.isEmpty else { return true }
    ahead = trial
    return readings > Self.mostReadings || quietSince.map { now - $0 >= Self.patience } ?? false
  }

  /// The order in which they came is the order in which they are judged, so it is kept.
  private mutating func keep(_ samples: Samples) {
    readings += samples.rows.reduce(0) { $0 + $1.readings.count + 1 }
    if let last = quiet.last, last.signal == samples.signal, last.series == samples.series {
      quiet[quiet.count - 1].rows += samples.rows
    } else {
      quiet.append(samples)
    }
  }

  /// Hands out everything that was kept, in the order in which it came.
  mutating func flush() -> [Samples] {
    defer {
      quiet = []
      quietSince = nil
      readings = 0
    }
    return quiet
  }

  /// Everything that was measured is recorded, and the engine is this far.
  mutating func catchUp(_ machine: Machine) { ahead = machine }

  /// Ends all open questions; what they answer is not read any more.
  ///
  /// - Returns: the tasks, for whoever waits until they are gone.
  @discardableResult
  mutating func cancel() -> [Task<Void, Never>] {
    let tasks = Array(open.values)
    for task in tasks { task.cancel() }
    open = [:]
    return tasks
  }
}
