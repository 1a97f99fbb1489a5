import ArgumentParser
import Foundation
import Journaling
import Operating
import Records
import Screens

/// Which journal.
struct JournalOptions: ParsableArguments {
  @Option(
    name: .customLong("journal"),
    help: ArgumentHelp(
      "The journal; without it SANDERLING_JOURNAL, or state/sanderling.sqlite in a directory upwards.",
      valueName: "file"),
    completion: .file())
  var option: String?

  /// What the environment names; `nil` for nothing.
  static var variable: String? {
    ProcessInfo.processInfo.environment["SANDERLING_JOURNAL"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Where it is.
  ///
  /// - Parameter runbook: the runbook that is spoken of; `nil` where a command names none.
  /// - Returns: where the journal is, or would be made.
  func place(of runbook: String? = nil) -> JournalPlace {
    let variable = Self.variable
    let here = FileManager.default.currentDirectoryPath
    let place = JournalPlace(option: option, variable: variable, runbook: runbook, here: here)
    // What is printed to be copied has to find the same one.
    let found = JournalPlace(option: nil, variable: variable, runbook: nil, here: here)
    Output.name(journal: place.path == found.path ? nil : place.path)
    return place
  }

  /// The file.
  var path: String { place().path }

  /// The desk in front of it.
  func desk(_ access: Journal.Access, of runbook: String? = nil) throws -> Desk {
    let place = place(of: runbook)
    try place.checkHasName()
    return try Desk(journal: place.path, access: access, surroundings: Host.surroundings)
  }
}

/// How results look.
struct StyleOptions: ParsableArguments {
  @Flag(help: "Write JSON, for programs.")
  var json = false

  @Flag(help: "Write no characters beyond ASCII.")
  var ascii = false

  @Flag(help: "Write plain lines: no live view and no colours, as for a screen reader or TERM=dumb.")
  var plain = false

  @Option(help: ArgumentHelp("When to use colour: auto, always or never.", valueName: "when"))
  var color: ColourChoice = .auto

  /// Refuses two forms at once.
  ///
  /// - Parameters:
  ///   - form: what `--format` says; `nil` for nothing.
  ///   - short: the form whose own flag was given, such as `csv`; `nil` for none.
  /// - Throws: a `ValidationError` that names two of them.
  func refuse(_ form: String?, short: String? = nil) throws {
    let asked = [
      json ? ("json", "--json") : nil, short.map { ($0, "--\($0)") }, form.map { ($0, "--format \($0)") },
    ].compactMap { $0 }
    guard let first = asked.first, let other = asked.first(where: { $0.0 != first.0 }) else { return }
    throw ValidationError("\(first.1) and \(other.1) ask for two forms; choose one")
  }

  /// `--color` wins over NO_COLOR, that over FORCE_COLOR, that over what the stream is.
  func style(for output: Output) -> Style {
    let environment = ProcessInfo.processInfo.environment
    let isSet = { (name: String) in environment[name]?.isEmpty == false }
    let colour =
      switch color {
      case .always: true
      case .never: false
      case .auto:
        if plain || isSet("NO_COLOR") {
          false
        } else if isSet("CLICOLOR_FORCE") || isSet("FORCE_COLOR") {
          true
        } else {
          !isPlain && output.isTerminal
        }
      }
    let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
    let isASCII = environment["LC_ALL"] == "C" || locale == "POSIX" || environment["TERM"] == "linux"
    return Style(colour: colour, ascii: ascii || isASCII)
  }

  /// Whether the cursor stays where it is: somebody asked for that, or the terminal does not say that it can move it.
  var isPlain: Bool { plain || ["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "") }
}

/// When to use colour.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// Which environment and parameters.
struct PlanningOptions: ParsableArguments {
  @Option(name: [.customLong("env"), .customShort("e")], help: "The environment, when the runbook has several.")
  var environment: String?

  @Option(name: .customLong("set"), help: ArgumentHelp("Give a parameter a value.", valueName: "name=value"))
  var assignments: [String] = []

  /// What is to be planned.
  ///
  /// - `purpose`: the command that it is for.
  func ask(_ runbook: String, for purpose: PlanningAsk.Purpose = .plan) throws -> PlanningAsk {
    var ask = PlanningAsk(runbook, environment: environment, given: try Assignments.parse(assignments, option: "--set"))
    ask.purpose = purpose
    return ask
  }
}

/// Options of the form `NAME=VALUE`.
enum Assignments {
  /// The values by name. Two for one name are a slip: nobody knows which of them was meant.
  static func parse(_ texts: [String], option: String) throws -> [String: String] {
    var values: [String: String] = [:]
    for text in texts {
      guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
        throw Refusal(.usage, "`\(option) \(text)` has no name and value", next: ["write \(option) NAME=VALUE"])
      }
      let (name, value) = (String(text[..<sign]), String(text[text.index(after: sign)...]))
      guard values.updateValue(value, forKey: name).map({ $0 == value }) ?? true else {
        throw Refusal(.usage, "`\(option) \(name)` has two values", next: ["leave one of them out"])
      }
    }
    return values
  }
}
