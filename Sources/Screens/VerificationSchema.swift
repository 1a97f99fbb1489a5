internal import Auditing
internal import Quantities

extension OutputSchema {
  /// The JSON Schema (draft 07) of what `audit verify --json` writes, pretty-printed.
  public static var verification: String {
    var schema = object(
      "What came of verifying a journal or a bundle.",
      [
        ("approvals", orNothing(approvals)),
        ("checkpoints", count("How many checkpoints lie beside the log and fit it.")),
        ("entries", count("How many entries there are.")),
        ("flaws", list("What is wrong, in the order of the entries that it can concern.", flaw)),
        ("keys", list("The keys that the log's checkpoints may be signed with.", text("A verifier key of C2SP."))),
        ("origins", list("The names that the log gave itself.", text("More than one when it was begun anew."))),
        (
          "passed",
          list("The checks that found nothing wrong.", words(Flaw.Check.allCases.map(\.rawValue), "A check."))
        ), ("pruned", list("Runs that were taken out after they were exported, as the log says.", pruned)),
        ("record", text("What was verified.")),
        ("remarks", list("What is worth knowing and no fault.", text("A sentence."))),
        ("root", text("The root over all entries, in hexadecimal.")), ("runs", count("How many runs there are.")),
        ("seen", list("What those who signed have seen, the newest first.", known)),
        ("sentence", text("The verdict in one sentence.")),
        ("unjudged", list("What could not be judged.", text("A sentence."))),
        (
          "verdict",
          words(Verification.Verdict.allCases.map(\.rawValue), "How it stands: exit 0, 7, 8 and 8 in this order.")
        ), ("violations", list("Rules of the plans that were not kept.", flaw)),
        ("withheld", list("Entries whose payload was erased.", count("An entry."))),
        ("witnessed", list("Up to where others know the history, the farthest first.", known)),
      ])
    schema["$schema"] = .string("http://json-schema.org/draft-07/schema#")
    schema["$id"] = .string("https://json.schemastore.org/sanderling-verification.json")
    schema["title"] = .string("Sanderling verification")
    guard case .object(var members)? = schema["properties"] else { return "" }
    // An empty log has no times.
    members["first"] = text("When the first entry was made, by the machine's clock.")
    members["last"] = text("When the newest entry was made.")
    schema["properties"] = .object(members)
    return JSON.object(schema).indentedText
  }

  private static let approvals = JSON.object(
    object(
      "What persons said and signed, and what was let happen because of it; nothing where entries are damaged.",
      [
        ("effects", count("How many effects were begun where approval is asked for.")),
        ("held", count("How many of `ruled` had what they need.")),
        ("lifted", count("How many of `ruled` an emergency let begin.")),
        ("own_trust", kind("boolean", "Whether keys were those of `--trust`, and not those that the plans name.")),
        ("ruled", count("How many waves were begun that ask for approval.")),
        ("statements", list("Everything that was said and counts, in the order of the log.", statement)),
        ("unapproved", list("Effects without the approval that the plan asks for.", count("An entry."))),
        ("withheld", count("How many waves were let begin by words that were erased since.")),
      ]))

  private static let statement = JSON.object(
    object(
      "Something that a person said.",
      [
        ("action", text("`approve`, `reject`, `emergency`, `review` or `force`.")),
        ("counted", count("The entry that counted it.")),
        ("issued", orNothing(text("When it was signed, as the words say."))),
        ("key", orNothing(text("The fingerprint of the key; nothing where it was said by account."))),
        ("person", text("The person's pseudonym.")), ("run", count("The run.")),
        ("scope", text("The phase, stage or wave.")), ("seq", count("The entry that brought it.")),
        (
          "standing",
          words(ApprovalFindings.Statement.Standing.allCases.map(\.rawValue), "How it stands.")
        ),
      ]))

  private static let pruned = JSON.object(
    object(
      "A run of which only the hashes of its entries are left.",
      [
        ("archive", text("The digest of SHA256SUMS of the bundle that has it.")),
        ("at", text("When it was taken out.")), ("count", count("How many entries it had.")),
        ("first", count("Its first entry.")), ("last", count("Its last entry.")), ("run", count("The run.")),
        ("seq", count("The entry that says so.")),
      ]))

  private static let flaw = JSON.object(
    object(
      "Something that is wrong.",
      [
        ("anchor", orNothing(text("What contradicts."))),
        ("check", words(Flaw.Check.allCases.map(\.rawValue), "Which check found it.")),
        ("first", orNothing(count("The first entry that it can concern."))),
        ("last", orNothing(count("The last one, where that is known."))), ("what", text("A sentence.")),
      ]))

  private static let known = JSON.object(
    object(
      "Up to where somebody knows the history.",
      [
        ("at", orNothing(text("When, as they say."))), ("by", text("Who, or what.")),
        ("size", count("So many entries, from the first.")),
      ]))
}
