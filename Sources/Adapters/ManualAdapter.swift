public import Quantities

/// Asks a person to do it.
///
/// Arguments: `instruction: TEXT`, and `outputs: {name: text | integer | boolean}` for what the person has to tell.
public struct ManualAdapter: Adapter {
  public init() {}

  /// Hands the instruction to a person.
  public func apply(_ call: Call, report: @escaping @Sendable (Progress) -> Void) async -> ApplyOutcome {
    guard let instruction = call.arguments["instruction"]?.string, !instruction.isEmpty else {
      return .notApplied(because: "a manual step needs an `instruction`", retry: .permanent, answer: Answer())
    }
    return .awaitsPerson(instruction: call.secrets.redact(instruction))
  }

  /// Never knows.
  public func probe(_ call: Call) async -> ProbeOutcome {
    .unknown(because: "only a person knows whether a manual step was done")
  }

  /// Compares what a person told with what the step asked for.
  ///
  /// - Parameters:
  ///   - outputs: names and values as typed.
  ///   - arguments: the arguments of the step.
  /// - Returns: one sentence for each problem, in the order of the names; none when all is well.
  public static func check(outputs: [String: String], arguments: JSON) -> [String] {
    let asked = arguments["outputs"]?.members ?? []
    var problems: [String] = []
    for (name, type) in asked {
      guard let value = outputs[name] else {
        problems.append("output `\(name)` is missing: it is \(article(type.plainText))")
        continue
      }
      if !accepts(value, as: type.plainText) {
        problems.append("output `\(name)` is `\(value)`, which is not \(article(type.plainText))")
      }
    }
    let names = asked.map(\.key)
    for name in outputs.keys.sorted() where !names.contains(name) {
      let known = names.isEmpty ? "it asks for none" : "it asks for \(names.joined(separator: ", "))"
      problems.append("output `\(name)` is not one that the step asks for: \(known)")
    }
    return problems
  }

  private static func accepts(_ value: String, as type: String) -> Bool {
    switch type {
    case "integer": Int64(value) != nil && !value.hasPrefix("+")
    case "boolean": value == "true" || value == "false"
    default: !value.isEmpty
    }
  }

  private static func article(_ type: String) -> String {
    switch type {
    case "integer": "an integer"
    case "boolean": "`true` or `false`"
    default: "a text"
    }
  }
}
