public import Adapters
internal import Engine
public import Plans
internal import Quantities
internal import Vocabularies

/// The configured providers of a plan, ready to be called.
public struct Providers: Sendable {
  private struct Provider: Sendable {
    var adapter: any Adapter
    var configuration: JSON
  }

  private var providers: [String: Provider] = [:]
  private let directory: String
  private let secrets: SecretResolver
  private let roster: Roster?
  private let digests = FileDigests()
  /// What has to be blacked out in whatever a provider says, whoever gets it.
  private let plainSecrets: [String]

  /// Binds the providers of a plan to adapters.
  ///
  /// - Parameters:
  ///   - plan: the plan.
  ///   - adapter: finds an adapter by name.
  ///   - secrets: reads secrets when they are needed.
  ///   - directory: the directory that relative paths start from.
  ///   - roster: where processes write themselves down.
  /// - Throws: ``ProviderError`` when the plan names an adapter that does not exist.
  public init(
    of plan: Plan, adapter: (String) -> (any Adapter)?, secrets: SecretResolver, directory: String,
    roster: Roster? = nil
  ) throws(ProviderError) {
    self.directory = directory
    self.secrets = secrets
    self.roster = roster
    plainSecrets = plan.plainSecrets
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

  /// How many requests may be open at once: what this machine has room for, where one of the providers needs some.
  public var room: Int {
    Self.needRoom(providers.values.lazy.map(\.adapter.facts)) ? Room.requests : .max
  }

  /// Whether what this machine has room for bounds requests: all of them, as soon as one provider needs some. An
  /// adapter that nobody knows does.
  static func needRoom(_ facts: some Sequence<AdapterFacts?>) -> Bool { facts.contains { $0?.needsRoom ?? true } }

  /// Whether a provider starts something that outlives an executor which is killed.
  public var needsRoster: Bool { providers.values.contains { $0.adapter.facts.needsReclaiming } }

  /// Ends what an attempt of an earlier executor left at work with some providers.
  ///
  /// - Returns: what could not be ended, in words.
  /// - Throws: ``ProviderError`` for a provider that there is not.
  func reclaim(_ attempt: Attempt, from names: [String]) async throws(ProviderError) -> [String] {
    var attempt = attempt
    attempt.journal = roster?.journal ?? ""
    var left: [String] = []
    for name in names {
      guard let adapter = providers[name]?.adapter else {
        throw ProviderError(message: "the plan has no provider `\(name)`")
      }
      if adapter.facts.needsReclaiming { left += await adapter.reclaim(attempt) }
    }
    return left
  }

  /// How a notice goes through a provider; `nil` when none can.
  func notice(through provider: String) -> AdapterFacts.Notice? { providers[provider]?.adapter.facts.notice }

  /// The files that a request names, with their digests as they are now. Secrets are no file names.
  func files(of request: Request) -> [CalledFile] {
    guard let provider = providers[request.provider] else { return [] }
    return digests.digests(
      of: provider.adapter.calledFiles(
        configuration: provider.configuration, arguments: request.arguments, directory: directory))
  }

  /// Fills secrets in and makes the call.
  ///
  /// - Returns: the adapter and the call, or why there is none.
  func call(_ request: Request, run: String, fence: Int64) -> Result<(adapter: any Adapter, call: Call), ProviderError>
  {
    if let place = Self.blackedOut(in: request) {
      return .failure(
        ProviderError(
          message: "\(place) holds a secret that was blacked out, which is no value: hand the secret itself over, as "
            + "`{ secret: env:NAME }`"))
    }
    return call(
      of: request.provider, arguments: request.arguments,
      Call(
        run: run, path: request.path, attempt: request.attempt, idempotencyKey: request.key, fence: fence,
        deadline: request.deadline, timeout: request.timeout, cursor: request.cursor, arguments: .null,
        directory: directory))
  }

  /// Where what is handed over has the mark of a blacked out secret instead of a value, such as ``url`` or
  /// ``command[3]``: an output of an earlier step held a secret.
  private static func blackedOut(in request: Request) -> String? {
    if request.cursor?.contains(Redactor.mark) == true { return "the cursor of the last attempt" }
    return blackedOut(in: request.arguments, at: "").map { "`\($0)`" }
  }

  private static func blackedOut(in value: JSON, at place: String) -> String? {
    switch value {
    case .string(let text): return text.contains(Redactor.mark) ? place : nil
    case .array(let elements):
      return elements.enumerated().lazy.compactMap { blackedOut(in: $1, at: "\(place)[\($0)]") }.first
    case .object(let object):
      return object.members.lazy.compactMap { blackedOut(in: $1, at: place.isEmpty ? $0 : "\(place).\($0)") }.first
    case .null, .bool, .integer, .decimal: return nil
    }
  }

  /// Fills secrets in and makes the call that measures a signal.
  ///
  /// - `key`: what makes the question different from all others: whoever ends it ends no other.
  func call(
    _ signal: PlannedSignal, arguments: JSON, run: String, key: String, fence: Int64, now: Instant
  ) -> Result<(adapter: any Adapter, call: Call), ProviderError> {
    call(
      of: signal.provider, arguments: arguments,
      Call(
        run: run, path: "signals/\(signal.name)", attempt: 1, idempotencyKey: key, fence: fence,
        deadline: now + signal.timeout, timeout: signal.timeout, arguments: .null, directory: directory))
  }

  /// Fills secrets in and makes the call that tells somebody.
  func call(
    _ notice: PlannedNotice, arguments: JSON, run: String, fence: Int64, key: String, at: Instant
  ) -> Result<(adapter: any Adapter, call: Call), ProviderError> {
    call(
      of: notice.provider, arguments: arguments,
      Call(
        run: run, path: "notices/\(notice.operation)", attempt: 1, idempotencyKey: key, fence: fence,
        deadline: at + notice.timeout, timeout: notice.timeout, arguments: .null, directory: directory))
  }

  private func call(
    of name: String, arguments: JSON, _ call: Call
  ) -> Result<(adapter: any Adapter, call: Call), ProviderError> {
    guard let provider = providers[name] else {
      return .failure(ProviderError(message: "the plan has no provider `\(name)`"))
    }
    var call = call
    call.roster = roster
    for secret in plainSecrets { call.secrets.learn(secret) }
    do throws(SecretFailure) {
      call.configuration = try secrets.fill(provider.configuration, redactor: &call.secrets)
      call.arguments = try secrets.fill(arguments, redactor: &call.secrets)
      return .success((provider.adapter, call))
    } catch {
      return .failure(ProviderError(message: error.message, secret: error.remedy))
    }
  }
}

/// Why a provider cannot be called.
public struct ProviderError: Error, Equatable, Sendable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String
  /// For a secret that cannot be read: what can be done about it.
  let secret: SecretFailure.Remedy

  init(message: String, secret: SecretFailure.Remedy = .none) {
    self.message = message
    self.secret = secret
  }
}
