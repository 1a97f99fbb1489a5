public import Engine
public import History
import Plans
public import Quantities

/// What the steps of a run printed.
public enum LogsScreen {
  /// One part for each attempt that printed something, under a title; empty when none did.
  ///
  /// - Parameters:
  ///   - state: the run.
  ///   - place: the step, or what has the steps; `nil` for all.
  ///   - history: the events of the run, with what providers printed.
  ///   - offset: seconds east of UTC at an instant, in the zone of the reader.
  /// - Returns: the text, with nothing in it that moves a cursor.
  public static func text(
    state: RunState, place: Place?, history: [HistoryRecord], offset: @escaping @Sendable (Instant) -> Int
  ) -> String {
    let time = LocalTime(offset: offset, zone: "")
    let parts = history.compactMap { record -> String? in
      guard case .step(let address) = record.event.subject, isMeant(address, in: place, state.index) else { return nil }
      let lines = lines(of: record)
      guard !lines.isEmpty else { return nil }
      let words = record.event.kind.saying(in: record.detail.context(of: record.event, in: state.index)).words
      let title = "── \(state.index.path(of: record.event.subject)), \(time.seconds(record.event.at)), \(words)"
      return ([Sanitize.line(title)] + lines).joined(separator: "\n")
    }
    return parts.map { $0 + "\n" }.joined(separator: "\n")
  }

  /// What an attempt printed, by the record of its end.
  public static func lines(of record: HistoryRecord) -> [String] {
    let lines = (record.detail.log ?? "").split(separator: "\n", omittingEmptySubsequences: false)
      .map { Sanitize.line(String($0)) }
    return lines.last == "" ? Array(lines.dropLast()) : lines
  }

  /// Whether a step is the one that somebody asks for, or lies in the place; all are where no place is named.
  public static func isMeant(_ address: StepAddress, in place: Place?, _ index: PlanIndex) -> Bool {
    switch place {
    case nil: true
    case .step(let asked): asked == address
    case .some(let place): index.contains(place, address.target)
    }
  }
}
