internal import Runbooks
internal import Vocabularies

extension Manual {
  /// The page of the runbook: every key of the language, from the definitions that the checker uses.
  ///
  /// - Returns: the page for section 5.
  public static func runbook(version: String) -> ManualPage {
    var page = Roff("sanderling-runbook", section: 5, version: version)
    page.section("NAME")
    page.line("sanderling-runbook - the files of a runbook")
    page.section("DESCRIPTION")
    page.paragraphs(
      """
      A runbook is a directory with `runbook.yaml`, its environments in `environments/`, inventories as CSV, and what \
      else it names. This page lists every key; the guide is docs/language.md, and `sanderling schema` writes the same \
      as JSON Schema for editors.
      """)
    for (title, vocabulary) in RunbookSchema.vocabularies {
      page.section(title.uppercased())
      page.line(vocabulary.doc)
      // What one name stands for is told once in each file.
      var told: Set<String> = [vocabulary.name]
      keys(of: vocabulary, told: &told, on: &page)
    }
    page.section("SEE ALSO")
    page.raw("\(Roff.bold("sanderling"))(1), \(Roff.bold("sanderling-validate"))(1)")
    return ManualPage(name: "sanderling-runbook", section: 5, text: page.text)
  }

  private static func keys(of vocabulary: Vocabulary, told: inout Set<String>, on page: inout Roff) {
    for key in vocabulary.keys {
      var meaning = key.doc
      if key.required { meaning += " Required." }
      if let standard = key.standard { meaning += " Without it `\(standard)`." }
      page.item("\(Roff.bold(key.name)): \(Roff.italic(Self.plain(key.shape.kind)))", meaning)
      for inner in Self.mappings(in: key.shape) {
        page.indent()
        if told.insert(inner.name).inserted {
          keys(of: inner, told: &told, on: &page)
        } else {
          page.line("The keys of `\(inner.name)` stand elsewhere on this page.")
        }
        page.outdent()
      }
    }
  }

  /// A kind without marks: it stands in italics as a whole.
  private static func plain(_ kind: String) -> String { kind.replacing("`", with: "") }

  /// The mappings with known keys that a value can be or hold.
  private static func mappings(in shape: WrittenShape) -> [Vocabulary] {
    switch shape {
    case .mapping(let vocabulary): vocabulary.keys.isEmpty ? [] : [vocabulary]
    case .list(let element, _): mappings(in: element)
    case .named(_, let value): mappings(in: value)
    case .either(let shapes): shapes.flatMap { mappings(in: $0) }
    case .text, .form, .integer, .boolean, .choice, .anything: []
    }
  }
}
