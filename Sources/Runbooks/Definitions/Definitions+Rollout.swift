internal import Diagnostics
internal import Quantities
internal import Vocabularies

// Phases and stages: how a change reaches its targets.

extension Phase {
  static let definition: Definition<Phase> = Definition(
    "a phase", "A chapter of the programme.",
    aliases: ["name": "id", "approval": "approve", "steps": "stages"],
    Phase.init(id:summary:starts:approval:tolerate:stages:),
    .name("id", .identifier, "The identifier."),
    Forms.anyText.optional("summary", "One sentence for people."),
    Forms.moment.optional("starts", "The first day on which it may start, or the time of day on it."),
    Forms.mapping(Approval.definition).optional("approve", "Whose approval it needs."),
    Tolerance.form(bare: "phase").optional("tolerate", "How many failures the phase tolerates."),
    Forms.mapping(Stage.definition).list(minimum: 1).list("stages", "The roll-outs in order.", required: true)
  )
}

extension Approval {
  static let definition: Definition<Approval> = Definition(
    "`approve`", "Whose approval something needs.", aliases: ["roles": "role", "by": "role"],
    Approval.init(count:role:not:expires:emergency:location:),
    Forms.integer(1...20).standard("count", "1", "How many persons."),
    Forms.text(.identifier).required("role", "In which role.", instead: ""),
    WrittenForm(.choice(["author", "executor"])) { $0 }.oneOrMore().list("not", "Who must not be among them."),
    Forms.positiveDuration.optional("expires", "How long an approval holds; without it until something voids it."),
    Forms.text(.identifier).located.optional(
      "emergency", "In which role somebody may go on without approvals for a day at most; without it nobody."),
    .location(of: "role")
  )
}

extension Stage {
  static let definition: Definition<Stage> = Definition(
    "a stage", "One roll-out over one inventory, or over none.",
    aliases: ["name": "id", "approval": "approve", "gates": "gate", "inventory": "targets", "wave": "waves"],
    remarks: [.summary],
    Stage.init(id:targets:select:waves:window:bake:steps:gate:approval:then:location:),
    .name("id", .identifier, "The identifier."),
    Forms.text(.name).located.optional("targets", "The inventory; without it the stage is done once."),
    Forms.mapping(Selection.definition).otherwise(
      "select", "Which targets; without it all that no earlier stage took."
    ) { _, _ in Selection.definition.empty },
    Forms.mapping(Waves.definition).otherwise("waves", "How the targets are cut into waves.") { _, _ in
      Waves.definition.empty
    },
    Forms.mapping(Window.definition).optional("window", "When targets may start."),
    Bake.form.optional("bake", "How long each wave must stay healthy."),
    Step.stageForm.list(
      "steps", "The actions on each target, in order; `{ of: NAME }` stands for steps that are written once.",
      required: true),
    Forms.mapping(Gate.definition).optional("gate", "What must be true after each wave."),
    Forms.mapping(Approval.definition).optional("approve", "Whose approval it needs."),
    Forms.choice(Then.self).standard("then", "hold", "What happens after a rollback."),
    .head
  )
}

extension Selection {
  static let definition: Definition<Selection> = Definition(
    "`select`", "Which targets of the inventory.", aliases: ["filter": "where", "number": "count"],
    Selection.init(from:count:spread:seed:matching:),
    Forms.choice(From.self).standard(
      "from", "rest", "`rest` is what no earlier stage over the same inventory took."),
    Forms.integer(1...10_000_000).located.optional("count", "How many; without it all."),
    Forms.anyText.located.oneOrMore().list("spread", "Attributes over which to spread, outermost first."),
    Forms.integer(0...1_000_000_000).standard(
      "seed", "0", "The number from which the order within a group is made."),
    matching.list("where", "Attributes and the values of which a target must have one.")
  )

  private static let matching: WrittenForm<[Match]> = {
    let values = Forms.anyText.located.oneOrMore(minimum: 1)
    return WrittenForm(.named(.value, values.shape)) { node, reading in
      node.members.map { Match(attribute: $0.key, values: values.read($0.value, &reading) ?? []) }
    }
  }()
}

extension Waves {
  static let definition: Definition<Waves> = Definition(
    "`waves`", "How the targets of a stage are cut into waves.",
    aliases: ["batch": "size", "parallel": "concurrency", "max_failures": "tolerate", "rate": "pace"],
    Waves.init(sizes:pace:caps:order:concurrency:tolerate:admission:),
    sizes,
    Pace.form.located.optional("pace", "How many targets a calendar period takes."),
    caps.list("caps", "How many targets with one value of an attribute may start in a calendar period."),
    Forms.text(.target).located.list().list("order", "Targets that come first, in this order."),
    Forms.integer(1...100_000).located.optional("concurrency", "The most targets at once."),
    Tolerance.form(bare: "wave").optional("tolerate", "How many failures are tolerated; without it none."),
    Forms.choice(Admission.self).standard(
      "admission", "strict", "Whether targets in flight count against the budget.")
  )

