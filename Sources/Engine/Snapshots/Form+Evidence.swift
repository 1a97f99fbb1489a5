import Plans
import Quantities

extension Form where Value == EvidenceState {
  static func evidence(_ index: PlanLink) -> Form {
    Layout(EvidenceState.init(signals:triggers:spans:stages:gate:bake:counts:retreats:opened:passedBy:forced:)) {
      Item("signals", { $0.signals }, .list(.signal))
      Item("triggers", { $0.triggers }, .list(.pairs(.text, .progress)))
      Item("spans", { $0.spans }, .list(.span(index)))
      Item("stages", { $0.stages }, .pairs(.stageNumber(index), .span(index)))
      Item("gate", { $0.gate }, .optional(.gate(index)))
      Item("bake", { $0.bake }, .optional(.bake))
      Item("counts", { $0.counts }, .pairs(.text, .eventCount))
      Item("retreats", { $0.retreats }, .list(.retreat(index)))
      Item("opened", { $0.opened }, .optional(.opened(index)))
      Item("passed_by", { $0.passedBy }, .optional(.sequence))
      Item("forced", { $0.forced }, .list(.place(index)))
    }.form
  }
}

extension Form where Value == Int {
  static func stageNumber(_ index: PlanLink) -> Form {
    .integer(0...max(0, index.plan.stages.count - 1))
  }
}

extension Form where Value == ChangeSpan {
  static func span(_ index: PlanLink) -> Form {
    Layout(
      ChangeSpan.init(stage:wave:changedAt:finishedAt:leftAt:), Item("stage", { $0.stage }, .stageNumber(index)),
      Item("wave", { $0.wave }, .place), Item("changed", { $0.changedAt }, .moment),
      Item("finished", { $0.finishedAt }, .optional(.moment)), Item("left", { $0.leftAt }, .optional(.moment))
    ).form
  }
}

extension Form where Value == GateState {
  static func gate(_ index: PlanLink) -> Form {
    Layout(
      GateState.init(
        stage:wave:startedAt:deadline:board:hold:isShadow:expiredBy:isAnnounced:matched:lacksPairs:looks:comparison:
        isCompared:forceAskedBy:forceAskedAt:)
    ) {
      Item("stage", { $0.stage }, .stageNumber(index))
      Item("wave", { $0.wave }, .place)
      Item("started", { $0.startedAt }, .moment)
      Item("deadline", { $0.deadline }, .optional(.moment))
      Item("board", { $0.board }, .board)
      Item("hold", { $0.hold }, .holdGate)
      Item("shadow", { $0.isShadow }, .flag)
      Item("expired_by", { $0.expiredBy }, .optional(.sequence))
      Item("announced", { $0.isAnnounced }, .flag)
      Item("matched", { $0.matched }, .list(.matchedTarget))
      Item("lacks_pairs", { $0.lacksPairs }, .flag)
      Item("looks", { $0.looks }, .count)
      Item("comparison", { $0.comparison }, .optional(.comparison))
      Item("compared", { $0.isCompared }, .flag)
      Item("force_asked_by", { $0.forceAskedBy }, .optional(.place))
      Item("force_asked_at", { $0.forceAskedAt }, .optional(.sequence))
    }.form
  }
}

extension Form where Value == Retreat {
  static func retreat(_ index: PlanLink) -> Form {
    Layout(Retreat.init(by:action:place:stage:at:cause:)) {
      Item("by", { $0.by }, .text)
      Item("action", { $0.action }, .word)
      Item("place", { $0.place }, .place(index))
      Item("stage", { $0.stage }, .stageNumber(index))
      Item("at", { $0.at }, .moment)
      Item("cause", { $0.cause }, .sequence)
    }.form
  }
}

extension Form where Value == OpenedGate {
  static func opened(_ index: PlanLink) -> Form {
    Layout(
      OpenedGate.init(stage:wave:at:isOwed:), Item("stage", { $0.stage }, .stageNumber(index)),
      Item("wave", { $0.wave }, .place), Item("at", { $0.at }, .moment), Item("owed", { $0.isOwed }, .flag)
    ).form
  }
}

extension Form where Value == SignalState {
  fileprivate static let signal = Layout(
    SignalState.init(until:series:), Item("until", { $0.until }, .optional(.moment)),
    Item("series", { $0.series }, .pairs(.text, .series))
  ).form
}

extension Form where Value == SeriesState {
  fileprivate static let series = Layout(SeriesState.init(at:reading:value:valueAt:)) {
    Item("at", { $0.at }, .moment)
    Item("reading", { $0.reading }, .reading)
    Item("value", { $0.value }, .optional(.decimal))
    Item("value_at", { $0.valueAt }, .optional(.moment))
  }.form
}

