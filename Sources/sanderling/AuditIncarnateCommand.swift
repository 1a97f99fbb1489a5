import ArgumentParser
import Operating

struct AuditIncarnateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incarnate", abstract: "Go on with a journal that lacks what was written, by the word of two persons.",
    discussion: """
      For a journal that is refused because an executor or an anchor knows more than it has, and what is missing is \
      lost for good. Two persons say it within a day, each from an account of their own. The log says so for ever, and \
      goes on under another name. What was done meanwhile is not known any more: look at the providers first.
      """)

  @Option(help: "Why. It is kept in the log.")
  var reason: String

  @Option(
    help: ArgumentHelp(
      "How many entries the anchor knows, as the refusal says, when no executor of this machine wrote them.",
      valueName: "entries"))
  var beyond: Int64?

  @OptionGroup var journal: JournalOptions

  func run() throws {
    switch try Desk.incarnate(
      journal: journal.path, reason: try Reason(reason), beyond: beyond, surroundings: Host.surroundings)
    {
    case .asked(let file):
      Output.error.tell(
        "kept in \(file). Nothing was changed: a second person says the same within a day, from another account\n")
    case .done(let origin, let seq):
      Output.error.tell("the log goes on as \(origin); entry \(seq) says who wanted it and what is given up\n")
    }
  }
}
