import Foundation
import Testing

/// The live view in a real terminal program whose window shrinks and grows.
@Suite("A window that changes", .enabled(if: Program.finds("tmux"), "tmux is not installed"))
struct WindowTests {
  private static let book = """
    sanderling: 1
    runbook: windows
    inventories: { t: [ \((1...30).map { "{id: target-\($0)}" }.joined(separator: ", ")) ] }
    environment:
      providers: { sh: { adapter: process, shell: true } }
      operations:
        go: { provider: sh, with: { command: 'case ${target.id} in target-?) ;; *) while [ ! -e go ]; do sleep 0.1; done ;; esac' }, idempotency: natural }
    phases:
      - { id: p, stages: [ { id: s, targets: t, waves: { concurrency: 12, admission: eager }, steps: [ { id: go, uses: go, undo: none } ] } ] }
    """

  private let program: Program
  private let server: String

  init() throws {
    program = try Program()
    server = "sanderling-\(UUID().uuidString.prefix(8))"
    try program.write("book.yaml", Self.book)
  }

  @discardableResult
  private func tmux(_ words: String) throws -> String {
    try? FileManager.default.removeItem(atPath: "\(program.directory)/tmux-said")
    _ = try program.shell("TMUX= tmux -N -u -L \(server) -f /dev/null \(words) > tmux-said 2>&1")
    return program.read("tmux-said")
  }

  /// The heads of frames in what the window shows.
  private func heads() throws -> [Substring] {
    try tmux("capture-pane -p").split(separator: "\n").filter { $0.hasPrefix("── windows") }
  }

  @Test("is filled by one picture of the run, and has no rests of others")
  func resizing() async throws {
    let run = "LC_ALL=C.UTF-8 SANDERLING_JOURNAL=j.sqlite NO_COLOR=1 \(Program.binary) run book.yaml --yes; sleep 60"
    try program.write("start.sh", run)
    // A server in the background would keep what it inherits, and whoever waits for its starter would wait for it.
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["tmux", "-u", "-L", server, "-f", "/dev/null", "-D"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    #expect(try await eventually { try !tmux("list-sessions").contains("connecting") })
    try tmux("new-session -d -x 100 -y 30 -c '\(program.directory)' 'sh start.sh'")
    defer {
      try? program.write("go", "")
      _ = try? tmux("kill-server")
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
    }
    #expect(try await eventually { try heads().first?.contains("running") == true })
    for (columns, rows) in [(60, 12), (140, 45), (41, 9), (100, 20), (80, 60), (50, 50), (120, 60)] {
      try tmux("resize-window -x \(columns) -y \(rows)")
      let isWhole = try await eventually {
        let seen = try heads()
        return seen.count == 1 && seen[0].count == columns
      }
      let shown = try tmux("capture-pane -p")
      #expect(isWhole, "\(columns) × \(rows):\n\(shown)")
      let lines = shown.split(separator: "\n")
      // Those that were done before the window changed are said once.
      for target in (1...9).map({ "target-\($0) " }) {
        #expect(lines.count { $0.contains("✓ done") && $0.contains(target) } <= 1, "\(columns) × \(rows):\n\(shown)")
      }
    }
    try program.write("go", "")
    #expect(try await eventually { try tmux("capture-pane -p").contains("30 of 30 targets done") })
  }
}
