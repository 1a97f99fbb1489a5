import Foundation
import Testing

/// What the program says about itself: help, exit codes, man pages.
@Suite("The manual")
struct ManualTests {
  let program: Program

  init() throws { program = try Program() }

  private func pages() throws -> [String: String] {
    try #require(try program.run("manual", "man").status == 0)
    let files = FileManager.default.enumerator(atPath: "\(program.directory)/man")?.compactMap { $0 as? String } ?? []
    let pages = files.filter { $0.contains("/") }.map { path in
      (String(path.drop { $0 != "/" }.dropFirst()), program.read("man/\(path)"))
    }
    return Dictionary(uniqueKeysWithValues: pages)
  }

  /// Every command that the help of a command lists.
  private func commands(of words: [String] = []) throws -> [[String]] {
    let help = try program.run(["help"] + words).out
    let listed = help.split(separator: "\n").compactMap { line in
      line.wholeMatch(of: #/  ([a-z][a-z-]*)(?: \(default\))?(?: {2,}.*)?/#).map { String($0.1) }
    }
    return try listed.filter { $0 != "help" }.flatMap { name -> [[String]] in
      let inner = name == "audit" ? try commands(of: words + [name]) : []
      return [words + [name]] + inner
    }
  }

  @Test("has a page for each command, with its sentence and every option that its help has")
  func complete() throws {
    let pages = try pages()
    let commands = try commands()
    #expect(commands.count > 25 && commands.contains(["audit", "verify"]))
    for words in commands {
      let page = pages[(["sanderling"] + words).joined(separator: "-") + ".1"] ?? ""
      let plain = page.replacing("\\-", with: "-").replacing("\\fB", with: "").replacing("\\fR", with: "")
      let help = try program.run(["help"] + words).out
      for option in help.matches(of: #/(?m)^ +(?:-[a-z], )?(--[a-z-]+)/#).map(\.1) {
        #expect(plain.contains(option), "\(words): \(option)")
      }
      let abstract = try #require(help.firstMatch(of: #/OVERVIEW: ([^.\n]+)/#)).1
      #expect(plain.replacing("\\(aq", with: "'").contains(abstract.replacing("`", with: "")), "\(words): \(abstract)")
    }
    let root = pages["sanderling.1"] ?? ""
    #expect(root.contains("SANDERLING_JOURNAL") && root.contains("whoever read a listing is gone"))
    let runbook = pages["sanderling-runbook.5"] ?? ""
    for key in ["phases", "idempotency", "tolerate", "transparent", "likelihood"] {
      #expect(runbook.contains("\\fB\(key)\\fR"), "\(key)")
    }
  }

  @Test("is what man and mandoc can read", .enabled(if: Program.finds("mandoc"), "mandoc is not installed"))
  func lint() throws {
    _ = try pages()
    #expect(try program.shell("mandoc -T lint -W warning man/man*/* | grep -v 'missing date' > lint") == 1)
    #expect(program.read("lint") == "")
    #expect(try program.shell("mandoc -T utf8 man/man1/sanderling-hold.1 | col -b > text") == 0)
    #expect(program.read("text").contains("sanderling-hold - Hold one target back; all others go on"))
  }

  @Test("lists the exit codes that the documentation lists")
  func exits() throws {
    let help = try program.run("help", "exit-codes").out.split(separator: "\n").map { line in
      "| \(line.replacing("\t", with: " | ").replacing("history | head", with: "history \\| head")) |"
    }
    let page = try String(contentsOfFile: "\(Program.repository)/docs/operations.md", encoding: .utf8)
    let section = try #require(page.split(separator: "## Exit codes").last)
    let table = section.split(separator: "\n\n")[0].split(separator: "\n").dropFirst(2)
    #expect(help == table.map { String($0.replacing("`--until-blocked`", with: "--until-blocked")) })
  }

  @Test("has no help about a command that is not there")
  func nothing() throws {
    let result = try program.run("help", "nothere")
    #expect(result.status == 2 && result.out == "" && result.err.contains("there is no command `nothere`"))
    #expect(try program.run("help", "histroy").err.contains("sanderling help history"))
    #expect(try program.run("help", "audit", "verify").out.contains("--witness"))
  }

  @Test("names the variable of the journal, and breaks lines where the terminal ends")
  func wording() throws {
    let help = try program.run("help", "run").out
    #expect(help.contains("SANDERLING_JOURNAL"))
    for command in ["run", "amend", "approve", "emergency"] {
      let overview = try #require(try program.run("help", command).out.split(separator: "USAGE:").first)
      for paragraph in overview.split(separator: "\n\n").dropFirst() {
        let lines = paragraph.split(separator: "\n")
        for (line, next) in zip(lines, lines.dropFirst()) {
          #expect(line.count + 1 + (next.split(separator: " ").first?.count ?? 0) >= 80, "\(command): \(line)")
        }
      }
    }
  }
}
