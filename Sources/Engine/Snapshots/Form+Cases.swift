import Quantities

extension Form where Value == Standing {
  static let standing = oneOf(
    read: [
      "going": { _ in .going }, "paused": { _ in .paused },
      "held": { (parts) throws(FormError) in .held(try parts.next(.holds)) },
      "paused_and_held": { (parts) throws(FormError) in .pausedAndHeld(try parts.next(.holds)) },
      "aborting": { _ in .aborting },
      "over": { (parts) throws(FormError) in .over(try parts.next(.word)) },
    ]
  ) {
    switch $0 {
    case .going: CaseParts("going")
    case .paused: CaseParts("paused")
    case .held(let holds): CaseParts("held", Form<Holds>.holds.json(holds))
    case .pausedAndHeld(let holds): CaseParts("paused_and_held", Form<Holds>.holds.json(holds))
    case .aborting: CaseParts("aborting")
    case .over(let outcome): CaseParts("over", Form<Outcome>.word.json(outcome))
    }
  }
}

extension Form where Value == Holds {
  fileprivate static let holds = Form<[Held]>.list(.held).mapped(
    or: "is empty", into: { $0.all }, back: { Holds($0) })
}

extension Form where Value == Held {
  fileprivate static let held = Layout(
    Held.init(_:by:), Item("hold", { $0.hold }, .hold), Item("decider", { $0.decider }, .word)
  ).form
}

extension Form where Value == Hold {
  fileprivate static let hold = Form(
    schema: .dictionary([("type", .string("object"))]), write: { $1.value($0.json) }, json: { $0.json },
    read: { (json: JSON) throws(FormError) in try Hold(json) })
}

extension Form where Value == WaveState {
  static let waveState = oneOf(
    read: [
      "not_started": { _ in .notStarted }, "running": { _ in .running }, "gating": { _ in .gating },
      "gated": { _ in .gated },
      "baking": { (parts) throws(FormError) in .baking(until: try parts.next(.moment)) },
      "baked": { _ in .baked },
    ]
  ) {
    switch $0 {
    case .notStarted: CaseParts("not_started")
    case .running: CaseParts("running")
    case .gating: CaseParts("gating")
    case .gated: CaseParts("gated")
    case .baking(let until): CaseParts("baking", Form<Instant>.moment.json(until))
    case .baked: CaseParts("baked")
    }
  }
}

extension Form where Value == Unit.Condition {
  static let condition = oneOf(
    read: [
      "ready": { _ in .ready },
      "running": { (parts) throws(FormError) in .running(deadline: try parts.next(.moment)) },
      "failed": { (parts) throws(FormError) in .failed(try parts.next(.failure)) },
      "waiting": { (parts) throws(FormError) in .waiting(until: try parts.next(.moment)) },
      "in_doubt": { (parts) throws(FormError) in .inDoubt(try parts.next(.word), looks: try parts.next(.count)) },
      "probing": { (parts) throws(FormError) in
        .probing(deadline: try parts.next(.moment), looks: try parts.next(.count))
      },
      "probed": { (parts) throws(FormError) in .probed(try parts.next(.word), looks: try parts.next(.count)) },
      "settling": { (parts) throws(FormError) in .settling(until: try parts.next(.moment)) },
      "parked": { (parts) throws(FormError) in .parked(rule: try parts.next(.text)) },
      "manual": { _ in .manual }, "blocked": { _ in .blocked },
    ]
  ) { condition in
    func time(_ instant: Instant) -> JSON { Form<Instant>.moment.json(instant) }
    func count(_ number: Int) -> JSON { Form<Int>.count.json(number) }
    return switch condition {
    case .ready: CaseParts("ready")
    case .running(let deadline): CaseParts("running", time(deadline))
    case .failed(let failure): CaseParts("failed", Form<Failure>.failure.json(failure))
    case .waiting(let until): CaseParts("waiting", time(until))
    case .inDoubt(let cause, let looks):
      CaseParts("in_doubt", Form<Doubt.Cause>.word.json(cause), count(looks))
    case .probing(let deadline, let looks): CaseParts("probing", time(deadline), count(looks))
    case .probed(let answer, let looks): CaseParts("probed", Form<ProbeAnswer>.word.json(answer), count(looks))
    case .settling(let until): CaseParts("settling", time(until))
    case .parked(let rule): CaseParts("parked", .string(rule))
    case .manual: CaseParts("manual")
    case .blocked: CaseParts("blocked")
    }
  }
}

extension Form where Value == Failure {
  fileprivate static let failure = Layout(
    Failure.init(isTransient:retryAfter:usesAttempt:reason:), Item("class", { $0.isTransient }, .transience),
    Item("retry_after_ms", { $0.retryAfter }, .optional(.milliseconds)),
    Item("uses_attempt", { $0.usesAttempt }, .flag.usually(true)), Item("reason", { $0.reason }, .text)
  ).form
}

extension Form where Value == OperatorCommand {
  static let command = Layout(
    OperatorCommand.init(name:id:settlement:outputs:reason:person:auth:until:seen:amendment:atOnce:flaw:proof:)
  ) {
    Item("command", { $0.name }, .word)
    Item("id", { $0.id }, .text)
    Item("as", { $0.settlement }, .optional(.word))
    Item("outputs", { $0.outputs }, .outputs)
    Item("reason", { $0.reason }, .text)
    Item("person", { $0.person }, .optional(.place))
    Item("auth", { $0.auth }, .optional(.text))
    Item("until", { $0.until }, .optional(.moment))
    Item("seen", { $0.seen }, .optional(.sequence))
    Item("amendment", { $0.amendment }, .optional(.digest))
    Item("at_once", { $0.atOnce }, .optional(.count))
    Item("flaw", { $0.flaw }, .optional(.text))
    Item("proof", { $0.proof }, .optional(.proof))
  }.form
}

extension Form where Value == OperatorCommand.Proof {
  fileprivate static let proof = Layout(OperatorCommand.Proof.init(key:origin:root:run:nonce:signed:signature:)) {
    Item("key", { $0.key }, .text)
    Item("origin", { $0.origin }, .text)
    Item("root", { $0.root }, .digest)
    Item("run", { $0.run }, .text)
    Item("nonce", { $0.nonce }, .text)
    Item("signed", { $0.signed }, .text)
    Item("signature", { $0.signature }, .text)
  }.form
}
