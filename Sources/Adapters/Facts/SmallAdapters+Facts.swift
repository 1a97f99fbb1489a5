internal import Vocabularies

private typealias Key = Vocabulary.Key

extension ManualAdapter: BuiltInAdapter {
  static let declared = AdapterFacts(
    name: "manual", does: "asks a person",
    configuration: Vocabulary("a manual provider", "It has no configuration.", keys: []),
    actions: [
      .init(
        arguments: Vocabulary(
          "a manual step", "An instruction for a person.",
          keys: [
            Key("instruction", .text, required: true, "What the person has to do."),
            Key(
              "outputs", .named(.value, .choice(["text", "integer", "boolean"])),
              "Name → kind: what the person has to tell, for later steps to read."),
          ], aliases: ["text": "instruction", "message": "instruction", "instructions": "instruction"]),
        outputs: .named(by: "outputs"))
    ])
}

extension NoopAdapter: BuiltInAdapter {
  static let declared = AdapterFacts(
    name: "noop", does: "does nothing, and says what it is told to say",
    configuration: Vocabulary("a noop provider", "It has no configuration.", keys: []),
    actions: [.init(arguments: arguments("a noop step"), outputs: .named(by: "outputs"))],
    probe: arguments("a noop probe"), notice: .init(argument: "message", form: .value))

  private static func arguments(_ name: String) -> Vocabulary {
    Vocabulary(
      name, "What it says.",
      keys: [
        Key("outputs", .named(.value, .anything), "Name → value: what later steps can read."),
        Key("fail", .form(.value), "Not applied, for good, for this reason."),
        Key("fail_transient", .form(.value), "Not applied, for this reason; trying again may help."),
        Key("doubt", .boolean, standard: "false", "`true`: nobody knows whether it happened."),
        Key("message", .anything, "What a notice would have told."),
      ])
  }
}

extension PrometheusAdapter: BuiltInAdapter {
  static let declared = AdapterFacts(
    name: "prometheus", does: "measures: asks a Prometheus server, or reads `/metrics` pages",
    configuration: Vocabulary(
      "a prometheus provider", "A server, or pages.",
      keys: [
        Key("server", .text, "The address of a Prometheus; when it is empty, the pages are read."),
        Key("pages", .list(.text, minimum: 1), "The addresses of `/metrics` pages that are read directly."),
        Key("headers", .named(.value, .form(.value)), "Sent with every request."),
        Key("timeout", .form(.positiveDuration), "The longest time of one request, when shorter than the operation's."),
        Key("verify", .boolean, standard: "true", "`false` accepts any certificate."),
        Key("ca_file", .text, "Certificates to trust (PEM), instead of the system's."),
      ],
      aliases: ["url": "server", "base": "server", "address": "server", "page": "pages"],
      rules: [.some(of: ["server", "pages"])]),
    query: Vocabulary(
      "a prometheus query", "A measurement.",
      keys: [
        Key("query", .text, "Of a server: PromQL."),
        Key(
          "count", .text,
          "Of a server: PromQL for the events under a ratio; a series that it does not answer with has counted nothing."
        ),
        Key(
          "by", .text,
          "The label that names the series; without it there is one, and a server must answer with one."),
        Key("value", .text, "Of pages: a gauge, put together by `combine`."),
        Key(
          "combine", .choice(PageQuery.Combination.allCases.map(\.rawValue)), standard: "sum",
          "How several gauges become one number."),
        Key("total", .text, "Of pages: a counter's running total, which never falls."),
        Key("increase", .text, "Of pages: a counter's growth within the window."),
        Key("rate", .text, "Of pages: a counter's growth in a second."),
        Key("ratio", .text, "Of pages: the growth of one counter over that of `of`, which is the count."),
        Key("of", .text, "The counter that `ratio` is a share of."),
        Key(
          "histogram", .text,
          "Of pages: what was observed within the window; its `quantile`, as `histogram_quantile` computes it."),
        Key("quantile", .form(.quantile), "The quantile of `histogram`."),
        Key("where", matchers, "Of pages: which time series count."),
        Key("where_of", matchers, "Of pages: which time series of `of` count."),
        Key("times", .form(.number), standard: "1", "Of pages: a factor: 100 for percent, 86400 for per day."),
      ],
      aliases: ["promql": "query", "expr": "query", "metric": "value", "labels": "where"],
      rules: [
        .some(of: ["query"], unless: "pages"), .some(of: PageQuery.kinds, unless: "server"),
        .one(of: PageQuery.kinds), .pair("ratio", needs: "of"), .pair("histogram", needs: "quantile"),
      ]),
    memory: .pastWhere(configured: "server"))

  private static let matchers = WrittenShape.named(.value, .either([.form(.value), .list(.form(.value), minimum: 1)]))
}

extension SQLAdapter: BuiltInAdapter {
  static let declared = AdapterFacts(
    name: "sql", does: "measures: reads a SQLite database",
    configuration: Vocabulary(
      "an sql provider", "A database, which is only ever read.",
      keys: [Key("database", .text, required: true, "The path of a SQLite database, relative to the runbook's.")],
      aliases: ["path": "database", "file": "database", "db": "database"]),
    query: Vocabulary(
      "an sql query", "A measurement.",
      keys: [
        Key(
          "query", .text, required: true,
          "One statement that reads. It may use `:from_ms`, `:until_ms` and `:window_ms`."),
        Key("parameters", .named(.value, .form(.value)), "Name → value: what the statement may use too."),
      ], aliases: ["sql": "query", "statement": "query", "params": "parameters"]))
}

extension ScalarForm {
  fileprivate static let quantile = ScalarForm(
    "a number from 0 to 1", example: "such as `0.95`", takesNumbers: true,
    accepts: { Double($0).map { (0...1).contains($0) } ?? false })
}
