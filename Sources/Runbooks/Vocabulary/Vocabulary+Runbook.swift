internal import Vocabularies

// The top of a runbook: signals, gates, triggers and what stands beside them.

extension Vocabulary {
  /// The version of the language; whether it is 1 has a finding of its own.
  static let version = Key("sanderling", .integer(1...1_000), required: true, "The version of the language: 1.")

  static let runbook = Vocabulary(
    "the runbook", "A migration: who, in which order, how fast, and what must stay healthy.",
    keys: [
      version,
      Key("runbook", .form(.identifier), required: true, "The identifier of the runbook."),
      Key("summary", .text, "One sentence for people."),
      Key("owner", .text, "Who answers for it."),
      Key(
        "authors", .either([.form(.identifier), .list(.form(.identifier))]),
        "The persons who wrote it; an approval with `not: author` does not count theirs."),
      Key("starts", .form(.date), "The day on which the programme starts."),
      Key("deadline", .form(.date), "The last day of the programme."),
      Key("zone", .form(.zone), standard: "UTC", "The programme's own time zone: calendar weeks count in it."),
      Key(
        "inventories", .named(.name, .either([.form(.path), .list(.mapping(.inlineTarget), minimum: 1)])),
        "The targets by name: the path of a CSV file, or a list of targets."),
      Key("calendars", .list(.form(.path)), "Paths of iCalendar files with freezes and holidays."),
      Key("forecast", .form(.path), "Path of the forecast."),
      Key("risks", .form(.path), "Path of the risk register."),
      Key("parameters", .named(.name, .mapping(.parameter)), "Values that are given from outside."),
      Key("signals", .named(.name, .mapping(.signal)), "What is measured."),
      Key(
        "gates", .named(.name, .list(.form(.condition), minimum: 1)), "Named lists of conditions that must all be true."
      ),
      Key("triggers", .list(.mapping(.trigger)), "What must never become true while targets are exposed."),
      Key("phases", .list(.mapping(.phase), minimum: 1), required: true, "The chapters of the programme, in order."),
      Key(
        "tolerate", .either([.form(.limit), .mapping(.tolerance)]),
        "How many failures the whole run tolerates: it stops at the next one."),
      Key("rollback", .mapping(.retreat), "How targets are taken back."),
      Key("notify", .list(.mapping(.notice)), "Who is told what."),
      Key("environment", .mapping(.inlineEnvironment), "The bindings, for a runbook in one file."),
    ],
    aliases: ["name": "runbook", "version": "sanderling", "timezone": "zone", "start": "starts", "end": "deadline"])

  static let retreat = Vocabulary(
    "`rollback`", "How targets are taken back.",
    keys: [
      Key(
        "concurrency", .integer(1...100_000),
        "How many targets are undone at once; without it as many as any stage works on at once.")
    ])

  static let inlineTarget = Vocabulary(
    "a target", "One target and its attributes.",
    keys: [Key("id", .form(.target), required: true, "The identifier of the target.")], others: .text)

  static let parameter = Vocabulary(
    "a parameter", "A value that is given from outside.",
    keys: [
      Key("type", .choice(Parameter.Kind.allCases.map(\.rawValue)), required: true, "The type of the value."),
      Key("default", .form(.value), "The value when nobody gives one; without it every environment must."),
      Key("summary", .text, "One sentence for people."),
    ],
    aliases: ["value": "default", "description": "summary"])

  static let signal = Vocabulary(
    "a signal", "A measured quantity.",
    keys: [
      Key("unit", .text, standard: "\"\"", "The unit, such as `s`, `\"%\"` or `EUR/day`; none for a bare number."),
      Key("query", .form(.operation), required: true, "The operation that measures."),
      Key(
        "per", .form(.name), standard: "global",
        "Over what one value speaks: `global`, `target`, or an attribute of the targets."),
      Key("every", .form(.duration), required: true, "The sampling interval."),
      Key("settle", .form(.duration), standard: "0s", "How long after its time a sample is final."),
      Key(
        "window", .form(.duration),
        "How far back each value looks; without it one sampling interval. Its query reads it as `${with.window}`."),
      Key("min_count", .integer(1...1_000_000_000), "The fewest events under a ratio that make it count."),
      Key("no_data", .form(.noData), "What missing data mean; mandatory where a trigger uses the signal."),
      Key("summary", .text, "One sentence for people."),
    ],
    aliases: ["interval": "every", "operation": "query", "uses": "query", "nodata": "no_data"])

