internal import Vocabularies

// Phases, stages and steps: how a change reaches its targets.

extension Vocabulary {
  static let phase = Vocabulary(
    "a phase", "A chapter of the programme.",
    keys: [
      Key("id", .form(.identifier), required: true, "The identifier."),
      Key("summary", .text, "One sentence for people."),
      Key("starts", .form(.date), "The first day on which it may start."),
      Key("approve", .mapping(.approval), "Whose approval it needs."),
      Key("tolerate", .either([.form(.limit), .mapping(.tolerance)]), "How many failures the phase tolerates."),
      Key("stages", .list(.mapping(.stage), minimum: 1), required: true, "The roll-outs in order."),
    ],
    aliases: ["name": "id", "approval": "approve", "steps": "stages"])

  static let approval = Vocabulary(
    "`approve`", "Whose approval something needs.",
    keys: [
      Key("count", .integer(1...20), standard: "1", "How many persons."),
      Key("role", .form(.identifier), required: true, "In which role."),
      Key(
        "not", .either([.choice(["author", "executor"]), .list(.choice(["author", "executor"]))]),
        "Who must not be among them."),
      Key("expires", .form(.duration), "How long an approval holds; without it until something voids it."),
    ],
    aliases: ["roles": "role", "by": "role"])

  static let stage = Vocabulary(
    "a stage", "One roll-out over one inventory, or over none.",
    keys: [
      Key("id", .form(.identifier), required: true, "The identifier."),
      Key("summary", .text, "One sentence for people."),
      Key("targets", .form(.name), "The inventory; without it the stage is done once."),
      Key("select", .mapping(.selection), "Which targets; without it all that no earlier stage took."),
      Key("waves", .mapping(.waves), "How the targets are cut into waves."),
      Key("window", .mapping(.window), "When targets may start."),
      Key("bake", .either([.form(.duration), .mapping(.bake)]), "How long each wave must stay healthy."),
      Key("steps", .list(.mapping(.step), minimum: 1), required: true, "The actions on each target, in order."),
      Key("gate", .mapping(.gate), "What must be true after each wave."),
      Key("approve", .mapping(.approval), "Whose approval it needs."),
      Key("then", .choice(Then.allCases.map(\.rawValue)), standard: "hold", "What happens after a rollback."),
    ],
    aliases: ["name": "id", "approval": "approve", "gates": "gate", "inventory": "targets", "wave": "waves"])

  static let selection = Vocabulary(
    "`select`", "Which targets of the inventory.",
    keys: [
      Key(
        "from", .choice(Selection.From.allCases.map(\.rawValue)), standard: "rest",
        "`rest` is what no earlier stage over the same inventory took."),
      Key("count", .integer(1...10_000_000), "How many; without it all."),
      Key("spread", .either([.text, .list(.text)]), "Attributes over which to spread, outermost first."),
      Key(
        "seed", .integer(0...1_000_000_000), standard: "0", "The number from which the order within a group is made."),
      Key(
        "where", .named(.value, .either([.text, .list(.text, minimum: 1)])),
        "Attributes and the values of which a target must have one."),
    ],
    aliases: ["filter": "where", "number": "count"])

  static let waves = Vocabulary(
    "`waves`", "How the targets of a stage are cut into waves.",
    keys: [
      Key("size", .integer(1...10_000_000), "The size of every wave."),
      Key("sizes", .list(.integer(1...10_000_000), minimum: 1), "The sizes in order; the last one repeats."),
      Key("pace", .either([.form(.pace), .mapping(.pace)]), "How many targets a calendar period takes."),
      Key(
        "caps", .named(.name, .form(.pace)),
        "How many targets with one value of an attribute may start in a calendar period."),
      Key("order", .list(.form(.target)), "Targets that come first, in this order."),
      Key("concurrency", .integer(1...100_000), "The most targets at once."),
      Key(
        "tolerate", .either([.form(.limit), .mapping(.tolerance)]), standard: "0", "How many failures are tolerated."),
      Key(
        "admission", .choice(Waves.Admission.allCases.map(\.rawValue)), standard: "strict",
        "Whether targets in flight count against the budget."),
    ],
    aliases: ["batch": "size", "parallel": "concurrency", "max_failures": "tolerate", "rate": "pace"])

  static let pace = Vocabulary(
    "`pace`", "How many targets a calendar period takes.",
    keys: [
      Key("count", .integer(1...1_000_000), required: true, "How many targets."),
      Key("per", .choice(Pace.Period.allCases.map(\.rawValue)), required: true, "The calendar period."),
      Key("carry", .integer(0...1_000_000), standard: "0", "How much unused quota the next period may use."),
    ])

