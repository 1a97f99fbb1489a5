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
  /// Whether an executor is at work on the run.
  public var isExecuted: Bool

  public init(
    id: String, run: String, command: String, path: String, person: String, reason: String, sent: Instant,
    isExecuted: Bool = false
  ) {
    (self.id, self.run, self.command, self.path) = (id, run, command, path)
    (self.person, self.reason, self.sent, self.isExecuted) = (person, reason, sent, isExecuted)
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
    guard !rows.isEmpty else { return "no command waits\n" }
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
    var waiting: [String] = []
    for row in rows where !row.isExecuted && !waiting.contains(row.run) { waiting.append(row.run) }
    var advice = [""] + waiting.map { "they take effect with:  sanderling run \(Sanitize.line($0))" }
    if rows.contains(where: \.isExecuted) { advice.append("an executor is at work, and takes up its own by itself") }
    if let first = rows.first(where: { !$0.isExecuted }) {
      advice.append(
        "take one back with:     sanderling withdraw \(Sanitize.line(first.id)) --run \(Sanitize.line(first.run))")
    }
    return style.finish((table.lines(columns: columns, style: style) + advice).joined(separator: "\n") + "\n")
  }

  /// The commands as data, in the same order; `docs/schema/commands.schema.json` describes it.
  public static func json(_ rows: [QueueRow]) -> JSON {
    .dictionary([
      ("version", .integer(1)),
      (
        "commands",
        .array(
          rows.map { row in
            .dictionary([
              ("id", .string(row.id)), ("run", .string(row.run)), ("command", .string(row.command)),
              ("path", .string(row.path)), ("person", .string(row.person)), ("reason", .string(row.reason)),
              ("sent", .string(row.sent.text)),
            ])
          })
      ),
    ])
  }
}
