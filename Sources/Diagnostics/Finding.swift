/// One thing that is wrong in a file, where it is, and what to write instead.
public struct Finding: Hashable, Sendable {
  /// Whether the finding stops the command.
  public enum Severity: String, Hashable, Sendable { case error, warning }

  /// A stable code such as `G104`, explained by `sanderling explain G104`.
  public let code: String
  public let severity: Severity
  /// One sentence in the present tense, without a trailing full stop.
  public let message: String
  public let location: SourceSpan
  /// What to write instead, when there is one good answer: `write `require``.
  public let suggestion: String?
  /// The text that would take the place of the span, for editors.
  public let replacement: String?
  /// Further lines that help, such as the keys that do exist.
  public let notes: [String]

  public init(
    code: String, severity: Severity = .error, message: String, location: SourceSpan, suggestion: String? = nil,
    replacement: String? = nil, notes: [String] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.location = location
    self.suggestion = suggestion
    self.replacement = replacement
    self.notes = notes
  }

  /// The finding with an addition to its sentence.
  public func adding(_ words: String) -> Finding {
    Finding(
      code: code, severity: severity, message: "\(message) (\(words))", location: location, suggestion: suggestion,
      replacement: replacement, notes: notes)
  }
}

extension Sequence<Finding> {
  /// Whether one of the findings stops the command.
  public var hasErrors: Bool { contains { $0.severity == .error } }

  /// The findings in the order in which a person reads files: by place, and by code at one place.
  public var inReadingOrder: [Finding] {
    sorted { ($0.location, $0.code, $0.message) < ($1.location, $1.code, $1.message) }
  }
}
