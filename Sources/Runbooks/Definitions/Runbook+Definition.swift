internal import Diagnostics
internal import Quantities
internal import Vocabularies

extension Runbook {
  static let definition: Definition<Runbook> = Definition(
    "the runbook", "A migration: who, in which order, how fast, and what must stay healthy.",
    aliases: ["name": "runbook", "version": "sanderling", "timezone": "zone", "start": "starts", "end": "deadline"],
    // Inventories need files, environments are read apart, and shared steps are where they are used by then.
    remarks: [
      Vocabulary.Key(
        "steps", .named(.name, Step.listShape),
        "Steps that several stages share, by the names of their lists: a stage has them with `steps: { of: NAME }`."),
      Vocabulary.Key(
        "inventories", .named(.name, .either([.form(.path), .list(.mapping(.inlineTarget), minimum: 1)])),
        "The targets by name: the path of a CSV file, or a list of targets."),
      Vocabulary.Key(
        "environment", .mapping(Environment.inlineDefinition.vocabulary), "The bindings, for a runbook in one file."),
    ],
    Runbook.init(
      id:summary:owner:authors:starts:deadline:zone:calendars:forecast:risks:parameters:signals:gates:triggers:phases:
      tolerate:undoConcurrency:notify:),
    id,
    Forms.anyText.optional("summary", "One sentence for people."),
    Forms.anyText.optional("owner", "Who answers for it."),
    Forms.text(.identifier).located.oneOrMore().list(
      "authors", "The persons who wrote it; an approval with `not: author` does not count theirs."),
    Forms.moment.optional("starts", "The day on which the programme starts, or the time of day on it."),
    Forms.date.optional("deadline", "The last day of the programme."),
    Forms.text(.zone).standardLocated(
      "zone", "UTC", "The programme's own time zone: calendar weeks count in it."),
    CalendarSource.form.list().list(
      "calendars", "iCalendar files with freezes and holidays: their paths, or how they are read."),
    Forms.text(.path).located.optional("forecast", "Path of the forecast."),
    Forms.text(.path).located.optional("risks", "Path of the risk register."),
    Forms.named(.name, Parameter.definition).list("parameters", "Values that are given from outside."),
    Forms.named(.name, Signal.definition).list("signals", "What is measured."),
    NamedGate.form.list("gates", "Named lists of conditions that must all be true."),
    Forms.mapping(Trigger.definition).list().list(
      "triggers", "What must never become true while targets are exposed."),
    Forms.mapping(Phase.definition).list(minimum: 1).list(
      "phases", "The chapters of the programme, in order.", required: true),
    Tolerance.form(bare: "run").optional(
      "tolerate", "How many failures the whole run tolerates: it stops at the next one."),
    undoConcurrency,
    Forms.mapping(Notice.definition).list().list("notify", "Who is told what.")
  )

  private static let id: Part<Located<String>> = Part(
    of: Environment.version, .name("runbook", .identifier, "The identifier of the runbook.")
  ) { (_: WrittenMapping, _: inout Reading, _: Void, id: Located<String>) in id }

  private static let undoConcurrency: Part<Int?> = Part(
    of: Forms.mapping(Retreat.definition).optional("rollback", "How targets are taken back.")
  ) { (_: WrittenMapping, _: inout Reading, retreat: Retreat?) in retreat?.concurrency }

  /// How targets are taken back.
  private struct Retreat: Sendable {
    var concurrency: Int?

    static let definition: Definition<Retreat> = Definition(
      "`rollback`", "How targets are taken back.",
      Retreat.init(concurrency:),
      Forms.integer(1...100_000).optional(
        "concurrency", "How many targets are undone at once; without it as many as any stage works on at once.")
    )
  }
}

extension CalendarSource {
  /// A path alone, or what is different about the file.
  static let form: WrittenForm<CalendarSource> = {
    let path = Forms.text(.path).located
    return WrittenForm<CalendarSource>(path.shape) { node, reading in
      path.read(node, &reading).map { CalendarSource(file: $0) }
    }.or(Forms.mapping(definition))
  }()

  private static let definition: Definition<CalendarSource> = Definition(
    "a calendar", "A calendar file, and how it is read.",
    aliases: ["path": "file", "transparency": "transparent", "category": "categories"],
    CalendarSource.init(file:transparent:categories:),
    Forms.text(.path).located.required("file", "Path of the iCalendar file."),
    Forms.choice(Transparency.self).optional(
      "transparent", "Whether events freeze that say that they take no time; without it they do not, with a warning."),
    Forms.anyText.located.oneOrMore().optional(
      "categories", "The countries and regions that all events concern, in place of their own `CATEGORIES`.")
  )
}

extension Vocabulary {
  static let inlineTarget = Vocabulary(
    "a target", "One target and its attributes.",
    keys: [Key("id", .form(.target), required: true, "The identifier of the target.")], others: .text)
}
