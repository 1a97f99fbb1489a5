internal import HTTP
internal import Quantities

/// Measures through Prometheus: asks a server, or reads `/metrics` pages itself.
///
/// Configuration: `server: URL` or `pages: [URL]`; `headers`, `verify`, `ca_file`, `timeout`.
/// Arguments for a server: `query` (PromQL), `count` (PromQL for the events under a ratio), `by` (the label that names
/// the series).
/// Arguments for pages: one of `value`, `total`, `increase`, `rate`, `ratio` with `of`, `histogram` with `quantile`;
/// `where`, `where_of`, `by`, `combine`, `times`.
///
/// A server knows the past, so what was missed can be asked for; pages only know the present.
public struct PrometheusAdapter: Adapter {
  private let client: HTTPClient
  private let reader: PageReader

  /// Makes the adapter with connections and a memory of its own.
  public init() {
    let client = HTTPClient()
    self.client = client
    reader = PageReader(client: client)
  }

  /// It changes nothing.
  public func apply(_ call: Call, report: @escaping @Sendable (Progress) -> Void) async -> ApplyOutcome {
    .notApplied(because: "prometheus measures and changes nothing", retry: .permanent, answer: Answer())
  }

  /// There is nothing to look for.
  public func probe(_ call: Call) async -> ProbeOutcome {
    .unknown(because: "prometheus measures and changes nothing")
  }

  /// The server, where one is named: an empty name leaves the pages to us.
  private static func server(_ call: Call) -> String? {
    call.configuration["server"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Measures a signal.
  public func observe(_ observation: Observation) async -> ObserveOutcome {
    let outcome = await measure(observation)
    let secrets = observation.call.secrets
    return switch outcome {
    case .measured: outcome
    case .partly(let samples, let failed, let because):
      .partly(samples, failed: failed.mapValues { secrets.redact($0) }, because: secrets.redact(because))
    case .failed(let because): .failed(because: secrets.redact(because))
    }
  }

  private func measure(_ observation: Observation) async -> ObserveOutcome {
    let configuration = observation.call.configuration
    if let server = Self.server(observation.call) {
      return await PrometheusServer(base: server, client: client).observe(observation) {
        Self.request($0, observation.call)
      }
    }
    let pages = (configuration["pages"]?.array ?? []).compactMap(\.string)
    guard !pages.isEmpty else {
      return .failed(because: "the provider needs `server`, the address of a Prometheus, or `pages`")
    }
    do throws(PageQuery.Problem) {
      let query = try PageQuery(observation.call.arguments)
      let call = observation.call
      switch await reader.look(query, urls: pages, observation, request: { Self.request($0, call) }) {
      case .failed(let because): return .failed(because: because)
      case .results(let results, let failed):
        let samples = results.map {
          MeasuredSample(series: $0.key, at: observation.now, value: $0.value.value, count: $0.value.count)
        }
        guard let because = failed.values.min() else { return .measured(samples) }
        return .partly(samples.filter { failed[$0.series] == nil }, failed: failed, because: because)
      }
    } catch {
      return .failed(because: error.sentence)
    }
  }

  /// So many bytes of a page or an answer are read.
  static let mostBytes = 32 << 20

  private static func request(_ url: String, _ call: Call) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", url: url, maxBodyBytes: mostBytes)
    let configured = call.configuration["timeout"]?.string.flatMap { Span($0) } ?? call.timeout
    request.timeout = Int(clamping: max(1, min(call.timeout, configured).milliseconds))
    request.connectTimeout = min(request.timeout, 10_000)
    request.verifyTLS = call.configuration["verify"]?.flag ?? true
    request.caFile = call.configuration["ca_file"]?.string.map { absolute($0, from: call.directory) }
    request.headers = (call.configuration["headers"]?.members ?? []).map { ($0.key, $0.value.plainText) }
    return request
  }
}
