internal import Diagnostics
internal import Quantities
internal import Vocabularies

// One step, what it says in place of an operation, and steps that are written once.

extension Step {
  static let definition: Definition<Step> = Definition(
    "a step", "One action on one target.",
    aliases: [
      "name": "id", "run": "uses", "action": "uses", "operation": "uses", "args": "with", "arguments": "with",
      "input": "with", "rollback": "undo", "retries": "retry", "check": "probe",
    ],
    Step.init(
      id:summary:uses:with:idempotency:probe:settle:undo:undoCall:timeout:retry:isCutover:location:),
    .name("id", .identifier, "The identifier."),
    Forms.anyText.optional("summary", "One sentence for people."),
    .name("uses", .operation, "The operation, or an adapter used directly."),
    Forms.arguments("with", "What is handed to the operation."),
    Forms.choice(OperationDeclaration.Idempotency.self).located.optional(
      "idempotency", "What is known about doing it twice, where `uses` is an adapter; `none` when nothing is written."),
    probe,
    Forms.duration.located.optional(
      "settle", "How long \"not applied\" must hold before it counts, where `uses` is an adapter."),
    undo, undoCall,
    Forms.positiveDuration.optional("timeout", "The longest time of one attempt."),
    Forms.mapping(Retry.definition).optional("retry", "How often, and how far apart, it is tried."),
    Forms.boolean.standard(
      "cutover", "false", "The target is live from here on; without any in the stage, from its first step on."),
    .head
  )

  private static let probe: Part<DirectCall?> = {
    let shape = WrittenShape.either([.form(.operation), .mapping(DirectCall.probe.vocabulary)])
    let doc = "What tells whether it happened, where `uses` is an adapter: an operation, or a call of the adapter."
    return Part(keys: [Vocabulary.Key("probe", shape, doc)]) { mapping, reading in
      .value(DirectCall.read("probe", DirectCall.probe, of: mapping, &reading))
    }
  }()

  /// The call alone: the key `undo` is read by the part before it.
  private static let undoCall: Part<DirectCall?> = Part(keys: []) { mapping, reading in
    .value(
      mapping.value("undo")?.isMapping == true
        ? DirectCall.read("undo", DirectCall.undo, of: mapping, &reading) : nil)
  }

  private static let undo: Part<Located<Undo>> = Part(
    of: undoName.optional(
      "undo",
      "What takes it back: an operation, `none` when there is nothing to take back, or a call of the adapter."),
    // Anything but `false`: what was written instead of `true` has a finding already.
    WrittenForm(.boolean) { $0 != "false" }.standard("irreversible", "false", "It cannot be taken back.")
  ) { (mapping: WrittenMapping, reading: inout Reading, undo: Located<String>?, isIrreversible: Bool) in
    if isIrreversible, let place = mapping.node["undo"]?.location {
      reading.findings.append(.contradictoryUndo(at: place))
    }
    guard let undo else { return Located(isIrreversible ? .impossible : .ofOperation, at: mapping.head) }
    if undo.value.isEmpty, let name = mapping.value("uses")?.text {
      return Located(.operation(name), at: undo.location)
    }
    return Located(undo.value == "none" ? .nothing : .operation(undo.value), at: undo.location)
  }

  /// A name, or the one of a call that is written in place: empty where it is that of the step.
  private static let undoName: WrittenForm<Located<String>> = WrittenForm(
    .either([.form(.operation), .mapping(DirectCall.undo.vocabulary)])
  ) { node, _ in
    node.isMapping ? node["uses"]?.located ?? Located("", at: node.location) : node.located
  }
}

extension DirectCall {
  /// A call in place, as it is written.
  fileprivate struct Written: Sendable {
    var uses: Located<String>?
    var with: Arguments
    var idempotency: OperationDeclaration.Idempotency
    var timeout: Span?
    var location: SourceSpan
  }

  fileprivate static let probe: Definition<Written> = Definition(
    "`probe`", "A call of an adapter that tells whether the step happened.",
    aliases: ["args": "with", "arguments": "with", "adapter": "uses"],
    Written.init(uses:with:idempotency:timeout:location:),
    uses,
    Forms.arguments("with", "What the adapter is asked with."),
    Part(keys: []) { _, _ in .value(.none) },
    Forms.positiveDuration.optional("timeout", "The longest time of one look; `1m` when nothing is written."),
    .location
  )

  fileprivate static let undo: Definition<Written> = Definition(
    "`undo`", "A call of an adapter that takes the step back.",
    aliases: ["args": "with", "arguments": "with", "adapter": "uses"],
    Written.init(uses:with:idempotency:timeout:location:),
    uses,
    Forms.arguments("with", "What the adapter is asked with."),
    Forms.choice(OperationDeclaration.Idempotency.self).standard(
      "idempotency", "none", "What is known about doing it twice."),
    Forms.positiveDuration.optional("timeout", "The longest time of one attempt; `1h` when nothing is written."),
    .location
  )

  private static let uses: Part<Located<String>?> = Forms.text(.operation).located.optional(
    "uses", "The adapter; without it that of the step.")

  /// Reads the value of a key of a step: a name, or a call in place.
  fileprivate static func read(
    _ key: String, _ definition: Definition<Written>, of step: WrittenMapping, _ reading: inout Reading
  ) -> DirectCall? {
    guard let node = step.value(key) else { return nil }
    guard node.isMapping else {
      return node.located.map {
        DirectCall(
          uses: $0, with: nil, idempotency: .none, timeout: nil, isInPlace: false, location: node.location)
      }
    }
    guard let written = definition.read(node, &reading) else { return nil }
    let uses = written.uses ?? Located(step.value("uses")?.text ?? "", at: node.location)
    return DirectCall(
      uses: uses, with: written.with, idempotency: written.idempotency, timeout: written.timeout, isInPlace: true,
      location: node.location)
  }
}

extension Step {
  /// Steps in their order. Those that are written once were put in the place of their name before.
  static let stageForm: WrittenForm<[Step]> = WrittenForm(
    .either([listShape, .mapping(SharedSteps.reference)])
  ) { node, reading in
    var steps: [Step] = []
    for element in node.elements where element.isMapping {
      definition.read(element, &reading).map { steps.append($0) }
    }
    return steps
  }

  /// A list of steps, and of names of steps that are written once.
  static let listShape: WrittenShape = .list(
    .either([.mapping(SharedSteps.reference), .mapping(definition.vocabulary)]), minimum: 1)
}
