internal import HTTP
internal import Quantities

/// Looks at `/metrics` pages and remembers what they said; signals that ask close together share a look.
actor PageReader {
  private let client: HTTPClient
  private var pages: [String: Page] = [:]

  private struct Page {
    var memory = PageMemory()
    /// When it was looked at last, and whether it answered.
    var newest: Instant?
    var failure: String?
    /// Whether it ever answered: a place that is not built yet is no part of a sum.
    var isKnown = false
    var look: Task<Void, Never>?
  }

  init(client: HTTPClient) {
    self.client = client
  }

  /// What one look came to.
  enum Look: Sendable {
    case results([String: PageEvaluation.Result])
    case failed(String)
  }

  /// Looks at all pages, unless they were looked at a moment ago, and evaluates a query.
  ///
  /// - Parameters:
  ///   - query: the query.
  ///   - urls: the pages.
  ///   - observation: the window, the sampling interval and the time.
  ///   - request: the request for a page.
  /// - Returns: values by series. A page that answered before and does not now takes its series with it; a query
  ///   without series fails then, since its sum would be too small.
  func look(
    _ query: PageQuery, urls: [String], _ observation: Observation,
    request: @escaping @Sendable (String) -> HTTPRequest
  ) async -> Look {
    for url in urls {
      pages[url, default: Page()].memory.want(query, window: observation.window)
      let recent = observation.now + Span(milliseconds: -observation.every.milliseconds * 2 / 5)
      if let newest = pages[url]?.newest, newest >= recent || newest > observation.now { continue }
      if pages[url]?.look == nil {
        pages[url]?.look = Task { await self.visit(url, at: observation.now, request(url)) }
      }
    }
    for url in urls { await pages[url]?.look?.value }
    let known = urls.compactMap { pages[$0] }.filter(\.isKnown)
    let failures = urls.compactMap { pages[$0]?.failure }
    if known.isEmpty || failures.count == urls.count { return .failed(failures.first ?? "no page answered") }
    if query.by == nil, let failed = known.compactMap(\.failure).first { return .failed(failed) }
    let answered = known.filter { $0.failure == nil }.map(\.memory)
    return .results(PageEvaluation(query: query, window: observation.window, pages: answered).results)
  }

  private func visit(_ url: String, at: Instant, _ request: HTTPRequest) async {
    defer {
      pages[url]?.look = nil
      pages[url]?.newest = at
    }
    do throws(HTTPFailure) {
      let response = try await client.send(request)
      guard (200...299).contains(response.status), !response.isCut else {
        pages[url]?.failure = response.isCut ? "\(url) is too long" : "\(url) answered \(response.status)"
        return
      }
      let names = pages[url]?.memory.names ?? []
      let samples = MetricsPage.samples(response.body) { names.contains($0) }
      pages[url]?.memory.take(samples, at: at)
      pages[url]?.failure = nil
      pages[url]?.isKnown = true
    } catch {
      switch error {
      case .notSent(let why), .lost(let why), .badRequest(let why):
        pages[url]?.failure = "\(url) does not answer: \(why)"
      }
    }
  }
}
