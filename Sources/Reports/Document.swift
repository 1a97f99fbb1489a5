import Screens

/// A report as sections of a few kinds of pieces: written once, read as a page and as Markdown.
struct Document {
  /// A table; columns in `right` stand right.
  struct Table {
    var titles: [String]
    var rows: [[String]]
    var right: Set<Int> = []
    /// Columns that would fill paper with what stands elsewhere already.
    var onScreen: Set<Int> = []
  }

  /// A piece of a section.
  enum Piece {
    case text(String)
    /// What must not be overlooked.
    case box(String, isWarning: Bool)
    /// A command, to be copied.
    case command(String)
    case table(Table)
    /// A long table: folded on a screen.
    case folded(String, Table)
    /// A drawing with its numbers.
    case figure(HTML, Table)
  }

  struct Section {
    var title: String
    var pieces: [Piece]
  }

  var title: String
  var subtitle: String
  /// What is read first, before any section.
  var opening: [Piece]
  var sections: [Section]
  var footer: String

  // MARK: - As a page

  var html: String {
    Page.document(
      title: title,
      [
        HTML.element("h1", [], [.text(title)]), HTML.element("p", [("class", "dim")], [.text(subtitle)]),
      ] + opening.map(Self.html) + sections.map { Page.section($0.title, $0.pieces.map(Self.html)) } + [
        HTML.element("footer", [], [.text(footer)])
      ])
  }

  private static func html(_ piece: Piece) -> HTML {
    switch piece {
    case .text(let text): HTML.element("p", [], [.text(text)])
    case .box(let text, let isWarning):
      HTML.element("div", [("class", isWarning ? "box warn" : "box")], [HTML.element("p", [], [.text(text)])])
    case .command(let text): HTML.element("pre", [], [.text(text)])
    case .table(let table): html(table)
    case .folded(let summary, let table):
      HTML.element("details", [], [HTML.element("summary", [], [.text(summary)]), html(table)])
    case .figure(let drawing, let table): Page.figure(drawing, html(table))
    }
  }

  private static func html(_ table: Table) -> HTML {
    HTML.table(table.titles, table.rows, right: table.right, onScreen: table.onScreen)
  }

  // MARK: - As Markdown

  var markdown: String {
    let parts =
      ["# \(Markdown.text(title))", Markdown.text(subtitle)] + opening.map(Self.markdown)
      + sections.flatMap { ["## \(Markdown.text($0.title))"] + $0.pieces.map(Self.markdown) } + [Markdown.text(footer)]
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func markdown(_ piece: Piece) -> String {
    switch piece {
    case .text(let text): Markdown.text(text)
    case .box(let text, let isWarning): isWarning ? "> **\(Markdown.text(text))**" : "> \(Markdown.text(text))"
    case .command(let text): "```console\n\(text.replacing("```", with: "` ` `"))\n```"
    case .table(let table), .figure(_, let table): markdown(table)
    case .folded(let summary, let table): "\(Markdown.text(summary)):\n\n\(markdown(table))"
    }
  }

  private static func markdown(_ table: Table) -> String {
    func line(_ cells: [String]) -> String { "| \(cells.map(Markdown.text).joined(separator: " | ")) |" }
    let rule = table.titles.indices.map { table.right.contains($0) ? "--:" : "---" }
    return ([line(table.titles), "|\(rule.joined(separator: "|"))|"] + table.rows.map(line)).joined(separator: "\n")
  }
}
