import Quantities
import Testing
import Vocabularies

@testable import Adapters

@Suite("The small adapters")
struct SmallAdaptersTests {
  @Test("are found by name")
  func registry() {
    let registry = AdapterRegistry()
    #expect(AdapterRegistry.facts.map(\.name) == ["process", "http", "manual", "noop", "prometheus", "sql"])
    #expect(AdapterRegistry.facts.allSatisfy { registry[$0.name]?.facts.name == $0.name })
    #expect(registry["azure"] == nil)
  }

  @Test("noop says what it is told to say")
  func noop() async throws {
    let adapter = NoopAdapter()
    let applied = await adapter.apply(try makeCall(#"{"outputs": {"a": "b", "n": 1}}"#)) { _ in }
    #expect(applied == .applied(Answer(outputs: ["a": "b", "n": "1"])))
    let failed = await adapter.apply(try makeCall(#"{"fail": "no quota"}"#)) { _ in }
    #expect(failed == .notApplied(because: "no quota", retry: .permanent, answer: Answer()))
    let busy = await adapter.apply(try makeCall(#"{"fail_transient": "busy"}"#)) { _ in }
    #expect(busy.retry == .transient(after: nil))
    #expect(await adapter.apply(try makeCall(#"{"doubt": true}"#)) { _ in }.isUnknown)
    #expect(await adapter.probe(try makeCall("{}")) == .applied(Answer()))
  }

  @Test("manual asks a person and checks what the person tells")
  func manual() async throws {
    let arguments =
      #"{"instruction": "Call the store", "outputs": {"name": "text", "tills": "integer", "ok": "boolean"}}"#
    let outcome = await ManualAdapter().apply(try makeCall(arguments)) { _ in }
    #expect(outcome == .awaitsPerson(instruction: "Call the store"))
    let asked = try json(arguments)
    #expect(ManualAdapter.check(outputs: ["name": "Ana", "tills": "4", "ok": "true"], arguments: asked).isEmpty)
    #expect(
      ManualAdapter.check(outputs: ["tills": "four", "ok": "yes", "colour": "red"], arguments: asked) == [
        "output `name` is missing: it is a text", "output `ok` is `yes`, which is not `true` or `false`",
        "output `tills` is `four`, which is not an integer",
        "output `colour` is not one that the step asks for: it asks for name, ok, tills",
      ])
    #expect(await ManualAdapter().apply(try makeCall("{}")) { _ in }.retry == .permanent)
  }
}

@Suite("A JSON path")
struct JSONPathTests {
  @Test(
    "leads to one value or none",
    arguments: [
      ("$", #"{"a":{"b":[1,{"x y":"z"}]},"it's":2}"#), ("$.a.b[0]", "1"), ("$.a.b[1]['x y']", #""z""#),
      (#"$['a']["b"][0]"#, "1"), (#"$['it\'s']"#, "2"), ("$.a.b[2]", nil), ("$.a.b.c", nil), ("$.a[0]", nil),
      ("$.c", nil),
    ])
  func value(path: String, value: String?) throws {
    let root = try json(#"{"a": {"b": [1, {"x y": "z"}]}, "it's": 2}"#)
    #expect(try #require(JSONPath(path)).value(in: root)?.canonicalText == value)
  }

  @Test(
    "is refused when it is none",
    arguments: [
      "", "a", "$a", "$.", "$..a", "$[", "$[]", "$[-1]", "$[x]", "$['a", "$['a'", "$[1", "$[99999999999999999999]",
      "$.a[*]",
    ])
  func refused(path: String) { #expect(JSONPath(path) == nil) }
}

@Suite("A secret")
struct SecretTests {
  let resolver = SecretResolver(environment: ["TOKEN": "c4n4ry"]) { path in
    guard path == "/run/key" else { throw Missing() }
    return "line one\nline two\n"
  }

  struct Missing: Error, CustomStringConvertible { let description = "no such file" }

  @Test("comes from the environment or a file, and goes where its reference stood")
  func fill() throws {
    var redactor = Redactor()
    let filled = try resolver.fill(
      try json(
        #"{"a": [{"secret": "env:TOKEN"}], "b": {"secret": "file:/run/key"}, "c": {"secret": "env:X", "d": 1}}"#),
      redactor: &redactor)
    #expect(filled["a"] == .array([.string("c4n4ry")]))
    #expect(filled["b"] == .string("line one\nline two"))
    #expect(filled["c"]?["secret"] == .string("env:X"))
    #expect(redactor.redact("c4n4ry, line two") == "‹secret›, ‹secret›")
  }

  @Test(
    "that is missing is explained",
    arguments: [
      ("env:NONE", "the environment has no variable `NONE`"),
      ("file:/nowhere", "the secret file `/nowhere` cannot be read: no such file"),
      ("keyvault:kv/key", "`keyvault:kv/key`: secrets from `keyvault:` are not available yet"),
      ("vault", "`vault` is not a secret reference; write `env:NAME` or `file:PATH`"),
    ])
  func missing(reference: String, message: String) throws {
    var redactor = Redactor()
    do throws(SecretFailure) {
      _ = try resolver.fill(.dictionary([("secret", .string(reference))]), redactor: &redactor)
      Issue.record("there is a secret for \(reference)")
    } catch {
      #expect(error.message == message)
    }
  }
}
