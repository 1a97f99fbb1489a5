/// Makes text from providers and people safe for a terminal.
///
/// Such text could move the cursor, change the title or hide what stands before it. Each character that could do that
/// becomes a visible mark, so nothing is hidden and nothing is lost.
public enum Sanitize {
  /// The text as one line without control characters, escape sequences or changes of direction.
  public static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isUnsafe(scalar) ? mark(scalar) : scalar) }
    return String(result)
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    // Marks and overrides of direction, line and paragraph separators, the byte order mark, interlinear notes.
    case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB, 0x061C: true
    // Tags: invisible copies of ASCII.
    case 0xE0000...0xE007F: true
    default: false
    }
  }

  private static func mark(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x09: " "
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    default: "\u{FFFD}"
    }
  }

  /// A value for a line of `key=value` pairs: in quotes when it has spaces, quotes or nothing in it.
  static func value(_ text: String) -> String {
    let clean = line(text)
    let isPlain = !clean.isEmpty && clean.unicodeScalars.allSatisfy { !" \"=\\".unicodeScalars.contains($0) }
    guard !isPlain else { return clean }
    var quoted = ""
    for scalar in clean.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar)
    }
    return "\"\(quoted)\""
  }
}
