import Diagnostics
import Quantities
import Runbooks
import Testing

@Suite("A runbook that is well formed")
struct MeaningTests {
  @Test("compares a signal in its own unit")
  func units() {
    expectFindings(
      runbook(
        top: signals + "\ngates:\n  healthy: [ response_time < 3000 ms, response_time < ①3② , error_rate < ③1 s④ ]",
        stage: "targets: stores\ngate: { require: healthy }"),
      "①–② G121 the limit has no unit, but the signal `response_time` is in `s`; write `3 s`",
      "③–④ G121 the limit is in `s`, but the signal `error_rate` is in `%`; write the limit in `%`")
  }

  @Test("converts times and bytes exactly, and advises no number in another unit")
  func conversions() {
    func text(_ unit: String, _ limit: String) -> String {
      runbook(
        top:
          "signals:\n  used: { unit: \(unit), query: process, every: 30s }\ngates:\n  healthy: [ used < ①\(limit)② ]",
        stage: "targets: stores\ngate: { require: healthy }")
    }
    for (unit, limit) in [
      ("GB", "500 MB"), ("kB", "3 KB"), ("KB", "1 MB"), ("s", "1 d"), ("MB", "2 GiB"), ("ms", "3000000000 h"),
      ("us", "1 ms"),
    ] {
      expectFindings(text(unit, limit))
    }
    expectFindings(
      text("h", "1 s"),
      "①–② G121 `1 s` has no exact value in `h` with at most 12 places, and nothing that guards is rounded; write a number that has one"
    )
    expectFindings(
      text("EUR", "5 USD"),
      "①–② G121 the limit is in `USD`, but the signal `used` is in `EUR`; write the limit in `EUR`")
    expectFindings(
      text("\"\"", "5 s"),
      "①–② G121 the limit is in `s`, but the signal `used` is a bare number; write the limit without a unit")
  }

  @Test("compares with numbers that a value can have")
  func numbers() {
    expectFindings(
      runbook(
        top: signals
          + "\ngates:\n  healthy: [ response_time < ①900000000000000000000000 d②, error_rate < ③0.0000000000001 %④, response_time < 0.0000001 s, response_time < 99999999999999 s ]",
        stage: "targets: stores\ngate: { require: healthy }"),
      "①–② G121 `900000000000000000000000 d` is beyond 10^24 in `s`, and nothing that guards is rounded; choose a larger unit for the signal",
      "③–④ G121 `0.0000000000001 %` has no exact value in `%` with at most 12 places, and nothing that guards is rounded; write a number that has one"
    )
  }

  @Test("says what missing data mean to a trigger, and how long a breach lasts")
  func triggers() {
    expectFindings(
      runbook(
        top: """
          signals:
            response_time: { unit: s, query: process, every: 30s }
            ⑤error_rate⑥: { unit: "%", query: process, every: 30s, no_data: hold }
          triggers:
            - { id: ①slow②, when: response_time > 5 s, for: 5m }
            - { id: ③errors④, when: error_rate > 1 % }
          """),
      "⑤–⑥ G126 `error_rate` is a ratio in the trigger `errors`, and one failure of two events is 50 %; add `min_count: 300` to the signal",
      "①–② G125 the trigger `slow` does not say what missing data of `response_time` mean; add `no_data: breach` or `no_data: hold` to the signal or to the trigger",
      "③–④ G105 the trigger does not say how long the breach must last; add `for: 5m` or `of: 8/10`")
  }

