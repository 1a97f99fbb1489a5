import Diagnostics
import Foundation
import Quantities
import Runbooks
import Testing

@testable import Adapters
@testable import Vocabularies

/// The warnings of one code of such a runbook.
private func warnings(_ code: String, with arguments: String, uses: String, adapter: String = "process") -> [String] {
  findings(provider: "{ adapter: \(adapter) }", with: arguments, uses: uses, code: code).map {
    String($0.split(separator: " ", maxSplits: 2)[2])
  }
}

/// The findings of a runbook with one step, whose operation is in its environment, at the places where they are.
private func findings(
  provider: String, with arguments: String, uses: String = "{ id: act, uses: act, undo: none }", more: String = "",
  code: String? = nil
) -> [String] {
  let text = """
    sanderling: 1
    runbook: test
    \(more.isEmpty ? "summary: One step." : more)
    phases: [ { id: one, stages: [ { id: once, steps: [ \(uses) ] } ] } ]
    environment:
      providers:
        it: \(provider)
      operations:
        act: { provider: it, with: \(arguments) }
    """
  struct Missing: Error {}
  return RunbookFile.load(
    path: "runbook.yaml", adapters: AdapterRegistry.facts, environment: nil,
    reading: { name in
      guard name == "runbook.yaml" else { throw Missing() }
      return Array(text.utf8)
    }, listing: { _ in [] }
  ).findings.filter { code == nil ? $0.severity == .error : $0.code == code }.map {
    "\($0.location.line):\($0.location.column) \($0.code) \($0.message); \($0.suggestion ?? "")"
  }
}

