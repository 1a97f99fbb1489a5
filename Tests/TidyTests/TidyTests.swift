import Adapters
import Diagnostics
import Engine
import Foundation
import Plans
import Quantities
import Runbooks
import Testing

/// Expects that nothing breaks a rule, but for what begins with one of the known places.
func expectNone(_ found: [String], but known: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  for one in found where !known.contains(where: { one.hasPrefix($0) }) {
    Issue.record("\(one)", sourceLocation: sourceLocation)
  }
}

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
  static let parsed = sources.map { SwiftSource($0, text($0)) }
  static let parsedTests = tests.map { SwiftSource($0, text($0)) }

  @Test("has files of at most 400 lines, in lines of at most 120 columns", arguments: sources + tests)
  func sizes(path: String) {
    let lines = Self.text(path).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 401)
    for (number, line) in lines.enumerated() where line.count > 120 && !path.hasPrefix("Tests") {
      Issue.record("\(path):\(number + 1) has \(line.count) columns")
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
      "Quantities", "Diagnostics", "Forecasting", "Plans", "Planning", "Engine", "History", "Records", "Checkpoints",
      "Looping", "Auditing",
      "Screens", "Reports",
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

  @Test("has a page for every code in the source, and puts every page of docs/errors into the program")
  func pages() {
    let pages = ErrorPages.all.map(\.code)
    #expect(pages == Set(pages).sorted())
    let used = PackageRules.codes(Self.parsed).union(Known.codes)
    let files = Set(Self.files("docs/errors", ".md").map { String($0.dropFirst(12).dropLast(3)) })
    expectNone(used.subtracting(pages).sorted().map { "\($0) has no page in ErrorPages.swift" }, but: [])
    expectNone(files.subtracting(pages).sorted().map { "docs/errors/\($0).md is not in ErrorPages.swift" }, but: [])
    expectNone(Set(pages).subtracting(used).sorted().map { "\($0) is found by nothing" }, but: [])
    for page in ErrorPages.all {
      #expect(page.markdown == Self.text("docs/errors/\(page.code).md"), "\(page.code) is an older page")
      #expect(page.markdown.hasPrefix("# \(page.code): "), "docs/errors/\(page.code).md has another title")
    }
  }

  @Test("has functions, initialisers and accessors of at most 60 lines")
  func lengths() { expectNone(Self.parsed.flatMap { TidyRules.longBodies($0) }, but: Known.long) }

  @Test("declares nothing that is named nowhere else")
  func dead() {
    expectNone(TidyRules.dead(Self.parsed, namedIn: Self.parsedTests), but: Known.calledByOthers)
    expectNone(TidyRules.deadLabels(Self.parsed, namedIn: Self.parsedTests), but: [])
    expectNone(TidyRules.unusedParameters(Self.parsed), but: [])
  }

  @Test("says what its public types and longer functions are, and repeats no name")
  func documentation() {
    expectNone(Self.parsed.flatMap(TidyRules.undocumented), but: [])
    expectNone(Self.parsed.flatMap(TidyRules.labels), but: [])
  }

  @Test("names every module that is imported, imports every module that is named, and pins every version")
  func packages() {
    let manifest = Manifest(Self.text("Package.swift"))
    #expect(manifest.targets.count > 20 && manifest.packages.count > 3)
    let all = Self.parsed + Self.parsedTests
    expectNone(PackageRules.undeclaredImports(manifest, all), but: [])
    expectNone(PackageRules.unusedDependencies(manifest, all), but: Known.unimported)
    expectNone(PackageRules.unpinned(manifest), but: [])
  }

  @Test("has mutants that are the same for the same seed, at places that exist")
  func mutants() throws {
    let lists = try (0..<2).map { _ in try Self.output("Tests/Mutation/run", "--list", "--seed", "7", "--count", "60") }
    #expect(lists[0] == lists[1])
    let lines = lists[0].split(separator: "\n")
    #expect(lines.count == 60)
    for line in lines {
      let match = try #require(line.wholeMatch(of: #/([^:]+):(\d+):(\d+)\t\w+\t(.+) → .+/#), "\(line)")
      let rows = Self.text(String(match.1)).split(separator: "\n", omittingEmptySubsequences: false)
      let row = try #require(Int(match.2)), column = try #require(Int(match.3))
      let rest = String(rows[row - 1].dropFirst(column - 1))
      // What goes over several lines is printed on one.
      #expect(match.4.hasPrefix(rest) || rest.hasPrefix(String(match.4.prefix { $0 != " " })), "\(line)")
    }
  }

  @Test("accepts no mutant that is not there any more")
  func accepted() throws { #expect(try Self.output("Tests/Mutation/run", "--check") == "") }

  /// What a script of the repository prints.
  static func output(_ script: String, _ arguments: String...) throws -> String {
    let process = Process(), pipe = Pipe()
    process.executableURL = top.appending(path: script)
    process.arguments = arguments
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(script) \(arguments): \(String(decoding: data, as: UTF8.self))")
    return String(decoding: data, as: UTF8.self)
  }

  @Test("has fresh schemas")
  func schemas() {
    #expect(Self.text("docs/schema/runbook.schema.json") == RunbookSchema.runbook(adapters: AdapterRegistry.facts))
    #expect(
      Self.text("docs/schema/environment.schema.json") == RunbookSchema.environment(adapters: AdapterRegistry.facts))
    #expect(Self.text("docs/schema/people.schema.json") == RunbookSchema.people())
    #expect(Self.text("docs/schema/forecast.schema.json") == RunbookSchema.forecast())
    #expect(Self.text("docs/schema/prices.schema.json") == RunbookSchema.prices())
    #expect(Self.text("docs/schema/risks.schema.json") == RunbookSchema.risks())
    #expect(Self.text("docs/schema/plan.schema.json") == Plan.schema.indentedText)
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

  @Test("explains the engine's rules in docs/internals.md, all of them, in their order and in their words")
  func rules() {
    let rows = Self.text("docs/internals.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.map(String.init)
    let wanted = Machine.rules.map { "| \($0.name) | " }
    let found = rows.filter { row in wanted.contains { row.hasPrefix($0) } }
    #expect(found.count == wanted.count)
    for (rule, row) in zip(Machine.rules, found) {
      #expect(row.hasPrefix("| \(rule.name) | ") && row.hasSuffix(" | \(rule.why) |"), "\(rule.name)")
    }
  }
}
