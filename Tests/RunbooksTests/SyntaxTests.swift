import Diagnostics
import Runbooks
import Testing

@Suite("The text of a runbook")
struct SyntaxTests {
  @Test("is accepted when nothing is wrong")
  func sound() {
    let loaded = load(["runbook.yaml": runbook()])
    #expect(loaded.findings == [])
    #expect(loaded.runbook?.phases.first?.stages.first?.steps.first?.id.value == "one")
    #expect(loaded.environment?.id.value == "inline")
  }

  @Test("gets a suggestion for a misspelt key, and no second finding for the missing one")
  func misspeltKey() {
    expectFindings(
      runbook(steps: "{ id: one, ①use②: noop, undo: none }"), "①–② G104 `use` is not a key of a step; write `uses`")
  }

  @Test("gets a suggestion for a key of other tools")
  func foreignKey() {
    expectFindings(
      runbook(steps: "{ id: one, uses: noop, ①rollback②: noop, undo: none }"),
      "①–② G104 `rollback` is not a key of a step; write `undo`")
  }

  @Test("is told which key is missing")
  func missingKey() {
    expectFindings(
      runbook(steps: "{ id: ①one②, undo: none }"),
      "①–② G105 the key `uses` of a step is missing; add `uses: documents.backfill`")
  }

  @Test("shows the second of two equal keys, in the same mapping and in a later one")
  func duplicateKeys() {
    expectFindings(
      runbook(
        top: "summary: a\n①summary②: b", stage: "targets: stores",
        steps: "{ id: one, uses: noop, undo: none, ③id④: two }"),
      "①–② G103 the key `summary` stands twice in one mapping; remove one of the two",
      "③–④ G103 the key `id` stands twice in one mapping; remove one of the two")
  }

  @Test("shows a duplicate key in quotes and after wide characters")
  func quotedDuplicateKey() {
    expectFindings(
      "sanderling: 1\n\"runbook\": a\n# 😀 é\n①\"runbook\"②: b\nphases: ③[]\n".replacing("③", with: ""),
      "①–② G103 the key `runbook` stands twice in one mapping; remove one of the two",
      "runbook.yaml:5:9 G106 `phases` is an empty list; add an element, or remove the key")
  }

  @Test("refuses tabs in the indentation")
  func tab() {
    expectFindings(
      "sanderling: 1\nphases:\n①\t②- id: x\n",
      "①–② G102 the indentation contains a tab; write spaces: YAML allows no tabs here")
  }

  @Test("refuses anchors and aliases where they stand")
  func anchors() {
    expectFindings(
      runbook(top: "summary: ①&s② text\nowner: ③*s④"),
      "①–② G107 `&s` is an anchor or an alias, which a runbook cannot have; write the value out; put a text that starts with `&` or `*` in quotes",
      "③–④ G107 `*s` is an anchor or an alias, which a runbook cannot have; write the value out; put a text that starts with `&` or `*` in quotes"
    )
  }

  @Test("takes `&` and `*` inside texts, comments and block texts for what they are")
  func noAnchors() {
    expectFindings(
      runbook(top: "summary: R&D *now* # &a *a\nowner: |\n  &b\n  *b\nauthors: []"))
  }

  @Test("survives an alias bomb")
  func bomb() {
    var lines = ["a0: &a0 [x, x]"]
    for level in 1...30 { lines.append("a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]") }
    let loaded = load(["runbook.yaml": lines.joined(separator: "\n")])
    #expect(loaded.findings.allSatisfy { $0.code == "G107" })
    #expect(loaded.runbook == nil)
  }

  @Test("survives deep nesting", arguments: ["[", "{a: ", "- ", "? "])
  func deep(opening: String) {
    let loaded = load(["runbook.yaml": String(repeating: opening, count: 20_000)])
    #expect(loaded.findings.map(\.code) == ["G101"])
  }

  @Test("is told how to write booleans")
  func booleans() {
    expectFindings(
      runbook(steps: "{ id: one, uses: noop, irreversible: ①yes② }"),
      "①–② G108 `irreversible` is `yes`, but `true` or `false` is wanted; write `true`")
  }

  @Test("is warned about Norway and about times")
  func traps() {
    expectFindings(
      runbook(
        stage: "targets: stores\nselect: { where: { country: ①NO② } }",
        steps: "{ id: one, uses: noop, with: { at: ③21:00④ }, undo: none }"),
      "①–② G108 other tools read a plain `NO` as `false`; write `\"NO\"`",
      "③–④ G108 other tools read a plain `21:00` as `1260`; write `\"21:00\"`")
  }

  @Test(
    "is told the form of a value",
    arguments: [
      ("bake: ①30 min②", "①–② G109 `30 min` is not a duration; write `30m`"),
      ("bake: ①soon②", "①–② G109 `soon` is not a duration; write a duration such as `30s`, `5m`, `2h` or `7d`"),
      ("waves: { pace: ①20/week② }", "①–② G109 `20/week` is not a pace; write `20 per week`"),
      (
        "waves: { concurrency: ①two② }",
        "①–② G106 `concurrency` is `two`, but a whole number is wanted; write a whole number"
      ),
      ("waves: { concurrency: ①0② }", "①–② G139 `concurrency` is 0, but must lie between 1 and 100000; write `1`"),
      ("waves: { sizes: ①4② }", "①–② G106 `sizes` is text, but a list is wanted; write `[ 4 ]`"),
      ("window: { between: ①21-5② }", "①–② G109 `21-5` is not a time range; write `21:00-05:00`"),
      (
        "window: { days: ①Monday-Thursday②, between: 21:00-05:00 }",
        "①–② G109 `Monday-Thursday` is not days; write `mon-thu`"
      ),
      ("then: ①retry②", "①–② G109 `retry` is not a value of `then`; write one of `hold`, `stop`, `retry once`"),
    ])
  func forms(line: String, expected: String) {
    expectFindings(runbook(stage: "targets: stores\n\(line)"), expected)
  }

  @Test("is told the version of the language")
  func version() {
    expectFindings(
      runbook().replacing("sanderling: 1", with: "sanderling: ①2②"),
      "①–② G140 this program reads version 1 of the language, and the file says `2`; write `1`")
  }

  @Test(
    "never stops the program, whatever it is",
    arguments: [
      "", "---", "--- a\n--- b\n", "[]", "a", "{", "a: b: c", "\u{0}", "%YAML 9.9\n---\n", "!!binary x", "? [a]\n: b\n",
      "{[a]: b, [a]: c}", "\"\": 1\n\"\": 2\n", "a: \"", "&a", "*a", "<<: x", "\u{2028}a:\u{85}b",
      "phases: [1, [2], {a: b}]",
      "phases:\n  - stages:\n    - steps: [ ~, 1, {} ]\n      waves: 3\n      gate: x\n",
    ])
  func anything(text: String) {
    let loaded = load(["runbook.yaml": text])
    #expect(loaded.findings.hasErrors)
    #expect(loaded.runbook == nil)
  }

  @Test("never stops the program, wherever it is cut off")
  func cut() {
    let text = runbook(
      top: signals + "\ngates: { healthy: [ error_rate < 1 % ] }", stage: "targets: stores\ngate: { require: healthy }")
    for count in 0..<text.count { _ = load(["runbook.yaml": String(text.prefix(count))]) }
    for index in text.indices where text.distance(from: text.startIndex, to: index).isMultiple(of: 3) {
      for character in ["[", "}", "\"", ":", "\t", "&", "\n"] {
        var broken = text
        broken.replaceSubrange(index...index, with: character)
        _ = load(["runbook.yaml": broken])
      }
    }
  }
}
