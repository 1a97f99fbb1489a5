public import Quantities

/// Somebody who is told when something happens.
public struct PlannedNotice: Hashable, Sendable {
  /// What somebody may be told about.
  public enum Class: String, Hashable, Sendable, CaseIterable {
    case needsPerson = "needs_person"
    case evidence, rollback, waves, finished, emergency
  }

  /// What a message looks like.
  public enum Form: String, Hashable, Sendable, CaseIterable { case text, slack, teams, cloudevents }

  public var classes: [Class]
  public var form: Form
  /// The operation that tells.
  public var operation: String
  /// The provider's name.
  public var provider: String
  /// The arguments, without the message.
  public var arguments: ArgumentTemplate
  /// The longest time of one attempt.
  public var timeout: Span

  public init(
    classes: [Class], form: Form, operation: String, provider: String, arguments: ArgumentTemplate, timeout: Span
  ) {
    self.classes = classes
    self.form = form
    self.operation = operation
    self.provider = provider
    self.arguments = arguments
    self.timeout = timeout
  }
}

extension PlannedNotice {
  /// What it tells of: `needs_person, rollback`.
  var subjects: String { classes.map(\.rawValue).joined(separator: ", ") }
}

extension PlannedNotice.Class: Worded {}

extension PlannedNotice.Form: Worded {}

extension PlannedNotice: Planned {
  static let fields = Fields(PlannedNotice.init(classes:form:operation:provider:arguments:timeout:)) {
    Item("classes", { $0.classes }, .list(.word), as: "tells", .grew)
    Item("form", { $0.form }, .word, .grew)
    Item("operation", { $0.operation }, .text, .grew)
    Item("provider", { $0.provider }, .text, .grew)
    Item("arguments", { $0.arguments }, .arguments, .arguments)
    Item("timeout_ms", { $0.timeout }, .span, as: "timeout", .grew)
  }
}
