public import Quantities

/// One action on one target, as a template.
public struct PlannedStep: Hashable, Sendable {
  /// The identifier.
  public var id: String
  /// One sentence for people.
  public var summary: String?
  /// What it does.
  public var call: PlannedCall
  /// What takes it back.
  public var undo: PlannedUndo
  /// The number of attempts, the first one included.
  public var attempts: Int
  /// The wait between attempts.
  public var wait: SpanRange
  /// Whether its end makes the target live.
  public var isCutover: Bool

  package init(
    id: String, summary: String? = nil, call: PlannedCall, undo: PlannedUndo, attempts: Int, wait: SpanRange,
    isCutover: Bool = false
  ) {
    self.id = id
    self.summary = summary
    self.call = call
    self.undo = undo
    self.attempts = attempts
    self.wait = wait
    self.isCutover = isCutover
  }
}

extension PlannedStep {
  /// What the step asks of providers: its call, and the one that takes it back.
  package var calls: [PlannedCall] {
    if case .call(let undo) = undo { [call, undo] } else { [call] }
  }

  /// Everything that the step's arguments refer to: those of its call, its undo and their probes.
  public var references: [Template.Reference] {
    calls.flatMap { $0.arguments.references + ($0.probe?.arguments.references ?? []) }
  }
}

/// What takes a step back.
public enum PlannedUndo: Hashable, Sendable {
  case call(PlannedCall)
  case nothing
  case impossible
}

/// A request to a provider, as a template.
public struct PlannedCall: Hashable, Sendable {
  /// The operation's name, such as `documents.backfill`.
  public var operation: String
  /// The provider's name.
  public var provider: String
  /// Attributes of the target and outputs of earlier steps are still open in them.
  public var arguments: ArgumentTemplate
  /// What is known about doing it twice.
  public var idempotency: Idempotency
  /// The longest time of one attempt.
  public var timeout: Span
  /// How long "not applied" must hold before it counts.
  public var settle: Span
  /// How to look whether it happened.
  public var probe: PlannedProbe?

  package init(
    operation: String, provider: String, arguments: ArgumentTemplate, idempotency: Idempotency, timeout: Span,
    settle: Span, probe: PlannedProbe? = nil
  ) {
    self.operation = operation
    self.provider = provider
    self.arguments = arguments
    self.idempotency = idempotency
    self.timeout = timeout
    self.settle = settle
    self.probe = probe
  }
}

/// What is known about doing something twice.
public enum Idempotency: String, Hashable, Sendable, CaseIterable { case natural, key, none }

/// How to look whether a call took effect.
public struct PlannedProbe: Hashable, Sendable {
  /// The operation's name.
  public var operation: String
  /// The provider's name.
  public var provider: String
  public var arguments: ArgumentTemplate
  /// The longest time of one look.
  public var timeout: Span

  package init(operation: String, provider: String, arguments: ArgumentTemplate, timeout: Span) {
    self.operation = operation
    self.provider = provider
    self.arguments = arguments
    self.timeout = timeout
  }
}

extension PlannedStep: Planned {
  static let fields = Fields(PlannedStep.init(id:summary:call:undo:attempts:wait:isCutover:)) {
    Item("id", { $0.id }, .text, .identity)
    Item("summary", { $0.summary }, .optional(.text), .optional(isRisk: false, none: "none"))
    Item("call", { $0.call }, PlannedCall.fields.form, as: "", .inside(PlannedCall.fields))
    Item("undo", { $0.undo }, .undo, .undo)
    Item("attempts", { $0.attempts }, .integer(1...1_000_000_000), .more)
    Item("wait", { $0.wait }, .spans, as: "wait between attempts", .grew)
    Item("cutover", { $0.isCutover }, .flag.usually(false), as: "makes the target live", .grew)
  }
}

extension PlannedCall: Planned {
  static let fields = Fields(PlannedCall.init(operation:provider:arguments:idempotency:timeout:settle:probe:)) {
    Item("operation", { $0.operation }, .text, .grew)
    Item("provider", { $0.provider }, .text, .grew)
    Item("arguments", { $0.arguments }, .arguments, .arguments)
    Item("idempotency", { $0.idempotency }, .word, .idempotency)
    Item("timeout_ms", { $0.timeout }, .span, as: "timeout", .grew)
    Item("settle_ms", { $0.settle }, .span, as: "settle", .less)
    // A probe decides what a person would be asked, so one more is no less risk.
    Item(
      "probe", { $0.probe }, PlannedProbe.fields.form.optional,
      .inside(PlannedProbe.fields, added: .grew, removed: .grew, words: { "(\($0.operation))" }))
  }
}

extension PlannedProbe: Planned {
  static let fields = Fields(PlannedProbe.init(operation:provider:arguments:timeout:)) {
    Item("operation", { $0.operation }, .text, .grew)
    Item("provider", { $0.provider }, .text, .grew)
    Item("arguments", { $0.arguments }, .arguments, .arguments)
    Item("timeout_ms", { $0.timeout }, .span, as: "timeout", .grew)
  }
}
