internal import Engine
internal import Plans
internal import Quantities
internal import Records

extension Loop {
  /// After an amendment only what came of telling people is taken in: all other news speaks in numbers of a plan that
  /// is not in force any more.
  mutating func farewell<R: Record>(
    _ news: [News], at reading: ClockReading, in record: R, under lease: R.Lease, _ turn: inout Turn
  ) throws {
    var inputs: [Input] = []
    for case .told(let number, let delivery) in news {
      if let kind = notices.answer(number, delivery, now: reading.instant) {
        inputs.append(Input(kind, actor: executor))
      }
    }
    guard !inputs.isEmpty else { return }
    try note(inputs, at: reading, in: record, under: lease, &turn)
  }

  /// Records what asks for no decision: whoever goes on from the record decides.
  private mutating func note<R: Record>(
    _ inputs: [Input], at reading: ClockReading, in record: R, under lease: R.Lease, _ turn: inout Turn
  ) throws {
    let drafts = inputs.map { input in
      (Event(input.kind, subject: input.subject, at: reading.instant, cause: input.cause), input.actor)
    }
    let index = machine.state.index
    let recorded = try record.write(under: lease, clock: reading) { batch in
      try drafts.map { event, actor in
        let path = index.path(of: event.subject)
        let seq = try append(event, at: path, actor: actor, index, to: &batch)
        machine.fold(event, sequence: seq)
        return (seq: seq, event: event, path: path)
      }
    }
    turn.recorded += recorded
  }

  /// Ends the loop, if it is time for that.
  mutating func end<R: Record>(
    at reading: ClockReading, in record: R, under lease: R.Lease, _ turn: inout Turn
  ) throws {
    let now = reading.instant
    guard own.isEmpty, let (ending, why) = try ending(at: now, in: record) else {
      leaving = nil
      return
    }
    if measuring.cancel() { turn.orders.append(.stopMeasuring) }
    // What is to be told gets a moment; what came of it must be recorded before the executor leaves.
    let isTelling = isAmended ? notices.openCount > 0 : notices.isBusy
    if isTelling {
      let until = leaving ?? now + Self.farewell
      leaving = until
      if now < until { return }
      notices.stop()
      turn.orders.append(.stopTelling)
    }
    if let why {
      let orders = turn.orders.count { !$0.isCheckpoint }
      try commit(
        [Input(.executorStopped(reason: why), actor: executor)], at: reading, in: record, under: lease, &turn)
      // Something came due in this very moment: the loop goes on, and leaves later.
      guard turn.orders.count(where: { !$0.isCheckpoint }) == orders, !isAmended else {
        leaving = nil
        return
      }
    }
    turn.ending = ending
  }

  /// How the loop could end now, and what the record says about it; `nil` while it goes on.
  private func ending(at now: Instant, in record: some Record) throws -> (Ending, String?)? {
    if isAmended { return (.amended, nil) }
    guard flights.isEmpty else { return nil }
    if let outcome = machine.state.outcome, try record.letters(to: run.number).isEmpty {
      return (.finished(outcome), "the run is over")
    }
    if machine.state.isDraining { return (.drained, "it was asked to leave") }
    guard let patience, let began else { return nil }
    // What triggers watch can be read later; only what the run itself waits for keeps it here.
    let due = [machine.state.nextDue, state.evidenceDue].compactMap { $0 }.min()
    // What a wave waits to be read of the moment at which it became due is asked for in the next turn.
    let isUnread = state.nextSampleDue.map { $0 <= began || $0 <= now && !state.isWatchCurrent } ?? false
    let isDue = due.map { $0 - now <= patience } ?? false
    if measuring.isAsking || isUnread || state.isBreachCounting || isDue { return nil }
    guard try record.letters(to: run.number).isEmpty else { return nil }
    return (.blocked, "nothing can be done now")
  }
}

extension Order {
  /// Whether it asks nobody for anything.
  fileprivate var isCheckpoint: Bool { if case .checkpoint = self { true } else { false } }
}
