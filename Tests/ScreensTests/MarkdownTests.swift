import Testing

@testable import Screens

@Suite("Text in Markdown")
struct MarkdownTests {
  @Test(
    "stays text, whatever stands in it",
    arguments: [
      ("a | b", "a \\| b"), ("<img src=x>", "&lt;img src=x&gt;"), ("# no title", "\\# no title"),
      ("`a|b` and *c*", "`a\\|b` and \\*c\\*"), ("a ` b <i>", "a ` b &lt;i&gt;"),
      // Runs of quotes pair by their lengths, and what is thought to be inside is outside.
      ("`` ` `` <img src=x> ` x", "\\`\\` \\` \\`\\` &lt;img src=x&gt; \\` x"),
      ("``` <b>", "\\`\\`\\` &lt;b&gt;"),
    ])
  func text(written: String, shown: String) {
    #expect(Markdown.text(written) == shown)
  }
}
