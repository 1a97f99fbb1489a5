internal import Diagnostics
internal import Vocabularies

extension HTTPAdapter: BuiltInAdapter {
  static let declared = AdapterFacts(
    name: "http", does: "sends a request to a server",
    configuration: Vocabulary(
      "an http provider", "A server.",
      keys: [
        Key("base", .form(.address), "The address that `url` continues; without a query."),
        Key("headers", .named(.value, .form(.value)), "Sent with every request."),
        Key("timeout", .form(.positiveDuration), "The longest time of one request, when shorter than the operation's."),
        Key("verify", .boolean, standard: "true", "`false` accepts any certificate."),
        Key("ca_file", .text, "Certificates to trust (PEM), instead of the system's."),
        Key(
          "idempotency_header", .text, standard: "Idempotency-Key",
          "The header that carries the key; `\"\"` for none."),
      ],
      aliases: ["url": "base", "server": "base", "address": "base", "host": "base"]),
    actions: [.init(arguments: vocabulary("an http step", keys: step), outputs: .named(by: "outputs"))],
    probe: vocabulary("an http probe", keys: step + probed),
    query: vocabulary("an http query", keys: request + measured, rules: [.some(of: ["value", "values"]), one]),
    notice: .init(argument: "body", form: .value, standard: ["method": "POST"]), needsRoom: true, addresses: ["url"])

  private static let one = Vocabulary.Rule.one(of: ["value", "values"])

  private static func vocabulary(_ name: String, keys: [Key], rules: [Vocabulary.Rule] = []) -> Vocabulary {
    Vocabulary(
      name, "A request.", keys: keys,
      aliases: [
        "path": "url", "uri": "url", "verb": "method", "data": "body", "json": "body", "status": "expect",
        "header": "headers",
      ], rules: [.some(of: ["url"], unless: "base")] + rules)
  }

  private static let statuses = WrittenShape.either([.integer(100...599), .list(.integer(100...599), minimum: 1)])

  private static let request = [
    Key("method", .form(.method), standard: "GET", "The method."),
    Key(
      "url", .text,
      "Continues `base`; a whole address without one. With `base`, it stays below it: the headers may hold secrets."
    ),
    Key("headers", .named(.value, .form(.value)), "Win over those of the configuration."),
    Key("body", .anything, "A text as it is, anything else as JSON; not with `GET` and `HEAD`."),
    Key("expect", statuses, "Statuses that mean success; without it 200 to 299."),
  ]

  private static let step =
    request + [
      Key(
        "check", .named(.jsonPath, .anything),
        "Path → value: what must stand in the JSON body, else not applied, for good."),
      Key("outputs", .named(.value, .form(.jsonPath)), "Name → path: what later steps can read."),
    ]

  private static let probed = [
    Key("applied", statuses, "Statuses by which it is found; without it 200 to 299."),
    Key("not_applied", statuses, "Statuses by which it is found not to be there."),
    Key("applied_when", .named(.jsonPath, .anything), "Path → value; when one differs, not applied."),
  ]

  private static let measured = [
    Key("value", .form(.jsonPath), "Where one number stands."),
    Key(
      "values", .form(.jsonPath),
      "Where numbers by series stand: `{series: number}`, `{series: {value, count, at}}` or a list of these."),
    Key("count", .form(.jsonPath), "Where the number of events under `value` stands."),
    Key("at", .form(.jsonPath), "Where the time of `value` stands."),
  ]

  private typealias Key = Vocabulary.Key
}

extension ScalarForm {
  private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  /// A word of letters. Servers have methods of their own; one that is nearly a known one is a slip.
  fileprivate static let method = ScalarForm(
    "an HTTP method", example: "such as `GET` or `POST`",
    accepts: { text in
      methods.contains(text.uppercased()) || isMade(of: text, extra: "-_", upper: true) && nearestMethod(text) == nil
    }, hint: { nearestMethod($0) })

  private static func nearestMethod(_ text: String) -> String? {
    Spelling.nearest(to: text.uppercased(), among: methods)
  }

  /// Where requests begin.
  fileprivate static let address = ScalarForm(
    "an address", example: "such as `https://api.example/v1`, without a query",
    accepts: { text in
      let lower = text.lowercased()
      return (lower.hasPrefix("http://") || lower.hasPrefix("https://")) && !text.contains { "?# ".contains($0) }
    })

  fileprivate static let jsonPath = ScalarForm(
    "a path into JSON", example: "such as `$.a.b[0]`", accepts: { JSONPath($0) != nil },
    hint: { JSONPath("$.\($0)") == nil ? nil : "$.\($0)" })
}
