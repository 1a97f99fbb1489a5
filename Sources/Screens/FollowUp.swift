/// Commands that are printed to be copied.
///
/// They are meant for the shell in which they were printed and the journal that they speak of. Where that journal is
/// not the one which the program would find by itself, each of them names it.
public enum FollowUp {
  /// The commands that are about a journal, and those of them that have commands of their own.
  private static let verbs: Set<String> = [
    "plan", "run", "status", "why", "watch", "logs", "limit", "commands", "withdraw", "pause", "resume", "rollback",
    "abort", "cancel", "approve", "reject", "emergency", "review", "force", "amend", "resolve", "retry", "skip", "hold",
    "release", "history", "report", "audit", "doctor",
  ]

  /// A text with the journal named in every command of it.
  ///
  /// - Parameters:
  ///   - journal: the file; `nil` when it is found without being named.
  ///   - text: a text that has commands such as `sanderling why r-1`.
  /// - Returns: the text with `--journal FILE` behind the name of each command that takes it.
  public static func naming(_ journal: String?, in text: String) -> String {
    guard let journal else { return text }
    let option = " --journal \(quoted(journal))"
    var result = ""
    var end = text.startIndex
    for program in text.ranges(of: "sanderling ") where isWord(program, of: text) {
      guard let behind = behindVerb(text[program.upperBound...]) else { continue }
      result += text[end..<behind] + option
      end = behind
    }
    return result + text[end...]
  }

  /// Whether what stands there is a word of its own, and no part of a path.
  private static func isWord(_ range: Range<String.Index>, of text: String) -> Bool {
    guard range.lowerBound > text.startIndex else { return true }
    let before = text[text.index(before: range.lowerBound)]
    return !before.isLetter && !before.isNumber && !"/-_.".contains(before)
  }

  /// The place behind the name of a command that takes the journal; `nil` when it is none.
  private static func behindVerb(_ text: Substring) -> String.Index? {
    let verb = text.prefix { $0.isLowercase }
    guard verbs.contains(String(verb)) else { return nil }
    let second = text[verb.endIndex...].dropFirst().prefix { $0.isLowercase }
    return ["audit", "report"].contains(verb) && !second.isEmpty ? second.endIndex : verb.endIndex
  }

  private static func quoted(_ path: String) -> String {
    let plain = path.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
        || "/._-+@%".utf8.contains(byte)
    }
    return plain && !path.isEmpty ? path : "'\(path.replacing("'", with: "'\\''"))'"
  }
}
