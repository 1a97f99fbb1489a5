internal import Diagnostics
internal import Quantities

// Names that refer to nothing, and names that stand twice.

extension Finding {
  /// A name that nothing has. The texts differ in the noun only, so one function writes them all.
  private static func unknown(
    _ code: String, _ name: String, _ noun: String, known: [String], create: String, at place: SourceSpan
  ) -> Finding {
    let few = known.count <= 20_000 ? known : []
    let nearest = few.first { $0.lowercased() == name.lowercased() } ?? Spelling.nearest(to: name, among: few)
    let listed = known.prefix(8).joined(separator: ", ")
    return Finding(
      code: code, message: "`\(name)` is not \(noun)", location: place,
      suggestion: nearest.map { "write `\($0)`" } ?? create, replacement: nearest,
      notes: known.isEmpty ? [] : ["known: \(listed)\(known.count > 8 ? ", …" : "")"])
  }

  static func duplicateID(_ id: Located<String>, noun: String, first: Int) -> Finding {
    Finding(
      code: "G110", message: "two \(noun) have the id `\(id.value)`", location: id.location,
      suggestion: "give this one another id", notes: ["the first one stands in line \(first)"])
  }

  static func unknownSignal(_ name: String, known: [String], at place: SourceSpan) -> Finding {
    unknown(
      "G112", name, "a signal of this runbook", known: known, create: "define it under `signals:`", at: place)
  }

  static func unknownQuantity(_ name: String, known: [String], at place: SourceSpan) -> Finding {
    unknown(
      "G148", name, "a quantity of the forecast", known: known, create: "define it under `quantities:` in the forecast",
      at: place)
  }

  static func unknownGate(_ name: Located<String>, known: [String]) -> Finding {
    unknown(
      "G113", name.value, "a gate of this runbook", known: known, create: "define it under `gates:`", at: name.location)
  }

  static func unknownOperation(
    _ name: String, environments: [String], known: [String], at place: SourceSpan
  ) -> Finding {
    let names = environments.map { "`\($0)`" }.joined(separator: ", ")
    let noun =
      switch environments.count {
      case 0: "an adapter"
      case 1: "an operation of the environment \(names), nor an adapter"
      default: "an operation of the environments \(names), nor an adapter"
      }
    return unknown(
      "G114", name, noun, known: known,
      create: environments.isEmpty
        ? "write an adapter, or add an environment that has the operation" : "define it under `operations:` there",
      at: place)
  }

  static func unknownProvider(_ name: Located<String>, known: [String]) -> Finding {
    unknown(
      "G115", name.value, "a provider of this environment, nor an adapter", known: known,
      create: "define it under `providers:`", at: name.location)
  }

  static func unknownAdapter(_ name: Located<String>, known: [String]) -> Finding {
    unknown(
      "G115", name.value, "an adapter that this version knows", known: known,
      create: "write one of \(known.map { "`\($0)`" }.joined(separator: ", "))", at: name.location)
  }

  static func unknownInventory(_ name: Located<String>, known: [String]) -> Finding {
    unknown(
      "G116", name.value, "an inventory of this runbook", known: known, create: "name it under `inventories:`",
      at: name.location)
  }

