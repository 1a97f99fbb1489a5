import Plans
import Quantities
import Records

@testable import Engine
@testable import Looping

extension Simulation {
  /// Does what the loop orders, in its own time.
  mutating func carryOut(_ order: Order) throws {
    switch order {
    case .apply(let request): try fly(request)
    case .probe(let request):
      try checkIntent(of: request)
      let flight = flight(of: request, isProbe: true)
      flights.append(flight)
      queue.add(.probed(flight), at: later(100, 5_000))
    case .cancel(let request):
      guard let place = flights.firstIndex(where: { $0.request == request }) else { return }
      if flights[place].isPending, random.chance(50) { land(flights[place]) }
      flights[place].isPending = false
      queue.add(
        .news(.answered(request, .unknown(because: "it was told to end", log: nil))), at: later(10, 500))
    case .measure(let measurement): queue.add(.measured(measurement), at: later(10, isWild ? 4_000 : 200))
    case .look(let look, let before, let after):
      queue.add(.looked(look, before: before, after: after), at: later(10, 2_000))
      if isWild, random.chance(20) { queue.add(.looked(look, before: before, after: after), at: later(10, 4_000)) }
    case .stopMeasuring, .stopTelling, .checkpoint: break
    case .tell(let telling): try tell(telling)
    case .verify(let check):
      let verdict: SignatureVerdict =
        check.signature == "good" && !check.principals.isEmpty
        ? .holds(principal: check.principals[0]) : .refused("the signature does not count")
      queue.add(.news(.verified(letter: check.letter, verdict)), at: later(5, 8_000))
    }
  }

  private mutating func later(_ low: Int, _ high: Int) -> Int64 {
    monotonic + Int64(isSteady ? low : random.int(low...high))
  }

  /// Nothing is asked that is not on record.
  private func checkIntent(of request: Request) throws {
    var isFound = false
    try record.entries(of: run.number, after: request.cause - 1) { entry in
      isFound = entry.seq == request.cause && entry.subject == request.path && entry.type.hasSuffix("intended")
      return false
    }
    try broken(isFound ? [] : ["an effect without an intent: \(request)"])
    let isDouble = flights.contains { $0.request.address.target == request.address.target }
    try broken(isDouble ? ["two requests are open for \(request.path)"] : [])
  }

  private func flight(of request: Request, isProbe: Bool) -> Flight {
    let step = plan.stages[request.address.target.stage].steps[request.address.step]
    var call = step.call
    if request.verb == .undo, case .call(let undo) = step.undo { call = undo }
    let round = reader.stages[request.address.target.stage].rounds[request.address.target.row] ?? 0
    return Flight(
      request: request, isProbe: isProbe, idempotency: call.idempotency, round: round, isPending: false)
  }

  private mutating func fly(_ request: Request) throws {
    try checkIntent(of: request)
    var flight = flight(of: request, isProbe: false)
    var lands = later(100, isWild ? 15_000 : 3_000)
    let reason = "said the world"
    var reply = Reply.applied(outputs: ["at": "here"], log: nil)
    switch isWild ? random.int(0...99) : 0 {
    case 0...54: flight.isPending = true
    case 55...69:
      let wait = random.chance(30) ? Span(milliseconds: Int64(random.int(0...30_000))) : nil
      reply = .notApplied(Failure(isTransient: true, retryAfter: wait, reason: reason), log: "try again")
    case 70...77: reply = .notApplied(Failure(isTransient: false, reason: reason), log: nil)
    case 78...86:
      flight.isPending = random.chance(50)
      reply = .unknown(because: reason, log: nil)
    case 87...93:
      flight.isPending = random.chance(50)
      lands = max(monotonic, request.deadline.milliseconds - wallOffset)
      reply = .unknown(because: reason, log: nil)
    case 94...95:
      flight.isPending = random.chance(50)
      flight.hangs = true
    default: reply = .awaitsPerson(instruction: "do it")
    }
    flights.append(flight)
    let start = monotonic
    if flight.isPending {
      queue.add(.lands(request.cause), at: isSteady ? lands : start + Int64(random.int(0...Int(lands - start))))
    }
    if isWild, random.chance(10) {
      queue.add(.news(.cursor(request, "c\(request.cause)", done: 1, total: nil)), at: start + (lands - start) / 2)
    }
    guard !flight.hangs else { return }
    queue.add(.news(.answered(request, reply)), at: lands)
    // The same provider says something else later: nobody may listen.
    if isWild, random.chance(10) {
      queue.add(
        .news(.answered(request, .applied(outputs: [:], log: "again"))), at: lands + Int64(random.int(0...9_000)))
    }
  }

