import ArgumentParser
import Operating

struct AuditIncarnateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incarnate", abstract: "Go on with a journal that lacks what was written, by the word of two persons.",
    discussion: """
      For a journal that is refused because an executor or an anchor knows more than it has, and what is missing is \
      lost for good. Two persons of the newest plan say it within a day: with --sign, or one of them by the account \
      that alone can write the journal. By mail: --print writes the words, `ssh-keygen -Y sign -n \
      sanderling-incarnation -f KEY FILE` signs them, --statement and --signature bring both back. The log says so for \
      ever, and goes on under another name. What was done meanwhile is not known any more: look at the providers first.
      """)

  @Option(help: "Why. It is kept in the log; words that are brought with --statement have it.")
  var reason: String?

  @Option(
    help: ArgumentHelp(
      "How many entries the anchor knows, as the refusal says, when no executor of this machine wrote them.",
      valueName: "entries"))
  var beyond: Int64?

  @OptionGroup var signing: SigningOptions
  @Option(help: ArgumentHelp("Words that were printed.", valueName: "file")) var statement: String?
  @Option(help: ArgumentHelp("Their signature.", valueName: "file")) var signature: String?
  @OptionGroup var journal: JournalOptions

  func run() throws {
    let desk = try IncarnationDesk(journal.path, beyond: beyond, surroundings: Host.surroundings)
    if signing.print {
      guard let reason else { throw Refusal(.usage, "it takes a reason", next: ["say --reason \"…\""]) }
      return Output.standard.write(try desk.statement(of: signing.person, reason: try Reason(reason)) + "\n")
    }
    let way: IncarnationWay
    if let statement {
      way = .words(
        line: try SigningOptions.read(statement), signature: try SigningOptions.read(signature ?? statement + ".sig"))
    } else {
      way = signing.sign ? .key(file: signing.key, person: signing.person) : .account
    }
    switch try desk.say(way, reason: try reason.map { try Reason($0) }) {
    case .asked(let file):
      Output.error.tell("kept in \(file). Nothing was changed: a second person says the same within a day\n")
    case .done(let origin, let seq):
      Output.error.tell("the log goes on as \(origin); entry \(seq) says who wanted it and what is given up\n")
    }
  }
}