extension Form where Value == TriggerProgress {
  fileprivate static let progress = Layout(
    TriggerProgress.init(
      phase:since:lasted:breaches:samples:changes:isAnnounced:recent:breachAt:)
  ) {
    Item("phase", { $0.phase }, .word)
    Item("since", { $0.since }, .optional(.moment))
    Item("lasted", { $0.lasted }, .milliseconds)
    Item("breaches", { $0.breaches }, .count)
    Item("samples", { $0.samples }, .list(.sample))
    Item("changes", { $0.changes }, .list(.moment))
    Item("announced", { $0.isAnnounced }, .flag)
    Item("recent", { $0.recent }, .list(.flag))
    Item("breach", { $0.breachAt }, .optional(.moment))
  }.form
}

extension Form where Value == Board {
  fileprivate static let board = Layout(
    Board.init(items:startedAt:), Item("items", { $0.items }, .list(.boardItem)),
    Item("started", { $0.startedAt }, .moment)
  ).form
}

extension Form where Value == Board.Item {
  fileprivate static let boardItem = Layout(
    Board.Item.init(condition:isBreach:policy:verdict:at:passedAt:series:reading:)
  ) {
    Item("condition", { $0.condition }, .condition)
    Item("breach", { $0.isBreach }, .flag)
    Item("policy", { $0.policy }, .noData)
    Item("verdict", { $0.verdict }, .optional(.verdict))
    Item("at", { $0.at }, .optional(.moment))
    Item("passed", { $0.passedAt }, .optional(.moment))
    Item("series", { $0.series }, .text)
    Item("reading", { $0.reading }, .reading)
  }.form
}

extension Form where Value == HoldGate {
  fileprivate static let holdGate = Layout(
    HoldGate.init(hold:freshness:holdsSince:verdict:at:isOpen:unknownSince:)
  ) {
    Item("hold", { $0.hold }, .milliseconds)
    Item("freshness", { $0.freshness }, .freshness)
    Item("since", { $0.holdsSince }, .optional(.moment))
    Item("verdict", { $0.verdict }, .verdict)
    Item("at", { $0.at }, .optional(.moment))
    Item("open", { $0.isOpen }, .flag)
    Item("unknown_since", { $0.unknownSince }, .optional(.moment))
  }.form
}

extension Form where Value == Freshness {
  fileprivate static let freshness = Form<Span>.milliseconds.mapped(
    or: "is not a length of time", into: { $0.span }, back: { Freshness(span: $0) })
}

extension Form where Value == BakeState {
  fileprivate static let bake = Layout(BakeState.init(board:clock:announced:deadline:expiredBy:)) {
    Item("board", { $0.board }, .board)
    Item("clock", { $0.clock }, .bakeClock)
    Item("announced", { $0.announced }, .verdict)
    Item("deadline", { $0.deadline }, .optional(.moment))
    Item("expired_by", { $0.expiredBy }, .optional(.sequence))
  }.form
}

extension Form where Value == BakeClock {
  fileprivate static let bakeClock = Layout(BakeClock.init(startedAt:countsSince:passed:verdict:at:)) {
    Item("started", { $0.startedAt }, .moment)
    Item("since", { $0.countsSince }, .moment)
    Item("passed", { $0.passed }, .milliseconds)
    Item("verdict", { $0.verdict }, .verdict)
    Item("at", { $0.at }, .moment)
  }.form
}

extension Form where Value == EventCount {
  fileprivate static let eventCount = Layout(
    EventCount.init(last:sum:), Item("last", { $0.last }, .decimal), Item("sum", { $0.sum }, .decimal)
  ).form
}

extension Form where Value == MatchedTarget {
  fileprivate static let matchedTarget = Layout(
    MatchedTarget.init(id:since:controls:), Item("id", { $0.id }, .text), Item("since", { $0.since }, .moment),
    Item("controls", { $0.controls }, .list(.text))
  ).form
}

extension Form where Value == ComparisonResult {
  fileprivate static let comparison = Layout(
    ComparisonResult.init(look:pairs:controls:harm:least:greatest:verdict:)
  ) {
    Item("look", { $0.look }, .count)
    Item("pairs", { $0.pairs }, .count)
    Item("controls", { $0.controls }, .count)
    Item("harm", { $0.harm }, .optional(.decimal))
    Item("least", { $0.least }, .optional(.decimal))
    Item("greatest", { $0.greatest }, .optional(.decimal))
    Item("verdict", { $0.verdict }, .verdict)
  }.form
}
