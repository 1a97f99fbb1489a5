import Diagnostics
import Foundation
import Planning
import Plans
import Runbooks
import Testing

/// Rules of the repository that no formatter checks.
@Suite("The repository")
struct TidyTests {
  static let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Files below a folder with an ending, as paths from the top.
  static func files(_ folder: String, _ ending: String) -> [String] {
    let root = top.appending(path: folder).path(percentEncoded: false)
    let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix(ending) && !$0.contains("/.build") }.map { "\(folder)/\($0)" }.sorted()
  }

  static func text(_ path: String) -> String {
    (try? String(contentsOf: top.appending(path: path), encoding: .utf8)) ?? ""
  }

  static let sources = files("Sources", ".swift")
  static let tests = files("Tests", ".swift")

  @Test("has files of at most 400 lines, in lines of at most 120 columns", arguments: sources + tests)
  func sizes(path: String) {
    let lines = Self.text(path).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 401)
    for (number, line) in lines.enumerated() where line.count > 120 && !path.hasPrefix("Tests") {
      Issue.record("\(path):\(number + 1) has \(line.count) columns")
    }
  }

  @Test("has functions of at most 60 lines", arguments: sources)
  func functions(path: String) {
    var start: (line: Int, indent: Int)?
    for (number, line) in Self.text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let indent = line.prefix { $0 == " " }.count
      if let open = start {
        if line.hasPrefix(String(repeating: " ", count: open.indent) + "}") && indent == open.indent {
          #expect(number - open.line <= 60, "\(path):\(open.line + 1)")
          start = nil
        }
      } else if line.contains("func "), line.hasSuffix("{"), !line.trimmingCharacters(in: .whitespaces).hasPrefix("//")
      {
        start = (number, indent)
      }
    }
  }

  @Test("has no unfinished marks, and no traps on what a user can give", arguments: sources)
  func marks(path: String) {
    let text = Self.text(path)
    for mark in [
      "TO" + "DO", "FIX" + "ME", "XX" + "X", "try" + "!", "as" + "!", "fatal" + "Error(", "Task" + ".detached",
    ] {
      #expect(!text.contains(mark), "\(path) has \(mark)")
    }
  }

  @Test(
    "keeps the core pure: no files, clocks or chance",
    arguments: [
      "Quantities", "Diagnostics", "Forecasting", "Plans", "Planning", "Engine", "History", "Screens", "Reports",
    ])
  func purity(module: String) {
    for path in Self.sources where path.hasPrefix("Sources/\(module)/") {
      let text = Self.text(path)
      for word in [
        "import Foundation", "import Glibc", ".random(", "SystemRandomNumberGenerator", "= Date(", "FileManager",
      ] {
        #expect(!text.contains(word), "\(path) has \(word)")
      }
    }
  }

  @Test(
    "imports Yams, GRDB and libcurl in one module each",
    arguments: [("Yams", "Runbooks"), ("GRDB", "Journaling"), ("CCurl", "HTTP")])
  func dependencies(library: String, module: String) {
    for path in Self.sources where Self.text(path).contains("import \(library)\n") {
      #expect(path.hasPrefix("Sources/\(module)/"), "\(path)")
    }
  }

  @Test("has a page for every finding, and puts every page of docs/errors into the program")
  func pages() {
    let known = Set(ErrorPages.all.map(\.code))
    for code in FindingCatalogue.codes + PlanningFindings.codes { #expect(known.contains(code), "\(code) has no page") }
    #expect(ErrorPages.all.map { "docs/errors/\($0.code).md" } == Self.files("docs/errors", ".md"))
    for page in ErrorPages.all {
      #expect(page.markdown == Self.text("docs/errors/\(page.code).md"), "\(page.code) is an older page")
      #expect(page.markdown.hasPrefix("# \(page.code): "), "docs/errors/\(page.code).md has another title")
    }
  }

  @Test("has fresh schemas")
  func schemas() {
    #expect(Self.text("docs/schema/runbook.schema.json") == RunbookSchema.runbook())
    #expect(Self.text("docs/schema/environment.schema.json") == RunbookSchema.environment())
    #expect(Self.text("docs/schema/people.schema.json") == RunbookSchema.people())
    #expect(Self.text("docs/schema/forecast.schema.json") == RunbookSchema.forecast())
    #expect(Self.text("docs/schema/prices.schema.json") == RunbookSchema.prices())
    #expect(Self.text("docs/schema/risks.schema.json") == RunbookSchema.risks())
  }

  @Test("names no path of the machine that it was made on")
  func paths() {
    let texts = Self.sources + Self.tests + Self.files("docs", ".md") + Self.files("runbooks", ".py") + ["README.md"]
    for path in texts where !path.hasSuffix("TidyTests.swift") {
      for place in ["/wo" + "rk/ma", "/wo" + "rk/sh", "/wo" + "rk/.l", "/ro" + "ot/", "/opt/sw" + "ift"] {
        #expect(!Self.text(path).contains(place), "\(path)")
      }
    }
  }

  @Test(
    "links to files that exist",
    arguments: files("docs", ".md") + ["README.md", "Sources/README.md", "CONTRIBUTING.md"])
  func links(path: String) {
    let folder = Self.top.appending(path: path).deletingLastPathComponent()
    for match in Self.text(path).matches(of: #/\]\(([^)#:\s]+)(#[^)]*)?\)/#) {
      let target = folder.appending(path: String(match.1)).path(percentEncoded: false)
      #expect(FileManager.default.fileExists(atPath: target), "\(path) links to \(match.1)")
    }
  }
}
