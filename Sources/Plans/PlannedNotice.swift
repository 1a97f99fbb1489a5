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

  func encode(to writer: inout CanonicalWriter) {
    writer.object {
      $0.member("arguments", arguments.json)
      $0.member("classes", strings: classes)
      $0.member("form", form)
      $0.member("operation", operation)
      $0.member("provider", provider)
      $0.member("timeout_ms", timeout.milliseconds)
    }
  }

  init(_ reader: MemberReader) throws(PlanError) {
    guard let arguments = ArgumentTemplate(try reader.member("arguments")) else {
      throw reader.wrong("arguments", "a tree of arguments")
    }
    self.init(
      classes: try reader.array("classes").compactMap(\.string), form: try reader.text("form"),
      operation: try reader.text("operation"), provider: try reader.text("provider"), arguments: arguments,
      timeout: try reader.span("timeout_ms"))
  }

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
