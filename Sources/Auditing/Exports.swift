public import Checkpoints
internal import Quantities
public import Records

/// A record in the forms that other programs read, one line for each thing.
public enum Exports {
  /// What other programs read.
  public enum Form: String, Sendable, CaseIterable {
    /// The stored bytes, one entry a line.
    case jsonl
    /// One line for each change.
    case csv
    /// CloudEvents 1.0.
    case cloudevents
    /// The Open Cybersecurity Schema Framework 1.3: what people decide is Entity Management, all else API Activity.
    case ocsf
    /// Statements of in-toto about changes, in envelopes of DSSE.
    case inToto = "in-toto"
  }

  /// Hands over the stored bytes, one entry a line; of a pruned one what is left: its run, and the hash of its leaf.
  ///
  /// - Throws: ``JournalError`` for an entry that has a line break in it; an error of `write` as it is.
  public static func jsonl(_ record: any StoredRecord, _ write: ([UInt8]) throws -> Void) throws {
    var next: Int64 = 0
    while true {
      let page = try record.page(from: next, count: 1_024)
      guard let last = page.rows.last, last.seq < .max else { return }
      for row in page.rows {
        if let pruned = row.pruned {
          // The line says what is left of it, so that each entry stays in the line of its number.
          let left = JSON.dictionary([("leaf", .string(pruned.leaf.hex)), ("run", .integer(pruned.run))])
          try write(line(left))
          continue
        }
        let body = page.body(row)
        guard !body.contains(UInt8(ascii: "\n")) else {
          throw JournalError.corrupt(path: record.name, detail: "entry \(row.seq) is not canonical JSON")
        }
        try write(body + [UInt8(ascii: "\n")])
      }
      next = last.seq + 1
    }
  }

  /// Hands over each entry as an event of CloudEvents.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - origin: the name of its log.
  ///   - write: takes a line.
  /// - Throws: ``JournalError`` for an entry that cannot be read; an error of `write` as it is.
  public static func cloudEvents(
    _ record: any StoredRecord, origin: String, _ write: ([UInt8]) throws -> Void
  ) throws {
    let names = try Names(record)
    try record.storedEntries { entry in
      var event = JSONObject([
        ("data", data(of: entry, names)), ("datacontenttype", .string("application/json")),
        ("id", .string("\(entry.seq)")), ("source", .string("//\(origin)")), ("specversion", .string("1.0")),
        ("time", .string(entry.at.text)), ("type", .string("sanderling.\(entry.type)")),
      ])
      // An attribute that is there is not empty.
      if !entry.subject.isEmpty { event["subject"] = .string(entry.subject) }
      try write(line(.object(event)))
      return true
    }
  }

  private static func data(of entry: Entry, _ names: Names) -> JSON {
    var object = JSONObject([
      ("actor", .string(names.actor(entry))), ("fields", entry.data), ("run", .integer(entry.run)),
    ])
    object["cause"] = entry.cause.map { .integer($0) }
    object["plan"] = entry.plan.map { .string($0.hex) }
    return .object(object)
  }

