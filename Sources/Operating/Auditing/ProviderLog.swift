public import Auditing
internal import Foundation
public import Quantities

/// The log that a provider keeps by itself, as it hands it out: the activity log of Azure, or the same facts under
/// plain names, one object a line or all in one list.
enum ProviderLog {
  /// Reads a file.
  ///
  /// - Throws: ``Refusal``, `usage` for a file with nothing in it, `files` with the number of the record that cannot be
  ///   read, and for a page without those behind it.
  static func read(_ path: String) throws(Refusal) -> [ProviderChange] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Refusal(.usage, "\(path) cannot be read", next: ["name the file that the provider handed out"])
    }
    var pages = pages(in: data)
    if let next = (pages.last as? [String: Any])?["nextLink"] as? String, !next.isEmpty {
      throw Refusal(
        .files, "\(path) is a page of more: the last one in it names a next one (nextLink)",
        next: ["get all pages, and put them into the file one behind the other"])
    }
    pages = pages.flatMap(records)
    guard !pages.isEmpty else {
      throw Refusal(
        .usage, "\(path) has no change in it, so nothing can be told from it",
        next: ["look whether the provider was asked for the right time and place"])
    }
    var changes: [ProviderChange] = []
    for (number, record) in pages.enumerated() {
      guard let record = record as? [String: Any], let change = change(record) else {
        throw Refusal(
          .files, "record \(number + 1) of \(path) is no change",
          next: ["it needs `time`, `resource` and `what`; or `eventTimestamp`, `resourceId` and `operationName`"])
      }
      changes.append(change)
    }
    return changes
  }

  /// What stands in a page: an answer with its list in it, as APIs give it, is one. A change may have a `value`, too.
  private static func records(of page: Any) -> [Any] {
    if let list = page as? [Any] { return list.flatMap(records) }
    guard let object = page as? [String: Any], change(object) == nil, let list = object["value"] as? [Any] else {
      return [page]
    }
    return list
  }

  private static func pages(in data: Data) -> [Any] {
    if let whole = try? JSONSerialization.jsonObject(with: data) { return whole as? [Any] ?? [whole] }
    return data.split(separator: UInt8(ascii: "\n")).filter { !$0.allSatisfy { $0 <= 0x20 } }.map { line in
      (try? JSONSerialization.jsonObject(with: Data(line))) ?? NSNull()
    }
  }

  private static func change(_ record: [String: Any]) -> ProviderChange? {
    func text(_ names: String...) -> String? {
      for name in names {
        if let text = record[name] as? String { return text }
        if let object = record[name] as? [String: Any], let text = object["value"] as? String { return text }
      }
      return nil
    }
    guard let at = text("time", "eventTimestamp").flatMap(instant), let resource = text("resource", "resourceId"),
      let what = text("what", "operationName")
    else { return nil }
    return ProviderChange(
      at: at, who: text("who", "caller") ?? "somebody", what: what, resource: resource,
      correlation: text("correlation", "clientRequestId", "correlationId"))
  }

  /// Times have up to seven digits behind the second, and an offset or a `Z`.
  private static func instant(_ text: String) -> Instant? {
    let parts = text.split(separator: ".", maxSplits: 1)
    let digits = parts.count == 2 ? parts[1].prefix { $0.isNumber } : ""
    let rest = parts.count == 2 ? parts[1].drop { $0.isNumber } : ""
    guard let date = ISO8601DateFormatter().date(from: parts.count == 2 ? "\(parts[0])\(rest)" : text) else {
      return nil
    }
    let fraction = Int64(digits.prefix(3).padding(toLength: 3, withPad: "0", startingAt: 0)) ?? 0
    return Instant(milliseconds: Int64(date.timeIntervalSince1970) * 1_000 + (digits.isEmpty ? 0 : fraction))
  }
}

extension AuditDesk {
  /// Holds the log of a provider against the record: what was changed there that no request of ours explains?
  ///
  /// - Parameters:
  ///   - path: the provider's log.
  ///   - first: only changes from this time on; `nil` for all.
  ///   - last: only changes before this time; `nil` for all.
  /// - Returns: each change with what explains it.
  /// - Throws: ``Refusal`` when one of the two cannot be read.
  public func reconcile(
    _ path: String, from first: Instant?, to last: Instant?
  ) throws(Refusal) -> Reconciliation {
    let changes = try ProviderLog.read(path).filter { change in
      (first.map { change.at >= $0 } ?? true) && (last.map { change.at < $0 } ?? true)
    }
    return try refusing { try Reconciliation.reconcile(changes, with: record) }
  }
}
