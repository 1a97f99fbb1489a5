public import Quantities

/// The manual: a page for each command and for the runbook, made from the definitions that `--help` and the checker
/// read, so that no sentence stands in two places.
public enum Manual {
  /// The pages of the commands.
  ///
  /// - Parameters:
  ///   - help: what the program says about its own commands, as ArgumentParser dumps it.
  ///   - version: the program's version.
  ///   - exits: the exit codes with what they say.
  ///   - variables: the environment variables with what they do.
  /// - Returns: the pages; the program's own comes first.
  public static func commands(
    help: JSON, version: String, exits: [(code: Int, meaning: String)], variables: [(name: String, does: String)]
  ) -> [ManualPage] {
    guard let root = help["command"] else { return [] }
    return pages(of: root, above: [], version: version) { page in
      page.section("EXIT STATUS")
      for exit in exits { page.item(Roff.bold("\(exit.code)"), exit.meaning) }
      page.section("ENVIRONMENT")
      for variable in variables { page.item(Roff.bold(variable.name), variable.does) }
    }
  }

  /// The page of a command and those below it. What `ending` adds stands on the program's own page only.
  private static func pages(
    of command: JSON, above: [String], version: String, ending: (inout Roff) -> Void
  ) -> [ManualPage] {
    let words = above + [command["commandName"]?.string ?? ""]
    let children = (command["subcommands"]?.array ?? []).filter(isShown).filter { $0["commandName"]?.string != "help" }
    let name = words.joined(separator: "-")
    var page = Roff(name, section: 1, version: version)
    page.section("NAME")
    let abstract = command["abstract"]?.string ?? ""
    page.line("\(name) - \(abstract.last == "." ? String(abstract.dropLast()) : abstract)")
    page.section("SYNOPSIS")
    synopsis(of: command, words, hasCommands: !children.isEmpty, on: &page)
    if let discussion = command["discussion"]?.string, !discussion.isEmpty {
      page.section("DESCRIPTION")
      page.paragraphs(discussion)
    }
    let arguments = (command["arguments"]?.array ?? []).filter(isShown)
    list(arguments.filter { $0["kind"]?.string == "positional" }, "ARGUMENTS", on: &page)
    if !children.isEmpty {
      page.section("COMMANDS")
      for child in children {
        let word = child["commandName"]?.string ?? ""
        page.item("\(Roff.bold("\(name)-\(word)"))(1)", child["abstract"]?.string ?? "")
      }
    }
    list(arguments.filter { $0["kind"]?.string != "positional" }, "OPTIONS", on: &page)
    if above.isEmpty { ending(&page) }
    page.section("SEE ALSO")
    let others = above.indices.reversed().map { above[...$0].joined(separator: "-") }
    let pages = others.map { "\(Roff.bold($0))(1)" } + ["\(Roff.bold("sanderling-runbook"))(5)"]
    page.raw(pages.joined(separator: ", "))
    return [ManualPage(name: name, section: 1, text: page.text)]
      + children.flatMap { self.pages(of: $0, above: words, version: version, ending: ending) }
  }

  private static func isShown(_ json: JSON) -> Bool { json["shouldDisplay"]?.bool != false }

  private static func synopsis(of command: JSON, _ words: [String], hasCommands: Bool, on page: inout Roff) {
    var parts = [Roff.bold(words.joined(separator: " "))]
    let arguments = (command["arguments"]?.array ?? []).filter(isShown)
    if hasCommands { parts.append(Roff.italic("command")) }
    for argument in arguments where argument["kind"]?.string == "positional" {
      parts.append(bracketed(Roff.italic(argument["valueName"]?.string ?? ""), argument))
    }
    for argument in arguments where argument["kind"]?.string == "option" && argument["isOptional"]?.bool == false {
      parts.append(names(of: argument))
    }
    parts.append("[\(Roff.italic("options"))]")
    page.raw(parts.joined(separator: " "))
  }

  private static func bracketed(_ text: String, _ argument: JSON) -> String {
    let dots = argument["isRepeating"]?.bool == true ? "..." : ""
    return argument["isOptional"]?.bool == true ? "[\(text)]\(dots)" : text + dots
  }

  private static func list(_ arguments: [JSON], _ title: String, on page: inout Roff) {
    guard !arguments.isEmpty else { return }
    page.section(title)
    for argument in arguments {
      let isPositional = argument["kind"]?.string == "positional"
      let term = isPositional ? Roff.italic(argument["valueName"]?.string ?? "") : names(of: argument)
      var meaning = argument["abstract"]?.string ?? ""
      if let standard = argument["defaultValue"]?.string, !standard.isEmpty, argument["kind"]?.string != "flag" {
        meaning += " Without it `\(standard)`."
      }
      page.item(term, meaning)
    }
  }

  private static func names(of argument: JSON) -> String {
    let names = (argument["names"]?.array ?? []).map { name in
      Roff.bold((name["kind"]?.string == "short" ? "-" : "--") + (name["name"]?.string ?? ""))
    }
    let text = names.joined(separator: ", ")
    guard argument["kind"]?.string == "option" else { return text }
    return "\(text) \(Roff.italic(argument["valueName"]?.string ?? ""))"
  }
}
