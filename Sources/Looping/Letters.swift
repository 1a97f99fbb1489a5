public import Engine
public import Quantities
public import Records

extension OperatorCommand {
  /// The command as one line of JSON, for the inbox.
  public var letter: String {
    var pairs: [(String, JSON)] = [("command", .string(name.rawValue)), ("reason", .string(reason))]
    if let settlement { pairs.append(("as", .string(settlement.rawValue))) }
    if let amendment { pairs.append(("amendment", .string(amendment.hex))) }
    if let until { pairs.append(("until", .string(until.text))) }
    if !outputs.isEmpty { pairs.append(("outputs", .dictionary(outputs.map { ($0.key, .string($0.value)) }))) }
    return JSON.dictionary(pairs).canonicalText
  }

  /// The command as one line of JSON, with what proves it: the plan that is meant, or a statement and its signature.
  public func letter(plan: Digest, statement: String? = nil, signature: String? = nil) -> String {
    let json = (try? JSON(parsing: letter.utf8)) ?? .null
    var pairs = json.members.map { ($0.key, $0.value) }
    pairs.append(("plan", .string(plan.hex)))
    if let statement { pairs.append(("statement", .string(statement))) }
    if let signature { pairs.append(("signature", .string(signature))) }
    return JSON.dictionary(pairs).canonicalText
  }

  /// Reads a command from the inbox; `nil` when it is not one.
  public init?(_ letter: Letter) {
    guard let json = try? JSON(parsing: letter.command.utf8), let text = json["command"]?.string,
      let name = Name(rawValue: text)
    else { return nil }
    self.init(
      name: name, id: letter.id, settlement: json["as"]?.string.flatMap { Settlement(rawValue: $0) },
      outputs: Dictionary(
        (json["outputs"]?.members ?? []).map { ($0.key, $0.value.plainText) }, uniquingKeysWith: { $1 }),
      reason: json["reason"]?.string ?? "")
  }
}
