import Testing

@testable import Reports

@Suite("A page")
struct PageTests {
  @Test("escapes text by type, also what would hide or turn it")
  func escapes() {
    let text = HTML.element("td", [("title", "\"<&>")], [.text("<script>alert('x')</script> \u{202E}abc\u{200B}")])
    #expect(
      text.markup
        == "<td title=\"&quot;&lt;&amp;&gt;\">&lt;script&gt;alert('x')&lt;/script&gt; �abc�</td>")
  }

  @Test("stands alone: no script, nothing from elsewhere, and it is well-formed")
  func alone() throws {
    let page = Page.document(
      title: "a < b", [Page.section("s", [HTML.table(["x", "y"], [["1", "<2>"]], right: [1])]), chart.svg])
    #expect(!page.contains("http") && !page.contains("<script") && !page.contains("src=") && !page.contains("@import"))
    #expect(Self.isBalanced(page.replacing("<!DOCTYPE html>\n", with: "")))
  }

  @Test("keeps a date and its time in one line, and leaves out on paper what stands elsewhere")
  func cells() {
    let table = HTML.table(
      ["when", "calls"], [["<2027-03-01 21:00 to 2027-03-02", "a 2027-03-01 21:00:05 & b"]], onScreen: [1])
    #expect(
      table.markup.contains(
        "<td data-of=\"when\">&lt;<span class=\"t\">2027-03-01 21:00</span> to <span class=\"t\">2027-03-02</span></td>"
      ))
    #expect(
      table.markup.contains(
        "<td class=\"screen\" data-of=\"calls\">a <span class=\"t\">2027-03-01 21:00:05</span> &amp; b</td>"))
    #expect(table.markup.contains("<th class=\"screen\">calls</th>"))
    #expect(Page.document(title: "", []).contains(".screen{display:none}"))
  }

  @Test("has words in its pictures that can be read on a phone: 11 pixels high at least")
  func legible() throws {
    let page = Page.document(title: "a", [Page.figure(chart.svg, .text("")), Page.wide(chart.svg)])
    #expect(page.matches(of: #/<svg /#).count == 2 && page.matches(of: #/<div class="wide"><svg /#).count == 2)
    let units = try #require(page.firstMatch(of: #/font:([0-9]+)px system-ui,sans-serif\}\n/#)?.1)
    let width = try #require(page.firstMatch(of: #/\.wide svg\{min-width:([0-9]+)rem\}/#)?.1)
    let drawn = try #require(page.firstMatch(of: #/viewBox="0 0 ([0-9]+) /#)?.1)
    let height = try #require(Double(units)) * 16 * #require(Double(width)) / #require(Double(drawn))
    #expect(height >= 11, "\(height)")
  }

  @Test("has a picture that is a file of its own, with title and description")
  func picture() {
    let file = Page.picture(chart.svg)
    #expect(file.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" "))
    #expect(file.contains("viewBox=\"0 0 720 240\"") && file.contains("<title>t</title><desc>d</desc>"))
    #expect(Self.isBalanced(file))
  }

  @Test("has pictures whose marks say their colour, for programs that know neither variables nor style sheets")
  func colours() {
    let spans = SpanChart(title: "t", desc: "d", unit: "EUR", middle: 2, bars: [.init(name: "a", low: 1, high: 3)])
    for file in [Page.picture(chart.svg), Page.picture(spans.svg)] {
      #expect(!file.contains("var(") && !file.contains("style"))
      let marks = file.matches(of: /<(line|path|rect|circle|polyline|polygon|text|svg)\b[^>]*>/)
      #expect(marks.count > 5)
      for mark in marks {
        let said = mark.0.matches(of: /(stroke|fill)="([^"]*)"/).map(\.2)
        // A text without a colour of its own has that of the picture.
        #expect(mark.1 == "text" || said.contains { $0.hasPrefix("#") }, "\(mark.0)")
        #expect(said.allSatisfy { $0 == "none" || $0.wholeMatch(of: /#([0-9a-f]{3}|[0-9a-f]{6})/) != nil }, "\(mark.0)")
      }
    }
  }

  @Test(
    "draws what is not a number, nothing, and one value without a trap", arguments: [[], [0], [.nan, 1], [.infinity]])
  func odd(values: [Double]) {
    var chart = chart
    chart.lines = [.init(name: "x", values: values, color: "red")]
    chart.labels = values.map { "\($0)" }
    #expect(chart.svg.markup.hasPrefix("<svg"))
  }

  @Test("draws spans without a trap, whatever the numbers are")
  func spans() {
    let bars = [SpanChart.Bar(name: "a", low: .infinity, high: 1), .init(name: "b", low: .nan, high: .nan)]
    #expect(SpanChart(title: "t", desc: "d", unit: "EUR", middle: .infinity, bars: bars).svg.markup.hasPrefix("<svg"))
    let one = [SpanChart.Bar(name: "a", low: 5, high: 5)]
    #expect(SpanChart(title: "t", desc: "d", unit: "EUR", middle: 5, bars: one).svg.markup.contains("<rect"))
  }

  /// Whether every element that begins ends, in the right order.
  static func isBalanced(_ markup: String) -> Bool {
    var open: [Substring] = []
    for match in markup.matches(of: /<(\/?)([a-z0-9]+)((?:\s[^<>]*?)?)(\/?)>/) {
      if !match.4.isEmpty { continue }
      if match.1.isEmpty {
        open.append(match.2)
      } else if open.popLast() != match.2 {
        return false
      }
    }
    return open.isEmpty && !markup.replacing(/<[^<>]*>/, with: "").contains("<")
  }

  private var chart: LineChart {
    LineChart(
      title: "t", desc: "d", unit: "EUR", labels: ["a", "b"], axis: "stores",
      lines: [.init(name: "cost", values: [1, 2], color: "var(--blue)")], limit: (3, "limit"), isStepped: true)
  }
}
