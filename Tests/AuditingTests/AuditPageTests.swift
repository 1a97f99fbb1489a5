import Auditing
import Foundation
import Testing

/// The page for auditors against the program.
@Suite("The page for auditors")
struct AuditPageTests {
  private let page: String
  private let script: String

  init() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    page = try String(contentsOf: folder.appending(path: "../../docs/audit.md"), encoding: .utf8)
    script = try String(contentsOf: folder.appending(path: "verify.py"), encoding: .utf8)
  }

  @Test("shows the independent verifier as it is tested: a hundred lines")
  func verifier() {
    #expect(page.contains("```python\n\(script)```"))
    // A few more than ninety since it looks whether what is said to be pruned went as a whole.
    #expect(script.split(separator: "\n", omittingEmptySubsequences: false).count <= 101)
  }

  @Test("names each check and each form of export, and no others")
  func words() throws {
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
    for check in Flaw.Check.allCases where check != .reading && check != .decisions {
      #expect(rows.contains { $0.hasPrefix("| `\(check.rawValue)` |") }, "\(check)")
    }
    let forms = try #require(page.split(separator: "\n").first { $0.hasPrefix("| `audit export --format jsonl`") })
    for form in Exports.Form.allCases { #expect(forms.contains("`\(form.rawValue)`") || form == .jsonl, "\(form)") }
    for title in ["requested_by", "approved_by", "executor", "class"] {
      #expect(Change.titles.contains(title) && page.contains("`\(title)`"))
    }
  }
}
