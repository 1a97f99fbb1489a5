internal import Engine
internal import Plans
internal import Quantities

/// What is measured while a run goes on: which questions are open, and which answers changed nothing.
///
/// A healthy run is measured every few seconds for weeks. Samples that change no verdict are kept together and recorded
/// with the next turn, at the latest after a minute; whoever is killed before that asks for them again. While a trigger
/// is pending or a gate holds, each sample moves its clock and is recorded as it comes.
struct Measuring: Sendable {
  /// The engine with the samples on top that are not recorded yet; `nil` while there are none.
  private(set) var ahead: Machine?
  private var quiet: [Samples] = []
  private var quietSince: Instant?
  private var readings = 0
  private var open: Set<Int> = []
  /// The open questions that speak of times of a clock that was set since.
  private var misdated: Set<Int> = []

  /// The longest time that samples wait to be recorded.
  static let patience = Span.minute

  /// So many readings at most are recorded together: an event stays small enough to be read.
  static let mostReadings = 20_000

  /// Whether a question is open.
  var isAsking: Bool { !open.isEmpty }

  /// How many questions are open.
  var openCount: Int { open.count }

  /// When something is to be measured or recorded; `nil` when nothing is. The machine is the engine as it is recorded.
  func nextDue(_ machine: Machine) -> Instant? {
    let idle = open.isEmpty ? (ahead ?? machine).state.nextSampleDue : nil
    return [idle, quietSince.map { $0 + Self.patience }].compactMap { $0 }.min()
  }

  /// Asks for everything that is due and not asked for yet.
  ///
  /// - Returns: what to ask, and samples that need no question: nothing is exposed that they could speak about.
  mutating func ask(_ machine: Machine, now: Instant) -> (orders: [Order], empty: [Samples]) {
    var (orders, empty): ([Order], [Samples]) = ([], [])
    // A run that measures nothing is spared the copy of its state in each turn.
    guard !machine.state.plan.signals.isEmpty else { return (orders, empty) }
    let state = (ahead ?? machine).state
    if !open.contains(Self.look), let request = state.lookDue(at: now) {
      open.insert(Self.look)
      orders.append(
        .look(
          request.look, before: request.before.map { Self.measurement($0, state: state, now: now) },
          after: Self.measurement(request.after, state: state, now: now)))
    }
    for request in state.samplesDue(at: now) where !open.contains(request.signal) {
      if request.series.isEmpty {
        let rows = request.times.map { Samples.Row(at: $0, readings: []) }
        empty.append(
          Samples(signal: request.signal, name: state.plan.signals[request.signal].name, series: [], rows: rows))
      } else {
        open.insert(request.signal)
        orders.append(.measure(Self.measurement(request, state: state, now: now)))
      }
    }
    return (orders, empty)
  }

  private static func measurement(_ request: SampleRequest, state: RunState, now: Instant) -> Measurement {
    let signal = state.plan.signals[request.signal]
    // The nonce is that of the run, and no other run of any journal has it.
    let stem = [state.nonce, signal.name, now.text] + request.times.map(\.text)
    func question(_ series: [String], about name: String?) -> Measurement.Question {
      let identity = JSON.array((stem + series).map { .string($0) })
      let key = Digest(of: identity.canonicalBytes).hex
      return switch state.sampleArguments(of: request.signal, series: name) {
      case .success(let arguments): .init(series: series, arguments: arguments, key: key)
      case .failure: .init(series: series, arguments: nil, key: key)
      }
    }
    return Measurement(
      request: request, signal: signal,
      questions: signal.isAskedBySeries
        ? request.series.map { question([$0], about: $0) } : [question(request.series, about: nil)], at: now)
  }

  /// The place of a planned look among the open questions.
  private static let look = -1

  /// The wall clock was set: what is asked of now speaks of times that have another place, some of them after the
  /// present. A signal that was known up to there would not be asked again until the clock is there.
  mutating func clockStepped() { misdated = open }

  /// A question was answered.
  ///
  /// - Returns: whether the answer counts. The question is asked anew otherwise.
  mutating func close(_ signal: Int) -> Bool {
    open.remove(signal)
    return misdated.remove(signal) == nil
  }

  /// A planned look was answered.
  ///
  /// - Returns: whether the answer counts. The look is asked for anew otherwise.
  mutating func closeLook() -> Bool { close(Self.look) }

  /// Takes samples in.
  ///
  /// - Returns: whether they change something, so that everything kept must be recorded now.
  mutating func take(_ samples: Samples, over machine: Machine, now: Instant) throws(Defect) -> Bool {
    var next = ahead ?? machine
    let before = next.state.watched(signal: samples.signal)
    next.fold(Event(.sampled([samples]), at: now), sequence: next.state.lastSequence)
    ahead = next
    keep(samples)
    quietSince = quietSince ?? now
    // What would be decided is decided again when the samples have their number; here only whether there is something.
    guard try next.decide(from: next.state.lastSequence + 1).made.isEmpty else { return true }
    let after = next.state.watched(signal: samples.signal)
    if after.isMoving || after != before { return true }
    return readings > Self.mostReadings || isDue(at: now)
  }

  /// Whether samples have waited long enough to be recorded, although no other came.
  func isDue(at now: Instant) -> Bool { quietSince.map { now - $0 >= Self.patience } ?? false }

  /// The order in which they came is the order in which they are judged, so it is kept.
  private mutating func keep(_ samples: Samples) {
    readings += samples.rows.reduce(0) { $0 + $1.readings.count + 1 }
    if let last = quiet.last, last.signal == samples.signal, last.series == samples.series {
      quiet[quiet.count - 1].rows += samples.rows
    } else {
      quiet.append(samples)
    }
  }

  /// Hands out everything that was kept, in the order in which it came, and the engine that has folded it.
  mutating func flush() -> (samples: [Samples], ahead: Machine?) {
    defer {
      quiet = []
      quietSince = nil
      readings = 0
      ahead = nil
    }
    return (quiet, ahead)
  }

  /// Nobody waits for open questions any more.
  ///
  /// - Returns: whether there were any.
  mutating func cancel() -> Bool {
    defer { (open, misdated) = ([], []) }
    return !open.isEmpty
  }
}
