public import Quantities

/// Why a secret could not be read. Never holds a secret.
public enum SecretFailure: Error, Equatable, Sendable {
  /// The environment has no such variable.
  case noVariable(String)
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// Nothing reads this kind of place.
  case unavailable(SecretReference)
  /// The text is not a reference.
  case notAReference(String)

  /// What can be done about it.
  public enum Remedy: Sendable {
    /// Somebody may bring it back while the run goes on: a file that is not there now.
    case wait
    /// Another start of this program can have it, and this one never will.
    case startAgain
    /// The plan is wrong.
    case none
  }

  /// What can be done about it.
  public var remedy: Remedy {
    switch self {
    case .unreadable: .wait
    case .noVariable: .startAgain
    case .unavailable, .notAReference: .none
    }
  }

  /// One sentence for people, without a full stop.
  public var message: String {
    switch self {
    case .noVariable(let name): "the environment has no variable `\(name)`"
    case .unreadable(let path, let reason): "the secret file `\(path)` cannot be read: \(reason)"
    case .unavailable(let reference): "`\(reference.text)`: secrets from `\(reference.scheme):` are not available yet"
    case .notAReference(let text): "`\(text)` is not a secret reference; write `env:NAME` or `file:PATH`"
    }
  }
}

/// Reads secrets when they are needed, and puts them in place.
public struct SecretResolver: Sendable {
  private let environment: [String: String]
  private let reading: @Sendable (String) throws -> String

  /// Makes a resolver.
  ///
  /// - Parameters:
  ///   - environment: where `env:` looks.
  ///   - reading: reads the file at a path, for `file:`.
  public init(environment: [String: String], reading: @escaping @Sendable (String) throws -> String) {
    self.environment = environment
    self.reading = reading
  }

  /// Makes a resolver that reads the files of this machine.
  public init(environment: [String: String]) {
    self.init(environment: environment) { path throws(FileProblem) in try text(ofFile: path, limit: Self.sizeLimit) }
  }

  /// A secret is never larger than this, in bytes.
  private static let sizeLimit = 1 << 20

  /// The secret behind a reference; of a file, without one line break at its end.
  public func resolve(_ reference: SecretReference) throws(SecretFailure) -> String {
    switch reference.scheme {
    case "env":
      guard let value = environment[reference.name] else { throw .noVariable(reference.name) }
      return value
    case "file":
      let text: String
      do {
        text = try reading(reference.name)
      } catch {
        throw .unreadable(path: reference.name, reason: "\(error)")
      }
      // A carriage return and a line feed are one Character in Swift: this drops either form.
      return text.last?.isNewline == true ? String(text.dropLast()) : text
    default:
      throw .unavailable(reference)
    }
  }

  /// Replaces every `{"secret": "env:NAME"}` in a value by the secret, which the redactor learns.
  public func fill(_ json: JSON, redactor: inout Redactor) throws(SecretFailure) -> JSON {
    switch json {
    case .array(let elements):
      var filled: [JSON] = []
      for element in elements { filled.append(try fill(element, redactor: &redactor)) }
      return .array(filled)
    case .object(let object):
      if object.count == 1, let text = object["secret"]?.string {
        guard let reference = SecretReference(text) else { throw .notAReference(text) }
        let secret = try resolve(reference)
        redactor.learn(secret)
        return .string(secret)
      }
      var filled = JSONObject()
      for (key, value) in object.members { filled[key] = try fill(value, redactor: &redactor) }
      return .object(filled)
    default:
      return json
    }
  }
}
