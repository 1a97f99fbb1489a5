import Testing

@testable import Screens

@Suite("A document with marked numbers")
struct MarkedTextTests {
  private static let values = ["figure cost": "12 EUR", "table x": "| a |\n| --- |\n"]

  @Test("is filled at its marks and nowhere else, and filling it again changes nothing")
  func fills() {
    let text = """
      It costs <!--= figure cost -->…<!--/=--> a month, <!-- a comment --> and

      <!--= table x -->
      old
      <!--/=-->
      done
      """
    let (filled, unknown) = MarkedText.filled(text) { Self.values[$0] }
    #expect(
      filled == """
        It costs <!--= figure cost -->12 EUR<!--/=--> a month, <!-- a comment --> and

        <!--= table x -->
        | a |
        | --- |
        <!--/=-->
        done
        """)
    #expect(unknown.isEmpty)
    #expect(MarkedText.filled(filled) { Self.values[$0] }.text == filled)
  }

  @Test(
    "calculates with its own numbers and with those of its marks",
    arguments: [
      ("sum 2 + 3 * 4 as number", "14"), ("sum (2 + 3) * 4 as h", "20 h"), ("sum [figure cost] * 12 as EUR", "144 EUR"),
      ("sum hours * wage as EUR", "195 EUR"), ("sum [figure cost] / 480 as %", "2.5 %"), ("sum 7 - 10 as number", "−3"),
      ("sum [figure many] / 1000 as number", "15 564"), ("sum [figure share] * 200 as number", "76"),
    ])
  func sums(key: String, text: String) {
    let document = """
      <!--= let hours = 3 h -->3 h<!--/=--> at <!--= let wage = 65 EUR/h -->65 EUR/h<!--/=-->: <!--= \(key) -->?<!--/=-->
      """
    let (filled, unknown) = MarkedText.filled(document) { key in
      ["figure cost": "12 EUR", "figure many": "15.564 million tokens a day", "figure share": "38 %"][key]
    }
    #expect(filled == document.replacing("-->?<!--", with: "-->\(text)<!--"))
    #expect(unknown.isEmpty)
  }

  @Test(
    "does not calculate what cannot be",
    arguments: ["sum hours + as EUR", "sum [figure none] as EUR", "sum 1 / 0 as x"])
  func noSum(key: String) {
    #expect(MarkedText.filled("<!--= \(key) -->a<!--/=-->", value: { _ in nil }).unknown.map(\.key) == [key])
  }

  @Test(
    "does not calculate with a number that would be another one in another unit, with two, or with a date",
    arguments: ["15.5 GB", "900 ms", "1.2 h", "3 days", "12 to 14 EUR", "6 May 2027", "2027-05-06"])
  func noUnit(said: String) {
    let key = "sum [figure x] * 2 as number"
    let text = "<!--= \(key) -->a<!--/=-->"
    #expect(MarkedText.filled(text) { $0 == "figure x" ? said : nil }.unknown.map(\.key) == [key])
  }

  @Test(
    "has numbers of its own under one word each, and one number under a word",
    arguments: [
      "<!--= let a b = 3 h -->3 h<!--/=-->", "<!--= let = 3 h -->3 h<!--/=-->", "<!--= let hours -->3 h<!--/=-->",
      "<!--= let hours = 3 h -->3 h<!--/=--> <!--= let hours = 4 h -->4 h<!--/=-->",
    ])
  func own(text: String) {
    #expect(!MarkedText.filled(text, value: { _ in nil }).unknown.isEmpty)
    let twice = "<!--= let hours = 3 h -->3 h<!--/=-->"
    #expect(MarkedText.filled(twice + twice, value: { _ in nil }).unknown.isEmpty)
  }

  @Test("keeps blocks and the ends of lines of a document from another system")
  func otherLines() {
    let text = "a\r\n<!--= table x -->\r\nold\r\n<!--/=-->\r\nb\r\n"
    let filled = MarkedText.filled(text) { Self.values[$0] }.text
    #expect(filled == "a\r\n<!--= table x -->\r\n| a |\r\n| --- |\r\n<!--/=-->\r\nb\r\n")
  }

  @Test("is read to its end however deep its parentheses are")
  func deep() {
    let depth = 200_000
    let key = "sum " + String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth) + " as x"
    #expect(MarkedText.filled("<!--= \(key) -->a<!--/=-->", value: { _ in nil }).unknown.map(\.key) == [key])
  }

  @Test("has keys that may go over several lines")
  func lines() {
    let text = "<!--= table\n  x;\n  y\n-->\nold\n<!--/=-->"
    #expect(MarkedText.keys(of: text) == ["table x; y"])
    #expect(MarkedText.filled(text) { $0 == "table x; y" ? "new" : nil }.text.contains("\nnew\n"))
  }

  @Test("says which marks nothing belongs to, and leaves them as they are")
  func unknown() {
    let text = "a <!--= figure other -->1<!--/=-->\nb\r\n <!--= figure cost -->never ends"
    let (filled, unknown) = MarkedText.filled(text, value: { Self.values[$0] }, reason: { "no \($0)" })
    #expect(filled == text)
    #expect(
      unknown == [
        MarkedText.Problem(key: "figure other", line: 1, reason: "no figure other"),
        MarkedText.Problem(key: "figure cost -->never ends", line: 3, reason: "the mark has no end, `<!--/=-->`"),
      ])
  }
}

@Suite("A cell of a table in Markdown")
struct MarkdownCellTests {
  @Test(
    "cannot be left, and code in it stays code",
    arguments: [
      ("a | b", "a \\| b"), ("<b>_x_</b>", "&lt;b&gt;\\_x\\_&lt;/b&gt;"),
      ("`a_b < 3 s` and a_b", "`a_b < 3 s` and a\\_b"),
      ("`a|b`", "`a\\|b`"), ("no end `<i>", "no end `&lt;i&gt;"),
    ])
  func cell(text: String, cell: String) {
    #expect(Markdown.text(text) == cell)
  }
}