  static let trigger = Vocabulary(
    "a trigger", "Something that must never become true while targets are exposed.",
    keys: [
      Key("id", .form(.identifier), required: true, "The identifier."),
      Key("when", .form(.condition), required: true, "The condition."),
      Key("for", .form(.duration), "How long it must be true without a break; or write `of`."),
      Key("of", .form(.share), "In how many of the last evaluations it must be true; or write `for`."),
      Key("do", .choice(Trigger.Action.allCases.map(\.rawValue)), standard: "rollback", "What a firing trigger does."),
      Key("scope", .choice(Scope.allCases.map(\.rawValue)), standard: "wave", "What it does it to."),
      Key("watch_after", .form(.duration), standard: "0s", "How long after the bake it still watches."),
      Key("mitigates", .list(.text), "The risks that it serves, by their identifiers."),
      Key("no_data", .form(.noData), "Its own policy for missing data."),
      Key("summary", .text, "One sentence for people."),
    ],
    aliases: ["name": "id", "if": "when", "condition": "when", "action": "do"])

  static let tolerance = Vocabulary(
    "`tolerate`", "How many failures are tolerated at each level; the level stops at the next one.",
    keys: [
      Key("wave", .form(.limit), "In one wave."),
      Key("phase", .form(.limit), "In the phase."),
      Key("run", .form(.limit), "In the whole run."),
    ],
    others: .form(.limit))

  /// The keys of an environment; a file of its own must name itself and the version.
  private static func environmentKeys(inline: Bool) -> [Key] {
    let head = Key(
      "environment", .form(.identifier), required: !inline, standard: inline ? "inline" : nil, "The identifier.")
    return (inline ? [head] : [version, head]) + [
      Key("summary", .text, "One sentence for people."),
      Key("time", .mapping(.time), "How time passes here."),
      Key(
        "ignore", .list(.choice(Ignorable.allCases.map(\.rawValue))),
        "What this environment leaves out on purpose."),
      Key("parameters", .named(.name, .form(.value)), "Values for the runbook's parameters."),
      Key("providers", .named(.name, .mapping(.provider)), "Configured instances of adapters."),
      Key("operations", .named(.operation, .mapping(.operation)), "Named actions, bound to providers."),
    ]
  }

  static let environment = Vocabulary(
    "the environment", "The bindings for one place: providers, operations, secrets by reference.",
    keys: environmentKeys(inline: false), aliases: ["name": "environment", "version": "sanderling"])

  static let inlineEnvironment = Vocabulary(
    "`environment`", "The bindings for a runbook in one file.", keys: environmentKeys(inline: true),
    aliases: ["name": "environment"])

  static let time = Vocabulary(
    "`time`", "How time passes in an environment.",
    keys: [
      Key("scale", .integer(1...1_000_000_000), standard: "1", "By how much bakes and pace shrink; 1 is real time."),
      Key(
        "evidence", .integer(1...1_000_000_000), standard: "1",
        "By how much sampling, holds, deadlines and `for` shrink; 1 is real time."),
      Key("windows", .choice(["keep", "ignore"]), standard: "keep", "Whether windows count."),
    ])

  static let provider = Vocabulary(
    "a provider", "A configured instance of an adapter. All other keys are its configuration.",
    keys: [Key("adapter", .text, required: true, "The adapter.")],
    others: .anything)

  static let operation = Vocabulary(
    "an operation", "A named action.",
    keys: [
      Key("summary", .text, "One sentence for people."),
      Key("provider", .text, required: true, "The provider, or an adapter used directly."),
      Key("with", .named(.value, .anything), "What is handed to the provider."),
      Key(
        "idempotency", .choice(OperationDeclaration.Idempotency.allCases.map(\.rawValue)), standard: "none",
        "What is known about doing it twice."),
      Key("probe", .form(.operation), "The operation that tells whether it happened."),
      Key("undo", .form(.operation), "The operation that takes it back."),
      Key("timeout", .form(.duration), "The longest time of one attempt."),
      Key("settle", .form(.duration), standard: "0s", "How long \"not applied\" must hold before it counts."),
    ],
    aliases: ["uses": "provider", "args": "with", "arguments": "with", "input": "with", "rollback": "undo"])

  static let notice = Vocabulary(
    "a notice", "Somebody who is told when something happens.",
    keys: [
      Key(
        "on", .list(.choice(Notice.Class.allCases.map(\.rawValue)), minimum: 1), required: true, "About what."),
      Key("uses", .form(.operation), required: true, "The operation that tells: of an http or process provider."),
      Key(
        "as", .choice(Notice.Form.allCases.map(\.rawValue)), standard: "cloudevents", "What the message looks like."),
    ], aliases: ["events": "on", "when": "on", "form": "as"])
}
