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
    /// Values by series, and the series that could not be asked about, each with the reason.
    case results([String: PageEvaluation.Result], failed: [String: String])
    case failed(String)
  }

  /// Looks at all pages, unless they were looked at a moment ago, and evaluates a query.
  ///
  /// - Parameters:
  ///   - query: the query.
  ///   - urls: the pages.
  ///   - observation: the window, the sampling interval and the time.
  ///   - request: the request for a page.
  /// - Returns: values by series, and the series of which a page that does not answer now has a part: their sums would
  ///   be too small, and their silence is none. A query without series fails then as a whole.
  func look(
    _ query: PageQuery, urls: [String], _ observation: Observation,
    request: @escaping @Sendable (String) -> HTTPRequest
  ) async -> Look {
    for url in urls {
      pages[url, default: Page()].memory.want(query, window: observation.window)
      let recent = observation.now + Span(milliseconds: -observation.every.milliseconds * 2 / 5)
      if let newest = pages[url]?.newest, newest >= recent,
        newest <= observation.now + observation.every
      {
        continue
      }
      if pages[url]?.look == nil {
        pages[url]?.look = Task {
          await self.visit(url, at: observation.now, request(url), secrets: observation.call.secrets)
        }
      }
    }
    for url in urls { await pages[url]?.look?.value }
    let known = urls.compactMap { pages[$0] }.filter(\.isKnown)
    let failures = urls.compactMap { pages[$0]?.failure }
    if known.isEmpty || failures.count == urls.count { return .failed(failures.first ?? "no page answered") }
    if query.by == nil, let failed = known.compactMap(\.failure).first { return .failed(failed) }
    let answered = known.filter { $0.failure == nil }.map(\.memory)
    let results = PageEvaluation(query: query, window: observation.window, pages: answered).results
    return .results(results, failed: failed(query, known: known, failures, results, wanted: observation.series))
  }

  /// The wanted series that a page without an answer has something to say about, or may have.
  private func failed(
    _ query: PageQuery, known: [Page], _ failures: [String], _ results: [String: PageEvaluation.Result],
    wanted: [String]
  ) -> [String: String] {
    guard let label = query.by, let first = failures.first else { return [:] }
    var failed: [String: String] = [:]
    for page in known {
      guard let failure = page.failure, let last = page.memory.scrapes.last else { continue }
      for key in last.values.keys where query.names.contains(key.name) { failed[key.labels[label] ?? ""] = failure }
    }
    // A series that nobody speaks of may be on the page that was not seen.
    for series in wanted where results[series] == nil { failed[series] = failed[series] ?? first }
    return failed.filter { wanted.contains($0.key) }
  }

  /// A line with a time of its own speaks about that time, and pages are asked about now.
  private static func check(_ sample: PageSample, at now: Instant) throws(MetricsPage.Problem) {
    switch sample.at {
    case nil: return
    case .at(let instant) where now - instant <= Self.oldest && instant - now <= MeasuredTime.skew: return
    case .at(let instant):
      throw MetricsPage.Problem(sentence: "`\(sample.name)` is of \(instant.text), and it is \(now.text)")
    case .unreadable(let text):
      throw MetricsPage.Problem(sentence: "`\(sample.name)` has the time `\(text)`, which is none")
    }
  }

  /// A line that is older says nothing about now; it is how far back a Prometheus server looks for a sample, too.
  private static let oldest = Span(milliseconds: 300_000)

  private func visit(_ url: String, at: Instant, _ request: HTTPRequest, secrets: Redactor) async {
    defer {
      pages[url]?.look = nil
      pages[url]?.newest = at
    }
    do throws(HTTPFailure) {
      let response = try await client.send(request)
      guard (200...299).contains(response.status), !response.isCut else {
        pages[url]?.failure =
          response.isCut
          ? "\(url) is longer than \(PrometheusAdapter.mostBytes >> 20) MiB" : "\(url) answered \(response.status)"
        return
      }
      let names = pages[url]?.memory.names ?? []
      do throws(MetricsPage.Problem) {
        let isOpenMetrics = response.headers.contains {
          $0.name.lowercased() == "content-type" && $0.value.lowercased().contains("openmetrics")
        }
        let samples = try MetricsPage.samples(
          response.body, times: isOpenMetrics ? .seconds : .milliseconds, secrets: secrets, wanted: names.contains)
        for sample in samples { try Self.check(sample, at: at) }
        pages[url]?.memory.take(samples, at: at)
      } catch {
        pages[url]?.failure = "\(url) cannot be read: \(error.sentence)"
        return
      }
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
