internal import Engine
internal import Plans
internal import Quantities
internal import Records

/// One input of a turn.
struct Input {
  /// What happened.
  var kind: Event.Kind
  var subject: Place = .run
  var cause: Int64?
  var actor: Actor
  var log: String?
  var letter: Letter?

  /// A command that cannot be read is recorded as it came, where it can be erased.
  init(unreadable letter: Letter, actor: Actor) {
    let text = String(letter.command.prefix(4_096))
    kind = .commandUnread(size: letter.command.utf8.count, id: String(letter.id.prefix(128)), text: text)
    self.letter = letter
    self.actor = actor
  }

  init(_ kind: Event.Kind, subject: Place = .run, cause: Int64? = nil, actor: Actor, log: String? = nil) {
    self.kind = kind
    self.subject = subject
    self.cause = cause
    self.actor = actor
    self.log = log
  }
}

extension Loop {
  /// Everything that happened since the last turn; `nil` when there is nothing to record.
  mutating func inputs(
    _ news: [News], at reading: ClockReading, since last: ClockReading?, in record: some Record, _ turn: inout Turn
  ) throws -> [Input]? {
    var mustRecord = measuring.isDue(at: reading.instant)
    var inputs: [Input] = []
    let stepped = Self.clockStep(reading, since: last)
    for item in news {
      inputs += try input(
        item, now: reading.instant, measuredAt: Self.before(stepped, reading.instant), mustRecord: &mustRecord)
    }
    if reading.monotonic >= nextInboxLook {
      nextInboxLook = reading.monotonic + Self.inboxPause
      inputs += try letters(in: record, at: reading.instant, &turn)
    }
    // What waits for a time waits as long as it did: the step is known before anything that happened since is.
    if let stepped {
      inputs.insert(Input(.clockStepped(by: stepped), actor: executor), at: 0)
      measuring.clockStepped()
    }
    if let state = reading.state, state.isSynchronised != clockState?.isSynchronised {
      if clockState != nil { inputs.append(Input(.clockStateChanged(state), actor: executor)) }
      clockState = state
    }
    if let due = machine.state.nextDue, due + (stepped ?? .zero) <= reading.instant {
      inputs.append(Input(.timerDue, actor: executor))
    }
    return mustRecord || !inputs.isEmpty ? inputs : nil
  }

  /// Takes everything that was measured and is not recorded yet: one input at most, and the engine that has folded it,
  /// since samples are folded as they come.
  mutating func takeSamples() -> (inputs: [Input], ahead: Machine?) {
    let (samples, ahead) = measuring.flush()
    return samples.isEmpty ? ([], nil) : ([Input(.sampled(samples), actor: executor)], ahead)
  }

  /// What the clock would say had it not been set. Samples are recorded before the step, and belong to the time before:
  /// in the new time a bake would be over that has just begun.
  static func before(_ step: Span?, _ now: Instant) -> Instant {
    step.map { now + Span(milliseconds: -$0.milliseconds) } ?? now
  }

  private mutating func input(
    _ news: News, now: Instant, measuredAt then: Instant, mustRecord: inout Bool
  ) throws(Defect) -> [Input] {
    switch news {
    case .drain: return machine.state.isDraining ? [] : [Input(.executorDraining, actor: executor)]
    case .cursor(let request, let cursor, let done, let total):
      guard flights.contains(where: { $0.request == request && !$0.isProbe }) else { return [] }
      let kind = Event.Kind.cursorRecorded(
        request.verb, attempt: request.attempt, cursor: cursor, done: done, total: total)
      return [input(kind, of: request)]
    case .held(let request), .begun(let request):
      guard let place = flights.firstIndex(where: { $0.request == request }) else { return [] }
      if case .held = news { flights[place].due = nil } else { flights[place].due = due(request) }
      return []
    case .sampled(let samples):
      guard measuring.close(samples.signal) else { return [] }
      // What speaks of a time that is still to come was asked before the clock was set back, and would keep anybody
      // from asking until then.
      var samples = samples
      samples.rows.removeAll { $0.at > then }
      if samples.rows.isEmpty { return [] }
      if try measuring.take(samples, over: machine, now: then) { mustRecord = true }
      return []
    case .compared(let look, let before, let after):
      guard measuring.closeLook() else { return [] }
      return [Input(.comparisonMeasured(look: look, before: before, after: after), actor: executor)]
    case .told(let number, let delivery):
      return notices.answer(number, delivery, now: now).map { [Input($0, actor: executor)] } ?? []
    case .verified(let letter, let verdict):
      guard signatures[letter] != nil else { return [] }
      signatures[letter] = .some(verdict)
      // It is taken up now, not a breath later.
      nextInboxLook = 0
      return []
    case .answered(let request, let reply):
      guard let flight = land(request, isProbe: false) else { return [] }
      return [input(of: reply, to: flight)]
    case .unasked(let request):
      _ = land(request, isProbe: true)
      return []
    case .probed(let request, let reply):
      guard land(request, isProbe: true) != nil else { return [] }
      return [
        input(
          .probeAnswered(
            request.verb, attempt: request.attempt, answer: reply.answer, cursor: reply.cursor, outputs: reply.outputs),
          of: request, log: reply.log)
      ]
    }
  }

