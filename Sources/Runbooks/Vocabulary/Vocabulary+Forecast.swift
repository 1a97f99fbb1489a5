internal import Vocabularies

// The forecast: numbers that conditions compare with, and the model that they may come from.

extension Vocabulary {
  static let forecast = Vocabulary(
    "the forecast", "Numbers that conditions compare with, as `forecast.NAME`, and the performance model.",
    keys: [
      version,
      Key("summary", .text, "One sentence for people."),
      Key("quantities", .named(.name, .mapping(.quantity)), "The numbers by name, which conditions compare with."),
      Key("currency", .text, standard: "EUR", "The currency of all sums."),
      Key("rates", .named(.name, .form(.estimate)), "How much of `currency` one of another currency is."),
      Key("prices", .form(.path), "Path of the price list."),
      Key("load", .mapping(.load), "Who asks, and how much; with it the file is a performance model."),
      Key(
        "takes", .named(.name, .named(.name, .form(.estimate))),
        "What each of `questions`, `hits`, `calls`, `users`, `targets` or a stock takes, by names of yours."),
      Key("caches", .list(.mapping(.cache)), "What answers before the work is done, in order."),
      Key("cells", .mapping(.cells), "Into which parts the platform is cut; without it into one."),
      Key("components", .named(.name, .mapping(.component)), "What carries the load."),
      Key("residency", .mapping(.residency), "Where data may lie."),
      Key("goals", .mapping(.goals), "What shall be reached."),
      Key(
        "baseline", .named(.name, .form(.estimate)),
        "What was there before: `users`, `targets`, stocks, or another figure."),
      Key("stated", .list(.mapping(.statement)), "What documents say, to be compared with the model."),
      Key("scenarios", .named(.identifier, .mapping(.scenario)), "What may come."),
      Key(
        "with", .list(.mapping(.group)),
        "Estimates that hang together: chance draws them as one. All others are independent of each other."),
      Key(
        "limits", .choice(["warn", "refuse"]), standard: "warn", "What a wave that exceeds a limit means."),
    ], aliases: ["version": "sanderling", "values": "quantities"])

  static let group = Vocabulary(
    "a group", "Estimates that hang together, by their path.",
    keys: [
      Key("rise", .list(.form(.value), minimum: 1), required: true, "Those that are high together."),
      Key("fall", .list(.form(.value)), "Those that are low then."),
    ])

  static let quantity = Vocabulary(
    "a quantity", "A projected number: constant, by how many targets are live, or from the model.",
    keys: [
      Key("unit", .text, standard: "\"\"", "The unit, such as `EUR/day`; none for a bare number."),
      Key("value", .form(.number), "The number, where it is constant."),
      Key("by", .form(.name), "The inventory whose live targets count."),
      Key("points", .list(.mapping(.point), minimum: 1), "The projection; between two points it is a straight line."),
      Key("from", .form(.figure), "The figure of the model, such as `cost.model`; its points are the plan's waves."),
      Key("summary", .text, "One sentence for people."),
    ], aliases: ["targets": "by"])

  static let point = Vocabulary(
    "a point", "What is projected for a number of live targets.",
    keys: [
      Key("targets", .integer(0...10_000_000), required: true, "The number of live targets."),
      Key("value", .form(.number), required: true, "The projected value."),
    ])

  static let load = Vocabulary(
    "`load`", "Who asks, and how much.",
    keys: [
      Key("of", .form(.name), required: true, "The inventory whose live targets bring the load."),
      Key(
        "users", .either([.form(.estimateOrName)]), required: true,
        "The users of a target: a column of the inventory, or a number."),
      Key("questions", .form(.estimate), required: true, "Questions of each user, such as `3..4..6 /day`."),
      Key("profile", .list(.form(.number), minimum: 24), "The 24 shares of the local hours; without it all are alike."),
      Key("week", .list(.form(.number), minimum: 7), "Seven factors, Monday first; their mean counts as 1."),
      Key("present", .form(.estimate), "The share of users that are logged in at the peak."),
      Key("thinking", .form(.estimate), "The time between an answer and the next question of a session."),
      Key("peak", .form(.estimate), standard: "1", "By how much minutes within the peak hour exceed its mean."),
      Key("burst", .mapping(.burst), "A short burst of everybody; while targets go live, a part of it."),
      Key("steady", .form(.estimate), "What canaries and probes ask in each cell, whoever is live."),
      Key("adoption", .form(.estimate), "τ of the adoption curve 1 − e^(−t/τ) of each target."),
      Key("growth", .form(.estimate), "The growth of use, such as `1 %/month`."),
      Key("surge", .form(.estimate), standard: "1", "A factor on everything that is asked, for scenarios."),
      Key("stocks", .named(.name, .mapping(.stock)), "What lies in targets, such as documents."),
    ], aliases: ["targets": "of", "inventory": "of"])