  static let window = Vocabulary(
    "`window`", "When targets may start, in wall-clock time.",
    keys: [
      Key(
        "days", .either([.form(.days), .list(.form(.days), minimum: 1)]), standard: "daily", "The days of the week."),
      Key("between", .form(.hours), required: true, "The hours; over midnight when the end is earlier."),
      Key(
        "zone", .form(.zoneOrTarget), standard: "target",
        "`target` for the zone of each target, or one zone for all."),
      Key("latest_start", .form(.duration), "How long before the end a target must have started."),
    ],
    aliases: ["hours": "between", "time": "between", "timezone": "zone"])

  static let bake = Vocabulary(
    "`bake`", "How long, and over how many events and cycles, a wave must stay healthy.",
    keys: [
      Key("time", .form(.duration), standard: "0s", "The time; its clock runs only while health passes."),
      Key("events", .form(.events), "The events on each target."),
      Key("counted_by", .form(.name), "The signal that counts the events: a running total."),
      Key("cycles", .integer(1...1_000), "Local trading cycles: whole days in the zone of each target."),
    ],
    aliases: ["duration": "time", "for": "time"])

  static let gate = Vocabulary(
    "`gate`", "What must be true before going on.",
    keys: [
      Key("require", .either([.form(.name), .list(.form(.name), minimum: 1)]), required: true, "Names of gates."),
      Key("hold", .form(.duration), standard: "0s", "For how long without a break."),
      Key("deadline", .form(.duration), "The longest wait."),
      Key(
        "on_breach", .choice(["rollback", "hold", "stop"]), standard: "rollback",
        "What a breach at the deadline does."),
      Key(
        "on_unknown", .choice(["hold", "rollback", "stop"]), standard: "hold", "What missing data at the deadline do."),
      Key("valid_for", .form(.duration), "How long an opened gate stays open."),
      Key("shadow", .boolean, standard: "false", "Measure and report without deciding."),
      Key("compare", .mapping(.comparison), "Compare migrated targets with others."),
    ],
    aliases: ["timeout": "deadline", "for": "hold", "needs": "require"])

  static let comparison = Vocabulary(
    "`compare`", "A comparison of migrated targets with control targets.",
    keys: [
      Key("signal", .form(.name), required: true, "The signal."),
      Key("control", .choice(["rest"]), standard: "rest", "The control group: targets that are not migrated yet."),
      Key("margin", .form(.amount), required: true, "The harm that is accepted."),
      Key("match", .list(.form(.name), minimum: 1), "Attributes that a control shares with its target."),
      Key(
        "before", .form(.duration), standard: "7d",
        "How long before the earlier period lies with which each target is compared to itself; `0s` for none."),
      Key("looks", .integer(1...10), standard: "3", "How often it is looked, at most."),
      Key(
        "error", .integer(1...20), standard: "5",
        "The chance in percent that harm of the margin passes, all looks together."),
    ])

  static let step = Vocabulary(
    "a step", "One action on one target.",
    keys: [
      Key("id", .form(.identifier), required: true, "The identifier."),
      Key("summary", .text, "One sentence for people."),
      Key("uses", .form(.operation), required: true, "The operation, or an adapter used directly."),
      Key("with", .named(.value, .anything), "What is handed to the operation."),
      Key("undo", .form(.operation), "The operation that takes it back, or `none` when there is nothing to take back."),
      Key(
        "cutover", .boolean, standard: "false",
        "The target is live from here on; without any in the stage, from its first step on."),
      Key("irreversible", .boolean, standard: "false", "It cannot be taken back."),
      Key("timeout", .form(.duration), "The longest time of one attempt."),
      Key("retry", .mapping(.retry), "How often, and how far apart, it is tried."),
    ],
    aliases: [
      "name": "id", "run": "uses", "action": "uses", "operation": "uses", "args": "with", "arguments": "with",
      "input": "with", "rollback": "undo", "retries": "retry",
    ])

  static let retry = Vocabulary(
    "`retry`", "How often, and how far apart, a step is tried when an error is known to be transient.",
    keys: [
      Key("attempts", .integer(1...100), standard: "3", "The number of attempts, the first one included."),
      Key("wait", .form(.durationRange), standard: "2s..1m", "The wait: from the first to the longest."),
    ],
    aliases: ["count": "attempts", "max": "attempts", "delay": "wait", "backoff": "wait"])
}
