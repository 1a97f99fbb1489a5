/// Text for `man`, in the macros of man(7): escaped as it is added, so that no sentence becomes a request.
struct Roff {
  private(set) var text: String

  /// A page.
  ///
  /// - Parameters:
  ///   - name: its name, such as `sanderling-run`.
  ///   - section: the section of the manual.
  ///   - version: what stands at its foot.
  init(_ name: String, section: Int, version: String) {
    text = ".TH \"\(Self.escaped(name.uppercased()))\" \(section) \"\" \"\(version)\" \"Sanderling\"\n"
  }

  mutating func section(_ title: String) { text += ".SH \(title)\n" }

  /// A paragraph for each that an empty line ends; `code` is bold.
  mutating func paragraphs(_ prose: String) {
    for (number, part) in prose.split(separator: "\n\n").enumerated() {
      text += number == 0 ? "" : ".PP\n"
      line(part.split(separator: "\n").joined(separator: " "))
    }
  }

  /// Adds prose that is not taken apart; `code` in it is bold.
  mutating func line(_ prose: String) { text += Self.guarded(Self.marked(prose)) + "\n" }

  /// A line that is made of parts that were escaped each.
  mutating func raw(_ line: String) { text += Self.guarded(line) + "\n" }

  /// A term and what it means.
  mutating func item(_ term: String, _ meaning: String) {
    text += ".TP\n\(Self.guarded(term))\n"
    line(meaning.isEmpty ? "\u{A0}" : meaning)
  }

  /// What follows belongs to the item before.
  mutating func indent() { text += ".RS\n" }
  mutating func outdent() { text += ".RE\n" }

  /// Bold, for what is typed as it stands.
  static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
  /// Italic, for what somebody puts in.
  static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

  /// Prose with `code` in bold.
  private static func marked(_ prose: String) -> String {
    let parts = prose.split(separator: "`", omittingEmptySubsequences: false)
    // An odd sign is one that nobody closed.
    guard parts.count % 2 == 1 else { return escaped(prose) }
    return parts.enumerated().map { $0.offset % 2 == 1 ? bold(String($0.element)) : escaped(String($0.element)) }
      .joined()
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
      .replacing("\"", with: "\\(dq")
  }

  /// A line that begins like a request is none.
  private static func guarded(_ line: String) -> String { line.hasPrefix(".") ? "\\&" + line : line }
}

/// What `man` shows under one name.
public struct ManualPage: Equatable, Sendable {
  /// Its name, such as `sanderling-run`.
  public var name: String
  /// The section: 1 for commands, 5 for files.
  public var section: Int
  /// The text for `man`.
  public var text: String

  /// Where it lies below a directory of manuals.
  public var path: String { "man\(section)/\(name).\(section)" }
}
