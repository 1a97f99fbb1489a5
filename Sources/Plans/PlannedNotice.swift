public import Quantities

/// Somebody who is told when something happens.
public struct PlannedNotice: Hashable, Sendable {
  /// About what: the classes of events.
  public var classes: [String]
  /// What the message looks like: `text`, `slack`, `teams` or `cloudevents`.
  public var form: String
  /// The operation that tells.
  public var operation: String
  /// The provider's name.
  public var provider: String
  /// The arguments, without the message.
  public var arguments: ArgumentTemplate
  /// The longest time of one attempt.
  public var timeout: Span

  /// Makes a notice.
  public init(
    classes: [String], form: String, operation: String, provider: String, arguments: ArgumentTemplate, timeout: Span
  ) {
    self.classes = classes
    self.form = form
    self.operation = operation
    self.provider = provider
    self.arguments = arguments
    self.timeout = timeout
  }
}

extension PlannedNotice: Planned {
  static let fields = Fields(PlannedNotice.init(classes:form:operation:provider:arguments:timeout:)) {
    Item("classes", { $0.classes }, .list(.text), as: "tells", .grew)
    Item("form", { $0.form }, .text, .same)
    Item("operation", { $0.operation }, .text, .grew)
    Item("provider", { $0.provider }, .text, .grew)
    Item("arguments", { $0.arguments }, .arguments, .arguments)
    Item("timeout_ms", { $0.timeout }, .span, as: "timeout", .grew)
  }
}
