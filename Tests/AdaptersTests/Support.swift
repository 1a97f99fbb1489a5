import Adapters
import Foundation
import Quantities
import Synchronization
import Testing

/// Collects what an adapter reports.
final class Recorder: Sendable {
  private let items = Mutex<[Progress]>([])

  var all: [Adapters.Progress] { items.withLock { $0 } }
  var lines: [String] { all.compactMap { if case .line(let text) = $0 { text } else { nil } } }

  func take(_ progress: Adapters.Progress) { items.withLock { $0.append(progress) } }

  typealias Progress = Adapters.Progress
}

/// A directory that is removed when the test is over.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "sanderling-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(path)/\(name)")
  }

  func read(_ name: String) -> String? { try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
}

func json(_ text: String) throws -> JSON { try JSON(parsing: text.utf8) }

/// A call with the arguments and the configuration as JSON text.
func makeCall(
  _ arguments: String, configuration: String = "{}", directory: String = "/tmp", timeout: Span = .minute,
  secrets: [String] = [], run: String = "r-\(UUID().uuidString)"
) throws -> Call {
  var redactor = Redactor()
  for secret in secrets { redactor.learn(secret) }
  return Call(
    run: run, path: "pilot/stores/1/lis-004/enable", attempt: 2, idempotencyKey: "5c1e", fence: 7,
    deadline: Instant(milliseconds: 1_800_000_000_000), timeout: timeout, cursor: "row 42",
    configuration: try json(configuration), arguments: try json(arguments), directory: directory, secrets: redactor)
}

/// A shell command as arguments.
func shell(_ script: String, _ more: String = "") throws -> String {
  let words = JSON.array([.string("/bin/sh"), .string("-c"), .string(script)])
  return "{\"command\": \(words.canonicalText)\(more.isEmpty ? "" : ", \(more)")}"
}

/// Whether a process runs. One that is dead and not yet collected does not.
func isRunning(_ pid: Int) -> Bool {
  guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
    let state = stat.split(separator: ")").last?.split(separator: " ").first
  else { return false }
  return state != "Z" && state != "X"
}

/// Waits until something is so. The time limit only bounds a failure.
func eventually(_ condition: () -> Bool) async throws -> Bool {
  for _ in 0..<1_000 {
    if condition() { return true }
    try await Task.sleep(for: .milliseconds(10))
  }
  return false
}

extension ApplyOutcome {
  var answer: Answer? {
    switch self {
    case .applied(let answer), .notApplied(_, _, let answer), .unknown(_, let answer), .atWork(_, let answer):
      answer
    case .awaitsPerson: nil
    }
  }

  var because: String? {
    switch self {
    case .notApplied(let because, _, _), .unknown(let because, _), .atWork(let because, _): because
    default: nil
    }
  }

  var isApplied: Bool { if case .applied = self { true } else { false } }
  var isUnknown: Bool { if case .unknown = self { true } else { false } }
  var retry: Retryable? { if case .notApplied(_, let retry, _) = self { retry } else { nil } }
}