  /// A request has its answer. Whatever else its provider says later is not listened to: attempts are counted anew in
  /// each round, so it could be taken for the answer to another one.
  ///
  /// - Returns: what it was; `nil` when nobody waits for this answer.
  private mutating func land(_ request: Request, isProbe: Bool) -> Flight? {
    flights.firstIndex { $0.request == request && $0.isProbe == isProbe }.map { flights.remove(at: $0) }
  }

  private func input(of reply: Reply, to flight: Flight) -> Input {
    let request = flight.request
    switch reply {
    case .applied(let outputs, let unread, let log):
      return input(
        .succeeded(request.verb, attempt: request.attempt, outputs: outputs, unread: unread), of: request, log: log)
    case .notApplied(let failure, let log):
      return input(.failed(request.verb, attempt: request.attempt, failure: failure), of: request, log: log)
    case .unknown(let because, let log):
      let isLate = flight.due.flatMap { due in present.map { $0.awake >= due - Self.grace.milliseconds } } ?? false
      let doubt = Doubt(cause: isLate ? .timeout : .noAnswer, reason: because)
      return input(.inDoubt(request.verb, attempt: request.attempt, doubt: doubt), of: request, log: log)
    case .atWork(let because, let log):
      let doubt = Doubt(cause: .atWork, reason: because)
      return input(.inDoubt(request.verb, attempt: request.attempt, doubt: doubt), of: request, log: log)
    case .awaitsPerson(let instruction):
      return input(.awaitsPerson(request.verb, attempt: request.attempt), of: request, log: instruction)
    }
  }

  private func input(_ kind: Event.Kind, of request: Request, log: String? = nil) -> Input {
    Input(
      kind, subject: .step(request.address), cause: request.cause,
      actor: Actor(kind: .provider, id: request.provider, auth: "none"), log: log)
  }

  /// The letters that can be taken up. One whose signature is being looked at waits, and with it all later ones in
  /// which it matters who says them; a `pause` does not wait for anybody's keys.
  private mutating func letters(in record: some Record, at now: Instant, _ turn: inout Turn) throws -> [Input] {
    var inputs: [Input] = []
    var proposed = machine.state.amendment?.plan
    var isWaiting = false
    for letter in try record.letters(to: run.number) {
      // What the row says of how somebody is known is the sender's word.
      var actor = Actor(kind: .person, id: letter.person, auth: "account")
      let door = Door(machine.state, of: run, proposed: proposed, at: now, journal: record, accounts: accounts)
      if isWaiting, let asked = letter.asked, asked.command.name.isOfPersons { continue }
      switch try door.look(at: letter, verdict: signatures[letter.id] ?? nil) {
      case _ where !letter.hasPlainIdentity, .unreadable: inputs.append(Input(unreadable: letter, actor: actor))
      case .signed(let check):
        isWaiting = true
        if signatures[letter.id] == nil {
          signatures[letter.id] = .some(nil)
          turn.orders.append(.verify(check))
        }
      case .command(let command):
        signatures[letter.id] = nil
        guard let place = machine.state.index.place(letter.subject) else {
          inputs.append(Input(unreadable: letter, actor: actor))
          continue
        }
        if command.name == .amend { proposed = command.amendment }
        if let digest = command.amendment, let plan = try door.plan(named: command) { machine.learn(plan, as: digest) }
        if let auth = command.auth { actor.auth = auth }
        var input = Input(.commandReceived(command), subject: place, actor: actor)
        input.letter = letter
        inputs.append(input)
      }
    }
    return inputs
  }

  /// By how much the wall clock moved against the monotonic one, when that is more than two seconds.
  static func clockStep(_ reading: ClockReading, since last: ClockReading?) -> Span? {
    guard let last, last.boot == reading.boot else { return nil }
    let wall = (reading.instant - last.instant).milliseconds
    let step = wall - (reading.monotonic - last.monotonic)
    return step.magnitude > 2_000 ? Span(milliseconds: step) : nil
  }
}

extension ClockReading {
  /// What the record says of how well the clock is kept.
  var state: ClockState? { keeping.map { ClockState(isSynchronised: $0.isSynchronised, error: max(0, $0.error)) } }
}
