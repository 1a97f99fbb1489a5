internal import Vocabularies

extension ProcessAdapter: BuiltInAdapter {
  static let declared = AdapterFacts(
    name: "process", does: "runs a command on this machine",
    configuration: Vocabulary(
      "a process provider", "How commands are run.", keys: shared + [names],
      aliases: aliases.filter { $0.value != "command" }, rules: [.apart("doubt", "transient")]),
    actions: [.init(arguments: step, outputs: .any)],
    probe: Vocabulary("a process probe", step.doc, keys: step.keys, aliases: aliases, rules: step.rules),
    query: Vocabulary("a process query", step.doc, keys: step.keys, aliases: aliases, rules: step.rules),
    notice: .init(argument: "stdin", form: .line),
    reportsCursor: true, needsReclaiming: true, needsRoom: true, exposed: ["command"],
    shell: .init(command: "command", input: "stdin"))

  private static let step = Vocabulary(
    "a process step", "A command.",
    keys: [
      Key(
        "command", .either([.list(.form(.value), minimum: 1), .text]), required: true,
        "A list of words; a text with `shell: true`.")
    ] + shared,
    aliases: aliases, rules: [.text("command", needs: "shell"), .apart("doubt", "transient")])

  /// What may stand in the configuration and in the arguments; an argument wins.
  private static let shared = [
    Key("shell", .boolean, standard: "false", "`true`: a text is run by `/bin/sh -c`."),
    Key("directory", .text, standard: ".", "The working directory, relative to the runbook's."),
    Key("set", .named(.variable, .form(.value)), "Variables and their values; may be secrets."),
    Key("stdin", .text, "A text that the command reads; without it, nothing."),
    Key(
      "outputs_file", .text,
      "A file with the outputs. Each attempt has one of its own, beside this path: `SANDERLING_OUTPUTS` names it."),
    Key(
      "transient", .list(.integer(1...255)), standard: "[75]", "Exit codes that mean \"not now, try again\"."),
    Key(
      "doubt", .list(.integer(1...255)), standard: "[]",
      "Exit codes that do not say whether anything happened. 137 and 143 are among them unless they are `transient`."),
    Key(
      "output_limit", .integer(256...64 << 20), standard: "65536",
      "How many bytes of what is printed are kept, of its beginning and end."),
  ]

  private static let names = Key(
    "environment", .list(.form(.variableOfOurs)), "Names of variables that are handed on.")

  private static let aliases = [
    "cmd": "command", "run": "command", "cwd": "directory", "dir": "directory",
    "workdir": "directory", "env": "set", "input": "stdin", "output": "outputs_file", "retry_codes": "transient",
  ]

  private typealias Key = Vocabulary.Key
}

extension ScalarForm {
  /// A variable that is set for a child.
  fileprivate static let variable = ScalarForm(
    "the name of a variable", example: "such as `LANG`; names that start with `SANDERLING_` are ours",
    accepts: { variableOfOurs.accepts($0) && !$0.hasPrefix("SANDERLING_") })

  /// A variable that is handed on to a child.
  fileprivate static let variableOfOurs = ScalarForm(
    "the name of a variable", example: "such as `LANG`",
    accepts: { !$0.isEmpty && $0.utf8.allSatisfy { $0 != UInt8(ascii: "=") && $0 != 0 } })
}
