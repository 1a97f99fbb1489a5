import Quantities

/// What a provider is asked, in words that a person can check before it happens.
public struct CallText: Hashable, Sendable {
  /// What is carried out: a command with its words, a method with its address, a query, an instruction.
  public var text: String
  /// What goes with it, by the names that runbooks have for it: `body`, `headers`, `set`, `directory`.
  public var details: [Detail]

  /// One of the things that go with it.
  public struct Detail: Hashable, Sendable {
    public var name: String
    public var value: String
  }

  /// Everything in one line: `POST https://api.example/stores · body {"id":"s-1"}`.
  public var line: String { ([text] + details.map { "\($0.name) \($0.value)" }).joined(separator: " · ") }
}

/// One of the things that a step asks of providers.
public struct StepCall: Hashable, Sendable {
  /// Whether it changes something, looks, or takes something back.
  public enum Purpose: String, Hashable, Sendable, CaseIterable {
    case apply, probe, undo
    case probeOfUndo = "probe of the undo"
  }

  public var purpose: Purpose
  /// The operation and its provider.
  public var operation: String
  public var provider: String
  public var arguments: ArgumentTemplate
}

extension PlannedStep {
  /// What it asks of providers: to do it, to look whether it happened, and to take it back.
  public var asked: [StepCall] {
    func calls(_ call: PlannedCall, _ purpose: StepCall.Purpose, _ look: StepCall.Purpose) -> [StepCall] {
      [StepCall(purpose: purpose, operation: call.operation, provider: call.provider, arguments: call.arguments)]
        + (call.probe.map {
          [StepCall(purpose: look, operation: $0.operation, provider: $0.provider, arguments: $0.arguments)]
        } ?? [])
    }
    let taken: [StepCall] = if case .call(let undo) = undo { calls(undo, .undo, .probeOfUndo) } else { [] }
    return calls(call, .apply, .probe) + taken
  }
}

extension Plan {
  /// What a call asks of its provider. Secrets stand as their references; what an earlier step puts out stays open.
  ///
  /// - Parameters:
  ///   - call: a call of this plan.
  ///   - row: the target that it is filled for; `nil` leaves what depends on the target open, too.
  ///   - inventory: the inventory of the target.
  /// - Returns: the words, without anything that is known to be a secret.
  public func text(of call: StepCall, for row: Int32? = nil, in inventory: Int? = nil) -> CallText {
    let provider = providers.first { $0.name == call.provider }
    let known = { (reference: Template.Reference) -> String? in
      guard let row, let inventory, case .target(let name) = reference else { return nil }
      return inventories[inventory].value(name, of: Int(row))
    }
    let words = CallWords(
      adapter: provider?.adapter ?? call.provider,
      shared: provider?.configuration.shown(knowing: known).members ?? [],
      own: call.arguments.shown(knowing: known).members)
    let text = words.text
    return CallText(
      text: shown(text.text), details: text.details.map { .init(name: $0.name, value: shown($0.value)) })
  }

  /// Whether a call asks for something else of each target.
  public func differsByTarget(_ call: StepCall) -> Bool {
    let configuration = providers.first { $0.name == call.provider }?.configuration ?? .none
    return (call.arguments.references + configuration.references).contains {
      if case .target = $0 { true } else { false }
    }
  }
}

extension ArgumentTemplate {
  /// The tree as data for people: what is not known stands as `${…}`, a secret as `{secret env:NAME}`.
  fileprivate func shown(knowing known: (Template.Reference) -> String?) -> JSON {
    switch self {
    case .constant(let value): value
    case .secret(let reference): .string("{secret \(reference.text)}")
    case .list(let elements): .array(elements.map { $0.shown(knowing: known) })
    case .members(let members): .dictionary(members.map { ($0.name, $0.value.shown(knowing: known)) })
    case .text(let template): .string(template.shown(knowing: known))
    case .address(let template):
      .string(
        template.address(knowing: { known($0).map { Template(parts: [.literal($0)]) } }).shown(knowing: { _ in nil }))
    }
  }
}

