import Foundation
import Testing

/// What the page for the person at the terminal tells to type, held against the program.
@Suite("The operations page")
struct OperationsPageTests {
  /// By command (`audit verify`): its options.
  private func options() throws -> [String: Set<String>] {
    typealias Members = [String: Any]
    let text = Data(try Program().run("--experimental-dump-help").out.utf8)
    let help = try #require(try JSONSerialization.jsonObject(with: text) as? Members)
    var found: [String: Set<String>] = [:]
    func note(_ command: Members, within words: [String]) {
      let words = words + [command["commandName"] as? String ?? ""]
      let arguments = command["arguments"] as? [Members] ?? []
      let names = arguments.flatMap { $0["names"] as? [Members] ?? [] }.compactMap { $0["name"] as? String }
      found[words.dropFirst().joined(separator: " ")] = Set(names.map { "--\($0)" })
      for inner in command["subcommands"] as? [Members] ?? [] { note(inner, within: words) }
    }
    note(help["command"] as? Members ?? [:], within: [])
    // A command whose own commands may be left out has the options of the usual one.
    let usual = found["report run"] ?? []
    found["report"]?.formUnion(usual)
    return found
  }

  private static func page() throws -> String {
    try String(contentsOfFile: "\(Program.repository)/docs/operations.md", encoding: .utf8)
  }

  /// The name of the command that a line begins with, as long as it goes.
  private func command(in words: Substring, of known: [String: Set<String>]) -> String? {
    let names = words.split(separator: " ").prefix(2).map(String.init)
    return [names.joined(separator: " "), names.first ?? ""].first { known[$0] != nil && !$0.isEmpty }
  }

  @Test("names commands and options that there are")
  func whole() throws {
    let known = try options()
    #expect(known.count > 30)
    var count = 0
    for line in try Self.page().split(separator: "\n") {
      for match in line.matches(of: #/sanderling ([a-z][^`#|]*)/#) {
        // Prose speaks of the program, too: it is written without a verb of ours.
        guard let name = command(in: match.1, of: known) else {
          Issue.record("there is no such command: \(match.0)")
          continue
        }
        count += 1
        for option in match.1.matches(of: #/(^|\s)(--[a-z][a-z-]*)/#).map({ String($0.2) }) {
          #expect(known[name]?.contains(option) == true, "\(name) has no \(option): \(line)")
        }
      }
    }
    #expect(count > 50)
  }

  @Test("says for everything that people of other tools look for which command does it, or why none does")
  func table() throws {
    let known = try options()
    let section = try #require(try Self.page().split(separator: "## What you look for").last)
    let table = section.split(separator: "\n## ")[0]
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    #expect(rows.count > 20)
    for row in rows {
      let cells = row.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let here = cells[3]
      let leads = ["sanderling ", "**left out.**", "**not there.**", "](", "nothing to break"].contains {
        here.contains($0)
      }
      #expect(leads, "\(row)")
      // Options that stand alone belong to the command before them.
      var last: String?
      for code in here.matches(of: #/`([^`]+)`/#).map(\.1) {
        if code.hasPrefix("sanderling ") { last = command(in: code.dropFirst(11), of: known) }
        guard code.hasPrefix("--"), let name = last, let option = code.split(separator: " ").first else { continue }
        #expect(known[name]?.contains(String(option)) == true, "\(name) has no \(option): \(row)")
      }
    }
  }
}
