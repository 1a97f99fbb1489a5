internal import Vocabularies

// The risk register.

extension Vocabulary {
  static let risks = Vocabulary(
    "the risk register", "What may go wrong, how it shows, and what is done about it.",
    keys: [
      version,
      Key("summary", .text, "One sentence for people."),
      Key("currency", .text, standard: "EUR", "The currency of all impacts."),
      Key("risks", .named(.identifier, .mapping(.risk)), required: true, "The risks by their identifiers."),
    ], aliases: ["version": "sanderling"])

  static let risk = Vocabulary(
    "a risk", "Something that may go wrong.",
    keys: [
      Key("title", .text, required: true, "One sentence: what happens."),
      Key("cause", .text, required: true, "Why it would happen."),
      Key("effect", .text, required: true, "What it would do to users or to the programme."),
      Key("likelihood", .form(.estimate), required: true, "The chance within the programme, such as `10..20..40 %`."),
      Key("impact", .form(.estimate), required: true, "What it would cost, such as `20000..60000 EUR`."),
      Key("delay", .form(.estimate), "By how much it would delay the programme, such as `1..2..4 weeks`."),
      Key("owner", .text, "Who watches it."),
      Key("early_sign", .form(.name), "The signal in which it shows first."),
      Key("mitigation", .mapping(.mitigation), "What is done about it."),
      Key("uncovered", .text, "What that does not cover, said honestly."),
      Key(
        "evidence", .text,
        "What the plan and its forecast say of it: words with keys of marks in brackets, such as `the plan ends [plan "
          + "days_late] days late`."),
    ], aliases: ["probability": "likelihood", "signal": "early_sign", "description": "title"])

  static let mitigation = Vocabulary(
    "`mitigation`", "What is done about a risk: parts of the runbook by their names, and words.",
    keys: [
      Key("steps", .list(.form(.operation)), "Steps or operations of the runbook."),
      Key("gates", .list(.form(.name)), "Gates."),
      Key("triggers", .list(.form(.identifier)), "Triggers; those that say `mitigates` need not be repeated."),
      Key("scenarios", .list(.form(.identifier)), "Scenarios of the forecast."),
      Key("text", .text, "What else."),
    ])
}
