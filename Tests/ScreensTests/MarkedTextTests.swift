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
    #expect(unknown == [])
    #expect(MarkedText.filled(filled) { Self.values[$0] }.text == filled)
  }

  @Test("says which marks nothing belongs to, and leaves them as they are")
  func unknown() {
    let text = "a <!--= figure other -->1<!--/=--> b <!--= figure cost -->never ends"
    let (filled, unknown) = MarkedText.filled(text) { Self.values[$0] }
    #expect(filled == text && unknown.count == 2 && unknown[0] == "figure other")
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
    #expect(PlanScreen.cell(text) == cell)
  }
}