extension Template {
  fileprivate func shown(knowing known: (Reference) -> String?) -> String {
    parts.map { part in
      switch part {
      case .literal(let text): text
      case .reference(let reference): known(reference) ?? "${\(reference.text)}"
      }
    }.joined()
  }
}

/// The words of one call, as its adapter takes them.
private struct CallWords {
  let adapter: String
  /// What the configuration of the provider says, and what the call says; the call wins.
  let shared: [(key: String, value: JSON)]
  let own: [(key: String, value: JSON)]

  private func value(_ key: String) -> JSON? {
    own.first { $0.key == key }?.value ?? shared.first { $0.key == key }?.value
  }

  var text: CallText {
    switch adapter {
    case "process": command
    case "http": request
    case "manual": plain("instruction")
    default: plain("query")
    }
  }

  private var command: CallText {
    let words =
      switch value("command") {
      case .array(let words)?: words.map { Self.quoted($0.plainText) }.joined(separator: " ")
      case let text?: "sh -c \(Self.quoted(text.plainText))"
      case nil: "no command"
      }
    return CallText(text: words, details: details(beside: ["command", "shell"]))
  }

  private var request: CallText {
    let (base, url) = (value("base")?.plainText ?? "", value("url")?.plainText ?? "")
    let front = base.hasSuffix("/") ? String(base.dropLast()) : base
    let isWhole = base.isEmpty || url.hasPrefix(base)
    let joint = isWhole || url.isEmpty || url.hasPrefix("/") || url.hasPrefix("?") ? "" : "/"
    let address = isWhole ? url : url.isEmpty ? base : front + joint + url
    let method = (value("method")?.plainText ?? "GET").uppercased()
    return CallText(
      text: "\(method) \(Self.withoutUser(address))", details: details(beside: ["base", "url", "method"]))
  }

  /// User information may be a password.
  private static func withoutUser(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let server = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = server.lastIndex(of: "@") else { return url }
    return url[..<scheme.upperBound] + Secret.mark + url[at...]
  }

  /// What stands under one key; without it everything.
  private func plain(_ key: String) -> CallText {
    guard let text = value(key)?.plainText else {
      let all = details(beside: [])
      return CallText(text: adapter, details: all)
    }
    return CallText(text: text, details: details(beside: [key]))
  }

  private func details(beside known: Set<String>) -> [CallText.Detail] {
    let names = own.map(\.key) + shared.map(\.key).filter { key in !own.contains { $0.key == key } }
    return names.filter { !known.contains($0) }.compactMap { name in
      value(name).map { CallText.Detail(name: name, value: Self.words(of: $0)) }
    }
  }

  private static func words(of value: JSON) -> String {
    switch value {
    case .string, .bool, .integer, .decimal, .null: value.plainText
    case .array, .object: value.canonicalText
    }
  }

  /// A word as a shell would take it. What is filled later stands as it is.
  private static func quoted(_ word: String) -> String {
    let safe = { (character: Character) in
      character.isASCII && (character.isLetter || character.isNumber) || "_@%+=:,./-".contains(character)
    }
    guard !word.isEmpty, !withoutOpen(word).allSatisfy(safe) else { return word.isEmpty ? "''" : word }
    return "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// A word without what is filled later and without references to secrets.
  private static func withoutOpen(_ word: String) -> String {
    var rest = word[...]
    var result = ""
    while let start = rest.firstIndex(where: { $0 == "$" || $0 == "{" }) {
      result += rest[..<start]
      let tail = rest[start...]
      guard tail.hasPrefix("${") || tail.hasPrefix("{secret "), let end = tail.firstIndex(of: "}") else {
        return result + tail
      }
      rest = tail[tail.index(after: end)...]
    }
    return result + rest
  }
}
