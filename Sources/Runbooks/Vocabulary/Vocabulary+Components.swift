internal import Vocabularies

// The second half of the forecast: what carries the load, what it costs, what shall be reached, and what may come.

extension Vocabulary {
  static let component = Vocabulary(
    "a component", "Something that carries load.",
    keys: [
      Key("summary", .text, "One sentence for people."),
      Key("per", .choice(["cell", "all"]), standard: "cell", "Whether each cell has its own."),
      Key("needs", .list(.mapping(.need)), "What limits it; the largest need decides."),
      Key("least", .integer(0...1_000_000), standard: "1", "The fewest units in a location."),
      Key("most", .form(.estimate), "The most units that a location can have."),
      Key("spare", .integer(0...1_000_000), standard: "0", "Units beyond the need, such as one zone's worth."),
      Key("step", .integer(1...1_000_000), standard: "1", "Units come in multiples of this."),
      Key("quota", .form(.estimate), "The units that are granted in a location before anybody asks for more."),
      Key(
        "pool", .choice(ComponentModel.Pool.allCases.map(\.rawValue)), standard: "location",
        "What `quota` and `most` are for: each location, or one pool for all of a `zone`."),
      Key("billed_from", .form(.estimate), "The share of `most` that is billed at least, such as `10 %`."),
      Key("partitions", .mapping(.partitions), "A second way to grow: units are replicas × partitions."),
      Key("granted_in", .form(.duration), "How long before its use a higher quota has to be asked for."),
      Key("ready", .form(.estimate), "The time until a new unit works."),
      Key("scales", .boolean, standard: "false", "Whether units follow the load by the hour, and only those are paid."),
      Key("availability", .form(.estimate), "The share of time in which it works, as its maker promises."),
      Key(
        "fallback", .form(.fallback),
        "What stands in for it: the availability of something that fails by itself, or `location`, its twin in "
          + "another location of the cell."),
      Key(
        "built_by", .form(.value),
        "The step that builds it, as `phase/stage/step`, or `before`, where it is there before the programme. Where "
          + "one component says it, those that do not are found."),
      Key("soft", .boolean, standard: "false", "Whether there is an answer without it."),
      Key(
        "place", .choice(ComponentModel.Place.allCases.map(\.rawValue)), standard: "location",
        "Where its requests may be worked on: in their `location`, in its `zone`, or anywhere in the `world`."),
      Key("retires", .form(.date), "The day on which its maker takes it away."),
      Key("size", .named(.name, .form(.estimate)), "The size of a unit that is asked for."),
      Key("offered", .named(.name, .form(.estimate)), "The largest size that is offered."),
      Key("zone", .form(.name), "The zone in which its data lie, where that is not the zone of its cell."),
      Key("costs", .list(.mapping(.cost)), "The lines of its bill."),
      Key("provisioned", .mapping(.provisioned), "The same capacity bought ahead, to compare with the bill."),
    ], aliases: ["min": "least", "max": "most", "sla": "availability", "region": "place"])

  static let partitions = Vocabulary(
    "`partitions`", "How a component grows beside its replicas: every replica has all partitions.",
    keys: [
      Key("needs", .list(.mapping(.need), minimum: 1), required: true, "What limits a partition."),
      Key(
        "sizes", .list(.integer(1...1_000_000), minimum: 1), required: true,
        "The numbers of partitions that there are."),
      Key("most_units", .integer(1...1_000_000), "The most units: replicas × partitions."),
    ])

  static let need = Vocabulary(
    "a need", "What limits a component: `takes` or `of` with `carries`, or `of` with `slots` and `holds`.",
    keys: [
      Key(
        "takes", .either([.form(.name), .list(.form(.name), minimum: 1)]),
        "Amounts under `takes:` that add up; against `carries`."),
      Key("of", .form(.name), "A flow or a stock that counts as it is."),
      Key("carries", .form(.estimate), "What one unit carries, such as `1000 tokens/min`, `15 /s` or `35 GB`."),
      Key("slots", .form(.estimate), "How many requests one unit works on at once."),
      Key("holds", .form(.name), "The time under `takes:` for which a request holds a slot."),
      Key("variation", .form(.estimate), standard: "1", "The squared coefficient of variation of that time."),
      Key("waits", .form(.estimate), standard: "1 %", "The share of requests that may have to wait."),
    ])

