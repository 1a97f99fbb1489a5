internal import Glibc
internal import Quantities

/// What a call of the process adapter asks for, checked and complete.
struct ProcessCommand: Sendable {
  /// The absolute path of the program.
  var program: String
  /// What the program sees as its own name and its arguments.
  var words: [String]
  /// The absolute path of the working directory.
  var directory: String
  /// The environment of the child, but for its session, which is known once it exists.
  var environment: [String: String]
  /// What it reads; without it, nothing.
  var stdin: [UInt8]?
  /// The absolute path of the file with its outputs, if it writes one: no other attempt has the same.
  var outputsFile: String?
  /// The exit codes that say "not now, try again".
  var transient: [Int64]
  /// The exit codes that do not say whether anything happened.
  var doubt: [Int64]
  /// The largest log that is kept, in bytes.
  var outputLimit: Int
  /// What recovery finds the process by.
  var mark: String
  /// The step or signal of a run that it is for.
  var step: String
  /// Where it is written down.
  var roster: Roster?

  /// Why there is no command, in one sentence without a full stop.
  struct Problem: Error {
    let sentence: String
  }

  /// What a shell exits with when a signal ended its command, by SIGKILL and by SIGTERM: somebody ended it half way.
  static let killedInShell: [Int64] = [128 + Int64(SIGKILL), 128 + Int64(SIGTERM)]

  /// Names that every child gets when we have them.
  static let inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"]

  /// Reads configuration and arguments, and looks for the directory and the program.
  ///
  /// - Parameters:
  ///   - call: what is asked for.
  ///   - variable: the value of a variable in our own environment.
  /// - Throws: ``Problem``; nothing was started then.
  init(_ call: Call, variable: (String) -> String?) throws(Problem) {
    let read = Reading(configuration: call.configuration, arguments: call.arguments)
    mark =
      Attempt(
        run: call.run, path: call.path, number: call.attempt, key: call.idempotencyKey,
        journal: call.roster?.journal ?? ""
      ).mark
    step = "\(call.run)|\(call.path)"
    roster = call.roster
    directory = absolute(try read.text("directory") ?? ".", from: call.directory)
    outputLimit = Int(min(max(try read.integer("output_limit") ?? 65_536, 256), 64 << 20))
    let isAgain = try read.codes("transient")
    transient = isAgain ?? [Int64(EX_TEMPFAIL)]
    doubt = try read.codes("doubt") ?? []
    if let both = doubt.first(where: { isAgain?.contains($0) ?? false }) {
      throw Problem(sentence: "the exit code \(both) cannot be both `doubt` and `transient`")
    }
    transient.removeAll { [doubt] in doubt.contains($0) }
    doubt += Self.killedInShell.filter { [transient] in !transient.contains($0) }
    stdin = try read.text("stdin").map { Array($0.utf8) }
    outputsFile = try read.text("outputs_file").map { [directory, mark] in
      "\(absolute($0, from: directory)).\(Digest(of: Array(mark.utf8)).hex.prefix(16))"
    }
    words = try read.command()
    environment = [:]
    for name in try Self.inherited + read.names("environment") { environment[name] = variable(name) }
    for (name, value) in try read.variables() { environment[name] = value }
    environment.merge(Self.identity(call, mark: mark)) { _, ours in ours }
    environment["SANDERLING_OUTPUTS"] = outputsFile
    for text in words + Array(environment.values) + [directory] where text.utf8.contains(0) {
      throw Problem(sentence: "the command or its environment has a zero byte")
    }
    guard isDirectory(directory) else { throw Problem(sentence: "there is no directory `\(directory)`") }
    program = try Self.find(words[0], in: directory, path: environment["PATH"])
  }

  /// What a child learns about itself.
  private static func identity(_ call: Call, mark: String) -> [String: String] {
    [
      "SANDERLING_RUN": call.run, "SANDERLING_PATH": call.path, "SANDERLING_ATTEMPT": String(call.attempt),
      "SANDERLING_KEY": call.idempotencyKey, "SANDERLING_FENCE": String(call.fence),
      "SANDERLING_CURSOR": call.cursor ?? "", "SANDERLING_DEADLINE": call.deadline.text,
      Orphans.markName: mark,
    ]
  }

