internal import Diagnostics
internal import Quantities
internal import Vocabularies

// Signals, gates and triggers.

extension Signal {
  static let definition: Definition<Signal> = Definition(
    "a signal", "A measured quantity.",
    aliases: ["interval": "every", "operation": "query", "uses": "query", "nodata": "no_data"],
    remarks: [.summary],
    Signal.init(name:unit:query:extent:every:settle:window:minimumCount:noData:),
    .name,
    Forms.anyText.standard("unit", "\"\"", "The unit, such as `s`, `\"%\"` or `EUR/day`; none for a bare number."),
    .name("query", .operation, "The operation that measures."),
    extent.standard(
      "per", "global", "Over what one value speaks: `global`, `target`, or an attribute of the targets."),
    every,
    Forms.duration.standard("settle", "0s", "How long after its time a sample is final."),
    Forms.duration.otherwise(
      "window",
      "How far back each value looks; without it one sampling interval. Its query reads it as `${with.window}`."
    ) { mapping, reading in every.read(mapping, &reading).otherwise(.minute) },
    Forms.integer(1...1_000_000_000).optional(
      "min_count", "The fewest events under a ratio that make it count."),
    Forms.noData.optional("no_data", "What missing data mean; mandatory where a trigger uses the signal.")
  )

  private static let every = Forms.positiveDuration.required("every", "The sampling interval.", instead: .minute)

  private static let extent: WrittenForm<Extent> = WrittenForm(.form(.name)) { text in
    switch text {
    case "global": .global
    case "target": .target
    default: .attribute(text)
    }
  }
}

extension NamedGate {
  /// Named lists of conditions.
  static let form: WrittenForm<[NamedGate]> = {
    let conditions = Forms.condition.list(minimum: 1)
    return WrittenForm(.named(.name, conditions.shape)) { node, reading in
      node.members.map { NamedGate(name: $0.key, conditions: conditions.read($0.value, &reading) ?? []) }
    }
  }()
}

extension Trigger {
  static let definition: Definition<Trigger> = Definition(
    "a trigger", "Something that must never become true while targets are exposed.",
    aliases: ["name": "id", "if": "when", "condition": "when", "action": "do"],
    remarks: [.summary],
    Trigger.init(id:when:persistence:action:scope:watchAfter:mitigates:noData:),
    Forms.text(.identifier).located.required("id", "The identifier."),
    Forms.condition.required("when", "The condition."),
    persistence,
    Forms.choice(Action.self).standard("do", "rollback", "What a firing trigger does."),
    Forms.choice(Scope.self).standard("scope", "wave", "What it does it to."),
    Forms.duration.standard("watch_after", "0s", "How long after the bake it still watches."),
    Forms.anyText.list().list("mitigates", "The risks that it serves, by their identifiers."),
    Forms.noData.optional("no_data", "Its own policy for missing data.")
  )

  private static let persistence: Part<Persistence> = Part(
    of: Forms.duration.optional("for", "How long it must be true without a break; or write `of`."),
    share.optional("of", "In how many of the last evaluations it must be true; or write `for`.")
  ) { (mapping: WrittenMapping, reading: inout Reading, lasting: Span?, share: Persistence?) in
    let isLasting = mapping.node["for"] != nil
    if isLasting == (mapping.node["of"] != nil) {
      reading.findings.append(.missingPersistence(at: mapping.head, both: isLasting))
    }
    return share ?? .lasting(lasting ?? .zero)
  }

  private static let share: WrittenForm<Persistence> = WrittenForm(.form(.share)) { text in
    WrittenShare.read(text).map { .share(of: $0.hits, in: $0.of) }
  }
}

extension Gate {
  static let definition: Definition<Gate> = Definition(
    "`gate`", "What must be true before going on.",
    aliases: ["timeout": "deadline", "for": "hold", "needs": "require"],
    Gate.init(require:hold:deadline:onBreach:onUnknown:validFor:shadow:compare:location:),
    Forms.text(.name).located.oneOrMore(minimum: 1).list("require", "Names of gates.", required: true),
    Forms.duration.standard("hold", "0s", "For how long without a break."),
    Forms.positiveDuration.optional("deadline", "The longest wait."),
    Forms.choice(Trigger.Action.self).standard("on_breach", "rollback", "What a breach at the deadline does."),
    Forms.choice(Trigger.Action.self).standard("on_unknown", "hold", "What missing data at the deadline do."),
    Forms.positiveDuration.standard("valid_for", "1h", "How long a pass counts; later it is measured again first."),
    Forms.boolean.standard("shadow", "false", "Measure and report without deciding."),
    Forms.mapping(Comparison.definition).optional("compare", "Compare migrated targets with others."),
    .location
  )
}

extension Gate.Comparison {
  static let definition: Definition<Gate.Comparison> = Definition(
    "`compare`", "A comparison of migrated targets with control targets.",
    Gate.Comparison.init(signal:control:margin:match:before:looks:error:location:),
    Forms.text(.name).located.required("signal", "The signal."),
    WrittenForm(.choice(["rest"])) { $0 }.standard(
      "control", "rest", "The control group: targets that are not migrated yet."),
    Forms.amount.required("margin", "The harm that is accepted."),
    Forms.text(.name).located.list(minimum: 1).list("match", "Attributes that a control shares with its target."),
    Forms.duration.standard(
      "before", "7d",
      "How long before the earlier period lies with which each target is compared to itself; `0s` for none."),
    Forms.integer(1...10).standard("looks", "3", "How often it is looked, at most."),
    Forms.integer(1...20).standard(
      "error", "5", "The chance in percent that harm of the margin passes, all looks together."),
    .location
  )
}

extension Vocabulary.Key {
  /// For readers of the file alone.
  static let summary = Vocabulary.Key("summary", .text, "One sentence for people.")
}
