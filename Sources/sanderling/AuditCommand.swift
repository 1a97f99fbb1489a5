import ArgumentParser

/// What an auditor asks: the verbs of `audit`.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Take a person out of a journal.",
    discussion: "What is proved, and what is not: docs/audit.md.",
    subcommands: [AuditEraseCommand.self])
}
