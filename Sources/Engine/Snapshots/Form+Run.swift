import Plans
import Quantities

// How the state of a run is written: one layout for each of its values, bound to the initialiser of its members. What
// is added to the state and forgotten here does not compile. Places are paths: what the plan has not cannot be read.

extension Form where Value == RunState {
  /// The whole state, under the index of its plan.
  static func run(_ index: PlanLink) -> Form {
    Layout(
      RunState.init(
        index:book:amendment:now:epoch:wokenAt:nonce:createdAt:createdSequence:lastSequence:isDraining:
        standing:stages:stage:wave:waveState:startedPhase:units:rollback:heldTargets:atOnce:keptTargets:failures:
        pendingCommands:waveCause:open:queues:evidence:approvals:told:live:times:doneCount:)
    ) {
      Item("index", { $0.index }, .given(index.index))
      Item("book", { $0.book }, .given([:]))
      Item("amendment", { $0.amendment }, .optional(.amendment(index)))
      Item("now", { $0.now }, .moment)
      Item("epoch", { $0.epoch }, .sequence)
      Item("woken", { $0.wokenAt }, .moment)
      Item("nonce", { $0.nonce }, .text)
      Item("created", { $0.createdAt }, .moment)
      Item("created_seq", { $0.createdSequence }, .sequence)
      Item("seq", { $0.lastSequence }, .sequence)
      Item("draining", { $0.isDraining }, .flag)
      Item("standing", { $0.standing }, .standing)
      Item("stages", { $0.stages }, .list(.stage))
      Item("stage", { $0.stage }, .integer(0...index.plan.stages.count))
      Item("wave", { $0.wave }, .place)
      Item("wave_state", { $0.waveState }, .waveState)
      Item("phase", { $0.startedPhase }, .integer(-1...max(0, index.plan.phases.count - 1)))
      Item("units", { $0.units }, .list(.unit(index)))
      Item("rollback", { $0.rollback }, .optional(.rollback(index)))
      Item("held", { $0.heldTargets }, .heldTargets(index))
      Item("at_once", { $0.atOnce }, .optional(.count))
      Item("kept", { $0.keptTargets }, .keptTargets(index))
      Item("failures", { $0.failures }, .failures)
      Item("commands", { $0.pendingCommands }, .list(.pendingCommand(index)))
      Item("wave_cause", { $0.waveCause }, .sequence)
      // What follows from the rest is found again.
      Item("open", { $0.open }, .given(0))
      Item("queues", { $0.queues }, .given([]))
      Item("evidence", { $0.evidence }, .evidence(index))
      Item("approvals", { $0.approvals }, .approvals(index))
      Item("told", { $0.told }, .pairs(.place, .sequence))
      Item("live", { $0.live }, .given(LiveIndex()))
      Item("times", { $0.times }, .pairs(.place, .pairs(.place, .list(.number))).usually([:]))
      Item("done", { $0.doneCount }, .count)
    }.form
  }
}

extension Form where Value == Place {
  static func place(_ index: PlanLink) -> Form {
    Form<String>.text.mapped(
      or: "is no place in the plan", into: { index.path(of: $0) }, back: { index.place($0) })
  }
}

extension Form where Value == TargetKey {
  static func target(_ index: PlanLink) -> Form {
    Form<Place>.place(index).mapped(
      or: "is no target", into: { .target($0) }, back: { if case .target(let key) = $0 { key } else { nil } })
  }
}

extension Form where Value == Set<TargetKey> {
  static func heldTargets(_ index: PlanLink) -> Form {
    Form<TargetKey>.target(index).list.mapped(
      or: "names a target twice", into: { $0.sorted { ($0.stage, $0.row) < ($1.stage, $1.row) } },
      back: { Set($0).count == $0.count ? Set($0) : nil })
  }
}

/// A target that a person left as it is, and the command that said so.
private struct KeptTarget {
  var key: TargetKey
  var command: Int64
}

