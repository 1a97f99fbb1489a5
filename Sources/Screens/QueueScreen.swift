public import Quantities

/// A command that waits for an executor.
public struct QueueRow: Equatable, Sendable {
  /// By which it is withdrawn.
  public var id: String
  /// The name of its run.
  public var run: String
  /// What is asked.
  public var command: String
  /// What it is about; empty for the run.
  public var path: String
  /// Who asks.
  public var person: String
  public var reason: String
  /// When it was sent.
  public var sent: Instant

  public init(
    id: String, run: String, command: String, path: String, person: String, reason: String, sent: Instant
  ) {
    (self.id, self.run, self.command, self.path) = (id, run, command, path)
    (self.person, self.reason, self.sent) = (person, reason, sent)
  }
}

/// The commands that wait, in the order in which they will be taken up.
public enum QueueScreen {
  /// One command a line, and how one is withdrawn.
  ///
  /// - `offset`: seconds east of UTC at an instant, in the zone of the reader.
  /// - `zone`: the label of that zone.
  public static func text(
    _ rows: [QueueRow], style: Style, columns: Int, offset: @escaping (Instant) -> Int = { _ in 0 },
    zone: String = "UTC"
  ) -> String {
    guard let first = rows.first else { return "no command waits\n" }
    let time = LocalTime(offset: offset, zone: zone)
    var table = Table([
      .init(title: "ID"), .init(title: "RUN"), .init(title: "COMMAND"), .init(title: "ABOUT", givesWay: true),
      .init(title: "FROM"), .init(title: "SENT"), .init(title: "WHY", givesWay: true),
    ])
    table.rows = rows.map { row in
      [
        Sanitize.line(row.id), Sanitize.line(row.run), Sanitize.line(row.command),
        row.path.isEmpty ? "the run" : Sanitize.line(row.path), Sanitize.line(row.person), time.day(row.sent),
        Sanitize.line(row.reason),
      ]
    }
    let advice = [
      "", "they take effect with:  sanderling run \(Sanitize.line(first.run))",
      "take one back with:     sanderling withdraw \(Sanitize.line(first.id))",
    ]
    return style.finish((table.lines(columns: columns, style: style) + advice).joined(separator: "\n") + "\n")
  }
}
