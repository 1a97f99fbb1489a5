import Diagnostics
import Runbooks
import Testing

@Suite("Loading a runbook")
struct LoadingTests {
  private let files = [
    "r/runbook.yaml": runbook(steps: "{ id: one, uses: a, undo: none }"),
    "r/environments/local.yaml": "sanderling: 1\nenvironment: local\noperations: { a: { provider: noop } }\n",
    "r/environments/production.yaml": "sanderling: 1\nenvironment: production\noperations: { b: { provider: noop } }\n",
  ]

  @Test("takes the environment that is asked for, and only that one")
  func one() {
    let loaded = load(files, path: "r", environment: "local")
    #expect(loaded.findings == [])
    #expect(loaded.environment?.id.value == "local")
    #expect(loaded.environmentNames == ["local", "production"])
    #expect(loaded.runbook?.sources.map(\.path) == ["runbook.yaml", "environments/local.yaml"])
  }

  @Test("checks all environments when none is asked for")
  func all() {
    let loaded = load(files, path: "r/")
    #expect(loaded.environment == nil)
    #expect(loaded.findings.map(\.code) == ["G114"])
    #expect(loaded.findings.last?.location.text == "r/runbook.yaml:10:35")
  }

  @Test("takes `runbook.yaml` for its directory")
  func file() {
    #expect(load(files, path: "r/runbook.yaml", environment: "local").environment?.id.value == "local")
  }

  @Test("suggests the environment that was meant")
  func unknown() {
    let loaded = load(files, path: "r", environment: "producton")
    #expect(loaded.findings.map(\.code) == ["G111"])
    #expect(loaded.findings.first?.suggestion == "write `production`")
  }

  @Test("says that a runbook is not there")
  func missing() {
    let loaded = load(["r/runbok.yaml": ""], path: "r")
    #expect(loaded.findings.map(\.code) == ["G111"])
    #expect(
      loaded.findings.first?.suggestion == "write `runbook.yaml`"
        || loaded.findings.first?.suggestion == "write `runbok.yaml`")
  }

  @Test("gives every finding a suggestion and a known code")
  func suggestions() {
    let loaded = load(
      ["r/runbook.yaml": "a: 1\nphases: [ { id: X, stages: [ { steps: [ { id: 1 } ] } ] } ]"], path: "r")
    #expect(loaded.findings.allSatisfy { $0.suggestion != nil && ErrorPages.page($0.code) != nil })
  }

  @Test("has a schema that names every key of a step")
  func schema() {
    for key in ["uses", "with", "undo", "irreversible", "timeout", "retry"] {
      #expect(RunbookSchema.runbook(adapters: adapters).contains("\"\(key)\": {"))
    }
    #expect(RunbookSchema.environment(adapters: adapters).contains("\"idempotency\""))
  }
}
