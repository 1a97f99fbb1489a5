/// A place in a file: where it starts and, on the same line, where it ends.
public struct SourceSpan: Hashable, Sendable, Comparable {
  /// The file, as the user would name it: relative to where the command was started, or as it was given.
  public let file: String
  /// The line, counted from 1. 0 means the file as a whole.
  public let line: Int
  /// The first column, counted from 1 in Unicode scalars.
  public let column: Int
  /// The column after the last one; equal to ``column`` for a place without width.
  public let endColumn: Int

  /// Makes a span; without `endColumn` it is one column wide.
  public init(file: String, line: Int = 0, column: Int = 0, endColumn: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.endColumn = max(endColumn ?? column + 1, column)
  }

  /// `file:line:column`, or the file alone.
  public var text: String { line == 0 ? file : "\(file):\(line):\(column)" }

  /// The order in which a person reads: by file, then by place.
  public static func < (left: SourceSpan, right: SourceSpan) -> Bool {
    (left.file, left.line, left.column, left.endColumn) < (right.file, right.line, right.column, right.endColumn)
  }
}
