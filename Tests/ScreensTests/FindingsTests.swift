import Diagnostics
import Quantities
import Testing

@testable import Screens

@Suite("Findings")
struct FindingsTests {
  private let source = "steps:\n  - gate:\n        gate: { requires: healthy, hold: 30m }\r\nend\n"
  private let finding = Finding(
    code: "G104", message: "`requires` is not a key of `gate`",
    location: SourceSpan(file: "runbook.yaml", line: 3, column: 17, endColumn: 25), suggestion: "write `require`",
    replacement: "require", notes: ["keys of `gate`: require, hold"])

  @Test("show the line, the place and what to write instead")
  func look() {
    let text = FindingsScreen.text([finding], sources: ["runbook.yaml": source], style: .plain, files: 3)
    #expect(
      text == """
        error[G104]: `requires` is not a key of `gate`
          ┌─ runbook.yaml:3:17
          │
         2│   - gate:
         3│         gate: { requires: healthy, hold: 30m }
          │                 ^^^^^^^^ write `require`
          │
          = keys of `gate`: require, hold
          = more: sanderling explain G104

        1 error, 0 warnings in 3 files

        """)
  }

  @Test("put the caret under wide characters")
  func wide() {
    let finding = Finding(
      code: "G131", message: "odd", location: SourceSpan(file: "a.csv", line: 1, column: 4, endColumn: 6))
    let text = FindingsScreen.text([finding], sources: ["a.csv": "日本,NO"], style: .plain, files: 1)
    #expect(text.contains(" 1│ 日本,NO\n  │      ^^"))
  }

  @Test("are one line each for editors, and safe")
  func lines() {
    let evil = Finding(
      code: "G101", message: "a\nb\u{1B}[2J", location: SourceSpan(file: "x.yaml", line: 1, column: 1))
    #expect(
      FindingsScreen.lines([finding, evil])
        == "runbook.yaml:3:17: error[G104]: `requires` is not a key of `gate`; write `require`\n"
        + "x.yaml:1:1: error[G101]: a␊b␛[2J\n")
  }

  @Test("are shown in full up to twenty, and counted")
  func many() {
    let findings = (1...25).map {
      Finding(code: "G104", message: "odd \($0)", location: SourceSpan(file: "runbook.yaml", line: $0, column: 900))
    }
    let text = FindingsScreen.text(findings, sources: ["runbook.yaml": source], style: .plain, files: 1)
    #expect(text.contains("… and 5 findings more"))
    #expect(text.hasSuffix("25 errors, 0 warnings in 1 file\n"))
  }

  @Test("keep their place and the edit as data")
  func json() {
    let json = FindingsScreen.json([finding])["findings"]?.array.first
    #expect(json?["code"]?.string == "G104")
    #expect(json?["end_column"]?.integer == 25)
    #expect(json?["replacement"]?.string == "require")
  }
}