  /// Hands over what people decided, and what was done, as events of OCSF.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - version: of this program.
  ///   - write: takes a line.
  /// - Throws: ``JournalError`` for an entry that cannot be read; an error of `write` as it is.
  public static func ocsf(_ record: any StoredRecord, version: String, _ write: ([UInt8]) throws -> Void) throws {
    let names = try Names(record)
    try record.storedEntries { entry in
      let isDecision = Self.decisions.contains { entry.type.hasPrefix($0) }
      let isCall = entry.type.hasPrefix("step_") || entry.type.hasPrefix("undo_")
      guard isDecision || isCall else { return true }
      let (category, kind, activity): (Int64, Int64, Int64) = isDecision ? (3, 3004, 3) : (6, 6003, 3)
      var event = JSONObject([
        ("activity_id", .integer(activity)), ("actor", actor(of: entry, names)), ("category_uid", .integer(category)),
        ("class_uid", .integer(kind)), ("message", .string("\(entry.type) \(entry.subject)")),
        ("metadata", metadata(of: entry, version)), ("severity_id", .integer(severity(of: entry))),
        ("status_id", .integer(entry.type.contains("failed") || entry.type.contains("refused") ? 2 : 1)),
        ("time", .integer(entry.at.milliseconds)), ("type_uid", .integer(kind * 100 + activity)),
        ("unmapped", .dictionary([("cause", entry.cause.map { .integer($0) } ?? .null), ("fields", entry.data)])),
      ])
      if isDecision {
        event["entity"] = .dictionary([
          ("name", .string(entry.subject.isEmpty ? "r-\(entry.run)" : entry.subject)),
          ("type", .string("migration")), ("uid", .string(entry.plan?.hex ?? "")),
        ])
      } else {
        let operation = entry.data["operation"]?.string ?? entry.type
        event["api"] = .dictionary([("operation", .string(operation))])
        event["resources"] = .array([.dictionary([("name", .string(entry.subject))])])
        event["src_endpoint"] = .dictionary([("name", .string(names.actor(entry)))])
      }
      try write(line(.object(event)))
      return true
    }
  }

  private static let decisions = [
    "approval_", "amendment_", "plan_amended", "emergency_", "command_", "gate_force", "run_created",
  ]

  private static func actor(of entry: Entry, _ names: Names) -> JSON {
    .dictionary([("user", .dictionary([("name", .string(names.actor(entry))), ("uid", .string(entry.actor.id))]))])
  }

  private static func metadata(of entry: Entry, _ version: String) -> JSON {
    .dictionary([
      ("event_code", .string(entry.type)), ("original_time", .string(entry.at.text)),
      (
        "product",
        .dictionary([
          ("name", .string("Sanderling")), ("vendor_name", .string("Sanderling")), ("version", .string(version)),
        ])
      ),
      ("uid", .string("\(entry.seq)")), ("version", .string("1.3.0")),
    ])
  }

  private static func severity(of entry: Entry) -> Int64 {
    if entry.type.hasPrefix("emergency_") || entry.type.hasPrefix("gate_force") { return 4 }
    return entry.type.contains("failed") || entry.type.contains("voided") ? 3 : 1
  }

  /// Hands over a statement about each change that is over, signed with the key of the log.
  ///
  /// - Parameters:
  ///   - changes: the changes.
  ///   - key: the key.
  ///   - write: takes a line.
  /// - Throws: ``NoteError`` when libcrypto cannot sign; an error of `write` as it is.
  public static func inToto(_ changes: [Change], key: SigningKey, _ write: ([UInt8]) throws -> Void) throws {
    for change in changes where change.finished != nil {
      let isPassed = change.outcome == "done" && change.overrides.isEmpty
      let result = isPassed ? "PASSED" : change.outcome.hasPrefix("done") ? "WARNED" : "FAILED"
      let verdicts = change.verdicts.map { JSON.string($0) }
      let statement = JSON.dictionary([
        ("_type", .string("https://in-toto.io/Statement/v1")),
        (
          "predicate",
          .dictionary([
            ("change", change.json),
            (
              "configuration",
              .array([
                .dictionary([
                  ("digest", .dictionary([("sha256", .string(change.plan))])), ("name", .string(change.runbook)),
                ])
              ])
            ),
            ("failedTests", .array(isPassed ? [] : verdicts)), ("passedTests", .array(isPassed ? verdicts : [])),
            ("result", .string(result)), ("warnedTests", .array(change.overrides.map { .string($0) })),
          ])
        ),
        ("predicateType", .string("https://in-toto.io/attestation/test-result/v0.1")),
        (
          "subject",
          .array([
            .dictionary([
              ("digest", .dictionary([("sha256", .string(change.plan))])), ("name", .string(change.id)),
            ])
          ])
        ),
      ])
      try write(line(try key.envelope(statement.canonicalBytes, type: "application/vnd.in-toto+json")))
    }
  }

  private static func line(_ json: JSON) -> [UInt8] { json.canonicalBytes + [UInt8(ascii: "\n")] }
}
