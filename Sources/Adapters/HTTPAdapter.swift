internal import HTTP
internal import Quantities

/// Asks a server over HTTP.
///
/// Configuration: `base`, `headers`, `timeout`, `verify`, `ca_file`, `idempotency_header`.
/// Arguments: `method`, `url`, `headers`, `body`, `expect: [STATUS]`, `outputs: {name: PATH}`, `check: {PATH: value}`;
/// for probes `applied: [STATUS]`, `not_applied: [STATUS]`, `applied_when: {PATH: value}`.
///
/// What a status means depends on whether the server may have acted before it answered. A 429 or 503 says that it did
/// not; a 500 or 504 after a request that changes something says nothing, so the effect is in doubt.
public struct HTTPAdapter: Adapter {
  let client: HTTPClient

  /// Makes the adapter with connections of its own.
  public init() {
    client = HTTPClient()
  }

  /// Sends the request and judges the response.
  public func apply(_ call: Call, report: @escaping @Sendable (Progress) -> Void) async -> ApplyOutcome {
    let plan: HTTPCall
    do throws(HTTPCall.Problem) {
      plan = try HTTPCall(call)
    } catch {
      return .notApplied(because: call.secrets.redact(error.sentence), retry: .permanent, answer: Answer())
    }
    do throws(HTTPFailure) {
      let exchange = Exchange(plan: plan, response: try await client.send(plan.request), redactor: call.secrets)
      report(.line(exchange.firstLine))
      return exchange.outcome
    } catch {
      switch error {
      case .badRequest(let reason):
        return .notApplied(because: call.secrets.redact(reason), retry: .permanent, answer: Answer())
      case .notSent(let reason):
        return .notApplied(
          because: call.secrets.redact("not sent: \(reason)"), retry: .transient(after: nil), answer: Answer())
      case .lost(let reason):
        let sentence = call.secrets.redact("no answer: \(reason)")
        return plan.request.isSafe
          ? .notApplied(because: sentence, retry: .transient(after: nil), answer: Answer())
          : .unknown(because: sentence, answer: Answer())
      }
    }
  }

  /// Sends the request and looks whether the response shows the effect.
  public func probe(_ call: Call) async -> ProbeOutcome {
    do {
      let plan = try HTTPCall(call)
      let response = try await client.send(plan.request)
      return Exchange(plan: plan, response: response, redactor: call.secrets).finding
    } catch let problem as HTTPCall.Problem {
      return .unknown(because: call.secrets.redact(problem.sentence))
    } catch HTTPFailure.badRequest(let reason), HTTPFailure.notSent(let reason), HTTPFailure.lost(let reason) {
      return .unknown(because: call.secrets.redact(reason))
    } catch {
      return .unknown(because: "the request failed")
    }
  }
}
