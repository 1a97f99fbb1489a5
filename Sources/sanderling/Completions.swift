import ArgumentParser
import Foundation
import Operating

/// What shells offer while a command is typed: names of runs, paths and targets, from the journal.
///
/// Nobody wants an error in the middle of a line, so whatever goes wrong is no offer.
enum Completions {
  /// Names of runs.
  static let runs = CompletionKind.custom { words, _, typed in
    offers(words) { try $0.runs(beginning: typed) }
  }

  /// The identifiers of a run's steps.
  static let steps = CompletionKind.custom { words, _, _ in
    offers(words) { try $0.steps(of: run(in: words)) }
  }

  /// Identifiers of targets, without a path.
  static let targets = CompletionKind.custom { words, _, typed in
    offers(words) { offers in
      try offers.places(beginning: typed, of: [.target], in: run(in: words)).filter { !$0.contains("/") }
    }
  }

  /// Paths of some kinds, and the identifiers of targets where these are among them.
  static func places(_ kinds: Set<PlaceKind>) -> CompletionKind {
    .custom { words, _, typed in offers(words) { try $0.places(beginning: typed, of: kinds, in: run(in: words)) } }
  }

  /// Names of runs, and every path.
  static let runsAndPlaces = CompletionKind.custom { words, _, typed in
    offers(words) { offers in
      let places = try offers.places(beginning: typed, of: Set(PlaceKind.allCases), in: run(in: words))
      return try offers.runs(beginning: typed) + places
    }
  }

  /// Names of runs, directories, and files that can be runbooks.
  static let runsAndRunbooks = CompletionKind.custom { words, _, typed in
    let path = unquoted(typed)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    let files = names.sorted().map { folder + $0 }.filter { name in
      var isDirectory: ObjCBool = false
      guard name.hasPrefix(path), FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory) else {
        return false
      }
      return isDirectory.boolValue || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    }
    return offers(words) { try $0.runs(beginning: typed) } + files
  }

  /// Names of runs, and files.
  static let runsAndFiles = CompletionKind.custom { words, _, typed in
    let path = unquoted(typed)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return offers(words) { try $0.runs(beginning: typed) }
      + names.sorted().map { folder + $0 }.filter { $0.hasPrefix(path) }
  }

  private static func offers(_ words: [String], _ body: (Offers) throws -> [String]) -> [String] {
    let place = JournalPlace(
      option: value(of: "--journal", in: words).map(unquoted), variable: JournalOptions.variable, runbook: nil,
      here: FileManager.default.currentDirectoryPath)
    guard let offers = try? Offers(journal: place.path, surroundings: Host.surroundings) else { return [] }
    return (try? body(offers)) ?? []
  }

  /// The run that the line speaks of, behind its command: `--run r-2`, or `why r-2`.
  private static func run(in words: [String]) -> String? {
    value(of: "--run", in: words) ?? words.dropFirst(2).first { RunName($0) != nil }
  }

  /// What stands behind an option. Some shells take `--run=r-2` apart at the sign.
  private static func value(of option: String, in words: [String]) -> String? {
    for (index, word) in words.enumerated() {
      if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
      guard word == option else { continue }
      let rest = words[(index + 1)...]
      return rest.first == "=" ? rest.dropFirst().first : rest.first
    }
    return nil
  }

  /// A path as the shell would pass it: words come as they were typed.
  ///
  /// - Returns: the path without quotes and backslashes, and with the home directory for `~`.
  private static func unquoted(_ word: String) -> String {
    var path = ""
    var (quote, isEscaped): (Character?, Bool) = (nil, false)
    for character in word {
      if isEscaped {
        path.append(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else {
        path.append(character)
      }
    }
    return word.hasPrefix("~") ? NSString(string: path).expandingTildeInPath : path
  }
}
