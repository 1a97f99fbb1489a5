public import Diagnostics

/// A value together with the place where it was written.
public struct Located<Value: Sendable>: Sendable {
  public var value: Value
  /// Where it was written.
  public var location: SourceSpan

  public init(_ value: Value, at location: SourceSpan) {
    self.value = value
    self.location = location
  }
}

extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
