internal import Auditing
internal import Plans
internal import Quantities

/// The JSON Schemas (draft 07) of what commands write for programs.
public enum OutputSchema {
  /// What `validate --json` writes.
  public static var findings: String {
    named(
      "findings", "What `sanderling validate --json` prints",
      object(
        "What was found in the files of a runbook.",
        [("findings", list("The findings, in reading order.", finding)), ("version", version)]))
  }

  private static let finding = JSON.object(
    object(
      "One thing that is wrong, or worth a word.",
      [
        ("code", text("Its code, which `sanderling explain` explains.", example: "G104")),
        ("severity", words(["error", "warning"], "How grave it is: errors keep a run from starting.")),
        ("message", text("What is wrong.")), ("file", text("In which file, as the command names it.")),
        ("line", count("In which line, from 1.")), ("column", count("At which character of the line, from 1.")),
        ("end_column", count("Behind which character it ends.")),
        ("suggestion", maybe("string", "What to write instead.")),
        ("replacement", maybe("string", "The text to put in its place, where that is all there is to do.")),
        ("notes", list("What else there is to know.", text("A sentence."))),
      ]))

  /// What `rollback --preview --json` writes.
  public static var rollback: String {
    let paths = { (words: String) in list(words, text("The path of a target.")) }
    return named(
      "rollback", "What `sanderling rollback --preview --json` prints",
      object(
        "What a rollback would do now.",
        [
          ("frozen", paths("Those of `targets` that would wait, since a calendar freezes rollbacks.")),
          (
            "idle",
            list(
              "Steps that stay, since there is nothing to take back.",
              .object(
                object(
                  "A step of a stage.",
                  [
                    ("stage", text("The path of the stage.")), ("step", text("The step.")),
                    ("targets", count("Of how many targets.")),
                  ])))
          ), ("kept", paths("Those of `targets` that a person left as they are before.")),
          ("path", text("What would be taken back; empty for the run.")), ("run", text("The run.", example: "r-12")),
          ("steps", count("How many steps would be undone.")),
          ("targets", paths("What would be undone, newest first.")),
          ("version", version),
          (
            "walls",
            list(
              "Steps that cannot be taken back, the one at which it would stop first.",
              .object(
                object(
                  "One of them.",
                  [("kept", paths("What stays because of it.")), ("step", text("The path of the step."))])))
          ),
        ]))
  }

  /// What `amend --preview --json` and `plan --diff --json` write.
  public static var amendment: String {
    named(
      "amendment", "What `sanderling amend --preview --json` and `plan --diff --json` print",
      object(
        "What differs between two plans, and who has to agree.",
        [
          (
            "differences",
            list(
              "What differs, grown risk first.",
              .object(
                object(
                  "One difference.",
                  [
                    ("phase", maybe("string", "The phase that it is in; null where it is in none alone.")),
                    ("risk", words(PlanDifference.Risk.allCases.map(\.rawValue), "What becomes of the risk.")),
                    ("text", text("What differs.")),
                  ])))
          ),
          (
            "needs",
            list(
              "The approvals that it needs.",
              .object(
                object(
                  "Approvals of one place.",
                  [
                    ("count", count("How many.")), ("path", text("The phase or stage.")),
                    ("role", text("The role of those who give them.")),
                  ])))
          ), ("plan", text("The digest of the new plan.")),
          (
            "voids",
            list(
              "The approvals that would not count any more.",
              .object(object("One of them.", [("path", text("Of what.")), ("person", text("Who gave it."))])))
          ),
        ]))
  }

  /// A line of what `audit list --json` and `audit sample --json` write.
  public static var change: String {
    let approvals = { (words: String) in
      list(
        words,
        .object(
          object(
            "One approval.",
            [
              ("at", text("When.")), ("person", text("Who.")), ("proof", text("How the person is known.")),
              ("seq", count("The entry with which it counted.")),
            ])))
    }
    let counts = Set(["targets", "done", "failed", "skipped", "undone", "seq"])
    let members = Change.titles.map { title -> (String, JSON) in
      switch title {
      case "approved_by": (title, approvals("Who let it begin."))
      case "approved_before_amendment": (title, approvals("Who approved an earlier plan that an amendment let stand."))
      case "verdicts", "overrides": (title, list("As the column `\(title)`, apart.", text("One of them.")))
      case _ where counts.contains(title): (title, count("As the column `\(title)` of `audit list --csv`."))
      default: (title, text("As the column `\(title)` of `audit list --csv`; empty for what is not known."))
      }
    }
    return named(
      "change", "A line of what `sanderling audit list --json` and `audit sample --json` print",
      object(
        "One change: a wave that was begun.",
        members + [("evidence", list("The entries that show it.", count("Its number in the log.")))]))
  }