  @Test("knows how many events stand under a ratio that opens a gate")
  func ratios() {
    func text(_ more: String, triggers: String = "") -> String {
      runbook(
        top: """
          signals:
            ①error_rate②: { unit: "%", query: process, every: 30s\(more) }
          gates: { healthy: [ error_rate < 1 % ], calm: [ error_rate < 5 % ] }
          \(triggers)
          """, stage: "targets: stores\ngate: { require: healthy }")
    }
    expectFindings(
      text(""),
      "①–② G171 `error_rate` is a ratio in the gate `healthy`, and two events without a failure open it; add `min_count: 300` to the signal"
    )
    func findings(_ text: String) -> [Finding] {
      load(["runbook.yaml": text.filter { !"①②".contains($0) }], environment: nil).findings
    }
    let counted = findings(text(", min_count: 300"))
    #expect(!counted.contains { $0.code == "G171" })
    // What a trigger watches is an error, and one mistake is said once.
    let watched = findings(
      text(", no_data: hold", triggers: "triggers: [ { id: errors, when: error_rate > 1 %, for: 2m } ]"))
    #expect(watched.filter { ["G126", "G171"].contains($0.code) }.map(\.code) == ["G126"])
  }

  @Test("knows a sign of life beside a count of errors that a trigger watches, and whoever is silent is not healthy")
  func liveness() {
    func text(_ policy: String, unit: String = "\"\"", trigger: String = "") -> String {
      runbook(
        top: """
          signals:
            ①failed_orders②: { unit: \(unit), query: process, every: 30s, min_count: 300, no_data: \(policy) }
            heartbeat: { query: process, every: 30s }
          triggers: [ { id: orders, when: failed_orders > 3\(unit == "s" ? " s" : ""), for: 2m\(trigger) } ]
          """)
    }
    let finding =
      "①–② G143 `failed_orders` counts errors in the trigger `orders`, and a counter that nobody feeds is silent; "
      + "add `no_data: zero when SIGNAL is live` with a signal that is always there, or `no_data: breach`"
    for policy in ["hold", "carry 24h", "idle when heartbeat is 0"] { expectFindings(text(policy), finding) }
    for policy in ["breach", "zero when heartbeat is live"] { expectFindings(text(policy)) }
    // The policy of the trigger decides, and a time is no count.
    expectFindings(text("breach", trigger: ", no_data: hold"), finding)
    expectFindings(text("hold", trigger: ", no_data: breach"))
    expectFindings(text("hold", unit: "s"))
  }

  @Test("says of each step how it is taken back, once")
  func undo() {
    expectFindings(
      runbook(
        steps: "{ id: ①one②, uses: noop }, { id: two, uses: noop, undo: ③noop④, irreversible: true }"),
      "①–② G124 the step `one` does not say how it is taken back; add `undo: OPERATION`, `undo: none` or `irreversible: true`",
      "③–④ G124 the step is irreversible and has an undo; keep one of `undo` and `irreversible`")
  }

  @Test("has somebody who approves a step that cannot be taken back, unless approvals are left out")
  func walls() {
    func text(phase: String = "", stage: String = "", environment: String = "") -> String {
      """
      sanderling: 1
      runbook: test
      \(environment)
      phases:
        - id: last\(phase)
          stages:
            - id: retire\(stage)
              steps: [ { id: ①delete②, uses: noop, irreversible: true }, { id: check, uses: noop, undo: none } ]
      """
    }
    expectFindings(
      text(),
      "①–② G172 the step `delete` cannot be taken back, and `last/retire` needs nobody's approval; add `approve:` to the stage or its phase"
    )
    let approval = "approve: { role: manager }"
    for clean in [
      text(phase: "\n    \(approval)"), text(stage: "\n        \(approval)"),
      text(environment: "environment: { ignore: [approvals] }"),
    ] {
      let people = [
        "trust/salt": String(repeating: "0f", count: 32),
        "trust/people.yaml": "sanderling: 1\npeople: { mira: { roles: [manager], accounts: [mira] } }\n",
      ]
      let files = ["runbook.yaml": clean.filter { !"①②".contains($0) }].merging(people) { first, _ in first }
      let found = load(files).findings.map(\.code)
      #expect(found.isEmpty, "\(found)")
    }
  }

  @Test("takes the undo of the operation when every environment has one")
  func undoOfOperation() {
    let text = runbook(
      top: "environment:\n  operations:\n    a.on: { provider: noop, undo: a.off }\n    a.off: { provider: noop }",
      steps: "{ id: one, uses: a.on }")
    expectFindings(text)
    #expect(load(["runbook.yaml": text]).runbook?.phases[0].stages[0].steps[0].undo.value == .ofOperation)
  }