  /// The effect of a request takes place.
  mutating func land(_ flight: Flight) {
    world.apply(flight.request, idempotency: flight.idempotency, round: flight.round)
  }

  private mutating func tell(_ telling: Telling) throws {
    try broken(telling.notice.classes.contains(telling.message.kind) ? [] : ["somebody is told what was not asked for"])
    var delivery = Delivery.delivered
    if isWild {
      switch random.int(0...9) {
      case 0...5: break
      case 6...7: delivery = .again
      case 8: delivery = .never("nobody is there")
      // It never answers: whoever waits gives up.
      default: return
      }
    }
    queue.add(.news(.told(telling.number, delivery)), at: later(5, isWild ? 9_000 : 500))
  }

  /// Everything that has happened by now, as news.
  mutating func arrivals() -> [News] {
    var news: [News] = []
    for happening in queue.take(until: monotonic) {
      switch happening {
      case .lands(let cause):
        guard let place = flights.firstIndex(where: { $0.request.cause == cause && $0.isPending }) else { continue }
        land(flights[place])
        flights[place].isPending = false
      case .news(let item):
        if case .answered(let request, _) = item { flights.removeAll { $0.request == request && !$0.isProbe } }
        news.append(item)
      case .probed(let flight):
        flights.removeAll { $0.request == flight.request && $0.isProbe }
        news.append(.probed(flight.request, ProbeReply(probe(flight.request))))
      case .measured(let measurement):
        let samples = samples(measurement)
        news.append(.sampled(samples))
        // The same answer comes once more, later: it says nothing new.
        if isWild, random.chance(5) {
          queue.add(.news(.sampled(samples)), at: monotonic + Int64(random.int(1...9_000)))
        }
      case .looked(let look, let before, let after):
        let empty = Samples(
          signal: after.request.signal, name: after.signal.name, series: after.request.series, rows: [])
        news.append(.compared(look: look, before: before.map { samples($0) } ?? empty, after: samples(after)))
      }
    }
    return news
  }

  private mutating func probe(_ request: Request) -> ProbeAnswer {
    let holds = world.holds(request.address, request.verb)
    guard isWild, random.chance(20) else { return holds ? .applied : .notApplied }
    return holds || random.chance(50) ? .unknown : .partial
  }

  // MARK: Measurements

  /// What is so, unless the provider cannot be asked; in bad times the series come in any order. The last signal is a
  /// running total.
  private mutating func samples(_ measurement: Measurement) -> Samples {
    let (request, signal) = (measurement.request, measurement.signal)
    let isTotal = signal.name == plan.signals.last?.name
    let isLost = isWild && random.chance(5)
    var series = request.series
    if isWild, random.chance(20) { series.shuffle(using: &random) }
    return Samples(
      signal: request.signal, name: signal.name, series: series,
      rows: request.times.map { time in
        let readings = series.map { name -> Reading in
          if isLost { return .missing(.providerError) }
          return isTotal
            ? weather.total(of: signal.name, series: name, at: time)
            : weather.reading(of: signal.name, series: name, at: time)
        }
        return Samples.Row(at: time, readings: readings)
      })
  }
}
