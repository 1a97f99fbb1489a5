public import Engine
import Quantities

/// The newest numbers of what is watched, for sparklines. Only who looks on keeps it.
public struct SignalHistory: Equatable, Sendable {
  private var series: [String: [(at: Instant, value: Fixed?)]] = [:]

  /// So many numbers are kept for each condition.
  static let limit = 18

  /// An empty history.
  public init() {}

  /// Whether two histories show the same.
  public static func == (left: SignalHistory, right: SignalHistory) -> Bool {
    left.series.keys == right.series.keys
      && left.series.allSatisfy { key, values in
        right.series[key]?.elementsEqual(values) { $0.at == $1.at && $0.value == $1.value } ?? false
      }
  }

  /// Takes what is watched now: one number for each condition and time.
  public mutating func take(_ items: [WatchItem]) {
    let known = Set(items.map(Self.key))
    series = series.filter { known.contains($0.key) }
    for item in items {
      guard let at = item.at else { continue }
      var values = series[Self.key(item)] ?? []
      if let last = values.last, last.at >= at { continue }
      if case .value(let value)? = item.reading { values.append((at, value)) } else { values.append((at, nil)) }
      series[Self.key(item)] = values.suffix(Self.limit)
    }
  }

  /// The newest numbers of a condition, oldest first; `nil` where nothing was found.
  func values(of item: WatchItem) -> [Fixed?] { (series[Self.key(item)] ?? []).map(\.value) }

  private static func key(_ item: WatchItem) -> String {
    switch item.watcher {
    case .gate: "gate \(item.condition)"
    case .trigger(let id, _): "trigger \(id)"
    }
  }
}

extension RunScreen {
  /// Why a signal could not be measured, for the scrollback.
  public static func unmeasured(_ signal: String, because: String, style: Style) -> String {
    style.finish("          \(style.symbol(.inDoubt)) \(Sanitize.line(signal)) not measured: \(Sanitize.line(because))")
  }
}

/// The rows of the live screen that say what is measured.
struct SignalRows {
  let items: [WatchItem]
  let history: SignalHistory
  let now: Instant
  let clock: LocalTime
  let columns: Int
  let style: Style

  /// Rows that must not be folded away: what breaches, is pending or has fired, and what is not known.
  var urgent: [String] { items.filter(Self.isUrgent).map(row) }

  /// Rows of what passes; one row in a narrow window.
  var calm: [String] {
    let calm = items.filter { !Self.isUrgent($0) }
    guard columns < 60, calm.count > 1 else { return calm.map(row) }
    return [" \(Words.count(calm.count, "signal")) pass"]
  }

  private static func isUrgent(_ item: WatchItem) -> Bool {
    if case .trigger(_, let phase) = item.watcher, phase != .idle { return true }
    return item.verdict != .pass
  }

  private func row(_ item: WatchItem) -> String {
    let name = Width.pad(Width.truncate(SignalLine.name(item), to: 22), to: 22)
    let value = Width.pad("\(SignalLine.value(item)) \(SignalLine.limit(item))", to: 20)
    let cells = columns >= 100 ? 18 : columns >= 80 ? 8 : 0
    let spark = cells == 0 ? "" : "  \(sparkline(item, cells: cells))"
    let age = item.at.map { "\(max(now - $0, .zero).spoken) ago" } ?? ""
    return " \(name)  \(value)\(spark)  \(Width.pad(standing(item), to: 12))  \(who(item))  \(style.paint(age, .dim))"
  }

  private func who(_ item: WatchItem) -> String {
    switch item.watcher {
    case .gate: "gate"
    case .trigger(let id, _):
      Sanitize.line(id) + (item.firesAt.map { ", fires \(clock.moment($0, from: now))" } ?? "")
    }
  }

  private func standing(_ item: WatchItem) -> String {
    switch item.watcher {
    case .trigger(_, .pending): return style.state(.firing, "pending")
    case .trigger(_, .firing), .trigger(_, .latched): return style.state(.firing, "fired")
    // What must not become true is not true: its condition beside the word "pass" would read like the contrary.
    case .trigger(_, .idle) where item.verdict == .pass: return style.state(.done, "idle")
    default: break
    }
    switch item.verdict {
    case .pass: return style.state(.done, "pass")
    case .breach: return style.state(.failed, "breach")
    case .unknown, nil: return style.state(.inDoubt, "unknown")
    }
  }

  /// Blocks from nothing to the limit; a gap where nothing was found.
  private func sparkline(_ item: WatchItem, cells: Int) -> String {
    let values = history.values(of: item).suffix(cells)
    let blocks: [Character] =
      style.ascii ? ["_", ".", ".", "-", "-", "=", "=", "#"] : ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    let top = max(item.limit.approximate, values.compactMap { $0?.approximate }.max() ?? 0)
    let text = values.map { value -> Character in
      guard let value else { return "·" }
      return blocks[top > 0 ? Int(min(7, max(0, value.approximate / top * 8))) : 0]
    }
    return Width.pad(String(text), to: cells)
  }
}
