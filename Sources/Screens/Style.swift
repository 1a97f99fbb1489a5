/// How text looks on a terminal: with or without colour, with or without symbols beyond ASCII.
public struct Style: Hashable, Sendable, CaseIterable {
  /// Whether colours are written.
  public var colour: Bool
  /// Whether only ASCII is written for what Sanderling itself draws.
  public var ascii: Bool

  public init(colour: Bool = false, ascii: Bool = false) {
    self.colour = colour
    self.ascii = ascii
  }

  /// No colours, all symbols: what goes to files and pipes.
  public static let plain = Style()

  /// Every combination.
  public static let allCases = [
    Style(), Style(colour: true), Style(ascii: true), Style(colour: true, ascii: true),
  ]

  /// What a colour means.
  public enum Tone: String, Hashable, Sendable, CaseIterable {
    case good, warn, bad, info, dim, bold

    /// The parameters of the escape sequence: the 16 base colours only, so that it works on black and on white.
    fileprivate var code: String {
      switch self {
      case .good: "32"
      case .warn: "33"
      case .bad: "31"
      case .info: "36"
      case .dim: "2"
      case .bold: "1"
      }
    }
  }

  /// Writes text in a tone; the text as it is without colours.
  public func paint(_ text: String, _ tone: Tone?) -> String {
    guard colour, let tone, !text.isEmpty else { return text }
    return "\u{1B}[\(tone.code)m\(text)\u{1B}[0m"
  }

  /// Puts ASCII in place of what Sanderling draws, when the style asks for that. Every character keeps one column.
  func finish(_ text: String) -> String {
    guard ascii, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.value < 0x80 {
        result.append(scalar)
      } else if (0x2400...0x2426).contains(scalar.value) {
        result.append("?")
      } else {
        result.append(Self.replacements[scalar] ?? scalar)
      }
    }
    return String(result)
  }

  private static let replacements: [Unicode.Scalar: Unicode.Scalar] = [
    "…": "~", "›": ">", "─": "-", "│": "|", "┌": "+", "▓": "#", "░": ".", "·": "-", "×": "x", "⚠": "!", "▲": "^",
    "→": ">", "–": "-", "−": "-", "÷": "/", "≤": "<", "≥": ">", "≈": "~", "\u{A0}": " ", "\u{202F}": " ",
    "\u{2009}": " ", "\u{FFFD}": "?",
  ]
}

/// The states that a screen shows. A state is never colour alone.
public enum Mark: String, Hashable, Sendable, CaseIterable {
  case done, running, waiting, failed, undone, inDoubt, held, firing, skipped

  /// The symbol, one column wide.
  var symbol: String {
    switch self {
    case .done: "✓"
    case .running: "▶"
    case .waiting: "·"
    case .failed: "✗"
    case .undone: "↩"
    case .inDoubt: "?"
    case .held: "‖"
    case .firing: "!"
    case .skipped: "⊘"
    }
  }

  /// The word that stands for the symbol in ASCII, at most three columns wide.
  var ascii: String {
    switch self {
    case .done: "ok"
    case .running: "run"
    case .waiting: ".."
    case .failed: "ERR"
    case .undone: "und"
    case .inDoubt: "???"
    case .held: "HLD"
    case .firing: "!!!"
    case .skipped: "skp"
    }
  }

  /// The colour that goes with it.
  var tone: Style.Tone {
    switch self {
    case .done: .good
    case .running: .info
    case .waiting, .skipped: .dim
    case .failed, .firing: .bad
    case .undone, .inDoubt, .held: .warn
    }
  }
}

extension Style {
  /// The symbol of a state, padded so that symbols stand in a column.
  func symbol(_ mark: Mark) -> String {
    paint(ascii ? Width.pad(mark.ascii, to: 3) : mark.symbol, mark.tone)
  }

  /// The columns that ``symbol(_:)`` takes.
  var symbolWidth: Int { ascii ? 3 : 1 }

  /// A symbol and a word in the colour of the state.
  func state(_ mark: Mark, _ word: String) -> String {
    paint("\(ascii ? mark.ascii : mark.symbol) \(word)", mark.tone)
  }
}