  static func withoutTargets(_ key: String, stage: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G116", message: "the stage `\(stage)` has \(key), but no targets", location: place,
      suggestion: "add `targets:` with the name of an inventory, or remove \(key)")
  }

  static func unknownTarget(_ id: Located<String>, inventory: Inventory) -> Finding {
    unknown(
      "G116", id.value, "a target of the inventory `\(inventory.name.value)`", known: inventory.ids,
      create: "write the id of a target", at: id.location)
  }

  static func unknownAttribute(
    _ name: String, inventory: String?, known: [String], at place: SourceSpan
  ) -> Finding {
    let noun = inventory.map { "an attribute of the inventory `\($0)`" } ?? "an attribute of any inventory"
    return unknown(
      "G117", name, noun, known: known, create: "add the column to the inventory, or write one that it has", at: place)
  }

  static func unknownParameter(_ name: String, known: [String], at place: SourceSpan) -> Finding {
    unknown(
      "G118", name, "a parameter of this runbook", known: known, create: "define it under `parameters:`", at: place)
  }

  static func unknownSteps(_ name: Located<String>, known: [String]) -> Finding {
    unknown(
      "G175", name.value, "a list of steps of this runbook", known: known,
      create: "define it under `steps:` at the top",
      at: name.location)
  }

  static func repeatedSteps(_ name: Located<String>, stage: String) -> Finding {
    Finding(
      code: "G110", message: "the steps `\(name.value)` stand in the stage `\(stage)` already", location: name.location,
      suggestion: "take them out here")
  }

  static func unknownStep(_ name: String, earlier: [String], exists: Bool, at place: SourceSpan) -> Finding {
    exists
      ? Finding(
        code: "G120", message: "the step `\(name)` comes later, so it has no outputs yet", location: place,
        suggestion: "move that step before this one")
      : unknown(
        "G120", name, "an earlier step of this stage", known: earlier, create: "write the id of an earlier step",
        at: place)
  }

  static func outputInEnvironment(_ reference: Template.Reference, at place: SourceSpan) -> Finding {
    Finding(
      code: "G120", message: "`${\(reference.text)}` refers to a step, but an environment knows no steps",
      location: place,
      suggestion: "hand it over in the step's `with`, and write `${with.…}` here")
  }

  static func badInterpolation(_ text: String, at place: SourceSpan) -> Finding {
    let closed = text.hasSuffix("}")
    let inner = String(text.dropFirst(2).filter { $0 != " " && $0 != "}" })
    let roots = ["target", "parameters", "steps", "with", "forecast"]
    let words = inner.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let foreign = [
      "param": "parameters", "params": "parameters", "var": "parameters", "inputs": "with", "args": "with",
    ]
    var meant: String?
    if let first = words.first {
      let root = foreign[first] ?? Spelling.nearest(to: first, among: roots) ?? first
      let candidate = ([root] + words.dropFirst()).joined(separator: ".")
      meant = Template.Reference(candidate).map { "${\($0.text)}" }
    }
    return Finding(
      code: "G119", message: closed ? "`\(text)` is not an interpolation" : "the interpolation `\(text)` has no `}`",
      location: place,
      suggestion: meant.map { "write `\($0)`" } ?? "write one of the forms below; `$${` stands for a plain `${`",
      replacement: meant,
      notes: [
        "interpolations: ${target.x}, ${parameters.x}, ${steps.id.outputs.x}, ${forecast.x}; in operations ${with.x}"
      ])
  }

  static func misplacedInterpolation(_ reference: Template.Reference, because: String, at place: SourceSpan) -> Finding
  {
    Finding(
      code: "G119", message: "`${\(reference.text)}` has no value here: \(because)", location: place,
      suggestion: "remove it, or write the value")
  }

  static func ofTheOperation(_ key: String, operation: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G176", message: "`\(key)` belongs to the operation `\(operation)`, which the step uses", location: place,
      suggestion: "write it at the operation, or let the step name an adapter")
  }

  static func callOfOperation(_ key: String, operation: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G176", message: "a `\(key)` in place asks an adapter, and `\(operation)` is an operation", location: place,
      suggestion: "write `\(key): \(operation)`")
  }

  static func notHandedOver(_ name: String, operation: String, environment: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G105", message: "the operation `\(operation)` reads `${with.\(name)}`, which this step does not hand over",
      location: place, suggestion: "add `with: { \(name): … }` to the step", notes: ["environment `\(environment)`"])
  }
}

extension Finding {
  static func zoneOfTarget(inventory: Inventory, programme: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G117",
      message: "the window counts in the zone of each target, but `\(inventory.name.value)` has no column `zone`",
      location: place, suggestion: "add the column, or write `zone: \(programme)`")
  }

  static func zoneWithoutTargets(programme: String, at place: SourceSpan) -> Finding {
    Finding(
      code: "G117", message: "the window counts in the zone of each target, but the stage has no targets",
      location: place, suggestion: "write `zone: \(programme)`")
  }
}

extension Finding {
  /// A name of the performance model that nothing has.
  static func unknownInModel(_ name: Located<String>, _ noun: String, known: [String], create: String) -> Finding {
    unknown("G168", name.value, noun, known: known, create: create, at: name.location)
  }

  /// A name of the risk register, or of a risk, that nothing has.
  static func unknownInRegister(_ name: Located<String>, _ noun: String, known: [String]) -> Finding {
    unknown("G169", name.value, noun, known: known, create: "define it, or take it out", at: name.location)
  }
}
