public import Diagnostics
public import Quantities

/// Findings for people, for editors and for programs.
public enum FindingsScreen {
  /// So many findings are shown in full.
  private static let shown = 20

  /// The findings with the lines they are about, in reading order, and a count.
  ///
  /// - `sources`: the text of each file by the name that findings use.
  /// - `files`: how many files were read.
  public static func text(_ findings: [Finding], sources: [String: String], style: Style, files: Int) -> String {
    let ordered = findings.inReadingOrder
    var explained: Set<String> = []
    var blocks: [String] = []
    for finding in ordered.prefix(shown) {
      let isNew = explained.insert(finding.code).inserted
      blocks.append(block(finding, source: sources[finding.location.file], style: style, explains: isNew))
    }
    if ordered.count > shown {
      blocks.append("… and \(Words.count(ordered.count - shown, "finding")) more; `--json` lists all")
    }
    blocks.append(summary(ordered, files: files, style: style))
    return style.finish(blocks.joined(separator: "\n\n") + "\n")
  }

  /// `2 errors, 0 warnings in 3 files`
  static func summary(_ findings: [Finding], files: Int, style: Style) -> String {
    let errors = findings.count { $0.severity == .error }
    let warnings = findings.count - errors
    return style.paint(Words.count(errors, "error"), errors > 0 ? .bad : .good) + ", "
      + style.paint(Words.count(warnings, "warning"), warnings > 0 ? .warn : nil) + " in \(Words.count(files, "file"))"
  }

  /// One finding a line, as editors and build servers read it.
  public static func lines(_ findings: [Finding]) -> String {
    findings.inReadingOrder.map { finding in
      let advice = finding.suggestion.map { "; \($0)" } ?? ""
      let text = "\(finding.location.text): \(finding.severity.rawValue)[\(finding.code)]: \(finding.message)\(advice)"
      return Sanitize.line(text) + "\n"
    }.joined()
  }

  /// The findings as CSV (RFC 4180), one in a row.
  public static func csv(_ findings: [Finding]) -> String {
    ([["code", "severity", "file", "line", "column", "message", "suggestion"]]
      + findings.inReadingOrder.map { finding in
        [
          finding.code, finding.severity.rawValue, finding.location.file, String(finding.location.line),
          String(finding.location.column), finding.message, finding.suggestion ?? "",
        ]
      }).map { CSV.row($0) }.joined()
  }

  /// The findings as data: `{version, findings: [...]}`.
  public static func json(_ findings: [Finding]) -> JSON {
    .dictionary([("version", .integer(1)), ("findings", list(findings))])
  }

  /// The findings as an array of objects.
  static func list(_ findings: [Finding]) -> JSON {
    .array(
      findings.inReadingOrder.map { finding in
        .dictionary([
          ("code", .string(finding.code)), ("severity", .string(finding.severity.rawValue)),
          ("message", .string(finding.message)), ("file", .string(finding.location.file)),
          ("line", .integer(Int64(finding.location.line))), ("column", .integer(Int64(finding.location.column))),
          ("end_column", .integer(Int64(finding.location.endColumn))),
          ("suggestion", finding.suggestion.map(JSON.string) ?? .null),
          ("replacement", finding.replacement.map(JSON.string) ?? .null),
          ("notes", .array(finding.notes.map(JSON.string))),
        ])
      })
  }

  private static func block(_ finding: Finding, source: String?, style: Style, explains: Bool) -> String {
    let tone: Style.Tone = finding.severity == .error ? .bad : .warn
    let place = finding.location
    let advice = finding.suggestion.map(Sanitize.line)
    var rows = [
      style.paint("\(finding.severity.rawValue)[\(finding.code)]", tone) + ": "
        + style.paint(Sanitize.line(finding.message), .bold)
    ]
    let excerpt = Excerpt(place, in: source)
    let gutter = max(2, String(place.line).count)
    let bar = String(repeating: " ", count: gutter) + style.paint("│", .info)
    rows.append(String(repeating: " ", count: gutter) + style.paint("┌─ ", .info) + Sanitize.line(place.text))
    if let excerpt {
      rows.append(bar)
      for (number, text) in excerpt.lines {
        rows.append(style.paint(Width.padLeft(String(number), to: gutter) + "│", .info) + " " + text)
      }
      let marks = style.paint(String(repeating: "^", count: excerpt.caretWidth), tone)
      let words = advice.map { " " + style.paint($0, tone) } ?? ""
      rows.append(bar + " " + String(repeating: " ", count: excerpt.caretStart) + marks + words)
    }
    var notes = finding.notes.map(Sanitize.line)
    if excerpt == nil, let advice { notes.insert(advice, at: 0) }
    if explains { notes.append("more: sanderling explain \(finding.code)") }
    if !notes.isEmpty { rows.append(bar) }
    let equals = String(repeating: " ", count: gutter) + style.paint("=", .info)
    rows += notes.map { "\(equals) \($0)" }
    return rows.joined(separator: "\n")
  }
}

/// The lines that a finding is about, and where the caret stands below the last one.
private struct Excerpt {
  /// Line numbers and texts, safe to print.
  var lines: [(number: Int, text: String)] = []
  var caretStart = 0
  var caretWidth = 1

  /// At most so many scalars of a line are shown.
  private static let window = 110

  init?(_ place: SourceSpan, in source: String?) {
    guard place.line > 0, let source else { return nil }
    // By scalars: a carriage return and a line feed are one character of Swift.
    let all = source.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard place.line <= all.count else { return nil }
    let scalars = Self.scalars(all[place.line - 1])
    let start = min(max(0, place.column - 1), scalars.count)
    let end = min(max(start, place.endColumn - 1), scalars.count)
    let cut = start > Self.window - 30 ? start - 40 : 0
    let visible = Array(scalars[cut..<min(scalars.count, cut + Self.window)])
    // A table's line says enough by itself; elsewhere the line before shows what it belongs to.
    let isTable = place.file.hasSuffix(".csv")
    if !isTable, place.line > 1, cut == 0 {
      let before = Self.scalars(all[place.line - 2]).prefix(Self.window)
      if before.contains(where: { $0 != " " }) { lines.append((place.line - 1, Self.text(Array(before)))) }
    }
    lines.append((place.line, (cut > 0 ? "…" : "") + Self.text(visible)))
    let lead = Self.text(Array(scalars[cut..<start]))
    caretStart = Width.columns(lead) + (cut > 0 ? 1 : 0)
    caretWidth = max(1, Width.columns(Self.text(Array(scalars[start..<max(start, min(end, cut + Self.window))]))))
  }

  private static func scalars(_ line: Substring.UnicodeScalarView) -> [Unicode.Scalar] {
    var scalars = Array(line)
    if scalars.last == "\r" { scalars.removeLast() }
    return scalars
  }

  private static func text(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return Sanitize.line(String(view))
  }
}
