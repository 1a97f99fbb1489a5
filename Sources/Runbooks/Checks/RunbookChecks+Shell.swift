internal import Diagnostics
internal import Quantities
internal import Vocabularies

// Data in the text of a program: whoever writes the inventory, or answers a step, says what a shell does.

extension RunbookChecks {
  /// Warns once for each text that a shell reads and that has data in it.
  mutating func checkShell(_ arguments: Arguments, _ facts: AdapterFacts) {
    guard let shell = facts.shell else { return }
    for (template, location) in arguments.programs(of: shell) {
      guard let reference = template.references.first(where: \.isData), !template.isHandedOver else { continue }
      findings.append(.dataInShell(reference, at: place(of: "${\(reference.text)}", in: location)))
    }
  }
}

extension Arguments {
  /// The texts that a shell reads as a program.
  fileprivate func programs(of shell: AdapterFacts.Shell) -> [(Template, SourceSpan)] {
    switch members.first(where: { $0.name.value == shell.command })?.value {
    case .text(let template, let location): return [(template, location)]
    case .list(let words, _):
      guard let name = words.firstIndex(where: \.isShell) else { return [] }
      var next = words.index(after: name)
      while next < words.endIndex, let option = words[next].word, option.hasPrefix("-") || option.hasPrefix("+") {
        next += 1
        guard option.isCommandOption else { continue }
        guard next < words.endIndex, case .text(let template, let location) = words[next] else { return [] }
        return [(template, location)]
      }
      // A shell without a program and without a file reads one from its input.
      guard next == words.endIndex,
        case .text(let template, let location)? = members.first(where: { $0.name.value == shell.input })?.value
      else { return [] }
      return [(template, location)]
    case .constant, .secret, .members, nil: return []
    }
  }

  /// The text, when nothing in it is known only later.
  private var word: String? {
    guard case .text(let template, _) = self, template.parts.count == 1, case .literal(let text) = template.parts[0]
    else { return nil }
    return text
  }

  private static let shells: Set<String> = ["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish"]

  private var isShell: Bool {
    word.map { Self.shells.contains($0.split(separator: "/").last.map(String.init) ?? "") } ?? false
  }
}

extension String {
  /// Whether it is an option such as `-c` or `-euc`: the next word is a program.
  fileprivate var isCommandOption: Bool { hasPrefix("-") && !hasPrefix("--") && contains("c") }
}

extension Template.Reference {
  /// Whether it stands for what others wrote. The id of a target cannot hold anything that a shell understands.
  fileprivate var isData: Bool {
    switch self {
    case .target(let name): name != "id"
    case .output, .argument: true
    case .parameter, .forecast: false
    }
  }

  /// A name of a variable for it, such as `CITY`.
  fileprivate var variable: String {
    let last = text.split(separator: ".").last ?? "value"
    let name = String(last.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    return name.first?.isNumber == true ? "V_\(name)" : name
  }
}

extension Finding {
  fileprivate static func dataInShell(_ reference: Template.Reference, at place: SourceSpan) -> Finding {
    Finding(
      code: "G178", severity: .warning,
      message: "a shell reads `${\(reference.text)}` as a part of its program, so what stands there is executed",
      location: place,
      suggestion: "write `set: { \(reference.variable): \"${\(reference.text)}\" }`, and `\"$\(reference.variable)\"` "
        + "in the program")
  }
}