  @Test("ends after it starts")
  func dates() {
    expectFindings(
      runbook(top: "starts: 2027-04-02\ndeadline: ①2027-01-04②"),
      "①–② G127 the deadline 2027-01-04 lies before the start 2027-04-02; write 2027-04-02 or a later date")
    expectFindings(runbook(top: "starts: 2027-04-02\ndeadline: 2027-04-02"))
    expectFindings(runbook(top: "starts: 2027-04-02T22:30\ndeadline: 2027-04-02"))
    expectFindings(
      runbook(top: "starts: 2027-04-02T22:30\ndeadline: ①2027-04-01②"),
      "①–② G127 the deadline 2027-04-01 lies before the start 2027-04-02; write 2027-04-02 or a later date")
  }

  @Test("starts on a day or at a time of it, on the clock of its zone alone")
  func startingTimes() {
    for (written, advice) in [
      ("'2027-04-02 22:30'", "`2027-04-02T22:30`"), ("2027/04/02T9:30:00", "`2027-04-02T09:30`"),
      ("2027-04-02T22:30:00Z", "a date or a time such as `2027-01-04` or `2027-01-04T21:00`"),
      ("22:30", "a date or a time such as `2027-01-04` or `2027-01-04T21:00`"), ("2027-4-2", "`2027-04-02`"),
    ] {
      let word = written.replacing("'", with: "")
      expectFindings(
        runbook(top: "starts: ①\(written)②"), "①–② G109 `\(word)` is not a date or a time; write \(advice)")
    }
  }

  @Test("has no stage without targets")
  func nothingLeft() {
    let text = """
      sanderling: 1
      runbook: test
      inventories: { stores: [ { id: a }, { id: b } ] }
      phases:
        - id: first
          stages:
            - { id: all, targets: stores, steps: [ { id: one, uses: noop, undo: none } ] }
            - { id: ①rest②, targets: stores, steps: [ { id: one, uses: noop, undo: none } ] }
      """
    expectFindings(
      text,
      "①–② G123 the stage `first/rest` gets no targets: `first/all` has taken all that are left of `stores`; add `select: { from: all }` to this stage, or `select: { count: … }` to `first/all`"
    )
  }

  @Test("selects values that some target has")
  func noMatch() {
    expectFindings(
      runbook(stage: "targets: stores\nselect: { where: { country: ①nl② } }"),
      "①–② G123 no target of `stores` has the country `nl`; write `NL`")
  }

  @Test("compares with something: targets, a hold that is measured, an earlier period, and a look before the deadline")
  func comparisons() {
    let top = """
      signals:
        till: { unit: s, query: process, per: target, every: 1m, window: 5m }
      gates: { quick: [ till < 9 s ] }
      """
    func gate(_ hold: String, _ compare: String) -> String {
      runbook(
        top: top,
        stage:
          "targets: stores\ngate: { require: quick, hold: \(hold), compare: { signal: till, margin: 1 s\(compare) } }")
    }
    let nothing = "G149 the comparison has nothing to compare:"
    expectFindings(
      gate("30s", ""),
      "runbook.yaml:12:15 \(nothing) the gate holds for 30s, and `till` is measured every 1m; write `hold: 1m` or longer"
    )
    expectFindings(
      gate("30m, deadline: 32m", ""),
      "runbook.yaml:12:15 \(nothing) the deadline of 32m comes before the first look, which is 35m after the beginning; "
        + "write `deadline: 35m` or longer")
    expectFindings(
      gate("30m", ", before: 10m"),
      "runbook.yaml:12:53 \(nothing) the earlier period, 10m before, overlaps the 30m that the gate holds; write "
        + "`before: 7d`, which is the same hour of the same weekday, or `before: 0s` for none")
    expectFindings(gate("30m", ", before: 0s"))
    expectFindings(gate("30m, deadline: 35m", ""))
  }