@Suite("What adapters declare")
struct FactsTests {
  @Test(
    "finds a secret that a step hands over and the operation puts among the words of a command",
    arguments: ["[ ./ship, \"${with.k}\" ]", "[ ./ship, \"--token=${with.k}\" ]"])
  func handedOver(command: String) {
    let secret = "{ id: act, uses: act, undo: none, with: { k: { secret: env:TOKEN } } }"
    let found = findings(provider: "{ adapter: process }", with: "{ command: \(command) }", uses: secret, code: "G160")
    #expect(found.count == 1 && found[0].hasPrefix("4:"), "\(found)")
    let nested = "{ id: act, uses: act, undo: none, with: { k: [ a, { secret: env:TOKEN } ] } }"
    #expect(
      findings(provider: "{ adapter: process }", with: "{ command: \(command) }", uses: nested, code: "G160").count == 1
    )
    let plain = "{ id: act, uses: act, undo: none, with: { k: word } }"
    #expect(findings(provider: "{ adapter: process }", with: "{ command: \(command) }", uses: plain).isEmpty)
    let set = "{ command: [ ./ship ], set: { TOKEN: \"${with.k}\" } }"
    #expect(findings(provider: "{ adapter: process }", with: set, uses: secret).isEmpty)
  }

  @Test("finds what is no text in the middle of one")
  func insideText() {
    let secret = "{ id: act, uses: act, undo: none, with: { k: { secret: env:TOKEN } } }"
    let web = "{ adapter: http, base: \"http://x\" }"
    #expect(
      findings(
        provider: web, with: "{ method: GET, url: /x, headers: { A: \"Bearer ${with.k}\" } }", uses: secret,
        code: "G185")
        == [
          "4:95 G185 `k` is a secret, and `act` (line 9) puts it into the middle of a text; "
            + "let the operation have `${with.k}` alone as a value, or hand over a text"
        ])
    #expect(
      findings(provider: web, with: "{ method: GET, url: /x, headers: { A: \"${with.k}\" } }", uses: secret).isEmpty)
  }

  @Test("finds slips in the arguments of an operation, where they are and before a run")
  func arguments() {
    #expect(
      findings(provider: "{ adapter: process }", with: "{ comand: [ \"true\" ] }") == [
        "9:34 G104 `comand` is not a key of a process step; write `command`"
      ])
    #expect(
      findings(provider: "{ adapter: http, base: \"http://x\" }", with: "{ methd: POST, ulr: /x }") == [
        "9:34 G104 `methd` is not a key of an http step; write `method`",
        "9:47 G104 `ulr` is not a key of an http step; write `url`",
      ])
    #expect(
      findings(provider: "{ adapter: http, base: \"http://x\" }", with: "{ method: PSOT, url: /x, expect: [ 20 ] }")
        == [
          "9:42 G109 `PSOT` is not an HTTP method; write `POST`",
          "9:67 G139 `expect` is 20, but must lie between 100 and 599; write `100`",
        ])
    #expect(
      findings(provider: "{ adapter: process }", with: "{ command: [ \"true\" ], stdin: 5, transient: 75 }") == [
        "9:62 G106 `stdin` is a number, but text is wanted; write `\"5\"`",
        "9:76 G106 `transient` is a number, but a list is wanted; write `[ 75 ]`",
      ])
    #expect(
      findings(provider: "{ adapter: manual }", with: "{ instruction: Do it., outputs: { a: number } }") == [
        "9:69 G109 `number` is not a value of `a`; write one of `text`, `integer`, `boolean`"
      ])
  }

  @Test("finds slips in the configuration of a provider")
  func configuration() {
    #expect(
      findings(provider: "{ adapter: http, bse: \"http://x\" }", with: "{ url: /x }")
        == [
          "7:26 G104 `bse` is not a key of an http provider; write `base`"
        ])
    #expect(
      findings(provider: "{ adapter: process, command: [ x ] }", with: "{ command: [ x ] }") == [
        "7:29 G104 `command` is not a key of a process provider; remove it, or write one of the keys below"
      ])
    #expect(
      findings(provider: "{ adapter: http, base: \"http://x\", timeout: 30, verify: maybe }", with: "{ url: / }") == [
        "7:53 G109 `30` is not a duration above zero; write `30s`",
        "7:65 G106 `verify` is `maybe`, but `true` or `false` is wanted; write `true` or `false`",
      ])
  }

  @Test("finds what is missing and what does not go together")
  func missing() {
    #expect(
      findings(provider: "{ adapter: process }", with: "{ directory: x }") == [
        "9:5 G105 the key `command` of a process step is missing; add `command: [ … ]`"
      ])
    #expect(
      findings(provider: "{ adapter: http }", with: "{ method: POST }") == [
        "9:5 G105 an http step needs `url`; add it, or `base` to the provider"
      ])
    #expect(
      findings(provider: "{ adapter: process }", with: "{ command: ls -l }") == [
        "9:34 G174 `command` needs `shell: true`, since it is a text; add it, or write a list"
      ])
    #expect(findings(provider: "{ adapter: process, shell: true }", with: "{ command: ls -l }") == [])
    let signal =
      "signals: { s: { query: act, every: 1m } }\ntriggers: [ { id: t, when: s > 1, for: 1m, no_data: hold } ]"
    let step = "{ id: act, uses: noop, undo: none }"
    #expect(
      findings(provider: "{ adapter: prometheus, pages: [ x ] }", with: "{ by: x }", uses: step, more: signal) == [
        "10:5 G105 a prometheus query needs one of `value`, `total`, `increase`, `rate`, `ratio`, `histogram`; "
          + "add one of them, or `server` to the provider"
      ])
    #expect(
      findings(
        provider: "{ adapter: prometheus, pages: [ x ] }", with: "{ ratio: a, rate: b }", uses: step, more: signal) == [
          "10:34 G174 `ratio` needs `of`; add `of: …`",
          "10:44 G174 a prometheus query has both `ratio` and `rate`; keep one of them",
        ])
  }

  @Test("finds an exit code that is to mean two things, also where one stands in the configuration")
  func twoMeanings() {
    let both = "G174 255 stands in both `doubt` and `transient`; keep it in one of them"
    #expect(
      findings(
        provider: "{ adapter: process }", with: "{ command: [ \"true\" ], doubt: [ 9, 255 ], transient: [ 255 ] }")
        == ["9:62 \(both)"])
    #expect(
      findings(provider: "{ adapter: process, transient: [ 255 ] }", with: "{ command: [ \"true\" ], doubt: [ 255 ] }")
        == ["9:62 \(both)"])
    #expect(
      findings(provider: "{ adapter: process, doubt: [ 255 ], transient: [ 255 ] }", with: "{ command: [ \"true\" ] }")
        .first?.hasSuffix(both) == true)
    #expect(findings(provider: "{ adapter: process, doubt: [ 75 ] }", with: "{ command: [ \"true\" ] }").isEmpty)
  }

  @Test(
    "warns of data in the program of a shell, wherever a shell reads",
    arguments: [
      (#"{ shell: true, command: "echo ${with.x}" }"#, "${with.x}"),
      (#"{ command: [ sh, -c, "echo ${with.x}" ] }"#, "${with.x}"),
      (#"{ command: [ env, A=b, /bin/bash, -e, -uc, "echo ${with.x}" ] }"#, "${with.x}"),
      (#"{ command: [ sudo, sh, -s ], stdin: "echo ${with.x}" }"#, "${with.x}"),
      (#"{ command: [ sh, -c, "echo $1", x, "${with.x}" ] }"#, nil),
      (#"{ command: [ sh, file.sh, "${with.x}" ], stdin: "${with.x} " }"#, nil),
      (#"{ command: [ echo, sh -c, "${with.x}" ] }"#, nil),
      (#"{ shell: true, command: "${with.x}" }"#, nil),
      (#"{ shell: true, command: "echo $X", set: { X: "${with.x}" } }"#, nil),
    ])
  func shell(arguments: String, reference: String?) {
    let found = warnings("G178", with: arguments, uses: "{ id: act, uses: act, undo: none, with: { x: 1 } }")
    guard let reference else { return #expect(found == []) }
    #expect(
      found == [
        "a shell reads `\(reference)` as a part of its program, so what stands there is executed; write "
          + "`set: { X: \"\(reference)\" }`, and `\"$X\"` in the program"
      ])
  }

  @Test(
    "warns of secrets that are written out, also in addresses and in names of other tools",
    arguments: [
      (#"{ method: POST, url: "https://anna:word@a/x" }"#, true), (#"{ url: "https://a/x?api_key=abc" }"#, true),
      (#"{ url: "https://a/x", headers: { Cookie: "s=1" } }"#, true),
      (#"{ url: "https://a/x", headers: { PGPASSWORD: "s" } }"#, true),
      (#"{ url: "https://anna@a/x?page=abc&token_type=b" }"#, false),
      (#"{ url: "https://a/x?api_key=${with.x}" }"#, false),
    ])
  func writtenOut(arguments: String, isWarned: Bool) {
    let found = warnings(
      "G128", with: arguments, uses: "{ id: act, uses: act, undo: none, with: { x: 1 } }", adapter: "http")
    #expect(found.isEmpty != isWarned, "\(found)")
  }

  @Test("says when an adapter cannot do what it is used for")
  func cannot() {
    #expect(
      findings(provider: "{ adapter: sql, database: x }", with: "{ query: select 1 }") == [
        "4:70 G173 `act` is to change something, and the adapter `sql` changes nothing; "
          + "bind it to a provider of one of process, http, manual, noop"
      ])
    let signal =
      "signals: { s: { query: manual, every: 1m } }\ntriggers: [ { id: t, when: s > 1, for: 1m, no_data: hold } ]"
    #expect(
      findings(provider: "{ adapter: noop }", with: "{}", more: signal) == [
        "3:24 G311 `s` is asked of `manual`, and the adapter `manual` cannot measure; "
          + "bind its query to one of process, http, prometheus, sql, or leave out what uses it"
      ])
    #expect(
      findings(provider: "{ adapter: noop }", with: "{}", more: "notify: [ { on: [waves], uses: manual, as: text } ]")
        == [
          "3:32 G173 `manual` is to tell somebody, and no notice goes through the adapter `manual`; "
            + "bind it to a provider of one of process, http, noop"
        ])
    #expect(findings(provider: "{ adapter: noop }", with: "{}, probe: noop") == [])
    let probe = findings(provider: "{ adapter: noop }", with: "{}, probe: manual")
    #expect(probe.count == 1 && probe[0].contains("G173 `manual` is a probe, and the adapter `manual` cannot tell"))
    let bare = findings(provider: "{ adapter: noop }", with: "{}, probe: process")
    #expect(bare.count == 1 && bare[0].contains("`command`"), "\(bare)")
  }

  @Test("checks an adapter that a step uses directly, and what interpolations leave to be known")
  func direct() {
    #expect(
      findings(
        provider: "{ adapter: noop }", with: "{}",
        uses: "{ id: act, uses: process, with: { comand: [ x ] }, undo: none }") == [
          "4:87 G104 `comand` is not a key of a process step; write `command`"
        ])
    // A step may hand over a list; the method is known when the run is.
    #expect(
      findings(
        provider: "{ adapter: process, directory: \"${parameters.where}\" }", with: "{ command: \"${with.words}\" }",
        uses: "{ id: act, uses: act, with: { words: [ ls, -l ] }, undo: none }",
        more: "parameters: { where: { type: string, default: x } }") == [])
    #expect(
      findings(
        provider: "{ adapter: http, base: { secret: env:BASE } }", with: "{ url: x, method: \"${parameters.how}\" }",
        more: "parameters: { how: { type: string, default: x } }") == [])
  }

  @Test("knows which outputs a step has where an argument names them")
  func outputs() {
    let steps = { (name: String) in
      "{ id: act, uses: act, undo: none }, "
        + "{ id: next, uses: noop, with: { outputs: { a: \"${steps.act.outputs.\(name)}\" } }, undo: none }"
    }
    let manual = "{ instruction: Do it., outputs: { count: integer } }"
    #expect(findings(provider: "{ adapter: manual }", with: manual, uses: steps("count")) == [])
    #expect(
      findings(provider: "{ adapter: manual }", with: manual, uses: steps("cuont")) == [
        "4:136 G120 the step `act` has no output `cuont`; write `count`"
      ])
    #expect(findings(provider: "{ adapter: process }", with: "{ command: [ x ] }", uses: steps("cuont")) == [])
  }

  @Test("covers exactly the names that the adapters read")
  func complete() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Adapters")
    let all = FileManager.default.enumerator(atPath: folder.path(percentEncoded: false))?.compactMap { $0 as? String }
    var code = ""
    for file in (all ?? []).sorted() where file.hasSuffix(".swift") && !file.contains("+Facts") {
      code += try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    }
    let vocabularies = AdapterRegistry.facts.flatMap { facts in
      [facts.configuration, facts.probe, facts.query].compactMap { $0 } + facts.actions.map(\.arguments)
    }
    let declared = Set(vocabularies.flatMap(\.keys).map(\.name))
    // A notice of a drill is told to nobody.
    for name in declared.subtracting(["message"]) {
      #expect(code.contains("\"\(name)\""), "`\(name)` is declared and read by no adapter")
    }
    let reading =
      #/(?:arguments|configuration|text|integer|codes|names|statuses|members|expectations|matchers|find|value)(?:\[|\()"([a-z_]+)"/#
    for match in code.matches(of: reading) {
      let name = String(match.1)
      // What providers answer, and not what people write.
      guard !["state", "cursor", "done", "total", "value", "count", "at", "series"].contains(name) else { continue }
      #expect(declared.contains(name), "`\(name)` is read and declared by no adapter")
    }
  }

  @Test("never needs the argument that a notice is put into")
  func notices() {
    for facts in AdapterRegistry.facts {
      guard let notice = facts.notice else { continue }
      let key = facts.actions.first?.arguments.keys.first { $0.name == notice.argument }
      #expect(key?.required == false, "\(facts.name)")
      let told = notice.arguments(.dictionary([("x", .integer(1))]), telling: .dictionary([("a", .integer(2))]))
      #expect(told["x"] == .integer(1))
      #expect(told[notice.argument] != nil)
    }
    let process = ProcessAdapter.declared.notice
    #expect(process?.arguments(.dictionary([]), telling: .string("hello"))["stdin"] == .string("hello\n"))
    #expect(HTTPAdapter.declared.notice?.arguments(.dictionary([]), telling: .null)["method"] == .string("POST"))
  }
}
