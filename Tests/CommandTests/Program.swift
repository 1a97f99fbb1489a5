import Foundation

/// The built program, driven as a user would.
struct Program {
  /// What a call left behind.
  struct Result {
    var status: Int32
    var out: String
    var err: String
  }

  /// A directory of its own for one test.
  let directory: String

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "sanderling-\(UUID().uuidString)")
      .path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  /// The binary beside the test bundle.
  static let binary: String = {
    var url = URL(filePath: CommandLine.arguments[0]).standardizedFileURL
    for _ in 0..<4 {
      url.deleteLastPathComponent()
      let candidate = url.appending(path: "sanderling").path(percentEncoded: false)
      var isDirectory: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory), !isDirectory.boolValue {
        return candidate
      }
    }
    return "sanderling"
  }()

  /// Whether there is a Python, for the other side of a connection.
  static let hasPython = finds("python3")

  /// Whether this machine has a program.
  static func finds(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  /// Whether Python can judge JSON by a schema.
  static let hasValidator: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-W", "ignore", "-c", "import jsonschema, yaml"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// The top of the repository.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path(percentEncoded: false)

  /// Starts the program without waiting.
  func start(
    _ arguments: [String], environment: [String: String] = [:], out: FileHandle = .nullDevice,
    err: FileHandle = .nullDevice
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: Self.binary)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: directory)
    var variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    variables["NO_COLOR"] = "1"
    variables["SANDERLING_JOURNAL"] = variables["SANDERLING_JOURNAL"] ?? "\(directory)/journal.sqlite"
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = out
    process.standardError = err
    try process.run()
    return process
  }

  /// Runs the program to its end.
  @discardableResult
  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
    try run(arguments, environment: environment)
  }

  /// Runs the program to its end.
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
    let files = ["out", "err"].map { "\(directory)/.\($0)-\(UUID().uuidString)" }
    for file in files { try Data().write(to: URL(filePath: file)) }
    guard let out = FileHandle(forWritingAtPath: files[0]), let err = FileHandle(forWritingAtPath: files[1]) else {
      throw CocoaError(.fileWriteUnknown)
    }
    let process = try start(arguments, environment: environment, out: out, err: err)
    process.waitUntilExit()
    // A signal is reported as the shell does it.
    let status =
      process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
    defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
    return Result(
      status: status, out: try String(contentsOfFile: files[0], encoding: .utf8),
      err: try String(contentsOfFile: files[1], encoding: .utf8))
  }

  /// Writes a file into the test's directory.
  func write(_ path: String, _ text: String) throws {
    let url = URL(filePath: "\(directory)/\(path)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// Whether the test's directory has a file.
  func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(directory)/\(path)") }

  /// Reads a file of the test's directory; empty when there is none.
  func read(_ path: String) -> String {
    (try? String(contentsOfFile: "\(directory)/\(path)", encoding: .utf8)) ?? ""
  }
}

extension Program {
  /// Words before a command that let it see no process of another user.
  static let hiding = ["unshare", "-m", "sh", "-c", "mount -t proc -o hidepid=2 proc /proc && exec \"$@\"", "sh"]

  /// Starts the program as a user without rights, with a journal beside it; `words` stand before it.
  func startAsNobody(
    _ arguments: [String], behind words: [String] = [], out: FileHandle = .nullDevice, err: FileHandle = .nullDevice
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      words + ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "\(directory)/sanderling"]
      + arguments
      + ["--journal", "\(directory)/journal.sqlite"]
    process.currentDirectoryURL = URL(filePath: directory)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = out
    process.standardError = err
    // The build's directory may be closed to others.
    if !has("sanderling") { try FileManager.default.copyItem(atPath: Self.binary, toPath: "\(directory)/sanderling") }
    try process.run()
    return process
  }

  /// Runs a script in the test's directory.
  ///
  /// - Returns: its exit code.
  func shell(_ script: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(filePath: directory)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}

/// Whether a process runs. One that is dead and not yet collected does not.
func isRunning(_ pid: pid_t) -> Bool {
  guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
    let state = stat.split(separator: ")").last?.split(separator: " ").first
  else { return false }
  return state != "Z" && state != "X"
}

/// Waits until something is so. The time only bounds a failure.
func eventually(_ condition: () throws -> Bool) async throws -> Bool {
  for _ in 0..<1_500 {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(20))
  }
  return false
}
