/// What a finding means, why it matters, and how it is put right.
public struct ErrorPage: Equatable, Sendable {
  /// The code, such as `G104`.
  public let code: String
  /// One line that says what is wrong.
  public let title: String
  /// The body, in Markdown, without a line break at its end.
  public let text: String

  /// The whole page, in Markdown: the bytes of `docs/errors/CODE.md`.
  public var markdown: String { "# \(code): \(title)\n\n\(text)\n" }
}

/// The pages of all codes, for `sanderling explain` and `docs/errors`.
public enum ErrorPages {
  /// Every page, in the order of the codes.
  public static let all: [ErrorPage] =
    syntax + names + meaning + evidence + inventory + calendars + people + forecast + prudence + planning + arithmetic

  /// The page of a code; `nil` when there is none.
  public static func page(_ code: String) -> ErrorPage? { all.first { $0.code == code } }
}