  @Test("gives a gate in shadow the time to open: it is measured while the wave bakes")
  func shadow() {
    func stage(_ bake: String) -> String {
      runbook(
        top: signals + "\ngates: { healthy: [ response_time < 3 s ] }",
        stage: "targets: stores\n\(bake)gate: { require: healthy, hold: 30m, shadow: true }")
    }
    let never = "G170 the gate in shadow can never open:"
    let advice = "give the stage a `bake` that is longer than the gate's `hold`"
    expectFindings(
      stage(""),
      "runbook.yaml:13:15 \(never) it is measured while a wave bakes, and `roll-out` does not bake; \(advice)")
    expectFindings(
      stage("bake: 30m\n"), "runbook.yaml:14:15 \(never) it holds for 30m, and the wave bakes for 30m; \(advice)")
    #expect(!load(["runbook.yaml": stage("bake: 31m\n")]).findings.contains { $0.code == "G170" })
  }

  @Test("has waves that fit into the pace")
  func pace() {
    expectFindings(
      runbook(stage: "targets: stores\nwaves: { size: 4, pace: ①2 per week② }"),
      "①–② G129 a wave of 4 does not fit into the pace of 2 per week; write waves of at most 2, or a pace of at least 4"
    )
  }

  @Test("keeps secrets out of the files")
  func secrets() {
    expectFindings(
      runbook(
        top: """
          environment:
            providers: { cloud: { adapter: http, token: ①abc②, token_file: x, max_tokens: 5, key: { secret: ③TOKEN④ } } }
            operations: { a: { provider: cloud } }
          """, steps: "{ id: one, uses: a, undo: none }"),
      "①–② G128 `token` looks like a secret, and its value stands in the file; write `{ secret: env:NAME }`",
      "③–④ G109 `TOKEN` is not a reference to a secret; write `{ secret: env:NAME }`, `{ secret: file:PATH }` or `{ secret: keyvault:NAME }`"
    )
  }

  @Test("gives every parameter a value of its type")
  func parameters() {
    expectFindings(
      runbook(
        top: """
          parameters:
            image: { type: string }
            limit: { type: integer, default: ①many② }
          environment:
            environment: ③local④
            parameters: { ⑤imag⑥: x }
          """, steps: "{ id: one, uses: noop, with: { a: \"${parameters.image}${parameters.limit}\" }, undo: none }"),
      "①–② G109 `many` is not a value of the integer parameter `limit`; write a whole number such as `20`",
      "③–④ G142 the parameter `image` has no value in the environment `local`; add `parameters: { image: … }` there, or `default:` to the parameter",
      "⑤–⑥ G118 `imag` is not a parameter of this runbook; write `image`")
  }

  @Test("has at most sixty steps in a stage")
  func steps() {
    let steps = (1...61).map { "{ id: s\($0), uses: noop, undo: none }" }.joined(separator: ", ")
    expectFindings(
      runbook(steps: steps).replacing("roll-out", with: "①roll-out②"),
      "①–② G141 the stage `roll-out` has 61 steps, and at most 60 are allowed; split the stage in two")
  }

  @Test("keeps numbers, booleans, texts and secrets of arguments apart")
  func arguments() throws {
    let loaded = load([
      "runbook.yaml": runbook(
        steps:
          "{ id: one, uses: noop, undo: none, with: { a: 1, b: true, c: ~, d: 0.50, e: \"1\", f: 007, g: [x], h: { secret: env:T }, i: 0.5, j: 1.0, k: -0.0 } }"
      )
    ])
    let with = try #require(loaded.runbook?.phases[0].stages[0].steps[0].with)
    guard case .members(let members, _) = with else {
      Issue.record("the arguments are no members")
      return
    }
    let kinds = members.map { member in
      switch member.value {
      case .constant(let json, _): json.canonicalText
      case .text(let template, _): "text \(template.parts.count)"
      case .secret(let reference, _): reference.text
      case .list(let elements, _): "list \(elements.count)"
      case .members: "members"
      }
    }
    #expect(
      kinds == ["1", "true", "null", "\"0.50\"", "text 1", "text 1", "list 1", "env:T", "0.5", "\"1.0\"", "\"-0.0\""])
  }
}
