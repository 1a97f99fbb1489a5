internal import Quantities

extension Plan {
  /// The values of parameters whose names promise a secret. They stand in the plan as they were given, and nothing that
  /// people read shows them. Short ones and words such as `true` would hide everything and protect nothing.
  public var plainSecrets: [String] {
    parameters.filter { SecretReference.isPromised(by: $0.name) && $0.value.utf8.count >= 6 }.map(\.value)
      .sorted { $0.utf8.count > $1.utf8.count }
  }

  /// A text without ``plainSecrets``.
  func shown(_ text: String) -> String {
    plainSecrets.reduce(text) { $0.replacing($1, with: Secret.mark) }
  }
}