  static let provisioned = Vocabulary(
    "`provisioned`", "Capacity that is bought ahead in units.",
    keys: [
      Key(
        "counts", .named(.name, .form(.number)), required: true,
        "The amounts of calls that count, each with its weight, such as `{ prompt: 1, completion: 3 }`."),
      Key("carries", .form(.estimate), required: true, "What one unit carries, such as `2500 tokens/min`."),
      Key("least", .integer(0...1_000_000), standard: "1", "The fewest units that can be bought."),
      Key("step", .integer(1...1_000_000), standard: "1", "Units are bought in multiples of this."),
      Key("price", .form(.value), required: true, "The price of a unit, by time."),
    ])

  static let cost = Vocabulary(
    "a cost", "A line of the bill.",
    keys: [
      Key("price", .form(.value), required: true, "A price of the price list."),
      Key(
        "of", .form(.name), standard: "units",
        "What it is for: `units`, a flow, a stock, or an amount under `takes:`."),
      Key("keeps", .form(.estimate), "How long what a flow brings is kept, such as `90 days`; its price is by time."),
    ])

  static let goals = Vocabulary(
    "`goals`", "What shall be reached.",
    keys: [
      Key("signals", .list(.form(.condition)), "Conditions on signals that gates or triggers have to guard."),
      Key("answer", .form(.estimate), "The time within which a share of all questions is answered."),
      Key("percentile", .form(.estimate), standard: "95 %", "That share."),
      Key("availability", .form(.estimate), "The share of time in which the platform works."),
      Key("cost", .form(.estimate), "The most that it may cost, such as `30000 EUR/month`."),
      Key("healthy_errors", .form(.estimate), "The share of failures of a healthy platform, to judge triggers by."),
    ])

  static let statement = Vocabulary(
    "a statement", "What a document says about a figure.",
    keys: [
      Key("figure", .form(.figure), required: true, "The figure, such as `cost_per_month`."),
      Key("value", .form(.estimate), required: true, "The number."),
      Key("source", .text, required: true, "Where it says so."),
      Key("within", .form(.estimate), standard: "20 %", "How far it may be from the model."),
    ])

  static let scenario = Vocabulary(
    "a scenario", "Something that may come.",
    keys: [
      Key("summary", .text, "One sentence for people."),
      Key(
        "set", .named(.value, .form(.change)),
        "Numbers by their path, such as `takes.calls.prompt: 9000 tokens`, or a factor: `load.surge: x10`."),
      Key("lost", .list(.form(.value)), "Cells that are lost."),
      Key("cells", .mapping(.otherCells), "Other cells."),
      Key("residency", .mapping(.residency), "Other rules of where data may lie."),
      Key("lasts", .form(.estimate), "How long it lasts; without it, for good."),
    ])

  static let prices = Vocabulary(
    "the price list", "What things cost, each line with its day and its source.",
    keys: [
      version,
      Key("summary", .text, "One sentence for people."),
      Key("prices", .named(.value, .mapping(.price)), required: true, "The prices by name."),
    ])

  static let price = Vocabulary(
    "a price", "What something costs.",
    keys: [
      Key("price", .form(.estimate), required: true, "The sum, such as `2.75 USD`."),
      Key(
        "per", .form(.per), required: true,
        "What it buys: `1000000 tokens`, `10000`, `hour`, `month`, `GB month`."),
      Key("for", .form(.name), "The amount under `takes:` that the seller means."),
      Key("from", .form(.estimate), "The least amount of a request from which it counts, such as `1024 tokens`."),
      Key("steps", .form(.estimate), "Above `from` it counts in steps of so much."),
      Key("gets", .form(.estimate), "The share of requests that get it."),
      Key("else", .form(.value), "The price of what does not get this one; needed with `from` and `gets`."),
      Key("date", .form(.date), required: true, "The day of the price."),
      Key("source", .text, required: true, "Where it was read, and how sure that is."),
    ])
}
