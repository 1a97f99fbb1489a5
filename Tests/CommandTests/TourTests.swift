import Foundation
import Testing

/// The tour: every line that it types is typed, in its order, into a shell at a terminal of 80 × 24, and every screen that
/// it shows is the one that comes. `GOLDEN=accept` writes the page anew.
@Suite("The tour", .enabled(if: Program.hasPython, "python3 is not installed"))
struct TourTests {
  private static let page = "\(Program.repository)/docs/tour.md"

  /// A line after a `$`, and what the page shows below it.
  private struct Step {
    var line: String
    var screen: [Substring]
  }

  @Test("shows what comes")
  func whole() throws {
    let program = try Program()
    try program.write(".bin/sanderling", "#!/bin/sh\nexec '\(Program.binary)' \"$@\"\n")
    #expect(try program.shell("chmod +x .bin/sanderling && mkdir home") == 0)
    let page = try String(contentsOfFile: Self.page, encoding: .utf8)
    var renewed: [Substring] = []
    var steps = 0
    var rest = page.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = rest.popFirst() {
      renewed.append(line)
      guard line == "```console" else { continue }
      while let typed = rest.first, typed.hasPrefix("$ ") {
        rest.removeFirst()
        let shown = rest.prefix { !$0.hasPrefix("$ ") && $0 != "```" }
        rest = rest.dropFirst(shown.count)
        steps += 1
        let came = try type(typed.dropFirst(2), in: program)
        let isSame = Self.essence(came) == Self.essence(shown.joined(separator: "\n"))
        renewed.append(typed)
        renewed += isSame ? Array(shown) : came.split(separator: "\n", omittingEmptySubsequences: false)
        if !isSame, ProcessInfo.processInfo.environment["GOLDEN"] != "accept" {
          Issue.record("docs/tour.md shows another screen below `\(typed)`; it is:\n\(came)")
        }
      }
    }
    #expect(steps > 12)
    if ProcessInfo.processInfo.environment["GOLDEN"] == "accept" {
      try Data(renewed.joined(separator: "\n").utf8).write(to: URL(filePath: Self.page))
    }
  }

  /// What stands on the terminal after a line was typed, with what differs from day to day and from machine to machine
  /// made steady.
  private func type(_ line: Substring, in program: Program) throws -> String {
    let home = "\(program.directory)/home"
    let path = "\(program.directory)/.bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
    let result = try Terminal(
      directory: home, columns: 80, rows: 24,
      environment: [
        "PATH": path, "TZ": "UTC", "SANDERLING_JOURNAL": "", "LC_ALL": "C.UTF-8", "HOME": home, "PWD": home,
      ],
      answers: [("type yes to begin: ", "yes"), ("type r-1 to roll back: ", "r-1")]
    ).run(["sh", "-c", String(line)])
    var text = TerminalText(result.said).text
    while text.hasSuffix("\n") { text.removeLast() }
    return steady(text.replacing(home, with: "~"))
  }

  private func steady(_ text: String) -> String {
    text.replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/#, with: "2027-02-15T21:13:45Z")
      .replacing(#/\d{4}-\d\d-\d\d/#, with: "2027-02-15").replacing(#/times in UTC, \d{4}/#, with: "times in UTC, 2027")
      .replacing(#/\b[ \d]\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/#, with: "15 Feb")
      .replacing(#/(^|[^:\d])\d\d:\d\d(:\d\d)?\b(?!:\d)/#) { "\($0.1)21:13" + ($0.2 == nil ? "" : ":45") }
      .replacing(#/\b[0-9a-f]{4}·[0-9a-f]{4}·[0-9a-f]{4}\b/#, with: "8b02·c41f·9d3e")
      // What it says of the machine is cut at the edge of the window.
      .replacing(
        #/executor_started [^\n]*/#, with: "executor_started clock=\"synchronised, 1 ms\" directory=~/my-migrat…"
      )
      .replacing("\(ProcessInfo.processInfo.hostName):", with: "ops-1:").replacing(#/\bops-1:\d+/#, with: "ops-1:4711")
      .replacing("by \(NSUserName())", with: "by dana").replacing("actor=\(NSUserName())", with: "actor=dana")
      .replacing(#/all \d+ entries/#, with: "all 64 entries")
  }

  /// What has to be the same: how long something took, and the space that this takes, are not.
  private static func essence(_ text: String) -> [String] {
    text.replacing(#/\b\d+(\.\d+)? (ms|s|min|m)\b/#, with: "1 s").replacing(#/[ ─]+/#, with: " ")
      .split(separator: "\n").map { row in
        // Where a row is cut depends on how wide the numbers before are.
        row.hasSuffix("…") ? row.prefix(40) + "…" : String(row)
      }
  }
}