  static func find(_ name: String, in directory: String, path: String?) throws(Problem) -> String {
    if name.utf8.contains(UInt8(ascii: "/")) {
      let path = absolute(name, from: directory)
      if access(path, F_OK) != 0 { throw Problem(sentence: "there is no program `\(path)`") }
      if isDirectory(path) { throw Problem(sentence: "`\(path)` is a directory, not a program") }
      if access(path, X_OK) != 0 { throw Problem(sentence: "`\(path)` is not executable") }
      return path
    }
    let path = path ?? "/usr/local/bin:/usr/bin:/bin"
    for entry in path.split(separator: ":") {
      let candidate = absolute(name, from: absolute(String(entry), from: directory))
      if access(candidate, X_OK) == 0, !isDirectory(candidate) { return candidate }
    }
    throw Problem(sentence: "there is no program `\(name)` in \(path)")
  }
}

/// The members of configuration and arguments, by the type that each must have; an argument wins.
private struct Reading {
  typealias Problem = ProcessCommand.Problem

  let configuration: JSON
  let arguments: JSON

  private func value(_ key: String) -> JSON? {
    let value = arguments[key] ?? configuration[key]
    return value == .null ? nil : value
  }

  func text(_ key: String) throws(Problem) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.string else { throw Problem(sentence: "`\(key)` must be a text") }
    return text
  }

  func integer(_ key: String) throws(Problem) -> Int64? {
    guard let value = value(key) else { return nil }
    guard let number = value.number else {
      throw Problem(sentence: "`\(key)` must be an integer")
    }
    return number
  }

  func codes(_ key: String) throws(Problem) -> [Int64]? {
    guard let value = value(key) else { return nil }
    let codes = value.array.compactMap { $0.number }
    guard case .array(let all) = value, codes.count == all.count, codes.allSatisfy({ (1...255).contains($0) }) else {
      throw Problem(sentence: "`\(key)` must be a list of exit codes from 1 to 255")
    }
    return codes
  }

  func names(_ key: String) throws(Problem) -> [String] {
    guard let value = configuration[key], value != .null else { return [] }
    let names = value.array.compactMap(\.string)
    guard case .array(let all) = value, names.count == all.count, names.allSatisfy(isVariableName) else {
      throw Problem(sentence: "`\(key)` must be a list of names of variables")
    }
    return names
  }

  /// The variables that are set for the child; those of the arguments win.
  func variables() throws(Problem) -> [(String, String)] {
    var result: [(String, String)] = []
    for source in [configuration["set"], arguments["set"]] {
      guard let source, source != .null else { continue }
      guard case .object(let object) = source else { throw Problem(sentence: "`set` must map names to values") }
      for (name, value) in object.members {
        guard isVariableName(name) else { throw Problem(sentence: "`\(name)` in `set` is not the name of a variable") }
        guard !name.hasPrefix("SANDERLING_") else {
          throw Problem(sentence: "`\(name)` in `set`: names that start with SANDERLING_ are ours")
        }
        result.append((name, value.plainText))
      }
    }
    return result
  }

  func command() throws(Problem) -> [String] {
    let shell = value("shell")?.flag ?? false
    switch arguments["command"] {
    case .array(let elements):
      let words = elements.map(\.plainText)
      guard let first = words.first, !first.isEmpty else { throw Problem(sentence: "`command` is empty") }
      return words
    case .string(let text) where shell: return ["/bin/sh", "-c", text]
    case .string: throw Problem(sentence: "`command` must be a list of words; a text needs `shell: true`")
    default: throw Problem(sentence: "a process step needs a `command`")
    }
  }

  private func isVariableName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 != UInt8(ascii: "=") && $0 != 0 }
  }
}
