import Foundation
import Quantities

/// A terminal of its own for a command, with somebody at the keyboard. It needs Python, as tests that use it say.
struct Terminal {
  /// Where the command runs.
  var directory: String
  var columns = 80
  var rows = 24
  /// What the command finds in its environment, besides what this process has.
  var environment: [String: String] = [:]
  /// Where the first text appears, the second one is typed, with a return.
  var answers: [(text: String, typed: String)] = []

  /// What a command left behind.
  struct Result {
    var status: Int32
    /// All that it wrote, with the sequences that move a cursor.
    var said: String
  }

  /// Runs a command to its end.
  ///
  /// - Parameter words: the program and its arguments.
  /// - Returns: what it wrote to the terminal, and its exit code.
  /// - Throws: when the command cannot be started.
  func run(_ words: [String]) throws -> Result {
    let file = "\(directory)/.said-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let pairs = JSON.array(answers.map { .array([.string($0.text), .string($0.typed)]) })
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["python3", Self.script, String(columns), String(rows), pairs.canonicalText, file] + words
    process.currentDirectoryURL = URL(filePath: directory)
    process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm", "NO_COLOR": "1"]) { $1 }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let said = String(decoding: (try? Data(contentsOf: URL(filePath: file))) ?? Data(), as: UTF8.self)
    return Result(status: process.terminationStatus, said: said)
  }

  private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "terminal.py")
    .path(percentEncoded: false)
}

extension Program {
  /// Runs the program on a terminal, in the test's directory.
  func onTerminal(
    _ arguments: [String], environment: [String: String] = [:], answers: [(text: String, typed: String)] = []
  ) throws -> Terminal.Result {
    let journal = ["SANDERLING_JOURNAL": "\(directory)/journal.sqlite"]
    return try Terminal(directory: directory, environment: journal.merging(environment) { $1 }, answers: answers)
      .run([Self.binary] + arguments)
  }
}
