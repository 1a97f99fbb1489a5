internal import Diagnostics

/// A glance at YAML text before it is parsed: anchors, aliases, nesting and characters that YAML does not allow.
///
/// It follows quotes, comments and block scalars, and is careful rather than complete: what it misses is found in the
/// nodes.
struct TokenScan {
  private(set) var anchors: [Located<String>] = []
  private(set) var aliases: [Located<String>] = []
  /// How deep brackets and list marks nest.
  private(set) var depth = 0
  /// The first control character.
  private(set) var control: SourceSpan?

  private var quote: Unicode.Scalar?
  private var open = 0
  /// The indentation of the line that opened a block scalar.
  private var block: Int?

  init(_ source: SourceText) {
    for (number, line) in source.lines.enumerated() { scan(line, number: number + 1, file: source.file) }
  }

  private mutating func scan(_ line: [Unicode.Scalar], number: Int, file: String) {
    if control == nil, let place = line.firstIndex(where: { ($0.value < 0x20 && $0 != "\t") || $0.value == 0x7F }) {
      control = SourceSpan(file: file, line: number, column: place + 1)
    }
    let indentation = line.prefix { $0 == " " }.count
    if let limit = block {
      if indentation > limit || line.allSatisfy({ $0 == " " || $0 == "\t" }) { return }
      block = nil
    }
    var atStart = quote == nil
    var marks = 0
    var place = 0
    while place < line.count {
      let scalar = line[place]
      let next = place + 1 < line.count ? line[place + 1] : " "
      if let current = quote {
        if current == "\"", scalar == "\\" { place += 1 }
        if scalar == current { quote = nil }
        place += 1
        continue
      }
      switch scalar {
      case " ", "\t": break
      case "#" where place == 0 || line[place - 1] == " " || line[place - 1] == "\t": return
      case "\"" where atStart, "'" where atStart:
        quote = scalar
        atStart = false
      case "[", "{":
        open += 1
        depth = max(depth, open + marks)
        atStart = true
      case "]", "}":
        open = max(open - 1, 0)
        atStart = false
      case ",": atStart = atStart || open > 0
      case "-" where atStart && next == " ", "?" where atStart && next == " ":
        marks += 1
        depth = max(depth, open + marks)
      case ":" where next == " ": atStart = true
      case "&" where atStart && next != " ", "*" where atStart && next != " ":
        let name = line[(place + 1)...].prefix { !" \t,]}:".unicodeScalars.contains($0) }
        let span = SourceSpan(file: file, line: number, column: place + 1, endColumn: place + 2 + name.count)
        let found = Located(String(String.UnicodeScalarView(name)), at: span)
        if scalar == "&" { anchors.append(found) } else { aliases.append(found) }
        place += name.count
        atStart = scalar == "&"
      case "|" where atStart && open == 0, ">" where atStart && open == 0:
        block = indentation
        return
      default: atStart = false
      }
      place += 1
    }
  }
}