extension Form where Value == KeptTarget {
  fileprivate static func kept(_ index: PlanLink) -> Form {
    Layout(
      KeptTarget.init(key:command:), Item("target", { $0.key }, .target(index)),
      Item("command", { $0.command }, .sequence)
    ).form
  }
}

extension Form where Value == [TargetKey: Int64] {
  fileprivate static func keptTargets(_ index: PlanLink) -> Form {
    Form<KeptTarget>.kept(index).list.mapped(
      or: "names a target twice",
      into: { kept in
        kept.sorted { ($0.key.stage, $0.key.row) < ($1.key.stage, $1.key.row) }
          .map { KeptTarget(key: $0.key, command: $0.value) }
      },
      back: { kept in
        let found = Dictionary(kept.map { ($0.key, $0.command) }, uniquingKeysWith: max)
        return found.count == kept.count ? found : nil
      })
  }
}

extension Form where Value == Unit {
  static func unit(_ index: PlanLink) -> Form {
    Layout(
      Unit.init(
        key:verb:step:attempt:tries:condition:touched:cursor:cause:since:epoch:isRetreatOfFailure:mayBeBack:)
    ) {
      Item("target", { $0.key }, .target(index))
      Item("verb", { $0.verb }, .word)
      Item("step", { $0.step }, .place)
      Item("attempt", { $0.attempt }, .count)
      Item("tries", { $0.tries }, .count)
      Item("condition", { $0.condition }, .condition)
      Item("touched", { $0.touched }, .bits)
      Item("cursor", { $0.cursor }, .optional(.text))
      Item("cause", { $0.cause }, .sequence)
      Item("since", { $0.since }, .moment)
      Item("epoch", { $0.epoch }, .sequence)
      Item("retreats", { $0.isRetreatOfFailure }, .flag)
      Item("may_be_back", { $0.mayBeBack }, .flag)
    }.form
  }
}

extension Form where Value == Rollback {
  static func rollback(_ index: PlanLink) -> Form {
    Layout(Rollback.init(place:queue:total:undone:stopsAt:cause:by:decidedIn:decision:)) {
      Item("place", { $0.place }, .place(index))
      Item("queue", { $0.queue }, .list(.target(index)))
      Item("total", { $0.total }, .count)
      Item("undone", { $0.undone }, .count)
      Item("stops_at", { $0.stopsAt }, .optional(.text))
      Item("cause", { $0.cause }, .sequence)
      Item("by", { $0.by }, .optional(.text))
      Item("decided_in", { $0.decidedIn }, .optional(.stageNumber(index)))
      Item("decision", { $0.decision }, .optional(.sequence))
    }.form
  }
}

extension Form where Value == PendingCommand {
  static func pendingCommand(_ index: PlanLink) -> Form {
    Layout(
      PendingCommand.init(command:subject:sequence:), Item("command", { $0.command }, .command),
      Item("subject", { $0.subject }, .place(index)), Item("seq", { $0.sequence }, .sequence)
    ).form
  }
}

extension Form where Value == Instant {
  /// A time in milliseconds since 1970.
  static let moment = Form<Int64>.number.mapped(
    or: "is not a time", into: { $0.milliseconds }, back: { Instant(milliseconds: $0) })
}

extension Form where Value == UInt64 {
  /// Sixty-four bits as a decimal text: JSON has no such numbers.
  static let bits = Form<String>.text.mapped(or: "is not a set of steps", into: { String($0) }, back: { UInt64($0) })
}

extension Form where Value == Int32 {
  /// A row of an inventory.
  static let row = integer(0...10_000_000)
}

extension Form where Value == Failures {
  static let failures = Layout(
    Failures.init(run:wave:phases:attributes:), Item("run", { $0.run }, .count),
    Item("wave", { $0.wave }, .count), Item("phases", { $0.phases }, .list(.count)),
    Item("attributes", { $0.attributes }, .pairs(.text, .count))
  ).form
}