  private static let size = Forms.integer(1...10_000_000).located

  private static let sizes: Part<[Located<Int>]> = Part(
    of: size.optional("size", "The size of every wave."),
    size.list(minimum: 1).optional("sizes", "The sizes in order; the last one repeats.")
  ) { (mapping: WrittenMapping, reading: inout Reading, size: Located<Int>?, sizes: [Located<Int>]?) in
    if let place = mapping.node["size"]?.location, mapping.node["sizes"] != nil {
      reading.findings.append(.sizeAndSizes(at: place))
    }
    return sizes ?? size.map { [$0] } ?? []
  }

  private static let caps: WrittenForm<[Cap]> = WrittenForm(.named(.name, .form(.pace))) { node, _ in
    node.members.compactMap { member in
      member.value.text.flatMap { WrittenPace.read($0) }.map { Cap(attribute: member.key, pace: $0) }
    }
  }
}

extension Pace {
  static let definition: Definition<Pace> = Definition(
    "`pace`", "How many targets a calendar period takes.",
    Pace.init(count:period:carry:),
    Forms.integer(1...1_000_000).required("count", "How many targets."),
    Forms.choice(Period.self).required("per", "The calendar period."),
    Forms.integer(0...1_000_000).standard("carry", "0", "How much unused quota the next period may use.")
  )

  /// `20 per week`, or a mapping.
  static let form: WrittenForm<Pace> = WrittenForm(.form(.pace)) { WrittenPace.read($0) }.or(Forms.mapping(definition))
}

extension Tolerance {
  private static let vocabulary = Vocabulary(
    "`tolerate`", "How many failures are tolerated at each level; the level stops at the next one.",
    keys: [
      Vocabulary.Key("wave", .form(.limit), "In one wave."), Vocabulary.Key("phase", .form(.limit), "In the phase."),
      Vocabulary.Key("run", .form(.limit), "In the whole run."),
    ],
    others: .form(.limit))

  /// A number or a share, which counts at the level that the place suggests, or a mapping of levels.
  static func form(bare: String) -> WrittenForm<Tolerance> {
    let one = WrittenForm<Tolerance>(.form(.limit)) { node, reading in
      Forms.limit.read(node, &reading).map { limit in
        Tolerance(levels: [Level(name: Located(bare, at: node.location), limit: limit)])
      }
    }
    let levels = WrittenForm<Tolerance>(.mapping(vocabulary)) { node, reading in
      var levels: [Level] = []
      for member in node.members {
        Forms.limit.read(member.value, &reading).map { levels.append(Level(name: member.key, limit: $0)) }
      }
      return Tolerance(levels: levels)
    }
    return one.or(levels)
  }
}

extension Window {
  static let definition: Definition<Window> = Definition(
    "`window`", "When targets may start, in wall-clock time.",
    aliases: ["hours": "between", "time": "between", "timezone": "zone"],
    Window.init(days:hours:zone:latestStart:location:),
    days.standard("days", "daily", "The days of the week."),
    WrittenForm(.form(.hours)) { WrittenHours.read($0) }.required(
      "between", "The hours; over midnight when the end is earlier."),
    WrittenForm<String?>(.form(.zoneOrTarget)) { .some($0 == "target" ? nil : $0) }.standard(
      "zone", "target", "`target` for the zone of each target, or one zone for all."),
    Forms.duration.optional("latest_start", "How long before the end a target must have started."),
    .location(of: "zone", "between")
  )

  private static let days: WrittenForm<[Int]> = {
    let some = WrittenForm(.form(.days)) { WrittenDays.read($0) }.oneOrMore(minimum: 1)
    return WrittenForm(some.shape) { node, reading in
      let days = (some.read(node, &reading) ?? []).flatMap { $0 }
      return days.isEmpty ? nil : Set(days).sorted()
    }
  }()
}

extension Bake {
  static let definition: Definition<Bake> = Definition(
    "`bake`", "How long, and over how many events and cycles, a wave must stay healthy.",
    aliases: ["duration": "time", "for": "time", "timeout": "deadline"],
    Bake.init(time:events:countedBy:cycles:deadline:location:),
    Forms.duration.standard("time", "0s", "The time; its clock runs only while health passes."),
    WrittenForm(.form(.events)) { WrittenEvents.read($0) }.optional("events", "The events on each target."),
    Forms.text(.name).located.optional("counted_by", "The signal that counts the events: a running total."),
    Forms.integer(1...1_000).optional(
      "cycles", "Local trading cycles: whole days in the zone of each target."),
    Forms.positiveDuration.optional("deadline", "The longest wait; then a person decides."),
    .location
  )

  /// A time, or a mapping.
  static let form: WrittenForm<Bake> = WrittenForm<Bake>(.form(.duration)) { node, reading in
    Forms.duration.read(node, &reading).map { time in
      var bake = definition.empty
      bake.time = time
      bake.location = node.location
      return bake
    }
  }.or(Forms.mapping(definition))
}