  /// What `audit why --json` writes.
  public static var causes: String {
    named(
      "causes", "What `sanderling audit why --json` prints",
      object(
        "An entry, followed back to the persons, the plan and its author.",
        [
          ("authors", list("Who wrote the runbook, as the plan names them.", text("A person."))),
          (
            "links",
            list(
              "The entry, and what it follows from.",
              .object(
                object(
                  "One entry.",
                  [
                    ("actor", text("Who or what did it.")), ("at", text("When.")),
                    ("depth", count("How far from the entry that was asked about.")), ("facts", text("What it says.")),
                    ("relation", text("What it has to do with the one before; empty for that one.")),
                    ("run", count("The number of the run; 0 for the log itself.")),
                    ("seq", count("Its number in the log.")),
                    ("subject", text("What it is about.")), ("type", text("What happened.")),
                  ])))
          ), ("plan", maybe("string", "The digest of the plan in force.")),
          ("runbook", maybe("string", "The runbook.")),
        ]))
  }

  /// A line of what `audit replay --json` writes.
  public static var replay: String {
    let difference = object(
      "The first decision that differs.",
      [
        ("derived", maybe("string", "What the engine decides; null where nothing.")),
        ("recorded", maybe("string", "What is recorded; null where nothing.")), ("seq", count("The entry.")),
      ])
    var schema = object(
      "One run whose decisions were derived again. It has `unjudged`, or all that came of it.",
      [
        ("run", count("The number of the run.")), ("unjudged", text("Why it could not be judged.")),
        ("decisions", count("How many decisions were compared.")), ("inputs", count("How many inputs led to them.")),
        ("withheld", count("How many decisions were erased since.")),
        ("withheld_inputs", count("How many inputs were erased since.")),
        ("difference", .object(difference)),
      ])
    schema["required"] = .array([.string("run")])
    return named("replay", "A line of what `sanderling audit replay --json` prints", schema)
  }

  /// A line of what `audit reconcile --json` writes.
  public static var reconciliation: String {
    var schema = object(
      "One change that a provider's own log tells of.",
      [
        ("at", text("When.")), ("resource", text("What was changed.")), ("what", text("What was done to it.")),
        ("who", text("Who did it.")),
        (
          "standing",
          words(["explained", "unexplained", "unjudged", "elsewhere", "untold"], "Whether the record says the same.")
        ), ("entry", count("The entry that explains it.")),
        ("run", text("The run that could not be judged.", example: "r-12")),
      ])
    schema["required"] = .array(["at", "resource", "standing", "what", "who"].map { .string($0) })
    return named("reconciliation", "A line of what `sanderling audit reconcile --json` prints", schema)
  }

  /// What `audit erase --json` writes.
  public static var erasure: String {
    named(
      "erasure", "What `sanderling audit erase --json` prints",
      object(
        "What was erased.",
        [
          ("entries", list("The entries whose payload is gone.", count("Its number in the log."))),
          ("fingerprints", list("Keys of the person that plans go on naming.", text("A fingerprint."))),
          ("finishes_earlier", kind("boolean", "Whether an erasure that was begun before was brought to its end.")),
          ("letters", count("How many commands in the inbox.")),
          ("may_have_had_more", kind("boolean", "Whether there may have been more, in what cannot be searched.")),
          ("openings", count("How many openings of pseudonyms.")),
          ("people", list("The pseudonyms that nothing opens any more.", text("A pseudonym."))),
          ("plans", count("How many plans go on naming the person.")),
        ]))
  }

  static let version = JSON.dictionary([
    ("const", .integer(1)),
    (
      "description",
      .string("The version of this shape: it changes where a field is taken away or means something else.")
    ),
  ])
}

// What schemas are put together of.
extension OutputSchema {
  static func named(_ name: String, _ title: String, _ schema: JSONObject) -> String {
    var schema = schema
    schema["$schema"] = .string("http://json-schema.org/draft-07/schema#")
    schema["$id"] = .string("https://json.schemastore.org/sanderling-\(name).json")
    schema["title"] = .string(title)
    return JSON.object(schema).indentedText
  }

  static func kind(_ kind: String, _ words: String) -> JSON {
    .dictionary([("description", .string(words)), ("type", .string(kind))])
  }

  static func maybe(_ kind: String, _ words: String) -> JSON {
    .dictionary([("description", .string(words)), ("type", .array([.string(kind), .string("null")]))])
  }

  static func text(_ words: String, example: String? = nil) -> JSON {
    .dictionary(
      [("description", .string(words))] + (example.map { [("examples", .array([.string($0)]))] } ?? [])
        + [("type", .string("string"))])
  }

  static func count(_ words: String) -> JSON {
    .dictionary([("description", .string(words)), ("minimum", .integer(0)), ("type", .string("integer"))])
  }

  static func words(_ values: [String], _ words: String) -> JSON {
    .dictionary([("description", .string(words)), ("enum", .array(values.map { .string($0) }))])
  }

  static func list(_ words: String, _ items: JSON) -> JSON {
    .dictionary([("description", .string(words)), ("items", items), ("type", .string("array"))])
  }

  static func orNothing(_ value: JSON) -> JSON {
    .dictionary([("anyOf", .array([value, .dictionary([("type", .string("null"))])]))])
  }

  static func object(_ words: String, _ members: [(String, JSON)]) -> JSONObject {
    JSONObject([
      ("additionalProperties", .bool(false)), ("description", .string(words)),
      ("properties", .dictionary(members)), ("required", .array(members.map { .string($0.0) })),
      ("type", .string("object")),
    ])
  }
}
