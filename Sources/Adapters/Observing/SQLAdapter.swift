internal import CSQLite
internal import Glibc
internal import Quantities
internal import Threads

/// Measures with a query on a SQLite database, which is only ever read.
///
/// Configuration: `database: PATH`, relative to the runbook. Arguments: `query`, one statement that reads;
/// `parameters: {name: value}`. The statement may use `:from_ms`, `:until_ms` and `:window_ms`. A result of one column
/// is the value; otherwise its columns are `value` and, where they exist, `series`, `count` and `at` (milliseconds
/// since the epoch, or RFC 3339 in UTC).
public struct SQLAdapter: Adapter {
  public init() {}

  /// It changes nothing.
  public func apply(_ call: Call, report: @escaping @Sendable (Progress) -> Void) async -> ApplyOutcome {
    .notApplied(because: "sql measures and changes nothing", retry: .permanent, answer: Answer())
  }

  /// There is nothing to look for.
  public func probe(_ call: Call) async -> ProbeOutcome { .unknown(because: "sql measures and changes nothing") }

  /// Runs the query on a thread of its own: a slow disk must not hold up others.
  public func observe(_ observation: Observation) async -> ObserveOutcome {
    await withCheckedContinuation { continuation in
      let hasThread = DedicatedThread.start { continuation.resume(returning: Self.measure(observation)) }
      if !hasThread { continuation.resume(returning: .failed(because: "there was no thread to read the database on")) }
    }
  }

  private static func measure(_ observation: Observation) -> ObserveOutcome {
    let call = observation.call
    guard let path = call.configuration["database"]?.string else {
      return .failed(because: "the provider needs `database`, the path of a SQLite database")
    }
    guard let query = call.arguments["query"]?.string else { return .failed(because: "an sql query needs `query`") }
    do throws(SQLReader.Problem) {
      let reader = try SQLReader(path: absolute(path, from: call.directory), timeout: call.timeout)
      defer { reader.close() }
      return .measured(try reader.samples(query, observation))
    } catch {
      return .failed(because: call.secrets.redact(error.sentence))
    }
  }
}

/// One connection that reads.
private struct SQLReader {
  struct Problem: Error {
    let sentence: String
  }

  private let connection: OpaquePointer
  /// When the query has taken too long, in milliseconds of the monotonic clock.
  private let deadline: UnsafeMutablePointer<Int64>

  init(path: String, timeout: Span) throws(Problem) {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let opened else {
      let why = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory"
      sqlite3_close(opened)
      throw Problem(sentence: "the database `\(path)` cannot be opened: \(why)")
    }
    connection = opened
    sqlite3_busy_timeout(opened, Int32(clamping: min(timeout.milliseconds, 2_000)))
    // Attached databases and extensions would reach beyond the file that is named.
    sqlite3_limit(opened, SQLITE_LIMIT_ATTACHED, 0)
    deadline = .allocate(capacity: 1)
    deadline.initialize(to: monotonicMilliseconds() + timeout.milliseconds)
    sqlite3_progress_handler(
      opened, 10_000,
      { pointer in
        guard let deadline = pointer?.assumingMemoryBound(to: Int64.self).pointee else { return 0 }
        return monotonicMilliseconds() > deadline ? 1 : 0
      }, deadline)
  }

  func close() {
    sqlite3_close(connection)
    deadline.deallocate()
  }

  private var message: String { String(cString: sqlite3_errmsg(connection)) }

  func samples(_ query: String, _ observation: Observation) throws(Problem) -> [MeasuredSample] {
    var prepared: OpaquePointer?
    var rest: Int32 = 0
    let code = query.withCString { start in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(connection, start, -1, &prepared, &tail)
      rest = Int32(tail.map { strlen($0) } ?? 0)
      return code
    }
    guard code == SQLITE_OK, let statement = prepared else {
      throw Problem(sentence: "the query cannot be read: \(message)")
    }
    defer { sqlite3_finalize(statement) }
    guard sqlite3_stmt_readonly(statement) != 0 else { throw Problem(sentence: "the query changes the database") }
    if rest > 0, query.utf8.suffix(Int(rest)).contains(where: { $0 > 0x20 && $0 != UInt8(ascii: ";") }) {
      throw Problem(sentence: "the query is more than one statement")
    }
    try bind(statement, observation)
    return try rows(statement, observation)
  }

  private func bind(_ statement: OpaquePointer, _ observation: Observation) throws(Problem) {
    let until = observation.times.last ?? observation.now
    let from = (observation.times.first ?? until) + Span(milliseconds: -observation.window.milliseconds)
    var values: [String: JSON] = [
      "from_ms": .integer(from.milliseconds), "until_ms": .integer(until.milliseconds),
      "window_ms": .integer(observation.window.milliseconds),
    ]
    for (name, value) in observation.call.arguments["parameters"]?.members ?? [] { values[name] = value }
    let count = sqlite3_bind_parameter_count(statement)
    for index in 0..<count {
      guard let name = sqlite3_bind_parameter_name(statement, index + 1).map({ String(cString: $0.advanced(by: 1)) }),
        let value = values[name]
      else { throw Problem(sentence: "parameter \(index + 1) of the query has no value; name it, such as `:from_ms`") }
      let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      switch value {
      case .integer(let number): sqlite3_bind_int64(statement, index + 1, number)
      case .decimal(let text): sqlite3_bind_double(statement, index + 1, Double(text) ?? .nan)
      case .null: sqlite3_bind_null(statement, index + 1)
      default: sqlite3_bind_text(statement, index + 1, value.plainText, -1, transient)
      }
    }
  }

  private func rows(_ statement: OpaquePointer, _ observation: Observation) throws(Problem) -> [MeasuredSample] {
    var columns: [String: Int32] = [:]
    for index in 0..<sqlite3_column_count(statement) {
      if let name = sqlite3_column_name(statement, index) { columns[String(cString: name)] = index }
    }
    guard let value = sqlite3_column_count(statement) == 1 ? 0 : columns["value"] else {
      throw Problem(sentence: "the query has several columns, and none of them is `value`")
    }
    var samples: [MeasuredSample] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        guard let number = number(statement, value) else { continue }
        // A row of no series is a row of none that is wanted, unless the signal has only one without a name.
        let name = columns["series"].map { text(statement, $0) ?? "" } ?? observation.onlySeries
        guard let name else {
          throw Problem(
            sentence: "the query has no column `series`, and the signal has \(observation.series.count) of them")
        }
        let at = columns["at"].map { column in
          text(statement, column).map { MeasuredTime($0, in: .milliseconds) } ?? .unreadable("NULL")
        }
        samples.append(
          MeasuredSample(
            series: name, at: at ?? .at(observation.now), value: number,
            count: columns["count"].flatMap { self.number(statement, $0) }))
      case SQLITE_DONE: return samples
      default: throw Problem(sentence: "the query failed: \(message)")
      }
    }
  }

  /// What stands in a column where a number is wanted; `nil` for nothing.
  private func number(_ statement: OpaquePointer, _ column: Int32) -> MeasuredNumber? {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_NULL: nil
    case SQLITE_INTEGER: MeasuredNumber(String(sqlite3_column_int64(statement, column)))
    case SQLITE_FLOAT: MeasuredNumber(sqlite3_column_double(statement, column))
    case SQLITE_TEXT: MeasuredNumber(text(statement, column) ?? "")
    default: .unreadable("a value of \(sqlite3_column_bytes(statement, column)) bytes")
    }
  }

  private func text(_ statement: OpaquePointer, _ column: Int32) -> String? {
    sqlite3_column_text(statement, column).map { String(cString: $0) }
  }
}