  static let burst = Vocabulary(
    "`burst`", "Many questions at once.",
    keys: [
      Key("rate", .form(.estimate), required: true, "Questions in a time, such as `100 /s`."),
      Key("lasts", .form(.estimate), required: true, "How long, such as `10 s`."),
      Key(
        "tests", .list(.form(.value)),
        "The stages that send it whole, as `phase/stage`: what a load test needs is asked for before it."),
    ], aliases: ["for": "lasts"])

  static let stock = Vocabulary(
    "a stock", "Something that lies in targets.",
    keys: [
      Key("column", .form(.name), "The column of the inventory whose values add up."),
      Key("each", .form(.estimate), "So many in each target, where no column says it."),
      Key("times", .form(.estimate), standard: "1", "For how many one of those stands."),
      Key("growth", .form(.estimate), "Its growth, such as `2 %/month`."),
    ])

  static let cache = Vocabulary(
    "a cache", "Something that answers before the work is done: with `hits`, or `keeps`, or `recall`.",
    keys: [
      Key("id", .form(.identifier), required: true, "The identifier."),
      Key("hits", .form(.estimate), "The share that it answers, where that is known."),
      Key("keeps", .form(.estimate), "How long an answer is kept; needs `items`."),
      Key("items", .form(.estimate), "How many different questions there are."),
      Key("skew", .form(.estimate), standard: "1", "The exponent of their Zipf popularity."),
      Key("recall", .form(.estimate), "The share of paraphrases that is recognised; needs `paraphrases`."),
      Key("paraphrases", .form(.estimate), "The share of questions that are old ones in other words."),
      Key("by", .list(.form(.name)), "The attributes whose values have a cache each, within a cell."),
      Key("time", .form(.estimate), "The time of a hit."),
      Key(
        "saves", .list(.form(.name), minimum: 1),
        "The amounts of calls that a hit saves, such as an embedding or a search: the question goes on."),
    ], aliases: ["ttl": "keeps", "scope": "by"])

  static let cells = Vocabulary(
    "`cells`", "Into which parts the platform is cut.",
    keys: [
      Key("by", .form(.name), required: true, "The attribute of the targets that says in which cell they are."),
      Key("places", .named(.value, .mapping(.place)), required: true, "The cells by the attribute's value."),
      Key(
        "built", .mapping(.built),
        "By which stage the locations get built: what none builds is said, and left out as-built."),
      Key("common_cause", .form(.estimate), "The share of a location's failures that takes all of its cell."),
      Key("moves_in", .form(.estimate), "The time until traffic has moved after a location is lost."),
      Key("outages", .form(.estimate), "How often a location is lost, such as `1 /month`."),
    ])

  /// Only the platform of the model is built.
  static let otherCells = Vocabulary(
    "`cells` of a scenario", "Into which other parts the platform is cut.",
    keys: cells.keys.filter { $0.name != "built" })

  static let built = Vocabulary(
    "`built`", "What builds the locations of the cells.",
    keys: [
      Key(
        "stage", .either([.form(.value), .list(.form(.value), minimum: 1)]), required: true,
        "The stages, as `phase/stage`, whose targets are locations: one, or a list."),
      Key("by", .form(.name), required: true, "The column of their inventories that names the location."),
    ])

  static let place = Vocabulary(
    "a place", "Where a cell lies.",
    keys: [
      Key(
        "locations", .either([.form(.value), .list(.form(.value), minimum: 1)]), required: true,
        "Its locations; each can carry what another one loses."),
      Key("zone", .form(.name), "The zone in which its data lie."),
    ], aliases: ["location": "locations", "region": "locations"])

  static let residency = Vocabulary(
    "`residency`", "Where data may lie: a legal input.",
    keys: [
      Key("by", .form(.name), required: true, "The attribute of the targets that decides."),
      Key(
        "zones", .named(.value, .list(.form(.name), minimum: 1)), required: true,
        "The zones that are allowed for each value."),
    ])
}
