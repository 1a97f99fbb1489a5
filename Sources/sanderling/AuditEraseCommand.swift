import ArgumentParser
import Foundation
import Journaling
import Operating
import Quantities
import Screens

struct AuditEraseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase", abstract: "Take a person out of the journal: names, accounts, keys, texts.",
    discussion: """
      What is in the log stays provable: it holds pseudonyms and digests. What goes is what opens them, from table, \
      log and free pages; an entry says that it was done. It cannot be undone. Backups have their own copies.
      """)

  @Argument(help: "Who: the identifier in trust/people.yaml, or an account.")
  var person: String

  @Option(
    name: .customLong("also"),
    help: ArgumentHelp("Another name of the person, such as an account that no plan knows any more.", valueName: "word")
  )
  var more: [String] = []

  @Option(help: "Why. It is kept in the history; name nobody in it.")
  var reason: String

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var journal: JournalOptions
  @OptionGroup var style: StyleOptions

  func run() async throws {
    let reason = try Reason(reason)
    try confirm()
    let erasure = try journal.desk(.write).erase(person, also: more, reason: reason)
    if style.json {
      Output.standard.write(ErasureScreen.json(erasure).canonicalText + "\n")
    } else {
      Output.standard.write(ErasureScreen.text(erasure))
    }
  }

  private func confirm() throws {
    if yes { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw Refusal(.usage, "an erasure needs a yes: it cannot be undone", next: ["say --yes"])
    }
    Output.error.tell("type \(person) to take them out of \(journal.path): ")
    guard readLine() == person else { throw Refusal(.usage, "nothing was changed") }
  }
}

/// What was taken away, for people and programs.
enum ErasureScreen {
  static func text(_ erasure: Erasure) -> String {
    if erasure.finishesEarlier {
      return
        "nobody of that name is here any more; what an earlier erasure took away is out of the file and its log of "
        + "writes now\n"
    }
    let first = erasure.entries.prefix(8).map { String($0) }.joined(separator: ", ")
    let numbers = erasure.entries.isEmpty ? "" : " (of entries \(first)\(erasure.entries.count > 8 ? ", …" : ""))"
    let openings = erasure.openings.counted("line")
    let keys = erasure.fingerprints.map {
      "        entries still name the key \($0): whoever has it knows whose it is\n"
    }
    let plans =
      erasure.plans == 0
      ? ""
      : "\(erasure.plans.counted("plan")) \(erasure.plans == 1 ? "has" : "have") one of the words in what the runbook "
        + "wrote: that is a part of the log, and stays\n"
    let more =
      erasure.mayHaveHadMore
      ? "no plan that is here says which accounts and keys they had, and runs were pruned: name more with --also\n"
      : ""
    return """
      erased: \(erasure.people.count.counted("name")), \(openings) of accounts and keys,
              \(erasure.entries.count.counted("text"))\(numbers), \(erasure.letters.counted("command")) in the inbox
      the log is as it was, and says that this was done. Backups and trust/ have their own copies.

      """ + keys.joined() + plans + more
  }

  static func json(_ erasure: Erasure) -> JSON {
    .dictionary([
      ("entries", .array(erasure.entries.map { .integer($0) })),
      ("fingerprints", .array(erasure.fingerprints.map { .string($0) })),
      ("finishes_earlier", .bool(erasure.finishesEarlier)), ("letters", .integer(Int64(erasure.letters))),
      ("may_have_had_more", .bool(erasure.mayHaveHadMore)), ("openings", .integer(Int64(erasure.openings))),
      ("people", .array(erasure.people.map { .string($0) })), ("plans", .integer(Int64(erasure.plans))),
    ])
  }
}
