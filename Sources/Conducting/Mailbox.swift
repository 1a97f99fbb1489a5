internal import Engine
public import Looping
internal import Synchronization

/// What happened in the world and is not recorded yet.
public final class Mailbox: Sendable {
  fileprivate struct Content {
    var news: [News] = []
    var cursors: [String: News] = [:]
    var waiter: CheckedContinuation<Void, Never>?
    var isPoked = false
  }

  private let content = Mutex(Content())

  /// An empty mailbox.
  public init() {}

  /// Puts news in. Of several cursors of one step only the newest is kept.
  public func post(_ news: News) {
    let waiter = content.withLock { content in
      if case .cursor(let request, _, _, _) = news {
        content.cursors[request.path] = news
      } else {
        content.news.append(news)
      }
      return content.takeWaiter()
    }
    waiter?.resume()
  }

  /// Wakes the reader without news.
  public func poke() {
    let waiter = content.withLock { content in
      content.isPoked = true
      return content.takeWaiter()
    }
    waiter?.resume()
  }

  /// Takes all news out: cursors first, since an answer ends the step that they belong to.
  public func empty() -> [News] {
    content.withLock { content in
      let cursors = content.cursors.keys.sorted().compactMap { content.cursors[$0] }
      let news = cursors + content.news
      content.cursors = [:]
      content.news = []
      content.isPoked = false
      return news
    }
  }

  /// Returns as soon as there is news, or a poke. One reader at a time.
  public func somethingToRead() async {
    await withCheckedContinuation { continuation in
      let ready = content.withLock { content in
        if !content.news.isEmpty || !content.cursors.isEmpty || content.isPoked { return true }
        content.waiter = continuation
        return false
      }
      if ready { continuation.resume() }
    }
  }

  /// How much news there is.
  var count: Int { content.withLock { $0.news.count + $0.cursors.count } }

  /// Whether there is news.
  public var hasNews: Bool { content.withLock { !$0.news.isEmpty || !$0.cursors.isEmpty } }
}

extension Mailbox.Content {
  fileprivate mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
    defer { waiter = nil }
    return waiter
  }
}
