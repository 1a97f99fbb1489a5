public import Adapters
internal import Engine
public import Planning
internal import Quantities

/// The configured providers of a plan, ready to be called.
public struct Providers: Sendable {
  private struct Provider: Sendable {
    var adapter: any Adapter
    var configuration: JSON
  }

  private var providers: [String: Provider] = [:]
  private let directory: String
  private let secrets: SecretResolver

  /// Binds the providers of a plan to adapters.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - adapter: finds an adapter by name.
  ///   - secrets: reads secrets when they are needed.
  ///   - directory: the directory that relative paths start from.
  /// - Throws: ``ProviderError`` when the plan names an adapter that does not exist.
  public init(
    of plan: Plan, adapter: (String) -> (any Adapter)?, secrets: SecretResolver, directory: String
  ) throws(ProviderError) {
    self.directory = directory
    self.secrets = secrets
    for provider in plan.providers {
      guard let adapter = adapter(provider.adapter) else {
        throw ProviderError(
          message: "provider `\(provider.name)` needs the adapter `\(provider.adapter)`, which this program has not")
      }
      guard case .success(let configuration) = provider.configuration.fill({ _ in nil }) else {
        throw ProviderError(message: "the configuration of provider `\(provider.name)` refers to a target")
      }
      providers[provider.name] = Provider(adapter: adapter, configuration: configuration)
    }
  }

  /// Fills secrets in and makes the call.
  ///
  /// - Returns: the adapter and the call, or why there is none.
  func call(_ request: Request, run: String, fence: Int64) -> Result<(adapter: any Adapter, call: Call), ProviderError>
  {
    guard let provider = providers[request.provider] else {
      return .failure(ProviderError(message: "the plan has no provider `\(request.provider)`"))
    }
    var redactor = Redactor()
    do throws(SecretFailure) {
      let configuration = try secrets.fill(provider.configuration, redactor: &redactor)
      let arguments = try secrets.fill(request.arguments, redactor: &redactor)
      return .success(
        (
          provider.adapter,
          Call(
            run: run, path: request.path, attempt: request.attempt, idempotencyKey: request.key, fence: fence,
            deadline: request.deadline, timeout: request.timeout, cursor: request.cursor, configuration: configuration,
            arguments: arguments, directory: directory, secrets: redactor)
        ))
    } catch {
      return .failure(ProviderError(message: error.message))
    }
  }
}

/// Why a provider cannot be called.
public struct ProviderError: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String
}
