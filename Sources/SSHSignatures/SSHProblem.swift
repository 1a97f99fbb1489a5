/// Why something of OpenSSH's is not what it should be, or does not count.
public struct SSHProblem: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String
  /// Whether it is whole and can never sign here: a kind of key that is not taken, or one that is too short.
  let isOfPowerlessKey: Bool

  init(_ message: String, isOfPowerlessKey: Bool = false) {
    self.message = message
    self.isOfPowerlessKey = isOfPowerlessKey
  }
}
