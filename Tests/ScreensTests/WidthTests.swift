import Testing

@testable import Screens

@Suite("The width of text")
struct WidthTests {
  @Test(
    "counts columns, not characters",
    arguments: [
      ("store", 5), ("Zürich", 6), ("Zu\u{308}rich", 6), ("日本", 4), ("한국", 4), ("👩‍👩‍👧", 2), ("🇳🇱", 2), ("❤️", 2),
      ("▶ ok", 4),
      ("ｆｕｌｌ", 8), ("\u{1B}[31mred\u{1B}[0m", 3), ("", 0), ("a\u{200B}b", 2),
    ])
  func columns(text: String, columns: Int) {
    #expect(Width.columns(text) == columns)
  }

  @Test("never exceeds what it is cut to", arguments: 0...12)
  func truncates(limit: Int) {
    for text in ["store-0001-lisbon", "日本日本日本日本", "\u{1B}[31mred and long text\u{1B}[0m", "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧"] {
      #expect(Width.columns(Width.truncate(text, to: limit)) <= limit)
    }
  }

  @Test("ends a colour that was begun before the cut")
  func endsColours() {
    #expect(Width.truncate("\u{1B}[31mlong red\u{1B}[0m", to: 3) == "\u{1B}[31mlo…\u{1B}[0m")
  }

  @Test("breaks at spaces")
  func wraps() {
    #expect(Width.wrap("one two three", to: 7) == ["one two", "three"])
  }
}

@Suite("Text from others")
struct SanitizeTests {
  @Test("carries nothing to the terminal that moves it")
  func marks() {
    #expect(Sanitize.line("a\u{1B}[2Jb\nc\r\nd\u{7F}\u{9B}e\u{202E}f") == "a␛[2Jb␊c␍␊d␡\u{FFFD}e\u{FFFD}f")
  }

  @Test("stays as it is when it is harmless", arguments: ["plain", "Zürich", "👩‍👩‍👧", "日本"])
  func keeps(text: String) {
    #expect(Sanitize.line(text) == text)
  }

  @Test("is quoted where a reader of lines could be misled")
  func quotes() {
    #expect(Sanitize.value("quota 40/40") == "\"quota 40/40\"")
    #expect(Sanitize.value("say \"no\" \\") == "\"say \\\"no\\\" \\\\\"")
    #expect(Sanitize.value("") == "\"\"")
    #expect(Sanitize.value("store-1") == "store-1")
  }
}

@Suite("The ASCII style")
struct AsciiTests {
  @Test("draws nothing beyond ASCII")
  func ascii() {
    let style = Style(ascii: true)
    for mark in Mark.allCases { #expect(style.symbol(mark).utf8.allSatisfy { $0 < 0x80 }) }
    #expect(style.finish("── a › b … × ▓░ ⚠ ▲").utf8.allSatisfy { $0 < 0x80 })
  }
}
